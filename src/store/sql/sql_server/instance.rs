//! The port of a named instance, which the SQL Server Browser of its machine tells [MC-SQLR 2.2.2, 2.2.5].

use std::net::SocketAddr;
use std::time::Duration;

use tokio::net::{UdpSocket, lookup_host};

/// Where the browser listens.
const BROWSER_PORT: u16 = 1434;
/// Asks for one instance.
const CLNT_UCAST_INST: u8 = 0x04;
/// Begins an answer; two bytes of its length follow.
const SVR_RESP: u8 = 0x05;
/// Questions and answers get lost: asked again after this, until the time to connect is over.
const AGAIN: Duration = Duration::from_secs(1);

/// Asks for the TCP port of an instance, for as long as the caller waits.
///
/// # Errors
///
/// Why the port cannot be learnt.
pub(super) async fn port(host: &str, instance: &str) -> Result<u16, String> {
    let addresses: Vec<_> = lookup_host((host, BROWSER_PORT)).await.map_err(|error| error.to_string())?.collect();
    if addresses.is_empty() {
        return Err(format!("the name `{host}` has no address"));
    }
    ask(&addresses, host, instance).await
}

/// Asks at one address after the other, until one answers or all refuse.
async fn ask(addresses: &[SocketAddr], host: &str, instance: &str) -> Result<u16, String> {
    let mut reason = String::new();
    let question = [&[CLNT_UCAST_INST], instance.as_bytes(), &[0]].concat();
    loop {
        let mut is_silent = false;
        for address in addresses {
            let any = if address.is_ipv4() { "0.0.0.0:0" } else { "[::]:0" };
            let asked = async {
                let socket = UdpSocket::bind(any).await?;
                // Only this machine may answer.
                socket.connect(address).await?;
                socket.send(&question).await?;
                let mut answer = vec![0; 4_096];
                let length = socket.recv(&mut answer).await?;
                answer.truncate(length);
                std::io::Result::Ok(answer)
            };
            match tokio::time::timeout(AGAIN, asked).await {
                Ok(Ok(answer)) => return told(&answer, instance),
                Ok(Err(error)) => reason = error.to_string(),
                Err(_) => is_silent = true,
            }
        }
        if !is_silent {
            return Err(format!(
                "the SQL Server Browser of `{host}` does not tell where the instance `{instance}` is ({reason}); start \
                 it, open UDP port {BROWSER_PORT}, or write `port` instead of `instance`"
            ));
        }
    }
}

/// `ServerName;DB1;InstanceName;HR;IsClustered;No;Version;16.0.1000.6;tcp;49832;;`: names and values in turn.
fn told(answer: &[u8], instance: &str) -> Result<u16, String> {
    let [SVR_RESP, low, high, text @ ..] = answer else {
        return Err("the SQL Server Browser does not keep to its protocol".to_owned());
    };
    let length = usize::from(u16::from_le_bytes([*low, *high]));
    let text = String::from_utf8_lossy(text.get(..length).unwrap_or(text));
    let mut parts = text.split(';');
    while let (Some(name), Some(value)) = (parts.next(), parts.next()) {
        if name.eq_ignore_ascii_case("tcp") {
            return value.parse().map_err(|_| format!("the SQL Server Browser names the port `{value}`"));
        }
    }
    Err(format!("the instance `{instance}` does not listen on TCP; enable that protocol in its network configuration"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(text: &str) -> Vec<u8> {
        let length = u16::try_from(text.len()).unwrap().to_le_bytes();
        [&[5], &length[..], text.as_bytes()].concat()
    }

    #[test]
    fn the_port_stands_after_its_name() {
        let text = "ServerName;tcp;InstanceName;HR;IsClustered;No;Version;16.0.1000.6;np;\\\\DB1\\pipe;tcp;49832;;";
        assert_eq!(told(&answer(text), "HR"), Ok(49832));
        for wrong in ["ServerName;DB1;np;x;;", "", "tcp;none;;", "tcp;70000;;"] {
            assert!(told(&answer(wrong), "HR").is_err(), "{wrong}");
        }
        for wrong in [&[][..], &[5], &[5, 1], &[4, 0, 0], b"HTTP/1.1"] {
            assert!(told(wrong, "HR").is_err());
        }
    }

    #[tokio::test]
    async fn an_address_that_refuses_is_passed_over() {
        let here = || async { UdpSocket::bind("127.0.0.1:0").await.unwrap() };
        let (closed, browser) = (here().await.local_addr().unwrap(), here().await);
        let addresses = [closed, browser.local_addr().unwrap()];
        let answering = async {
            let (_, asker) = browser.recv_from(&mut [0; 64]).await.unwrap();
            browser.send_to(&answer("ServerName;DB1;tcp;49832;;"), asker).await.unwrap();
        };
        let (told, ()) = tokio::join!(ask(&addresses, "db1", "HR"), answering);
        assert_eq!(told, Ok(49832));
        assert!(ask(&[closed], "db1", "HR").await.unwrap_err().contains("refused"));
    }
}
