#!/bin/sh
# What only a compiler's instruments, or all orders of all steps, can find. Needs Rust nightly.
#
#   RealtimeSanitizer  allocations and blocking calls of the audio thread, in the shipped binaries
#   ThreadSanitizer    races, in core's tests that use threads
#   loom               every order of the steps of core's lock-free parts
#   AddressSanitizer   memory used too late or never freed, while modules are loaded and unloaded
#
# Each must also report a fault that was planted, or its silence would mean nothing.
. "$(dirname "$0")/env.sh"

ci/rust.sh
cargo +nightly --version > /dev/null 2>&1 ||
    fail "The sanitizers need Rust nightly, and there is none. Install it with
    rustup toolchain install nightly"
ci/bundles.sh
ci/bundles.sh -p dyad-probe --out "$CARGO_TARGET_DIR/test-bundles"
triple=$(rustc -vV | sed -n 's/^host: //p')
export DYAD_BUNDLES="$CARGO_TARGET_DIR/bundles" DYAD_TEST_BUNDLES="$CARGO_TARGET_DIR/test-bundles"

# must_report WHAT TEXT COMMAND...: runs it, and stops unless it reports this.
must_report() {
    what=$1 text=$2
    shift 2
    report=$("$@" 2>&1 || true)
    case $report in
        *"$text"*) ;;
        *) fail "$what was not reported:
$report" ;;
    esac
}

# must_be_silent WHAT COMMAND...: runs it, stops where it fails, and leaves what it said in $report.
must_be_silent() {
    what=$1
    shift
    report=$("$@" 2>&1) || fail "$what:
$report"
}

# nightly SANITIZER FLAGS ARGUMENTS...: cargo, with Rust nightly and a folder of its own.
nightly() {
    folder=$CARGO_TARGET_DIR/sanitize$1 flags=$2
    shift 2
    RUSTFLAGS=$flags CARGO_BUILD_TARGET=$triple CARGO_TARGET_DIR=$folder cargo +nightly "$@"
}

nightly "" "-Zsanitizer=realtime --cfg dyad_rtsan" build -p dyad-tests --bin dyad-tests-driver
driver=$CARGO_TARGET_DIR/sanitize/$triple/debug/dyad-tests-driver
for format in lv2 vst3; do
    must_be_silent "RealtimeSanitizer, $format" "$driver" watch $format
    kinds=$(printf '%s\n' "$report" | sed -n 's/^done //p')
    [ -n "$kinds" ] || fail "the driver did not come to its end: $report"
    echo "RealtimeSanitizer, $format: $kinds kinds of blocks, nothing reported"
done
must_report "the planted malloc" "RealtimeSanitizer: unsafe-library-call" "$driver" watch self
echo "RealtimeSanitizer, self: the planted malloc was reported"

# count_tests: how many tests passed, by $report; stops where none did.
count_tests() {
    count=$(printf '%s\n' "$report" | sed -n 's/^test result: ok\. \([1-9][0-9]*\) passed.*/\1/p')
    [ -n "$count" ] || fail "no tests ran:
$report"
}

thread_tests() {
    nightly -thread "-Zsanitizer=thread -Cunsafe-allow-abi-mismatch=sanitizer --cfg dyad_tsan" \
        test -p dyad-core --lib -- "$@"
}
# In quotes: the path may have spaces.
export TSAN_OPTIONS="suppressions='$PWD/ci/tsan.txt'"
must_be_silent "ThreadSanitizer" thread_tests sync:: task:: store:: message::
count_tests
echo "ThreadSanitizer: $count tests, nothing reported"
must_report "the planted race" "ThreadSanitizer: data race $PWD/core/src/sync/planted.rs" \
    thread_tests --ignored planted_race
echo "ThreadSanitizer, self: the planted race was reported"

thread_build() {
    nightly -thread "-Zsanitizer=thread -Cunsafe-allow-abi-mismatch=sanitizer -Clink-arg=-rdynamic --cfg dyad_tsan" \
        build "$@"
}
thread_build -p dyad-tests --bin dyad-tests-driver
thread_build -p dyad-probe --example probe_lv2
built=$CARGO_TARGET_DIR/sanitize-thread/$triple/debug
instrumented=$CARGO_TARGET_DIR/sanitize-thread/bundles
rm -rf "$instrumented"
cp -R "$DYAD_TEST_BUNDLES" "$instrumented"
cp "$built/examples/libprobe_lv2.so" "$instrumented/probe.lv2/probe.so"
beside() {
    DYAD_TEST_BUNDLES=$instrumented "$built/dyad-tests-driver" beside "$1"
}
must_be_silent "ThreadSanitizer, LV2" beside lv2
echo "ThreadSanitizer, LV2: sessions $(printf '%s\n' "$report" | sed -n 's/^done //p'), nothing reported"
must_report "the planted race of two threads" "ThreadSanitizer: data race" beside planted
echo "ThreadSanitizer, LV2, self: the planted race was reported"

loom_tests() {
    RUSTFLAGS="--cfg loom" CARGO_TARGET_DIR=$CARGO_TARGET_DIR/sanitize-loom \
        cargo test -p dyad-core --lib --release -- "$@"
}
must_be_silent "loom" loom_tests loom_
count_tests
echo "loom: $count tests, right in every order"
must_report "the planted wrong order" "test result: FAILED. 0 passed; 1 failed" loom_tests --ignored planted_order
echo "loom, self: the planted wrong order was found"

# The modules find the sanitizer in the program that loads them.
address="-Zsanitizer=address -Clink-arg=-rdynamic"
export LSAN_OPTIONS="suppressions='$PWD/ci/lsan.txt':print_suppressions=0"
must_be_silent "AddressSanitizer" nightly -address "$address" test -p dyad-core --lib -- sync:: task:: message::
count_tests
echo "AddressSanitizer: $count tests, nothing reported"

nightly -address "$address" build -p dyad-tests --bin dyad-tests-driver
nightly -address "$address" build -p dyad-gain --example gain_lv2 --example gain_vst3
built=$CARGO_TARGET_DIR/sanitize-address/$triple/debug
driver=$built/dyad-tests-driver
instrumented=$CARGO_TARGET_DIR/sanitize-address/bundles
rm -rf "$instrumented"
cp -R "$DYAD_BUNDLES" "$instrumented"
cp "$built/examples/libgain_lv2.so" "$instrumented/gain.lv2/gain.so"
cp "$built/examples/libgain_vst3.so" "$instrumented/gain.vst3/Contents/${triple%%-*}-linux/gain.so"

must_report "the planted use of freed memory" "AddressSanitizer: heap-use-after-free" "$driver" reload freed
echo "AddressSanitizer, self: the planted use of freed memory was reported"
# LeakSanitizer stops the program's threads, which not every container allows.
leaks=yes
must_report "the planted leak" "LeakSanitizer" "$driver" reload kept
case $report in
    *"LeakSanitizer: detected memory leaks"*) echo "LeakSanitizer, self: the planted leak was reported" ;;
    *"LeakSanitizer has encountered a fatal error"*)
        leaks=
        echo "LeakSanitizer does not work here, so leaks were NOT looked for"
        ;;
    *) fail "the planted leak was not reported:
$report" ;;
esac

# left_behind BUNDLES FORMAT INSTANCES: sets $left to the bytes that one load leaves behind.
left_behind() {
    report=$(DYAD_BUNDLES=$1 "$driver" reload "$2" "$3" 2>&1) && left=0 || left=$(printf '%s\n' "$report" |
        sed -n 's/^SUMMARY: AddressSanitizer: \([0-9]*\) byte(s) leaked .*/\1/p')
    loads=$(printf '%s\n' "$report" | sed -n 's/^done //p')
    [ -n "$left" ] && [ -n "$loads" ] || fail "AddressSanitizer, $2:
$report"
    left=$((left / loads))
}
for bundles in "$DYAD_BUNDLES" "$instrumented"; do
    what="as shipped"
    [ "$bundles" = "$DYAD_BUNDLES" ] || what="built with it"
    for format in lv2 vst3; do
        [ -n "$leaks" ] || export ASAN_OPTIONS=detect_leaks=0
        left_behind "$bundles" $format 1
        one=$left
        left_behind "$bundles" $format 10
        line="AddressSanitizer, $format $what: $loads loads with 10 instances each, nothing reported"
        if [ -n "$leaks" ]; then
            # What is made once for each load is leaked on purpose, as the module's descriptions are.
            [ "$left" = "$one" ] || fail "$format: 10 instances leave $left bytes behind, and one $one:
$report"
            line="$line; no instance leaves anything behind, each load $left bytes"
        fi
        echo "$line"
    done
done
