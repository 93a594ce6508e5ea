#!/bin/sh
# RealtimeSanitizer over a few hundred blocks of every kind, through the shipped binaries. It reports
# allocations and blocking calls of the audio thread with a backtrace; needs Rust nightly.
. "$(dirname "$0")/env.sh"

ci/rust.sh
cargo +nightly --version > /dev/null 2>&1 ||
    fail "RealtimeSanitizer needs Rust nightly, and there is none. Install it with
    rustup toolchain install nightly"
ci/bundles.sh
triple=$(rustc -vV | sed -n 's/^host: //p')
export DYAD_BUNDLES="$CARGO_TARGET_DIR/bundles"
export RUSTFLAGS="-Zsanitizer=realtime --cfg dyad_rtsan"
cargo +nightly build -p dyad-tests --bin dyad-tests-driver --target "$triple" \
    --target-dir "$CARGO_TARGET_DIR/sanitize"
driver=$CARGO_TARGET_DIR/sanitize/$triple/debug/dyad-tests-driver
for format in lv2 vst3; do
    echo "$format: $("$driver" watch $format | sed -n 's/^done //p') kinds of blocks, nothing reported"
done
# The proof that something would have been: this one allocates on purpose.
report=$("$driver" watch self 2>&1 || true)
case $report in
    *"RealtimeSanitizer: unsafe-library-call"*) echo "self: the planted malloc was reported" ;;
    *) fail "RealtimeSanitizer did not report the planted malloc:
$report" ;;
esac
