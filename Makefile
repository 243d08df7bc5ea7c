# The two commands that matter: `make demo` and `make test`.

CARGO ?= cargo

# Seconds for each fuzz target.
FUZZ_SECONDS ?= 60

.PHONY: help demo test sql-server lint packages bench fuzz

help:
	@echo 'make demo   sign in to the AWS console stand-in at https://localhost:8443'
	@echo 'make test   install what the tests need, then run all of them'
	@echo 'make lint   formatting, clippy, dependency policy'
	@echo 'make bench  evaluation, parsing and signing against their yardsticks'
	@echo 'make sql-server   the tests of SQL Server against a real one, see CONTRIBUTING.md'
	@echo 'make fuzz   every fuzz target for a minute, or for FUZZ_SECONDS=…'

# Needs Rust and gcc, nothing else. Built without optimisation, which takes less time and is quick enough for one person.
demo:
	$(CARGO) run --bin claimsmith -- demo

# Real directories, browsers and SAML libraries: tests/packages installs the missing ones.
test: packages lint
	tests/run

# A real SQL Server cannot be installed here: name one, and an empty database on it, by CLAIMSMITH_SQL_SERVER_….
sql-server:
	$(CARGO) test --all-features --test sql_server

packages:
	tests/packages

lint:
	$(CARGO) fmt --check
	$(CARGO) clippy --quiet --all-features --all-targets -- -D warnings
	tests/deny

bench:
	$(CARGO) bench

fuzz:
	fuzz/run $(FUZZ_SECONDS)
