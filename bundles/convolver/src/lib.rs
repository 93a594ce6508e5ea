//! Convolution with impulse responses, from files and built in, without latency.
//!
//! ```text
//! main thread       property `impulse` ──> Wanted (path, generation)
//! audio thread      parameters, generation ──> Task::Make ─┐          ┌─> Convolver, which fades into it
//! service thread                               Loader ─────┴─ Parcel ─┘   and gives the old one back: Task::Tidy
//! ```
//!
//! input → pre-delay → [`engine`] → low cut → high cut → width → gain → mix. Without a response the sound passes.

mod cut;
mod engine;
mod load;
mod params;
mod pre_delay;
mod processor;

use std::sync::Arc;
#[expect(clippy::disallowed_types, reason = "main threads and tasks take it, never a block")]
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::AtomicUsize;

use dyad::prelude::*;
use dyad::sync::{handover, queue};

use cut::{Cut, Side};
use engine::Convolver as Engine;
use engine::Plans;
pub use load::shape::{Envelope, height};
use load::{Channels, Loader, Run, Wanted};
pub use params::{ConvolverParams, Source};
use pre_delay::PreDelay;
pub use processor::ConvolverProcessor;
use processor::{Supply, Task};

/// One input, and what a stereo response makes of it.
const MONO_TO_STEREO: Layout = Layout {
    id: "mono_to_stereo",
    name: "Mono to stereo",
    inputs: &[Bus::main_input(1)],
    outputs: &[Bus::main_output(2)],
};

/// Seconds of the way from one response, or pre-delay, to another.
const FADE: f64 = 0.05;
/// The longest pre-delay, in seconds.
const PRE_DELAY: f64 = 0.5;

/// The plugin.
#[derive(Default)]
pub struct Convolver {
    wanted: Arc<Wanted>,
    kept: Option<Kept>,
    runs: u64,
}

/// What all runs have in common. Hosts make instances to look at them, so it comes with the first one.
struct Kept {
    plans: Arc<Plans>,
    #[expect(clippy::disallowed_types, reason = "as above")]
    loader: Arc<Mutex<Loader>>,
}

impl Kept {
    fn new(wanted: &Arc<Wanted>) -> Self {
        #[expect(clippy::disallowed_types, reason = "as above")]
        let loader = Arc::new(Mutex::new(Loader::new(Arc::clone(wanted))));
        Self { plans: Arc::new(Plans::new()), loader }
    }
}

impl Plugin for Convolver {
    type Params = ConvolverParams;
    type Processor = ConvolverProcessor;

    const INFO: Info = Info {
        id: "urn:dyad:convolver",
        name: "Dyad Convolver",
        vendor: "Dyad",
        url: "",
        email: "",
        version: env!("CARGO_PKG_VERSION"),
        license: env!("CARGO_PKG_LICENSE"),
        description: "Rooms, plates, springs and cabinets by their impulse responses, without latency.",
        category: Category::Reverb,
    };
    const LAYOUTS: &'static [Layout] = &[Layout::STEREO, Layout::MONO, MONO_TO_STEREO];
    const PROPERTIES: &'static [Property] =
        &[Property::path("impulse", "Impulse response").extensions(&["wav"])];
    const PRESETS: &'static [dyad::preset::Preset] = dyad::presets!("presets");
    const TASKS: bool = true;
    // A notice and a waveform, twice.
    const MESSAGES: usize = 16 << 10;

    fn activate(&mut self, run: &mut Activation<'_>) -> ConvolverProcessor {
        let (inputs, outputs) = (run.layout.main_inputs(), run.layout.main_outputs());
        let rate = run.sample_rate;
        self.runs += 1;
        let Kept { plans, loader } = self.kept.get_or_insert_with(|| Kept::new(&self.wanted));
        let (plans, loader) = (Arc::clone(plans), Arc::clone(loader));
        let capacity = Arc::new(AtomicUsize::new(0));
        let channels = Channels { inputs, outputs };
        let this = Run { number: self.runs, rate, channels, capacity, plans: Arc::clone(&plans) };
        let (mut finished, made) = handover();
        let (retired, mut old) = queue(4);
        let (maker, makes_for) = (Arc::clone(&loader), this.clone());
        let tasks = run.tasks().background(4, move |task| match task {
            Task::Make(work) => {
                let mut maker = maker.lock().unwrap_or_else(PoisonError::into_inner);
                finished.send(maker.make(&makes_for, &work));
            }
            Task::Tidy => while old.pop().is_some() {},
        });
        let (sender, _) = run.messages();
        let fade = (FADE * rate) as usize;
        ConvolverProcessor {
            supply: Supply { wanted: Arc::clone(&self.wanted), loader, tasks, made, retired, run: this },
            convolver: Engine::new(plans, inputs, outputs, fade),
            pre_delay: PreDelay::new(inputs, (PRE_DELAY * rate).ceil() as usize, fade),
            low_cut: Cut::new(Side::Low, rate, 20.0),
            high_cut: Cut::new(Side::High, rate, 20_000.0),
            sender,
            inputs,
            outputs,
            rate,
            asked: None,
            shown: [Vec::new(), Vec::new()],
            told: [false; 2],
            delay: 0,
        }
    }

    fn property_changed(&mut self, _: usize, value: &str) {
        self.wanted.set(value);
    }

    fn property_hash(&self, _: usize) -> Option<String> {
        self.wanted.hash()
    }

    fn property_hash_loaded(&mut self, _: usize, path: &str, hash: &str) {
        self.wanted.expect(path, hash);
    }
}

dyad::export!(Convolver);
