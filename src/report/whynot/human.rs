//! Why somebody does not get a claim, for people: the tree of causes, each a step further in.

use std::io::{self, Write};

use crate::aws::attribute::{self, Attribute, Recognized};
use crate::harness::group::Standing;
use crate::harness::wanted::Wanted;
use crate::harness::whynot::found::{Answer, Candidate, Cut, Fired, Given, Missing, SoughtText, Why};
use crate::harness::whynot::{Denied, WhyNot};
use crate::report::count::counted;
use crate::report::explain::{self, Person};
use crate::report::visible::visible;
use crate::report::whynot::block;
use crate::report::whynot::tree::Tree;

/// Writes it for people.
///
/// # Errors
///
/// `out` cannot be written.
pub fn human(out: &mut dyn Write, person: Person<'_>, wanted: &Wanted, whynot: &WhyNot) -> io::Result<()> {
    let name = person.name();
    let wanted = visible(&wanted.to_string());
    let lacks = match whynot {
        WhyNot::Gets(explanation) => {
            writeln!(out, "{name} gets {wanted}")?;
            return explain::tree(out, person, explanation, 1);
        }
        WhyNot::Lacks(lacks) => lacks,
    };
    writeln!(out, "{name} does not get {wanted}")?;
    let mut tree = Tree { out, person };
    if let Some(denied) = &lacks.denied {
        tree.denied(denied)?;
        let then = match (&lacks.missing, &lacks.failing) {
            (Some(_), _) => "and the issuance rules would not issue it either:".to_owned(),
            (None, Some(error)) => format!("what the issuance rules would issue cannot be told: {}", visible(error)),
            (None, None) => "the issuance rules would issue it".to_owned(),
        };
        tree.line(0, &then)?;
    }
    lacks.missing.as_ref().map_or(Ok(()), |missing| tree.missing(missing, 1))
}

/// Writes why somebody is denied.
///
/// # Errors
///
/// `out` cannot be written.
pub fn denial(out: &mut dyn Write, person: Person<'_>, denied: &Denied) -> io::Result<()> {
    match &denied.missing {
        Some(missing) => Tree { out, person }.missing(missing, 1),
        None => Ok(()),
    }
}

/// Writes why there is no such claim, a step further in.
///
/// # Errors
///
/// `out` cannot be written.
pub(in crate::report) fn tree(
    out: &mut dyn Write,
    person: Person<'_>,
    missing: &Missing,
    indent: usize,
) -> io::Result<()> {
    Tree { out, person }.missing(missing, indent)
}

impl Tree<'_> {
    fn denied(&mut self, denied: &Denied) -> io::Result<()> {
        match &denied.denying {
            Some(denying) => explain::tree(self.out, self.person, denying, 0)?,
            None => self.line(0, &denied.reason)?,
        }
        denied.missing.as_ref().map_or(Ok(()), |missing| self.missing(missing, 1))
    }

    pub(super) fn missing(&mut self, missing: &Missing, indent: usize) -> io::Result<()> {
        match missing.cut {
            Some(Cut::Told) => return self.line(indent, "for the reason told above"),
            Some(Cut::TooDeep) => return self.line(indent, "the chain of rules goes on, and is not followed further"),
            None => {}
        }
        for candidate in &missing.candidates {
            self.candidate(candidate, &missing.sought, indent)?;
        }
        for fixed in &missing.fixed {
            self.line(indent, &format!("{} always makes `{}`", fixed.rule, visible(&fixed.value)))?;
        }
        for lookalike in &missing.lookalikes {
            let other = visible(&lookalike.claim_type);
            self.line(indent, &format!("{} makes claims of the type `{other}`, which is another one", lookalike.rule))?;
        }
        self.line(indent, &no_other(missing))?;
        missing.given.as_ref().map_or(Ok(()), |given| self.given(given, indent))
    }

    fn candidate(&mut self, candidate: &Candidate, sought: &SoughtText, indent: usize) -> io::Result<()> {
        let rule = &candidate.rule;
        match &candidate.why {
            Why::TooLate { made_it } => {
                let what = if *made_it { "it" } else { "claims of this type" };
                self.line(indent, &format!("{rule} makes {what}, but runs after the rule that needs it"))?;
            }
            Why::OnlyAdds => self.line(indent, &format!("{rule} makes it with `add`, which does not issue it"))?,
            Why::Unknown(error) => {
                self.line(indent, &format!("{rule} could make it; why it did not cannot be told: {}", visible(error)))?;
            }
            Why::Makes(fired) => self.line(indent, &format!("{rule} fired, and {}", made(fired, sought)))?,
            Why::Answers(answers) => {
                self.line(indent, &format!("{rule} fired, and found none"))?;
                answers.iter().try_for_each(|answer| self.answer(answer, sought, indent + 1))?;
            }
            Why::Blocked(block) => {
                let verb = if sought.issued { "issue" } else { "make" };
                let did = match &block.fired {
                    Some(fired) => format!("fired, and {}", made(fired, sought)),
                    None => format!("could {verb} it"),
                };
                self.line(indent, &format!("{rule} {did}; {}", block::summary(block)))?;
                block::block(self, block, indent + 1)?;
            }
        }
        if let Some(root) = &candidate.root {
            self.line(indent + 1, &format!("there is no {}:", name(&root.sought)))?;
            self.missing(root, indent + 2)?;
        }
        Ok(())
    }

    fn answer(&mut self, answer: &Answer, sought: &SoughtText, indent: usize) -> io::Result<()> {
        let Answer { store, query, rows, count, values, group } = answer;
        let wanted = sought.value.as_ref().map(|value| visible(value));
        let asked =
            format!("the store `{}` answered `{}` with {}", visible(store), visible(query), counted(*rows, "row"));
        let text = match (count, wanted) {
            (0, _) if *rows == 0 => asked,
            (0, _) => format!("{asked}, and no value"),
            (_, Some(wanted)) => format!("{asked}, none of which is `{wanted}`{}", nearest(values, *count)),
            (_, None) => format!("{asked}, none of which will do{}", some(values, *count)),
        };
        self.line(indent, &text)?;
        group.as_ref().map_or(Ok(()), |group| self.standing(group, indent))
    }

    fn standing(&mut self, standing: &Standing, indent: usize) -> io::Result<()> {
        let text = match standing {
            Standing::NoGroup { name } => format!("the directory has no group `{}`", visible(name)),
            Standing::Spelled { name } => {
                format!("the directory spells the group `{}`, and values are compared exactly", visible(name))
            }
            Standing::NotMember { name, count: 0, .. } => {
                format!("the group `{}` exists; nobody is in it", visible(name))
            }
            Standing::NotMember { name, count, members } => {
                let members = members.iter().map(|member| visible(member)).collect::<Vec<_>>().join(", ");
                let more = if *count > 3 { ", …" } else { "" };
                let count = counted(*count, "member");
                format!(
                    "the group `{}` exists, and the user is not in it; it has {count}: {members}{more}",
                    visible(name)
                )
            }
            Standing::Hidden { name, kind } => {
                format!(
                    "the user is in the group `{}`, but it is a {kind} group, which is not listed there",
                    visible(name)
                )
            }
        };
        self.line(indent, &text)
    }

    fn given(&mut self, given: &Given, indent: usize) -> io::Result<()> {
        match given {
            Given::Accepted(missing) => {
                self.line(indent, "and the acceptance rules let none through:")?;
                self.missing(missing, indent + 1)
            }
            Given::Input { count: 0, .. } => {
                self.line(indent, &format!("and {} gave no claim of this type", self.person.giver()))
            }
            Given::Input { count, values } => {
                let claims = counted(*count, "claim");
                let from = self.person.giver();
                self.line(indent, &format!("and {from} gave {claims} of this type{}", nearest(values, *count)))
            }
            Given::NotIssued(made) => {
                let text = format!("{} = {}", visible(&made.claim.claim_type), visible(&made.claim.value));
                self.line(indent, &format!("the claim {text} is there, and no rule issues it"))
            }
        }
    }
}

/// What a rule made instead.
fn made(fired: &Fired, sought: &SoughtText) -> String {
    let Fired { count, values } = fired;
    if *count == 0 {
        return "made no claim of this type".to_owned();
    }
    let shown = values.iter().map(|value| format!("`{}`", visible(value))).collect::<Vec<_>>().join(", ");
    let more = if *count > values.len() { format!(" and {} more", count - values.len()) } else { String::new() };
    let wanted = sought.value.as_ref().map_or_else(String::new, |wanted| format!(", not `{}`", visible(wanted)));
    format!("made {shown}{more}{wanted}")
}

/// Some of the values.
fn nearest(values: &[String], count: usize) -> String {
    let shown = values.iter().map(|value| format!("`{}`", visible(value))).collect::<Vec<_>>().join(", ");
    match values.len() {
        0 => String::new(),
        some if some == count => format!(": {shown}"),
        _ => format!("; the nearest are {shown}"),
    }
}

/// Some of the values, where none is nearer than another.
fn some(values: &[String], count: usize) -> String {
    nearest(values, count).replace("; the nearest are", ", such as")
}

/// A claim that is looked for.
fn name(sought: &SoughtText) -> String {
    match (&sought.claim_type, &sought.value) {
        (Some(claim_type), Some(value)) => format!("{} = {}", visible(claim_type), visible(value)),
        (Some(claim_type), None) => format!("{} that will do", visible(claim_type)),
        (None, Some(value)) => format!("claim of the value {}", visible(value)),
        (None, None) => "such claim".to_owned(),
    }
}

/// That nothing else could make it.
fn no_other(missing: &Missing) -> String {
    let Missing { sought, candidates, fixed, rules, .. } = missing;
    let verb = if sought.issued { "issue" } else { "make" };
    let before = if sought.issued { "" } else { " before it" };
    let stage = sought.stage.map_or_else(String::new, |stage| format!("{stage} "));
    let what = sought.claim_type.as_ref().map_or_else(
        || "one".to_owned(),
        |it| match attribute::recognize(it) {
            Recognized::Known(Attribute::Role) => "a Role claim".to_owned(),
            _ => format!("a claim of the type {}", visible(it)),
        },
    );
    if !candidates.is_empty() || !fixed.is_empty() {
        return format!("no other {stage}rule{before} can {verb} {what}");
    }
    match rules {
        0 => format!("there are no {stage}rules"),
        _ if !sought.issued => format!("no {stage}rule before it can make {what}"),
        1 => format!("the only {stage}rule cannot issue {what}"),
        rules => format!("none of the {rules} {stage}rules can issue {what}"),
    }
}
