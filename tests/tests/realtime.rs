//! No memory is taken and the system is not called while a block is processed, whatever is in it:
//! counted in the shipped binaries, in a process of its own. See `hosts/watch.c` for how.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use dyad_tests::command::run;
use dyad_tests::watch::Seen;

/// Compiles the watcher.
fn watcher() -> &'static Path {
    static LIBRARY: OnceLock<PathBuf> = OnceLock::new();
    LIBRARY.get_or_init(|| {
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("hosts/watch.c");
        let library = Path::new(env!("CARGO_TARGET_TMPDIR")).join("watch.so");
        let mut cc = Command::new("cc");
        cc.args(["-std=gnu11", "-O2", "-Wall", "-Wextra", "-Werror", "-fPIC", "-shared", "-o"]);
        run(cc.arg(&library).arg(&source)).expect_success("cc");
        library
    })
}

/// What each scenario of a kind did.
fn watch(kind: &str) -> Vec<(String, Seen)> {
    let mut driver = Command::new(env!("CARGO_BIN_EXE_dyad-tests-driver"));
    // The loader takes spaces for separators, so the path is given from the library's own folder.
    let (folder, name) = (watcher().parent().expect("a folder"), watcher().file_name().expect("a name"));
    driver.current_dir(folder).env("LD_PRELOAD", Path::new(".").join(name));
    let said = run(driver.args(["watch", kind])).expect_success("the driver");
    let mut all = Vec::new();
    for line in said.out.lines() {
        if let Some(count) = line.strip_prefix("done ") {
            assert_eq!(count.parse(), Ok(all.len()), "every scenario was reported");
            return all;
        }
        let mut words = line.splitn(4, ' ');
        let mut number = || words.next().and_then(|word| word.parse().ok()).expect("a number");
        let seen = Seen { allocations: number(), system_calls: number(), first: number() };
        all.push((words.next().expect("a name").to_owned(), seen));
    }
    panic!("the driver did not come to its end:\n{}", said.all())
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
