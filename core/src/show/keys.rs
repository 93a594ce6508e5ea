//! Which keys sound, for the keyboards of editors.

use super::Message;
use crate::message::MessageSender;

/// The most messages in a second.
const PACE: f64 = 60.0;

/// Tells editors which keys sound: [`Show::Keys`](super::Show::Keys). The processor keeps one for each stream, says
/// what begins and ends, and calls [`send`](Self::send) once in a piece. `[audio-thread]`
///
/// A key sounds while any note of it does. A note that begins and ends between two messages is shown by the first of
/// them all the same.
///
/// ```
/// use dyad_core::event::EventKind;
/// use dyad_core::message::MessageSender;
/// use dyad_core::show::Keys;
/// use dyad_core::{Audio, Context};
///
/// fn process(keys: &mut Keys, sender: &mut MessageSender, audio: &Audio<'_>, context: &Context<'_>) {
///     for event in context.events() {
///         match event.kind {
///             EventKind::NoteOn { note, .. } => keys.on(note.key),
///             EventKind::NoteOff { note, .. } | EventKind::Choke { note } => keys.off(note.key),
///             _ => {}
///         }
///     }
///     keys.send(sender, audio.frames());
/// }
/// ```
#[derive(Clone, Debug)]
pub struct Keys {
    stream: u8,
    /// How many notes of each key sound.
    notes: [u16; 128],
    sounding: u128,
    /// Those that have begun since the last message.
    struck: u128,
    /// What the editor was told last; nothing where none has watched.
    told: Option<u128>,
    /// Frames between two messages, and how many are left until the next may be sent.
    pace: usize,
    wait: usize,
}

impl Keys {
    /// Keys of a stream, none of which sounds.
    #[must_use]
    pub fn new(stream: u8, sample_rate: f64) -> Self {
        let pace = (sample_rate / PACE) as usize;
        Self { stream, notes: [0; 128], sounding: 0, struck: 0, told: None, pace, wait: 0 }
    }

    /// A note of this key begins.
    pub fn on(&mut self, key: u8) {
        let Some(notes) = self.notes.get_mut(usize::from(key)) else { return };
        *notes = notes.saturating_add(1);
        self.sounding |= 1 << key;
        self.struck |= 1 << key;
    }

    /// A note of this key ends; nothing where none sounds.
    pub fn off(&mut self, key: u8) {
        let Some(notes) = self.notes.get_mut(usize::from(key)) else { return };
        *notes = notes.saturating_sub(1);
        if *notes == 0 {
            self.sounding &= !(1 << key);
        }
    }

    /// Nothing sounds any more.
    pub fn clear(&mut self) {
        self.notes = [0; 128];
        (self.sounding, self.struck) = (0, 0);
    }

    /// The keys that sound, a bit each.
    #[must_use]
    pub fn sounding(&self) -> u128 {
        self.sounding
    }

    /// Goes on by a piece of so many frames. Sends what sounds where it is not what the editor was told last, at most
    /// 60 times a second, and to an editor that has just opened.
    pub fn send(&mut self, sender: &mut MessageSender, frames: usize) {
        self.wait = self.wait.saturating_sub(frames);
        if !sender.watched() {
            (self.told, self.struck) = (None, 0);
            return;
        }
        let shown = self.sounding | self.struck;
        if self.wait > 0 {
            return;
        }
        if self.told == Some(shown) {
            // What was struck again is lit already.
            self.struck = 0;
            return;
        }
        if Message::keys(self.stream, shown).send(sender) {
            self.told = Some(shown);
            self.struck = 0;
        }
        // One that was refused is tried again, and counted, no more often.
        self.wait = self.pace;
    }
}

#[cfg(test)]
mod tests {
    use super::super::Show;
    use super::*;
    use crate::message::{EditorEnd, Messages};

    const RATE: f64 = 48_000.0;
    const BLOCK: usize = 100;

    fn told(editor: &mut EditorEnd) -> Vec<u128> {
        let mut all = Vec::new();
        while let Some(message) = editor.receive() {
            let Some(Show::Keys { stream: 3, keys }) = Show::read(message) else { panic!("{message:?}") };
            all.push(keys);
        }
        all
    }

    #[test]
    fn a_key_sounds_while_any_of_its_notes_does() {
        let mut keys = Keys::new(0, RATE);
        for key in [0, 60, 60, 127, 200] {
            keys.on(key);
        }
        assert_eq!(keys.sounding(), 1 | 1 << 60 | 1 << 127);
        for key in [60, 127, 127, 1, 255] {
            keys.off(key);
        }
        assert_eq!(keys.sounding(), 1 | 1 << 60);
        keys.off(60);
        keys.on(127);
        assert_eq!(keys.sounding(), 1 | 1 << 127, "an end too many counts for nothing");
        keys.clear();
        assert_eq!(keys.sounding(), 0);
    }

    #[test]
    fn an_editor_hears_what_sounds_when_it_opens_and_each_change() {
        let messages = Messages::new(4096);
        let (mut sender, _receiver) = messages.sound();
        let mut editor = messages.attach().unwrap();
        let mut keys = Keys::new(3, RATE);
        let run = |keys: &mut Keys, sender: &mut MessageSender| {
            (0..10).for_each(|_| keys.send(sender, BLOCK));
        };
        keys.on(60);
        run(&mut keys, &mut sender);
        editor.watch(true);
        run(&mut keys, &mut sender);
        assert_eq!(told(&mut editor), [1 << 60], "once");
        keys.on(64);
        run(&mut keys, &mut sender);
        keys.off(60);
        run(&mut keys, &mut sender);
        assert_eq!(told(&mut editor), [1 << 60 | 1 << 64, 1 << 64]);
        editor.watch(false);
        run(&mut keys, &mut sender);
        editor.watch(true);
        run(&mut keys, &mut sender);
        assert_eq!(told(&mut editor), [1 << 64], "the next editor too");
    }

    #[test]
    fn a_key_that_is_struck_again_goes_out_all_the_same() {
        let messages = Messages::new(4096);
        let (mut sender, _receiver) = messages.sound();
        let mut editor = messages.attach().unwrap();
        editor.watch(true);
        let mut keys = Keys::new(3, RATE);
        let pieces = |keys: &mut Keys, sender: &mut MessageSender, n: usize| {
            (0..n).for_each(|_| keys.send(sender, BLOCK));
        };
        keys.on(60);
        pieces(&mut keys, &mut sender, 1);
        for wait in [1, 20] {
            keys.off(60);
            keys.on(60);
            pieces(&mut keys, &mut sender, wait);
        }
        keys.off(60);
        pieces(&mut keys, &mut sender, 20);
        assert_eq!(told(&mut editor), [1 << 60, 0]);
    }

    #[test]
    fn many_changes_are_told_60_times_a_second_and_short_notes_are_seen() {
        let messages = Messages::new(65_536);
        let (mut sender, _receiver) = messages.sound();
        let mut editor = messages.attach().unwrap();
        editor.watch(true);
        let mut keys = Keys::new(3, RATE);
        for block in 0..480_u32 {
            let key = (block % 128) as u8;
            keys.on(key);
            keys.off(key);
            keys.send(&mut sender, BLOCK);
        }
        (0..20).for_each(|_| keys.send(&mut sender, BLOCK));
        let all = told(&mut editor);
        assert!((40..=63).contains(&all.len()), "{} messages in a second", all.len());
        assert_eq!(all.iter().fold(0, |seen, keys| seen | keys), u128::MAX, "each key was seen");
        assert_eq!(all.last(), Some(&0), "and none is left");
        assert_eq!(messages.take_lost(), 0);
    }
}
