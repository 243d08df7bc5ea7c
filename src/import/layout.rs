//! The files that an export becomes, by path.

use std::collections::BTreeMap;
use std::path::Path;

use super::certificate::Certificate;
use super::export::{Export, RuleTextFile};
use super::folder_name::FolderNames;
use super::placed_trust::PlacedTrust;
use super::remark::{Remark, Weight};
use super::rule_set::RuleSetKind;
use super::trust::{Trust, TrustKind};
use super::{examine, markdown, record, trust_yaml, unlike};

/// The report at the root.
pub const REPORT: &str = "IMPORT.md";
/// The rules that AD FS runs for every relying party, at the root.
const FOR_EVERYBODY: &str = "additional_authentication.claims";

/// The folder of rules that nobody says whose they are.
const RULES_ALONE: &str = "rule-sets";

/// What is written where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    /// The trusts, in the order of their folders.
    pub trusts: Vec<PlacedTrust>,
    /// What was not carried, and is about no trust.
    pub remarks: Vec<Remark>,
    /// Contents by path; `/` between the parts.
    pub files: BTreeMap<String, String>,
}

/// Two trusts of one kind have one identifier.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "the {} `{first}` ({first_export}) and `{second}` ({second_export}) have the same identifier `{identifier}`; \
     AD FS keeps identifiers apart, so these are exports of two farms or of one trust twice: import them separately",
    kind.words()
)]
pub struct SameIdentifier {
    /// Their kind.
    pub kind: TrustKind,
    /// The identifier.
    pub identifier: String,
    /// Name of one.
    pub first: String,
    /// The export that holds it.
    pub first_export: String,
    /// Name of the other.
    pub second: String,
    /// The export that holds it.
    pub second_export: String,
}

impl Layout {
    /// Places everything.
    ///
    /// # Errors
    ///
    /// Two trusts have one identifier.
    pub fn new(export: Export) -> Result<Self, Box<SameIdentifier>> {
        refuse_same_identifiers(&export.trusts)?;
        let accepted = accepted_from_active_directory(&export.trusts).map(str::to_owned);
        let mut layout = Self { trusts: Vec::new(), remarks: export.remarks, files: BTreeMap::new() };
        if let Some(text) = export.additional_authentication {
            layout.for_everybody(text);
        }
        let mut files = FolderNames::default();
        for file in export.rule_texts {
            layout.rules_alone(file, &mut files);
        }
        let mut names: BTreeMap<TrustKind, FolderNames> = BTreeMap::new();
        for trust in export.trusts {
            let name = names.entry(trust.kind).or_default().name(trust.title());
            layout.place(trust, &name, accepted.as_deref());
        }
        layout.trusts.sort_by(|one, other| one.folder.cmp(&other.folder));
        let report = markdown::text(&layout.trusts, &layout.remarks);
        layout.files.insert(REPORT.to_owned(), report);
        Ok(layout)
    }

    /// How many remarks somebody has to look at.
    #[must_use]
    pub fn needs_attention(&self) -> usize {
        let all = self.trusts.iter().flat_map(|placed| &placed.trust.remarks).chain(&self.remarks);
        all.filter(|remark| remark.weight == Weight::Attention).count()
    }

    fn for_everybody(&mut self, text: String) {
        let text_said = format!(
            "AD FS runs these rules for every relying party: they are kept in `{FOR_EVERYBODY}`, \
             and add to a trust what its own file of that name then says"
        );
        self.remarks.push(Remark::attention(RuleSetKind::AdditionalAuthentication.property(), text_said));
        self.remarks.extend(examine::rules(RuleSetKind::AdditionalAuthentication, FOR_EVERYBODY, &text));
        self.files.insert(FOR_EVERYBODY.to_owned(), text);
    }

    /// Rules that nobody says whose they are.
    fn rules_alone(&mut self, file: RuleTextFile, names: &mut FolderNames) {
        let name = Path::new(&file.export).file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
        let path = format!("{RULES_ALONE}/{}.claims", names.name(name));
        let kind = examine::probable_kind(&file.text);
        let text = format!(
            "kept in `{path}`: a text of rules does not say whose it is; by what it issues, these are {} rules",
            kind.word()
        );
        self.remarks.push(Remark::attention(file.export, text));
        self.remarks.extend(examine::rules(kind, &path, &file.text));
        self.files.insert(path, file.text);
    }

    fn place(&mut self, mut trust: Trust, name: &str, accepted: Option<&str>) {
        let folder = format!("{}/{name}", trust.kind.folder());
        let mut files = Files::default();
        let mut kinds = Vec::new();
        for set in &trust.rule_sets {
            kinds.push(set.kind);
            files.add(set.kind.file(), set.text.clone());
            trust.remarks.extend(examine::rules(set.kind, set.kind.file(), &set.text));
        }
        let signing = match trust.kind {
            TrustKind::RelyingParty => files.certificates("request-signing", &trust.signing_certificates),
            TrustKind::ClaimsProvider => files.certificates("token-signing", &trust.signing_certificates),
        };
        let encryption = trust.encryption_certificate.as_ref().map(|certificate| {
            files.add("encryption.pem", certificate.to_pem());
            "encryption.pem"
        });
        if trust.kind == TrustKind::RelyingParty {
            if let Some(text) = accepted {
                kinds.push(RuleSetKind::Acceptance);
                files.add(RuleSetKind::Acceptance.file(), text.to_owned());
                let said = "`acceptance.claims` holds the rules of the claims provider trust for Active Directory";
                trust.remarks.push(Remark::note(RuleSetKind::Acceptance.property(), said));
            }
            if trust.rules(RuleSetKind::Issuance).is_none() {
                kinds.push(RuleSetKind::Issuance);
                files.add(RuleSetKind::Issuance.file(), String::new());
            }
            kinds.sort_unstable();
            files.add("trust.yaml", trust_yaml::text(&trust, &kinds, &signing));
        }
        files.add("adfs.yaml", record::text(&trust, &signing, encryption));
        let names = files.0.keys().cloned().collect();
        self.files.extend(files.0.into_iter().map(|(name, text)| (format!("{folder}/{name}"), text)));
        self.trusts.push(PlacedTrust { folder, files: names, trust });
    }
}

/// The files of one trust.
#[derive(Default)]
struct Files(BTreeMap<String, String>);

impl Files {
    fn add(&mut self, name: &str, text: String) {
        self.0.insert(name.to_owned(), text);
    }

    fn certificates(&mut self, stem: &str, certificates: &[Certificate]) -> Vec<String> {
        let mut names = Vec::new();
        for (index, certificate) in certificates.iter().enumerate() {
            let name = format!("{stem}-{}.pem", index + 1);
            self.add(&name, certificate.to_pem());
            names.push(name);
        }
        names
    }
}

/// The acceptance rules for people who sign in with the directory, if they were exported.
fn accepted_from_active_directory(trusts: &[Trust]) -> Option<&str> {
    let is_directory = |trust: &&Trust| trust.identifiers.iter().any(|known| known == unlike::ACTIVE_DIRECTORY);
    trusts
        .iter()
        .filter(|trust| trust.kind == TrustKind::ClaimsProvider)
        .find(is_directory)
        .and_then(|trust| trust.rules(RuleSetKind::Acceptance))
}

fn refuse_same_identifiers(trusts: &[Trust]) -> Result<(), Box<SameIdentifier>> {
    let mut known: BTreeMap<(TrustKind, &str), &Trust> = BTreeMap::new();
    for trust in trusts {
        for identifier in &trust.identifiers {
            if let Some(first) = known.insert((trust.kind, identifier), trust) {
                return Err(Box::new(SameIdentifier {
                    kind: trust.kind,
                    identifier: identifier.clone(),
                    first: first.title().to_owned(),
                    first_export: first.export.clone(),
                    second: trust.title().to_owned(),
                    second_export: trust.export.clone(),
                }));
            }
        }
    }
    Ok(())
}
