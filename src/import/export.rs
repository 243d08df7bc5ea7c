//! A file of any known form, to the trusts in it.

use super::remark::Remark;
use super::rule_set::RuleSetKind;
use super::trust::{Trust, TrustKind};
use super::value::{Object, Value};
use super::{clixml, form::Form, json, list, unlike};
use crate::input::InputError;
use crate::lang::Source;

/// Exports may be this large. A farm with a thousand trusts writes about a tenth.
pub const EXPORT_LIMIT_BYTES: u64 = 32 * 1024 * 1024;

/// Objects may lie this deep in other objects before they are trusts.
const DEEPEST_TRUST: usize = 6;

/// What exports hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Export {
    /// Trusts in the order exported.
    pub trusts: Vec<Trust>,
    /// The rules that ask everybody for another factor, whatever the trust.
    pub additional_authentication: Option<String>,
    /// Files that are rules and nothing else.
    pub rule_texts: Vec<RuleTextFile>,
    /// What was not carried, and is about no trust.
    pub remarks: Vec<Remark>,
}

/// Rules that nobody says whose they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleTextFile {
    /// The name of the file.
    pub export: String,
    /// All of it.
    pub text: String,
}

impl Export {
    /// Adds what the text of an export holds.
    ///
    /// # Errors
    ///
    /// It is no export, or holds no trust; the error tells why and which command exports one.
    pub fn add(&mut self, source: &Source) -> Result<(), InputError> {
        let mut found = Self::default();
        match Form::of(&source.text) {
            Form::Rules => {
                found.rule_texts.push(RuleTextFile { export: source.name.clone(), text: source.text.clone() });
            }
            Form::Json => found.collect(&json::read(source)?, &source.name, 0),
            Form::Clixml => found.collect(&clixml::read(source)?, &source.name, 0),
            Form::List => found.list(source)?,
            Form::Unknown => return Err(unknown(source)),
        }
        if found.trusts.is_empty() && found.additional_authentication.is_none() && found.rule_texts.is_empty() {
            return Err(nothing(source, &found.remarks));
        }
        self.trusts.append(&mut found.trusts);
        self.additional_authentication = found.additional_authentication.or(self.additional_authentication.take());
        self.remarks.append(&mut found.remarks);
        self.rule_texts.append(&mut found.rule_texts);
        Ok(())
    }

    fn list(&mut self, source: &Source) -> Result<(), InputError> {
        self.collect(&list::read(source)?, &source.name, 0);
        let text = "a list for people tells lines, not how they end, and not what lists of more than four items hold: \
                    lines end in carriage return and line feed, as AD FS keeps them";
        let remark = Remark::note("Format-List", text);
        self.trusts.iter_mut().for_each(|trust| trust.remarks.push(remark.clone()));
        Ok(())
    }

    fn collect(&mut self, value: &Value, export: &str, depth: usize) {
        match value {
            Value::List(items) if depth <= DEEPEST_TRUST => {
                for item in items {
                    self.collect(item, export, depth + 1);
                }
            }
            Value::Object(object) if Trust::is_one(object) => {
                let mut trust = Trust::read(object, export);
                unlike::remark(&mut trust);
                self.trusts.push(trust);
            }
            Value::Object(object) if depth <= DEEPEST_TRUST => self.collect_properties(object, export, depth),
            _ => {}
        }
    }

    fn collect_properties(&mut self, object: &Object, export: &str, depth: usize) {
        let rules = RuleSetKind::AdditionalAuthentication.property();
        if let Some(text) = object.text(rules) {
            self.additional_authentication = Some(text.to_owned());
        }
        for (name, value) in &object.properties {
            let holds_trusts =
                name.to_ascii_lowercase().ends_with("trust") || name.to_ascii_lowercase().ends_with("trusts");
            if holds_trusts && value.is_cut_off() {
                let text = format!(
                    "`{export}` does not go deep enough to hold the trusts: only the names of their types are left"
                );
                self.remarks.push(Remark::attention(name.clone(), text));
            } else if let Some(reason) = value.text().and_then(|text| text.strip_prefix("SCRIPTERROR:")) {
                let text = format!("the tool that exported it could not read this: {}", reason.trim());
                self.remarks.push(Remark::attention(name.clone(), text));
            } else {
                self.collect(value, export, depth + 1);
            }
        }
    }
}

fn unknown(source: &Source) -> InputError {
    let message = "this is no form of export that is known: JSON, `Export-Clixml`, `Format-List *`, or rules";
    InputError::whole(&source.name, message)
        .with_help(format!("export with `{}`", TrustKind::RelyingParty.export_command()))
}

fn nothing(source: &Source, remarks: &[Remark]) -> InputError {
    let help = format!("export with `{}`", TrustKind::RelyingParty.export_command());
    let why = remarks.first().map_or("there is no trust in this export", |remark| remark.text.as_str());
    InputError::whole(&source.name, why).with_help(help)
}
