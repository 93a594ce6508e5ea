//! The editor of the plugin for tests: the one that its parameters make, which also talks with the sound. It
//! says `hello`, asks for the stream when that comes back turned round, and for rest after three numbers. While
//! `secret` is at its upper end, it plays a note.

use std::sync::Arc;

use dyad_ui::egui::{Ui, Vec2};
use dyad_ui::{Context, Description, Generated, Theme, View};

dyad_ui::editor!(probe, view);

fn view(description: &Arc<Description>, theme: &Theme) -> Option<Box<dyn View>> {
    Some(Box::new(Talking {
        looks: Generated::new(description, theme),
        said: false,
        numbers: 0,
        plays: false,
    }))
}

struct Talking {
    looks: Generated,
    said: bool,
    numbers: u32,
    plays: bool,
}

/// What it plays.
const KEY: u8 = 60;
const VELOCITY: f32 = 0.375;

impl View for Talking {
    fn ui(&mut self, ui: &mut Ui, context: &mut Context<'_>) {
        // Where there is no way to the sound, there is nothing to talk about.
        if !std::mem::replace(&mut self.said, true) {
            let _ = context.host.send(b"hello");
        }
        let mut message = Vec::new();
        while context.host.receive(&mut message) {
            self.numbers += u32::from(message.iter().all(u8::is_ascii_digit));
            let answer: &[u8] = match &message[..] {
                b"olleh" => b"stream",
                _ if self.numbers == 3 => b"rest",
                _ => continue,
            };
            let _ = context.host.send(answer);
        }
        let plays = context.index_of("secret").is_some_and(|secret| context.host.value(secret) == 1.0);
        match (plays, std::mem::replace(&mut self.plays, plays)) {
            (true, false) => context.host.play_note(KEY, VELOCITY),
            (false, true) => context.host.release_note(KEY),
            _ => {}
        }
        self.looks.ui(ui, context);
    }

    fn preferred_size(&self) -> Vec2 {
        self.looks.preferred_size()
    }

    fn minimum_size(&self) -> Vec2 {
        self.looks.minimum_size()
    }

    fn zoom(&self, window: Vec2) -> f32 {
        self.looks.zoom(window)
    }
}
