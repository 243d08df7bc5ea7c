//! Examples of the values that a rule meets and makes.
//!
//! An example is no guess: its input fulfils the conditions of the rule, and its output is what the engine makes of it.
//! Where nothing is known of an input, words are assumed for it and said to be assumed.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::evaluate::{evaluate, patterns_on, values_read};
use super::{Demand, Maker, Shape, column_attribute, constant, makers};
use crate::engine::regex::{DotNetRegex, Language};
use crate::lang::ast::{Expression, Property, Rule, Selector};
use crate::lint::Subject;
use crate::lint::mentions::selector_of;

/// How many examples of one rule, and how many rules that it builds on, are looked at.
const MOST: usize = 256;
/// How many rules a value is followed back through.
const DEPTH: usize = 4;

/// A value that a rule makes, and what of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::lint) struct Example {
    /// The values of the claims that it was made of, in the order in which the expression names them; the attribute's
    /// value for a store query.
    pub(in crate::lint) met: Vec<String>,
    /// The value made.
    pub(in crate::lint) made: String,
    /// How it was found.
    pub(in crate::lint) how: How,
}

/// How an example was found, the most telling first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::lint) enum How {
    /// The rule makes this value at all times.
    Always,
    /// It is what such values mostly look like.
    Typical,
    /// The conditions let it in, and the pattern of a `RegExReplace` does not match it.
    Unchanged,
    /// The conditions let it in.
    LetIn,
    /// Nothing is known of the values that are met.
    Assumed,
}

/// Examples of what `maker` makes of `claim_type`, in rule `index` of the rule set.
pub(in crate::lint) fn examples(
    subject: &Subject<'_>,
    index: usize,
    maker: Maker<'_>,
    claim_type: &str,
) -> Vec<Example> {
    within(subject, index, maker, claim_type, DEPTH)
}

fn within(subject: &Subject<'_>, index: usize, maker: Maker<'_>, claim_type: &str, depth: usize) -> Vec<Example> {
    let Some(rule) = subject.rule_set.rules.get(index) else { return Vec::new() };
    match maker {
        Maker::Value(None) => vec![Example { met: Vec::new(), made: String::new(), how: How::Always }],
        Maker::Value(Some(value)) => match constant(value) {
            Some(made) => vec![Example { met: Vec::new(), made, how: How::Always }],
            None => subject.memory.examples((index, value.span().start, claim_type.to_owned(), depth), || {
                of_expression(subject, index, rule, value, depth)
            }),
        },
        Maker::Column(query, column) => {
            let shape = column_attribute(query, column).and_then(|name| Shape::of_attribute(&name));
            let texts = shape.into_iter().flat_map(|shape| shape.examples);
            texts
                .map(|text| Example { met: vec![(*text).to_owned()], made: (*text).to_owned(), how: How::Typical })
                .collect()
        }
        Maker::Copy(selector) => {
            let met = met(subject, index, selector, Some(claim_type), &[], depth);
            met.into_iter().map(|(text, how)| Example { met: vec![text.clone()], made: text, how }).collect()
        }
    }
}

fn of_expression(subject: &Subject<'_>, index: usize, rule: &Rule, value: &Expression, depth: usize) -> Vec<Example> {
    let names = values_read(value);
    let mut tuples: Vec<(Vec<String>, How)> = vec![(Vec::new(), How::Always)];
    for name in &names {
        let Some(selector) = selector_of(rule, name) else { return Vec::new() };
        let candidates = met(subject, index, selector, None, &patterns_on(value, name), depth);
        let longer = tuples.iter().flat_map(|(tuple, how)| {
            candidates.iter().map(move |(text, of_text)| {
                let tuple = tuple.iter().chain([text]).cloned().collect();
                (tuple, (*how).max(*of_text))
            })
        });
        tuples = longer.take(MOST).collect();
    }
    let made = tuples.into_iter().filter_map(|(met, how)| {
        let values: BTreeMap<String, String> =
            names.iter().map(|name| name.text.to_ascii_lowercase()).zip(met.iter().cloned()).collect();
        let made = evaluate(value, rule, &values)?;
        // A rule that reads no value makes the same at all times only if it reads nothing else either.
        Some(Example { met, made, how })
    });
    made.collect()
}

/// Values of the claims that a selector can match. `patterns` are those of a `RegExReplace` that works on them.
fn met(
    subject: &Subject<'_>,
    index: usize,
    selector: &Selector,
    claim_type: Option<&str>,
    patterns: &[DotNetRegex],
    depth: usize,
) -> Vec<(String, How)> {
    let types = Demand::of(&selector.pattern, &Property::Type).equal;
    let Some(claim_type) = claim_type.or(types.first().map(String::as_str)) else { return Vec::new() };
    let demand = Demand::of(&selector.pattern, &Property::Value);
    let mut found: Vec<(String, How)> = Vec::new();
    for source in sources(subject, index, claim_type, depth) {
        let more = match source {
            Source::Texts(texts) => texts.into_iter().filter(|(text, _)| demand.holds(text)).collect(),
            Source::Looks(shape) => looking_like(Some(shape), &demand, patterns),
            Source::Unknown => looking_like(None, &demand, patterns),
        };
        for candidate in more {
            if !found.iter().any(|(text, _)| *text == candidate.0) {
                found.push(candidate);
            }
        }
    }
    found
}

/// Where values of a claim type come from.
enum Source {
    /// Some of them, or all, as other rules make them.
    Texts(Vec<(String, How)>),
    /// Their look is known.
    Looks(&'static Shape),
    Unknown,
}

fn sources(subject: &Subject<'_>, index: usize, claim_type: &str, depth: usize) -> Vec<Source> {
    let earlier =
        subject.memory.may_make(subject.rule_set, claim_type).into_iter().take_while(|earlier| *earlier < index);
    let rules = earlier.filter_map(|earlier| Some((earlier, subject.rule_set.rules.get(earlier)?)));
    let mut sources = Vec::new();
    for (earlier, rule) in rules.take(MOST) {
        for maker in makers(rule, claim_type) {
            match maker {
                // They were there before.
                Maker::Copy(_) => {}
                Maker::Column(query, column) => {
                    let shape = column_attribute(query, column).and_then(|name| Shape::of_attribute(&name));
                    sources.push(shape.map_or(Source::Unknown, Source::Looks));
                }
                Maker::Value(_) if depth == 0 => sources.push(Source::Texts(Vec::new())),
                Maker::Value(_) => {
                    let made = within(subject, earlier, maker, claim_type, depth - 1);
                    let texts = made.into_iter().filter(|example| example.how != How::Assumed);
                    // What every such rule makes is typical here.
                    sources.push(Source::Texts(texts.map(|made| (made.made, made.how.max(How::Typical))).collect()));
                }
            }
        }
    }
    if sources.is_empty() {
        sources.push(Shape::of_claim_type(claim_type).map_or(Source::Unknown, Source::Looks));
    }
    sources
}

/// Values of a look that fulfil a demand.
fn looking_like(shape: Option<&Shape>, demand: &Demand, patterns: &[DotNetRegex]) -> Vec<(String, How)> {
    let mut found = Vec::new();
    let typical = shape.map_or(&[][..], |shape| shape.examples);
    found.extend(typical.iter().filter(|text| demand.holds(text)).map(|text| ((*text).to_owned(), How::Typical)));
    let printable = Language::printable();
    let look = shape.and_then(|shape| shape.pattern).and_then(|pattern| DotNetRegex::new(pattern).ok());
    let look = look.as_ref().and_then(Language::matched_by);
    let base: Vec<&Language> = [&printable].into_iter().chain(&look).collect();
    let replaced: Vec<Language> = patterns.iter().filter_map(Language::matched_by).collect();
    if !demand.describes() {
        let is_free = shape.is_none_or(|shape| shape.is_many);
        if is_free && !patterns.is_empty() && replaced.len() == patterns.len() {
            found.push(("Engineering".to_owned(), How::Unchanged));
        }
        if shape.is_none() {
            found.extend(ASSUMED.iter().map(|text| ((*text).to_owned(), How::Assumed)));
        }
        // Whether a pattern matches such a value can be seen of it.
        return found.into_iter().filter(|(text, how)| *how != How::Unchanged || unmatched(text, patterns)).collect();
    }
    for replaced in &replaced {
        let unchanged = demand.example(&base, &[replaced]).found();
        found.extend(unchanged.map(|text| (text, How::Unchanged)));
    }
    let all: Vec<&Language> = base.iter().copied().chain(&replaced).collect();
    found.extend(demand.example(&all, &[]).found().map(|text| (text, How::LetIn)));
    // What is let in is worked out once, and then met with every probe.
    let let_in = demand.within(&all);
    for probe in PROBES.iter() {
        let example = match &let_in {
            Some(let_in) => Language::example(&[let_in, probe], &[]),
            None => demand.example(&all.iter().copied().chain([probe]).collect::<Vec<_>>(), &[]),
        };
        found.extend(example.found().map(|text| (text, How::LetIn)));
    }
    found.retain(|(text, _)| demand.holds(text));
    found
}

fn unmatched(text: &str, patterns: &[DotNetRegex]) -> bool {
    let steps = || crate::engine::regex::Steps::new(100_000);
    patterns.iter().any(|regex| regex.is_match(text, &steps()) == Ok(false))
}

/// Words for values of which nothing is known: a name, an account number, a pair for the `Role` attribute.
const ASSUMED: [&str; 3] =
    ["111122223333", "Admin", "arn:aws:iam::111122223333:role/Admin,arn:aws:iam::111122223333:saml-provider/ADFS"];

/// What values that a condition lets in can have in them and AWS does not take.
static PROBES: LazyLock<Vec<Language>> = LazyLock::new(|| {
    let patterns = ["[a-z] [a-z]", r"[a-z]\\[a-z]", r"(?:^|[^\d])[0-9]{1,11}(?:[^\d]|$)", "[0-9]{13}", "[\u{e9}]"];
    let read = patterns.iter().filter_map(|pattern| DotNetRegex::new(pattern).ok());
    read.filter_map(|regex| Language::matched_by(&regex)).collect()
});
