//! What the user does, on its way to the host.

use dyad_core::EditorHost;
use dyad_core::editor::SendError;
use dyad_core::param::PropertyError;

/// One thing that was done by hand, with what was so before.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Edit {
    Begin {
        index: usize,
        before: f64,
    },
    Set {
        index: usize,
        before: f64,
        after: f64,
    },
    End {
        index: usize,
    },
    Text {
        index: usize,
        before: String,
        after: String,
    },
    /// The host lets the user choose a file: it comes later, or never.
    Browse {
        index: usize,
        before: String,
    },
}

/// A host that notes what it is told by hand, and hands it on.
pub(crate) struct Recorder<'a> {
    pub(crate) host: &'a mut dyn EditorHost,
    pub(crate) edits: &'a mut Vec<Edit>,
}

impl EditorHost for Recorder<'_> {
    fn value(&self, index: usize) -> f64 {
        self.host.value(index)
    }

    fn begin(&mut self, index: usize) {
        self.edits.push(Edit::Begin { index, before: self.host.value(index) });
        self.host.begin(index);
    }

    fn set(&mut self, index: usize, plain: f64) {
        let before = self.host.value(index);
        self.host.set(index, plain);
        let after = self.host.value(index);
        // Of a long drag only the last value counts.
        match self.edits.last_mut() {
            Some(Edit::Set { index: last, after: value, .. }) if *last == index => *value = after,
            _ => self.edits.push(Edit::Set { index, before, after }),
        }
    }

    fn end(&mut self, index: usize) {
        self.host.end(index);
        self.edits.push(Edit::End { index });
    }

    fn meter(&self, index: usize) -> f64 {
        self.host.meter(index)
    }

    fn resize(&mut self, width: u32, height: u32) -> bool {
        self.host.resize(width, height)
    }

    fn property(&self, index: usize) -> String {
        self.host.property(index)
    }

    fn set_property(&mut self, index: usize, text: &str) -> Result<(), PropertyError> {
        let before = self.host.property(index);
        self.host.set_property(index, text)?;
        self.edits.push(Edit::Text { index, before, after: text.to_owned() });
        Ok(())
    }

    fn send(&mut self, message: &[u8]) -> Result<(), SendError> {
        self.host.send(message)
    }

    fn receive(&mut self, message: &mut Vec<u8>) -> bool {
        self.host.receive(message)
    }

    fn play_note(&mut self, key: u8, velocity: f32) {
        self.host.play_note(key, velocity);
    }

    fn release_note(&mut self, key: u8) {
        self.host.release_note(key);
    }

    fn browse(&mut self, property: usize) -> bool {
        let before = self.host.property(property);
        let browses = self.host.browse(property);
        if browses {
            self.edits.push(Edit::Browse { index: property, before });
        }
        browses
    }

    fn menu(&mut self, index: usize, x: f32, y: f32) -> bool {
        self.host.menu(index, x, y)
    }
}
