//! A condition that stopped a rule, for people.

use std::io;

use crate::harness::whynot::found::{Block, Made, Near, Obstacle, Tried};
use crate::report::count::counted;
use crate::report::visible::visible;
use crate::report::whynot::tree::Tree;

/// What was in the way, in short.
pub(super) fn summary(block: &Block) -> String {
    let Block { number, binding, looked_at, obstacle, needed, needed_is_example, refused, .. } = block;
    let which = match binding {
        Some(name) => format!("condition {}", visible(name)),
        None => format!("condition {number}"),
    };
    let claims = counted(*looked_at, "claim");
    match (obstacle, needed) {
        (Obstacle::NoClaim(_), Some(needed)) if !refused.is_empty() => {
            format!("for it, {which} would need the value `{}`, and lets no such claim through", visible(needed))
        }
        (Obstacle::NoClaim(_), Some(needed)) => {
            let a = if *needed_is_example { "a value such as" } else { "the value" };
            format!("for it, {which} needs {a} `{}`, and matched none of {claims}", visible(needed))
        }
        (Obstacle::NoClaim(_), None) => format!("its {which} matched none of {claims}"),
        (Obstacle::Claims { count, .. }, _) => {
            format!("its {which} wants no such claim, and there {}", are(*count, "claim"))
        }
        (Obstacle::Count { count, .. }, _) => format!("its {which} does not hold: there {}", are(*count, "such claim")),
    }
}

/// Writes what was in the way.
pub(super) fn block(tree: &mut Tree<'_>, block: &Block, indent: usize) -> io::Result<()> {
    let Block { text, obstacle, refused, .. } = block;
    tree.line(indent, &visible(text))?;
    if !refused.is_empty() {
        return refused.iter().try_for_each(|tried| predicate(tree, tried, None, indent + 1));
    }
    match obstacle {
        Obstacle::NoClaim(near) => near.iter().try_for_each(|found| nearest(tree, found, indent + 1)),
        Obstacle::Claims { first, .. } => first.iter().try_for_each(|found| claim(tree, found, indent + 1)),
        Obstacle::Count { first, near, .. } => {
            first.iter().try_for_each(|found| claim(tree, found, indent + 1))?;
            near.iter().try_for_each(|found| nearest(tree, found, indent + 1))
        }
    }
}

fn are(count: usize, thing: &str) -> String {
    if count == 0 {
        return format!("is no {thing}");
    }
    format!("{} {}", if count == 1 { "is" } else { "are" }, counted(count, thing))
}

fn nearest(tree: &mut Tree<'_>, near: &Near, indent: usize) -> io::Result<()> {
    tree.line(indent, &format!("nearest: {}", described(&near.made)))?;
    near.tried.iter().try_for_each(|tried| predicate(tree, tried, Some(&near.made), indent + 1))
}

fn claim(tree: &mut Tree<'_>, made: &Made, indent: usize) -> io::Result<()> {
    tree.line(indent, &described(made))
}

fn described(made: &Made) -> String {
    let by = match &made.by {
        Some(rule) => format!("made by {}", rule.short()),
        None => "given".to_owned(),
    };
    format!("{} = {} ({by})", visible(&made.claim.claim_type), visible(&made.claim.value))
}

/// A predicate, with the claim's side of it where the claim's type and value do not show it.
fn predicate(tree: &mut Tree<'_>, tried: &Tried, of: Option<&Made>, indent: usize) -> io::Result<()> {
    let mut text = visible(&tried.text);
    if let Some(right) = &tried.right {
        text = format!("{text} (`{}`)", visible(right));
    }
    let Some(difference) = &tried.difference else { return tree.line(indent, &format!("{text} holds")) };
    let is_shown = of.is_none_or(|made| *made.claim.value == *tried.left || *made.claim.claim_type == *tried.left);
    let left = if is_shown { String::new() } else { format!(" for `{}`", visible(&tried.left)) };
    tree.line(indent, &format!("{text} fails{left}: {}", visible(&difference.text)))?;
    difference.hint.iter().try_for_each(|hint| tree.line(indent + 1, &visible(hint)))
}
