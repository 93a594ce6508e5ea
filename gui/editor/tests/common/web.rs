//! Pages, the program that shows them, and its processes.

use std::path::PathBuf;
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};

use dyad_editor::{Page, Plugin};

use super::gain;

/// The gain with a page that shows its value as a colour.
pub fn square() -> Plugin {
    const SQUARE: Page = Page::new(&[
        ("/index.html", include_bytes!("../pages/square/index.html")),
        ("/square.css", include_bytes!("../pages/square/square.css")),
        ("/square.js", include_bytes!("../pages/square/square.js")),
    ]);
    program();
    Plugin { page: Some(SQUARE), ..gain() }
}

/// The gain with its own page.
pub fn gain_page() -> Plugin {
    const PAGE: Page = Page::new(&[
        ("/index.html", include_bytes!("../../../../bundles/gain/ui/web/dist/index.html")),
        ("/app.css", include_bytes!("../../../../bundles/gain/ui/web/dist/app.css")),
        ("/app.js", include_bytes!("../../../../bundles/gain/ui/web/dist/app.js")),
    ]);
    program();
    Plugin { page: Some(PAGE), ..gain() }
}

/// The gain with a page that never says anything.
pub fn mute() -> Plugin {
    const MUTE: Page = Page::new(&[("/index.html", include_bytes!("../pages/mute/index.html"))]);
    program();
    Plugin { page: Some(MUTE), ..gain() }
}

/// The program, as `make test` has built it.
pub fn program() -> PathBuf {
    let path = std::env::var_os("DYAD_WEBVIEW").map(PathBuf::from);
    path.filter(|path| path.exists()).expect("DYAD_WEBVIEW names the program; `make test` does this")
}

/// A process and its parent, its name and its state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Process {
    pub id: u32,
    pub parent: u32,
    pub name: String,
}

/// All processes that are there and not over.
pub fn processes() -> Vec<Process> {
    let folders = std::fs::read_dir("/proc").unwrap().flatten();
    let read = |folder: std::fs::DirEntry| {
        let id = folder.file_name().to_str()?.parse().ok()?;
        let stat = std::fs::read_to_string(folder.path().join("stat")).ok()?;
        let (name, rest) = (stat.split_once('(')?.1.rsplit_once(')')?.0, stat.rsplit_once(')')?.1);
        let mut rest = rest.split_whitespace();
        let state = rest.next()?;
        let parent = rest.next()?.parse().ok()?;
        (state != "Z").then(|| Process { id, parent, name: name.into() })
    };
    folders.filter_map(read).collect()
}

/// The children of a process, and theirs.
pub fn descendants(of: u32) -> Vec<Process> {
    let all = processes();
    let mut found = Vec::new();
    let mut parents = vec![of];
    while let Some(parent) = parents.pop() {
        for process in all.iter().filter(|process| process.parent == parent) {
            parents.push(process.id);
            found.push(process.clone());
        }
    }
    found
}

/// All that was started for the test that runs in this process and is not over, whoever its parent is by now:
/// what inherited the mark of [`alone`].
fn remains() -> Vec<Process> {
    let mark = format!("{MARK}={}", std::env::var(MARK).expect("run by `alone`"));
    let is_ours = |process: &Process| {
        let settings = std::fs::read(format!("/proc/{}/environ", process.id)).unwrap_or_default();
        settings.split(|byte| *byte == 0).any(|setting| setting == mark.as_bytes())
    };
    let mut all = processes();
    all.retain(|process| process.id != std::process::id() && process.name != "Xvfb" && is_ours(process));
    all
}

/// Waits until nothing of that is there any more.
#[track_caller]
pub fn nothing_remains() {
    let end = std::time::Instant::now() + super::PATIENCE;
    loop {
        let remains = remains();
        if remains.is_empty() {
            return;
        }
        assert!(std::time::Instant::now() < end, "they remain: {remains:?}");
        std::thread::sleep(std::time::Duration::from_millis(1));
    }
}

const MARK: &str = "DYAD_TEST_MARK";

/// The program that this process has started, if it runs.
pub fn helper() -> Option<Process> {
    descendants(std::process::id()).into_iter().find(|process| process.name.starts_with("dyad-webview"))
}

/// Sends a signal to a process of ours.
pub fn signal(process: &Process, signal: rustix::process::Signal) {
    let id = rustix::process::Pid::from_raw(process.id as i32).unwrap();
    rustix::process::kill_process(id, signal).unwrap();
}

/// Runs one test of this program in a process of its own, with these settings, and gives what it wrote.
pub fn alone(test: &str, settings: &[(&str, &str)]) -> String {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", test, "--include-ignored", "--nocapture"]);
    command.env_remove("DYAD_EDITOR").envs(settings.iter().copied());
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let number = COUNT.fetch_add(1, Ordering::Relaxed);
    command.env(MARK, format!("{}-{number}", std::process::id()));
    let output = command.output().unwrap();
    let said =
        format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success() && said.contains("1 passed"), "{test}: {said}");
    said
}
