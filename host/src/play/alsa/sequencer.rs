//! ALSA's sequencer, through which MIDI comes.
#![allow(unsafe_code)]

use std::ffi::{CString, c_int, c_long, c_uint};
use std::os::fd::RawFd;
use std::ptr::null_mut;
use std::sync::Arc;

use super::library::{Library, Object, text};
use crate::error::{Error, Result};
use crate::play::listed;

const INPUT: c_int = 2;
const NONBLOCK: c_int = 1;
/// What a port can do that others may listen to: read, and be subscribed to.
const GIVES: c_uint = 1 | 1 << 5;
/// What a port can do that others may write to: write, and be subscribed to.
const TAKES: c_uint = 1 << 1 | 1 << 6;
/// Types of ports: hardware, and for our own general MIDI and a program.
const HARDWARE: c_uint = 1 << 16;
const PROGRAM: c_uint = 1 << 1 | 1 << 20;
/// A message that is longer than this is none that a plugin takes.
const LONGEST: usize = 64;

/// A port that messages come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Port {
    client: c_int,
    port: c_int,
    /// Names of its client and of itself.
    pub(super) name: String,
    pub(super) hardware: bool,
}

impl Port {
    /// Its numbers, as other programs show them.
    pub(super) fn address(&self) -> String {
        format!("{}:{}", self.client, self.port)
    }

    /// The ports that a user means by these names: by numbers, or by a text that is in their names.
    ///
    /// # Errors
    /// Where there are none.
    pub(super) fn named(library: &Arc<Library>, names: &[String]) -> Result<Vec<Self>> {
        if names.is_empty() {
            return Ok(vec![]);
        }
        let sequencer = Sequencer::open(library);
        let sequencer = sequencer.map_err(|reason| Error::Device { device: "ALSA".into(), reason })?;
        let all = sequencer.ports();
        let mut found = Vec::new();
        for name in names {
            let same = |port: &&Self| port.address() == *name || port.name.contains(name.as_str());
            let fits: Vec<_> = all.iter().filter(same).cloned().collect();
            if fits.is_empty() {
                let names: Vec<_> = all.iter().map(|port| port.name.clone()).collect();
                let reason = format!("ALSA has no MIDI port of this name to listen to; {}", listed(&names));
                return Err(Error::Device { device: name.clone(), reason });
            }
            found.extend(fits);
        }
        Ok(found)
    }
}

/// A client of the sequencer. One thread at a time.
pub(super) struct Sequencer {
    library: Arc<Library>,
    handle: Object,
    decoder: Object,
    own: c_int,
}

// SAFETY: ALSA's objects belong to no thread; only one at a time has these.
unsafe impl Send for Sequencer {}

impl Sequencer {
    /// # Errors
    /// In words.
    pub(super) fn open(library: &Arc<Library>) -> Result<Self, String> {
        let mut handle = null_mut();
        // SAFETY: a place for the handle, and a name.
        let opened =
            unsafe { (library.snd_seq_open)(&raw mut handle, c"default".as_ptr(), INPUT, NONBLOCK) };
        library.check(opened, "open the sequencer")?;
        let mut new = Self { library: Arc::clone(library), handle, decoder: null_mut(), own: -1 };
        new.decoder = decoder(library)?;
        Ok(new)
    }

    /// Makes a port for others to write to.
    pub(super) fn listen(&mut self, name: &str) -> Result<(), String> {
        let name = CString::new(name).map_err(|_| "the name holds a zero".to_owned())?;
        let library = &*self.library;
        // SAFETY: an open client, and names.
        self.own = unsafe {
            (library.snd_seq_set_client_name)(self.handle, name.as_ptr());
            let name = c"midi_in".as_ptr();
            library.check(
                (library.snd_seq_create_simple_port)(self.handle, name, TAKES, PROGRAM),
                "make a MIDI port",
            )?
        };
        Ok(())
    }

    /// Listens to a port of somebody else's.
    pub(super) fn connect(&self, from: &Port) -> Result<(), String> {
        let library = &*self.library;
        // SAFETY: an open client, and numbers.
        let connected =
            unsafe { (library.snd_seq_connect_from)(self.handle, self.own, from.client, from.port) };
        library.check(connected, &format!("listen to {}", from.name)).map(drop)
    }

    /// All ports that may be listened to, but for the system's own.
    pub(super) fn ports(&self) -> Vec<Port> {
        let library = &*self.library;
        let (mut client, mut port) = (null_mut(), null_mut());
        let mut found = Vec::new();
        // SAFETY: an open client, places for the objects, objects of the right kinds, and each is freed once.
        unsafe {
            if (library.snd_seq_client_info_malloc)(&raw mut client) < 0 {
                return found;
            }
            if (library.snd_seq_port_info_malloc)(&raw mut port) >= 0 {
                (library.snd_seq_client_info_set_client)(client, -1);
                while (library.snd_seq_query_next_client)(self.handle, client) >= 0 {
                    let number = (library.snd_seq_client_info_get_client)(client);
                    (library.snd_seq_port_info_set_client)(port, number);
                    (library.snd_seq_port_info_set_port)(port, -1);
                    while number != 0 && (library.snd_seq_query_next_port)(self.handle, port) >= 0 {
                        if (library.snd_seq_port_info_get_capability)(port) & GIVES != GIVES {
                            continue;
                        }
                        let name = text((library.snd_seq_client_info_get_name)(client));
                        let own = text((library.snd_seq_port_info_get_name)(port));
                        found.push(Port {
                            client: number,
                            port: (library.snd_seq_port_info_get_port)(port),
                            name: format!("{name}:{own}"),
                            hardware: (library.snd_seq_port_info_get_type)(port) & HARDWARE != 0,
                        });
                    }
                }
                (library.snd_seq_port_info_free)(port);
            }
            (library.snd_seq_client_info_free)(client);
        }
        found
    }

    /// What becomes readable when messages are there.
    pub(super) fn sockets(&self) -> Vec<RawFd> {
        let mut fds = [libc::pollfd { fd: -1, events: 0, revents: 0 }; 4];
        let room = fds.len() as c_uint;
        // SAFETY: an open client, and room for so many.
        let count = unsafe {
            (self.library.snd_seq_poll_descriptors)(self.handle, fds.as_mut_ptr(), room, libc::POLLIN)
        };
        fds.iter().take(usize::try_from(count).unwrap_or(0)).map(|fd| fd.fd).collect()
    }

    /// Takes all messages that are there.
    pub(super) fn take(&mut self, each: &mut dyn FnMut(&[u8])) {
        loop {
            let mut event = null_mut();
            // SAFETY: an open client, and a place for the event, which stays until the next call.
            match unsafe { (self.library.snd_seq_event_input)(self.handle, &raw mut event) } {
                error if error == -libc::ENOSPC => {
                    // Some were lost before we came; the rest is there.
                    each(&[0; LONGEST + 1]);
                }
                error if error < 0 || event.is_null() => return,
                // SAFETY: a decoder, and an event that is there.
                _ => unsafe { decode(&self.library, self.decoder, event, each) },
            }
        }
    }
}

/// A decoder that writes every message out, with its first byte.
fn decoder(library: &Library) -> Result<Object, String> {
    let mut decoder = null_mut();
    // SAFETY: a place for the object.
    library.check(unsafe { (library.snd_midi_event_new)(LONGEST, &raw mut decoder) }, "get memory")?;
    // SAFETY: an object of the right kind.
    unsafe { (library.snd_midi_event_no_status)(decoder, 1) };
    Ok(decoder)
}

/// Gives the bytes of an event, if it is one of MIDI's; more than there are for one that is too long.
///
/// # Safety
/// A decoder of this library's, and an event.
unsafe fn decode(library: &Library, decoder: Object, event: Object, each: &mut dyn FnMut(&[u8])) {
    let mut bytes = [0; LONGEST];
    // SAFETY: as the caller says; there is room for as many bytes as are said.
    let len = unsafe {
        (library.snd_midi_event_decode)(decoder, bytes.as_mut_ptr(), LONGEST as _, event.cast_const())
    };
    match usize::try_from(len) {
        Ok(len @ 1..) => each(&bytes[..len.min(LONGEST)]),
        // What is longer; others are no MIDI, such as news of ports.
        Err(_) if len == -c_long::from(libc::ENOMEM) => each(&[0; LONGEST + 1]),
        _ => {}
    }
}

impl Drop for Sequencer {
    fn drop(&mut self) {
        // SAFETY: an open client, which is closed once, and a decoder that is freed once.
        unsafe {
            if !self.decoder.is_null() {
                (self.library.snd_midi_event_free)(self.decoder);
            }
            (self.library.snd_seq_close)(self.handle);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An event as ALSA's header has it: type, flags, tag, queue, time, source, destination, data.
    fn event(kind: u8, data: [u8; 12]) -> [u32; 7] {
        let mut bytes = [0_u8; 28];
        bytes[0] = kind;
        bytes[16..].copy_from_slice(&data);
        let word = |at: usize| u32::from_ne_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]);
        std::array::from_fn(|at| word(at * 4))
    }

    #[test]
    fn events_become_messages() {
        let library = Library::open().expect("libasound2 is there: run `ci/deps.sh test`");
        let decoder = decoder(&library).unwrap();
        let mut got = Vec::new();
        // Two notes on channel 3, so that the second one's first byte could be left out, then news of a port.
        for (kind, data) in [(6, [3, 60, 100, 0]), (6, [3, 64, 90, 0]), (60, [1, 0, 0, 0])] {
            let mut all = [0; 12];
            all[..4].copy_from_slice(&data);
            let mut event = event(kind, all);
            // SAFETY: a decoder, and an event, which is no longer than that.
            unsafe {
                decode(&library, decoder, event.as_mut_ptr().cast(), &mut |bytes| got.push(bytes.to_vec()))
            };
        }
        assert_eq!(got, [vec![0x93, 60, 100], vec![0x93, 64, 90]]);
        // SAFETY: freed once.
        unsafe { (library.snd_midi_event_free)(decoder) };
    }
}
