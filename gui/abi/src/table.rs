//! The table of functions that an editor binary gives.
//!
//! All functions are `[main-thread]`: called one at a time, on the thread on which the editor was opened.
//! Where a host has no run loop nobody brings the sound half to that thread; then all but
//! [`measure`](EditorV1::measure) and [`open`](EditorV1::open) may come from another one, still one at a
//! time. So an editor keeps nothing of its own in thread-locals. None of them waits for the picture: an
//! editor draws on a thread of its own.

use std::ffi::{CStr, c_char, c_void};

/// The version of everything in this crate. A sound binary that finds another one opens no editor.
pub const VERSION: u32 = 1;

/// The name of the function that an editor binary exports; see [`Entry`].
pub const SYMBOL: &CStr = c"dyad_editor_v1";

/// Gives the table of the plugin with this id (text that ends with 0), or null where the binary has no
/// editor for it. The table lives as long as the binary, which is never unloaded.
pub type Entry = unsafe extern "C" fn(plugin: *const c_char) -> *const EditorV1;

/// The functions of one plugin's editor. New ones are added at the end and make `size` larger.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct EditorV1 {
    /// [`VERSION`].
    pub version: u32,
    /// Bytes of this table.
    pub size: u32,
    /// `Description::fingerprint` of the plugin that it was built for: both sides count parameters,
    /// meters and properties in the same way only if theirs are the same.
    pub fingerprint: u64,
    /// Says how large the editor wants to be at this scale (physical pixels for each logical one; 0 or
    /// anything absurd is the display's own, and 1 without a display). 0, or -1 where `measure` is null.
    pub measure: unsafe extern "C" fn(scale: f64, measure: *mut Measure) -> i32,
    /// Opens an editor within the host's window. Null where that can't be; why was then told to
    /// [`OpenV1::log`].
    pub open: unsafe extern "C" fn(open: *const OpenV1) -> *mut c_void,
    /// Closes it. Nothing is told to the host any more, but the end of a gesture that was under way.
    /// Null is allowed.
    pub close: unsafe extern "C" fn(editor: *mut c_void),
    /// Tells it frames ([`ToEditor`](crate::ToEditor)), one or more. 0, or -1 where they are malformed:
    /// those before the fault were taken.
    pub tell: unsafe extern "C" fn(editor: *mut c_void, frames: *const u8, len: usize) -> i32,
    /// Has it tell the host what it has to say, through [`OpenV1::hear`], before this returns. To be
    /// called whenever [`fd`](Self::fd) can be read, and else at least every 100 ms. 1 while the window
    /// is there, 0 when it is gone: then it is to be closed.
    pub poll: unsafe extern "C" fn(editor: *mut c_void) -> i32,
    /// What can be read while [`poll`](Self::poll) has something to do, and never written to; -1 where there is none.
    /// It belongs to the editor, and has to be forgotten before `close`.
    pub fd: unsafe extern "C" fn(editor: *mut c_void) -> i32,
    /// The window that it made in the host's, for hosts that want to know (an X11 window); 0 for none.
    pub window: unsafe extern "C" fn(editor: *mut c_void) -> u64,
    /// A key that the host got. `character` is its Unicode scalar value or 0, `code` one of VST3's
    /// virtual key codes or 0, `modifiers` VST3's bits (1 shift, 2 alt, 4 command, 8 control). 1 where the
    /// editor uses it, 0 where it is the host's.
    pub key: unsafe extern "C" fn(
        editor: *mut c_void,
        character: u32,
        code: u32,
        modifiers: u32,
        down: u32,
    ) -> i32,
    /// Which parameter or meter is at a place of its window, in physical pixels from the top left corner:
    /// the position of the topmost one there, as the last picture shows it; -1 where there is none.
    pub find: unsafe extern "C" fn(editor: *mut c_void, x: i32, y: i32) -> i32,
}

/// What an editor can be, all in physical pixels.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Measure {
    /// The size at which it wants to open.
    pub width: u32,
    /// As above.
    pub height: u32,
    /// The least size with which it can be used.
    pub min_width: u32,
    /// As above.
    pub min_height: u32,
    /// The largest size that it fills.
    pub max_width: u32,
    /// As above.
    pub max_height: u32,
    /// 1 where its size can be changed, else 0.
    pub resizable: u32,
    /// 0.
    pub reserved: u32,
}

/// How an editor is to be opened. Read within [`EditorV1::open`] only.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct OpenV1 {
    /// Bytes of this struct.
    pub size: u32,
    /// What the host can do: bits of [`Flags`].
    pub flags: u32,
    /// The host's window: an X11 window id. 0 makes a window of its own, with a frame around it.
    pub parent: u64,
    /// Physical pixels for each logical one. 0 where the host says nothing: then the display's own.
    pub scale: f64,
    /// The size to open at, in physical pixels. 0 for the one it wants.
    pub width: u32,
    /// As above.
    pub height: u32,
    /// The host's colours.
    pub colors: Colors,
    /// Pictures for each second at most. 0 where the host says nothing.
    pub rate: f32,
    /// 0.
    pub reserved: u32,
    /// The title of a window of its own: UTF-8 that ends with 0, or null.
    pub title: *const c_char,
    /// Handed to the functions below.
    pub host: *mut c_void,
    /// Takes frames ([`FromEditor`](crate::FromEditor)), one or more; only called within
    /// [`EditorV1::poll`] and [`EditorV1::close`].
    pub hear: unsafe extern "C" fn(host: *mut c_void, frames: *const u8, len: usize),
    /// Takes one line of UTF-8 for the log, without an end of line. From any thread of the editor.
    pub log: unsafe extern "C" fn(host: *mut c_void, text: *const u8, len: usize),
}

/// The host's colours, each 0xRRGGBBAA; 0 where it says nothing.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Colors {
    /// Behind text.
    pub background: u32,
    /// Of text.
    pub foreground: u32,
}

/// What a host can do, as bits of [`OpenV1::flags`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Flags(pub u32);

impl Flags {
    /// It follows a wish for another size.
    pub const RESIZE: Self = Self(1);
    /// It has a menu for a parameter.
    pub const MENU: Self = Self(2);
    /// It lets the user choose a file.
    pub const BROWSE: Self = Self(4);
    /// The sound half takes messages.
    pub const MESSAGES: Self = Self(8);
    /// The sound half takes notes.
    pub const NOTES: Self = Self(16);

    /// Whether all of these are among them.
    #[must_use]
    pub const fn has(self, others: Self) -> bool {
        self.0 & others.0 == others.0
    }

    /// These and others.
    #[must_use]
    pub const fn with(self, others: Self) -> Self {
        Self(self.0 | others.0)
    }
}

#[cfg(test)]
mod tests {
    use std::mem::size_of;

    use super::*;

    #[test]
    #[cfg(target_pointer_width = "64")]
    fn the_page_for_other_languages_has_the_right_numbers() {
        let page = include_str!("../../../docs/editor-abi.md");
        for (name, size) in [
            ("dyad_editor_v1", size_of::<EditorV1>()),
            ("dyad_measure", size_of::<Measure>()),
            ("dyad_open_v1", size_of::<OpenV1>()),
        ] {
            assert!(page.contains(&format!("struct {name} {{")), "{name}");
            let line = page.lines().find(|line| line.starts_with(&format!("struct {name} {{")));
            let line = line.unwrap_or_default();
            assert!(line.contains(&format!("// {size} bytes")), "{line:?}, and it has {size}");
        }
        assert!(page.contains(&format!("uint32_t version;             // {VERSION}")));
        let least = format!("// bytes of this struct, {} or more", size_of::<EditorV1>());
        assert!(page.contains(&least), "{least}");
        let flags =
            [Flags::RESIZE, Flags::MENU, Flags::BROWSE, Flags::MESSAGES, Flags::NOTES].map(|flag| flag.0);
        assert_eq!(flags, [1, 2, 4, 8, 16], "as the page says");
    }
}
