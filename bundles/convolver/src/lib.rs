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
pub use load::shape::Envelope;
use load::{Channels, Loader, Wanted};
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
pub struct Convolver {
    wanted: Arc<Wanted>,
    #[expect(clippy::disallowed_types, reason = "as above")]
    loader: Option<Arc<Mutex<Loader>>>,
}

impl Default for Convolver {
    fn default() -> Self {
        // Hosts make instances to look at them: plans and memory come with the first run.
        Self { wanted: Arc::default(), loader: None }
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
        let capacity = Arc::new(AtomicUsize::new(0));
        #[expect(clippy::disallowed_types, reason = "as above")]
        let new = || Arc::new(Mutex::new(Loader::new(Arc::clone(&self.wanted))));
        let loader = Arc::clone(self.loader.get_or_insert_with(new));
        let mut present = loader.lock().unwrap_or_else(PoisonError::into_inner);
        present.begin_run(rate, Channels { inputs, outputs }, Arc::clone(&capacity));
        let plans = Arc::clone(present.plans());
        drop(present);
        let (mut finished, made) = handover();
        let (retired, mut old) = queue(4);
        let maker = Arc::clone(&loader);
        let tasks = run.tasks().background(4, move |task| match task {
            Task::Make(work) => {
                finished.send(maker.lock().unwrap_or_else(PoisonError::into_inner).make(&work));
            }
            Task::Tidy => while old.pop().is_some() {},
        });
        let (sender, _) = run.messages();
        let fade = (FADE * rate) as usize;
        ConvolverProcessor {
            supply: Supply { wanted: Arc::clone(&self.wanted), loader, tasks, made, retired, capacity },
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
