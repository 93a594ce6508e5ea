//! An editor in a host's window, beside what it should look like.

use super::{Button, Reference, Screen, Seen, Tolerance};
use crate::process::Running;

/// An editor on the screen.
pub struct Shown {
    /// Its window.
    pub window: Seen,
    /// What it should look like.
    pub like: Reference,
}

impl Shown {
    /// Waits until it looks as it should. What was seen is kept as a picture of this name.
    ///
    /// # Panics
    /// Where it does not.
    #[track_caller]
    pub fn settle(&mut self, name: &str, screen: &Screen, host: &mut Running) {
        let place =
            |screen: &Screen| screen.again(&self.window).filter(|seen| seen.shown).map(|seen| seen.place);
        let expected = self.like.picture();
        screen.until_like(name, host, place, &expected, Tolerance::EXACT);
    }

    /// Where a parameter's control is on the screen.
    ///
    /// # Panics
    /// Where the window is gone.
    pub fn control(&mut self, screen: &Screen, id: &str) -> (i32, i32) {
        let (x, y) = self.like.place(id);
        let corner = screen.again(&self.window).expect("the editor is there").place;
        (corner.x + x, corner.y + y)
    }

    /// Drags a control, in pixels, and takes the pointer away.
    pub fn drag(&mut self, screen: &Screen, id: &str, by: (i32, i32)) {
        self.hold(screen, id, by);
        self.let_go(screen);
    }

    /// Drags a control and does not let go.
    pub fn hold(&mut self, screen: &Screen, id: &str, by: (i32, i32)) {
        let from = self.control(screen, id);
        screen.hold(from, by);
        self.like.hold(id, by);
    }

    /// Ends a drag, and takes the pointer away.
    pub fn let_go(&mut self, screen: &Screen) {
        screen.button(Button::Left, false);
        screen.point_away();
        self.like.let_go();
    }
}
