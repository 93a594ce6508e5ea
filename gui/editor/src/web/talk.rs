//! What is said between the host, the page and its program, turn by turn.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Instant;

use dyad_core::guard;
use dyad_gui::bridge::{Event, Key, Place};
use dyad_gui::{Spot, egui};
use dyad_web_wire::{FromProgram, PROTOCOL, ToProgram};

use super::live::{BEAT, GAP, Live, Lost, Stage};
use super::program::FULL;
use crate::exchange::{HostKey, MANY, Said};
use crate::window::keys;

impl Live {
    /// Takes what the host said.
    pub(super) fn listen(&mut self) {
        let exchange = Arc::clone(&self.exchange);
        let now = self.now();
        if let Some(mut inbox) = exchange.inbox() {
            self.news = true;
            self.mirror.now = now;
            let moved = self.mirror.meters_moved;
            self.mirror.take(&mut inbox);
            if self.mirror.meters_moved && !moved {
                // Meters are told one after the other, and belong to one picture.
                self.moved_at = now;
            }
            if let Some(scale) = inbox.scale.take() {
                self.mirror.scale = scale;
                if let Some(program) = &mut self.program {
                    program.send(&ToProgram::Scale(scale));
                }
            }
            let new = std::mem::take(&mut inbox.pings);
            let keys = std::mem::take(&mut inbox.keys);
            drop(inbox);
            if self.stage == Stage::Painted {
                new.iter().for_each(|tag| self.bridge.ping(*tag));
            }
            self.pings.extend(new);
            let over = self.pings.len().saturating_sub(MANY);
            self.pings.drain(..over);
            keys.iter().for_each(|key| self.key(key));
        }
        if self.mirror.settles_at().is_some_and(|at| at <= now) {
            self.news = true;
        }
        self.mirror.settle(now);
    }

    fn key(&mut self, key: &HostKey) {
        let Some(name) = key.dom_name() else { return };
        let modifiers = key.modifiers();
        self.bridge.key(Key {
            key: &name,
            text: key.text().filter(|_| !modifiers.ctrl && !modifiers.alt),
            down: key.down,
            shift: modifiers.shift,
            ctrl: modifiers.ctrl,
            alt: modifiers.alt,
        });
    }

    /// Takes what the program said, as far as there is room for the answers.
    pub(super) fn hear(&mut self) -> Result<(), Lost> {
        let Some(mut program) = self.program.take() else { return Ok(()) };
        self.more = false;
        let result = loop {
            if self.outgoing.len() + program.pending() > FULL {
                self.more = true;
                break Ok(());
            }
            match program.reader.from_program() {
                Ok(Some(frame)) => {
                    if let Err(lost) = self.frame(&frame) {
                        break Err(lost);
                    }
                }
                Ok(None) => break Ok(()),
                Err(_) => break Err(self.lost("its program talks nonsense".into())),
            }
        };
        self.program = Some(program);
        // Also before the page is given up: what the user did last counts.
        self.events();
        result
    }

    fn frame(&mut self, frame: &FromProgram<'_>) -> Result<(), Lost> {
        match frame {
            FromProgram::Hello(hello) if hello.protocol != PROTOCOL => {
                let (theirs, version) = (hello.protocol, &hello.version);
                Err(Lost::Never(format!(
                    "dyad-webview {version} speaks protocol {theirs}, this editor {PROTOCOL}"
                )))
            }
            FromProgram::Hello(_) => {
                self.reach(Stage::Known);
                Ok(())
            }
            FromProgram::Failed(why) => Err(self.lost((*why).into())),
            _ if self.stage < Stage::Known => Err(Lost::Never("its program does not say who it is".into())),
            FromProgram::Message(text) => {
                if let Some(answer) = self.bridge.receive(text, &mut self.mirror) {
                    self.outgoing.text(&answer);
                }
                // Whoever says anything lives; the answer may stand behind it.
                self.owes = (self.bridge.in_flight() > 0).then(Instant::now);
                Ok(())
            }
            FromProgram::Dropped(count) => {
                // The end of a gesture may be among them.
                self.mirror.release();
                self.bridge.let_go();
                if !std::mem::replace(&mut self.dropped, true) {
                    guard::log(&format!(
                        "a web editor says too much: {count} or more of its messages were left out"
                    ));
                }
                Ok(())
            }
        }
    }

    /// Takes what the page said of itself.
    fn events(&mut self) {
        while let Some(event) = self.bridge.take_event() {
            match event {
                Event::Hello => {
                    self.owes = None;
                    self.keyboard(false, false);
                    self.reach(Stage::Greeted);
                    if self.stage == Stage::Painted {
                        // What an earlier page was asked.
                        self.pings.iter().for_each(|tag| self.bridge.ping(*tag));
                    }
                }
                Event::Painted if self.stage == Stage::Greeted => {
                    self.reach(Stage::Painted);
                    self.pings.iter().for_each(|tag| self.bridge.ping(*tag));
                }
                Event::Painted => {}
                Event::Pong(tag) => {
                    let before = self.pings.len();
                    self.pings.retain(|waiting| *waiting != tag);
                    // Only what was asked is answered.
                    if self.pings.len() < before {
                        self.exchange.say(Said::Painted(tag));
                    }
                }
                Event::Keyboard { typing, operating } => self.keyboard(typing, operating),
                Event::Places(places) => self.publish(&places),
                Event::Closed => self.closed = true,
            }
        }
    }

    fn keyboard(&mut self, typing: bool, operating: bool) {
        if typing {
            // Before the program is told, who then takes it.
            self.focus.note();
        }
        let wanted = keys::wanted(typing, |key, _| operating && key != egui::Key::Space);
        // Relaxed: it orders nothing.
        self.exchange.wanted_keys.store(wanted, Ordering::Relaxed);
        let host_window = self.exchange.host_window.load(Ordering::Relaxed);
        if let Some(program) = &mut self.program {
            program.send(&ToProgram::Keyboard { typing, operating, host_window });
        }
    }

    fn publish(&self, places: &[Place]) {
        let scale = self.mirror.scale as f32;
        let spot = |place: &Place| {
            let [left, top, right, bottom] = place.sides.map(|side| side * scale);
            let rect = egui::Rect::from_min_max(egui::pos2(left, top), egui::pos2(right, bottom));
            Spot { rect, index: Some(place.index) }
        };
        self.exchange.publish(places.iter().map(spot).collect());
    }

    /// Says what the page does not know yet, if it is time for it.
    pub(super) fn tell(&mut self) {
        let now = self.now();
        let meters = now >= self.meters_at + 0.95 / self.make.rate && now >= self.moved_at + GAP;
        if self.has_news() && now >= self.values_at + GAP || self.mirror.meters_moved && meters {
            if let Some(batch) = self.bridge.update(&mut self.mirror, meters, now * 1000.0) {
                self.outgoing.batch(batch);
                (self.news, self.values_at) = (self.bridge.is_behind(), now);
                if meters {
                    self.mirror.meters_moved = false;
                    self.meters_at = now;
                }
                self.owes.get_or_insert_with(Instant::now);
            } else if self.bridge.is_listening() {
                // Nothing that it does not know.
                self.news = false;
                self.mirror.meters_moved &= !meters;
            }
        } else if self.stage == Stage::Painted
            && now >= self.values_at.max(self.meters_at) + BEAT
            && let Some(beat) = self.bridge.beat()
        {
            self.outgoing.batch(beat);
            self.values_at = now;
            self.owes.get_or_insert_with(Instant::now);
        }
    }

    /// Gives the program what this turn has brought.
    pub(super) fn send(&mut self) {
        let Some(program) = &mut self.program else { return };
        let (lists, left_out) = self.outgoing.take();
        if left_out {
            guard::log("a plugin has more parameters than a web editor can be told of");
        }
        for list in lists {
            program.send(&ToProgram::Message(&list));
        }
        let before = program.pending();
        program.flush();
        let moved = program.pending() < before;
        self.full = match self.full {
            _ if !program.is_full() => None,
            Some(since) if !moved => Some(since),
            _ => Some(Instant::now()),
        };
    }
}
