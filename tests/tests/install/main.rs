//! `make install` and its relatives: what they put where, and what they refuse.
#![allow(unsafe_code)]

mod refusals;
mod tree;

use std::io::Read as _;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::{env, fs, thread};

use dyad_tests::bundle;
use dyad_tests::command::{python, run};
use tree::{DESCRIBED, PROGRAM, Tree, WEBVIEW, assignment, changes, listing, write};

/// The files that `make install` puts below the prefix.
fn files() -> Vec<String> {
    let binary = |name| format!("lib/vst3/gain.vst3/Contents/{}-linux/{name}", std::env::consts::ARCH);
    let others = [
        "bin/dyad-host",
        "lib/dyad/dyad-webview",
        "lib/dyad/manifest",
        "lib/lv2/gain.lv2/OFL.txt",
        "lib/lv2/gain.lv2/gain.so",
        "lib/lv2/gain.lv2/gain.ttl",
        "lib/lv2/gain.lv2/gain_ui.so",
        "lib/lv2/gain.lv2/manifest.ttl",
        "lib/vst3/gain.vst3/Contents/Resources/OFL.txt",
        "lib/vst3/gain.vst3/Contents/Resources/moduleinfo.json",
    ];
    let described = DESCRIBED.map(|(file, _)| format!("share/{file}"));
    let others = others.map(str::to_owned).into_iter().chain(["editor/gain_ui.so", "gain.so"].map(binary));
    let mut all: Vec<_> = others.chain(described).collect();
    all.sort();
    all
}

#[test]
fn uninstall_leaves_the_place_as_install_found_it() {
    for there in [
        "",
        "usr/local/lib/lv2/other.lv2/manifest.ttl",
        "usr/local/bin/dyad",
        "usr/local/share/man/man1/other.1",
        "usr/notes",
    ] {
        let tree = Tree::new();
        if !there.is_empty() {
            write(&tree.dest.join(there), "mine", 0o640);
        }
        let before = listing(&tree.root);
        tree.succeed("install");
        let mut after = listing(&tree.installed(""));
        assert_eq!(after["lib/lv2/gain.lv2/gain.so"].1, fs::read(bundle::lv2_binary()).expect("built"));
        assert_eq!(after["bin/dyad-host"].1, PROGRAM.as_bytes());
        assert_eq!(after["lib/dyad/dyad-webview"].1, WEBVIEW.as_bytes());
        for (file, content) in DESCRIBED {
            assert_eq!(after[&format!("share/{file}")].1, content.as_bytes(), "{file}");
        }
        after.retain(|name, _| !name.ends_with('/') && !there.ends_with(name));
        assert_eq!(after.into_keys().collect::<Vec<_>>(), files());
        tree.succeed("uninstall");
        assert_eq!(changes(&before, &listing(&tree.root)), [""; 0], "beside {there:?}");
    }
}

#[test]
fn modes_do_not_depend_on_the_caller_or_on_what_was_built() {
    let tree = Tree::new();
    fs::set_permissions(tree.built("gain.lv2/gain.ttl"), fs::Permissions::from_mode(0o600))
        .expect("its mode");
    let make = tree.make();
    let mut command = Command::new("sh");
    command.args(["-c", "umask 077; exec make \"$@\"", "sh"]).args(make.get_args());
    command.arg("install").arg(assignment("DESTDIR", &tree.dest)).env_remove("CARGO_TARGET_DIR");
    run(&mut command).expect_success("make install");
    for (name, (mode, _)) in listing(&tree.dest) {
        let runs = name.ends_with("bin/dyad-host") || name.ends_with("dyad/dyad-webview");
        let wanted = if name.ends_with('/') || runs { 0o755 } else { 0o644 };
        assert_eq!(mode, wanted, "{name}: {mode:o}");
    }
}

#[test]
fn nothing_installed_tells_where_it_was_built_or_staged() {
    let tree = Tree::new();
    tree.succeed("install");
    let secrets = [tree.root.display().to_string(), bundle::workspace().display().to_string()];
    for (name, (_, content)) in listing(&tree.dest) {
        for secret in &secrets {
            let found = content.windows(secret.len()).any(|window| window == secret.as_bytes());
            assert!(!found, "{name} names {secret}");
        }
    }
}

#[test]
fn folders_can_be_chosen() {
    let tree = Tree::new();
    let dest =
        [assignment("DESTDIR", "../a place".as_ref()), "PREFIX=/opt/a b/".into(), "LIBDIR=/opt/l".into()];
    run(tree.make().arg("install").args(&dest)).expect_success("make install");
    for file in [
        "opt/a b/bin/dyad-host",
        "opt/a b/share/man/man1/dyad-host.1",
        "opt/l/lv2/gain.lv2/gain.so",
        "opt/l/vst3/gain.vst3/Contents",
    ] {
        assert!(tree.dest.join(file).exists(), "{file} is there");
    }
    run(tree.make().arg("uninstall").args(&dest)).expect_success("make uninstall");
    assert_eq!(listing(&tree.dest).len(), 0);
    for bad in ["PREFIX=usr", "LIBDIR=lib", "PREFIX=/usr/../etc", "PREFIX=/a\nb"] {
        let said = run(tree.make().args(["install", bad]).arg(&dest[0]));
        assert!(!said.success && said.err.contains(&bad[..4]), "{bad}: {}", said.all());
        assert_eq!(listing(&tree.dest).len(), 0);
    }
}

#[test]
fn where_web_editors_could_not_be_built_native_ones_are_installed() {
    let tree = Tree::new();
    let empty = listing(&tree.dest);
    tree.succeed("install");
    assert!(tree.installed("lib/dyad/dyad-webview").exists());
    fs::remove_file(tree.webview()).expect("it was there");
    let said = tree.succeed("install");
    assert!(said.contains("native ones take their place"), "{said}");
    // Not one of another version than the editors are.
    assert!(!tree.installed("lib/dyad/dyad-webview").exists());
    assert!(tree.installed("bin/dyad-host").exists());
    tree.succeed("uninstall");
    assert_eq!(listing(&tree.dest), empty);
}

#[test]
fn twice_is_as_once() {
    let tree = Tree::new();
    let empty = listing(&tree.dest);
    assert!(tree.succeed("uninstall").contains("Nothing is installed"));
    assert_eq!(listing(&tree.dest), empty);
    tree.succeed("install");
    let once = listing(&tree.dest);
    tree.succeed("install");
    assert_eq!(changes(&once, &listing(&tree.dest)), [""; 0]);
    tree.succeed("uninstall");
    assert_eq!(listing(&tree.dest), empty);
    assert!(tree.succeed("uninstall").contains("Nothing is installed"));
    assert_eq!(listing(&tree.dest), empty);
}

#[test]
fn an_older_version_is_replaced_and_what_is_loaded_stays() {
    let tree = Tree::new();
    tree.add_plugin("echo");
    write(&tree.built("gain.lv2/gone/presets.ttl"), "old", 0o644);
    write(&tree.built("gain.lv2/gain.so"), "an old binary", 0o644);
    let gone = tree.described("man/man1/dyad-host-gone.1");
    write(&gone, "a page", 0o644);
    write(&tree.described("zsh/site-functions/_dyad-host"), "old", 0o644);
    tree.succeed("install");
    let zsh = tree.described("zsh/site-functions/_dyad-host");
    write(&zsh, "#compdef dyad-host\n", 0o644);
    let binary = tree.installed("lib/lv2/gain.lv2/gain.so");
    let program = tree.installed("bin/dyad-host");
    let mut loaded = fs::File::open(&binary).expect("it is installed");
    let old = [&binary, &program].map(|file| fs::metadata(file).expect("it is installed").ino());

    tree.remove_plugin("echo");
    fs::remove_dir_all(tree.built("gain.lv2/gone")).expect("it was there");
    fs::copy(bundle::lv2_binary(), tree.built("gain.lv2/gain.so")).expect("a copy");
    // A command that is no more.
    fs::remove_file(gone).expect("it was there");
    assert!(tree.succeed("install").contains("Removed"));
    let fresh = Tree::new();
    fresh.succeed("install");
    assert_eq!(changes(&listing(&fresh.dest), &listing(&tree.dest)), [""; 0]);
    let new = [&binary, &program].map(|file| fs::metadata(file).expect("it is installed").ino());
    assert!(old[0] != new[0] && old[1] != new[1], "files are new ones, not written over");
    let mut content = String::new();
    loaded.read_to_string(&mut content).expect("it can still be read");
    assert_eq!(content, "an old binary");
    tree.succeed("uninstall");
    assert_eq!(listing(&tree.dest).len(), 0);
}

#[test]
fn a_users_files_stay() {
    let tree = Tree::new();
    tree.succeed("install");
    let mine = ["lib/lv2/gain.lv2/mine.ttl", "lib/vst3/gain.vst3/Contents/a b/c", "lib/dyad/notes"];
    mine.iter().for_each(|file| write(&tree.installed(file), file, 0o600));
    let with = listing(&tree.dest);
    tree.succeed("install");
    assert_eq!(changes(&with, &listing(&tree.dest)), [""; 0], "after another install");
    tree.succeed("uninstall");
    let left = listing(&tree.installed(""));
    let files: Vec<_> = left.keys().filter(|name| !name.ends_with('/')).collect();
    assert_eq!(files, [mine[2], mine[0], mine[1]], "after uninstall");
    for file in mine {
        assert_eq!(left[file], (0o600, file.into()));
    }
    fs::remove_dir_all(tree.installed("lib/vst3")).expect("it was there");
    // What was left is no foreign bundle.
    tree.succeed("install");
    assert_eq!(listing(&tree.installed(""))[mine[0]], (0o600, mine[0].into()));
}

#[test]
fn what_a_killed_run_left_is_tidied_up() {
    let tree = Tree::new();
    tree.succeed("install");
    write(&tree.installed("lib/lv2/gain.lv2/mine.ttl"), "mine", 0o644);
    let before = listing(&tree.dest);
    // Killed between the two moves. No process has this number.
    let stale = tree.installed("lib/lv2/.dyad-99999999");
    fs::create_dir(&stale).expect("a folder");
    fs::rename(tree.installed("lib/lv2/gain.lv2"), stale.join("gain.lv2-old")).expect("moved");
    write(&stale.join("gain.lv2-new/gain.so"), "half", 0o644);
    tree.succeed("install");
    assert_eq!(changes(&before, &listing(&tree.dest)), [""; 0]);
}

#[test]
fn nobody_sees_half_a_bundle() {
    let tree = Tree::new();
    tree.succeed("install");
    let whole = listing(&tree.installed("lib/lv2/gain.lv2"));
    let done = AtomicBool::new(false);
    let seen = thread::scope(|scope| {
        let watcher = scope.spawn(|| {
            let mut seen = 0;
            while !done.load(Ordering::Relaxed) {
                for (file, (_, content)) in &whole {
                    // For a moment there may be none at all.
                    if let Ok(now) = fs::read(tree.installed("lib/lv2/gain.lv2").join(file)) {
                        assert!(now == *content, "{file} is whole");
                        seen += 1;
                    }
                }
            }
            seen
        });
        for _ in 0..10 {
            tree.succeed("install");
        }
        done.store(true, Ordering::Relaxed);
        watcher.join().expect("the watcher is content")
    });
    assert!(seen > 0);
}

#[test]
fn hosts_find_a_users_plugins() {
    let tree = Tree::new();
    write(&tree.home.join(".lv2/other.lv2/notes"), "mine", 0o644);
    let before = listing(&tree.root);
    run(tree.make().arg("install-user")).expect_success("make install-user");
    for file in [".lv2/gain.lv2/gain.so", ".vst3/gain.vst3/Contents", ".local/bin/dyad-host"] {
        assert!(tree.home.join(file).exists(), "{file} is there");
    }
    // lilv's own list of places begins with ~/.lv2.
    let uri = "urn:dyad:gain#stereo";
    let mut lv2info = Command::new("lv2info");
    lv2info.arg(uri).env("HOME", &tree.home).env_remove("LV2_PATH");
    let said = run(&mut lv2info).expect_success("lv2info").out;
    assert!(said.contains("a%20home/.lv2/gain.lv2"), "{said}");
    let scan = "import minihost, sys; print([p['name'] for p in minihost.scan_directory(sys.argv[1])])";
    let mut minihost = Command::new(python());
    minihost
        .args(["-c", scan])
        .arg(tree.home.join(".vst3"))
        .env_remove("PYTHONPATH")
        .env_remove("PYTHONHOME");
    let said = run(&mut minihost).expect_success("minihost").out;
    assert!(said.contains("['Dyad Gain']"), "{said}");
    let refused = run(tree.make().args(["install-user", "DESTDIR=/tmp"]));
    assert!(!refused.success && refused.err.contains("DESTDIR"), "{}", refused.all());
    run(tree.make().arg("uninstall-user")).expect_success("make uninstall-user");
    assert_eq!(changes(&before, &listing(&tree.root)), [""; 0]);
}

#[test]
fn a_users_folders_are_told_from_bundles_and_go_again() {
    let tree = Tree::new();
    let before = listing(&tree.home);
    for _ in 0..2 {
        run(tree.make().arg("install-user")).expect_success("make install-user");
    }
    let said = run(tree.make().arg("uninstall-user")).expect_success("make uninstall-user").out;
    for bundle in [".lv2/gain.lv2", ".vst3/gain.vst3"] {
        let line = format!("Removed {}", tree.home.join(bundle).display());
        assert!(said.lines().any(|said| said == line), "{line}: {said}");
    }
    assert_eq!(changes(&before, &listing(&tree.home)), [""; 0]);
}

#[test]
fn shells_and_manual_readers_find_what_a_user_has() {
    let tree = Tree::new();
    run(tree.make().arg("install-user")).expect_success("make install-user");
    let (share, bin) = (tree.home.join(".local/share"), tree.home.join(".local/bin"));
    let path = format!("{}:{}", bin.display(), env::var("PATH").expect("a path"));
    let ask = |program: &str, words: &[&str]| {
        let mut command = Command::new(program);
        command.args(words).env("HOME", &tree.home).env("PATH", &path).env_remove("MANPATH");
        ["XDG_DATA_HOME", "XDG_DATA_DIRS", "XDG_CONFIG_HOME"].iter().for_each(|name| {
            command.env_remove(name);
        });
        run(&mut command).expect_success(program).out
    };
    for page in ["dyad-host", "dyad-host-state-save"] {
        let file = share.join(format!("man/man1/{page}.1"));
        assert_eq!(ask("man", &["-w", page]).trim_end(), file.display().to_string());
    }
    let fish = ask("fish", &["-c", "complete --do-complete 'dyad-host '"]);
    assert_eq!(fish.trim_end(), "state");
    // What bash-completion and zsh look for is a matter of names: these are theirs.
    assert!(share.join("bash-completion/completions/dyad-host").exists());
    assert!(share.join("zsh/site-functions/_dyad-host").exists());
    run(tree.make().arg("uninstall-user")).expect_success("make uninstall-user");
    // What the shells have written for themselves is theirs.
    for (file, _) in DESCRIBED {
        assert!(!share.join(file).exists(), "{file}");
    }
    assert!(!share.join("man").exists() && !share.join("zsh").exists());
}

#[test]
fn an_lv2_host_finds_what_all_users_have() {
    let tree = Tree::new();
    tree.succeed("install");
    let mut lv2ls = Command::new("lv2ls");
    let said = run(lv2ls.env("LV2_PATH", tree.installed("lib/lv2"))).expect_success("lv2ls").out;
    assert_eq!(said, "urn:dyad:gain#mono\nurn:dyad:gain#stereo\n");
}
