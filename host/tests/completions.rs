//! `dyad-host completions`: what shells make of it.

mod common;

use std::path::Path;
use std::process::Command;

use common::Bench;

/// Commands that stand in `--help`, and two that do not.
const SHOWN: [&str; 3] = ["render-all", "scan", "state"];
const HIDDEN: [&str; 2] = ["round-trip", "floor-partner"];

/// The script for a shell, in a file of the name by which that shell finds it.
fn script(bench: &Bench, shell: &str, name: &str) -> String {
    let path = bench.path(name);
    std::fs::write(&path, bench.good(&["completions", shell])).unwrap();
    path
}

/// What a shell prints, without a complaint.
fn shell(program: &str, words: &[&str], home: &Bench) -> String {
    let mut command = Command::new(program);
    command.args(words).env("HOME", home.path(""));
    let output = command.output().unwrap_or_else(|e| panic!("{program} is there: {e}"));
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && error.is_empty(), "{program} {words:?}: {error}");
    String::from_utf8(output.stdout).unwrap()
}

/// Asserts that all commands are offered that are shown, and no other.
fn offered(offers: &[String]) {
    let has = |name: &&str| offers.iter().any(|offer| offer == name);
    assert!(SHOWN.iter().all(has) && !HIDDEN.iter().any(has), "{offers:?}");
}

#[test]
fn bash_completes_commands_options_and_values() {
    let bench = Bench::new();
    let file = script(&bench, "bash", "dyad-host");
    shell("bash", &["--norc", "-n", &file], &bench);
    // As bash does it itself: by the function that was registered.
    let ask = |line: &[&str]| {
        let code = r#"
            source "$1"
            shift
            registered=$(complete -p dyad-host) || exit
            [[ $registered =~ -F\ ([^ ]+) ]] || exit
            COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMP_LINE="$*" COMP_POINT=${#COMP_LINE} COMPREPLY=()
            "${BASH_REMATCH[1]}" dyad-host "${!#}" "${COMP_WORDS[COMP_CWORD - 1]}"
            printf '%s\n' "${COMPREPLY[@]}"
        "#;
        let words = [&["--norc", "-c", code, "bash", &file], line].concat();
        shell("bash", &words, &bench).lines().map(str::to_owned).collect::<Vec<_>>()
    };
    offered(&ask(&["dyad-host", ""]));
    assert_eq!(ask(&["dyad-host", "st"]), ["state"]);
    assert_eq!(ask(&["dyad-host", "state", "sa"]), ["save"]);
    assert_eq!(ask(&["dyad-host", "state", "save", "--s"]), ["--set"]);
    assert_eq!(ask(&["dyad-host", "state", "save", "--as", "vst"]), ["vstpreset"]);
    assert_eq!(ask(&["dyad-host", "completions", "z"]), ["zsh"]);
}

#[test]
fn fish_completes_commands_options_and_values() {
    let bench = Bench::new();
    let file = script(&bench, "fish", "dyad-host.fish");
    shell("fish", &["--no-config", "--no-execute", &file], &bench);
    let ask = |line: &str| {
        let code = "source $argv[1]; complete --do-complete $argv[2]";
        let said = shell("fish", &["--no-config", "-c", code, &file, line], &bench);
        // The word, then what it means.
        let word = |line: &str| line.split('\t').next().unwrap().to_owned();
        said.lines().map(word).collect::<Vec<_>>()
    };
    offered(&ask("dyad-host "));
    assert_eq!(ask("dyad-host st"), ["state"]);
    assert_eq!(ask("dyad-host state sa"), ["save"]);
    assert_eq!(ask("dyad-host state save --s"), ["--set"]);
    assert_eq!(ask("dyad-host state save --as vst"), ["vstpreset"]);
}

#[test]
fn zsh_finds_the_function_and_its_commands() {
    let bench = Bench::new();
    let file = script(&bench, "zsh", "_dyad-host");
    shell("zsh", &["-f", "-n", &file], &bench);
    let folder = Path::new(&file).parent().unwrap().to_str().unwrap();
    // Found by its first line, in a folder of functions; what it offers is what it hands to `_describe`.
    let code = r#"
        fpath=("$1" $fpath)
        autoload -Uz compinit && compinit -u -d "$1/dump"
        print -r -- "$_comps[dyad-host]"
        autoload +X _dyad-host
        _describe() { print -rl -- "${(@P)4%%:*}" }
        _dyad-host() { : }
        source "$1/_dyad-host" > /dev/null
        _dyad-host_commands
    "#;
    let said = shell("zsh", &["-f", "-c", code, "zsh", folder], &bench);
    let mut lines = said.lines().map(str::to_owned);
    assert_eq!(lines.next().as_deref(), Some("_dyad-host"));
    offered(&lines.collect::<Vec<_>>());
}
