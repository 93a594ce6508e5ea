# Each target is one line; what it does is in ci/. Everything that is built, made or rendered goes to
# target/, or to CARGO_TARGET_DIR where that is set.

# A recording of your own for `make run`.
INPUT ?=
export INPUT

# Where `make install` puts things: LIBDIR/lv2, LIBDIR/vst3, PREFIX/bin and PREFIX/share, below DESTDIR.
PREFIX ?= /usr/local
LIBDIR ?= $(PREFIX)/lib
DESTDIR ?=
export PREFIX LIBDIR DESTDIR

.PHONY: all run bundles program pages install uninstall install-user uninstall-user lock test soak stress bench lint sanitize clean

# What `make install` installs.
all: bundles program

# On a fresh Debian or Ubuntu with Rust: installs what is missing, builds, makes the bundles, and
# renders a real recording through every plugin in both formats.
run:
	@ci/run.sh

# The LV2 and VST3 bundles of every plugin, in target/bundles.
bundles:
	@ci/bundles.sh

# The programs dyad-host and dyad-webview, as they are shipped, with manual pages and completions.
program:
	@ci/program.sh

# The pages of web editors, made anew from their sources; needs Node.js. Commit the change.
pages:
	@ci/web.sh build

# The bundles and the programs for all users, and for yourself alone. Both only copy what was built.
install:
	@ci/install.sh
install-user:
	@ci/install.sh user

# Takes away what was installed, and nothing else.
uninstall:
	@ci/uninstall.sh
uninstall-user:
	@ci/uninstall.sh user

# Brings every plugin's ports.lock up to date; commit the change.
lock:
	@ci/bundles.sh --lock

# All tests, with the bundles and the hosts that they need.
test:
	@ci/test.sh

# What takes long: a thousand lives of an editor, and more of everything that tests do some times.
soak:
	@ci/soak.sh

# Five minutes of JACK at 64 frames with a web editor that never rests: no block may be lost.
stress:
	@ci/stress.sh

# How fast the built plugins are, beside hand-written ones, and their editors beside hosts' own pace.
bench:
	@ci/bench.sh

# Formatting and lints.
lint:
	@ci/lint.sh

# What only sanitizers and loom can find: waiting, races, wrong orders, leaks. Needs Rust nightly.
sanitize:
	@ci/sanitize.sh

# Forgets everything that was built.
clean:
	@ci/clean.sh
