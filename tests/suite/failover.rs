//! What happens to sign-ins when a domain controller fails.

mod certificates;
mod controllers;
mod load;
mod one_of_two;
