//! What every store must answer, asked of a store that somebody has written: cargo feature `conformance`.
//!
//! Three halves, for what a store claims to be:
//!
//! - [`attribute_store`]: any [`AttributeStore`](crate::engine::AttributeStore). It takes a [`Probe`]: a few queries in
//!   the store's own language and what they must find.
//! - [`directory`]: a [`Directory`](super::directory::Directory), an authority for sign-in. It takes [`Member`]s: people
//!   with all their names and passwords.
//! - [`active_directory`]: a directory that answers the queries of Active Directory (section 8.1 of the language
//!   reference) and has the people of `testdata/directory.yaml`; [`like_active_directory`] for one that has no SIDs.
//!
//! Each gives the deviations; a store conforms if there are none. In a test:
//!
//! ```
//! use claimsmith::lang::Source;
//! use claimsmith::store::conformance;
//! use claimsmith::store::file::FileDirectory;
//!
//! let text = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/testdata/directory.yaml"));
//! let store = FileDirectory::from_yaml(&Source::new("directory.yaml", text)).unwrap();
//! assert_eq!(conformance::active_directory(&store), []);
//! ```
//!
//! A store over a server is given one that the test starts, and the people of `testdata` in it: `tests/support` starts
//! Samba, slapd, PostgreSQL and MariaDB, and `tests/suite/conformance.rs` asks them all. What only your store does, such as
//! its own syntax, its time limits, or what happens when its server goes away, belongs into tests of its own.

mod active_directory;
mod attribute_store;
mod deviation;
mod directory;

pub use active_directory::{active_directory, like_active_directory};
pub use attribute_store::{Probe, attribute_store};
pub use deviation::Deviation;
pub use directory::{Member, directory};
