//! What is in the container: a page, or the native editor, and the way from the one to the other.

use dyad_core::guard;

use crate::mirror::Carried;
use crate::page::Page;
use crate::session::OpenError;
use crate::window::Make;
use crate::{web, window};

/// The inside of an editor's window. `[main-thread]`
pub(crate) struct Surface {
    /// What a native editor is made from, while there is none.
    make: Option<Make>,
    inside: Inside,
}

enum Inside {
    Page(web::Inner),
    Native(window::Inner),
    /// Neither could be shown. The host's window stays, with its background.
    Nothing,
}

impl Surface {
    /// Shows the page, if there is one, or the native editor. Whether the page can be seen turns out later.
    pub(crate) fn open(make: Make, page: Option<Page>) -> Result<Self, OpenError> {
        if let Some(page) = page {
            match web::Inner::open(&make, page) {
                Ok(web) => return Ok(Self { make: Some(make), inside: Inside::Page(web) }),
                Err(error) => guard::log(&format!("no web editor: {error}")),
            }
        }
        let native = window::Inner::open(&make)?;
        Ok(Self { make: None, inside: Inside::Native(native) })
    }

    /// Puts the native editor in the place of a page that is not shown any more. The container has this size.
    pub(crate) fn switch(&mut self, size: [u32; 2]) {
        let Inside::Page(web) = &mut self.inside else { return };
        if !web.is_over() {
            return;
        }
        let carried =
            web.close().unwrap_or_else(|| Carried { why: "it panicked".into(), ..Carried::default() });
        self.inside = Inside::Nothing;
        let Some(make) = self.make.take() else { return };
        let name = make.plugin.description.info.name;
        guard::log(&format!("the native editor of {name} takes the web editor's place: {}", carried.why));
        let scale = carried.scale.unwrap_or(make.scale);
        match window::Inner::open(&Make { size, scale, carried, ..make }) {
            Ok(native) => self.inside = Inside::Native(native),
            Err(error) => guard::log(&format!("no native editor of {name} either: {error}")),
        }
    }

    /// Has it look into its box.
    pub(crate) fn wake(&self) {
        match &self.inside {
            Inside::Page(web) => web.wake(),
            Inside::Native(native) => native.wake(),
            Inside::Nothing => {}
        }
    }

    /// Whether there is anything to be seen.
    pub(crate) fn is_open(&self) -> bool {
        match &self.inside {
            Inside::Native(native) => native.is_open(),
            Inside::Page(_) | Inside::Nothing => true,
        }
    }

    /// Ends it, and what runs for it.
    pub(crate) fn close(&mut self) {
        match &mut self.inside {
            Inside::Page(web) => drop(web.close()),
            Inside::Native(native) => native.close(),
            Inside::Nothing => {}
        }
    }
}
