//! What a plugin's editor is written with.
//!
//! The editor of a plugin `gain` is a small package of its own, so that no toolkit is compiled for the
//! sound. Its library is a cdylib with the name `gain_ui`, and its source is one line:
//!
//! ```
//! dyad_ui::editor!(gain);
//! ```
//!
//! That editor is made from the parameters. For one of your own, name a function that gives a [`View`]
//! for each plugin that shall have one; it is told the plugin's description, and gives `None` for the others:
//!
//! ```
//! use std::sync::Arc;
//!
//! use dyad_ui::egui::{Ui, Vec2};
//! use dyad_ui::{Context, Description, Knob, Theme, View};
//!
//! dyad_ui::editor!(gain, view);
//!
//! fn view(_: &Arc<Description>, _: &Theme) -> Option<Box<dyn View>> {
//!     Some(Box::new(OneKnob))
//! }
//!
//! struct OneKnob;
//!
//! impl View for OneKnob {
//!     fn ui(&mut self, ui: &mut Ui, context: &mut Context<'_>) {
//!         if let Some(gain) = context.index_of("gain") {
//!             Knob::new(gain).main(true).show(ui, context);
//!         }
//!     }
//!
//!     fn preferred_size(&self) -> Vec2 {
//!         Vec2::new(160.0, 160.0)
//!     }
//! }
//! ```
//!
//! A page in HTML goes beside either, or beside the one made from the parameters: it is what the user sees
//! wherever the system can show it, and the other takes its place where not. `docs/web.md` tells how to write it.
//!
//! ```ignore
//! dyad_ui::editor!(gain, page = dyad_ui::page!("web/dist", "index.html", "app.js", "app.css"));
//! ```
//!
//! `dyad-bundle` builds it and puts it beside the sound binary of both bundles.

use std::sync::{Arc, OnceLock};

pub use dyad_core::{Bundle, Description, EditorHost, param};
pub use dyad_editor::Page;
pub use dyad_editor::session::MakeView;
pub use dyad_gui::{
    Bypass, Context, Field, Generated, Header, Knob, Meter, Readout, Scale, Select, Slider, Theme, Toggle, Trigger,
    Value, View, egui, widgets,
};

use dyad_core::guard::log;
use dyad_core::state::{Loaded, StateError, read_with};
use dyad_core::{Plugin as CorePlugin, Visitor};
use dyad_editor::Plugin;

/// What the macro names; not for use by hand.
#[doc(hidden)]
pub mod private {
    pub use dyad_editor::Plugin;
    pub use dyad_editor::table::entry;
    pub use dyad_editor_abi::EditorV1;
    pub use dyad_lv2_ui::{descriptor as lv2ui_descriptor, sys};

    pub use crate::plugins;
}

/// The plugins of this binary, described once. `[main-thread]`
#[doc(hidden)]
pub fn plugins<B: Bundle>(view: Option<MakeView>, page: Option<Page>) -> &'static [Plugin] {
    static PLUGINS: OnceLock<Box<[Plugin]>> = OnceLock::new();
    struct List(Vec<Plugin>, Option<MakeView>, Option<Page>);
    impl Visitor for List {
        fn plugin<P: CorePlugin>(&mut self, lock: &'static str) {
            match Description::load::<P>(lock) {
                Ok(description) => {
                    let (view, page) = (self.1, self.2);
                    let read = read::<P>;
                    self.0.push(Plugin { view, page, read, ..Plugin::new(Arc::new(description)) });
                }
                Err(error) => log(&format!("an editor is left out: {error}")),
            }
        }
    }
    PLUGINS.get_or_init(|| {
        let mut list = List(Vec::new(), view, page);
        B::visit(&mut list);
        list.0.into()
    })
}

/// A state as the plugin itself reads it, by its author's hooks.
fn read<P: CorePlugin>(description: &Description, document: &[u8]) -> Result<Loaded, StateError> {
    read_with(description, document, P::migrate, P::foreign)
}

/// Makes the editor binary of a crate's plugins: `lv2ui_descriptor`, `dyad_editor_v1`, and nothing else.
#[macro_export]
macro_rules! editor {
    ($krate:ident $(, page = $page:expr)?) => {
        $crate::editor!(@ $krate, ::core::option::Option::None, [$($page)?]);
    };
    ($krate:ident, $view:expr $(, page = $page:expr)?) => {
        $crate::editor!(@ $krate, ::core::option::Option::Some($view as $crate::MakeView), [$($page)?]);
    };
    (@ $krate:ident, $view:expr, []) => {
        $crate::editor!(@@ $krate, $view, ::core::option::Option::None);
    };
    (@ $krate:ident, $view:expr, [$page:expr]) => {
        $crate::editor!(@@ $krate, $view, ::core::option::Option::Some($page));
    };
    (@@ $krate:ident, $view:expr, $page:expr) => {
        /// Its plugins.
        fn plugins() -> &'static [$crate::private::Plugin] {
            $crate::private::plugins::<$krate::Bundle>($view, $page)
        }

        /// The entry point for LV2 hosts.
        #[allow(unsafe_code)]
        #[unsafe(no_mangle)]
        pub extern "C" fn lv2ui_descriptor(index: u32) -> *const $crate::private::sys::LV2UI_Descriptor {
            $crate::private::lv2ui_descriptor(index, plugins)
        }

        /// The entry point for sound binaries of other formats.
        ///
        /// # Safety
        /// `plugin` is null or a C string.
        #[allow(unsafe_code)]
        #[unsafe(no_mangle)]
        pub unsafe extern "C" fn dyad_editor_v1(
            plugin: *const ::core::ffi::c_char,
        ) -> *const $crate::private::EditorV1 {
            // SAFETY: the caller's promise.
            unsafe { $crate::private::entry(plugin, plugins) }
        }
    };
}

/// The files of a page, as part of the editor binary: their folder below the package's own, and their names in
/// there. One of them is `index.html`.
///
/// ```ignore
/// const PAGE: dyad_ui::Page = dyad_ui::page!("web/dist", "index.html", "app.js", "app.css");
/// ```
#[macro_export]
macro_rules! page {
    ($folder:literal, $($file:literal),+ $(,)?) => {
        $crate::Page::new(&[$((
            concat!("/", $file),
            include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/", $folder, "/", $file)),
        )),+])
    };
}
