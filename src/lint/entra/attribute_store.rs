//! P007, Microsoft's `EXTERNAL_ATTRIBUTE_STORE`: a store other than Active Directory.

use crate::lang::ast::ActionBody;
use crate::lint::values::is_directory;
use crate::lint::{Findings, Level, Lint, Subject};

/// P007.
pub(in crate::lint) const LINT: Lint = Lint {
    code: "P007",
    name: "entra-attribute-store",
    default_level: Level::Off,
    fixes: None,
    page: include_str!("../../../docs/lints/P007.md"),
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for rule in &subject.rule_set.rules {
        if let ActionBody::Store(query) = &rule.action.body
            && !is_directory(query)
        {
            let message = "Entra ID asks no other attribute store than the directory (EXTERNAL_ATTRIBUTE_STORE)";
            findings.push(findings.at(query.store.span(), message));
        }
    }
}
