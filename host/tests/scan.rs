//! Finding plugins: what crashes or hangs is a row, what is known is not opened again.

mod common;

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use common::{Bench, FIXTURE, PROGRAM, complaint, example};
use dyad_host::Host;
use dyad_host::scan::{Scanner, State};
use rustix::process::{Pid, Signal};
use serde_json::Value;

/// A folder with plugins, and one for the cache.
struct Shelf {
    bench: Bench,
}

/// What a scan said: its exit code, the JSON, and standard error.
struct Said {
    code: i32,
    json: Value,
    error: String,
}

impl Shelf {
    fn new() -> Self {
        Self { bench: Bench::new() }
    }

    fn with(plugins: &[&str]) -> Self {
        let shelf = Self::new();
        plugins.iter().for_each(|plugin| drop(shelf.bench.lv2_fixture(plugin)));
        shelf
    }

    fn path(&self, name: &str) -> String {
        self.bench.path(name)
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(PROGRAM);
        command.arg("scan").args(words).env("XDG_CACHE_HOME", self.path("cache"));
        command.env("DYAD_FIXTURE_PID", self.path("loaded"));
        command
    }

    fn run(&self, words: &[&str]) -> Output {
        self.command(words).output().unwrap()
    }

    /// Scans the folder.
    fn scan(&self, words: &[&str]) -> Said {
        said(&self.run(&[&[&self.path(""), "--json", "--timeout", "2"], words].concat()))
    }

    /// Whether a plugin that leaves a note was loaded since this was asked last.
    fn loaded(&self) -> bool {
        std::fs::remove_file(self.path("loaded")).is_ok()
    }

    fn cache(&self) -> String {
        self.path("cache/dyad-host/scan-v1.json")
    }
}

fn said(output: &Output) -> Said {
    let error = String::from_utf8(output.stderr.clone()).unwrap();
    let json = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|e| panic!("{e}: {}{error}", String::from_utf8_lossy(&output.stdout)));
    Said { code: output.status.code().unwrap(), json, error }
}

impl Said {
    /// The state and the reason of every row, by the bundle's name.
    fn states(&self) -> BTreeMap<String, (String, String)> {
        let rows = self.json["plugins"].as_array().unwrap().iter();
        let name = |row: &Value| row["path"].as_str().unwrap().rsplit('/').next().unwrap().to_owned();
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        rows.map(|row| (name(row), (text(&row["state"]), text(&row["reason"])))).collect()
    }

    #[track_caller]
    fn has(&self, bundle: &str, state: &str, reason: &str) {
        let states = self.states();
        let (was, why) = states.get(bundle).unwrap_or_else(|| panic!("{bundle} is no row: {states:?}"));
        assert!(was == state && why.contains(reason), "{bundle}: {was}, {why}");
    }
}

#[test]
fn crashes_and_hangs_are_rows_and_then_blocked() {
    let shelf = Shelf::with(&["shy", "forks-and-crashes", "hangs", "never-leaves"]);
    let text = shelf.path("text.so");
    std::fs::write(&text, "no library").unwrap();
    shelf.bench.vst3_bundle("broken.vst3", Path::new(&text));
    shelf.bench.lv2_bundle("nonsense.lv2", "this is no Turtle", None);
    let presets = "@prefix pset: <http://lv2plug.in/ns/ext/presets#> .\n<urn:p> a pset:Preset .\n";
    shelf.bench.lv2_bundle("presets.lv2", presets, None);

    let first = shelf.scan(&[]);
    assert_eq!((first.code, first.error.as_str()), (16, ""));
    assert_eq!(first.states().len(), 6, "presets are no plugin: {:?}", first.states());
    first.has("shy.lv2", "ok", "");
    first.has("forks-and-crashes.lv2", "failed", "crashed (SIGABRT");
    first.has("hangs.lv2", "failed", "no progress for 2 s");
    first.has("never-leaves.lv2", "failed", "crashed (SIGABRT");
    first.has("broken.vst3", "failed", "does not load");
    first.has("nonsense.lv2", "failed", "not valid Turtle");
    assert!(shelf.loaded());

    let second = shelf.scan(&[]);
    assert_eq!((second.code, second.error.as_str()), (16, ""));
    second.has("shy.lv2", "ok", "");
    second.has("forks-and-crashes.lv2", "blocked", "crashed (SIGABRT");
    second.has("hangs.lv2", "blocked", "no progress for 2 s");
    second.has("never-leaves.lv2", "blocked", "crashed (SIGABRT");
    second.has("broken.vst3", "failed", "does not load");
    assert!(!shelf.loaded(), "a blocked plugin was loaded");

    assert_eq!(shelf.scan(&["--rescan"]).states(), first.states());
    assert!(shelf.loaded());
    assert_eq!(shelf.scan(&["--no-cache"]).states(), first.states());
    assert!(shelf.loaded());
}

#[test]
fn what_is_known_is_not_opened_again_until_it_changes() {
    let shelf = Shelf::with(&["forks"]);
    let first = shelf.scan(&[]);
    assert_eq!(first.code, 0, "{}", first.error);
    assert!(shelf.loaded());
    assert_eq!(shelf.scan(&[]).json, first.json);
    assert!(!shelf.loaded(), "it was known");
    let manifest = Path::new(&shelf.path("forks.lv2")).join("manifest.ttl");
    let turtle = std::fs::read_to_string(&manifest).unwrap();
    std::fs::write(&manifest, turtle.replace("\"Fixture\"", "\"Changed\"")).unwrap();
    assert_eq!(shelf.scan(&[]).json["plugins"][0]["name"], "Changed");
    assert!(shelf.loaded());
    // A blocked plugin's turn comes with its next version.
    let library = Path::new(&shelf.path("forks.lv2")).join("plugin.so");
    std::fs::write(&manifest, turtle.replace("forks#", "forks-and-crashes#")).unwrap();
    shelf.scan(&[]).has("forks.lv2", "failed", "crashed");
    shelf.scan(&[]).has("forks.lv2", "blocked", "crashed");
    std::fs::write(&manifest, turtle).unwrap();
    shelf.scan(&[]).has("forks.lv2", "ok", "");
    std::fs::remove_file(&library).unwrap();
    shelf.scan(&[]).has("forks.lv2", "failed", "plugin.so does not exist");
}

#[test]
fn the_block_list_can_be_opened() {
    let shelf = Shelf::with(&["forks-and-crashes", "shy"]);
    let bundle = shelf.path("forks-and-crashes.lv2");
    let unblock = |place: &str| {
        let output = shelf.run(&["--unblock", place]);
        assert!(output.status.success() && output.stderr.is_empty());
        String::from_utf8(output.stdout).unwrap()
    };
    assert!(unblock(&bundle).contains("nothing is blocked"));
    shelf.scan(&[]);
    assert!(shelf.loaded());
    assert!(unblock(&shelf.path("shy.lv2")).contains("nothing is blocked"));
    for place in [&bundle, &shelf.path("")] {
        assert!(unblock(place).contains("no longer blocked"));
        shelf.scan(&[]).has("forks-and-crashes.lv2", "failed", "crashed");
        assert!(shelf.loaded());
        shelf.scan(&[]).has("forks-and-crashes.lv2", "blocked", "crashed");
        assert!(!shelf.loaded());
    }
}

#[test]
fn a_cache_that_is_none_is_told_once() {
    let shelf = Shelf::with(&["shy"]);
    let good = shelf.scan(&[]);
    assert_eq!(good.error, "");
    let whole = std::fs::read_to_string(shelf.cache()).unwrap();
    let foreign = r#"{"format":"another","version":1,"program":"1","bundles":{}}"#;
    let newer = whole.replacen("\"version\":1", "\"version\":2", 1);
    for bad in ["", "{", "[]", foreign, &whole[..whole.len() / 2], &newer] {
        std::fs::write(shelf.cache(), bad).unwrap();
        let said = shelf.scan(&[]);
        assert_eq!((said.code, &said.json), (0, &good.json), "{bad}");
        assert!(said.error.contains("scan-v1.json") && said.error.lines().count() == 1, "{}", said.error);
        assert_eq!(std::fs::read_to_string(shelf.cache()).unwrap(), whole, "made anew");
        assert_eq!(shelf.scan(&[]).error, "");
    }
    // Another version of the program has other faults.
    let older = whole.replacen(env!("CARGO_PKG_VERSION"), "0.0.0", 1);
    assert_ne!(older, whole);
    std::fs::write(shelf.cache(), older).unwrap();
    assert_eq!(shelf.scan(&[]).error, "");
    assert_eq!(std::fs::read_to_string(shelf.cache()).unwrap(), whole);
    // Where there can be no cache, the scan is as good as ever.
    std::fs::remove_dir_all(shelf.path("cache")).unwrap();
    std::fs::write(shelf.path("cache"), "").unwrap();
    let said = shelf.scan(&[]);
    assert_eq!((said.code, said.json), (0, good.json));
    assert!(said.error.contains("could not be kept") && said.error.lines().count() == 1, "{}", said.error);
}

#[test]
fn bundles_that_are_gone_leave_the_cache_and_others_stay() {
    let shelf = Shelf::with(&["shy", "echo"]);
    shelf.scan(&[]);
    std::fs::remove_dir_all(shelf.path("echo.lv2")).unwrap();
    let other = Shelf::with(&["forks"]);
    assert!(shelf.run(&[&other.path("forks.lv2")]).status.success());
    let cache: Value = serde_json::from_slice(&std::fs::read(shelf.cache()).unwrap()).unwrap();
    let names: Vec<_> = cache["bundles"].as_object().unwrap().keys().collect();
    assert_eq!(names.len(), 2, "{names:?}");
    assert!(!names.iter().any(|name| name.contains("echo.lv2")));
}

#[test]
fn all_plugins_of_all_bundles_in_their_order() {
    let shelf = Shelf::with(&["echo", "shy"]);
    shelf.bench.vst3_bundle("vendor/fixture.vst3", &example("fixture_vst3"));
    let said = shelf.scan(&["--no-cache"]);
    assert_eq!(said.code, 16, "one class refuses to be loaded");
    let rows = said.json["plugins"].as_array().unwrap();
    let ids: Vec<_> = rows.iter().map(|row| row["id"].as_str().unwrap()).collect();
    assert_eq!(ids[..2], ["urn:dyad:fixture:echo#mono", "urn:dyad:fixture:shy#mono"]);
    assert!(ids.len() > 3 && ids[2..].contains(&FIXTURE), "{ids:?}");
    let fixture = rows.iter().find(|row| row["id"] == FIXTURE).unwrap();
    assert_eq!(fixture["format"], "vst3");
    assert_eq!(fixture["details"]["main_inputs"], 2);
    assert!(fixture["details"].get("parameters").is_none());
    assert_eq!(shelf.scan(&["--no-cache"]).json, said.json, "the same on every run");
    // The table says the same.
    let output = shelf.run(&[&shelf.path("")]);
    let table = String::from_utf8(output.stdout).unwrap();
    for id in ids {
        assert!(table.contains(id), "{id}:\n{table}");
    }
    assert!(table.lines().next().unwrap().starts_with("name"), "{table}");
}

#[test]
fn one_plugin_in_two_places_is_told() {
    let shelf = Shelf::with(&["shy"]);
    let (first, second) = (shelf.path("shy.lv2"), shelf.path("copy.lv2"));
    std::fs::create_dir(&second).unwrap();
    for file in ["manifest.ttl", "plugin.so"] {
        std::fs::copy(Path::new(&first).join(file), Path::new(&second).join(file)).unwrap();
    }
    // The same bundle by another name is the same bundle.
    std::os::unix::fs::symlink("shy.lv2", shelf.path("link.lv2")).unwrap();
    let said = shelf.scan(&[]);
    let rows = said.json["plugins"].as_array().unwrap();
    assert_eq!(rows.len(), 2, "{rows:?}");
    for (row, other) in rows.iter().zip([&first, &second]) {
        assert_eq!(row["duplicates"].as_array().unwrap().len(), 1);
        assert!(row["duplicates"][0].as_str().unwrap().ends_with(other.rsplit('/').next().unwrap()));
    }
    let table = String::from_utf8(shelf.run(&[&shelf.path("")]).stdout).unwrap();
    assert!(table.contains("urn:dyad:fixture:shy#mono is in 2 bundles"), "{table}");
}

#[test]
fn the_usual_places_are_those_of_the_variables() {
    let shelf = Shelf::with(&["shy"]);
    for folder in ["home/.lv2", "home/.vst3/vendor"] {
        std::fs::create_dir_all(shelf.path(folder)).unwrap();
    }
    std::fs::rename(shelf.path("shy.lv2"), shelf.path("home/.lv2/shy.lv2")).unwrap();
    shelf.bench.vst3_bundle("home/.vst3/vendor/null.vst3", &example("fixture_no_factory"));
    let mut command = shelf.command(&["--json"]);
    command.env("HOME", shelf.path("home")).env("LV2_PATH", "~/.lv2:/no/such/folder");
    let said = said(&command.env("VST3_PATH", shelf.path("home/.vst3")).output().unwrap());
    said.has("shy.lv2", "ok", "");
    said.has("null.vst3", "failed", "GetPluginFactory returned null");
    assert_eq!((said.states().len(), said.error.as_str()), (2, ""));
}

#[test]
fn an_interrupt_ends_it_and_keeps_what_there_is() {
    let shelf = Shelf::with(&["echo", "forks-and-hangs"]);
    let folder = shelf.path("");
    let mut command = shelf.command(&[&folder, "--json", "--timeout", "600"]);
    let running = command.stdout(Stdio::piped()).stderr(Stdio::piped()).process_group(0).spawn().unwrap();
    // The note is written where the plugin begins to hang.
    while !Path::new(&shelf.path("loaded")).exists() {
        std::thread::yield_now();
    }
    let pid = Pid::from_raw(running.id().try_into().unwrap()).unwrap();
    rustix::process::kill_process(pid, Signal::INT).unwrap();
    let said = said(&running.wait_with_output().unwrap());
    assert_eq!((said.code, &said.json["complete"]), (0, &Value::Bool(false)));
    assert!(said.error.contains("ended after") && said.error.lines().count() == 1, "{}", said.error);
    let cache: Value = serde_json::from_slice(&std::fs::read(shelf.cache()).unwrap()).unwrap();
    let kept = cache["bundles"].as_object().unwrap().len();
    assert_eq!(kept, said.json["plugins"].as_array().unwrap().len());
}

#[test]
fn a_caller_of_the_library_can_break_off() {
    let shelf = Shelf::with(&["echo", "hangs"]);
    let cache = std::path::PathBuf::from(shelf.path("a/b/cache.json"));
    let scanner = Scanner::new(Host::with_program(PROGRAM))
        .paths(vec![shelf.path("").into()])
        .cache(Some(cache.clone()))
        .timeout(std::time::Duration::from_secs(600));
    let scan = scanner.run(&mut |progress| {
        if progress.done == 1 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    let scan = scan.unwrap();
    assert!(!scan.complete && scan.is_good());
    assert_eq!((scan.progress.done, scan.progress.total), (1, 2));
    assert_eq!(scan.entries.len(), 1);
    assert_eq!((scan.entries[0].name.as_str(), scan.entries[0].state), ("Fixture", State::Ok));
    assert!(std::fs::read_to_string(cache).unwrap().contains("echo.lv2"));
}

#[test]
fn places_and_words_that_make_no_sense() {
    let shelf = Shelf::with(&["shy"]);
    let text = shelf.path("a.txt");
    std::fs::write(&text, "").unwrap();
    let nothing = shelf.path("nothing");
    for (words, code, said) in [
        (&[nothing.as_str()][..], 10, "no such file"),
        (&[text.as_str()], 4, "not a plugin"),
        (&["--timeout", "0"], 1, "--timeout"),
        (&["--timeout", "soon"], 1, "--timeout"),
        (&["--unblock", "/x", "--rescan"], 1, "--rescan"),
        (&["--unblock"], 1, "--unblock"),
        (&["--fast"], 1, "--fast"),
    ] {
        let (was, error) = complaint(&shelf.run(words));
        assert!(was == code && error.contains(said), "{words:?}: {was} {error}");
    }
    std::fs::create_dir(shelf.path("empty")).unwrap();
    let output = shelf.run(&[&shelf.path("empty")]);
    assert!(output.status.success());
    assert_eq!(String::from_utf8(output.stdout).unwrap(), "no plugins\n");
}

#[test]
fn info_describes_in_the_same_words() {
    let shelf = Shelf::with(&["echo"]);
    let bundle = shelf.path("echo.lv2");
    let json: Value = serde_json::from_str(&shelf.bench.good(&["info", "--json", &bundle])).unwrap();
    assert_eq!((&json["format"], &json["version"]), (&"dyad-host info".into(), &1.into()));
    let mut plugin = json["plugins"][0].clone();
    let parameters = plugin["details"].as_object_mut().unwrap().remove("parameters").unwrap();
    let tail = parameters.as_array().unwrap().iter().find(|p| p["id"] == "tail").unwrap();
    assert_eq!((&tail["min"], &tail["max"]), (&(-1.0).into(), &10_000_000.0.into()));
    assert!(tail["flags"].as_array().unwrap().contains(&"integer".into()));
    let scanned = shelf.scan(&[]).json["plugins"][0].clone();
    assert_eq!(plugin, scanned);
    let fixture = example("fixture_vst3");
    let output = common::run(&["info", "--json", fixture.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(16), "one class refuses to be loaded");
    let json: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert!(json["plugins"].as_array().unwrap().iter().any(|plugin| plugin["id"] == FIXTURE));
}
