//! Distinguished names: `store::dn`.

use crate::store::dn::{domain, escaped, is_within, leaf, normalised, of_domain, parts};

/// A value that is escaped is read as that value; a name is the same however it is spelled, and beneath another exactly if
/// its parts end with the other's.
///
/// # Panics
///
/// If not so.
pub fn distinguished_name(name: &str, base: &str) {
    assert_eq!(leaf(&format!("CN={},DC=x", escaped(name))).as_deref(), Some(name));
    assert_eq!(normalised(&respelled(name)), normalised(name), "{name:?}");
    let [own, outer] = [name, base].map(folded);
    assert_eq!(normalised(name) == normalised(base), own == outer, "{name:?} {base:?}");
    assert_eq!(is_within(name, base), own.ends_with(&outer), "{name:?} {base:?}");
    assert!(is_within(&format!("CN={},{base}", escaped(name)), base), "{name:?} {base:?}");
    let labels = name.split('.').filter(|label| !label.is_empty()).collect::<Vec<_>>().join(".");
    assert!(labels.is_empty() || domain(&of_domain(&labels)) == labels, "{labels:?}");
}

/// The same name in another spelling: every value escaped anew.
fn respelled(name: &str) -> String {
    let piece = |(name, value): &(String, String)| format!("{}={}", escaped(name), escaped(value));
    let part = |part: &Vec<(String, String)>| part.iter().map(piece).collect::<Vec<_>>().join("+");
    parts(name).iter().map(part).collect::<Vec<_>>().join(",")
}

/// What a name says, without regard to case, and to the order within a part.
fn folded(name: &str) -> Vec<Vec<String>> {
    let piece = |piece: (String, String)| normalised(&respelled_piece(&piece));
    parts(name)
        .into_iter()
        .map(|part| {
            let mut part: Vec<String> = part.into_iter().map(piece).collect();
            part.sort_unstable();
            part
        })
        .collect()
}

fn respelled_piece((name, value): &(String, String)) -> String {
    format!("{}={}", escaped(name), escaped(value))
}
