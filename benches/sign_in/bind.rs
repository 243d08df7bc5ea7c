//! One simple bind over LDAPS, written by hand [RFC 4511 4.2].

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::sync::{Arc, OnceLock};

use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

use crate::support::samba::Samba;

/// The answer to a bind ends in a result: success, no name, no text.
const SUCCESS: [u8; 7] = [0x0a, 0x01, 0x00, 0x04, 0x00, 0x04, 0x00];

/// Connects, binds with the right password, and leaves.
pub fn as_person(domain: &Samba, login: &str) {
    static CONFIG: OnceLock<Arc<ClientConfig>> = OnceLock::new();
    let config = CONFIG.get_or_init(|| {
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from_pem_file(domain.ca_file()).unwrap()).unwrap();
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
        Arc::new(config.with_root_certificates(roots).with_no_client_auth())
    });
    let socket = TcpStream::connect((domain.address(), 636)).unwrap();
    socket.set_nodelay(true).unwrap();
    let name = ServerName::from(socket.peer_addr().unwrap().ip());
    let mut tls = StreamOwned::new(ClientConnection::new(Arc::clone(config), name).unwrap(), socket);
    tls.write_all(&request(&format!("{login}@corp.example.com"), &format!("Passw0rd.{login}"))).unwrap();
    tls.flush().unwrap();
    let mut answer = [0; 512];
    let length = tls.read(&mut answer).unwrap();
    assert!(answer[..length].windows(SUCCESS.len()).any(|window| window == SUCCESS), "{:?}", &answer[..length]);
}

/// Names and passwords are short enough for lengths of one byte.
fn request(name: &str, password: &str) -> Vec<u8> {
    let tagged = |tag: u8, content: &[u8]| [&[tag, u8::try_from(content.len()).unwrap()], content].concat();
    let version = tagged(2, &[3]);
    let bind = [version, tagged(4, name.as_bytes()), tagged(0x80, password.as_bytes())].concat();
    tagged(0x30, &[tagged(2, &[1]), tagged(0x60, &bind)].concat())
}
