//! Blocks under the watcher while the plugin's page is open in this process and moves: by a hand on it, by the
//! host's automation, and by meters.
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "a host; its sound is on a thread of its own"
)]

use std::hint::black_box;
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use dyad_tests::gain::{self, RAMP, RATE, factor, id, noise, position};
use dyad_tests::lv2::Rig;
use dyad_tests::lv2ui::{Call as UiCall, Editor, HostWindow, UiModule, UiOffers, screen};
use dyad_tests::memory::Samples;
use dyad_tests::system::page_of;
use dyad_tests::vst3::{Call, Changes, Edit, Frame, Plugin, Seen};
use dyad_tests::watch::{Seen as Did, Watch};
use dyad_tests::x11::{Button, Place, Reference, SOON, Screen};
use vst3::Steinberg::Vst::{IAudioProcessor, IAudioProcessorTrait, IEditControllerTrait};
use vst3::Steinberg::kResultOk;
use vst3::{ComPtr, ComWrapper};

const FRAMES: usize = 64;
/// Different blocks of sound, after which they begin anew.
const SOUNDS: usize = 101;
/// Blocks of one round: for the first part the hand holds the knob, for the second the host moves it, and in
/// the third nobody does.
const ROUND: usize = 1500;
const BY_HAND: usize = 700;
const BY_HOST: usize = 1200;
/// Where the host's window is.
const PLACE: Place = Place { x: 40, y: 30, width: 420, height: 260 };

/// What is wrong on purpose, in the middle of the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    None,
    Memory,
    Call,
    Skip,
    Sample,
}

/// Between the sound and the host's main thread.
struct Shared {
    gain: AtomicU64,
    meters: [AtomicU64; 2],
    blocks: AtomicU32,
    ended: AtomicBool,
}

fn load(number: &AtomicU64) -> f64 {
    f64::from_bits(number.load(Ordering::Relaxed))
}

/// An instance in either format.
trait Sound {
    /// The block that comes: its sound, and the gain in decibels.
    fn prepare(&mut self, sound: &[f32], gain: f64);
    /// What is watched.
    fn run(&mut self);
    fn outs(&self) -> &[Samples];
    fn meters(&self) -> [f64; 2];
}

impl Sound for Rig {
    fn prepare(&mut self, sound: &[f32], gain: f64) {
        self.ins.iter_mut().for_each(|input| input.copy_from_slice(sound));
        self.outs.iter_mut().for_each(|output| output.fill(f32::NAN));
        self.set("gain", gain as f32);
    }

    fn run(&mut self) {
        Rig::run(self, FRAMES);
    }

    fn outs(&self) -> &[Samples] {
        &self.outs
    }

    fn meters(&self) -> [f64; 2] {
        ["peak", "rms"].map(|meter| self.get(meter).into())
    }
}

struct Vst3 {
    processor: ComPtr<IAudioProcessor>,
    ins: [Samples; 2],
    outs: [Samples; 2],
    room: ComWrapper<Changes>,
    call: Call,
    gain: f64,
    seen: [f64; 2],
}

impl Vst3 {
    fn new(processor: ComPtr<IAudioProcessor>) -> Self {
        let (ins, outs) = ([(); 2], [(); 2]);
        let (ins, outs) =
            (ins.map(|()| Samples::unwritten(FRAMES)), outs.map(|()| Samples::unwritten(FRAMES)));
        let call = Call::over(FRAMES, &ins, &outs);
        Self { processor, ins, outs, room: Changes::room(), call, gain: 0.0, seen: [0.0; 2] }
    }
}

impl Sound for Vst3 {
    fn prepare(&mut self, sound: &[f32], gain: f64) {
        for (index, meter) in ["peak", "rms"].into_iter().enumerate() {
            self.seen[index] = self.room.reported(id(meter)).unwrap_or(self.seen[index]);
        }
        self.ins.iter_mut().for_each(|input| input.copy_from_slice(sound));
        self.outs.iter_mut().for_each(|output| output.fill(f32::NAN));
        self.room.clear();
        let point = [(0, position(gain))];
        let changed = (gain.to_bits() != self.gain.to_bits()).then_some((id("gain"), &point[..]));
        self.gain = gain;
        let call = Call::over(FRAMES, &self.ins, &self.outs);
        self.call = call.with(changed.as_slice()).reporting(&self.room);
    }

    fn run(&mut self) {
        // SAFETY: buffers and changes live here.
        let _ = black_box(unsafe { self.processor.process(&mut self.call.data) });
    }

    fn outs(&self) -> &[Samples] {
        &self.outs
    }

    fn meters(&self) -> [f64; 2] {
        self.seen
    }
}

/// What the sound's thread has done.
struct Heard {
    did: Did,
    gains: Vec<f64>,
    sound: Vec<f32>,
    late: usize,
    latest: Duration,
}

fn keep(outs: &[Samples], sound: &mut Vec<f32>) {
    outs.iter().for_each(|output| sound.extend_from_slice(output));
}

/// A sound card: one block after the other, at the pace of its clock. None is ever left out.
fn play(sound: &mut dyn Sound, shared: &Shared, count: usize, fault: Fault) -> Result<Heard, String> {
    let watch = Watch::find()?;
    let input = noise(FRAMES * SOUNDS, 1);
    let mut heard = Heard {
        did: Did { first: -1, ..Did::default() },
        gains: Vec::with_capacity(count),
        sound: Vec::with_capacity(count * FRAMES * 2),
        late: 0,
        latest: Duration::ZERO,
    };
    let start = Instant::now();
    for block in 0..count {
        let due = start + Duration::from_secs_f64((block * FRAMES) as f64 / RATE);
        let now = Instant::now();
        if now < due {
            std::thread::sleep(due - now);
        }
        let late = due.elapsed();
        heard.latest = heard.latest.max(late);
        heard.late += usize::from(late.as_secs_f64() > FRAMES as f64 / RATE);
        let gain = load(&shared.gain);
        sound.prepare(&input[block % SOUNDS * FRAMES..][..FRAMES], gain);
        let fault = if block == count / 2 { fault } else { Fault::None };
        let did = watch.over(|| match fault {
            Fault::Skip => {}
            Fault::Memory => {
                drop(black_box(Box::new([0_u8; 100])));
                sound.run();
            }
            Fault::Call => {
                // SAFETY: writes no bytes at all.
                unsafe { libc::write(2, b"".as_ptr().cast(), 0) };
                sound.run();
            }
            Fault::None | Fault::Sample => sound.run(),
        });
        heard.did.allocations += did.allocations;
        heard.did.system_calls += did.system_calls;
        heard.did.first = if heard.did.first < 0 { did.first } else { heard.did.first };
        heard.gains.push(gain);
        keep(sound.outs(), &mut heard.sound);
        if fault == Fault::Sample
            && let Some(last) = heard.sound.last_mut()
        {
            *last = f32::from_bits(last.to_bits() ^ 1);
        }
        for (told, meter) in shared.meters.iter().zip(sound.meters()) {
            told.store(meter.to_bits(), Ordering::Relaxed);
        }
        shared.blocks.store(block as u32 + 1, Ordering::Relaxed);
    }
    Ok(heard)
}

/// A host around an editor in either format.
trait Host {
    /// Lets the editor work, and gives the gain that its user has set, if any.
    fn turn(&mut self) -> Vec<f64>;
    fn gain(&mut self, gain: f64);
    fn meters(&mut self, meters: [f64; 2]);
}

impl Host for Editor {
    fn turn(&mut self) -> Vec<f64> {
        assert!(self.idle(), "the editor is there");
        let gain = self.port("gain");
        let calls = self.host.take().into_iter();
        let set = calls.filter_map(|call| match call {
            UiCall::Set(port, value) if port == gain => Some(f64::from(value)),
            _ => None,
        });
        set.collect()
    }

    fn gain(&mut self, gain: f64) {
        self.tell("gain", gain as f32);
    }

    fn meters(&mut self, [peak, rms]: [f64; 2]) {
        self.tell("peak", peak as f32);
        self.tell("rms", rms as f32);
    }
}

struct Vst3Host {
    seen: Seen,
    known: usize,
}

impl Host for Vst3Host {
    fn turn(&mut self) -> Vec<f64> {
        self.seen.frame.run(1);
        let edits = self.seen.edits.heard();
        let new = edits[self.known..].iter().filter_map(|edit| match edit {
            Edit::Set(param, position) if *param == id("gain") => Some(position * 84.0 - 60.0),
            _ => None,
        });
        let new = new.collect();
        self.known = edits.len();
        new
    }

    fn gain(&mut self, gain: f64) {
        // SAFETY: any id and value are allowed.
        unsafe { self.seen.plugin.controller.setParamNormalized(id("gain"), position(gain)) };
    }

    fn meters(&mut self, meters: [f64; 2]) {
        for (meter, value) in ["peak", "rms"].into_iter().zip(meters) {
            // SAFETY: as above.
            unsafe { self.seen.plugin.controller.setParamNormalized(id(meter), value) };
        }
    }
}

/// What the host's main thread has seen.
#[derive(Default)]
struct Moved {
    edits: usize,
    told: usize,
    meters: usize,
    pictures: usize,
    page: bool,
}

fn until(host: &mut dyn Host, what: &str, mut so: impl FnMut() -> bool) {
    let end = Instant::now() + SOON;
    while !so() {
        assert!(Instant::now() < end, "{what} did not come");
        let _ = host.turn();
        std::thread::sleep(Duration::from_millis(1));
    }
}

/// Opens the page, then has the sound begin, and moves everything until it has ended.
fn operate(host: &mut dyn Host, screen: &Screen, shared: &Shared, begin: impl FnOnce()) -> Moved {
    let page = || page_of(std::process::id()).map(|page| page.id);
    until(host, "a picture of the page", || page().is_some() && screen.picture(PLACE).colors() > 100);
    let (first, mut moved) = (page(), Moved::default());
    let (x, y) = Reference::new(gain::description(), 1.0).place("gain");
    let knob = (PLACE.x + x, PLACE.y + y);
    screen.point(knob);
    begin();
    let (mut held, mut last, mut metered, mut looked) = (false, usize::MAX, 0, 0);
    let mut picture = screen.picture(PLACE);
    while !shared.ended.load(Ordering::Relaxed) {
        let block = shared.blocks.load(Ordering::Relaxed) as usize;
        let part = block % ROUND;
        let by_hand = part < BY_HAND;
        if by_hand != held {
            screen.point(knob);
            screen.button(Button::Left, by_hand);
            held = by_hand;
        }
        // Every 10 ms something else.
        let step = block / 8;
        let wave = (step as f64 / 12.0).sin();
        if step != last && by_hand {
            screen.point((knob.0, knob.1 + (30.0 * wave) as i32));
        } else if step != last && part < BY_HOST {
            let gain = f64::from((-15.0 + 20.0 * wave) as f32);
            shared.gain.store(gain.to_bits(), Ordering::Relaxed);
            host.gain(gain);
            moved.told += 1;
        }
        last = step;
        for gain in host.turn() {
            shared.gain.store(gain.to_bits(), Ordering::Relaxed);
            moved.edits += 1;
        }
        // 60 times in a second, as hosts do.
        if block / 12 != metered {
            metered = block / 12;
            host.meters([load(&shared.meters[0]), load(&shared.meters[1])]);
            moved.meters += 1;
        }
        if block / 250 != looked {
            looked = block / 250;
            let now = screen.picture(PLACE);
            moved.pictures += usize::from(now != picture);
            picture = now;
        }
        std::thread::sleep(Duration::from_millis(1));
    }
    screen.button(Button::Left, false);
    moved.page = first.is_some() && page() == first;
    moved
}

/// Plays the same again on another instance without an editor: how many blocks sound otherwise.
fn differing(sound: &mut dyn Sound, heard: &Heard) -> usize {
    let (input, mut again) = (noise(FRAMES * SOUNDS, 1), Vec::with_capacity(heard.sound.len()));
    for (block, gain) in heard.gains.iter().enumerate() {
        sound.prepare(&input[block % SOUNDS * FRAMES..][..FRAMES], *gain);
        sound.run();
        keep(sound.outs(), &mut again);
    }
    let blocks = again.chunks_exact(FRAMES * 2).zip(heard.sound.chunks_exact(FRAMES * 2));
    let bits = |block: &[f32]| block.iter().map(|sample| sample.to_bits()).collect::<Vec<_>>();
    blocks.filter(|(again, first)| bits(again) != bits(first)).count()
}

/// Blocks in which the gain stands still, and those of them that are not the input with this gain.
fn settled(heard: &Heard) -> (usize, usize) {
    let (input, still) = (noise(FRAMES * SOUNDS, 1), RAMP / FRAMES + 1);
    let (mut count, mut unlike) = (0, 0);
    for block in still..heard.gains.len() {
        let gain = heard.gains[block];
        if heard.gains[block - still..block].iter().any(|before| before.to_bits() != gain.to_bits()) {
            continue;
        }
        count += 1;
        let input = &input[block % SOUNDS * FRAMES..][..FRAMES];
        let like = heard.sound[block * FRAMES * 2..][..FRAMES * 2].chunks_exact(FRAMES).all(|output| {
            let close = |(out, sample): (&f32, &f32)| {
                (f64::from(*out) - f64::from(*sample) * factor(gain)).abs() <= 1e-5 * (1.0 + factor(gain))
            };
            output.iter().zip(input).all(close)
        });
        unlike += usize::from(!like);
    }
    (count, unlike)
}

fn report(heard: Result<Heard, String>, moved: &Moved, again: &mut dyn Sound) -> ExitCode {
    let heard = match heard {
        Ok(heard) => heard,
        Err(why) => {
            eprintln!("{why}");
            return ExitCode::FAILURE;
        }
    };
    let (still, unlike) = settled(&heard);
    let processed = heard.sound.chunks_exact(FRAMES * 2).filter(|block| !block[0].is_nan()).count();
    let Moved { edits, told, meters, pictures, page } = moved;
    println!(
        "blocks={} processed={processed} allocations={} calls={} first={} differing={} still={still} unlike={unlike} \
         edits={edits} told={told} meters={meters} pictures={pictures} page={} late={} latest={}",
        heard.gains.len(),
        heard.did.allocations,
        heard.did.system_calls,
        heard.did.first,
        differing(again, &heard),
        u8::from(*page),
        heard.late,
        heard.latest.as_micros(),
    );
    ExitCode::SUCCESS
}

pub(super) fn run(format: &str, count: usize, fault: &str) -> ExitCode {
    let fault = match fault {
        "none" => Fault::None,
        "memory" => Fault::Memory,
        "call" => Fault::Call,
        "skip" => Fault::Skip,
        "sample" => Fault::Sample,
        _ => return ExitCode::from(2),
    };
    let (screen, _turn) = screen();
    let shared = Shared {
        gain: AtomicU64::new(0),
        meters: [(); 2].map(|()| AtomicU64::new(0)),
        blocks: AtomicU32::new(0),
        ended: AtomicBool::new(false),
    };
    let window = HostWindow::new(&screen, 420, 260);
    // The sound's thread begins when the page is there.
    let with = |host: &mut dyn Host, play: &(dyn Fn() -> Result<Heard, String> + Sync)| {
        std::thread::scope(|scope| {
            let mut sound = None;
            let moved = operate(host, &screen, &shared, || {
                sound = Some(scope.spawn(|| {
                    let heard = play();
                    shared.ended.store(true, Ordering::Relaxed);
                    heard
                }));
            });
            let heard = sound.expect("it has begun").join().expect("the sound's thread ends");
            (heard, moved)
        })
    };
    match format {
        "lv2" => {
            let offers = UiOffers::all(window.id);
            let editor = Editor::open(UiModule::gain(), &gain::description(), "stereo", &offers);
            let mut editor = editor.expect("the editor opens");
            let play = || play(&mut Rig::active("stereo", FRAMES), &shared, count, fault);
            let (heard, moved) = with(&mut editor, &play);
            drop(editor);
            report(heard, &moved, &mut Rig::active("stereo", FRAMES))
        }
        "vst3" => {
            let seen = Seen::new(Plugin::new(), Frame::new());
            assert_eq!(seen.plugin.set_up(RATE, FRAMES), kResultOk);
            seen.plugin.start();
            assert_eq!(seen.attach(window.id as usize), kResultOk);
            let processor = seen.plugin.processor.clone();
            let mut host = Vst3Host { seen, known: 0 };
            let play = || play(&mut Vst3::new(processor.clone()), &shared, count, fault);
            let (heard, moved) = with(&mut host, &play);
            drop(host);
            let again = Plugin::ready(RATE, FRAMES);
            report(heard, &moved, &mut Vst3::new(again.processor.clone()))
        }
        _ => ExitCode::from(2),
    }
}
