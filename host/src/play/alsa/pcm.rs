//! A device's way in or out.
#![allow(unsafe_code)]

use std::ffi::{CString, c_int, c_long, c_uint, c_ulong};
use std::ptr::null_mut;
use std::sync::Arc;

use super::library::{Library, Object};
use super::sample::Sample;

/// Which way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    Playback = 0,
    Capture = 1,
}

/// What is asked of a device; it may do something near.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asked {
    pub(super) channels: u32,
    pub(super) rate: u32,
    pub(super) frames: u32,
}

/// Blocks that a device holds.
const PERIODS: c_uint = 3;
/// Frames of channels one after the other, as the device's memory has them by turns.
const INTERLEAVED: c_uint = 3;

/// An open device. One thread at a time.
pub(super) struct Pcm {
    library: Arc<Library>,
    handle: Object,
    pub(super) channels: usize,
    pub(super) rate: u32,
    /// Frames of a block.
    pub(super) period: u32,
    /// Frames that it holds.
    pub(super) buffer: u32,
    sample: Sample,
    bytes: Vec<u8>,
}

// SAFETY: ALSA's objects belong to no thread; only one at a time has this one.
unsafe impl Send for Pcm {}

/// What interrupted a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Trouble {
    /// It ran empty or full.
    Xrun,
    /// The machine slept.
    Suspended,
    /// It did nothing for a while.
    Stalled,
    /// ALSA's number of an error that is none of these.
    Error(c_int),
}

/// Parameters of ALSA's, freed when they are dropped.
struct Parameters {
    object: Object,
    free: unsafe extern "C" fn(Object),
}

impl Drop for Parameters {
    fn drop(&mut self) {
        // SAFETY: made by the function's counterpart, and freed once.
        unsafe { (self.free)(self.object) };
    }
}

impl Pcm {
    /// Opens a device by ALSA's name for it, as near to what is asked as it can be.
    ///
    /// # Errors
    /// In words, without the name.
    pub(super) fn open(library: &Arc<Library>, name: &str, way: Way, asked: Asked) -> Result<Self, String> {
        let device = CString::new(name).map_err(|_| "its name holds a zero".to_owned())?;
        let mut handle = null_mut();
        // SAFETY: a place for the handle, and a name.
        let opened = unsafe { (library.snd_pcm_open)(&raw mut handle, device.as_ptr(), way as c_int, 0) };
        if opened < 0 {
            return Err(library.words(opened));
        }
        // From here on it is closed again, whatever happens.
        let mut pcm = Self {
            library: Arc::clone(library),
            handle,
            channels: 0,
            rate: 0,
            period: 0,
            buffer: 0,
            sample: Sample::Float,
            bytes: vec![],
        };
        pcm.set_hardware(asked)?;
        pcm.set_software()?;
        pcm.bytes = vec![0; pcm.period as usize * pcm.channels * pcm.sample.bytes()];
        Ok(pcm)
    }

    fn parameters(
        &self,
        make: unsafe extern "C" fn(*mut Object) -> c_int,
        free: unsafe extern "C" fn(Object),
    ) -> Result<Parameters, String> {
        let mut object = null_mut();
        // SAFETY: a place for the object.
        self.library.check(unsafe { make(&raw mut object) }, "get memory")?;
        Ok(Parameters { object, free })
    }

    fn set_hardware(&mut self, asked: Asked) -> Result<(), String> {
        let library = &*self.library;
        let parameters =
            self.parameters(library.snd_pcm_hw_params_malloc, library.snd_pcm_hw_params_free)?;
        let (pcm, to) = (self.handle, parameters.object);
        // SAFETY: an open device and parameters of the right kind, here and below.
        library.check(unsafe { (library.snd_pcm_hw_params_any)(pcm, to) }, "ask what it can do")?;
        // SAFETY: as above.
        let set = unsafe { (library.snd_pcm_hw_params_set_access)(pcm, to, INTERLEAVED) };
        library.check(set, "use it frame by frame")?;
        // SAFETY: as above.
        let takes = |sample: &Sample| unsafe {
            (library.snd_pcm_hw_params_set_format)(pcm, to, sample.number()) >= 0
        };
        let sample = Sample::ALL.into_iter().find(takes).ok_or("it takes no samples of any known kind")?;
        let (mut channels, mut rate, mut direction) = (asked.channels as c_uint, asked.rate as c_uint, 0);
        // SAFETY: as above, with a place for the number.
        let set = unsafe { (library.snd_pcm_hw_params_set_channels_near)(pcm, to, &raw mut channels) };
        library.check(set, "set its channels")?;
        // SAFETY: as above, with places for the numbers.
        let set = unsafe {
            (library.snd_pcm_hw_params_set_rate_near)(pcm, to, &raw mut rate, &raw mut direction)
        };
        library.check(set, "set its rate")?;
        let (mut period, mut periods) = (asked.frames as c_ulong, PERIODS);
        // SAFETY: as above.
        let set = unsafe {
            (library.snd_pcm_hw_params_set_period_size_near)(pcm, to, &raw mut period, &raw mut direction)
        };
        library.check(set, "set its block length")?;
        // SAFETY: as above.
        let set = unsafe {
            (library.snd_pcm_hw_params_set_periods_near)(pcm, to, &raw mut periods, &raw mut direction)
        };
        library.check(set, "set its number of blocks")?;
        // SAFETY: as above.
        library.check(unsafe { (library.snd_pcm_hw_params)(pcm, to) }, "set it up")?;
        let mut buffer: c_ulong = 0;
        // SAFETY: parameters that were set, and places for the numbers.
        unsafe {
            (library.snd_pcm_hw_params_get_period_size)(to, &raw mut period, &raw mut direction);
            (library.snd_pcm_hw_params_get_buffer_size)(to, &raw mut buffer);
        }
        let frames = |frames: c_ulong| u32::try_from(frames).unwrap_or(u32::MAX);
        if channels == 0 || rate == 0 || period == 0 {
            return Err("it has no channels, or no blocks".into());
        }
        self.sample = sample;
        (self.channels, self.rate) = (channels as usize, rate);
        (self.period, self.buffer) = (frames(period), frames(buffer).max(frames(period)));
        Ok(())
    }

    fn set_software(&mut self) -> Result<(), String> {
        let library = &*self.library;
        let parameters =
            self.parameters(library.snd_pcm_sw_params_malloc, library.snd_pcm_sw_params_free)?;
        let (pcm, to) = (self.handle, parameters.object);
        // It begins when it is full, and is ready when there is a block, or room for one.
        // SAFETY: an open device that is set up, and parameters of the right kind.
        let set = unsafe {
            match (library.snd_pcm_sw_params_current)(pcm, to) {
                0 => {
                    (library.snd_pcm_sw_params_set_start_threshold)(pcm, to, self.buffer.into());
                    (library.snd_pcm_sw_params_set_avail_min)(pcm, to, self.period.into());
                    (library.snd_pcm_sw_params)(pcm, to)
                }
                error => error,
            }
        };
        library.check(set, "set when it begins").map(drop)
    }

    /// An error's number in words.
    pub(super) fn words(&self, error: c_int) -> String {
        self.library.words(error)
    }

    /// Has another one begin and end together with this one, where the hardware can.
    pub(super) fn link(&self, other: &Self) {
        // SAFETY: two open devices.
        unsafe { (self.library.snd_pcm_link)(self.handle, other.handle) };
    }

    /// Empties it and makes it ready.
    pub(super) fn prepare(&self) -> Result<(), Trouble> {
        // SAFETY: an open device.
        let prepared = unsafe {
            (self.library.snd_pcm_drop)(self.handle);
            (self.library.snd_pcm_prepare)(self.handle)
        };
        if prepared < 0 { Err(Trouble::Error(prepared)) } else { Ok(()) }
    }

    /// Begins, if it has not.
    pub(super) fn start(&self) {
        // SAFETY: an open device. One that runs already says so, and nothing is wrong.
        unsafe { (self.library.snd_pcm_start)(self.handle) };
    }

    /// Wakes it after the machine has slept; one that can't go on is to be prepared.
    pub(super) fn resume(&self) {
        // SAFETY: an open device.
        unsafe { (self.library.snd_pcm_resume)(self.handle) };
    }

    /// Waits until there is a block, or room for one.
    fn wait(&self) -> Result<(), Trouble> {
        /// Longer than the longest block at the lowest rate.
        const LIMIT: c_int = 2_000;
        // SAFETY: an open device.
        match unsafe { (self.library.snd_pcm_wait)(self.handle, LIMIT) } {
            0 => Err(Trouble::Stalled),
            error if error < 0 && error != -libc::EINTR => Err(trouble(error)),
            _ => Ok(()),
        }
    }

    /// Plays a block of silence.
    pub(super) fn write_silence(&mut self) -> Result<(), Trouble> {
        self.bytes.fill(0);
        self.write_bytes()
    }

    /// Plays a block, channel by channel from `sample(channel, frame)`.
    pub(super) fn write(&mut self, sample: impl Fn(usize, usize) -> f32) -> Result<(), Trouble> {
        let (size, channels) = (self.sample.bytes(), self.channels);
        for (frame, bytes) in self.bytes.chunks_exact_mut(size * channels).enumerate() {
            for (channel, bytes) in bytes.chunks_exact_mut(size).enumerate() {
                self.sample.write(sample(channel, frame), bytes);
            }
        }
        self.write_bytes()
    }

    fn write_bytes(&mut self) -> Result<(), Trouble> {
        self.move_all(|pcm, at, left| {
            let from = pcm.bytes[at..].as_ptr().cast();
            // SAFETY: an open device, and as many frames as are said.
            unsafe { (pcm.library.snd_pcm_writei)(pcm.handle, from, left) }
        })
    }

    /// Takes a block in; its samples are then [there](Self::sample).
    pub(super) fn read(&mut self) -> Result<(), Trouble> {
        self.move_all(|pcm, at, left| {
            let to = pcm.bytes[at..].as_mut_ptr().cast();
            // SAFETY: an open device, and room for as many frames as are said.
            unsafe { (pcm.library.snd_pcm_readi)(pcm.handle, to, left) }
        })
    }

    /// Moves a whole block, in as many steps as the device likes.
    fn move_all(
        &mut self,
        mut step: impl FnMut(&mut Self, usize, c_ulong) -> c_long,
    ) -> Result<(), Trouble> {
        let size = self.sample.bytes() * self.channels;
        let mut done = 0;
        while done < self.period {
            self.wait()?;
            match step(self, done as usize * size, (self.period - done).into()) {
                moved if moved >= 0 => {
                    done += u32::try_from(moved).unwrap_or(self.period).min(self.period - done)
                }
                error => {
                    let error = c_int::try_from(error).unwrap_or(c_int::MIN);
                    if error != -libc::EAGAIN && error != -libc::EINTR {
                        return Err(trouble(error));
                    }
                }
            }
        }
        Ok(())
    }

    /// A sample of the block that was read last; a single channel is all of them, and further ones are silent.
    pub(super) fn sample(&self, channel: usize, frame: usize) -> f32 {
        let channel = if self.channels == 1 { 0 } else { channel };
        if channel >= self.channels {
            return 0.0;
        }
        let size = self.sample.bytes();
        self.sample.read(&self.bytes[(frame * self.channels + channel) * size..][..size])
    }
}

fn trouble(error: c_int) -> Trouble {
    match -error {
        libc::EPIPE => Trouble::Xrun,
        libc::ESTRPIPE => Trouble::Suspended,
        _ => Trouble::Error(error),
    }
}

impl Drop for Pcm {
    fn drop(&mut self) {
        // SAFETY: an open device, which is closed once.
        unsafe {
            (self.library.snd_pcm_drop)(self.handle);
            (self.library.snd_pcm_close)(self.handle);
        }
    }
}
