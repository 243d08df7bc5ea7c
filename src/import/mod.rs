//! Exports of AD FS, as administrators really have them, read into trusts; and the folders that trusts become.
//!
//! | module | is |
//! | --- | --- |
//! | [`export`], `form` | a file of any known form, to the trusts in it |
//! | `json`, `clixml`, `list` | what `ConvertTo-Json`, `Export-Clixml` and `Format-List` wrote |
//! | [`trust`], [`endpoint`], [`certificate`], [`policy`] | what a trust says, beside its rules |
//! | [`rule_set`] | its rules, by what they decide |
//! | [`remark`], `unlike`, `examine` | what was not carried, and why |
//! | [`layout`], `trust_yaml`, `record`, [`folder_name`] | the files that are written |
//! | `markdown` | `IMPORT.md`, which says what became of the export |
//!
//! Nothing here reads or writes files: bytes in, bytes out. The text of a rule set is never changed.

pub mod certificate;
mod clixml;
pub mod endpoint;
mod examine;
pub mod export;
pub mod folder_name;
mod form;
mod json;
pub mod layout;
mod list;
mod markdown;
pub mod placed_trust;
pub mod policy;
mod record;
pub mod remark;
pub mod rule_set;
pub mod trust;
mod trust_yaml;
mod unlike;
mod value;
mod yaml_text;

pub use export::Export;
pub use layout::Layout;
pub use placed_trust::PlacedTrust;
pub use remark::{Remark, Weight};
pub use rule_set::{RuleSetKind, RuleText};
pub use trust::{Trust, TrustKind};
