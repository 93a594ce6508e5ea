//! `dyad-host man`: a page for each command, which manual readers take without a complaint.

mod common;

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use common::{Bench, complaint, names, run};

/// All commands that `--help` tells of, as words, the program itself among them.
fn commands(above: &[String]) -> Vec<Vec<String>> {
    let mut words: Vec<&str> = above.iter().map(String::as_str).collect();
    words.push("--help");
    let help = String::from_utf8(run(&words).stdout).unwrap();
    let mut all = vec![above.to_vec()];
    let Some((_, list)) = help.split_once("\nCommands:\n") else { return all };
    let lines = list.lines().take_while(|line| !line.is_empty());
    // Further lines of a description stand further in.
    for line in lines.filter(|line| line.starts_with("  ") && !line.starts_with("   ")) {
        let name = line.split_whitespace().next().unwrap();
        if name != "help" {
            all.extend(commands(&[above, &[name.to_owned()]].concat()));
        }
    }
    all
}

/// The page's name: `dyad-host-state-save` for `state save`.
fn page(command: &[String]) -> String {
    ["dyad-host".to_owned()].iter().chain(command).cloned().collect::<Vec<_>>().join("-")
}

/// What a reader of manual pages prints, without a complaint.
fn read(program: &str, words: &[&str], file: &Path) -> String {
    let mut command = Command::new(program);
    command.args(words).arg(file).env("LC_ALL", "C.UTF-8").env("MANWIDTH", "80");
    let output = command.output().unwrap_or_else(|e| panic!("{program} is there: {e}"));
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && error.is_empty(), "{program}: {}: {error}", file.display());
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn every_command_has_a_page_and_nothing_else_has() {
    let bench = Bench::new();
    let folder = bench.path("new/man1");
    bench.good(&["man", "--out", &folder]);
    let commands = commands(&[]);
    assert!(commands.iter().any(|words| words == &["state", "save"]), "{commands:?}");
    let expected: BTreeSet<_> = commands.iter().map(|command| page(command) + ".1").collect();
    assert_eq!(names(Path::new(&folder)).into_iter().collect::<BTreeSet<_>>(), expected);
    let own = std::fs::read_to_string(Path::new(&folder).join("dyad-host.1")).unwrap();
    assert_eq!(bench.good(&["man"]), own);
}

#[test]
fn pages_are_read_without_a_complaint_and_lead_to_each_other() {
    let bench = Bench::new();
    let folder = bench.path("man1");
    bench.good(&["man", "--out", &folder]);
    let pages = names(Path::new(&folder));
    for name in &pages {
        let file = Path::new(&folder).join(name);
        // Groff, as most systems have it, and the strictest reader that there is; only the day is not said.
        read("man", &["--warnings", "-l"], &file);
        let lint =
            Command::new("mandoc").args(["-T", "lint", "-W", "warning"]).arg(&file).output().unwrap();
        let lint = String::from_utf8(lint.stdout).unwrap();
        let said: Vec<_> = lint.lines().filter(|line| !line.contains("missing date")).collect();
        assert!(said.is_empty(), "{said:#?}");

        let text = read("man", &["-l"], &file);
        let lines: Vec<_> = text.lines().filter(|line| !line.is_empty()).collect();
        let title = format!("{}(1)", name.strip_suffix(".1").unwrap().to_uppercase());
        assert!(lines[0].starts_with(&title) && lines[0].contains(" Dyad "), "{}", lines[0]);
        let version = format!("dyad-host {}", env!("CARGO_PKG_VERSION"));
        assert!(lines[lines.len() - 1].starts_with(&version), "{}", lines[lines.len() - 1]);
        for section in ["NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "EXIT STATUS", "FILES", "SEE ALSO"] {
            assert!(lines.contains(&section), "{name} has no {section}");
        }
        // What it names is there: a page's number may stand at the end of a sentence.
        let joined = std::fs::read_to_string(&file).unwrap().replace("\\-", "-");
        let named = joined.split(|c: char| c.is_whitespace() || c == ',' || c == '\\');
        let named: Vec<_> = named.filter_map(|word| Some(word.split_once("(1)")?.0)).collect();
        assert!(named.len() > 5, "{name}: {named:?}");
        for other in named {
            let other = other.trim_start_matches("fB");
            assert!(pages.contains(&format!("{other}.1")), "{name} names {other}(1)");
        }
    }
}

#[test]
fn a_folder_that_is_none_is_named() {
    let bench = Bench::new();
    let file = bench.path("file");
    std::fs::write(&file, "precious").unwrap();
    let (code, error) = complaint(&run(&["man", "--out", &file]));
    assert!(code == 10 && error.contains(&file), "{code}: {error}");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "precious");
}
