//! Messages between the editor and the plugin's sound, as objects on the atom ports.
//!
//! Hosts have rings of some kilobytes for what an editor sends (Carla's has 8), and what finds no room there
//! is lost without a word. So little goes out at a time, and the rest waits here.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use dyad_core::editor::MAX_MESSAGE;
use dyad_lv2::object::{Object, Value};
use dyad_lv2::urids::{Map, Urids};

use crate::forge;

/// How often an editor says that it is open; the sound believes it for three times as long.
const RENEWED: Duration = Duration::from_secs(1);
/// Messages that can wait; a newer one is dropped and counted.
const WAITING: usize = 64;

/// One editor's messages.
#[derive(Debug)]
pub(crate) struct Messages {
    urids: Urids,
    watch: u32,
    message: u32,
    bytes: u32,
    /// When it was last said that the editor is open.
    said: Option<Instant>,
    waiting: VecDeque<Vec<u8>>,
    lost: usize,
}

impl Messages {
    /// `None` where the host does not map the URIs.
    pub(crate) fn new((map, urids): &(Map, Urids)) -> Option<Self> {
        let numbers =
            [dyad_ttl::WATCH, dyad_ttl::MESSAGE, dyad_ttl::MESSAGE_BYTES].map(|uri| map.text(uri));
        let [Some(watch), Some(message), Some(bytes)] = numbers else { return None };
        let waiting = VecDeque::new();
        Some(Self { urids: *urids, watch, message, bytes, said: None, waiting, lost: 0 })
    }

    /// The message that an object carries.
    pub(crate) fn hear<'a>(&self, object: &Object<'a>) -> Option<&'a [u8]> {
        if object.kind != self.message {
            return None;
        }
        let mut message: Option<Value<'a>> = None;
        object.each(|key, value| {
            if key == self.bytes && value.kind == self.urids.chunk {
                message = Some(value);
            }
        })?;
        message.map(|value| value.body).filter(|bytes| bytes.len() <= MAX_MESSAGE)
    }

    /// The editor sends a message.
    pub(crate) fn send(&mut self, message: &[u8]) {
        if message.len() > MAX_MESSAGE || self.waiting.len() >= WAITING {
            self.lost += 1;
        } else {
            self.waiting.push_back(message.to_vec());
        }
    }

    /// What goes to the sound now: as many messages as one of the longest would take, and whether the
    /// editor is open.
    pub(crate) fn due(&mut self, open: bool, now: Instant) -> Vec<Vec<u8>> {
        let mut due = Vec::new();
        if open && self.said.is_none_or(|said| now.duration_since(said) >= RENEWED) {
            self.said = Some(now);
            due.push(forge::Object::new(self.watch, &self.urids).bytes());
        }
        let mut left = MAX_MESSAGE;
        while let Some(message) = self.waiting.front().filter(|message| message.len() <= left) {
            // Each has a head, so that empty ones are not for nothing.
            left = left.saturating_sub(message.len() + 32);
            let object = forge::Object::new(self.message, &self.urids);
            due.push(object.with(self.bytes, self.urids.chunk, &[message]).bytes());
            self.waiting.pop_front();
            if left == 0 {
                break;
            }
        }
        due
    }

    /// How many messages were dropped since this was last asked.
    pub(crate) fn take_lost(&mut self) -> usize {
        std::mem::take(&mut self.lost)
    }
}

#[cfg(test)]
mod tests {
    use std::ffi::{c_char, c_void};

    use dyad_lv2::sys;

    use super::*;

    unsafe extern "C" fn number(counter: *mut c_void, _uri: *const c_char) -> u32 {
        // SAFETY: the counter below.
        unsafe {
            *counter.cast::<u32>() += 1;
            *counter.cast()
        }
    }

    fn messages() -> Messages {
        let mut counter = 0u32;
        let map = sys::LV2_URID_Map { handle: (&raw mut counter).cast(), map: Some(number) };
        // SAFETY: a map, which is not used after this.
        let map = unsafe { Map::read((&raw const map).cast()) }.unwrap();
        Messages::new(&(map, Urids::new(&map).unwrap())).unwrap()
    }

    #[test]
    fn an_open_editor_says_so_once_a_second() {
        let (mut messages, start) = (messages(), Instant::now());
        let mut said =
            |milliseconds, open| messages.due(open, start + Duration::from_millis(milliseconds)).len();
        assert_eq!([0, 10, 990, 1000, 1990, 2000].map(|at| said(at, true)), [1, 0, 0, 1, 0, 1]);
        assert_eq!(said(9000, false), 0, "nothing is open");
    }

    #[test]
    fn little_goes_out_at_a_time_and_in_order() {
        let (mut messages, now) = (messages(), Instant::now());
        for n in 0..WAITING + 2 {
            messages.send(&vec![n as u8; 1500]);
        }
        messages.send(&[0; MAX_MESSAGE + 1]);
        assert_eq!((messages.take_lost(), messages.take_lost()), (3, 0));
        let mut seen = Vec::new();
        while seen.len() < WAITING {
            let due = messages.due(false, now);
            assert!(due.iter().map(Vec::len).sum::<usize>() <= MAX_MESSAGE + 64, "{}", due.len());
            seen.extend(due.iter().map(|atom| atom[40]));
        }
        assert!(seen.iter().enumerate().all(|(n, first)| *first == n as u8), "{seen:?}");
        messages.send(&[1; MAX_MESSAGE]);
        messages.send(&[]);
        let lens: Vec<_> = [messages.due(false, now), messages.due(false, now)].map(|due| due.len()).into();
        assert_eq!(lens, [1, 1], "one of the longest goes alone");
    }
}
