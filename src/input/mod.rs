//! Bytes that people wrote, to text and values: encodings, size limits, YAML.

pub mod decode;
pub mod encoding;
pub mod error;
pub mod file;
pub mod layout;
pub mod lines;
pub mod place;
pub mod secrets;
mod utf16;
pub mod yaml;

pub use decode::decode;
pub use encoding::Encoding;
pub use error::InputError;
pub use file::{RULE_FILE_LIMIT_BYTES, read_file, read_limited, read_source};
pub use layout::layout;
pub use lines::Lines;
pub use place::{Spanned, span};
pub use secrets::without_secrets;
pub use yaml::yaml;
