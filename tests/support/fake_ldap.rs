//! A made-up LDAP server: does what Active Directory does and Samba does not. It writes down what it is asked.

pub mod ber;
pub mod domain;
pub mod table;

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread;

use self::ber::{Reader, head, number, sequence, tagged, text};
use self::table::{FakeEntry, in_scope};

const PAGED_RESULTS: &str = "1.2.840.113556.1.4.319";
const SIZE_LIMIT_EXCEEDED: u32 = 4;
const UNAVAILABLE_CRITICAL_EXTENSION: u32 = 12;
const NO_SUCH_OBJECT: u32 = 32;

/// What the server was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Operation {
    Connect,
    Bind { name: String, password: String },
    Search { base: String, scope: u32, attributes: Vec<String> },
    Other(u8),
}

/// The answer to a bind: name and password to result code and text.
pub type Bind = Arc<dyn Fn(&str, &str) -> (u32, String) + Send + Sync>;

/// What the server holds and how it behaves.
pub struct Table {
    pub entries: Vec<FakeEntry>,
    pub bind: Bind,
    /// Most values of an attribute in one answer.
    pub most_values: usize,
    /// Most entries in one answer.
    pub most_entries: usize,
    /// Attributes that only a question about one entry may ask for, in lower case.
    pub computed: Vec<String>,
    /// Whether listings come in pages if they are asked for so [RFC 2696].
    pub knows_pages: bool,
    /// References to other servers, sent with every search that is not of one entry.
    pub references: Vec<String>,
    /// Bases for which another server is named: the result is a referral [RFC 4511 4.1.10].
    pub elsewhere: Vec<String>,
}

impl Default for Table {
    fn default() -> Self {
        Self {
            entries: Vec::new(),
            bind: Arc::new(|_, _| (0, String::new())),
            most_values: 1_500,
            most_entries: 1_000,
            computed: ["tokengroups", "tokengroupsglobalanduniversal"].map(str::to_owned).to_vec(),
            knows_pages: true,
            references: Vec::new(),
            elsewhere: Vec::new(),
        }
    }
}

/// A running server. Its threads end with the test's process.
pub struct FakeLdap {
    pub url: String,
    state: Arc<State>,
}

struct State {
    table: Mutex<Table>,
    asked: Mutex<Vec<Operation>>,
}

impl FakeLdap {
    /// Starts a server on a free port, without TLS.
    pub fn start(table: Table) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("ldap://{}", listener.local_addr().unwrap());
        let state = Arc::new(State { table: Mutex::new(table), asked: Mutex::default() });
        let shared = Arc::clone(&state);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let state = Arc::clone(&shared);
                state.asked.lock().unwrap().push(Operation::Connect);
                thread::spawn(move || state.serve(stream));
            }
        });
        Self { url, state }
    }

    /// What it holds, to be looked at or changed.
    pub fn table(&self) -> MutexGuard<'_, Table> {
        self.state.table.lock().unwrap()
    }

    /// Changes the one entry of this name.
    pub fn change(&self, dn: &str, change: impl FnOnce(&mut FakeEntry)) {
        change(self.table().entries.iter_mut().find(|entry| entry.dn == dn).unwrap());
    }

    /// What it was asked since this was called last.
    pub fn asked(&self) -> Vec<Operation> {
        std::mem::take(&mut *self.state.asked.lock().unwrap())
    }

    /// How many binds and how many searches there were since [`FakeLdap::asked`] was called last.
    pub fn counted(&self) -> (usize, usize) {
        let asked = self.asked();
        let count = |wanted: fn(&Operation) -> bool| asked.iter().filter(|operation| wanted(operation)).count();
        (count(|one| matches!(one, Operation::Bind { .. })), count(|one| matches!(one, Operation::Search { .. })))
    }
}

impl State {
    fn serve(&self, mut stream: TcpStream) {
        let mut buffer = Vec::new();
        let mut chunk = [0; 16_384];
        loop {
            while let Some((_, length, before)) =
                head(&buffer).filter(|(_, length, head)| buffer.len() >= head + length)
            {
                let message: Vec<u8> = buffer.drain(..before + length).skip(before).collect();
                let Some(answer) = self.answer(&message) else { return };
                if stream.write_all(&answer).is_err() {
                    return;
                }
            }
            match stream.read(&mut chunk) {
                Ok(0) | Err(_) => return,
                Ok(count) => buffer.extend(&chunk[..count]),
            }
        }
    }

    /// The answer to one message; `None` if the client takes its leave.
    fn answer(&self, message: &[u8]) -> Option<Vec<u8>> {
        let mut parts = Reader(message);
        let id = parts.number();
        let (tag, request) = parts.next().unwrap();
        let controls = parts.next().map(|(_, controls)| controls);
        let say = |operation| self.asked.lock().unwrap().push(operation);
        let reply = |body: Vec<u8>| sequence(0x30, &[number(2, id), body]);
        match tag {
            0x60 => {
                let mut request = Reader(request);
                let (_, name, password) = (request.number(), request.text(), request.text());
                let bind = Arc::clone(&self.table.lock().unwrap().bind);
                let (code, said) = bind(&name, &password);
                say(Operation::Bind { name, password });
                Some(reply(result(0x61, code, &said, &[])))
            }
            0x63 => {
                let (operation, replies, done, cookie) = self.search(request, controls);
                say(operation);
                let mut answer: Vec<u8> = replies.into_iter().flat_map(&reply).collect();
                let mut last = vec![number(2, id), done];
                last.extend(cookie.map(|cookie| {
                    let value = sequence(0x30, &[number(2, 0), text(cookie)]);
                    sequence(0xa0, &[sequence(0x30, &[text(PAGED_RESULTS), text(value)])])
                }));
                answer.extend(sequence(0x30, &last));
                Some(answer)
            }
            0x42 => None,
            other => {
                say(Operation::Other(other));
                Some(reply(result(0x78, 2, "not here", &[])))
            }
        }
    }

    #[expect(clippy::type_complexity, reason = "the parts of one answer")]
    fn search(&self, request: &[u8], controls: Option<&[u8]>) -> (Operation, Vec<Vec<u8>>, Vec<u8>, Option<Vec<u8>>) {
        let table = self.table.lock().unwrap();
        let mut request = Reader(request);
        let (base, scope, _, limit) = (request.text(), request.number(), request.number(), request.number());
        let (_, _, filter) = (request.number(), request.number(), request.next().unwrap());
        let mut names = Reader(request.next().unwrap().1);
        let attributes: Vec<String> =
            std::iter::from_fn(|| names.next()).map(|(_, name)| String::from_utf8_lossy(name).into_owned()).collect();
        let operation = Operation::Search { base: base.clone(), scope, attributes: attributes.clone() };
        let refused = |code, said: &str, referral: &[String]| {
            (operation.clone(), Vec::new(), result(0x65, code, said, referral), None)
        };
        if table.elsewhere.iter().any(|elsewhere| in_scope(&base, elsewhere, 2)) {
            return refused(10, "0000202B: RefErr", &["ldap://elsewhere.example.com/".to_owned()]);
        }
        if scope > 0 && attributes.iter().any(|name| table.computed.contains(&name.to_lowercase())) {
            return refused(1, "00002120: SvcErr: DSID-03140449, problem 5012 (DIR_ERROR), data 0", &[]);
        }
        if !base.is_empty() && !table.entries.iter().any(|entry| in_scope(&entry.dn, &base, 2)) {
            return refused(NO_SUCH_OBJECT, "0000208D: NameErr", &[]);
        }
        let found: Vec<&FakeEntry> =
            table.entries.iter().filter(|entry| in_scope(&entry.dn, &base, scope) && entry.matches(filter)).collect();
        let page = controls.and_then(page_of);
        if !table.knows_pages && page.as_ref().is_some_and(|page| page.is_critical) {
            return refused(UNAVAILABLE_CRITICAL_EXTENSION, "", &[]);
        }
        let page = page.filter(|_| table.knows_pages);
        let start = page.as_ref().map_or(0, |page| String::from_utf8_lossy(&page.cookie).parse().unwrap_or(0));
        let limit = usize::try_from(limit).unwrap();
        let most = [limit, page.as_ref().map_or(0, |page| page.size), table.most_entries];
        let most = most.into_iter().filter(|most| *most > 0).min().unwrap();
        let mut replies: Vec<Vec<u8>> = Vec::new();
        for entry in found.iter().skip(start).take(most) {
            replies.push(entry_message(&entry.dn, &entry.shown(&attributes, table.most_values)));
        }
        if scope > 0 {
            replies.extend(table.references.iter().map(|url| sequence(0x73, &[text(url)])));
        }
        let more = found.len() > start + most;
        match page {
            Some(_) => {
                let cookie = if more { (start + most).to_string() } else { String::new() };
                (operation, replies, result(0x65, 0, "", &[]), Some(cookie.into_bytes()))
            }
            None => (operation, replies, result(0x65, if more { SIZE_LIMIT_EXCEEDED } else { 0 }, "", &[]), None),
        }
    }
}

/// A page that is asked for.
struct Page {
    is_critical: bool,
    size: usize,
    cookie: Vec<u8>,
}

fn page_of(controls: &[u8]) -> Option<Page> {
    let mut controls = Reader(controls);
    while let Some((_, control)) = controls.next() {
        let mut parts = Reader(control);
        if parts.text() != PAGED_RESULTS {
            continue;
        }
        let parts: Vec<(u8, &[u8])> = std::iter::from_fn(|| parts.next()).collect();
        let is_critical = parts.iter().any(|(tag, value)| *tag == 1 && *value != [0]);
        let mut page = Reader(Reader(parts.iter().find(|(tag, _)| *tag == 4)?.1).next()?.1);
        return Some(Page {
            is_critical,
            size: usize::try_from(page.number()).unwrap(),
            cookie: page.next()?.1.to_vec(),
        });
    }
    None
}

fn entry_message(dn: &str, attributes: &[(String, Vec<Vec<u8>>)]) -> Vec<u8> {
    let attributes: Vec<Vec<u8>> = attributes
        .iter()
        .map(|(name, values)| {
            let values: Vec<Vec<u8>> = values.iter().map(text).collect();
            sequence(0x30, &[text(name), sequence(0x31, &values)])
        })
        .collect();
    sequence(0x64, &[text(dn), sequence(0x30, &attributes)])
}

fn result(tag: u8, code: u32, said: &str, referral: &[String]) -> Vec<u8> {
    let mut parts = vec![number(10, code), text(""), text(said)];
    if !referral.is_empty() {
        parts.push(tagged(0xa3, &referral.iter().map(text).collect::<Vec<_>>().concat()));
    }
    sequence(tag, &parts)
}
