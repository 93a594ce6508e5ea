//! Qtractor runs in its user's locale, in which the C library reads and writes a comma in numbers.

use std::path::Path;
use std::process::Command;

use dyad_tests::command::run;
use dyad_tests::{bundle, probe};

/// Parts of the names of functions of the C library that look at the locale of numbers, or set it.
const LOCAL: [&str; 10] =
    ["printf", "scanf", "strtod", "strtof", "strtold", "atof", "wcsto", "strfmon", "locale", "langinfo"];

/// The functions that a binary takes from others.
fn imports(binary: &Path) -> Vec<String> {
    let said = run(Command::new("nm").args(["-D", "--undefined-only"]).arg(binary)).expect_success("nm");
    let names = said.out.lines().filter_map(|line| line.split_whitespace().last());
    names.map(|name| name.split('@').next().unwrap_or_default().to_owned()).collect()
}

fn local(imports: &[String]) -> Vec<&str> {
    let is_local = |name: &&str| LOCAL.iter().any(|part| name.contains(part));
    imports.iter().map(String::as_str).filter(is_local).collect()
}

#[test]
fn no_binary_lets_the_c_library_read_or_write_numbers() {
    let binaries = [
        bundle::lv2_binary(),
        bundle::built("gain.lv2/gain_ui.so"),
        probe::built("probe.lv2/probe.so"),
        probe::built("probe.lv2/probe_ui.so"),
    ];
    for binary in binaries {
        let imports = imports(&binary);
        assert!(imports.iter().any(|name| name == "malloc"), "nm was understood: {imports:?}");
        assert_eq!(local(&imports), [""; 0], "{}", binary.display());
    }
}

#[test]
fn a_binary_that_did_would_be_noticed() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let (source, library) = (folder.join("locale.c"), folder.join("locale.so"));
    let code = "#include <stdio.h>\n#include <stdlib.h>\n\
                double read(const char *text) { printf(\"%f\", 1.5); return strtod(text, 0); }\n";
    std::fs::write(&source, code).expect("a file can be written");
    let mut cc = Command::new("cc");
    run(cc.args(["-shared", "-fPIC", "-o"]).arg(&library).arg(&source)).expect_success("cc");
    assert_eq!(local(&imports(&library)), ["printf", "strtod"]);
}
