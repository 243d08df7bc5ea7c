//! The server on a real socket: AD FS's wire contract, and what attackers try.

mod authn_request;
mod demands;
mod folding;
mod form;
mod hardening;
mod load;
mod management;
mod password;
mod proxy;
mod relay_state;
mod session;
mod sign_in;
mod signature;
mod update_password;
