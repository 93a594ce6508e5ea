//! What an author writes who wants an editor of its own.

use egui::{Ui, Vec2};

use crate::context::Context;

/// An editor's content. [`Generated`](crate::Generated) is one; authors write others with the
/// widgets of this crate and all of egui. `[main-thread]`
///
/// ```
/// use dyad_gui::{Context, Knob, View};
/// use egui::{Ui, Vec2};
///
/// struct OneKnob;
///
/// impl View for OneKnob {
///     fn ui(&mut self, ui: &mut Ui, context: &mut Context<'_>) {
///         if let Some(gain) = context.index_of("gain") {
///             Knob::new(gain).main(true).show(ui, context);
///         }
///     }
///
///     fn preferred_size(&self) -> Vec2 {
///         Vec2::new(160.0, 160.0)
///     }
/// }
/// ```
pub trait View {
    /// Draws a frame and operates what the user operates. Called for each frame, so also while
    /// automation moves values: they are to be read from the context each time.
    fn ui(&mut self, ui: &mut Ui, context: &mut Context<'_>);

    /// The size at which it opens, in logical pixels.
    fn preferred_size(&self) -> Vec2;

    /// The least size with which it can be used, in logical pixels.
    fn minimum_size(&self) -> Vec2 {
        self.preferred_size()
    }

    /// How much larger everything is drawn in a window of this many logical pixels: 1 where a larger
    /// window has more room instead.
    fn zoom(&self, _window: Vec2) -> f32 {
        1.0
    }

    /// Whether its size can be changed at all.
    fn resizable(&self) -> bool {
        true
    }
}
