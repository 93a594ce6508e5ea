//! A display without a screen, a host that is one bare window, and what a user does there.
#![allow(dead_code, unreachable_pub, reason = "each test program uses its own part")]

mod display;
pub mod views;
pub mod web;

use std::sync::Arc;
use std::time::{Duration, Instant};

use dyad_core::Description;
use dyad_editor::{Plugin, Request, Session};
use dyad_editor_abi::{Flags, FromEditor, ToEditor};

pub use display::{Picture, Screen};
pub use views::Model;

pub fn gain() -> Plugin {
    let lock = include_str!("../../../../bundles/gain/ports.lock");
    Plugin::plain(Arc::new(Description::load::<gain::Gain>(lock).unwrap()))
}

pub fn probe() -> Plugin {
    let lock = include_str!("../../../../tests/probe/ports.lock");
    Plugin::plain(Arc::new(Description::load::<probe::Probe>(lock).unwrap()))
}

/// What an editor said, kept.
#[derive(Clone, Debug, PartialEq)]
pub enum Heard {
    Begin(u32),
    Set(u32, f64),
    End(u32),
    Property(u32, String),
    Message(Vec<u8>),
    Size(u32, u32),
    Browse(u32),
    Menu(u32, i32, i32),
    Painted(u32),
    NoteOn(u32, f64),
    NoteOff(u32),
}

impl From<FromEditor<'_>> for Heard {
    fn from(frame: FromEditor<'_>) -> Self {
        match frame {
            FromEditor::Begin(index) => Self::Begin(index),
            FromEditor::Set { index, plain } => Self::Set(index, plain),
            FromEditor::End(index) => Self::End(index),
            FromEditor::Property { index, text } => Self::Property(index, text.into()),
            FromEditor::Message(bytes) => Self::Message(bytes.to_vec()),
            FromEditor::Size { width, height } => Self::Size(width, height),
            FromEditor::Browse(index) => Self::Browse(index),
            FromEditor::Menu { index, x, y } => Self::Menu(index, x, y),
            FromEditor::Painted(tag) => Self::Painted(tag),
            FromEditor::NoteOn { key, velocity } => Self::NoteOn(key, velocity),
            FromEditor::NoteOff(key) => Self::NoteOff(key),
        }
    }
}

/// How long anything is waited for that has to come.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// Waits until something is so.
#[track_caller]
pub fn until(what: &str, mut done: impl FnMut() -> bool) {
    let end = Instant::now() + PATIENCE;
    while !done() {
        assert!(Instant::now() < end, "waited in vain: {what}");
        std::thread::sleep(Duration::from_millis(1));
    }
}

/// Waits until a socket can be read, or not.
pub fn readable(fd: i32, at_most: Duration) {
    // SAFETY: the editor's socket is open as long as the editor is.
    #[expect(unsafe_code, reason = "a bare file descriptor")]
    let fd = unsafe { std::os::fd::BorrowedFd::borrow_raw(fd) };
    let mut fds = [rustix::event::PollFd::new(&fd, rustix::event::PollFlags::IN)];
    let timeout = at_most.try_into().unwrap();
    let _ = rustix::event::poll(&mut fds, Some(&timeout));
}

/// An editor in a bare window.
pub struct Rig {
    pub screen: Screen,
    pub parent: u32,
    pub session: Session,
    pub heard: Vec<Heard>,
    pub plugin: Plugin,
    pub size: [u32; 2],
    tag: u32,
}

/// A host that can do everything.
pub fn request(parent: u32) -> Request {
    let all = [Flags::RESIZE, Flags::MENU, Flags::BROWSE, Flags::MESSAGES, Flags::NOTES];
    let flags = all.into_iter().fold(Flags::default(), Flags::with);
    Request { parent: Some(parent), scale: Some(1.0), flags, ..Request::default() }
}

impl Rig {
    pub fn open(plugin: Plugin) -> Self {
        Self::with(plugin, |request| request)
    }

    pub fn with(plugin: Plugin, change: impl FnOnce(Request) -> Request) -> Self {
        let mut rig = Self::opened(plugin, change);
        rig.painted();
        rig
    }

    /// The same before its first picture.
    pub fn opened(plugin: Plugin, change: impl FnOnce(Request) -> Request) -> Self {
        let screen = Screen::new();
        let mut request = change(request(0));
        let measure = dyad_editor::measure(&plugin, request.scale);
        let size = request.size.unwrap_or([measure.width, measure.height]);
        let parent = screen.window(size);
        request.parent = Some(parent);
        let session = Session::open(&plugin, &request).unwrap();
        Self { screen, parent, session, heard: Vec::new(), plugin, size, tag: 0 }
    }

    /// Lets the editor speak. `false` once its window is gone.
    pub fn poll(&mut self) -> bool {
        let heard = &mut self.heard;
        self.session.poll(&mut |frame| heard.push(frame.into()))
    }

    /// Waits until the editor has said something.
    #[track_caller]
    pub fn hears(&mut self, what: &str, said: impl Fn(&Heard) -> bool) {
        until(what, || {
            self.poll();
            self.heard.iter().any(&said)
        });
    }

    /// Waits until the window shows all that it was told.
    #[track_caller]
    pub fn painted(&mut self) {
        self.tag += 1;
        let tag = self.tag;
        self.session.tell(&ToEditor::Ping(tag));
        self.hears("the picture", |heard| *heard == Heard::Painted(tag));
    }

    /// What is to be seen on the screen where the parent is.
    pub fn picture(&self) -> Picture {
        self.screen.picture(self.size)
    }

    /// The same editor without a window.
    pub fn model(&self) -> Model {
        Model::new(&self.plugin.description, self.size, 1.0)
    }

    /// The middle of a parameter's control and of its value, in the window.
    pub fn places(&self, id: &str) -> [[f32; 2]; 2] {
        self.model().places(self.index(id)).map(|rect| rect.center().into())
    }

    /// Waits until the screen shows a picture.
    #[track_caller]
    pub fn shows(&mut self, name: &str, wanted: &Picture) {
        let end = Instant::now() + PATIENCE;
        loop {
            self.painted();
            let shown = self.screen.picture(wanted.size);
            if shown.differences(wanted) == 0 {
                return;
            }
            if Instant::now() > end {
                shown.save(&format!("{name}-shown"));
                wanted.save(&format!("{name}-wanted"));
                panic!("{name}: {} pixels differ", shown.differences(wanted));
            }
        }
    }

    pub fn index(&self, id: &str) -> u32 {
        self.plugin.description.index_of(id).unwrap() as u32
    }

    pub fn close(self) -> Vec<Heard> {
        let Self { session, mut heard, .. } = self;
        session.close(&mut |frame| heard.push(frame.into()));
        heard
    }
}
