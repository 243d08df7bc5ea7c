//! A name server for a handful of names.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::sync::{Arc, Mutex};

/// Service records: priority, weight, port, target.
pub type Service = (u16, u16, u16, &'static str);

/// A running server. Its thread ends with the test's process.
pub struct NameServer {
    address: SocketAddr,
    zone: Arc<Mutex<Zone>>,
}

#[derive(Default)]
struct Zone {
    services: BTreeMap<String, Vec<Service>>,
    addresses: BTreeMap<String, Ipv4Addr>,
    seconds: u32,
    asked: usize,
}

impl NameServer {
    /// Starts a server that lets its answers be used for so long.
    pub fn start(seconds: u32) -> Self {
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        let address = socket.local_addr().unwrap();
        let zone = Arc::new(Mutex::new(Zone { seconds, ..Zone::default() }));
        let answering = Arc::clone(&zone);
        std::thread::spawn(move || {
            let mut question = [0; 512];
            while let Ok((length, client)) = socket.recv_from(&mut question) {
                let answer = answering.lock().unwrap().answer(&question[..length]);
                let _ = socket.send_to(&answer, client);
            }
        });
        Self { address, zone }
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Names the servers of a service from now on.
    pub fn serve(&self, name: &str, services: &[Service]) {
        self.zone.lock().unwrap().services.insert(name.to_lowercase(), services.to_vec());
    }

    /// Names a machine.
    pub fn host(&self, name: &str, address: &str) {
        self.zone.lock().unwrap().addresses.insert(name.to_owned(), address.parse().unwrap());
    }

    /// How often it was asked for a service.
    pub fn asked(&self) -> usize {
        self.zone.lock().unwrap().asked
    }
}

impl Zone {
    /// An answer to the one question of a message [RFC 1035 4.1].
    fn answer(&mut self, question: &[u8]) -> Vec<u8> {
        let mut name = String::new();
        let mut at = 12;
        while question[at] != 0 {
            let length = usize::from(question[at]);
            name += &String::from_utf8_lossy(&question[at + 1..=at + length]).to_lowercase();
            name.push('.');
            at += length + 1;
        }
        let name = name.trim_end_matches('.');
        let kind = u16::from_be_bytes([question[at + 1], question[at + 2]]);
        let records: Vec<Vec<u8>> = match kind {
            1 => self.addresses.get(name).map(|address| address.octets().to_vec()).into_iter().collect(),
            33 => {
                self.asked += 1;
                self.services.get(name).into_iter().flatten().map(service).collect()
            }
            _ => Vec::new(),
        };
        let known = self.services.contains_key(name) || self.addresses.contains_key(name);
        let mut answer = question[..2].to_vec();
        answer.extend([0x85, if known { 0x80 } else { 0x83 }, 0, 1]);
        answer.extend(u16::try_from(records.len()).unwrap().to_be_bytes());
        answer.extend([0; 4]);
        answer.extend(&question[12..at + 5]);
        for record in records {
            answer.extend([0xc0, 12]);
            answer.extend(kind.to_be_bytes());
            answer.extend([0, 1]);
            answer.extend(self.seconds.to_be_bytes());
            answer.extend(u16::try_from(record.len()).unwrap().to_be_bytes());
            answer.extend(record);
        }
        answer
    }
}

fn service((priority, weight, port, target): &Service) -> Vec<u8> {
    let mut record: Vec<u8> = [priority, weight, port].into_iter().flat_map(|number| number.to_be_bytes()).collect();
    for label in target.split('.') {
        record.push(u8::try_from(label.len()).unwrap());
        record.extend(label.bytes());
    }
    record.push(0);
    record
}
