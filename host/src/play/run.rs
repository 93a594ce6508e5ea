//! Playing from beginning to end. `[main-thread]`
#![allow(clippy::disallowed_types, reason = "nothing of it runs on an audio thread")]

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use super::driver::{Device, Format, Input, Running, Wires, Wish};
use super::engine::{Exchange, Player};
use super::loading::Manner;
use super::meter::{Load, Meter};
use super::rack::{News, Rack, Stage, check_places, read_states};
use super::report;
use crate::error::{Error, Result};
use crate::parent::{Host, Setup};
use crate::shared::MAX_BLOCK;
use crate::state::Container;

/// How often the plugins and the driver are looked at.
const TICK: Duration = Duration::from_millis(50);
/// How often the status is shown.
const OFTEN: Duration = Duration::from_millis(500);
/// How long a driver may take to take over another engine.
const SWAP: Duration = Duration::from_secs(5);
/// How many times a driver may be looked at without having played anything. Times and not seconds, so that a
/// program that was stopped itself blames nobody.
const SILENT: u32 = 200;
/// How long a driver may take to end.
const END: Duration = Duration::from_secs(3);

/// What is to be played.
#[derive(Clone, Debug)]
pub(crate) struct Job {
    pub(crate) stages: Vec<Stage>,
    pub(crate) wish: Wish,
    /// The part of a block's length that the plugins may take.
    pub(crate) patience: f64,
    /// Whether their editors are shown.
    pub(crate) editors: bool,
    /// How long it plays; otherwise until it is ended.
    pub(crate) time: Option<Duration>,
}

/// Who watches.
pub(crate) trait Watcher {
    /// A line that belongs to the result.
    fn say(&mut self, line: &str);
    /// A line about something that is wrong.
    fn complain(&mut self, line: &str);
    /// A line for those who want to know everything.
    fn detail(&mut self, line: &str);
    /// How it is going; each one takes the place of the one before.
    fn status(&mut self, line: &str);
    /// Waits for so long, or until the user wants an end; whether that is so.
    fn rest(&mut self, time: Duration) -> bool;
}

/// Plays until the user ends it; whether all plugins lived to the end.
///
/// # Errors
/// Where the driver or a plugin can't be used, or the driver goes away.
pub(crate) fn run(host: &Host, job: &Job, watcher: &mut dyn Watcher) -> Result<bool> {
    check_places(&job.stages)?;
    let states = read_states(&job.stages)?;
    let Some(prepared) = prepare(host, job, states, watcher)? else {
        watcher.complain("ended before anything was played; no state is saved");
        return Ok(true);
    };
    let Prepared { running, exchange, mut rack, manner, meter, lost, started } = prepared;
    lost.iter().for_each(|line| watcher.complain(line));
    if job.editors {
        rack.open_editors()?.iter().for_each(|line| watcher.complain(line));
    }
    watcher.say(&started);
    running.remarks().iter().for_each(|line| watcher.complain(line));
    rack.priorities().iter().for_each(|line| watcher.detail(line));
    let mut playing = Playing { host, job, rack, running, exchange, manner, refused: None, meter };
    let ended = playing.attend(watcher);
    playing.end(ended, watcher)
}

/// A driver that plays plugins, with what there is to say of it.
struct Prepared {
    running: Running,
    exchange: Exchange,
    rack: Rack,
    manner: Manner,
    meter: Arc<Meter>,
    lost: Vec<String>,
    started: String,
}

/// Opens the driver, loads the plugins, and plays; nothing where the user wants an end before that is done.
fn prepare(
    host: &Host,
    job: &Job,
    states: Vec<Option<Container>>,
    watcher: &mut dyn Watcher,
) -> Result<Option<Prepared>> {
    let (host, job) = (host.clone(), job.clone());
    let unwanted = Arc::new(AtomicBool::new(false));
    let (ready, prepared) = channel();
    let leave = Arc::clone(&unwanted);
    let work = move || {
        let goes_on = || !leave.load(Ordering::Relaxed);
        drop(ready.send(begin(&host, &job, states, goes_on)));
    };
    let thread = std::thread::Builder::new().name("dyad-load".into()).spawn(work);
    let thread = thread.map_err(Error::system("start a thread"))?;
    while !watcher.rest(Duration::ZERO) {
        match prepared.recv_timeout(TICK) {
            Ok(prepared) => return prepared,
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => match thread.join() {
                Err(panic) => std::panic::resume_unwind(panic),
                // It has sent all that it had.
                Ok(()) => return Ok(None),
            },
        }
    }
    unwanted.store(true, Ordering::Relaxed);
    // So that what is there already goes properly; what takes longer ends with the program.
    let _ = end_within(move || drop(prepared.recv()));
    Ok(None)
}

fn begin(
    host: &Host,
    job: &Job,
    states: Vec<Option<Container>>,
    goes_on: impl Fn() -> bool,
) -> Result<Option<Prepared>> {
    let device = Device::open(&job.wish)?;
    let format = device.format();
    let manner = manner(job, &device, format);
    let Some((rack, engine, lost)) = Rack::load(host, &job.stages, states, manner, &goes_on)? else {
        return Ok(None);
    };
    let wires = rack.wires();
    check_wires(job, &wires)?;
    if !goes_on() {
        return Ok(None);
    }
    let meter = Arc::new(Meter::default());
    let (player, exchange) = Player::new(engine, Arc::clone(&meter));
    let names: Vec<_> = job.stages.iter().map(|stage| stage.target.spec().to_owned()).collect();
    let started = report::started(&names, &device.name(), format, &wires);
    let running = device.start(player, &wires, &meter, job.wish.tempo)?;
    Ok(Some(Prepared { running, exchange, rack, manner, meter, lost, started }))
}

fn manner(job: &Job, device: &Device, Format { rate, frames }: Format) -> Manner {
    Manner {
        setup: setup(rate, frames),
        offered: job.wish.channels,
        patience: job.patience,
        outputs: device.outputs(),
    }
}

/// A longer block is played in pieces.
fn setup(rate: u32, frames: u32) -> Setup {
    Setup { sample_rate: rate, max_block: frames.clamp(1, MAX_BLOCK) }
}

/// Refuses what no plugin would ever get.
fn check_wires(job: &Job, wires: &Wires) -> Result<()> {
    let who = if job.stages.len() == 1 { "the plugin takes" } else { "the plugins take" };
    if let (Some(name), false) = (job.wish.midi.first(), wires.midi_in) {
        return Err(Error::Usage(format!("--midi {name}: {who} no MIDI")));
    }
    if let (Input::Named(name), true) = (&job.wish.input, wires.inputs.first() == Some(&0)) {
        return Err(Error::Usage(format!("--input {name}: {who} no audio")));
    }
    Ok(())
}

struct Playing<'a> {
    host: &'a Host,
    job: &'a Job,
    rack: Rack,
    running: Running,
    exchange: Exchange,
    manner: Manner,
    /// What the plugins could not be started anew with.
    refused: Option<Setup>,
    meter: Arc<Meter>,
}

impl Playing<'_> {
    /// Looks after everything until the end.
    fn attend(&mut self, watcher: &mut dyn Watcher) -> Result<()> {
        let started = Instant::now();
        let (mut shown, mut load) = (started, Load::default());
        let mut silence = Silence::default();
        while !watcher.rest(TICK) {
            for news in self.rack.news() {
                match news {
                    News::Line(line) => watcher.complain(&line),
                    News::Detail(line) => watcher.detail(&line),
                    News::Latency => self.running.tell_latency(self.rack.latency()),
                }
            }
            self.running.check()?;
            silence.look(&self.running, self.meter.frames())?;
            self.follow(watcher)?;
            if self.rack.editors_are_closed() || self.job.time.is_some_and(|time| started.elapsed() >= time)
            {
                break;
            }
            if shown.elapsed() >= OFTEN {
                shown = Instant::now();
                let line = report::status(self.meter.load(&mut load), &self.meter, &self.rack.counters());
                watcher.status(&line);
            }
        }
        Ok(())
    }

    /// Starts the plugins anew where the driver has another rate now, or longer blocks. Shorter ones they take as
    /// they are.
    fn follow(&mut self, watcher: &mut dyn Watcher) -> Result<()> {
        let Format { rate, frames } = self.running.format();
        let (wanted, had) = (setup(rate, frames), self.manner.setup);
        if self.refused == Some(wanted) {
            return Ok(());
        }
        self.refused = None;
        if wanted.sample_rate == had.sample_rate && wanted.max_block <= had.max_block {
            return Ok(());
        }
        let manner = Manner { setup: wanted, ..self.manner };
        let (exchange, running) = (&mut self.exchange, &self.running);
        let reloaded = self.rack.reload(self.host, manner, |engine| {
            if exchange.give(engine).is_err() {
                let reason = "nothing has been played since the last change".into();
                return Err(Error::Device { device: "the audio driver".into(), reason });
            }
            let until = Instant::now() + SWAP;
            while !exchange.clear() && Instant::now() < until && !watcher.rest(Duration::from_millis(1)) {
                running.check()?;
            }
            Ok(())
        });
        let lines = match reloaded {
            Err(error @ Error::Device { .. }) => return Err(error),
            Err(error) => {
                // It is not tried again before the driver changes once more.
                self.refused = Some(wanted);
                watcher.complain(&format!("{error}; the plugins stay as they are"));
                return Ok(());
            }
            Ok(lines) => lines,
        };
        self.manner = manner;
        lines.iter().for_each(|line| watcher.complain(line));
        self.running.tell_latency(self.rack.latency());
        watcher.complain(&format!(
            "{rate} Hz, {frames} frames now: the plugins were started anew, with their states"
        ));
        Ok(())
    }

    /// Ends it, however it came to that, and gives an account.
    fn end(self, ended: Result<()>, watcher: &mut dyn Watcher) -> Result<bool> {
        let Self { mut rack, running, meter, .. } = self;
        for news in rack.news() {
            if let News::Line(line) = news {
                watcher.complain(&line);
            }
        }
        // First, while it still plays: a driver may take any time to end.
        let saved = rack.save_states();
        let stopped = stop(running);
        let (counters, whole) = (rack.counters(), !rack.lacks_one());
        let closed = rack.close();
        let mean = meter.load(&mut Load::default());
        watcher.say(report::summary(mean, &meter, &counters).trim_end());
        let all = ended.and(saved).and(closed).and(stopped);
        match all {
            // What else is wrong follows from it, or is told beside it.
            Err(error) if !whole && !matches!(error, Error::Device { .. }) => {
                watcher.complain(&error.to_string());
                Ok(false)
            }
            all => all.map(|()| whole),
        }
    }
}

/// How long nothing has been played.
#[derive(Default)]
struct Silence {
    frames: u64,
    looks: u32,
}

impl Silence {
    /// # Errors
    /// Where it is too long for a driver that keeps time.
    fn look(&mut self, running: &Running, frames: u64) -> Result<()> {
        let plays = frames != self.frames || running.takes_its_time();
        (self.frames, self.looks) = (frames, if plays { 0 } else { self.looks + 1 });
        if self.looks < SILENT {
            return Ok(());
        }
        let seconds = (TICK * SILENT).as_secs();
        Err(running.failed(format!("nothing was played for {seconds} seconds")))
    }
}

/// Ends a driver; one that hangs is left as it is, and ends with the program.
fn stop(running: Running) -> Result<()> {
    let hangs = running.failed(format!("it does not end within {} seconds", END.as_secs()));
    if end_within(move || drop(running))? { Ok(()) } else { Err(hangs) }
}

/// Does something that may take any time; whether it was done in time.
fn end_within(end: impl FnOnce() + Send + 'static) -> Result<bool> {
    let (done, waits) = channel();
    let work = move || {
        end();
        let _ = done.send(());
    };
    let thread = std::thread::Builder::new().name("dyad-end".into()).spawn(work);
    thread.map_err(Error::system("start a thread"))?;
    Ok(waits.recv_timeout(END).is_ok())
}
