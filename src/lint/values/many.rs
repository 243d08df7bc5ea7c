//! Whether a selector can match many claims of one user.

use super::{Demand, Maker, Shape, column_attribute, makers};
use crate::engine::claim_types;
use crate::lang::ast::{Expression, Property, Selector};
use crate::lint::Subject;
use crate::lint::mentions::selector_of;

/// How many rules a type is followed back through.
const DEPTH: usize = 4;

/// Whether it is known that users have many claims that the selector of rule `index` matches: groups, mostly. Says no
/// when in doubt.
pub(in crate::lint) fn is_many(subject: &Subject<'_>, index: usize, selector: &Selector) -> bool {
    matches_many(subject, index, selector, DEPTH)
}

fn matches_many(subject: &Subject<'_>, index: usize, selector: &Selector, depth: usize) -> bool {
    if selector.pattern.predicates.is_empty() {
        return true;
    }
    if !Demand::of(&selector.pattern, &Property::Value).equal.is_empty() {
        return false;
    }
    let types = Demand::of(&selector.pattern, &Property::Type).equal;
    types.first().is_some_and(|claim_type| type_is_many(subject, index, claim_type, depth))
}

fn type_is_many(subject: &Subject<'_>, index: usize, claim_type: &str, depth: usize) -> bool {
    if MANY.contains(&claim_type) {
        return true;
    }
    let Some(depth) = depth.checked_sub(1) else { return false };
    let earlier =
        subject.memory.may_make(subject.rule_set, claim_type).into_iter().take_while(|earlier| *earlier < index);
    let earlier = earlier.filter_map(|index| Some((index, subject.rule_set.rules.get(index)?)));
    earlier.flat_map(|(index, rule)| makers(rule, claim_type).into_iter().map(move |maker| (index, rule, maker))).any(
        |(index, rule, maker)| match maker {
            Maker::Copy(_) | Maker::Value(None) => false,
            Maker::Column(query, column) => column_attribute(query, column)
                .and_then(|attribute| Shape::of_attribute(&attribute))
                .is_some_and(|shape| shape.is_many),
            Maker::Value(Some(value)) => {
                let mut found = false;
                value.visit(&mut |part| {
                    if let Expression::Access { binding, property: Property::Value, .. } = part {
                        let read = selector_of(rule, binding);
                        found |= read.is_some_and(|read| matches_many(subject, index, read, depth));
                    }
                });
                found
            }
        },
    )
}

/// Claim types of which users have many.
const MANY: [&str; 4] = [claim_types::GROUP, claim_types::GROUP_SID, claim_types::ROLE, claim_types::AWS_ROLE];
