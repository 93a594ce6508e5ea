//! A JACK client that plays two steady tones of 0 Hz and MIDI to a plugin in another client, and hears what comes
//! back.
#![allow(clippy::disallowed_types, reason = "JACK's server waits for this client")]

use std::ffi::{CStr, CString, c_int, c_void};
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::jack_api::{AUDIO, Api, INPUT, MIDI, MidiEvent, OUTPUT};
use crate::process::{PATIENCE, Running};

/// What the two outputs are at all the time.
pub const LEVELS: [f32; 2] = [0.25, 0.5];

/// What came back.
#[derive(Clone, Debug, Default)]
pub struct Heard {
    /// Blocks that were played.
    pub blocks: u64,
    /// The last sample of each input.
    pub last: [f32; 2],
    /// The lowest and the highest sample of the first input since [`Player::forget`].
    pub range: [f32; 2],
    /// All MIDI messages since then.
    pub messages: Vec<Vec<u8>>,
}

struct Shared {
    api: Api,
    client: *mut c_void,
    /// Two outputs, two inputs, MIDI out, MIDI in.
    ports: [*mut c_void; 6],
    heard: Mutex<Heard>,
    played: Condvar,
    to_send: Mutex<Vec<Vec<u8>>>,
}

/// The client, called `player`.
pub struct Player(Box<Shared>);

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

unsafe extern "C" fn process(frames: u32, shared: *mut c_void) -> c_int {
    // SAFETY: the box of the client that is called.
    let shared = unsafe { &*shared.cast::<Shared>() };
    let api = &shared.api;
    // SAFETY: ports of this client, in its callback.
    let buffers = shared.ports.map(|port| unsafe { (api.jack_port_get_buffer)(port, frames) });
    let [left, right, back_left, back_right, midi_out, midi_in] = buffers;
    for (buffer, level) in [left, right].into_iter().zip(LEVELS) {
        // SAFETY: a buffer of so many frames, and no two of them are one.
        unsafe { std::slice::from_raw_parts_mut(buffer.cast::<f32>(), frames as usize) }.fill(level);
    }
    // SAFETY: the buffer of a MIDI output.
    unsafe { (api.jack_midi_clear_buffer)(midi_out) };
    for message in lock(&shared.to_send).drain(..) {
        // SAFETY: as above, and as many bytes as are said.
        unsafe { (api.jack_midi_event_write)(midi_out, 5, message.as_ptr(), message.len()) };
    }
    let mut heard = lock(&shared.heard);
    for (buffer, last) in [back_left, back_right].into_iter().zip(0..) {
        // SAFETY: a buffer of so many frames.
        let samples = unsafe { std::slice::from_raw_parts(buffer.cast::<f32>(), frames as usize) };
        heard.last[last] = samples[frames as usize - 1];
        if last == 0 {
            let [low, high] = heard.range;
            heard.range = samples.iter().fold([low, high], |[low, high], s| [low.min(*s), high.max(*s)]);
        }
    }
    for number in 0.. {
        let mut event = MidiEvent { time: 0, size: 0, buffer: std::ptr::null() };
        // SAFETY: the buffer of a MIDI input; a number that is none gives an error.
        if unsafe { (api.jack_midi_event_get)(&raw mut event, midi_in, number) } != 0 {
            break;
        }
        // SAFETY: the bytes of an event, which stay for this block.
        let bytes = unsafe { std::slice::from_raw_parts(event.buffer, event.size) };
        heard.messages.push(bytes.to_vec());
    }
    heard.blocks += 1;
    drop(heard);
    shared.played.notify_all();
    0
}

impl Player {
    /// A client of the tests' server.
    ///
    /// # Errors
    /// Where JACK refuses.
    ///
    /// # Panics
    /// Where JACK is not installed.
    pub fn new() -> Result<Self, String> {
        let api = Api::load();
        let client = api.open(c"player")?;
        let mut shared = Box::new(Shared {
            api,
            client,
            ports: [std::ptr::null_mut(); 6],
            heard: Mutex::default(),
            played: Condvar::new(),
            to_send: Mutex::default(),
        });
        let ports: [(&CStr, &CStr, _); 6] = [
            (c"out_1", AUDIO, OUTPUT),
            (c"out_2", AUDIO, OUTPUT),
            (c"in_1", AUDIO, INPUT),
            (c"in_2", AUDIO, INPUT),
            (c"midi_out", MIDI, OUTPUT),
            (c"midi_in", MIDI, INPUT),
        ];
        // SAFETY: an open client, and names.
        shared.ports = ports.map(|(name, kind, flag)| unsafe {
            (shared.api.jack_port_register)(client, name.as_ptr(), kind.as_ptr(), flag, 0)
        });
        let new = Self(shared);
        if new.0.ports.iter().any(|port| port.is_null()) {
            return Err("no JACK ports".into());
        }
        let this = (&raw const *new.0).cast_mut().cast::<c_void>();
        // SAFETY: an open client; the box lives until it is closed.
        let failed = unsafe {
            (new.0.api.jack_set_process_callback)(client, process, this) != 0
                || (new.0.api.jack_activate)(client) != 0
        };
        if failed { Err("the JACK client is not called".into()) } else { Ok(new) }
    }

    /// Connects two ports.
    ///
    /// # Errors
    /// Where JACK refuses.
    ///
    /// # Panics
    /// Where a name holds a zero.
    pub fn connect(&self, from: &str, to: &str) -> Result<(), String> {
        let [a, b] = [from, to].map(|name| CString::new(name).expect("a name"));
        // SAFETY: an open client, and names.
        match unsafe { (self.0.api.jack_connect)(self.0.client, a.as_ptr(), b.as_ptr()) } {
            0 => Ok(()),
            error => Err(format!("{from} is not connected to {to}: {error}")),
        }
    }

    /// Connects the client of this name with everything that it has of these ports: `in_1`, `in_2`, `out_1`,
    /// `out_2`, `midi_in`, `midi_out`.
    ///
    /// # Errors
    /// Where JACK refuses.
    pub fn around(&self, client: &str, ports: &[&str]) -> Result<(), String> {
        for port in ports {
            let other = format!("{client}:{port}");
            let ours = match port.split_once('_') {
                Some(("in", number)) => format!("player:out_{number}"),
                Some(("out", number)) => format!("player:in_{number}"),
                _ if *port == "midi_in" => "player:midi_out".into(),
                _ => "player:midi_in".into(),
            };
            if port.contains("in") { self.connect(&ours, &other)? } else { self.connect(&other, &ours)? }
        }
        Ok(())
    }

    /// Sends a MIDI message with the next block.
    pub fn send(&self, message: &[u8]) {
        lock(&self.0.to_send).push(message.to_vec());
    }

    /// Begins anew with what is gathered.
    pub fn forget(&self) {
        let mut heard = lock(&self.0.heard);
        let last = heard.last[0];
        heard.range = [last, last];
        heard.messages.clear();
    }

    /// Waits until something is heard.
    ///
    /// # Panics
    /// Where `host` ends before, or after [`PATIENCE`].
    #[track_caller]
    pub fn hear(&self, what: &str, host: &mut Running, is: impl Fn(&Heard) -> bool) -> Heard {
        let until = Instant::now() + PATIENCE;
        let mut heard = lock(&self.0.heard);
        while !is(&heard) {
            let in_time = host.runs() && Instant::now() < until;
            assert!(in_time, "{what} is not heard: {heard:?}\n{}", host.all());
            let tick = Duration::from_millis(200);
            heard = self.0.played.wait_timeout(heard, tick).unwrap_or_else(PoisonError::into_inner).0;
        }
        heard.clone()
    }
}

impl Drop for Player {
    fn drop(&mut self) {
        // SAFETY: an open client; it is called no more after that.
        unsafe { (self.0.api.jack_client_close)(self.0.client) };
    }
}
