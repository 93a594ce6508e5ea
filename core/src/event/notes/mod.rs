//! Which note a host means.

mod links;
#[cfg(test)]
mod tests;

use super::{Address, Event, EventKind, Note, NoteId, RELEASE_VELOCITY};
use links::{Group, NoteLinks, Pattern};

/// What VST3 hosts say for "no id".
const NO_ID: i32 = -1;
/// Ids stay below, so that they fit where formats have signed numbers.
const IDS: u32 = 1 << 31;
/// The most notes that can be told apart.
const MOST: u16 = 4096;

/// Gives every sounding note an id of its own, and finds the notes that a host means.
///
/// A note is *held* from its note on to its note off, then *released* until the plugin says with
/// [`end`](Self::end) that its voice is silent.
///
/// | a host says | it means |
/// |---|---|
/// | an id that is known, with the note's channel and key or none | that note |
/// | any other id, with channel and key | what they mean without it: hosts send −1 and ids of old |
/// | any other id alone | nobody |
/// | channel and key in a note off | the oldest note that is held there |
/// | channel or key, or neither, in a note off | all notes that are held there |
/// | channel, key, both or neither in an expression | all notes that are held there |
/// | channel, key, both or neither in a choke | all notes there, held or released |
///
/// So an expression reaches a released note only by its id. Otherwise the bend that an MPE controller
/// sends ahead of a channel's next note would bend the last one's tail. (What reaches the notes of a
/// channel when there are several is left to the receiver by MPE: M1-100-UM v1.1, 2.2.4.1.)
///
/// When all places are taken, a further note takes that of the note that was released first; it
/// sounds on, but nobody can address it any more. If none is released, the oldest held note gets a
/// [`EventKind::Choke`] before the note on, since its note off would find nobody.
///
/// Nothing is searched for one by one: ids are in sorted tables, and channel and key lead to lists.
///
/// ```
/// use dyad_core::event::{Address, Event, EventKind, NoteMap};
/// let mut notes = NoteMap::new(16);
/// let mut started = None;
/// let on = EventKind::NoteOn { note: Address::key(0, 60), velocity: 0.8 };
/// notes.resolve(Event { frame: 0, kind: on }, &mut |event| {
///     if let EventKind::NoteOn { note, .. } = event.kind {
///         started = Some(note);
///     }
/// });
/// assert_eq!(started, notes.get(started.unwrap().id));
/// ```
#[derive(Debug)]
pub struct NoteMap {
    notes: Box<[Entry]>,
    free: Vec<u16>,
    /// By our ids: the notes that the plugin has not ended.
    ids: Vec<(u32, u16)>,
    /// By the host's ids, where it gave one.
    hosts: Vec<(i32, u16)>,
    links: NoteLinks,
    held: Group,
    released: Group,
    /// How many of the held ones the plugin has ended.
    ended: usize,
    next: u32,
    evicted: u64,
    unmatched: u64,
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    note: Note,
    /// `NO_ID` if the host gave none, or the id went to a later note.
    host: i32,
    held: bool,
    /// Ended by the plugin while held. It stays for its note off, which would else end another note
    /// of that key.
    ended: bool,
}

/// Whom an address means.
enum Target {
    One(u16),
    All(Pattern),
    Nobody,
}

impl NoteMap {
    /// Tells so many notes apart, 1 to 4096. `[main-thread]`
    #[must_use]
    pub fn new(capacity: u16) -> Self {
        let capacity = capacity.clamp(1, MOST);
        let note = Note { id: NoteId(0), channel: 0, key: 0 };
        let entry = Entry { note, host: NO_ID, held: false, ended: false };
        let places = usize::from(capacity);
        Self {
            notes: vec![entry; places].into(),
            free: (0..capacity).rev().collect(),
            ids: Vec::with_capacity(places),
            hosts: Vec::with_capacity(places),
            links: NoteLinks::new(capacity),
            held: Group::new(),
            released: Group::new(),
            ended: 0,
            next: 0,
            evicted: 0,
            unmatched: 0,
        }
    }

    /// Hands out what an event of the host means to the plugin. `[audio-thread]`
    ///
    /// A note on of velocity 0 is a note off. Controller 120 (all sound off) chokes all notes of its
    /// channel, 123 to 127 (all notes off) release the held ones; then comes the controller itself,
    /// like all events that are not about notes. Velocities and expressions are brought into their
    /// ranges; an expression that is not a number is dropped.
    pub fn resolve(&mut self, event: Event<Address>, out: &mut impl FnMut(Event<Note>)) {
        let Event { frame, kind } = event;
        let kind = match kind {
            EventKind::NoteOn { note, velocity } if velocity > 0.0 => {
                return self.start(frame, note, velocity.min(1.0), out);
            }
            EventKind::NoteOn { note, .. } => return self.release(frame, note, RELEASE_VELOCITY, out),
            EventKind::NoteOff { note, velocity } => {
                return self.release(frame, note, within(velocity, 0.0, 1.0), out);
            }
            EventKind::Choke { note } => {
                return self.take_out(note, |note| out(Event { frame, kind: EventKind::Choke { note } }));
            }
            EventKind::NoteEnd { note } => {
                return self.take_out(note, |note| out(Event { frame, kind: EventKind::NoteEnd { note } }));
            }
            EventKind::Expression { note, expression, value } => {
                let (least, most, _) = expression.range();
                let value = if value.is_nan() { return } else { within(value, least, most) };
                return self.visit(note, |note| {
                    out(Event { frame, kind: EventKind::Expression { note, expression, value } });
                });
            }
            EventKind::Controller { channel, controller, value } => {
                let pattern = Pattern { channel: Some(channel), key: None };
                match controller {
                    120 => self.choke_matching(frame, pattern, out),
                    123..=127 => self.release_matching(frame, pattern, RELEASE_VELOCITY, out),
                    _ => {}
                }
                EventKind::Controller { channel, controller, value }
            }
            EventKind::ChannelPressure { channel, value } => EventKind::ChannelPressure { channel, value },
            EventKind::PitchBend { channel, value } => EventKind::PitchBend { channel, value },
            EventKind::Zone { channel, manager, bend_range } => {
                EventKind::Zone { channel, manager, bend_range }
            }
            EventKind::ProgramChange { channel, program } => EventKind::ProgramChange { channel, program },
            EventKind::SysEx(message) => EventKind::SysEx(message),
        };
        out(Event { frame, kind });
    }

    /// The plugin's voice of a note is silent: nobody needs the id any more. Gives what the host
    /// knows the note by, or `None` if there is no such note. `[audio-thread]`
    pub fn end(&mut self, id: NoteId) -> Option<Address> {
        let place = self.place(id)?;
        let Entry { note, host, held, .. } = self.notes[usize::from(place)];
        if held {
            self.notes[usize::from(place)].ended = true;
            self.ended += 1;
            remove_sorted(&mut self.ids, id.0);
        } else {
            self.forget(place);
        }
        let id = (host != NO_ID).then_some(host);
        Some(Address { id, channel: Some(note.channel), key: Some(note.key) })
    }

    /// Sends a note off for every held note. `[audio-thread]`
    pub fn release_all(&mut self, frame: u32, out: &mut impl FnMut(Event<Note>)) {
        self.release_matching(frame, Pattern { channel: None, key: None }, RELEASE_VELOCITY, out);
    }

    /// Sends a choke for every note, and forgets them all. `[audio-thread]`
    pub fn choke_all(&mut self, frame: u32, out: &mut impl FnMut(Event<Note>)) {
        self.choke_matching(frame, Pattern { channel: None, key: None }, out);
    }

    /// The note of an id, as long as it can be addressed. `[audio-thread]`
    #[must_use]
    pub fn get(&self, id: NoteId) -> Option<Note> {
        self.place(id).map(|place| self.notes[usize::from(place)].note)
    }

    /// How many notes are held, without those that the plugin has ended.
    #[must_use]
    pub fn held(&self) -> usize {
        self.held.len() - self.ended
    }

    /// How many notes can be addressed, held or released.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// How many held notes were choked because a further one needed their place.
    #[must_use]
    pub fn evicted(&self) -> u64 {
        self.evicted
    }

    /// How many note offs of one note found nobody and were dropped, and how many note ons had no key,
    /// or a channel or key that MIDI does not have.
    #[must_use]
    pub fn unmatched(&self) -> u64 {
        self.unmatched
    }

    fn start(&mut self, frame: u32, address: Address, velocity: f32, out: &mut impl FnMut(Event<Note>)) {
        let (channel, Some(key)) = (address.channel.unwrap_or(0), address.key) else {
            self.unmatched += 1;
            return;
        };
        if channel > 15 || key > 127 {
            self.unmatched += 1;
            return;
        }
        let place = match self.free.pop() {
            Some(place) => place,
            None => match self.make_room(frame, out) {
                Some(place) => place,
                None => return,
            },
        };
        let id = self.unused_id();
        let note = Note { id: NoteId(id), channel, key };
        let host = address.id.unwrap_or(NO_ID);
        if host != NO_ID {
            match self.hosts.binary_search_by_key(&host, |entry| entry.0) {
                Ok(at) => {
                    let former = std::mem::replace(&mut self.hosts[at].1, place);
                    self.notes[usize::from(former)].host = NO_ID;
                }
                Err(at) => self.hosts.insert(at, (host, place)),
            }
        }
        self.notes[usize::from(place)] = Entry { note, host, held: true, ended: false };
        self.held.add(&mut self.links, channel, key, place);
        let at = self.ids.partition_point(|entry| entry.0 < id);
        self.ids.insert(at, (id, place));
        out(Event { frame, kind: EventKind::NoteOn { note, velocity } });
    }

    /// Takes the place of the note that is missed least.
    fn make_room(&mut self, frame: u32, out: &mut impl FnMut(Event<Note>)) -> Option<u16> {
        let place = self.released.oldest().or_else(|| self.held.oldest())?;
        let Entry { note, held, ended, .. } = self.notes[usize::from(place)];
        if held && !ended {
            self.evicted += 1;
            out(Event { frame, kind: EventKind::Choke { note } });
        }
        self.forget(place);
        self.free.pop()
    }

    fn unused_id(&mut self) -> u32 {
        loop {
            let id = self.next;
            self.next = (id + 1) % IDS;
            // Only after 2³¹ notes is there anything to skip.
            if self.ids.last().is_none_or(|last| last.0 < id) || self.place(NoteId(id)).is_none() {
                return id;
            }
        }
    }

    fn place(&self, id: NoteId) -> Option<u16> {
        let at = self.ids.binary_search_by_key(&id.0, |entry| entry.0).ok()?;
        Some(self.ids[at].1)
    }

    fn target(&self, address: Address, fits: impl Fn(&Entry) -> bool) -> Target {
        let Address { id, channel, key } = address;
        let Some(id) = id.filter(|id| *id != NO_ID) else {
            return Target::All(Pattern { channel, key });
        };
        if let Ok(at) = self.hosts.binary_search_by_key(&id, |entry| entry.0) {
            let place = self.hosts[at].1;
            let entry = &self.notes[usize::from(place)];
            let is = |said: Option<u8>, is: u8| said.is_none_or(|said| said == is);
            if is(channel, entry.note.channel) && is(key, entry.note.key) && fits(entry) {
                return Target::One(place);
            }
        }
        if channel.is_some() && key.is_some() {
            Target::All(Pattern { channel, key })
        } else {
            Target::Nobody
        }
    }

    fn release(&mut self, frame: u32, address: Address, velocity: f32, out: &mut impl FnMut(Event<Note>)) {
        // The id of a note that was released before is one of old.
        let place = match self.target(address, |entry| entry.held) {
            Target::One(place) => Some(place),
            Target::All(pattern @ Pattern { channel: Some(_), key: Some(_) }) => self.held.first(pattern),
            Target::All(pattern) => return self.release_matching(frame, pattern, velocity, out),
            Target::Nobody => None,
        };
        match place {
            Some(place) => self.release_one(frame, place, velocity, out),
            None => self.unmatched += 1,
        }
    }

    /// `place` is held.
    fn release_one(&mut self, frame: u32, place: u16, velocity: f32, out: &mut impl FnMut(Event<Note>)) {
        let Entry { note, ended, .. } = self.notes[usize::from(place)];
        if ended {
            return self.forget(place);
        }
        self.held.remove(&mut self.links, note.channel, note.key, place);
        self.released.add(&mut self.links, note.channel, note.key, place);
        self.notes[usize::from(place)].held = false;
        out(Event { frame, kind: EventKind::NoteOff { note, velocity } });
    }

    fn release_matching(
        &mut self,
        frame: u32,
        pattern: Pattern,
        velocity: f32,
        out: &mut impl FnMut(Event<Note>),
    ) {
        while let Some(place) = self.held.first(pattern) {
            self.release_one(frame, place, velocity, out);
        }
    }

    fn choke_matching(&mut self, frame: u32, pattern: Pattern, out: &mut impl FnMut(Event<Note>)) {
        self.take_out_matching(pattern, |note| out(Event { frame, kind: EventKind::Choke { note } }));
    }

    /// Forgets the notes that are meant, and hands them out.
    fn take_out(&mut self, address: Address, mut out: impl FnMut(Note)) {
        match self.target(address, |_| true) {
            Target::One(place) => self.take_out_one(place, &mut out),
            Target::All(pattern) => self.take_out_matching(pattern, out),
            Target::Nobody => {}
        }
    }

    fn take_out_matching(&mut self, pattern: Pattern, mut out: impl FnMut(Note)) {
        while let Some(place) = self.held.first(pattern).or_else(|| self.released.first(pattern)) {
            self.take_out_one(place, &mut out);
        }
    }

    fn take_out_one(&mut self, place: u16, out: &mut impl FnMut(Note)) {
        let Entry { note, ended, .. } = self.notes[usize::from(place)];
        self.forget(place);
        if !ended {
            out(note);
        }
    }

    /// Hands out the notes that an expression means.
    fn visit(&self, address: Address, mut out: impl FnMut(Note)) {
        let mut hand_out = |place: u16| {
            let entry = &self.notes[usize::from(place)];
            if !entry.ended {
                out(entry.note);
            }
        };
        match self.target(address, |_| true) {
            Target::One(place) => hand_out(place),
            Target::All(pattern) => self.held.each(&self.links, pattern, hand_out),
            Target::Nobody => {}
        }
    }

    fn forget(&mut self, place: u16) {
        let Entry { note, host, held, ended } = self.notes[usize::from(place)];
        let group = if held { &mut self.held } else { &mut self.released };
        group.remove(&mut self.links, note.channel, note.key, place);
        if ended {
            self.ended -= 1;
        } else {
            remove_sorted(&mut self.ids, note.id.0);
        }
        if host != NO_ID {
            remove_sorted(&mut self.hosts, host);
        }
        self.free.push(place);
    }
}

/// NaN becomes the least, which `clamp` would keep.
fn within(value: f32, least: f32, most: f32) -> f32 {
    value.max(least).min(most)
}

fn remove_sorted<K: Ord + Copy>(table: &mut Vec<(K, u16)>, key: K) {
    if let Ok(at) = table.binary_search_by_key(&key, |entry| entry.0) {
        table.remove(at);
    }
}
