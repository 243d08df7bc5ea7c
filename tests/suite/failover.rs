//! What happens to sign-ins when a domain controller fails.

mod certificates;
mod controllers;
