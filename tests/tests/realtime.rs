//! No memory is taken and the system is not called while a block is processed, whatever is in it:
//! counted in the shipped binaries, in a process of its own. See `hosts/watch.c` for how.

use std::path::Path;

use dyad_tests::watch::Seen;
use dyad_tests::watched::watched;

/// What each scenario of a kind did.
fn watch(kind: &str) -> Vec<(String, Seen)> {
    // Tests of this program run side by side.
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("realtime").join(kind);
    watched(env!("CARGO_BIN_EXE_dyad-tests-driver"), &folder, kind)
}

fn assert_clean(kind: &str) {
    let all = watch(kind);
    assert!(all.len() > 50, "{} scenarios", all.len());
    let bad: Vec<_> =
        all.iter().filter(|(_, seen)| seen.allocations != 0 || seen.system_calls != 0).collect();
    assert!(bad.is_empty(), "{} of {} scenarios are not real-time safe: {bad:#?}", bad.len(), all.len());
}

#[test]
fn the_watcher_sees_what_it_is_there_for() {
    let all = watch("self");
    let seen =
        |name: &str| all.iter().find(|(n, _)| n == name).unwrap_or_else(|| panic!("{name}: {all:?}")).1;
    assert_eq!(seen("nothing"), Seen { allocations: 0, system_calls: 0, first: -1 });
    // Each runs eight times, and takes and gives back.
    assert_eq!(seen("planted malloc").allocations, 16);
    assert_eq!(seen("planted posix_memalign").allocations, 16);
    assert_eq!(seen("planted Box").allocations, 16);
    let write = seen("planted write");
    assert_eq!((write.allocations, write.system_calls, write.first), (0, 8, SYS_WRITE));
    assert!(seen("instance of the plugin").allocations > 16, "it sees into the shipped binary");
    let complaint = seen("complaint of the plugin");
    assert!(complaint.system_calls >= 8, "{complaint:?}");
}

#[cfg(target_arch = "x86_64")]
const SYS_WRITE: i64 = 1;
#[cfg(not(target_arch = "x86_64"))]
const SYS_WRITE: i64 = 64;

#[test]
fn lv2_takes_no_memory_and_calls_nobody() {
    assert_clean("lv2");
}

#[test]
fn vst3_takes_no_memory_and_calls_nobody() {
    assert_clean("vst3");
}
