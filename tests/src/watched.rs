//! Runs the driver's scenarios under the watcher: what each has taken of memory, and asked of the system.

use std::path::Path;
use std::process::Command;

use crate::command::run;
use crate::watch::Seen;

/// The driver with the watcher in it. `folder` is for what is compiled, one for each test program.
///
/// # Panics
/// Where the watcher can't be compiled.
#[must_use]
pub fn driver(driver: &str, folder: &Path) -> Command {
    let (source, name) = (Path::new(env!("CARGO_MANIFEST_DIR")).join("hosts/watch.c"), "watch.so");
    std::fs::create_dir_all(folder).expect("a folder can be made");
    let mut cc = Command::new("cc");
    cc.args(["-std=gnu11", "-O2", "-Wall", "-Wextra", "-Werror", "-fPIC", "-shared", "-o"]);
    run(cc.arg(folder.join(name)).arg(&source)).expect_success("cc");
    let mut driver = Command::new(driver);
    // The loader takes spaces for separators, so the path is given from the library's own folder.
    driver.current_dir(folder).env("LD_PRELOAD", Path::new(".").join(name));
    driver
}

/// What each scenario of a kind did. `folder` is as above.
///
/// # Panics
/// Where the driver does not come to its end.
#[must_use]
pub fn watched(program: &str, folder: &Path, kind: &str) -> Vec<(String, Seen)> {
    let mut driver = driver(program, folder);
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
