//! What goes out: what the editor says, to the host, and what is asked of the plugin.

use std::time::Instant;

use dyad_core::param::Role;
use dyad_editor_abi::frame::from_editor;
use dyad_editor_abi::{FromEditor, ToEditor};

use super::Ui;
use crate::patch::LONGEST_TEXT;
use crate::played::Played;

impl Ui {
    /// Asks for texts and paths, which no port holds. The answer comes when the plugin runs.
    pub(super) fn ask(&self) {
        let (Some(atoms), Some(control)) = (&self.atoms, self.ports.control) else { return };
        let Some(patch) = &atoms.patch else { return };
        let Ok(asked) =
            self.state.try_borrow_mut().map(|mut state| std::mem::replace(&mut state.asked, true))
        else {
            return;
        };
        if !asked {
            self.host.send(control, atoms.transfer, &patch.get());
        }
    }

    /// Sends what `say` says of the keys that are held.
    pub(super) fn play(&self, say: impl FnOnce(&mut Played) -> Vec<Vec<u8>>) {
        let (Some(atoms), Some(control)) = (&self.atoms, self.ports.control) else { return };
        // Let go of before the host is called.
        let said = self.state.try_borrow_mut().ok().and_then(|mut state| state.played.as_mut().map(say));
        for atom in said.into_iter().flatten() {
            self.host.send(control, atoms.transfer, &atom);
        }
    }

    /// Sends the messages that are due.
    pub(super) fn send(&self) {
        self.play(|played| played.due(Instant::now()).into_iter().collect());
        let (Some(atoms), Some(control)) = (&self.atoms, self.ports.control) else { return };
        let (due, lost) = {
            let Ok(mut state) = self.state.try_borrow_mut() else { return };
            let open = state.shown && state.session.is_some();
            let Some(messages) = &mut state.messages else { return };
            (messages.due(open, Instant::now()), messages.take_lost())
        };
        for atom in due {
            self.host.send(control, atoms.transfer, &atom);
        }
        if lost > 0 {
            self.log(&format!("{lost} messages of the editor were too many or too long, and were dropped"));
        }
    }

    /// Tells the host what the editor has said.
    pub(super) fn hear(&self, frames: &[u8]) {
        for frame in from_editor(frames).map_while(Result::ok) {
            match frame {
                FromEditor::Begin(param) => self.touch(param, true),
                FromEditor::End(param) => self.touch(param, false),
                FromEditor::Set { index, plain } => {
                    let is_trigger = self.role(index) == Some(Role::Trigger);
                    let press = is_trigger && plain > 0.0;
                    if !press || self.state.borrow_mut().presses.press(index, Instant::now()) {
                        self.set(index, plain);
                    }
                }
                FromEditor::Property { index, text } => self.set_property(index as usize, text),
                FromEditor::Browse(index) => self.browse(index as usize),
                FromEditor::Size { width, height } => {
                    self.host.resize(width, height);
                }
                FromEditor::Message(bytes) => {
                    if let Some(messages) = &mut self.state.borrow_mut().messages {
                        messages.send(bytes);
                    }
                }
                FromEditor::NoteOn { key, velocity } => {
                    self.play(|played| played.press(key, velocity, Instant::now()));
                }
                FromEditor::NoteOff(key) => {
                    self.play(|played| played.release(key, Instant::now()).into_iter().collect());
                }
                FromEditor::Menu { .. } | FromEditor::Painted(_) => {}
            }
        }
    }

    fn role(&self, param: u32) -> Option<Role> {
        Some(self.plugin.description.params.get(param as usize)?.info.role)
    }

    pub(super) fn max(&self, param: u32) -> f64 {
        self.plugin.description.params.get(param as usize).map_or(1.0, |param| param.info.range.max())
    }

    fn touch(&self, param: u32, held: bool) {
        if let Some(port) = self.ports.input(param) {
            self.host.touch(port, held);
        }
    }

    pub(super) fn set(&self, param: u32, plain: f64) {
        let Some((port, value)) = self.ports.control(param, plain) else { return };
        if let Some((param, plain)) = self.ports.plain(port, value) {
            self.state.borrow_mut().mirror.set(param, plain);
        }
        self.host.set(port, value);
    }

    fn set_property(&self, index: usize, text: &str) {
        let patch = self.atoms.as_ref().and_then(|atoms| Some((atoms, atoms.patch.as_ref()?)));
        let what = || self.plugin.description.properties.get(index).map_or("", |property| property.id);
        let refused = match (patch, self.ports.control) {
            _ if text.len() > LONGEST_TEXT || text.contains('\0') => {
                Some(format!("{} bytes are too long for {}, or hold a 0", text.len(), what()))
            }
            (Some((atoms, patch)), Some(control)) => {
                let Some(atom) = patch.set(index, text) else { return };
                self.state.borrow_mut().mirror.set_property(index, text);
                self.host.send(control, atoms.transfer, &atom);
                None
            }
            _ => Some(format!("{} can't be set without urid:map", what())),
        };
        if let Some(why) = refused {
            self.log(&why);
            let mut state = self.state.borrow_mut();
            let text = state.mirror.property(index).to_owned();
            state.tell(&ToEditor::Property { index: index as u32, text: &text });
        }
    }

    fn browse(&self, index: usize) {
        let patch = self.atoms.as_ref().and_then(|atoms| atoms.patch.as_ref());
        let Some((property, kind)) = patch.and_then(|patch| patch.property(index)) else { return };
        if !self.host.request(property, kind) {
            self.log("the host does not let the user choose a file now");
        }
    }
}
