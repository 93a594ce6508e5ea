# Each target is one line; what it does is in ci/. Everything that is built, made or rendered goes to
# target/, or to CARGO_TARGET_DIR where that is set.

# A recording of your own for `make run`.
INPUT ?=
export INPUT

.PHONY: run bundles lock test lint clean

# On a fresh Debian or Ubuntu with Rust: installs what is missing, builds, makes the bundles, and
# renders a real recording through every plugin in both formats.
run:
	@ci/run.sh

# The LV2 and VST3 bundles of every plugin, in target/bundles.
bundles:
	@ci/bundles.sh

# Brings every plugin's ports.lock up to date; commit the change.
lock:
	@ci/bundles.sh --lock

# All tests, with the bundles and the hosts that they need.
test:
	@ci/test.sh

# Formatting and lints.
lint:
	@ci/lint.sh

# Forgets everything that was built.
clean:
	@ci/clean.sh
