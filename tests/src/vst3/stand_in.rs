//! A module with a stand-in for its editor binary (`examples/stand_in_editor.rs`) beside it.

use std::path::{Path, PathBuf};

use dyad_core::Description;
use dyad_editor_abi::frame::to_editor;
use dyad_editor_abi::{EditorV1, FromEditor, OpenV1, ToEditor, VERSION};
use libloading::os::unix::{Library, RTLD_LOCAL, RTLD_NOW};

use super::Module;
use crate::probe;

type Command = unsafe extern "C" fn(u32, u32, *const u8, usize, *mut u8, usize) -> i64;

/// What the stand-in is like.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct Config {
    /// The description's.
    pub fingerprint: u64,
    /// The table's version.
    pub version: u32,
    /// The table's size.
    pub size: u32,
    /// 1: no table. 2: a table that lacks a function.
    pub fault: u32,
    /// 1: no editor can be opened.
    pub refuse: u32,
    /// 1: its size can be changed.
    pub resizable: u32,
    /// 1: editors have no socket.
    pub no_socket: u32,
}

impl Config {
    /// A good one for a plugin.
    #[must_use]
    pub fn of(description: &Description) -> Self {
        Self {
            fingerprint: description.fingerprint(),
            version: VERSION,
            size: size_of::<EditorV1>() as u32,
            fault: 0,
            refuse: 0,
            resizable: 1,
            no_socket: 0,
        }
    }
}

/// A copy of the probe's module in a folder of its own, with a stand-in for its editor.
pub struct StandIn {
    /// The module.
    pub module: Module,
    /// Its plugin.
    pub description: Description,
    command: Command,
    _library: Library,
    folder: tempfile::TempDir,
}

/// Copies the probe's module into a folder, with one for its editor.
///
/// # Panics
/// Where it can't be copied.
#[must_use]
pub fn copy_of_probe(folder: &Path) -> PathBuf {
    let path = folder.join("probe.so");
    std::fs::copy(Module::probe_binary(), &path).expect("the module can be copied");
    std::fs::create_dir_all(folder.join("editor")).expect("a folder can be made");
    path
}

/// Where a module's editor binary lies.
#[must_use]
pub fn editor_beside(module: &Path) -> PathBuf {
    module.with_file_name("editor").join("probe_ui.so")
}

/// The stand-in's binary.
///
/// # Panics
/// Where it was not built.
#[must_use]
fn stand_in_binary() -> PathBuf {
    let me = std::env::current_exe().expect("a test knows where it is");
    // Tests lie in `deps`, programs and examples beside that folder.
    let mut folders = me.ancestors().skip(1).map(|folder| folder.join("examples/libstand_in_editor.so"));
    let found = folders.find(|path| path.exists());
    found.expect("the stand-in is missing: run `cargo build -p dyad-tests --examples`")
}

impl StandIn {
    /// A good one.
    #[must_use]
    pub fn new() -> Self {
        Self::like(Config::of(&probe::description()))
    }

    /// One that is like this.
    ///
    /// # Panics
    /// Where files can't be copied or loaded.
    #[must_use]
    pub fn like(config: Config) -> Self {
        let folder = tempfile::tempdir().expect("there is room for a module");
        let path = copy_of_probe(folder.path());
        let editor = editor_beside(&path);
        std::fs::copy(stand_in_binary(), &editor).expect("the stand-in can be copied");
        // SAFETY: the stand-in; it runs no code when it is loaded.
        let (library, command) = unsafe {
            let library = Library::open(Some(&editor), RTLD_NOW | RTLD_LOCAL).expect("it can be loaded");
            let command = *library.get::<Command>(b"stand_in\0").expect("it is the stand-in");
            (library, command)
        };
        let module = Module::of(&path, "urn:dyad:probe");
        let description = probe::description();
        let stand_in = Self { module, description, command, _library: library, folder };
        stand_in.configure(config);
        stand_in
    }

    /// Where the module lies.
    #[must_use]
    pub fn path(&self) -> PathBuf {
        self.folder.path().join("probe.so")
    }

    /// Makes it like this from now on.
    ///
    /// # Panics
    /// Where it was built with another table: it would say that it has functions which are not there.
    pub fn configure(&self, config: Config) {
        let config: *const Config = &config;
        // SAFETY: as many bytes as it has.
        let size =
            unsafe { (self.command)(0, 0, config.cast(), size_of::<Config>(), std::ptr::null_mut(), 0) };
        let same = size == size_of::<EditorV1>() as i64;
        assert!(same, "the stand-in is an old one: run `cargo build -p dyad-tests --examples`");
    }

    fn ask(&self, command: u32, editor: u32, data: &[u8]) -> i64 {
        // SAFETY: bytes of ours, and no room.
        unsafe { (self.command)(command, editor, data.as_ptr(), data.len(), std::ptr::null_mut(), 0) }
    }

    fn bytes(&self, command: u32, editor: u32) -> Vec<u8> {
        let mut out = vec![0; 1 << 20];
        let (data, room) = (std::ptr::dangling(), out.len());
        // SAFETY: no bytes of ours, and room for the answer.
        let len = unsafe { (self.command)(command, editor, data, 0, out.as_mut_ptr(), room) };
        out.truncate(usize::try_from(len).expect("there is such an editor"));
        out
    }

    /// How many editors were opened so far.
    #[must_use]
    pub fn opened(&self) -> i64 {
        self.ask(1, 0, &[])
    }

    /// How many of them are open.
    #[must_use]
    pub fn open(&self) -> i64 {
        (0..self.opened()).filter(|n| self.ask(8, *n as u32, &[]) == 0).count() as i64
    }

    /// Calls beside another one, or for an editor that was closed.
    #[must_use]
    pub fn faults(&self) -> i64 {
        self.ask(2, 0, &[])
    }

    /// Has an editor say something when it is next polled.
    pub fn say(&self, editor: u32, frames: &[FromEditor<'_>]) {
        assert_eq!(self.ask(3, editor, &encode(frames)), 0);
    }

    /// The same with any bytes.
    pub fn say_bytes(&self, editor: u32, bytes: &[u8]) {
        assert_eq!(self.ask(3, editor, bytes), 0);
    }

    /// Has an editor say something when it is closed.
    pub fn say_at_close(&self, editor: u32, frames: &[FromEditor<'_>]) {
        assert_eq!(self.ask(4, editor, &encode(frames)), 0);
    }

    /// Takes its window away.
    pub fn window_goes(&self, editor: u32) {
        assert_eq!(self.ask(10, editor, &[]), 0);
    }

    /// How often it was polled.
    #[must_use]
    pub fn polls(&self, editor: u32) -> i64 {
        self.ask(9, editor, &[])
    }

    /// Its socket.
    #[must_use]
    pub fn socket(&self, editor: u32) -> i32 {
        self.ask(11, editor, &[]) as i32
    }

    /// What is to be found where in its window: left, top, right, bottom, and what `find` says there.
    pub fn shows(&self, editor: u32, spots: &[[i32; 5]]) {
        let bytes: Vec<u8> = spots.iter().flatten().flat_map(|number| number.to_ne_bytes()).collect();
        assert_eq!(self.ask(12, editor, &bytes), 0);
    }

    /// How it was opened.
    ///
    /// # Panics
    /// Where there is no such editor.
    #[must_use]
    pub fn request(&self, editor: u32) -> OpenV1 {
        let bytes = self.bytes(7, editor);
        assert_eq!(bytes.len(), size_of::<OpenV1>());
        // SAFETY: the request's own bytes.
        unsafe { bytes.as_ptr().cast::<OpenV1>().read_unaligned() }
    }

    /// Keys that it got: character, code, modifiers, down.
    #[must_use]
    pub fn keys(&self, editor: u32) -> Vec<u32> {
        self.bytes(6, editor)
            .chunks_exact(4)
            .map(|key| u32::from_ne_bytes(key.try_into().unwrap_or_default()))
            .collect()
    }

    /// Gives `read` all that it was told.
    ///
    /// # Panics
    /// Where it was told nonsense.
    pub fn told<R>(&self, editor: u32, read: impl FnOnce(&[ToEditor<'_>]) -> R) -> R {
        let bytes = self.bytes(5, editor);
        let frames: Vec<_> = to_editor(&bytes).map(|frame| frame.expect("frames are whole")).collect();
        read(&frames)
    }

    /// How many frames it was told.
    #[must_use]
    pub fn told_so_far(&self, editor: u32) -> usize {
        self.told(editor, |frames| frames.len())
    }

    /// The value that it was last told.
    ///
    /// # Panics
    /// Where there is no such parameter.
    #[must_use]
    pub fn value(&self, editor: u32, param: &str) -> Option<f64> {
        let wanted = self.index(param);
        self.told(editor, |frames| {
            frames.iter().rev().find_map(|frame| match frame {
                ToEditor::Value { index, plain } if *index == wanted => Some(*plain),
                _ => None,
            })
        })
    }

    /// The position of a parameter.
    ///
    /// # Panics
    /// Where there is no such one.
    #[must_use]
    pub fn index(&self, param: &str) -> u32 {
        self.description.index_of(param).expect("the probe has it") as u32
    }
}

impl Default for StandIn {
    fn default() -> Self {
        Self::new()
    }
}

fn encode(frames: &[FromEditor<'_>]) -> Vec<u8> {
    let mut bytes = Vec::new();
    frames.iter().for_each(|frame| frame.encode(&mut bytes));
    bytes
}
