//! What AD FS said against what is said here, for people and for programs.

use std::io::{self, Write};

use serde_json::{Value, json};

use crate::harness::parity::{About, Difference, Parity};
use crate::harness::recording::RuleRef;
use crate::report::count::counted;
use crate::report::explain::Person;
use crate::report::rule_ref::JsonRule;
use crate::report::visible::visible;
use crate::report::whynot;

/// Writes it for people. `user` is the name asked for, if it was one.
///
/// # Errors
///
/// `out` cannot be written.
pub fn human(out: &mut dyn Write, user: Option<&str>, parity: &Parity) -> io::Result<()> {
    let person = Person { user };
    let differ = match parity.differences.len() {
        0 => "nothing differs".to_owned(),
        1 => "1 thing differs".to_owned(),
        several => format!("{several} things differ"),
    };
    writeln!(out, "{}: {differ} from what AD FS said; {} the same", person.name(), is_same(parity.same))?;
    let mut told: Option<&About> = None;
    for difference in &parity.differences {
        if told != Some(&difference.about) {
            writeln!(out, "\n{}", title(&difference.about))?;
            told = Some(&difference.about);
        }
        one(out, person, difference)?;
    }
    writeln!(out, "\nnot compared:")?;
    parity.not_compared.iter().try_for_each(|what| writeln!(out, "  {}", visible(what)))
}

fn is_same(values: usize) -> String {
    format!("{} {}", counted(values, "value"), if values == 1 { "is" } else { "are" })
}

fn title(about: &About) -> String {
    match about {
        About::Attribute(name) => visible(name),
        About::NameFormat(name) => format!("name format of {}", visible(name)),
        other => other.word().to_owned(),
    }
}

fn one(out: &mut dyn Write, person: Person<'_>, difference: &Difference) -> io::Result<()> {
    match (&difference.theirs, &difference.ours) {
        (Some(theirs), Some(ours)) => {
            writeln!(out, "  AD FS  {}", visible(theirs))?;
            writeln!(out, "  here   {}", visible(ours))?;
            if difference.about != About::Decision
                && let Some(place) = difference.first_difference()
            {
                writeln!(out, "    {}", at(place))?;
            }
        }
        (Some(theirs), None) => writeln!(out, "  only from AD FS  {}", visible(theirs))?,
        (None, Some(ours)) => writeln!(out, "  only here        {}", visible(ours))?,
        (None, None) => {}
    }
    for rule in &difference.made_by {
        writeln!(out, "    made here by {rule}")?;
    }
    if let Some(name) = &difference.resembles {
        writeln!(out, "    here there is {}", visible(name))?;
    }
    difference.missing.as_ref().map_or(Ok(()), |missing| whynot::tree(out, person, missing, 2))
}

/// `'a' is not 'A' at byte 0`.
fn at((byte, theirs, ours): (usize, Option<char>, Option<char>)) -> String {
    let shown = |character: char| character.escape_debug().collect::<String>();
    match (theirs, ours) {
        (Some(theirs), Some(ours)) => format!("'{}' is not '{}' at byte {byte}", shown(theirs), shown(ours)),
        (Some(theirs), None) => format!("ends at byte {byte}, where AD FS goes on with '{}'", shown(theirs)),
        (None, Some(ours)) => format!("goes on at byte {byte} with '{}', where AD FS ends", shown(ours)),
        (None, None) => String::new(),
    }
}

/// Writes one JSON object.
///
/// # Errors
///
/// `out` cannot be written.
pub fn json(out: &mut dyn Write, user: Option<&str>, parity: &Parity) -> io::Result<()> {
    let object = json!({
        "user": user,
        "equal": parity.is_equal(),
        "same": parity.same,
        "differences": parity.differences.iter().map(difference).collect::<Vec<_>>(),
        "not_compared": parity.not_compared,
    });
    serde_json::to_writer_pretty(&mut *out, &object)?;
    writeln!(out)
}

fn difference(difference: &Difference) -> Value {
    let rules = |rules: &[RuleRef]| rules.iter().map(|rule| json!(JsonRule::from(rule))).collect::<Vec<_>>();
    json!({
        "about": difference.about.word(),
        "attribute": difference.about.attribute(),
        "theirs": difference.theirs,
        "ours": difference.ours,
        "byte": difference.first_difference().map(|(byte, ..)| byte),
        "made_by": rules(&difference.made_by),
        "missing": difference.missing.as_ref().map(whynot::missing),
        "resembles": difference.resembles,
    })
}
