//! People with Kerberos tickets, as they sit at a computer of the domain.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use super::https::HOST;
use super::samba::Samba;

/// A person who has signed in to Windows: a ticket cache of their own.
pub struct Person {
    folder: tempfile::TempDir,
    krb5_conf: PathBuf,
}

impl Person {
    /// Somebody without a ticket.
    pub fn without_ticket(domain: &Samba) -> Self {
        Self { folder: tempfile::tempdir().unwrap(), krb5_conf: domain.krb5_conf() }
    }

    /// Somebody whose password is `Passw0rd.` and their name.
    pub fn signed_in(domain: &Samba, name: &str) -> Self {
        Self::signed_in_with(domain, name, &format!("Passw0rd.{name}"), &[])
    }

    /// Somebody with another password, or with other options of `kinit`.
    pub fn signed_in_with(domain: &Samba, name: &str, password: &str, options: &[&str]) -> Self {
        let person = Self::without_ticket(domain);
        let mut kinit = person.command("kinit");
        kinit.args(options).arg(format!("{name}@CORP.EXAMPLE.COM")).stdin(Stdio::piped()).stdout(Stdio::null());
        let mut kinit = kinit.stderr(Stdio::piped()).spawn().expect("kinit is missing: apt-get install krb5-user");
        writeln!(kinit.stdin.take().unwrap(), "{password}").unwrap();
        let output = kinit.wait_with_output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        person
    }

    /// The variables that a program of this person has.
    pub fn variables(&self) -> [(&'static str, PathBuf); 3] {
        [
            ("KRB5_CONFIG", self.krb5_conf.clone()),
            ("KRB5CCNAME", self.folder.path().join("tickets")),
            ("HOME", self.folder.path().to_owned()),
        ]
    }

    /// A program of this person.
    pub fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.envs(self.variables());
        command
    }

    /// `curl --negotiate`, which uses the person's tickets, for a server on this machine that calls itself [`HOST`].
    pub fn curl(&self, port: u16, certificate: &Path, arguments: &[&str]) -> Output {
        self.command("curl")
            .args(["--silent", "--show-error", "--max-time", "40", "--negotiate", "--user", ":", "--cookie", ""])
            .args(["--resolve", &format!("{HOST}:{port}:127.0.0.1"), "--cacert"])
            .arg(certificate)
            .args(arguments)
            .output()
            .unwrap()
    }

    /// A new token for [`HOST`], as it stands after `Negotiate ` in a request, shown to nobody yet.
    pub fn token(&self) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let caught = std::thread::spawn(move || {
            // Without a challenge, curl may send nothing.
            for _ in 0..3 {
                let (mut stream, _) = listener.accept().unwrap();
                let lines = BufReader::new(stream.try_clone().unwrap()).lines();
                let head: Vec<String> = lines.map_while(Result::ok).take_while(|line| !line.is_empty()).collect();
                let token = head.iter().find_map(|line| line.strip_prefix("Authorization: Negotiate "));
                let status = if token.is_some() { "200 OK" } else { "401 Unauthorized\r\nWWW-Authenticate: Negotiate" };
                write!(stream, "HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n").unwrap();
                if let Some(token) = token {
                    return token.trim().to_owned();
                }
            }
            panic!("curl sends no token");
        });
        let url = format!("http://{HOST}:{port}/");
        let output = self.curl(port, Path::new("/etc/hostname"), &[&url]);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        // If it has sent none, nobody else comes.
        (0..3).for_each(|_| drop(std::net::TcpStream::connect(("127.0.0.1", port))));
        caught.join().unwrap()
    }
}
