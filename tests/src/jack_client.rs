//! A JACK client around a plugin in another one: what it plays tells each block from the ones around it, so
//! that it sees in what comes back which blocks were processed, and JACK tells it of every xrun.

use std::ffi::{CString, c_int, c_void};
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};

use crate::jack_api::{AUDIO, Api, INPUT, OUTPUT};

/// After so many blocks the marks begin anew.
const MARKS: usize = 61;

/// What was seen since [`Client::begin`].
#[derive(Clone, Copy, Debug, Default)]
pub struct Account {
    /// Blocks that this client got.
    pub blocks: u64,
    /// Blocks that JACK's clock went over.
    pub clock: u64,
    /// Blocks that came back from the plugin in their turn.
    pub processed: u64,
    /// Blocks in which nothing came back, so that nobody can tell.
    pub silent: u64,
    /// Xruns that JACK told of.
    pub xruns: u64,
    /// The sum of all frames by which those were late, in microseconds.
    pub late: u64,
    /// How often the plugin's gain was another one than in the block before.
    pub moves: u64,
}

/// Counters that the real-time thread writes.
struct Shared {
    api: Api,
    client: *mut c_void,
    ports: [*mut c_void; 4],
    counts: AtomicBool,
    xruns: AtomicU64,
    late: AtomicU64,
    moves: AtomicU64,
    silent: AtomicU64,
    blocks: AtomicU64,
    first: AtomicU32,
    last: AtomicU32,
    /// How often a block came back after so many blocks.
    lags: [AtomicU64; MARKS],
    // Of the real-time thread alone.
    number: AtomicU64,
    factor: AtomicU32,
}

/// The client. `[main-thread]`
pub struct Client(Box<Shared>);

fn level(block: u64) -> f32 {
    let phase = (block % 750) as f32 / 375.0;
    0.02 + 0.2 * (1.0 - phase).abs()
}

fn mark(block: u64) -> f32 {
    1.0 + (block % MARKS as u64) as f32 / MARKS as f32
}

unsafe extern "C" fn xrun(shared: *mut c_void) -> c_int {
    // SAFETY: the box of the client that is told.
    let shared = unsafe { &*shared.cast::<Shared>() };
    if shared.counts.load(Ordering::Relaxed) {
        // SAFETY: an open client.
        let late = unsafe { (shared.api.jack_get_xrun_delayed_usecs)(shared.client) };
        shared.xruns.fetch_add(1, Ordering::Relaxed);
        shared.late.fetch_add(late as u64, Ordering::Relaxed);
    }
    0
}

/// Takes no memory and calls nobody but JACK.
unsafe extern "C" fn process(frames: u32, shared: *mut c_void) -> c_int {
    // SAFETY: the box of the client that is called.
    let shared = unsafe { &*shared.cast::<Shared>() };
    let number = shared.number.fetch_add(1, Ordering::Relaxed);
    // SAFETY: ports of this client, in its callback; a buffer has so many frames.
    let buffers = shared.ports.map(|port| unsafe { (shared.api.jack_port_get_buffer)(port, frames) });
    let [left, right, back_left, back_right] = buffers.map(|buffer| {
        // SAFETY: as above; no two of them are one.
        unsafe { std::slice::from_raw_parts_mut(buffer.cast::<f32>(), frames as usize) }
    });
    left.fill(level(number));
    right.fill(level(number) * mark(number));
    if shared.counts.load(Ordering::Relaxed) {
        // SAFETY: an open client.
        let time = unsafe { (shared.api.jack_last_frame_time)(shared.client) };
        if shared.blocks.fetch_add(1, Ordering::Relaxed) == 0 {
            shared.first.store(time, Ordering::Relaxed);
        }
        shared.last.store(time, Ordering::Relaxed);
        let end = frames as usize - 1;
        let ratio = back_right[end] / back_left[end];
        if ratio.is_finite() {
            let seen = ((ratio - 1.0) * MARKS as f32).round().clamp(0.0, MARKS as f32 - 1.0) as u64;
            let lag = (number + MARKS as u64 - seen) % MARKS as u64;
            shared.lags[lag as usize].fetch_add(1, Ordering::Relaxed);
            let factor = back_left[end] / level(number.wrapping_sub(lag));
            let before = f32::from_bits(shared.factor.swap(factor.to_bits(), Ordering::Relaxed));
            if (factor / before - 1.0).abs() > 1e-4 {
                shared.moves.fetch_add(1, Ordering::Relaxed);
            }
        } else {
            shared.silent.fetch_add(1, Ordering::Relaxed);
        }
    }
    0
}

impl Client {
    /// A client of the tests' server, which feeds the plugin in the client of this name.
    ///
    /// # Errors
    /// Where JACK refuses.
    ///
    /// # Panics
    /// Where JACK is not installed.
    pub fn around(plugin: &str) -> Result<Self, String> {
        let api = Api::load();
        let client = api.open(c"around")?;
        let number = || AtomicU64::new(0);
        let mut shared = Box::new(Shared {
            api,
            client,
            ports: [std::ptr::null_mut(); 4],
            counts: AtomicBool::new(false),
            xruns: number(),
            late: number(),
            moves: number(),
            silent: number(),
            blocks: number(),
            first: AtomicU32::new(0),
            last: AtomicU32::new(0),
            lags: [(); MARKS].map(|()| AtomicU64::new(0)),
            number: number(),
            factor: AtomicU32::new(0),
        });
        let names = [(c"out_l", OUTPUT), (c"out_r", OUTPUT), (c"in_l", INPUT), (c"in_r", INPUT)];
        // SAFETY: an open client, and names.
        shared.ports = names.map(|(name, flag)| unsafe {
            (shared.api.jack_port_register)(client, name.as_ptr(), AUDIO.as_ptr(), flag, 0)
        });
        if shared.ports.iter().any(|port| port.is_null()) {
            return Err("no JACK ports".into());
        }
        let this = (&raw mut *shared).cast::<c_void>();
        // SAFETY: an open client; the box lives until it is closed.
        let failed = unsafe {
            (shared.api.jack_set_process_callback)(client, process, this) != 0
                || (shared.api.jack_set_xrun_callback)(client, xrun, this) != 0
                || (shared.api.jack_activate)(client) != 0
        };
        if failed {
            return Err("the JACK client is not called".into());
        }
        let new = Self(shared);
        for (from, to) in [
            ("around:out_l".to_owned(), format!("{plugin}:in_l")),
            ("around:out_r".to_owned(), format!("{plugin}:in_r")),
            (format!("{plugin}:out_l"), "around:in_l".into()),
            (format!("{plugin}:out_r"), "around:in_r".into()),
        ] {
            new.connect(&from, &to)?;
        }
        Ok(new)
    }

    fn connect(&self, from: &str, to: &str) -> Result<(), String> {
        let [a, b] = [from, to].map(|name| CString::new(name).expect("a name"));
        // SAFETY: an open client, and names.
        let result = unsafe { (self.0.api.jack_connect)(self.0.client, a.as_ptr(), b.as_ptr()) };
        if result == 0 { Ok(()) } else { Err(format!("{from} is not connected to {to}: {result}")) }
    }

    /// Counts from now on.
    pub fn begin(&self) {
        self.0.counts.store(true, Ordering::Relaxed);
    }

    /// What was counted so far.
    #[must_use]
    pub fn account(&self, frames: u32) -> Account {
        let shared = &self.0;
        let get = |number: &AtomicU64| number.load(Ordering::Relaxed);
        let blocks = get(&shared.blocks);
        let went = shared.last.load(Ordering::Relaxed).wrapping_sub(shared.first.load(Ordering::Relaxed));
        Account {
            blocks,
            clock: u64::from(went / frames) + u64::from(blocks > 0),
            processed: shared.lags.iter().map(get).max().unwrap_or(0),
            xruns: get(&shared.xruns),
            late: get(&shared.late),
            moves: get(&shared.moves),
            silent: get(&shared.silent),
        }
    }

    /// What JACK says of its load, in percent: a mean over the last moments.
    #[must_use]
    pub fn load(&self) -> f32 {
        // SAFETY: an open client.
        unsafe { (self.0.api.jack_cpu_load)(self.0.client) }
    }

    /// Whether JACK's threads are real-time ones.
    #[must_use]
    pub fn is_realtime(&self) -> bool {
        // SAFETY: an open client.
        unsafe { (self.0.api.jack_is_realtime)(self.0.client) != 0 }
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        // SAFETY: an open client; it is called no more after that.
        unsafe { (self.0.api.jack_client_close)(self.0.client) };
    }
}
