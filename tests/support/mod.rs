//! What several topics need.

pub mod authn_request;
pub mod aws_response;
pub mod browser;
pub mod claimsmith;
pub mod database;
pub mod detour;
pub mod export;
pub mod fake_ldap;
pub mod https;
pub mod identity_provider;
pub mod lsp_client;
pub mod naive;
pub mod name_server;
pub mod people;
pub mod python;
pub mod random_rules;
pub mod relay;
pub mod rule_case;
pub mod rulecheck;
pub mod samba;
pub mod saml;
pub mod server_script;
pub mod shared;
pub mod site;
pub mod slapd;
