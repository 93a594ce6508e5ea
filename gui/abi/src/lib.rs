//! What stands between a plugin's sound and its editor binary.
//!
//! Two cdylibs share no Rust ABI, no allocator and no `TypeId`, so nothing of Rust's crosses: an editor
//! binary exports one C function, [`SYMBOL`], that gives a [table](table::EditorV1) of functions, and
//! everything that is said goes through these as [frames](frame) of bytes. `docs/editor-abi.md` tells it
//! for people who write the other side in another language.
//!
//! This crate has no code that touches memory of others: it describes, encodes and decodes. Both sides
//! of the boundary, and the LV2 UI inside the editor binary, speak these frames.

#![forbid(unsafe_code)]

pub mod frame;
pub mod table;

pub use frame::{FromEditor, Malformed, ToEditor};
pub use table::{Colors, EditorV1, Entry, Flags, Measure, OpenV1, SYMBOL, VERSION};
