//! The way back: an input that a replacement would turn into a wanted text.
//!
//! This is a guess that is put to the test: what it finds is right, and it does not find everything.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::assertion::Assertion;
use super::ast::Node;
use super::replacement::Part;
use super::{DotNetRegex, Replacement, Steps};

/// The most rounds of a repetition that are written out.
const MOST_ROUNDS: u32 = 64;
/// How wide a group may stretch in the wanted text: as little as possible, then as much as possible.
const STRETCHES: [&str; 2] = ["[\\s\\S]*?", "[\\s\\S]*"];

/// What groups took, by slot.
type Taken = BTreeMap<usize, String>;

impl DotNetRegex {
    /// An input that [`replace`](Self::replace) turns into `wanted`, if one is found, and whether there is no other. The
    /// pattern then matches it.
    #[must_use]
    pub fn input_for(&self, replacement: &Replacement, wanted: &str, steps: &Steps) -> Option<(String, bool)> {
        let expansions: Vec<DotNetRegex> =
            STRETCHES.iter().filter_map(|stretch| expansion(replacement, stretch)).collect();
        // What a match took makes all of the wanted text, or what is left of the input behind it makes the rest.
        let splits = wanted.char_indices().map(|(at, _)| at).chain([wanted.len()]).rev();
        splits.filter_map(|at| wanted.split_at_checked(at)).find_map(|(made, rest)| {
            expansions.iter().find_map(|expansion| {
                let mut taken = taken(expansion, made, steps)?;
                let whole = taken.remove(&0);
                let input = whole.or_else(|| self.example(&self.tree, &taken))? + rest;
                let is_right = self.is_match(&input, steps).ok()?
                    && self.replace(&input, replacement, wanted.len().saturating_add(1), steps).ok()? == wanted;
                let only = rest.is_empty() && self.is_whole() && self.is_determined(&self.tree, &taken);
                is_right.then_some((input, only))
            })
        })
    }

    /// A text that a part of the pattern matches when its groups take what is given.
    fn example(&self, node: &Node, taken: &Taken) -> Option<String> {
        let slot = |number: &u32| self.groups.slot(*number);
        match node {
            Node::Empty | Node::Assertion(_) | Node::Look { .. } => Some(String::new()),
            Node::Unit(unit) => char::from_u32(u32::from(*unit)).map(String::from),
            Node::Set(set) => plainest(set.ranges()).map(String::from),
            Node::Concat(items) => items.iter().map(|item| self.example(item, taken)).collect(),
            Node::Alternation(branches) => {
                let chosen = branches.iter().find(|branch| self.has_taken(branch, taken)).or(branches.first())?;
                self.example(chosen, taken)
            }
            Node::Capture { number, body } => match taken.get(&slot(number)?) {
                Some(text) => Some(text.clone()),
                None => self.example(body, taken),
            },
            Node::Repeat { body, min, max, .. } => {
                let wanted = u32::from(self.has_taken(body, taken) && *max != Some(0)).max(*min);
                let once = self.example(body, taken)?;
                (wanted <= MOST_ROUNDS).then(|| once.repeat(wanted as usize))
            }
            Node::Atomic(body) => self.example(body, taken),
            Node::BackReference { number, .. } => taken.get(&slot(number)?).cloned(),
            Node::IfGroup { .. } | Node::IfMatches { .. } => None,
        }
    }

    /// Whether the pattern is tied to both ends of the input.
    fn is_whole(&self) -> bool {
        let end =
            |node: Option<&Node>| matches!(node, Some(Node::Assertion(Assertion::End | Assertion::EndOrFinalNewline)));
        self.program().anchored && matches!(&self.tree, Node::Concat(items) if end(items.last()))
    }

    /// Whether there is only one text that a part of the pattern matches when its groups take what is given.
    fn is_determined(&self, node: &Node, taken: &Taken) -> bool {
        match node {
            Node::Empty | Node::Assertion(_) | Node::Unit(_) | Node::BackReference { .. } => true,
            Node::Concat(items) => items.iter().all(|item| self.is_determined(item, taken)),
            Node::Capture { number, body } => {
                let is_taken = self.groups.slot(*number).is_some_and(|slot| taken.contains_key(&slot));
                is_taken || self.is_determined(body, taken)
            }
            Node::Repeat { body, min, max, .. } => Some(*min) == *max && self.is_determined(body, taken),
            _ => false,
        }
    }

    /// Whether a group with a given text is inside.
    fn has_taken(&self, node: &Node, taken: &Taken) -> bool {
        match node {
            Node::Capture { number, body } => {
                self.groups.slot(*number).is_some_and(|slot| taken.contains_key(&slot)) || self.has_taken(body, taken)
            }
            Node::Concat(items) | Node::Alternation(items) => items.iter().any(|item| self.has_taken(item, taken)),
            Node::Repeat { body, .. } | Node::Atomic(body) => self.has_taken(body, taken),
            _ => false,
        }
    }
}

/// A pattern for what a replacement makes of one match, with what the groups took.
fn expansion(replacement: &Replacement, stretch: &str) -> Option<DotNetRegex> {
    let mut pattern = String::from(r"\A");
    let mut slots: Vec<usize> = Vec::new();
    for part in &replacement.parts {
        let slot = match part {
            Part::Text(text) => {
                escape(&mut pattern, text);
                continue;
            }
            Part::Before | Part::After => continue,
            Part::Input => 0,
            Part::Group(slot) => *slot,
        };
        let name = format!("g{slot}");
        let _ = if slots.contains(&slot) {
            write!(pattern, r"\k<{name}>")
        } else {
            slots.push(slot);
            write!(pattern, "(?<{name}>{stretch})")
        };
    }
    pattern.push_str(r"\z");
    DotNetRegex::new(&pattern).ok()
}

/// What the groups of a replacement must have taken for one match to make a text.
fn taken(expansion: &DotNetRegex, made: &str, steps: &Steps) -> Option<Taken> {
    let found = expansion.find(made, steps).ok()??;
    let slot = |name: &str| name.strip_prefix('g')?.parse().ok();
    Some(found.groups.into_iter().filter_map(|(name, text)| Some((slot(&name)?, text?))).collect())
}

/// Writes a text so that it matches itself.
fn escape(pattern: &mut String, text: &str) {
    for character in text.chars() {
        if character.is_ascii() && !character.is_ascii_alphanumeric() {
            let _ = write!(pattern, "\\x{:02X}", u32::from(character));
        } else {
            pattern.push(character);
        }
    }
}

/// The character of a set that is easiest on the eye.
fn plainest(ranges: &[(u16, u16)]) -> Option<char> {
    let holds = |unit: u16| ranges.iter().any(|&(low, high)| low <= unit && unit <= high);
    let preferred = ('a'..='z').chain('A'..='Z').chain('0'..='9').chain('!'..='~');
    let upper = ('A'..='Z').find(|letter| holds(*letter as u16) && holds(letter.to_ascii_lowercase() as u16));
    let plain = preferred.into_iter().find(|character| holds(*character as u16));
    // Both cases of one letter stand for a pattern that ignores case: names are mostly in capitals there.
    let both = ranges.iter().all(|(low, high)| low == high).then_some(upper).flatten();
    both.or(plain).or_else(|| ranges.first().and_then(|&(low, _)| char::from_u32(u32::from(low))))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn input_for(pattern: &str, replacement: &str, wanted: &str) -> Option<String> {
        let regex = DotNetRegex::new(pattern).unwrap();
        regex
            .input_for(&Replacement::parse(replacement, &regex), wanted, &Steps::new(1_000_000))
            .map(|(input, _)| input)
    }

    #[test]
    fn a_group_name_is_found_for_a_role() {
        let arns = "arn:aws:iam::111122223333:saml-provider/ADFS,arn:aws:iam::111122223333:role/Admin";
        let replacement = "arn:aws:iam::$1:saml-provider/ADFS,arn:aws:iam::$1:role/$2";
        let found = |pattern| input_for(pattern, replacement, arns);
        assert_eq!(found("^AWS-([0-9]{12})-(.+)$").as_deref(), Some("AWS-111122223333-Admin"));
        assert_eq!(found("(?i)^aws-([0-9]{12})-(.+)$").as_deref(), Some("AWS-111122223333-Admin"));
        assert_eq!(found(r"^CORP\\AWS[-_](\d+)[-_](.*)\z").as_deref(), Some(r"CORP\AWS-111122223333-Admin"));
        assert_eq!(found("^AWS-([0-9]{11})-(.+)$"), None, "no account has 11 digits");
    }

    #[test]
    fn what_is_left_behind_a_prefix_is_the_rest_of_the_wanted_text() {
        let arns = "arn:aws:iam::111122223333:saml-provider/idp1,arn:aws:iam::111122223333:role/Admin";
        let replacement = "arn:aws:iam::$1:saml-provider/idp1,arn:aws:iam::$1:role/";
        for pattern in [
            r"AWS-([\d]{12})-",
            r"AWS-(\d{12})-",
            "AWS-([0-9]{12})-",
            "^AWS-([0-9]{12})-",
            r"(?i)AWS-([\d]{12})-",
            r"(?i)^aws-(\d{12})-",
            r".*AWS-(\d{12})-",
            r"^.*AWS-(\d{12})-",
        ] {
            assert_eq!(input_for(pattern, replacement, arns).as_deref(), Some("AWS-111122223333-Admin"), "{pattern}");
        }
        assert_eq!(input_for(r"AWS-(\d{11})-", replacement, arns), None, "no account has 11 digits");
        assert_eq!(input_for(r"AWS-(\d{12})-$", replacement, arns), None, "nothing can be left behind the end");
        let others = arns.replacen("1111", "4444", 1);
        assert_eq!(input_for(r"AWS-(\d{12})-", replacement, &others), None, "both are of one account");
        assert_eq!(input_for("^x-([a-z]+)", "$1", "team/Admin").as_deref(), Some("x-team/Admin"), "it ends in a group");
    }

    #[test]
    fn it_is_known_whether_there_is_another() {
        let only = |pattern: &str| {
            let regex = DotNetRegex::new(pattern).unwrap();
            regex.input_for(&Replacement::parse("$1", &regex), "x", &Steps::new(1_000_000)).unwrap().1
        };
        assert!(only("^AWS-(.+)$") && only(r"^a{2}(.)b\z"));
        for several in ["(?i)^AWS-(.+)$", "^.*-(.+)$", "^(?:a|b)(.+)$", "a(.+)$", "^a(.+)"] {
            assert!(!only(several), "{several}");
        }
    }

    #[test]
    fn what_is_found_is_right_and_some_things_are_not_found() {
        assert_eq!(input_for("^x(.*)-(.*)$", "$2/$1", "a/b").as_deref(), Some("xb-a"));
        assert_eq!(input_for("^CN=", "", "CN=Admins").as_deref(), Some("CN=CN=Admins"));
        assert_eq!(input_for("CN=", "", "CN=Admins").as_deref(), None, "it would be taken out as well");
        assert_eq!(input_for("a", "b", "c"), None);
    }
}
