//! Ardour 7 with its window, as a musician runs it. It is a GTK 2 program, and shows editors in windows of
//! its own, which it opens again with the session.

use std::fs;
use std::process::Command;
use std::time::{Instant, SystemTime};

use crate::ardour::Ardour;
use crate::process::{Alone, Running};
use crate::x11::{SOON, Screen, Seen};

/// Keysyms.
const CONTROL: u32 = 0xffe3;
/// The space bar.
pub const SPACE: u32 = 0x20;

/// Ardour with a session open, on a screen of its own.
pub struct Window<'a> {
    ardour: &'a Ardour,
    /// The program.
    pub program: Running,
    /// Its main window.
    pub main: Seen,
    /// The screen.
    pub screen: Screen,
}

impl<'a> Window<'a> {
    /// Opens the session.
    ///
    /// # Panics
    /// Where its window does not come.
    #[must_use]
    pub fn open(ardour: &'a Ardour, _: &Alone) -> Self {
        let screen = Screen::managed();
        let mut command = ardour.at_home(Command::new("ardour"));
        command.args(["--no-splash", "--no-announcements"]).arg(ardour.session());
        screen.prepare(&mut command);
        let mut program = Running::start(&mut command);
        let main = screen.wait("Ardour's window", &mut program, |screen| {
            screen.find(|seen| seen.title.starts_with("session - Ardour"))
        });
        Self { ardour, program, main, screen }
    }

    /// Waits for the windows of this many editors, in the order of their places from left to right.
    ///
    /// # Panics
    /// Where they don't come.
    pub fn editors(&mut self, count: usize) -> Vec<Seen> {
        self.screen.wait("the editors", &mut self.program, |screen| {
            let mut editors = screen.editors();
            editors.sort_by_key(|seen| seen.place.x);
            (editors.len() == count).then_some(editors)
        })
    }

    /// Saves the session by the keyboard, and waits until the file is written.
    ///
    /// # Panics
    /// Where it is not.
    pub fn save(&mut self) {
        let file = self.ardour.session().join("session.ardour");
        let written =
            || fs::metadata(&file).and_then(|file| file.modified()).unwrap_or(SystemTime::UNIX_EPOCH);
        let before = written();
        self.screen.focus(self.main.id);
        self.screen.keys(&[CONTROL, u32::from('s')]);
        self.screen.wait("the saved session", &mut self.program, |_| (written() > before).then_some(()));
    }

    /// Quits by the keyboard.
    ///
    /// # Panics
    /// Where Ardour does not end well.
    pub fn quit(mut self) {
        self.screen.focus(self.main.id);
        self.screen.keys(&[CONTROL, u32::from('q')]);
        let until = Instant::now() + SOON;
        while self.program.runs() && Instant::now() < until {
            self.screen.look_later();
        }
        if self.program.runs() {
            self.screen.whole().save("failed ardour quit");
            self.program.kill();
            panic!("Ardour does not quit:\n{}", self.program.all());
        }
        let status = self.program.end();
        assert!(status.success(), "Ardour ended with {status}:\n{}", self.program.all());
    }
}
