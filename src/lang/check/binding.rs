//! Which selector a name means.

use std::collections::BTreeMap;

use crate::lang::ast::{ActionBody, Condition, Expression, Identifier, Rule};
use crate::lang::parse::findings::Findings;
use crate::lang::{Diagnostic, code};

/// Every name must be bound once, by a selector to the left of its use.
pub(super) fn check(rule: &Rule, findings: &mut Findings) {
    let all = Bindings::of(rule.conditions.iter().filter_map(binding_of));
    let mut bound = Bindings::default();
    for condition in &rule.conditions {
        super::visit_condition(condition, &mut |expression| {
            if let Expression::Access { binding, .. } = expression
                && bound.find(binding).is_none()
            {
                findings.push(match all.find(binding) {
                    Some(later) => forward_reference(binding, later),
                    None => unbound(binding, &all),
                });
            }
        });
        if let Some(binding) = binding_of(condition)
            && let Some(earlier) = bound.add(binding)
        {
            findings.push(bound_twice(binding, earlier));
        }
    }
    let mut use_in_action = |name: &Identifier| {
        if all.find(name).is_none() {
            findings.push(unbound(name, &all));
        }
    };
    if let ActionBody::Copy(name) = &rule.action.body {
        use_in_action(name);
    }
    super::visit_action(&rule.action.body, &mut |expression| {
        if let Expression::Access { binding, .. } = expression {
            use_in_action(binding);
        }
    });
}

fn binding_of(condition: &Condition) -> Option<&Identifier> {
    match condition {
        Condition::Selector(selector) => selector.binding.as_ref(),
        Condition::Exists { .. } | Condition::Count { .. } => None,
    }
}

/// Names of selectors. DECISION: names that differ in case only are the same.
#[derive(Default)]
struct Bindings<'a>(BTreeMap<String, &'a Identifier>);

impl<'a> Bindings<'a> {
    fn of(names: impl Iterator<Item = &'a Identifier>) -> Self {
        let mut bindings = Self::default();
        for name in names {
            bindings.add(name);
        }
        bindings
    }

    /// Adds a name, or returns the selector that has it already.
    fn add(&mut self, name: &'a Identifier) -> Option<&'a Identifier> {
        let earlier = self.find(name);
        if earlier.is_none() {
            self.0.insert(name.text.to_ascii_lowercase(), name);
        }
        earlier
    }

    fn find(&self, name: &Identifier) -> Option<&'a Identifier> {
        self.0.get(&name.text.to_ascii_lowercase()).copied()
    }
}

fn unbound(name: &Identifier, bound: &Bindings<'_>) -> Diagnostic {
    const LISTED: usize = 8;
    let text = &name.text;
    let names: Vec<String> = bound.0.values().take(LISTED).map(|binding| format!("`{}`", binding.text)).collect();
    let help = if super::name::is_reserved(name) {
        format!("`{text}` is a keyword and names no claim; write `c:[…] => issue(claim = c);`")
    } else if names.is_empty() {
        format!("no selector of this rule has a name; write `{text}:[…]`")
    } else {
        format!("the selectors of this rule bind {}", names.join(", "))
    };
    Diagnostic::error(code::UNBOUND, name.span, format!("no selector binds `{text}` (AD FS: POLICY0011)"))
        .with_help(help)
}

/// DECISION: a name bound twice is an error, since the first and the last claim are equally likely to be meant.
fn bound_twice(name: &Identifier, earlier: &Identifier) -> Diagnostic {
    Diagnostic::error(code::BOUND_TWICE, name.span, format!("`{}` is bound twice in one rule", name.text))
        .with_related(earlier.span, "first bound here")
        .with_help("give every selector a name of its own; names that differ in case only are the same")
}

fn forward_reference(name: &Identifier, later: &Identifier) -> Diagnostic {
    let message = format!("`{}` is bound by this selector or a later one (AD FS: POLICY0011)", name.text);
    Diagnostic::error(code::FORWARD_REFERENCE, name.span, message)
        .with_related(later.span, "bound here")
        .with_help("a predicate may use the claims of selectors to its left; change their order")
}
