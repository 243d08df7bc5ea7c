//! What a pattern says about where and how it matches, as far as that can be read off its tree.

use super::DotNetRegex;
use super::assertion::Assertion;
use super::ast::Node;
use super::set::UnitSet;

/// How the end of every match is tied to the input.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum End {
    /// It ends where the input ends.
    Tied,
    /// It ends where the input ends, or before a newline that ends it: `$`.
    BeforeFinalNewline,
    /// It ends with repetition, a class or a sign, so that what follows is probably meant to follow.
    Open,
    /// It ends with a letter or digit, and anything may follow.
    Text,
}

impl DotNetRegex {
    /// Whether every match begins where the input begins.
    #[must_use]
    pub fn is_tied_to_start(&self) -> bool {
        is_tied_to_start(&self.tree)
    }

    /// Whether it begins with `.*` or its like, which matches whatever stands before.
    #[must_use]
    pub fn begins_with_anything(&self) -> bool {
        begins_with_anything(&self.tree)
    }

    /// Whether it ends with `.*` or its like outside any group, so that a replacement drops whatever follows.
    #[must_use]
    pub fn drops_what_follows(&self) -> bool {
        drops_what_follows(&self.tree)
    }

    /// How matches end; the loosest end of all branches.
    #[must_use]
    pub fn end(&self) -> End {
        end(&self.tree)
    }

    /// Whether it is several patterns with `|` between them.
    #[must_use]
    pub fn has_branches(&self) -> bool {
        matches!(self.tree, Node::Alternation(_))
    }

    /// Whether the upper and lower case of an ASCII letter makes a difference somewhere.
    #[must_use]
    pub fn is_case_sensitive(&self) -> bool {
        any(&self.tree, &|node| match node {
            Node::Unit(unit) => letter(*unit),
            Node::Set(set) => tells_case(set),
            _ => false,
        })
    }

    /// Whether it repeats what repeats the same text, such as `(a+)+`: backtracking then takes exponential time.
    #[must_use]
    pub fn repeats_repetition(&self) -> bool {
        any(&self.tree, &|node| match node {
            Node::Repeat { body, max, .. } if is_many(*max) => is_ambiguous_when_repeated(body),
            _ => false,
        })
    }
}

fn is_tied_to_start(node: &Node) -> bool {
    match node {
        Node::Assertion(Assertion::Start) => true,
        Node::Concat(items) => {
            let empty = |item: &&Node| matches!(item, Node::Empty | Node::Look { .. });
            items.iter().find(|item| !empty(item)).is_some_and(is_tied_to_start)
        }
        Node::Alternation(branches) => branches.iter().all(is_tied_to_start),
        Node::Capture { body, .. } | Node::Atomic(body) => is_tied_to_start(body),
        Node::Repeat { body, min, .. } => *min > 0 && is_tied_to_start(body),
        _ => false,
    }
}

fn begins_with_anything(node: &Node) -> bool {
    match node {
        Node::Concat(items) => items.first().is_some_and(begins_with_anything),
        Node::Alternation(branches) => {
            branches.iter().any(begins_with_anything)
                && branches.iter().all(|branch| begins_with_anything(branch) || is_tied_to_start(branch))
        }
        Node::Capture { body, .. } | Node::Atomic(body) => begins_with_anything(body),
        Node::Repeat { body, max: None, .. } => {
            matches!(&**body, Node::Set(set) if **set == UnitSet::all() || **set == UnitSet::not_newline())
        }
        _ => false,
    }
}

fn drops_what_follows(node: &Node) -> bool {
    match node {
        Node::Concat(items) => {
            let empty = |item: &&Node| matches!(item, Node::Empty | Node::Look { .. } | Node::Assertion(_));
            items.iter().rev().find(|item| !empty(item)).is_some_and(drops_what_follows)
        }
        Node::Alternation(branches) => branches.iter().any(drops_what_follows),
        Node::Atomic(body) => drops_what_follows(body),
        Node::Repeat { max: None, .. } => begins_with_anything(node),
        _ => false,
    }
}

fn end(node: &Node) -> End {
    match node {
        Node::Assertion(Assertion::End) => End::Tied,
        Node::Assertion(Assertion::EndOrFinalNewline) => End::BeforeFinalNewline,
        Node::Concat(items) => {
            let empty = |item: &&Node| matches!(item, Node::Empty | Node::Look { .. });
            items.iter().rev().find(|item| !empty(item)).map_or(End::Open, end)
        }
        Node::Alternation(branches) => branches.iter().map(end).max().unwrap_or(End::Open),
        Node::Capture { body, .. } | Node::Atomic(body) => end(body),
        Node::Unit(unit) if char::from_u32(u32::from(*unit)).is_some_and(char::is_alphanumeric) => End::Text,
        Node::Set(set) if is_one_letter(set) => End::Text,
        _ => End::Open,
    }
}

/// Whether a set is one letter in its upper and lower case.
fn is_one_letter(set: &UnitSet) -> bool {
    let units: u32 = set.ranges().iter().map(|&(low, high)| u32::from(high - low) + 1).sum();
    units <= 3 && (b'a'..=b'z').any(|unit| set.contains(u16::from(unit)) && set.contains(u16::from(unit - 32)))
}

fn letter(unit: u16) -> bool {
    u8::try_from(unit).is_ok_and(|unit| unit.is_ascii_alphabetic())
}

/// Whether a set holds a letter in one case only.
fn tells_case(set: &UnitSet) -> bool {
    (b'a'..=b'z').any(|unit| set.contains(u16::from(unit)) != set.contains(u16::from(unit - 32)))
}

fn any(node: &Node, test: &impl Fn(&Node) -> bool) -> bool {
    test(node)
        || match node {
            Node::Concat(items) | Node::Alternation(items) => items.iter().any(|item| any(item, test)),
            Node::Capture { body, .. } | Node::Atomic(body) | Node::Repeat { body, .. } | Node::Look { body, .. } => {
                any(body, test)
            }
            Node::IfGroup { yes, no, .. } => any(yes, test) || any(no, test),
            Node::IfMatches { condition, yes, no } => any(condition, test) || any(yes, test) || any(no, test),
            Node::Empty | Node::Unit(_) | Node::Set(_) | Node::Assertion(_) | Node::BackReference { .. } => false,
        }
}

/// Repetition that makes more than a few ways to match.
const fn is_many(max: Option<u32>) -> bool {
    match max {
        None => true,
        Some(max) => max > 20,
    }
}

/// Whether a text can be cut into several matches of the body in more than one way.
fn is_ambiguous_when_repeated(body: &Node) -> bool {
    match body {
        Node::Capture { body, .. } => is_ambiguous_when_repeated(body),
        Node::Repeat { body, max, .. } => is_many(*max) && !matches!(**body, Node::Empty),
        Node::Alternation(branches) => {
            let singles: Vec<&Node> = branches.iter().filter(|branch| single(branch).is_some()).collect();
            let meet = singles.iter().enumerate().any(|(index, one)| {
                singles
                    .iter()
                    .skip(index + 1)
                    .any(|other| single(one).zip(single(other)).is_some_and(|(a, b)| meets(&a, &b)))
            });
            meet || branches.iter().any(is_ambiguous_when_repeated)
        }
        Node::Concat(items) => items.iter().enumerate().any(|(index, item)| {
            let others = || items.iter().enumerate().filter(|(other, _)| *other != index).map(|(_, other)| other);
            let repeated = match item {
                Node::Repeat { body, max, .. } if is_many(*max) => single(body),
                _ => None,
            };
            // What stands around the inner repetition may be nothing, or may be more of the same.
            repeated.is_some_and(|set| {
                others().all(|other| {
                    other.may_be_empty()
                        || matches!(other, Node::Repeat { body, .. } if single(body).is_some_and(|it| meets(&it, &set)))
                })
            })
        }),
        _ => false,
    }
}

/// The code units that a node of one code unit takes.
fn single(node: &Node) -> Option<UnitSet> {
    match node {
        Node::Unit(unit) => Some(UnitSet::new(vec![(*unit, *unit)])),
        Node::Set(set) => Some((**set).clone()),
        Node::Capture { body, .. } => single(body),
        _ => None,
    }
}

fn meets(one: &UnitSet, other: &UnitSet) -> bool {
    !one.minus(&other.complement()).ranges().is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn regex(pattern: &str) -> DotNetRegex {
        DotNetRegex::new(pattern).unwrap()
    }

    #[test]
    fn what_is_tied_to_the_start() {
        for tied in ["^AWS", "(?i)^AWS", "^(?i)AWS", r"\AAWS", "(^a|^b)", "^a|^b", "(?:^)a", "(?=x)^a"] {
            assert!(regex(tied).is_tied_to_start(), "{tied}");
        }
        for loose in ["AWS", "^AWS|Admin", "(?m)^AWS", "a^", ".*^a", "(^)?a", ""] {
            assert!(!regex(loose).is_tied_to_start(), "{loose}");
        }
        assert!(regex(".*AWS").begins_with_anything() && regex("(.+)AWS").begins_with_anything());
        assert!(!regex("[A-Z]*AWS").begins_with_anything() && !regex("AWS").begins_with_anything());
        assert!(regex("^AWS|.*Admin").begins_with_anything() && !regex(".*AWS|Admin").begins_with_anything());
    }

    #[test]
    fn what_drops_the_rest_of_the_value() {
        for drops in ["^AWS-([0-9]{12})-.*", "^AWS-(.+)-.*$", r"^a|b.+\z"] {
            assert!(regex(drops).drops_what_follows(), "{drops}");
        }
        for keeps in ["^AWS-([0-9]{12})-(.*)$", "^AWS-", ".*a", "^AWS-[A-Z]+$", "^(AWS.*)"] {
            assert!(!regex(keeps).drops_what_follows(), "{keeps}");
        }
    }

    #[test]
    fn how_matches_end() {
        for (pattern, expected) in [
            (r"^a\z", End::Tied),
            ("^a$", End::BeforeFinalNewline),
            (r"^(a|b)\Z", End::BeforeFinalNewline),
            ("^AWS-", End::Open),
            ("^AWS-[0-9]{12}", End::Open),
            ("^AWS.*", End::Open),
            ("^Admins", End::Text),
            ("(?i)^Admins", End::Text),
            ("^Admins$|^Users", End::Text),
            ("^role7", End::Text),
        ] {
            assert_eq!(regex(pattern).end(), expected, "{pattern}");
        }
    }

    #[test]
    fn what_tells_upper_from_lower_case() {
        for sensitive in ["AWS", "a(?i)b", "[a-z]", "(x|Y)"] {
            assert!(regex(sensitive).is_case_sensitive(), "{sensitive}");
        }
        for insensitive in ["(?i)AWS", "[0-9]+", "^[A-Za-z]+$", r"\w+", ".", "[^-]+", r"\d\-\z"] {
            assert!(!regex(insensitive).is_case_sensitive(), "{insensitive}");
        }
    }

    #[test]
    fn repetition_of_repetition() {
        for slow in ["(a+)+", r"(\w+\s?)*$", "(a*)*", "([a-z]+)*x", r"(\w|\d)+$", "(x+x+)+y", "(?:(a+))+"] {
            assert!(regex(slow).repeats_repetition(), "{slow}");
        }
        for quick in ["a+b+", "([a-z]+-)*", r"(\d{1,3}\.){3}", "(ab)+", "(a|b)+", "(?:[0-9]+,)*[0-9]+"] {
            assert!(!regex(quick).repeats_repetition(), "{quick}");
        }
    }
}
