//! What AD FS said in a captured response, against what the rules here would say.

pub mod capture;
pub mod difference;
mod said;
pub mod token;

use std::collections::BTreeSet;

use self::difference::made_by;
pub use self::difference::{About, Difference};
pub use self::token::Token;
use crate::aws::Role;
use crate::aws::attribute::{self, Attribute, Recognized};
use crate::engine::{Claim, Stores, claim_types};
use crate::harness::dry_run::Rules;
use crate::harness::nearest::nearest;
use crate::harness::recording::{Recording, RuleSetRun};
use crate::harness::wanted::Wanted;
use crate::harness::whynot::{self, WhyNot};

/// Attributes that tell of one request, and differ from one to the next.
const OF_ONE_REQUEST: [&str; 2] = [
    "http://schemas.microsoft.com/2012/01/requestcontext/claims/",
    "http://schemas.microsoft.com/2014/09/requestcontext/claims/",
];
/// A name that is made up for one session [SAML-Core 8.3.8].
const TRANSIENT: &str = "urn:oasis:names:tc:SAML:2.0:nameid-format:transient";
const UNSPECIFIED: &str = "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified";

/// So many missing values are explained; the others are only named.
const MOST_EXPLAINED: usize = 20;

/// What came of a comparison.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parity {
    /// How many values are the same on both sides.
    pub same: usize,
    /// What differs, by what it is about.
    pub differences: Vec<Difference>,
    /// What was not compared, and why.
    pub not_compared: Vec<String>,
}

impl Parity {
    /// Compares what AD FS said with what the rules issued in a recorded run. The order of attributes and values does
    /// not matter. `stores` are asked why something is missing.
    #[must_use]
    pub fn new(rules: &Rules, recording: &Recording<'_>, stores: &Stores, token: &Token) -> Self {
        let mut parity = Self::default();
        let run = recording.issuing_or_supposed();
        if let Some(reason) = &recording.run.denial {
            let mut difference = Difference::new(About::Decision, Some("permitted"), Some(reason));
            difference.missing = whynot::denied(rules, recording, stores).and_then(|denied| denied.missing);
            parity.differences.push(difference);
        }
        let claims: Vec<Claim> = run
            .map(|run| run.trace.issued().iter().filter_map(|id| run.claim(*id).cloned()).collect())
            .unwrap_or_default();
        parity.names(token, &claims, run);
        parity.trust(rules, token);
        parity.attributes(token, &claims, run);
        parity.circumstances(token);
        if recording.run.additional_authentication {
            let told = "the second factor that the rules here ask for: a response does not say whether AD FS did, and a \
                        server that cannot ask for one refuses the sign-on";
            parity.not_compared.push(told.to_owned());
        }
        parity.differences.sort_by(|one, other| one.about.cmp(&other.about));
        parity.explain(rules, recording, stores);
        parity
    }

    /// Finds out why the rules make no claim of what only AD FS said.
    fn explain(&mut self, rules: &Rules, recording: &Recording<'_>, stores: &Stores) {
        let only_theirs = self.differences.iter_mut().filter(|difference| difference.ours.is_none());
        for difference in only_theirs.take(MOST_EXPLAINED) {
            let claim_type = match &difference.about {
                About::NameId => claim_types::NAME_IDENTIFIER,
                About::Attribute(name) => name,
                _ => continue,
            };
            let wanted = wanted(claim_type, difference.theirs.as_deref());
            if let WhyNot::Lacks(lacks) = whynot::whynot(rules, recording, stores, &wanted) {
                difference.missing = lacks.missing;
            }
        }
    }

    /// Whether nothing differs.
    #[must_use]
    pub fn is_equal(&self) -> bool {
        self.differences.is_empty()
    }

    fn names(&mut self, token: &Token, claims: &[Claim], run: Option<&RuleSetRun<'_>>) {
        let ours = said::name_id(claims);
        let theirs = token.name_id.as_ref();
        let format = |name: Option<&token::Name>| name.and_then(|name| name.format.clone());
        let (their_format, our_format) = (format(theirs), format(ours.as_ref()));
        if their_format.as_deref() == Some(TRANSIENT) && our_format == their_format {
            self.not_compared
                .push("the name identifier, as its format says that it is made up for each session".to_owned());
            return;
        }
        let (value, our_value) = (theirs.map(|name| &*name.value), ours.as_ref().map(|name| &*name.value));
        self.value(About::NameId, value, our_value, run, claim_types::NAME_IDENTIFIER);
        if value.is_some() && our_value.is_some() {
            let plain = |format: Option<String>| format.filter(|format| format != UNSPECIFIED);
            let (theirs, ours) = (plain(their_format), plain(our_format));
            self.value(About::NameIdFormat, theirs.as_deref(), ours.as_deref(), None, "");
        }
    }

    /// One value on each side, or none.
    fn value(
        &mut self,
        about: About,
        theirs: Option<&str>,
        ours: Option<&str>,
        run: Option<&RuleSetRun<'_>>,
        claim_type: &str,
    ) {
        if theirs == ours {
            self.same += usize::from(theirs.is_some());
            return;
        }
        let mut difference = Difference::new(about, theirs, ours);
        if let Some(run) = run {
            difference.made_by = ours.map(|ours| made_by(run, claim_type, ours)).unwrap_or_default();
        }
        self.differences.push(difference);
    }

    /// For whom, and where to: what `trust.yaml` says.
    fn trust(&mut self, rules: &Rules, token: &Token) {
        let Rules::Trust(folder) = rules else {
            self.not_compared.push("audience and recipient, as one rule set does not know them".to_owned());
            return;
        };
        let party = &folder.relying_party;
        for audience in &token.audiences {
            self.value(About::Audience, Some(audience), Some(&party.identifier), None, "");
        }
        let Some(recipient) = &token.recipient else { return };
        let known = party.endpoints.iter().find(|endpoint| endpoint.url == *recipient);
        let ours = known.or_else(|| party.default_endpoint()).map(|endpoint| endpoint.url.as_str());
        self.value(About::Recipient, Some(recipient), ours, None, "");
    }

    fn attributes(&mut self, token: &Token, claims: &[Claim], run: Option<&RuleSetRun<'_>>) {
        let ours = said::attributes(claims);
        let names: BTreeSet<&str> = token.attributes.iter().chain(&ours).map(|attribute| &*attribute.name).collect();
        for name in names {
            let is_instant = name == claim_types::AUTHENTICATION_INSTANT;
            if is_instant || OF_ONE_REQUEST.iter().any(|prefix| name.starts_with(prefix)) {
                self.not_compared.push(format!("`{name}`, as it tells of one request"));
                continue;
            }
            let of = |attributes: &[token::Attribute]| -> (BTreeSet<String>, Option<String>) {
                let same: Vec<&token::Attribute> = attributes.iter().filter(|known| known.name == name).collect();
                let values = same.iter().flat_map(|attribute| attribute.values.iter().cloned()).collect();
                (values, same.first().and_then(|attribute| attribute.name_format.clone()))
            };
            let (their_values, their_format) = of(&token.attributes);
            let (our_values, our_format) = of(&ours);
            let both = !their_values.is_empty() && !our_values.is_empty();
            let first_new = self.differences.len();
            self.values(name, &their_values, &our_values, run);
            if our_values.is_empty() {
                let others = ours.iter().map(|attribute| &*attribute.name);
                let others = others.filter(|other| token.attributes.iter().all(|attribute| attribute.name != *other));
                let resembles = nearest(name, others, 1).first().map(|&name| name.to_owned());
                let missing = self.differences.iter_mut().skip(first_new);
                missing.for_each(|difference| difference.resembles.clone_from(&resembles));
            }
            if both && their_format != our_format {
                let about = About::NameFormat(name.to_owned());
                self.value(about, their_format.as_deref(), our_format.as_deref(), None, "");
            }
        }
    }

    /// The values of one attribute. Values that only one side has are put beside those that they resemble.
    fn values(&mut self, name: &str, theirs: &BTreeSet<String>, ours: &BTreeSet<String>, run: Option<&RuleSetRun<'_>>) {
        self.same += theirs.intersection(ours).count();
        let mut only_ours: Vec<&str> = ours.difference(theirs).map(String::as_str).collect();
        for value in theirs.difference(ours) {
            let twin = nearest(value, only_ours.iter().copied(), 1).first().copied();
            only_ours.retain(|other| Some(*other) != twin);
            self.value(About::Attribute(name.to_owned()), Some(value), twin, run, name);
        }
        for value in only_ours {
            self.value(About::Attribute(name.to_owned()), None, Some(value), run, name);
        }
    }

    /// What depends on the server and the sign-on, not on rules.
    fn circumstances(&mut self, token: &Token) {
        let mut told = |text: String| self.not_compared.push(text);
        told("the signature, which is not checked here".to_owned());
        if !token.issuer.is_empty() {
            told(format!("the issuer `{}`: here it is `entity_id` of the server", token.issuer));
        }
        if let Some(class) = &token.context_class {
            told(format!("the authentication context `{class}`: here it tells of the sign-on"));
        }
        if let Some(minutes) = token.lifetime_minutes {
            told(format!("the lifetime of {minutes} minutes: here an assertion can be used for 5"));
        }
        if let Some(minutes) = token.session_minutes {
            told(format!("the end of the session after {minutes} minutes: here `sessions` of the server decides"));
        }
    }
}

/// What is asked for: the role, where a value is one.
fn wanted(claim_type: &str, value: Option<&str>) -> Wanted {
    let is_role = attribute::recognize(claim_type) == Recognized::Known(Attribute::Role);
    match value.filter(|_| is_role).map(Role::parse) {
        Some(Ok(role)) => Wanted::Role { account: role.account.to_string(), name: role.name },
        _ => Wanted::Claim { claim_type: claim_type.to_owned(), value: value.map(str::to_owned) },
    }
}
