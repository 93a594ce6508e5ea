//! One open editor, as its host's side sees it.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use dyad_core::Description;
use dyad_core::state::ReadState;
use dyad_editor_abi::{Colors, Flags, FromEditor, Malformed, Measure, ToEditor};
use dyad_gui::egui::Color32;
use dyad_gui::{Curve, Theme, View};
use thiserror::Error;

use crate::container::{Container, Display, Look};
use crate::exchange::{Exchange, HostKey, Said};
use crate::mirror::Carried;
use crate::page::Page;
use crate::paint;
use crate::size;
use crate::surface::Surface;
use crate::window::{Make, keys};

pub use crate::size::measure;

/// Makes the content of an editor; see [`Plugin::view`].
pub type MakeView = fn(&Arc<Description>, &Theme) -> Option<Box<dyn View>>;

/// A plugin whose editor can be opened.
#[derive(Clone)]
pub struct Plugin {
    /// The plugin.
    pub description: Arc<Description>,
    /// Its author's view. `None`, or a function that gives none, for the one made from the description.
    pub view: Option<MakeView>,
    /// Its page, shown instead wherever it can be.
    pub page: Option<Page>,
    /// What views and pages draw that follows from values.
    pub curves: &'static [Curve],
    /// The colour of what it does; none for the theme's own.
    pub accent: Option<Color32>,
    /// How its states are read: presets of its user may be of an older version.
    pub read: ReadState,
}

impl Plugin {
    /// Without anything of its author's.
    #[must_use]
    pub fn plain(description: Arc<Description>) -> Self {
        let read = dyad_core::state::read;
        Self { description, view: None, page: None, curves: &[], accent: None, read }
    }

    /// What an editor of it begins with: its presets and its user's.
    pub(crate) fn session(&self) -> dyad_gui::session::Session {
        let library = dyad_gui::session::Library::of_user(Arc::clone(&self.description), self.read);
        dyad_gui::session::Session::new(Arc::clone(&self.description), library)
    }

    /// How its editor looks.
    #[must_use]
    pub fn theme(&self) -> Theme {
        Theme::with_accent(self.accent)
    }
}

/// How an editor is to be opened.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// The host's window; none for a window of its own.
    pub parent: Option<u32>,
    /// Physical pixels for each logical one; none for the display's own.
    pub scale: Option<f64>,
    /// In physical pixels; none for what the editor wants.
    pub size: Option<[u32; 2]>,
    /// What the host can do.
    pub flags: Flags,
    /// The host's colours.
    pub colors: Colors,
    /// Pictures for each second at most.
    pub rate: Option<f32>,
    /// The title of a window of its own.
    pub title: Option<String>,
    /// Whether it is not to be seen before [`Session::show`].
    pub hidden: bool,
}

/// Why no editor was opened.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum OpenError {
    /// There is no X11 display, or it lets nobody in.
    #[error("no X11 display: {0}")]
    Display(String),
    /// The host's window is not there.
    #[error("the host's window {0:#x} is not there")]
    Parent(u32),
    /// Something else that the window system refused.
    #[error("no window: {0}")]
    Window(String),
}

/// One open editor. `[main-thread]`
///
/// Dropped without [`close`](Self::close) it ends a gesture without telling the host.
pub struct Session {
    plugin: Plugin,
    exchange: Arc<Exchange>,
    // Before the container that it is in.
    surface: Surface,
    container: Container,
    measure: Measure,
    scale: f64,
    flags: Flags,
    /// Keys through the host that are down.
    keys: Vec<(u32, u32)>,
}

/// More keys than anybody holds at once.
const MAX_KEYS: usize = 32;

/// Pictures for each second, where the host says nothing.
const RATE: f64 = 60.0;

impl Session {
    /// Opens an editor.
    ///
    /// # Errors
    /// See [`OpenError`].
    pub fn open(plugin: &Plugin, request: &Request) -> Result<Self, OpenError> {
        let display = Display::open()?;
        let scale = request.scale.and_then(size::usable_scale).unwrap_or_else(|| display.scale());
        let measure = measure(plugin, Some(scale));
        let size = request.size.filter(|size| size.iter().all(|side| *side > 0));
        let size = size::fit(&measure, size.unwrap_or([measure.width, measure.height]));
        let theme = plugin.theme().colors.background;
        let theme = u32::from_be_bytes([0, theme.r(), theme.g(), theme.b()]);
        let background = Some(request.colors.background).filter(|color| color & 0xff != 0);
        let background = background.map_or(theme, |color| color >> 8);
        let title = request.title.as_deref().unwrap_or(plugin.description.info.name);
        let look = Look { parent: request.parent, size, title, background, hidden: request.hidden };
        let container = Container::open(display, &look, &measure)?;
        let exchange =
            Exchange::new(&plugin.description).map_err(|error| OpenError::Window(error.to_string()))?;
        let exchange = Arc::new(exchange);
        exchange.host_window.store(container.parent(), Ordering::Relaxed);
        let rate = request.rate.map(f64::from).filter(|rate| rate.is_finite() && *rate > 0.0);
        // A window of its own can always be resized: by this side.
        let flags =
            if container.is_top_level() { request.flags.with(Flags::RESIZE) } else { request.flags };
        let (painter, page) = (paint::choose(), plugin.page.filter(|_| paint::takes_pages()));
        let make = Make {
            plugin: plugin.clone(),
            exchange: Arc::clone(&exchange),
            container: container.window(),
            size,
            scale,
            rate: rate.unwrap_or(RATE).clamp(5.0, 120.0),
            flags,
            background,
            painter,
            carried: Carried::default(),
        };
        let surface = Surface::open(make, page)?;
        let keys = Vec::new();
        Ok(Self { plugin: plugin.clone(), exchange, surface, container, measure, scale, flags, keys })
    }

    /// Tells it something.
    pub fn tell(&mut self, frame: &ToEditor<'_>) {
        match *frame {
            ToEditor::Size { width, height } => {
                self.container.resize(size::fit(&self.measure, [width, height]));
            }
            ToEditor::Scale(scale) => self.rescale(scale),
            _ => {
                if self.exchange.tell(frame) {
                    self.surface.wake();
                }
            }
        }
    }

    /// Tells it frames, as the other binary sends them.
    ///
    /// # Errors
    /// Where they are malformed; those before the fault were taken.
    pub fn tell_bytes(&mut self, frames: &[u8]) -> Result<(), Malformed> {
        dyad_editor_abi::frame::to_editor(frames).try_for_each(|frame| {
            self.tell(&frame?);
            Ok(())
        })
    }

    /// Has it say what it has to say. `false` once the window is gone.
    pub fn poll(&mut self, hear: &mut dyn FnMut(FromEditor<'_>)) -> bool {
        let mut there = self.container.pump(&self.measure);
        if there {
            self.surface.switch(self.container.size());
            there = self.surface.is_open();
        }
        if !there {
            // Relaxed: it orders nothing.
            self.exchange.gone.store(true, Ordering::Relaxed);
        }
        self.exchange.host_window.store(self.container.parent(), Ordering::Relaxed);
        if let Some(size) = self.container.take_new_size() {
            size::remember(&self.plugin, size, self.scale);
        }
        for said in self.exchange.hear() {
            match said {
                // Nobody else could.
                Said::Size { width, height } if self.container.is_top_level() => {
                    self.container.resize(size::fit(&self.measure, [width, height]));
                }
                said => hear(said.frame()),
            }
        }
        there
    }

    /// A socket that can be read while [`poll`](Self::poll) has something to do.
    #[must_use]
    pub fn fd(&self) -> Option<i32> {
        Some(self.exchange.fd())
    }

    /// Shows the window, where it was opened hidden.
    pub fn show(&mut self) {
        self.container.show();
    }

    /// The window that it made.
    #[must_use]
    pub fn window(&self) -> u32 {
        self.container.window()
    }

    /// Width and height of that window.
    #[must_use]
    pub fn size(&self) -> [u32; 2] {
        self.container.size()
    }

    /// A key that the host got, as in `EditorV1::key`. Whether the editor uses it.
    pub fn key(&mut self, character: u32, code: u32, modifiers: u32, down: bool) -> bool {
        let key = HostKey::new(character, code, modifiers, down);
        let name = (character, code);
        let held = self.keys.iter().position(|held| *held == name);
        // Relaxed: it orders nothing.
        let wanted = keys::is_wanted(self.exchange.wanted_keys.load(Ordering::Relaxed), &key);
        match (down, held) {
            (true, None) if wanted && self.keys.len() < MAX_KEYS => self.keys.push(name),
            (true, Some(_)) if wanted => {}
            // Its end belongs to who had its beginning.
            (false, Some(held)) => {
                self.keys.swap_remove(held);
            }
            _ => return false,
        }
        self.exchange.press(key);
        self.surface.wake();
        true
    }

    /// The position of the parameter or meter at a place of its window, in physical pixels, as the last
    /// picture has it. Does not wait for the next one.
    #[must_use]
    pub fn find(&self, x: i32, y: i32) -> Option<usize> {
        if self.exchange.is_gone() { None } else { self.exchange.find(x, y) }
    }

    /// Closes it. Gestures and notes that were under way are ended first, and what the user has set is said.
    pub fn close(mut self, hear: &mut dyn FnMut(FromEditor<'_>)) {
        self.surface.close();
        for said in self.exchange.hear() {
            if matches!(
                said,
                Said::Begin(_) | Said::Set { .. } | Said::End(_) | Said::Property { .. } | Said::NoteOff(_)
            ) {
                hear(said.frame());
            }
        }
    }

    /// Takes another scale, and asks for the size that shows as much as before.
    fn rescale(&mut self, scale: f64) {
        let Some(scale) = size::usable_scale(scale).filter(|scale| *scale != self.scale) else { return };
        let grow = scale / self.scale;
        self.scale = scale;
        self.measure = measure(&self.plugin, Some(scale));
        let _ = self.container.hint(&self.measure);
        if self.exchange.tell(&ToEditor::Scale(scale)) {
            self.surface.wake();
        }
        if self.flags.has(Flags::RESIZE) {
            let size = self.container.size().map(|side| size::physical(f64::from(side), grow));
            let [width, height] = size::fit(&self.measure, size);
            self.exchange.say(Said::Size { width, height });
        }
    }
}
