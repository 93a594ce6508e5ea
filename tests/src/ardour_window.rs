//! Ardour 7 with its window, as a musician runs it. It is a GTK 2 program, and shows editors in windows of
//! its own, which it opens again with the session.

use std::cell::Cell;
use std::fs;
use std::process::Command;
use std::time::{Duration, Instant, SystemTime};

use crate::ardour::Ardour;
use crate::process::{Alone, Running};
use crate::x11::{SOON, Screen, Seen};

/// Keysyms.
const CONTROL: u32 = 0xffe3;
/// After what time a key is pressed once more.
const AGAIN: Duration = Duration::from_secs(1);
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
    pub fn open(ardour: &'a Ardour, alone: &Alone) -> Self {
        Self::open_with(ardour, alone, |_| ())
    }

    /// The same with something changed about Ardour's command.
    ///
    /// # Panics
    /// As above.
    #[must_use]
    pub fn open_with(ardour: &'a Ardour, _: &Alone, change: impl Fn(&mut Command)) -> Self {
        let screen = Screen::managed();
        let mut command = ardour.at_home(Command::new("ardour"));
        command.args(["--no-splash", "--no-announcements"]).arg(ardour.session());
        screen.prepare(&mut command);
        change(&mut command);
        let mut program = Running::start(&mut command);
        let main = screen.wait("Ardour's window", &mut program, |screen| {
            screen.find(|seen| seen.title.starts_with("session - Ardour"))
        });
        Self { ardour, program, main, screen }
    }

    /// Waits for the windows of this many editors, in the order of the titles of Ardour's windows around them,
    /// which begin with the track's name. Where a window manager puts them is its own affair.
    ///
    /// # Panics
    /// Where they don't come.
    pub fn editors(&mut self, count: usize) -> Vec<Seen> {
        self.screen.wait("the editors", &mut self.program, |screen| {
            let all = screen.windows();
            let title = |seen: &Seen| {
                let around = all.iter().filter(|window| seen.above.contains(&window.id));
                around.map(|window| window.title.clone()).find(|title| !title.is_empty())
            };
            let mut editors = screen.editors();
            // A window gets its title some time after it comes.
            let titled = editors.iter().all(|seen| title(seen).is_some_and(|title| title.contains(": ")));
            editors.sort_by_cached_key(title);
            (editors.len() == count && titled).then_some(editors)
        })
    }

    /// Saves the session by the keyboard, and waits until it stays saved: what was going on when the
    /// transport stopped may come in between.
    ///
    /// # Panics
    /// Where it does not.
    pub fn save(&mut self) {
        let file = self.ardour.session().join("session.ardour");
        let written =
            || fs::metadata(&file).and_then(|file| file.modified()).unwrap_or(SystemTime::UNIX_EPOCH);
        let before = written();
        let (clean, last) = (Cell::new(0), Cell::new(None::<Instant>));
        self.screen.wait("the saved session", &mut self.program, |screen| {
            // What Ardour has not saved has a star in its title.
            if written() > before && !screen.again(&self.main)?.title.starts_with('*') {
                clean.set(clean.get() + 1);
                return (clean.get() > 20).then_some(());
            }
            clean.set(0);
            if last.get().is_none_or(|last| last.elapsed() > AGAIN) {
                last.set(Some(Instant::now()));
                screen.focus(self.main.id);
                screen.keys(&[CONTROL, u32::from('s')]);
            }
            None
        });
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
