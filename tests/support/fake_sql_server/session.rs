//! One connection of a client, from its first packet to its last.

use std::io;
use std::net::TcpStream;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::engine::Engine;
use super::packet::{ATTENTION, LOGIN7, PRELOGIN, RESULT, RPC, SQL_BATCH, Wire};
use super::reader::{Fault, Login, Reader, options};
use super::token::{self, DONE, DONE_IN_PROCEDURE, DONE_PROCEDURE, Table};
use super::{Asked, Encryption, State, UsualAnswer};

/// `sp_executesql` [MS-TDS 2.2.6.6].
const EXECUTE_SQL: u16 = 10;

pub struct Session {
    state: Arc<State>,
    wire: Wire,
    engine: Engine,
    /// The transaction that is open; zeros if none.
    transaction: [u8; 8],
    transactions: u64,
}

/// A text, and the names and values of its parameters.
type Call = (String, Vec<String>, Vec<Option<String>>);

/// How a statement ended.
enum Outcome {
    Table(Table),
    Tables(Vec<Table>),
    Nothing,
    Error { number: u32, class: u8, message: String },
    Interrupted,
}

/// Talks with a client until it goes.
pub fn talk(state: &Arc<State>, socket: TcpStream) -> io::Result<()> {
    let complain = |fault: Fault| io::Error::other(fault);
    let mut wire = Wire::new(socket);
    let Some((PRELOGIN, message)) = wire.receive()? else { return Err(complain("no PRELOGIN first".into())) };
    let given = options(&message).map_err(complain)?;
    let value = |kind: u8| given.iter().find(|(option, _)| *option == kind).map(|(_, value)| value.as_slice());
    state.note(Asked::Connect { encryption: value(1).and_then(|value| value.first().copied()).unwrap_or(0xFF) });
    let encryption = state.behaviour().encryption;
    let instance = state.behaviour().instance.clone();
    let named = value(2).map(|raw| String::from_utf8_lossy(raw).trim_end_matches('\0').to_owned()).unwrap_or_default();
    let is_other = !named.is_empty() && instance.is_some_and(|instance| instance != named);
    wire.send(RESULT, &prelogin(encryption, is_other))?;
    if encryption == Encryption::Required {
        wire = wire.encrypt(&state.behaviour().tls.clone())?;
    }
    let Some((kind, message)) = wire.receive()? else { return Ok(()) };
    if kind != LOGIN7 {
        return Err(complain(format!("a message of the kind {kind:#04x} where LOGIN7 belongs")));
    }
    let login = Login::read(&message).map_err(complain)?;
    state.note(Asked::Login(login.clone()));
    let mut answer = Vec::new();
    let refusal = state.refusal(&login);
    for (number, message) in &refusal {
        token::error(*number, 14, message, &mut answer);
    }
    if refusal.is_empty() {
        token::new_text(1, &login.database, "master", &mut answer);
        token::error(5701, 0, &format!("Changed database context to '{}'.", login.database), &mut answer);
        token::new_collation(&mut answer);
        token::login_acknowledged(&mut answer);
        token::new_text(4, &login.packet_size.to_string(), "4096", &mut answer);
        if let Some((host, port)) = &state.behaviour().routing {
            token::routing(host, *port, &mut answer);
        }
    }
    token::done(DONE, if refusal.is_empty() { 0 } else { token::FAILED }, 0, &mut answer);
    wire.send(RESULT, &answer)?;
    if !refusal.is_empty() {
        return Ok(());
    }
    wire.packet_size = login.packet_size;
    let engine = Engine::open(&state.file);
    Session { state: Arc::clone(state), wire, engine, transaction: [0; 8], transactions: 0 }.serve()
}

fn prelogin(encryption: Encryption, is_other_instance: bool) -> Vec<u8> {
    let encryption = match encryption {
        Encryption::Required => 3,
        Encryption::NotSupported => 2,
    };
    let values: [(u8, &[u8]); 5] =
        [(0, &[16, 0, 0x03, 0xE8, 0, 0]), (1, &[encryption]), (2, &[u8::from(is_other_instance)]), (3, &[]), (4, &[0])];
    let mut offset = u16::try_from(values.len() * 5 + 1).unwrap();
    let (mut heads, mut bodies) = (Vec::new(), Vec::new());
    for (kind, value) in values {
        let length = u16::try_from(value.len()).unwrap();
        heads.push(kind);
        heads.extend(offset.to_be_bytes());
        heads.extend(length.to_be_bytes());
        bodies.extend(value);
        offset += length;
    }
    heads.push(0xFF);
    [heads, bodies].concat()
}

impl Session {
    fn serve(mut self) -> io::Result<()> {
        while let Some((kind, message)) = self.wire.receive()? {
            self.state.wait_while_frozen();
            let mut answer = Vec::new();
            match kind {
                SQL_BATCH => self.batch(&message, &mut answer).map_err(io::Error::other)?,
                RPC => self.call(&message, &mut answer)?,
                // It came too late: nothing runs.
                ATTENTION => self.interrupted(&mut answer),
                other => return Err(io::Error::other(format!("a message of the kind {other:#04x}"))),
            }
            self.wire.send(RESULT, &answer)?;
        }
        Ok(())
    }

    fn interrupted(&mut self, answer: &mut Vec<u8>) {
        self.state.note(Asked::Attention);
        token::done(DONE, token::ATTENTION, 0, answer);
    }

    fn is_in_transaction(&self) -> bool {
        self.transaction != [0; 8]
    }

    fn check(&self, descriptor: [u8; 8]) -> Result<(), Fault> {
        (descriptor == self.transaction).then_some(()).ok_or_else(|| {
            format!("the client believes to be in the transaction {descriptor:?}, and it is {:?}", self.transaction)
        })
    }

    fn batch(&mut self, message: &[u8], answer: &mut Vec<u8>) -> Result<(), Fault> {
        let mut reader = Reader(message);
        self.check(reader.headers()?)?;
        let sql = reader.text(reader.0.len() / 2)?;
        self.state.note(Asked::Batch(sql.clone()));
        let outcome = match sql.as_str() {
            "BEGIN TRANSACTION" => self.begin(answer),
            "COMMIT TRANSACTION" => self.end(true, answer),
            "ROLLBACK TRANSACTION" => self.end(false, answer),
            "IF @@TRANCOUNT > 0 ROLLBACK TRANSACTION" if self.is_in_transaction() => self.end(false, answer),
            "IF @@TRANCOUNT > 0 ROLLBACK TRANSACTION" => Outcome::Nothing,
            settings if settings.starts_with("SET ") => Outcome::Nothing,
            other => match self.state.answer_to(other, &[]) {
                Some(UsualAnswer::Table(found)) => Outcome::Table(found),
                _ => self.evaluate(other, &[], &[]),
            },
        };
        match outcome {
            Outcome::Error { number, class, message } => {
                token::error(number, class, &message, answer);
                token::done(DONE, token::FAILED, 0, answer);
            }
            Outcome::Table(found) => {
                token::table(&found, answer);
                token::done(DONE, token::COUNT, found.rows.len(), answer);
            }
            _ => token::done(DONE, 0, 0, answer),
        }
        Ok(())
    }

    fn begin(&mut self, answer: &mut Vec<u8>) -> Outcome {
        if let Err(message) = self.engine.run("BEGIN", &[], &[]) {
            return Outcome::Error { number: 1, class: 16, message };
        }
        self.transactions += 1;
        self.transaction = self.transactions.to_le_bytes();
        token::transaction(8, self.transaction, answer);
        Outcome::Nothing
    }

    fn end(&mut self, keep: bool, answer: &mut Vec<u8>) -> Outcome {
        if !self.is_in_transaction() {
            let (number, word) = if keep { (3902, "COMMIT") } else { (3903, "ROLLBACK") };
            let message = format!("The {word} TRANSACTION request has no corresponding BEGIN TRANSACTION.");
            return Outcome::Error { number, class: 16, message };
        }
        self.engine.run(if keep { "COMMIT" } else { "ROLLBACK" }, &[], &[]).unwrap();
        token::transaction(if keep { 9 } else { 10 }, std::mem::take(&mut self.transaction), answer);
        Outcome::Nothing
    }

    /// A call of `sp_executesql`: the text, the declarations of its parameters, and their values.
    fn call(&mut self, message: &[u8], answer: &mut Vec<u8>) -> io::Result<()> {
        let (sql, names, values) = self.read_call(message).map_err(io::Error::other)?;
        self.state.note(Asked::Query { text: sql.clone(), values: values.clone() });
        let outcome = match self.state.answer_to(&sql, &values) {
            Some(UsualAnswer::Table(found)) => Outcome::Table(found),
            Some(UsualAnswer::Tables(found)) => Outcome::Tables(found),
            Some(UsualAnswer::Error { number, class, message, ends_transaction }) => {
                if ends_transaction {
                    self.end(false, answer);
                }
                Outcome::Error { number, class, message }
            }
            Some(UsualAnswer::Commits(sql)) => {
                self.engine.run(&sql, &[], &[]).unwrap();
                self.end(true, answer);
                self.evaluate("SELECT 'done'", &[], &[])
            }
            Some(UsualAnswer::Statement(sql)) => self.evaluate(&sql, &names, &values),
            Some(UsualAnswer::Sleep(time)) => self.sleep(time)?,
            None => self.evaluate(&sql, &names, &values),
        };
        let status = match outcome {
            Outcome::Interrupted => {
                self.interrupted(answer);
                return Ok(());
            }
            Outcome::Error { number, class, message } => {
                token::error(number, class, &message, answer);
                if class >= 20 {
                    token::done(DONE, token::FAILED, 0, answer);
                    self.wire.send(RESULT, answer)?;
                    return Err(io::ErrorKind::ConnectionAborted.into());
                }
                token::done(DONE_IN_PROCEDURE, token::FAILED | token::MORE, 0, answer);
                token::FAILED
            }
            Outcome::Table(found) => {
                table_in_procedure(&found, answer);
                0
            }
            Outcome::Tables(all) => {
                for found in &all {
                    table_in_procedure(found, answer);
                }
                0
            }
            Outcome::Nothing => {
                token::done(DONE_IN_PROCEDURE, token::COUNT | token::MORE, 1, answer);
                0
            }
        };
        token::return_status(i32::from(status != 0), answer);
        token::done(DONE_PROCEDURE, status, 0, answer);
        Ok(())
    }

    fn read_call(&self, message: &[u8]) -> Result<Call, Fault> {
        let mut reader = Reader(message);
        self.check(reader.headers()?)?;
        if reader.u16()? != 0xFFFF || reader.u16()? != EXECUTE_SQL {
            return Err("a call of something else than sp_executesql".to_owned());
        }
        reader.u16()?;
        let sql = reader.parameter()?.1.ok_or("no statement")?;
        if reader.0.is_empty() {
            return Ok((sql, Vec::new(), Vec::new()));
        }
        // `@P1 nvarchar(4000),@P2 nvarchar(max)`
        let declared = reader.parameter()?.1.unwrap_or_default();
        let declared = declared.split(',').map(str::trim).filter(|one| !one.is_empty()).map(|one| {
            let (name, kind) = one.split_once(' ').unwrap_or((one, ""));
            let is_text = kind.to_lowercase().starts_with("nvarchar(");
            is_text.then(|| name.to_owned()).ok_or_else(|| format!("`{one}` is declared, and no text"))
        });
        let declared = declared.collect::<Result<Vec<_>, _>>()?;
        let (mut names, mut values) = (Vec::new(), Vec::new());
        while !reader.0.is_empty() {
            let (name, value) = reader.parameter()?;
            names.push(name);
            values.push(value);
        }
        (declared == names)
            .then_some((sql, names, values))
            .ok_or_else(|| format!("`{declared:?}` are declared, and not given"))
    }

    fn evaluate(&mut self, sql: &str, names: &[String], values: &[Option<String>]) -> Outcome {
        match self.engine.run(sql, names, values) {
            Ok(Some(found)) => Outcome::Table(found),
            Ok(None) => Outcome::Nothing,
            Err(message) => {
                let number = if message.starts_with("no such column") { 207 } else { 102 };
                Outcome::Error { number, class: 15, message }
            }
        }
    }

    /// Waits as `WAITFOR DELAY` does, until the client interrupts or is gone.
    fn sleep(&mut self, time: Duration) -> io::Result<Outcome> {
        let started = Instant::now();
        let _asleep = self.state.asleep();
        while started.elapsed() < time {
            self.state.wait_while_frozen();
            if self.wire.interrupts(Duration::from_millis(10))? {
                return Ok(Outcome::Interrupted);
            }
        }
        Ok(self.evaluate("SELECT 'slept'", &[], &[]))
    }
}

fn table_in_procedure(found: &Table, answer: &mut Vec<u8>) {
    token::table(found, answer);
    token::done(DONE_IN_PROCEDURE, token::COUNT | token::MORE, found.rows.len(), answer);
}
