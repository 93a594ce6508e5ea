//! A project that was built, and places to install it to: all of it a copy in a temporary folder,
//! which unprivileged users can read too.

use std::collections::BTreeMap;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};
use std::{env, fs};

use dyad_tests::bundle;
use dyad_tests::command::{Said, run};

/// What the program's place holds; nothing here runs it.
pub(crate) const PROGRAM: &str = "#!/bin/sh\necho dyad-host\n";
/// What the place of the program for web editors holds.
pub(crate) const WEBVIEW: &str = "#!/bin/sh\necho dyad-webview\n";
/// What the program says of itself, below the place for it: manual pages and completions.
pub(crate) const DESCRIBED: [(&str, &str); 5] = [
    ("man/man1/dyad-host.1", ".TH DYAD-HOST 1\n"),
    ("man/man1/dyad-host-state-save.1", ".TH DYAD-HOST-STATE-SAVE 1\n"),
    ("bash-completion/completions/dyad-host", "complete -W state dyad-host\n"),
    ("zsh/site-functions/_dyad-host", "#compdef dyad-host\n"),
    ("fish/vendor_completions.d/dyad-host.fish", "complete -c dyad-host -f -a state\n"),
];

/// Path, then mode and content of a file; a folder's path ends in "/".
pub(crate) type Listing = BTreeMap<String, (u32, Vec<u8>)>;

pub(crate) struct Tree {
    /// A name with a space in it.
    pub(crate) root: PathBuf,
    /// The project.
    pub(crate) project: PathBuf,
    /// An empty folder to install to.
    pub(crate) dest: PathBuf,
    /// A user's empty home folder.
    pub(crate) home: PathBuf,
}

impl Tree {
    pub(crate) fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let root = env::temp_dir().join(format!("dyad install {} {number}", std::process::id()));
        let tree = Self {
            project: root.join("the project"),
            dest: root.join("a place"),
            home: root.join("a home"),
            root,
        };
        [&tree.root, &tree.project, &tree.dest, &tree.home].into_iter().for_each(|f| folder_755(f));
        fs::copy(bundle::workspace().join("Makefile"), tree.project.join("Makefile")).expect("a Makefile");
        copy(&bundle::workspace().join("ci"), &tree.project.join("ci"));
        copy(&bundle::lv2(), &tree.built("gain.lv2"));
        copy(&bundle::vst3(), &tree.built("gain.vst3"));
        tree.source("gain");
        write(&tree.program(), PROGRAM, 0o755);
        write(&tree.webview(), WEBVIEW, 0o755);
        DESCRIBED.iter().for_each(|(file, content)| write(&tree.described(file), content, 0o644));
        tree
    }

    /// A place among the finished bundles.
    pub(crate) fn built(&self, below: &str) -> PathBuf {
        self.project.join("target/bundles").join(below)
    }

    /// The finished program.
    pub(crate) fn program(&self) -> PathBuf {
        self.project.join("target/dyad-program/dyad-host")
    }

    /// A finished manual page, or completions.
    pub(crate) fn described(&self, file: &str) -> PathBuf {
        self.project.join("target/dyad-program/share").join(file)
    }

    /// The finished program for web editors.
    pub(crate) fn webview(&self) -> PathBuf {
        self.project.join("target/dyad/dyad-webview")
    }

    /// What tells install.sh that there is a plugin of this name.
    fn source(&self, name: &str) {
        write(&self.project.join(format!("bundles/{name}/examples/{name}_lv2.rs")), "", 0o644);
    }

    /// Adds a plugin, whose bundles are finished too.
    pub(crate) fn add_plugin(&self, name: &str) {
        self.source(name);
        for file in [
            format!("{name}.lv2/manifest.ttl"),
            format!("{name}.lv2/{name}.so"),
            format!("{name}.vst3/Contents/Resources/moduleinfo.json"),
            format!("{name}.vst3/Contents/{}-linux/{name}.so", env::consts::ARCH),
        ] {
            write(&self.built(&file), "x", 0o644);
        }
    }

    /// Takes it away again.
    pub(crate) fn remove_plugin(&self, name: &str) {
        fs::remove_dir_all(self.project.join("bundles").join(name)).expect("it was there");
        fs::remove_dir_all(self.built(&format!("{name}.lv2"))).expect("it was there");
        fs::remove_dir_all(self.built(&format!("{name}.vst3"))).expect("it was there");
    }

    /// `make` in the project, with nothing of the caller's settings.
    pub(crate) fn make(&self) -> Command {
        let mut command = Command::new("make");
        command.arg("-C").arg(&self.project).arg("--no-print-directory").env("HOME", &self.home);
        for name in ["CARGO_TARGET_DIR", "PREFIX", "LIBDIR", "DESTDIR", "MAKEFLAGS", "MFLAGS", "MAKELEVEL"]
        {
            command.env_remove(name);
        }
        command
    }

    /// `make TARGET` for the folder `dest`.
    pub(crate) fn at_dest(&self, target: &str) -> Said {
        run(self.make().arg(target).arg(assignment("DESTDIR", &self.dest)))
    }

    /// `make TARGET` for `dest`, which must succeed.
    pub(crate) fn succeed(&self, target: &str) -> String {
        self.at_dest(target).expect_success(target).all()
    }

    /// `make TARGET` for `dest`, which must fail, say this, and change nothing.
    pub(crate) fn refuse(&self, target: &str, words: &[&str]) {
        let before = listing(&self.root);
        let said = self.at_dest(target);
        assert!(!said.success, "make {target} refuses:\n{}", said.all());
        for word in words {
            assert!(said.err.contains(word), "{word:?} is said:\n{}", said.all());
        }
        assert_eq!(changes(&before, &listing(&self.root)), [""; 0], "nothing changed");
    }

    /// A place in `dest`, below /usr/local.
    pub(crate) fn installed(&self, below: &str) -> PathBuf {
        self.dest.join("usr/local").join(below)
    }
}

impl Drop for Tree {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.root);
    }
}

/// A setting for make.
pub(crate) fn assignment(name: &str, value: &Path) -> String {
    format!("{name}={}", value.display())
}

/// Makes a program run as a user without rights, where the tests have all of them.
pub(crate) fn without_rights(command: &mut Command) -> &mut Command {
    // SAFETY: asks for a number.
    if unsafe { libc::geteuid() } == 0 {
        // Debian's nobody and nogroup; any number without files of its own does.
        command.uid(65534).gid(65534);
    }
    command
}

/// Writes a file, with the folders that lead to it.
pub(crate) fn write(path: &Path, content: &str, mode: u32) {
    fs::create_dir_all(path.parent().expect("it is in a folder")).expect("a folder");
    fs::write(path, content).expect("a file");
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("its mode");
}

fn folder_755(path: &Path) {
    fs::create_dir_all(path).expect("a folder");
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).expect("its mode");
}

fn copy(from: &Path, to: &Path) {
    folder_755(to);
    for entry in fs::read_dir(from).expect("a folder").map(|entry| entry.expect("an entry")) {
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        if from.is_dir() {
            copy(&from, &to);
        } else {
            fs::copy(&from, &to).expect("a copy");
        }
    }
}

/// All that is in a folder.
pub(crate) fn listing(folder: &Path) -> Listing {
    let mut all = Listing::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(at) = folders.pop() {
        for entry in fs::read_dir(&at).expect("a folder").map(|entry| entry.expect("an entry")) {
            let (path, data) = (entry.path(), entry.metadata().expect("it is there"));
            let mut name = path.strip_prefix(folder).expect("it is below").display().to_string();
            let content = if data.is_dir() {
                folders.push(path);
                name.push('/');
                Vec::new()
            } else if data.is_symlink() {
                fs::read_link(&path).expect("a link").into_os_string().into_encoded_bytes()
            } else {
                fs::read(&path).expect("a file")
            };
            all.insert(name, (data.permissions().mode() & 0o777, content));
        }
    }
    all
}

/// The names of what differs.
pub(crate) fn changes(before: &Listing, after: &Listing) -> Vec<String> {
    let names = before.keys().chain(after.keys().filter(|name| !before.contains_key(*name)));
    names.filter(|name| before.get(*name) != after.get(*name)).cloned().collect()
}

/// A link.
pub(crate) fn link(to: &Path, at: &Path) {
    fs::create_dir_all(at.parent().expect("it is in a folder")).expect("a folder");
    symlink(to, at).expect("a link");
}
