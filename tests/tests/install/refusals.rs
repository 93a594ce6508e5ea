//! What `make install` and `make uninstall` refuse. They say why, and change nothing.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use dyad_tests::command::run;

use crate::files;
use crate::tree::{DESCRIBED, Tree, assignment, changes, link, listing, without_rights, write};

#[test]
fn what_is_not_ours_is_not_replaced() {
    for (there, content) in [
        ("lib/lv2/gain.lv2/manifest.ttl", "another's"),
        ("lib/vst3/gain.vst3/Contents/x86_64-linux/gain.so", "another's"),
        ("bin/dyad-host", "another's"),
        ("share/man/man1/dyad-host-state-save.1", "another's"),
        ("share/fish/vendor_completions.d/dyad-host.fish", "another's"),
        ("share/zsh", "a file"),
        ("lib/lv2/gain.lv2", "a file"),
        ("lib/lv2", "a file"),
    ] {
        let tree = Tree::new();
        write(&tree.installed(there), content, 0o644);
        let named = there.split("/Contents").next().expect("a path").trim_end_matches("/manifest.ttl");
        tree.refuse("install", &[named]);
    }
    let tree = Tree::new();
    link(&tree.built("gain.lv2"), &tree.installed("lib/lv2/gain.lv2"));
    tree.refuse("install", &["lib/lv2/gain.lv2 is there already"]);

    // The same, but after an install: a developer's link in the place of our bundle.
    let tree = Tree::new();
    tree.succeed("install");
    fs::remove_dir_all(tree.installed("lib/lv2/gain.lv2")).expect("it was there");
    link(&tree.built("gain.lv2"), &tree.installed("lib/lv2/gain.lv2"));
    tree.refuse("install", &["lib/lv2/gain.lv2 is there already"]);
    let built = listing(&tree.project);
    assert!(tree.succeed("uninstall").contains("lib/lv2/gain.lv2: it is a link"));
    assert_eq!(changes(&built, &listing(&tree.project)), [""; 0], "what the link leads to is untouched");

    // A user's file where a new version has one of its own.
    let tree = Tree::new();
    tree.succeed("install");
    write(&tree.installed("lib/lv2/gain.lv2/presets.ttl"), "mine", 0o644);
    write(&tree.built("gain.lv2/presets.ttl"), "ours", 0o644);
    tree.refuse("install", &["gain.lv2/presets.ttl is there already"]);
}

/// Sets the mode of a folder and all folders in it.
fn set_modes(folder: &Path, mode: u32) {
    let below = listing(folder).into_keys().filter(|name| name.ends_with('/'));
    for name in below.chain([String::new()]) {
        fs::set_permissions(folder.join(name), fs::Permissions::from_mode(mode)).expect("its mode");
    }
}

#[test]
fn without_rights_nothing_happens() {
    for (installed, target) in [(false, "install"), (true, "install"), (true, "uninstall")] {
        let tree = Tree::new();
        if installed {
            tree.succeed("install");
        }
        // Tests that run as root give their rights up; all others close their own folders.
        set_modes(&tree.dest, 0o555);
        let before = listing(&tree.root);
        let mut make = tree.make();
        make.arg(target).arg(assignment("DESTDIR", &tree.dest));
        let said = run(without_rights(&mut make));
        assert!(!said.success, "make {target} has no rights: {}", said.all());
        assert!(said.err.contains("can't be written to; do this as root"), "{}", said.all());
        assert_eq!(changes(&before, &listing(&tree.root)), [""; 0], "nothing changed");
        set_modes(&tree.dest, 0o755);
    }
}

#[test]
fn what_is_not_finished_is_not_installed() {
    for file in files().iter().filter(|file| file.contains("/gain.")) {
        let below = file.trim_start_matches("lib/lv2/").trim_start_matches("lib/vst3/");
        let tree = Tree::new();
        fs::remove_file(tree.built(below)).expect("it was there");
        tree.refuse("install", &["run `make bundles`"]);
        write(&tree.built(below), "", 0o644);
        tree.refuse("install", &["run `make bundles`"]);
        fs::remove_dir_all(tree.built(below.split('/').next().expect("a path"))).expect("it was there");
        tree.refuse("install", &["run `make bundles`"]);
    }
    let needed = DESCRIBED.iter().filter(|(file, _)| !file.contains("state-save"));
    for file in needed.map(|(file, _)| format!("share/{file}")).chain(["dyad-host".into()]) {
        let tree = Tree::new();
        fs::remove_file(tree.project.join("target/dyad-program").join(&file)).expect("it was there");
        tree.refuse("install", &["run `make program`"]);
    }
    // What nobody would take away again.
    let tree = Tree::new();
    write(&tree.described("man/man7/dyad-host.7"), "a page", 0o644);
    tree.refuse("install", &["man7/dyad-host.7 has no place"]);
}

#[test]
fn a_manifest_that_says_other_things_is_not_followed() {
    for bad in [
        "",
        "junk\n",
        "/etc/passwd\n",
        "/usr/share/man/man1/ls.1\n",
        "a/man/man1/dyad-host.1\n",
        "/x.lv2/../../etc/passwd\n",
        "relative.lv2/a\n",
    ] {
        let tree = Tree::new();
        tree.succeed("install");
        let manifest = tree.installed("lib/dyad/manifest");
        let mut text = fs::read_to_string(&manifest).expect("a manifest");
        if bad.is_empty() {
            text = text.lines().skip(1).map(|line| format!("{line}\n")).collect();
        }
        write(&manifest, &format!("{text}{bad}"), 0o644);
        tree.refuse("install", &["is damaged"]);
        tree.refuse("uninstall", &["is damaged"]);
    }
}
