//! An HTTP proxy that brings every host name to one local server, so that clients with built-in addresses can be tested.

use std::io::{BufRead as _, BufReader, Write as _, copy};
use std::net::{Shutdown, TcpListener, TcpStream};

/// Starts the proxy and gives its URL. It ends with the test run.
pub fn detour_to(port: u16) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for client in listener.incoming().map_while(Result::ok) {
            std::thread::spawn(move || tunnel(client, port));
        }
    });
    url
}

/// Answers `CONNECT host:port` [RFC 9110 9.3.6] and passes bytes both ways.
fn tunnel(client: TcpStream, port: u16) -> Option<()> {
    let mut request = BufReader::new(client.try_clone().ok()?);
    let mut line = String::new();
    while request.read_line(&mut line).ok()? > 2 {
        line.clear();
    }
    let server = TcpStream::connect(("127.0.0.1", port)).ok()?;
    (&client).write_all(b"HTTP/1.1 200 OK\r\n\r\n").ok()?;
    let (mut from_server, mut to_client) = (server.try_clone().ok()?, client);
    std::thread::spawn(move || {
        let _ = copy(&mut from_server, &mut to_client);
        let _ = to_client.shutdown(Shutdown::Write);
    });
    let mut to_server = server;
    copy(&mut request, &mut to_server).ok()?;
    to_server.shutdown(Shutdown::Write).ok()
}
