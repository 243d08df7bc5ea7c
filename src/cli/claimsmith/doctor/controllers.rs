//! Every domain controller by itself: found, reached, believed, and willing to tell what a sign-in needs.

use std::time::Duration;

use jiff::Timestamp;
use url::Url;

use super::bounded::bounded;
use super::certificate;
use super::finding::{Finding, count};
use super::wire::{self, Obstacle};
use crate::config::server::{Controller, Controllers, Reached};
use crate::store::active_directory::{Examination, Readable};

/// How long all checks of one controller may take.
const LIMIT: Duration = Duration::from_secs(40);
/// Clocks that differ by more spoil Kerberos, and by as much the times in responses [RFC 4120 5.5.1].
const MOST_SECONDS_APART: i64 = 300;
/// Clocks that are set by the network differ by less.
const USUAL_SECONDS_APART: i64 = 30;

/// Examines all controllers at the same time. `login` is the person who is looked at; where there are several domains, it is
/// anybody in each.
pub(super) fn check(controllers: Controllers, login: Option<&str>, now: Timestamp) -> Vec<Finding> {
    let mut findings: Vec<Finding> =
        controllers.unfound.iter().map(|(domain, reason)| unfound(domain, reason)).collect();
    let login = login.filter(|_| !controllers.of_several_domains);
    let running: Vec<_> = controllers
        .found
        .into_iter()
        .map(|controller| {
            let (url, login) = (controller.reached.url.clone(), login.map(str::to_owned));
            let examined = std::thread::spawn(move || bounded(LIMIT, move || one(&controller, login.as_deref(), now)));
            (url, examined)
        })
        .collect();
    for (url, examined) in running {
        findings.extend(examined.join().ok().flatten().unwrap_or_else(|| {
            let told = format!("it was not examined within {} s", LIMIT.as_secs());
            vec![Finding::error(subject(&url), told).help("see whether the server or the DNS hangs")]
        }));
    }
    findings
}

fn unfound(domain: &str, reason: &str) -> Finding {
    // What to do stands at its end.
    let (what, help) = reason.rsplit_once("; ").unwrap_or((reason, "name the controllers in `urls`"));
    Finding::error(format!("domain `{domain}`"), what).why("nobody can sign in").help(help)
}

fn subject(url: &str) -> String {
    format!("controller `{url}`")
}

/// Each step only if the one before it went well: what follows from one fault is none by itself.
fn one(controller: &Controller, login: Option<&str>, now: Timestamp) -> Vec<Finding> {
    let subject = subject(&controller.reached.url);
    let mut findings = Vec::new();
    match way_to(&controller.reached, now, &subject) {
        Ok(certificate) => findings.push(certificate),
        Err(Obstacle { what, help }) => return vec![Finding::error(subject, what).help(help)],
    }
    let examined = controller.alone.examine(login).and_then(|found| match login {
        // Nobody of that name says nothing about the others.
        Some(_) if found.person.is_none() => controller.alone.examine(None),
        _ => Ok(found),
    });
    match examined {
        Ok(examination) => findings.extend(judge(&examination, now, &subject)),
        Err(error) => {
            findings.push(unasked(&error.to_string(), &subject));
        }
    }
    findings
}

/// Why the service account learns nothing from it, though it can be reached.
fn unasked(told: &str, subject: &str) -> Finding {
    let help = if told.contains("Kerberos") {
        "see \"A service account without a password\" in docs/operate/kerberos.md: `bind_name` and `bind_keytab_file` \
         belong together, `urls` must be the controllers' own names, and the KDC must be found"
    } else if told.contains("`directory.ldap`") {
        "if it is no Active Directory, configure it as `directory.ldap`; docs/operate/ldap.md has an example"
    } else if told.contains("was refused") {
        "correct `bind_name`, such as `user@domain`, and the password, or the account itself: it must not be disabled, \
         locked or expired, nor have to change its password"
    } else {
        "see whether the controller has what is asked for, and lets the service account see it"
    };
    Finding::error(subject, told).why("it answers nobody's sign-in").help(help)
}

/// Connects, and looks at the certificate.
pub(super) fn way_to(server: &Reached, now: Timestamp, subject: &str) -> Result<Finding, Obstacle> {
    let url = Url::parse(&server.url)
        .map_err(|error| Obstacle { what: error.to_string(), help: "write `ldaps://HOST`".to_owned() })?;
    let socket = wire::connect(&wire::resolve(&url)?)?;
    let shown = wire::certificate(socket, &url, server.start_tls, server.ca_file.as_deref())?;
    let next = "renew the server's certificate";
    let finding = certificate::times(&shown).map_or_else(
        || Finding::ok(subject, "it is believed"),
        |(from, until)| certificate::validity(subject, from, until, now, next),
    );
    let told = finding.message.strip_prefix("it ").unwrap_or(&finding.message);
    Ok(Finding { message: format!("its certificate {told}"), ..finding })
}

/// What a controller says, and shows of a person.
fn judge(examination: &Examination, now: Timestamp, subject: &str) -> Vec<Finding> {
    let Examination { domain: [netbios, dns], host, time, person } = examination;
    let host = host.as_deref().unwrap_or("a controller");
    let mut findings =
        vec![Finding::ok(subject, format!("`{host}` of `{netbios}`, `{dns}`, lets the service account in"))];
    findings.extend(time.map(|time| clock(time, now, subject)));
    findings.push(match person {
        None => Finding::error(subject, "the service account sees nobody")
            .why("nobody can sign in")
            .help("let it read the people below `base`, or correct `base`"),
        Some(person) => rights(person, subject),
    });
    findings
}

fn clock(theirs: Timestamp, ours: Timestamp, subject: &str) -> Finding {
    let apart = ours.duration_since(theirs).as_secs();
    let told = format!(
        "its clock and this machine's are {} apart",
        count(usize::try_from(apart.unsigned_abs()).unwrap_or(usize::MAX), "second")
    );
    let help = "let both take the time from the network (NTP)";
    if apart.abs() > MOST_SECONDS_APART {
        Finding::error(subject, told).why("tickets and responses are not accepted at such times").help(help)
    } else if apart.abs() > USUAL_SECONDS_APART {
        Finding::warning(subject, told).why("beyond 300 seconds tickets and responses are not accepted").help(help)
    } else {
        Finding::ok(subject, told)
    }
}

fn rights(person: &Readable, subject: &str) -> Finding {
    let Readable { name, groups, hidden } = person;
    if *groups == 0 {
        return Finding::error(subject, format!("the service account may not read `tokenGroups` of `{name}`"))
            .why("nobody has any groups, so nobody has any roles")
            .help(
                "add it to the group `Windows Authorization Access Group`, or let it read the property \
                 `Token-Groups-Global-And-Universal` and `Token-Groups` of people",
            );
    }
    if !hidden.is_empty() {
        let told = format!("the service account may not read `{}` of `{name}`", hidden.join("`, `"));
        return Finding::error(subject, told)
            .why("no session holds while nobody can tell whether the account may still be used")
            .help("let it read the property set `Account Restrictions` of people");
    }
    Finding::ok(subject, format!("`{name}` is shown whole, with the SIDs of {}", count(*groups, "group")))
}

#[cfg(test)]
mod tests {
    use super::super::finding::Severity;
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn clocks_are_compared() {
        let now = at("2026-11-21T10:00:00Z");
        for (theirs, expected) in [
            ("2026-11-21T10:00:29Z", Severity::Ok),
            ("2026-11-21T09:59:00Z", Severity::Warning),
            ("2026-11-21T10:06:00Z", Severity::Error),
        ] {
            assert_eq!(clock(at(theirs), now, "x").severity, expected, "{theirs}");
        }
    }

    #[test]
    fn what_is_hidden_is_named() {
        let person =
            |groups, hidden: &[&'static str]| Readable { name: "alice".into(), groups, hidden: hidden.to_vec() };
        assert_eq!(rights(&person(3, &[]), "x").severity, Severity::Ok);
        assert!(rights(&person(0, &[]), "x").message.contains("`tokenGroups` of `alice`"));
        let told = rights(&person(1, &["pwdLastSet", "accountExpires"]), "x");
        assert!(told.message.contains("`pwdLastSet`, `accountExpires` of `alice`"), "{}", told.message);
        assert_eq!(told.severity, Severity::Error);
    }
}
