//! What the errors of a SQL Server mean, by its numbers [Database engine events and errors].

use std::io::ErrorKind;

use tiberius::error::{Error, TokenError};

use crate::store::sql::failure::{Failure, not_reached};

/// Why no connection came to be.
pub(super) fn of_connecting(error: &Error, host: &str) -> Failure {
    match (failure(error), error) {
        (Failure::Lost(told), Error::Io { kind, .. }) => not_reached(*kind, told, host),
        (other, _) => other,
    }
}

/// What an error means: of the server, or of the connection to it.
pub(super) fn failure(error: &Error) -> Failure {
    match error {
        Error::Server(told) => of_server(told),
        Error::Tls(reason) => Failure::Refused(format!("the encrypted connection cannot be trusted: {}", tls(reason))),
        Error::Io { message, .. } if message.contains("alert") || message.contains("incompatible") => Failure::Refused(
            format!("the server speaks no TLS that is still safe, which is 1.2 or 1.3 ({message}); update it"),
        ),
        Error::Io { kind, message } => Failure::Lost(match kind {
            ErrorKind::UnexpectedEof | ErrorKind::ConnectionReset | ErrorKind::BrokenPipe => {
                "the server closed the connection".to_owned()
            }
            _ => message.clone(),
        }),
        Error::Protocol(reason) if reason.contains("requested encryption level") => Failure::Refused(
            "the server offers no encryption, and without it the password would be readable on the network; give it a \
             certificate"
                .to_owned(),
        ),
        Error::Protocol(reason) if reason.contains("instance") => {
            Failure::Refused(format!("the server is another instance: {reason}"))
        }
        Error::Routing { host, port } => {
            Failure::Lost(format!("the server sends on to `{host}:{port}`, which sends on again"))
        }
        other => Failure::Lost(format!("the server does not keep to its protocol: {other}")),
    }
}

fn of_server(told: &TokenError) -> Failure {
    let (code, message) = (told.code(), told.message());
    match code {
        1205 | 1222 | 3617 => Failure::Timeout(format!("the server ended the statement: {message} (error {code})")),
        // The server says to its own log why.
        18456 => refused(
            code,
            message,
            "check `user` and `password`; the log of the server says which was wrong, and \
                                         whether it lets users of its own sign in at all",
        ),
        4060 => refused(code, message, "check `database`, and whether the login has a user in it"),
        916 => refused(code, message, "give the login a user in that database"),
        18452 => refused(code, message, "`user` must be a login of the server itself and not one of Windows"),
        18486..=18488 => refused(code, message, "an administrator of the server must change the login"),
        976 | 978 | 979 | 982 | 983 => refused(code, message, "name the listener of its availability group as `host`"),
        18450..=18470 | 40532 | 40615 => refused(code, message, "ask an administrator of the server"),
        229 | 230 | 300 => {
            Failure::Query(format!("{message} (error {code}); grant the user SELECT, or EXECUTE on a procedure"))
        }
        266 | 3902 | 3903 => Failure::Query(format!(
            "it ended the transaction that it ran in, and what it changed may stay: {message} (error {code}); remove \
             COMMIT and ROLLBACK from what it runs"
        )),
        3906 => Failure::Query(format!("{message} (error {code}); it can only be read")),
        701 | 802 | 1105 | 10928 | 10929 | 17830 | 17883 | 40197 | 40501 | 40613 | 49918..=49920 => lost(code, message),
        _ if told.class() >= 20 => lost(code, message),
        _ => Failure::Query(format!("{message} (error {code})")),
    }
}

fn refused(code: u32, message: &str, advice: &str) -> Failure {
    Failure::Refused(format!("the server refuses: {message} (error {code}); {advice}"))
}

fn lost(code: u32, message: &str) -> Failure {
    Failure::Lost(format!("the server answers: {message} (error {code})"))
}

/// The driver's words on a certificate, without its advice to programmers.
fn tls(reason: &str) -> String {
    let Some((_, rest)) = reason.split_once("rejected during the TLS handshake: ") else { return reason.to_owned() };
    let cause = rest.split(". To connect anyway").next().unwrap_or(rest);
    let cause = cause.split(". The SQL Server presented").next().unwrap_or(cause).trim_end_matches('.');
    let advice = if cause.contains("UnknownIssuer") {
        "it is of an authority that is not trusted; name a file with the authority's own certificate as `ca_file`"
    } else if cause.contains("BadSignature") {
        "it is not signed by the authority of that name which is trusted; name a file with the new one as `ca_file`"
    } else if cause.contains("UnsupportedCertVersion") || cause.contains("CaUsedAsEndEntity") {
        "it is one that the server made for itself; give the server a certificate of an authority"
    } else if cause.contains("not valid for name") || cause.contains("NotValidForName") {
        "write `host` as the certificate names it, or issue one with that name"
    } else if cause.contains("expired") || cause.contains("Expired") {
        "renew it on the server, or set the clock of this machine"
    } else {
        return format!("invalid peer certificate: {cause}");
    };
    format!("invalid peer certificate: {cause}; {advice}")
}
