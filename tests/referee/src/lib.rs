//! samael on libxmlsec1, as an independent service provider.
//!
//! It needs C libraries (Debian: `libxmlsec1-dev libclang-dev pkg-config`), so it is a package of its own: neither the
//! release build nor a plain `cargo test` needs them.

use samael::metadata::EntityDescriptor;
use samael::service_provider::{ServiceProvider, ServiceProviderBuilder};

/// A service provider that knows the identity provider by its metadata.
///
/// # Errors
/// If the metadata cannot be read or does not suffice.
pub fn service_provider(entity_id: &str, acs_url: &str, idp_metadata: &str) -> Result<ServiceProvider, String> {
    let idp_metadata: EntityDescriptor =
        idp_metadata.parse().map_err(|error| format!("samael cannot read the metadata: {error}"))?;
    ServiceProviderBuilder::default()
        .entity_id(entity_id.to_owned())
        .acs_url(acs_url.to_owned())
        .idp_metadata(idp_metadata)
        .allow_idp_initiated(true)
        .build()
        .map_err(|error| error.to_string())
}
