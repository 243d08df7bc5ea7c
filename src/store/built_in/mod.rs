//! The attribute stores that AD FS brings along [language reference 8.4].

mod opaque_id;
mod password_expiry;
mod proxy_credential;
mod query;

use std::sync::Arc;

use jiff::Timestamp;

pub use opaque_id::{KEY_BYTES, OpaqueIds, TableEntry};
pub use password_expiry::PasswordExpiry;
pub use proxy_credential::ProxyCredentials;

use crate::engine::Stores;

/// Stable names of people that say nothing about them.
pub const OPAQUE_ID_STORE: &str = "_OpaqueIdStore";
/// When a password expires, as soon as that is near.
pub const PASSWORD_EXPIRY_STORE: &str = "_PasswordExpiryStore";
/// What the farm knows of its proxies.
pub const PROXY_CREDENTIAL_STORE: &str = "_ProxyCredentialStore";

/// Tells the time.
pub type Now = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// Adds the built-in stores to others. Without a key there are no opaque ids, and no store of theirs.
pub fn add(stores: &mut Stores, opaque_ids: Option<OpaqueIds>, now: Now, change_url: Option<Arc<str>>) {
    if let Some(opaque_ids) = opaque_ids {
        stores.insert(OPAQUE_ID_STORE, Arc::new(opaque_ids));
    }
    stores.insert(PASSWORD_EXPIRY_STORE, Arc::new(PasswordExpiry::new(now, change_url)));
    stores.insert(PROXY_CREDENTIAL_STORE, Arc::new(ProxyCredentials));
}
