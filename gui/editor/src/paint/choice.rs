//! Who draws.

use std::sync::atomic::{AtomicU8, Ordering};

/// A kind of painter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Cpu,
    /// A GPU. `forced`: the user wants it, whatever it is.
    Gl {
        forced: bool,
    },
}

const UNKNOWN: u8 = 0;
const CPU: u8 = 1;

/// What was found out in this process.
static FOUND: AtomicU8 = AtomicU8::new(UNKNOWN);

/// Whether pages are shown where there are any. `DYAD_EDITOR` is `native`, `gl` or `cpu` where the user does
/// not want them.
pub(crate) fn takes_pages() -> bool {
    !matches!(std::env::var("DYAD_EDITOR").as_deref(), Ok("native" | "gl" | "cpu"))
}

/// What to try first. `DYAD_EDITOR` is `gl` or `cpu` where the user has an opinion.
pub(crate) fn choose() -> Kind {
    match std::env::var("DYAD_EDITOR").as_deref() {
        Ok("gl") => Kind::Gl { forced: true },
        Ok("cpu") => Kind::Cpu,
        // Relaxed: it orders nothing.
        _ if FOUND.load(Ordering::Relaxed) == CPU || !has_gpu() => Kind::Cpu,
        _ => Kind::Gl { forced: false },
    }
}

/// Notes that the processor draws for the rest of this process.
pub(crate) fn give_up_gl() {
    FOUND.store(CPU, Ordering::Relaxed);
}

/// Whether there is a GPU at all. Without one, its libraries would be loaded for nothing.
fn has_gpu() -> bool {
    let nodes = std::fs::read_dir("/dev/dri").into_iter().flatten().flatten();
    nodes.into_iter().any(|node| node.file_name().to_string_lossy().starts_with("renderD"))
}
