//! Where what stands under the cursor comes from.

use super::Surroundings;
use super::mentions::{Mention, mentions};
use super::references::{Place, Subject, inside, selector, subject};

/// For a claim type: the rules that add or issue it, in this rule set and in those whose claims it starts with. For the
/// name of a selector: the selector.
#[must_use]
pub fn definition(around: &Surroundings, offset: usize) -> Vec<Place> {
    let Some(current) = around.current() else { return Vec::new() };
    match subject(current, offset) {
        Some(Subject::ClaimType(uri)) => {
            let makes = |mention: &Mention<'_>| mention.literal.text == uri && mention.is_made();
            let places = around.visible().flat_map(mentions).filter(makes);
            let places =
                places.filter(|mention| mention.rule_text.path.is_some() || around.is_current(mention.rule_text));
            let mut places: Vec<Place> = places
                .map(|mention| Place { path: mention.rule_text.path.clone(), span: inside(mention.literal.span) })
                .collect();
            // The place itself says nothing new where there are others.
            let is_here =
                |place: &Place| place.path == current.path && (place.span.start..=place.span.end).contains(&offset);
            if places.iter().any(|place| !is_here(place)) {
                places.retain(|place| !is_here(place));
            }
            places
        }
        Some(Subject::Binding(_, token)) => selector(current, &token)
            .and_then(|selector| selector.binding.as_ref())
            .map(|binding| Place { path: current.path.clone(), span: binding.span })
            .into_iter()
            .collect(),
        None => Vec::new(),
    }
}
