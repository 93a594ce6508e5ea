//! What an editor wishes, and how the host is asked for it.

use std::collections::VecDeque;

use dyad_core::guard::log;
use dyad_core::param::Role;
use dyad_editor_abi::FromEditor;
use dyad_editor_abi::frame::from_editor;
use vst3::ComPtr;
use vst3::Steinberg::Vst::{
    IComponentHandler2, IComponentHandler2Trait, IComponentHandler3, IComponentHandler3Trait,
    IComponentHandlerTrait, IContextMenuTrait,
};

use crate::session::Session;

/// One thing that an editor wishes.
pub(crate) enum Wish {
    /// The user holds a parameter.
    Begin(usize),
    /// Sets it.
    Set(usize, f64),
    /// Lets go of it.
    End(usize),
    /// Sets a text or path.
    Property(usize, String),
    /// Says something to the sound.
    Message(Vec<u8>),
    /// Wants another size, in physical pixels.
    Size([u32; 2]),
    /// Wants the size that the new scale asks for; this was the one before.
    Scaled([u32; 2]),
    /// Wants the host's menu for a parameter, at this place.
    Menu(usize, i32, i32),
    /// Plays a note, with this velocity.
    NoteOn(u8, f32),
    /// Ends it.
    NoteOff(u8),
}

/// The wishes in an editor's frames.
pub(crate) fn read(frames: &[u8], wishes: &mut VecDeque<Wish>) {
    for frame in from_editor(frames) {
        wishes.push_back(match frame {
            Ok(FromEditor::Begin(index)) => Wish::Begin(index as usize),
            Ok(FromEditor::Set { index, plain }) => Wish::Set(index as usize, plain),
            Ok(FromEditor::End(index)) => Wish::End(index as usize),
            Ok(FromEditor::Property { index, text }) => Wish::Property(index as usize, text.to_owned()),
            Ok(FromEditor::Message(bytes)) => Wish::Message(bytes.to_vec()),
            Ok(FromEditor::Size { width, height }) => Wish::Size([width, height]),
            Ok(FromEditor::Menu { index, x, y }) => Wish::Menu(index as usize, x, y),
            Ok(FromEditor::NoteOn { key: key @ 0..128, velocity }) => {
                Wish::NoteOn(key as u8, velocity as f32)
            }
            Ok(FromEditor::NoteOff(key @ 0..128)) => Wish::NoteOff(key as u8),
            // There are no such keys.
            Ok(FromEditor::NoteOn { .. } | FromEditor::NoteOff(_)) => continue,
            // VST3 has no chooser of files, and nobody asked for pictures.
            Ok(FromEditor::Browse(_) | FromEditor::Painted(_)) => continue,
            Err(error) => return log(&format!("an editor says nonsense: {error}")),
        });
    }
}

/// Grants a wish, as far as it makes sense. Calls the host.
pub(crate) fn grant(session: &Session, wish: Wish) {
    let parts = session.parts();
    let params = &parts.description.params;
    match wish {
        Wish::Begin(index) => {
            let mut desk = session.desk();
            let first = desk.told.held().next().is_none();
            if !desk.told.begin(parts.description, index) {
                return;
            }
            let group = first && with_another(&desk.wishes, index);
            desk.grouped |= group;
            drop(desk);
            let Some(handler) = parts.half.handler() else { return };
            // SAFETY: a valid handler; any number is allowed.
            unsafe {
                if group && let Some(handler) = handler.cast::<IComponentHandler2>() {
                    handler.startGroupEdit();
                }
                handler.beginEdit(params[index].vst3_id);
            }
        }
        Wish::Set(index, plain) => set(session, index, plain),
        Wish::End(index) => {
            let mut desk = session.desk();
            if !desk.told.end(index) {
                return;
            }
            let group = desk.told.held().next().is_none() && std::mem::take(&mut desk.grouped);
            drop(desk);
            let Some(handler) = parts.half.handler() else { return };
            // SAFETY: as above.
            unsafe {
                handler.endEdit(params[index].vst3_id);
                if group && let Some(handler) = handler.cast::<IComponentHandler2>() {
                    handler.finishGroupEdit();
                }
            }
        }
        Wish::Property(index, text) => {
            let set = parts.half.set_property(index, &text);
            session.desk().told.set_text(index, set.then_some(text));
        }
        Wish::Message(bytes) => {
            if let Some(open) = &mut session.desk().open {
                open.send(&bytes);
            }
        }
        Wish::Size(size) => {
            if session.on_main() && size.iter().all(|side| (1..=MOST).contains(side)) {
                session.resize(size);
            }
        }
        Wish::Scaled(before) => session.rescale(before),
        Wish::Menu(index, x, y) => menu(session, index, x, y),
        Wish::NoteOn(key, velocity) => {
            session.desk().keys |= 1 << key;
            parts.shared.notes.press(key, velocity);
        }
        Wish::NoteOff(key) => {
            let mut desk = session.desk();
            let held = desk.keys & (1 << key) != 0;
            desk.keys &= !(1 << key);
            drop(desk);
            if held {
                parts.shared.notes.release(key);
            }
        }
    }
}

/// Whether another parameter is taken hold of before this one is let go: then they are edited as a group.
fn with_another(wishes: &VecDeque<Wish>, index: usize) -> bool {
    let ends = |wish: &&Wish| matches!(wish, Wish::End(other) if *other == index);
    let mut until_then = wishes.iter().take_while(|wish| !ends(wish));
    until_then.any(|wish| matches!(wish, Wish::Begin(other) if *other != index))
}

/// Larger than X11's windows get.
const MOST: u32 = 1 << 15;

/// The user sets a parameter. The host sends the value to the sound, now or when it processes again; until
/// then the store keeps it, so that it is saved too. Where there is nobody to tell, it goes to the sound
/// as loaded values do.
fn set(session: &Session, index: usize, plain: f64) {
    let parts = session.parts();
    let mut desk = session.desk();
    if !desk.told.holds(index) {
        return;
    }
    desk.told.set(index, plain);
    drop(desk);
    let param = &parts.description.params[index];
    let Some(plain) = param.info.range.sanitize(plain) else { return };
    let store = &parts.shared.store;
    let Some(handler) = parts.half.handler() else { return store.load(index, plain) };
    if param.info.role != Role::Trigger {
        store.show(index, plain);
    }
    // SAFETY: a valid handler; any number is allowed.
    unsafe { handler.performEdit(param.vst3_id, param.info.range.normalize(plain)) };
}

/// Opens the host's menu for a parameter.
fn menu(session: &Session, index: usize, x: i32, y: i32) {
    // Before anything else: on the service thread the view may not be touched, because the host may be
    // letting go of it at that moment.
    if !session.on_main() {
        return;
    }
    let parts = session.parts();
    let Some(param) = parts.description.params.get(index) else { return };
    let handler = parts.half.handler().and_then(|handler| handler.cast::<IComponentHandler3>());
    let Some(handler) = handler else { return };
    let Some(view) = session.keep() else { return };
    // SAFETY: a valid handler, view and id; the menu is null or ours to release.
    unsafe {
        let menu = handler.createContextMenu(view.as_ptr(), &param.vst3_id);
        if let Some(menu) = ComPtr::from_raw(menu) {
            menu.popup(x, y);
        }
    }
}
