//! Two controllers that are really two, and one domain; one of them is killed, or frozen, while many people sign in.

use std::time::Duration;

use claimsmith::store::ActiveDirectory;
use claimsmith::store::directory::{Directory as _, Password};

use super::load::{bounded, while_all_sign_in};
use crate::support::samba::Samba;
use crate::support::site::Site;
use crate::support::waiting::wait_until_every;

/// How long a test may take once its servers run, whatever hangs.
const LIMIT: Duration = Duration::from_mins(3);

fn signs_in(controller: &Samba, user: &str, password: &str) -> bool {
    let Ok(directory) = ActiveDirectory::connect(controller.settings()) else { return false };
    directory.sign_in(user, &Password::new(password.to_owned())).is_ok()
}

/// Binds that fail in quick succession keep Samba from replicating.
fn wait_until(what: &str, holds: impl Fn() -> bool) {
    wait_until_every(Duration::from_secs(1), what, holds);
}

#[test]
fn they_replicate_in_both_directions_and_each_serves_alone() {
    let [first, second] = Samba::pair();
    // Some time more than all that it waits for.
    bounded(Duration::from_mins(5), move || {
        for controller in [&first, &second] {
            wait_until("both know everybody", || signs_in(controller, "alice", "Passw0rd.alice"));
        }
        first.set_password("bob", "Passw0rd.new");
        wait_until("the second controller learns of a new password", || signs_in(&second, "bob", "Passw0rd.new"));
        second.set_password("carol", "Passw0rd.new");
        wait_until("the first controller learns of a new password", || signs_in(&first, "carol", "Passw0rd.new"));
        first.kill();
        wait_until("the second controller serves alone", || signs_in(&second, "bob", "Passw0rd.new"));
        second.set_password("erin", "Passw0rd.new");
        first.restart();
        second.kill();
        wait_until("the first controller serves alone", || signs_in(&first, "alice", "Passw0rd.alice"));
        second.restart();
        wait_until("a controller catches up", || signs_in(&first, "erin", "Passw0rd.new"));
    });
}

#[test]
fn nobody_notices_that_one_is_killed_under_load() {
    let (controllers, site) = pair_and_site();
    bounded(LIMIT, move || {
        while_all_sign_in(&site, || controllers[0].kill()).assert_nobody_noticed(&site);
    });
}

/// As a machine that swaps, or whose disk hangs: the kernel still takes connections.
#[test]
fn nobody_notices_that_one_freezes_under_load() {
    let (controllers, site) = pair_and_site();
    bounded(LIMIT, move || {
        while_all_sign_in(&site, || controllers[0].freeze()).assert_nobody_noticed(&site);
        // They work together again before they end.
        controllers[0].thaw();
    });
}

/// A server that asks the controllers at their own addresses, and prefers the first.
fn pair_and_site() -> ([Samba; 2], Site) {
    let controllers = Samba::pair();
    let urls = [0, 1].map(|place: usize| controllers[place].url());
    let site = Site::start(&urls, &controllers[0].ca_file(), &[]);
    (controllers, site)
}
