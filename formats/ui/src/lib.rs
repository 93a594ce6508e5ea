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
//! What follows from the values of parameters is computed by the plugin's own code, for both editors, and one
//! colour for what the plugin does distinguishes it from others:
//!
//! ```
//! use dyad_ui::{Curve, Values};
//!
//! dyad_ui::editor!(gain, curves = CURVES, accent = "#7cc4a0");
//!
//! const CURVES: &[Curve] = &[Curve { id: "level", points: 2, of: level }];
//!
//! fn level(values: &Values<'_>, y: &mut [f32]) {
//!     y.fill(values.get("gain") as f32);
//! }
//! ```
//!
//! `dyad-bundle` builds it and puts it beside the sound binary of both bundles.

use std::sync::{Arc, OnceLock};

pub use dyad_core::{Bundle, Description, EditorHost, param, show};
pub use dyad_editor::Page;
pub use dyad_editor::session::MakeView;
pub use dyad_gui::{
    Axis, Bypass, Context, Curve, Envelope, Field, FileField, Generated, Graph, GraphResponse, Grip,
    Handle, Header, History, Keyboard, Knob, Line, Matrix, MatrixRow, Meter, Node, Notice, Readout, Scale,
    Select, Shows, Slider, SpectrumLayer, Steps, Theme, Toggle, Tone, Trigger, Value, Values, View,
    Waveform, XyPad, curves, egui, files, widgets,
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

    pub use crate::{Options, plugins};
}

/// What an author gives an editor binary; made by [`editor!`].
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub struct Options {
    view: Option<MakeView>,
    page: Option<Page>,
    curves: &'static [Curve],
    accent: Option<egui::Color32>,
}

impl Options {
    /// Nothing of its own.
    pub const NONE: Self = Self { view: None, page: None, curves: &[], accent: None };

    /// With this view.
    #[must_use]
    pub const fn view(self, view: MakeView) -> Self {
        Self { view: Some(view), ..self }
    }

    /// With this page.
    #[must_use]
    pub const fn page(self, page: Page) -> Self {
        Self { page: Some(page), ..self }
    }

    /// With these curves.
    #[must_use]
    pub const fn curves(self, curves: &'static [Curve]) -> Self {
        Self { curves, ..self }
    }

    /// With this colour, `#rrggbb`, for what the plugin does.
    #[must_use]
    pub const fn accent(self, accent: &str) -> Self {
        let accent = dyad_gui::theme::color(accent);
        assert!(accent.is_some(), "an accent is written #rrggbb");
        Self { accent, ..self }
    }
}

/// The plugins of this binary, described once. `[main-thread]`
#[doc(hidden)]
pub fn plugins<B: Bundle>(options: Options) -> &'static [Plugin] {
    static PLUGINS: OnceLock<Box<[Plugin]>> = OnceLock::new();
    struct List(Vec<Plugin>, Options);
    impl Visitor for List {
        fn plugin<P: CorePlugin>(&mut self, lock: &'static str) {
            match Description::load::<P>(lock) {
                Ok(description) => {
                    let Options { view, page, curves, accent } = self.1;
                    let (description, read) = (Arc::new(description), read::<P> as _);
                    self.0.push(Plugin { description, view, page, curves, accent, read });
                }
                Err(error) => log(&format!("an editor is left out: {error}")),
            }
        }
    }
    PLUGINS.get_or_init(|| {
        let mut list = List(Vec::new(), options);
        B::visit(&mut list);
        list.0.into()
    })
}

/// A state as the plugin itself reads it, by its author's hooks.
fn read<P: CorePlugin>(description: &Description, document: &[u8]) -> Result<Loaded, StateError> {
    read_with(description, document, P::migrate, P::foreign)
}

/// Makes the editor binary of a crate's plugins: `lv2ui_descriptor`, `dyad_editor_v1`, and nothing else.
///
/// After the crate, and the function that makes views if there is one, come in any order: `page`, a [`Page`];
/// `curves`, a `&'static [Curve]` that views ask for by [`Context::curve`] and pages by `useCurve`; `accent`, the
/// colour of what the plugin does, `"#rrggbb"`.
#[macro_export]
macro_rules! editor {
    ($krate:ident $(, $option:ident = $value:expr)* $(,)?) => {
        $crate::editor!(@ $krate, $crate::private::Options::NONE $(.$option($value))*);
    };
    ($krate:ident, $view:expr $(, $option:ident = $value:expr)* $(,)?) => {
        $crate::editor!(
            @ $krate,
            $crate::private::Options::NONE.view($view as $crate::MakeView) $(.$option($value))*
        );
    };
    (@ $krate:ident, $options:expr) => {
        /// Its plugins.
        fn plugins() -> &'static [$crate::private::Plugin] {
            // A mistake in it is found by the compiler.
            const OPTIONS: $crate::private::Options = $options;
            $crate::private::plugins::<$krate::Bundle>(OPTIONS)
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
