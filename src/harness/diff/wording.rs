//! What changed in a rule, in words that follow its name: `no longer requires …`.

use std::fmt;

use crate::lang::ast::{ActionBody, Condition, Rule, StoreQuery};
use crate::lang::{action_text, assignment_text, condition_text, expression_text, predicate_text};

/// One thing in which two versions of a rule differ, in words that follow the rule's name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alteration {
    /// What it does now, or no longer does.
    pub now: String,
    /// What it did before, where something took its place.
    pub instead_of: Option<String>,
}

impl Alteration {
    pub(super) fn new(now: impl Into<String>) -> Self {
        Self { now: now.into(), instead_of: None }
    }

    fn instead(now: String, instead_of: String) -> Self {
        Self { now, instead_of: Some(instead_of) }
    }
}

impl fmt::Display for Alteration {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.now)?;
        match &self.instead_of {
            Some(before) => write!(out, " instead of {before}"),
            None => Ok(()),
        }
    }
}

/// Everything in which two versions of a rule differ. Empty if they do the same.
pub(super) fn changes(old: &Rule, new: &Rule) -> Vec<Alteration> {
    let mut said = Vec::new();
    conditions(old, new, &mut said);
    action(old, new, &mut said);
    said
}

fn conditions(old: &Rule, new: &Rule, said: &mut Vec<Alteration>) {
    let (gone, come) = apart(old.conditions.iter().collect(), new.conditions.iter().collect(), condition_text);
    let mut gone = gone.into_iter().peekable();
    let mut come = come.into_iter().peekable();
    loop {
        match (gone.next(), come.next()) {
            (None, None) => return,
            (Some(gone), None) => said.push(no_longer(gone)),
            (None, Some(come)) => said.push(now(come)),
            (Some(gone), Some(come)) if kind(gone) == kind(come) => predicates(gone, come, said),
            (Some(gone), Some(come)) => said.extend([no_longer(gone), now(come)]),
        }
    }
}

/// Which conditions can be compared part by part.
fn kind(condition: &Condition) -> (u8, bool) {
    match condition {
        Condition::Selector(_) => (0, false),
        Condition::Exists { negated, .. } => (1, *negated),
        Condition::Count { .. } => (2, false),
    }
}

fn no_longer(condition: &Condition) -> Alteration {
    Alteration::new(match condition {
        Condition::Exists { negated: true, pattern, .. } => {
            let predicates: Vec<String> = pattern.predicates.iter().map(predicate_text).collect();
            format!("no longer excludes whoever has [{}]", predicates.join(", "))
        }
        condition => format!("no longer requires {}", unbound(condition)),
    })
}

fn now(condition: &Condition) -> Alteration {
    Alteration::new(match condition {
        Condition::Exists { negated: true, pattern, .. } => {
            let predicates: Vec<String> = pattern.predicates.iter().map(predicate_text).collect();
            format!("now excludes whoever has [{}]", predicates.join(", "))
        }
        condition => format!("now requires {}", unbound(condition)),
    })
}

/// The condition without the name that it gives to its claim.
fn unbound(condition: &Condition) -> String {
    let text = condition_text(condition);
    match condition {
        Condition::Selector(selector) => match &selector.binding {
            Some(binding) => text.strip_prefix(&format!("{}:", binding.text)).map_or(text.clone(), str::to_owned),
            None => text,
        },
        _ => text,
    }
}

fn predicates(old: &Condition, new: &Condition, said: &mut Vec<Alteration>) {
    let before = said.len();
    let (gone, come) =
        apart(old.pattern().predicates.iter().collect(), new.pattern().predicates.iter().collect(), |predicate| {
            predicate_text(predicate)
        });
    let (mut gone, mut come) = (gone, come);
    // A predicate about the same property takes the place of the one before.
    gone.retain(|old| {
        let same = come.iter().position(|new| new.property.name() == old.property.name());
        let Some(place) = same else { return true };
        let new = come.remove(place);
        said.push(Alteration::instead(format!("now tests {}", predicate_text(new)), predicate_text(old)));
        false
    });
    let negated = matches!(old, Condition::Exists { negated: true, .. });
    let (loses, gets) = if negated {
        ("its exclusion no longer asks for", "its exclusion now asks for")
    } else {
        ("no longer requires", "now requires")
    };
    said.extend(gone.iter().map(|predicate| Alteration::new(format!("{loses} {}", predicate_text(predicate)))));
    said.extend(come.iter().map(|predicate| Alteration::new(format!("{gets} {}", predicate_text(predicate)))));
    if said.len() == before {
        said.push(Alteration::instead(format!("now requires {}", condition_text(new)), condition_text(old)));
    }
}

fn action(old: &Rule, new: &Rule, said: &mut Vec<Alteration>) {
    if old.action.verb != new.action.verb {
        let (new, old) = (new.action.verb.word(), old.action.verb.word());
        said.push(Alteration::instead(format!("now says `{new}`"), format!("`{old}`")));
    }
    match (&old.action.body, &new.action.body) {
        (ActionBody::Claim(old), ActionBody::Claim(new)) => {
            let (gone, mut come) = apart(old.iter().collect(), new.iter().collect(), assignment_text);
            for old in gone {
                match come.iter().position(|new| new.property.name() == old.property.name()) {
                    Some(place) => {
                        let new = come.remove(place);
                        let now = format!("now sets {}", assignment_text(new));
                        said.push(Alteration::instead(now, assignment_text(old)));
                    }
                    None => said.push(Alteration::new(format!("no longer sets {}", assignment_text(old)))),
                }
            }
            said.extend(come.iter().map(|new| Alteration::new(format!("now sets {}", assignment_text(new)))));
        }
        (ActionBody::Store(old), ActionBody::Store(new)) => store(old, new, said),
        (ActionBody::Copy(_), ActionBody::Copy(_)) => {}
        _ => {
            let now = format!("now does {}", action_text(&new.action));
            said.push(Alteration::instead(now, action_text(&old.action)));
        }
    }
}

fn store(old: &StoreQuery, new: &StoreQuery, said: &mut Vec<Alteration>) {
    let list = |expressions: &[crate::lang::ast::Expression]| {
        expressions.iter().map(expression_text).collect::<Vec<_>>().join(", ")
    };
    let parts = [
        ("asks the store", expression_text(&old.store), expression_text(&new.store)),
        ("asks", expression_text(&old.query), expression_text(&new.query)),
        ("takes the answer for", list(&old.types), list(&new.types)),
        ("passes", list(&old.parameters), list(&new.parameters)),
    ];
    let differ = parts.into_iter().filter(|(_, old, new)| old != new);
    said.extend(differ.map(|(does, old, new)| Alteration::instead(format!("now {does} {new}"), old)));
}

/// What is in one list and not in the other, equals taken away once for once.
fn apart<'a, T>(old: Vec<&'a T>, new: Vec<&'a T>, text: impl Fn(&T) -> String) -> (Vec<&'a T>, Vec<&'a T>) {
    let mut come = new;
    let mut gone = old;
    gone.retain(|old| match come.iter().position(|new| text(new) == text(old)) {
        Some(place) => {
            come.remove(place);
            false
        }
        None => true,
    });
    (gone, come)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lang::parse;

    fn said(old: &str, new: &str) -> Vec<String> {
        let (old, new) = (parse(old), parse(new));
        changes(&old.rule_set.rules[0], &new.rule_set.rules[0]).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn every_part_of_a_rule_has_its_words() {
        let issue = "=> issue(claim = c);";
        for (old, new, expected) in [
            (
                r#"c:[Type == "g", Value =~ "^A-"]"#,
                r#"c:[Type == "g", Value =~ "A-"]"#,
                r#"now tests Value =~ "A-" instead of Value =~ "^A-""#,
            ),
            (
                r#"c:[Type == "g"] && exists([Type == "ok"])"#,
                r#"c:[Type == "g"]"#,
                r#"no longer requires exists([Type == "ok"])"#,
            ),
            (
                r#"c:[Type == "g"]"#,
                r#"c:[Type == "g"] && not exists([Type == "x"])"#,
                r#"now excludes whoever has [Type == "x"]"#,
            ),
            (r#"c:[Type == "g"] && [Type == "h"]"#, r#"c:[Type == "g"]"#, r#"no longer requires [Type == "h"]"#),
            (r#"c:[Type == "g"]"#, r#"c:[Type == "g", Issuer == "i"]"#, r#"now requires Issuer == "i""#),
            (
                r#"c:[] && count([Type == "g"]) > 1"#,
                r#"c:[] && count([Type == "g"]) > 2"#,
                r#"now requires count([Type == "g"]) > 2 instead of count([Type == "g"]) > 1"#,
            ),
        ] {
            assert_eq!(said(&format!("{old} {issue}"), &format!("{new} {issue}")), [expected]);
        }
    }

    #[test]
    fn every_part_of_an_action_has_its_words() {
        for (old, new, expected) in [
            (
                r#"issue(Type = "t", Value = "1")"#,
                r#"issue(Type = "t", Value = "2")"#,
                r#"now sets Value = "2" instead of Value = "1""#,
            ),
            (
                r#"issue(Type = "t", Value = "1")"#,
                r#"add(Type = "t", Value = "1")"#,
                "now says `add` instead of `issue`",
            ),
            (
                r#"issue(store = "s", types = ("t"), query = "a")"#,
                r#"issue(store = "s", types = ("t"), query = "b")"#,
                r#"now asks "b" instead of "a""#,
            ),
        ] {
            assert_eq!(said(&format!("=> {old};"), &format!("=> {new};")), [expected]);
        }
    }

    #[test]
    fn the_same_rule_says_nothing() {
        assert!(said("c:[] => issue(claim = c);", "@RuleName = \"x\"\nc:[] => issue(claim = c);").is_empty());
    }
}
