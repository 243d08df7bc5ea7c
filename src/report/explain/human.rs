//! Where claims came from, for people: a tree for each claim, and nothing told twice.

use std::collections::BTreeSet;
use std::io::{self, Write};

use crate::aws::Role;
use crate::aws::attribute::{self, Attribute, Recognized};
use crate::engine::claim_types::PERMIT;
use crate::engine::{Claim, Replaced, Stage};
use crate::harness::explain::{Depth, Explanation, Graph, Met, MetBy, Node, NodeId, Origin, Through};
use crate::harness::group::Membership;
use crate::harness::whynot::Denied;
use crate::lang::ast::Verb;
use crate::report::count::counted;
use crate::report::explain::Person;
use crate::report::visible::visible;
use crate::report::whynot;

/// How deep the tree of one claim is printed: a chain of rules longer than this cannot be followed by eye.
const DEEPEST: usize = 40;
/// How many ways in which one claim came to be are printed.
const MOST_ORIGINS: usize = 20;

/// Writes it for people. `denied` tells more about a denial.
///
/// # Errors
///
/// `out` cannot be written.
pub fn human(
    out: &mut dyn Write,
    person: Person<'_>,
    explanation: &Explanation,
    denied: Option<&Denied>,
    depth: Depth,
) -> io::Result<()> {
    let Explanation { run, issued, deciding, graph } = explanation;
    match run.decision() {
        Some(decision) => writeln!(out, "{}: {decision}", person.name())?,
        None => writeln!(out, "{}: {} issued", person.name(), counted(run.claims.len(), "claim"))?,
    }
    let mut tree = Tree { out, graph, person, told: BTreeSet::new() };
    if depth > Depth::Outcome {
        for &id in deciding {
            tree.decision(id, 1)?;
        }
        if let Some(denied) = denied {
            whynot::denial(tree.out, person, denied)?;
        }
    }
    let claim = |id: &NodeId| graph.node(*id).map(|node| &node.claim);
    let (roles, others): (Vec<NodeId>, Vec<NodeId>) =
        issued.iter().partition(|id| claim(id).is_some_and(|claim| role(claim).is_some()));
    if !roles.is_empty() {
        writeln!(tree.out, "\n{}", counted(roles.len(), "AWS role"))?;
    }
    for id in roles {
        tree.issued(id, depth, |claim| role(claim).map_or_else(String::new, |role| role.to_string()))?;
    }
    if !others.is_empty() {
        writeln!(tree.out, "\n{}", counted(others.len(), "claim"))?;
    }
    for id in others {
        tree.issued(id, depth, line)?;
    }
    Ok(())
}

/// Writes only where some claims came from.
pub(in crate::report) fn tree(
    out: &mut dyn Write,
    person: Person<'_>,
    explanation: &Explanation,
    indent: usize,
) -> io::Result<()> {
    let mut tree = Tree { out, graph: &explanation.graph, person, told: BTreeSet::new() };
    for &id in &explanation.issued {
        let Some(node) = explanation.graph.node(id) else { continue };
        let name = role(&node.claim).map_or_else(|| line(&node.claim), |role| role.to_string());
        tree.line(indent, &name)?;
        tree.origins(id, node, usize::MAX, indent + 1)?;
    }
    if explanation.issued.is_empty() {
        explanation.deciding.iter().try_for_each(|&id| tree.decision(id, indent))?;
    }
    Ok(())
}

/// The role that a claim offers.
fn role(claim: &Claim) -> Option<Role> {
    match attribute::recognize(&claim.claim_type) {
        Recognized::Known(Attribute::Role) => Role::parse(&claim.value).ok(),
        _ => None,
    }
}

/// A claim on one line.
fn line(claim: &Claim) -> String {
    format!("{} = {}", visible(&claim.claim_type), visible(&claim.value))
}

struct Tree<'a> {
    out: &'a mut dyn Write,
    graph: &'a Graph,
    person: Person<'a>,
    /// Claims whose origins were told.
    told: BTreeSet<NodeId>,
}

impl Tree<'_> {
    fn line(&mut self, indent: usize, text: &str) -> io::Result<()> {
        writeln!(self.out, "{:indent$}{text}", "", indent = 2 * indent)
    }

    fn decision(&mut self, id: NodeId, indent: usize) -> io::Result<()> {
        let Some(node) = self.graph.node(id) else { return Ok(()) };
        self.told.insert(id);
        let how = if *node.claim.claim_type == *PERMIT { "permitted" } else { "denied" };
        node.origins.iter().take(MOST_ORIGINS).try_for_each(|origin| self.made(id, how, origin, indent))
    }

    fn issued(&mut self, id: NodeId, depth: Depth, name: impl Fn(&Claim) -> String) -> io::Result<()> {
        let Some(node) = self.graph.node(id) else { return Ok(()) };
        self.line(1, &name(&node.claim))?;
        if depth > Depth::Outcome { self.origins(id, node, usize::MAX, 2) } else { Ok(()) }
    }

    /// A claim that another was made of, by the rule of this number: only rules before it can have made it.
    fn source(&mut self, id: NodeId, before: usize, indent: usize) -> io::Result<()> {
        let Some(node) = self.graph.node(id) else { return Ok(()) };
        let told = self.told.contains(&id) || indent > DEEPEST;
        let text = format!("from {}", line(&node.claim));
        if told {
            return self.line(indent, &format!("{text} (as above)"));
        }
        self.line(indent, &text)?;
        self.origins(id, node, before, indent + 1)
    }

    fn origins(&mut self, id: NodeId, node: &Node, before: usize, indent: usize) -> io::Result<()> {
        self.told.insert(id);
        let origins: Vec<&Origin> = node.origins.iter().filter(|origin| origin.rule.number < before).collect();
        for origin in origins.iter().take(MOST_ORIGINS) {
            self.origin(id, node, origin, indent)?;
        }
        let more = origins.len().saturating_sub(MOST_ORIGINS);
        if more > 0 {
            self.line(indent, &format!("and in {} more", counted(more, "way")))?;
        }
        match node.accepted {
            _ if !node.is_given => Ok(()),
            Some(accepted) => self.accepted(accepted, indent),
            None => self.line(indent, &format!("given by {}", self.person.giver())),
        }
    }

    /// A claim that the acceptance rules let through or made.
    fn accepted(&mut self, id: NodeId, indent: usize) -> io::Result<()> {
        if self.told.contains(&id) {
            return self.line(indent, "accepted (as above)");
        }
        let Some(node) = self.graph.node(id) else { return Ok(()) };
        self.origins(id, node, usize::MAX, indent)
    }

    fn origin(&mut self, id: NodeId, node: &Node, origin: &Origin, indent: usize) -> io::Result<()> {
        let how = match (&origin.through, origin.verb) {
            (Through::Copy, _) if node.stage == Some(Stage::Acceptance) => "accepted",
            (Through::Copy, _) => "passed on",
            (_, Verb::Issue) => "issued",
            (_, Verb::Add) => "added",
        };
        self.made(id, how, origin, indent)
    }

    fn made(&mut self, id: NodeId, how: &str, origin: &Origin, indent: usize) -> io::Result<()> {
        self.line(indent, &format!("{how} by {}", origin.rule))?;
        if let Through::Store(cell) = &origin.through {
            let column =
                if cell.columns > 1 { format!(", column {} of {}", cell.column, cell.columns) } else { String::new() };
            let place = format!("row {} of {}{column}", cell.row, cell.rows);
            let text = format!("from the store `{}`, {place} of `{}`", visible(&cell.store), visible(&cell.query));
            self.line(indent + 1, &text)?;
            match &cell.membership {
                Some(Membership::Direct) => self.line(indent + 1, "the user is a member of this group")?,
                Some(Membership::Through(groups)) => {
                    let groups = groups.iter().map(|group| visible(group)).collect::<Vec<_>>().join(", ");
                    self.line(indent + 1, &format!("the user is in this group through {groups}"))?;
                }
                None => {}
            }
        }
        for Replaced { input, pattern, found } in &origin.replaced {
            let text = match found {
                Some(found) => format!("`{}` matches, {}", visible(pattern), groups(&found.groups)),
                None => format!("`{}` does not match `{}`, which stays as it is", visible(pattern), visible(input)),
            };
            self.line(indent + 1, &format!("RegExReplace: {text}"))?;
        }
        if !origin.conditions.iter().any(|met| matches!(met.by, MetBy::Claim(_))) {
            for &source in origin.from.iter().filter(|source| **source != id) {
                self.source(source, origin.rule.number, indent + 1)?;
            }
        }
        origin.conditions.iter().try_for_each(|met| self.met(id, met, origin.rule.number, indent + 1))
    }

    fn met(&mut self, of: NodeId, met: &Met, before: usize, indent: usize) -> io::Result<()> {
        self.line(indent, &visible(&met.text))?;
        match &met.by {
            MetBy::Claim(id) if *id == of => self.line(indent + 1, "this claim"),
            MetBy::Claim(id) => self.source(*id, before, indent + 1),
            MetBy::Claims { count: 0, .. } => self.line(indent + 1, "no claim is like this"),
            MetBy::Claims { count, first } => {
                let text = if *count == 1 { "1 claim is" } else { &format!("{count} claims are") };
                let shown = if *count > first.len() { ", such as".to_owned() } else { ":".to_owned() };
                self.line(indent + 1, &format!("{text} like this{shown}"))?;
                first.iter().try_for_each(|&id| self.source(id, before, indent + 2))
            }
        }
    }
}

fn groups(groups: &[(String, Option<String>)]) -> String {
    if groups.is_empty() {
        return "without groups".to_owned();
    }
    let shown = groups.iter().map(|(name, took)| match took {
        Some(text) => format!("${name} = `{}`", visible(text)),
        None => format!("${name} took no part"),
    });
    shown.collect::<Vec<_>>().join(", ")
}
