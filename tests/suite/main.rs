//! Integration tests: one binary, one module for each topic.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::disallowed_methods,
    clippy::print_stderr,
    reason = "tests fail by panicking and read the clock, files and environment"
)]
#![expect(unreachable_pub, reason = "one binary: nothing is exported")]

#[path = "../layering.rs"]
mod layering;
#[path = "../support/mod.rs"]
mod support;

mod active_directory;
mod active_directory_forest;
mod active_directory_limits;
mod active_directory_names;
mod active_directory_operations;
mod active_directory_waits;
mod audit_log;
mod aws;
mod bind_keytab;
mod browser;
mod claimsmith_cli;
mod clients;
mod conformance;
mod directory_file;
mod doctor;
mod dotnet_regex;
mod engine;
mod explain;
mod failover;
mod fuzz_laws;
mod global_catalogue;
mod guide;
mod half_answers;
mod integrated_authentication;
mod lang;
mod ldap_directory;
mod ldap_servers;
mod lints;
mod lints_of_rules;
mod lsp;
mod operations;
mod other_domains;
mod password_change;
mod password_pages;
mod population;
mod process;
mod readme;
mod reassigned_names;
mod referees;
mod rule_packs;
mod rulecheck;
mod rulecheck_bless;
mod rulecheck_check;
mod rulecheck_coverage;
mod rulecheck_diff;
mod rulecheck_fmt;
mod rulecheck_import;
mod rulecheck_junit;
mod rulecheck_live;
mod rulecheck_manual;
mod rulecheck_matrix;
mod rulecheck_parity;
mod rulecheck_refusals;
mod rulecheck_stores;
mod rulecheck_watch;
mod safe_fixes;
mod saml;
mod server_config;
mod sign_in_active_directory;
mod sign_in_ldap;
mod sign_in_sql;
mod sql_server;
mod sql_stores;
mod standin;
mod standin_pages;
mod textmate;
mod trust_folder;
mod web;
mod whynot;
