//! The listener for whoever runs the server: whether it lives, is ready, and what happened.

use std::net::TcpListener;
use std::thread;

use claimsmith::web::{self, Stop};
use tokio::runtime::Builder;

use crate::support::https::Client;
use crate::support::identity_provider::{TestServer, limits};

#[test]
fn the_management_listener_counts_what_happened() {
    let server = TestServer::start();
    server.sign_in("alice");
    server.sign_in("carol");
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let (provider, stop) = (server.provider.clone(), Stop::new());
    let limits = limits();
    let serving = {
        let stop = stop.clone();
        thread::spawn(move || {
            let runtime = Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(web::serve_management(listener, provider, limits, stop))
        })
    };
    let read = |path: &str| Client::plain(address, path);
    assert_eq!(read("/livez").body, "ok\n");
    assert_eq!(read("/readyz").status, 200);
    let metrics = read("/metrics").body;
    assert!(metrics.contains("claimsmith_sign_ins_total{result=\"ok\"} 2\n"), "{metrics}");
    assert!(metrics.contains("claimsmith_issuances_total{result=\"ok\"} 1\n"));
    assert!(metrics.contains("claimsmith_issuances_total{result=\"refused\"} 1\n"));
    stop.gracefully(limits);
    serving.join().unwrap().unwrap();
}
