//! A plugin that does what a test tells it, and a host that can do everything.

use super::*;
use crate::event::{Amount, Controllers, Event, EventPorts, Incoming, MpeReading};
use crate::param::{Float, Int, Params, PeakMeter, Range, Trigger};
use crate::plugin::{Activation, Category, Info};
use crate::task::{TaskSender, Worker};
use std::sync::atomic::{AtomicUsize, Ordering};

#[derive(Params)]
pub(super) struct ProbeParams {
    #[param(range = Range::linear(0.0, 1.0), default = 0.5)]
    pub(super) level: Float,
    #[param(range = Range::linear(0.0, 1.0), sample_accurate = false)]
    pub(super) coarse: Float,
    #[param(range = Range::stepped(0.0, 1000.0, 1.0))]
    pub(super) count: Int,
    #[param]
    pub(super) press: Trigger,
    #[meter]
    pub(super) peak: PeakMeter,
}

/// What kind of plugin the probe is.
pub(super) trait Kind: Default + Send + 'static {
    const EVENTS: EventPorts = EventPorts::NONE;
    const LAYOUTS: &'static [Layout] = &[Layout::MONO, Layout::STEREO];
    const MIN_PIECE: usize = 1;
    const DOUBLE: bool = false;
    const MAX_LATENCY: u32 = 0;
    const TASKS: bool = false;
}

macro_rules! kind {
    ($name:ident $($constants:tt)*) => {
        #[derive(Default)]
        pub(super) struct $name;
        impl Kind for $name { $($constants)* }
    };
}

kind!(Effect const MAX_LATENCY: u32 = 100;);
kind!(Busy const TASKS: bool = true;);
kind!(Widening
    const LAYOUTS: &'static [Layout] = &[crate::fixture::WIDENING];
    const MAX_LATENCY: u32 = 100;
);
kind!(Coarse const MIN_PIECE: usize = 16;);
kind!(Whole const MIN_PIECE: usize = usize::MAX;);
kind!(Double const DOUBLE: bool = true;);
kind!(Synth
    const EVENTS: EventPorts = EventPorts::NONE.input().sysex(1000);
    const LAYOUTS: &'static [Layout] = &[Layout::STEREO_OUT];
);
kind!(MpeSynth
    const EVENTS: EventPorts = EventPorts::NONE.input().mpe();
    const LAYOUTS: &'static [Layout] = &[Layout::STEREO_OUT];
);
kind!(BendSynth
    const EVENTS: EventPorts = EventPorts::NONE.input().mpe().controllers(Controllers::Some(&[121]));
    const LAYOUTS: &'static [Layout] = &[Layout::STEREO_OUT];
);
kind!(Crowded
    const EVENTS: EventPorts = EventPorts::NONE.input().output().notes(4).events(8);
    const MAX_LATENCY: u32 = 100;
);
kind!(NoteEffect
    const EVENTS: EventPorts = EventPorts::NONE.input().output().sysex(1000);
    const LAYOUTS: &'static [Layout] = &[Layout::NONE];
);

pub(super) type Script = Box<dyn FnMut(&mut ProbeParams, &mut Audio<'_>, &mut Context<'_>) + Send>;

#[derive(Default)]
pub(super) struct Probe<K>(K);

pub(super) struct ProbeProcessor<K> {
    kind: K,
    pub(super) script: Option<Script>,
    /// First frame and length of each piece of the last block.
    pub(super) pieces: Vec<(u32, usize)>,
    /// With the first frame of their piece.
    pub(super) events: Vec<(u32, Event)>,
    pub(super) latency: u32,
    pub(super) tail: Tail,
    pub(super) resets: usize,
    /// What count and level were before the first block.
    pub(super) prepared: (i32, f32),
    /// How many events of the block there were at each reset.
    pub(super) reset_at: Vec<usize>,
    /// Adds to `done`, where there are tasks.
    pub(super) add: Option<TaskSender<usize>>,
    pub(super) done: Arc<AtomicUsize>,
}

impl<K: Kind> Plugin for Probe<K> {
    type Params = ProbeParams;
    type Processor = ProbeProcessor<K>;

    const INFO: Info = Info {
        id: "urn:dyad:probe",
        name: "Probe",
        vendor: "Dyad",
        url: "",
        email: "",
        version: "1.0.0",
        license: "MIT",
        description: "",
        category: Category::Utility,
    };
    const LAYOUTS: &'static [Layout] = K::LAYOUTS;
    const EVENTS: EventPorts = K::EVENTS;
    const TRANSPORT: bool = true;
    const MIN_PIECE: usize = K::MIN_PIECE;
    const DOUBLE: bool = K::DOUBLE;
    const TASKS: bool = K::TASKS;

    fn activate(&mut self, run: &mut Activation<'_>) -> ProbeProcessor<K> {
        let done = Arc::new(AtomicUsize::new(0));
        let adder = Arc::clone(&done);
        let add = K::TASKS.then(|| {
            run.tasks().background(4, move |more| {
                adder.fetch_add(more, Ordering::SeqCst);
            })
        });
        let kind = K::default();
        let (pieces, events) = (Vec::with_capacity(1000), Vec::with_capacity(1000));
        let (tail, reset_at) = (Tail::None, Vec::new());
        ProbeProcessor {
            kind,
            script: None,
            pieces,
            events,
            latency: 0,
            tail,
            resets: 0,
            prepared: (-1, -1.0),
            reset_at,
            add,
            done,
        }
    }
}

impl<K: Kind> Processor for ProbeProcessor<K> {
    type Params = ProbeParams;

    fn prepare(&mut self, params: &mut ProbeParams) {
        self.prepared = (params.count.value(), params.level.value());
    }

    fn reset(&mut self) {
        self.resets += 1;
        self.reset_at.push(self.events.len());
    }

    fn process(&mut self, params: &mut ProbeParams, audio: &mut Audio<'_>, context: &mut Context<'_>) {
        let _ = &self.kind;
        self.pieces.push((context.start, audio.frames()));
        self.events.extend(context.events().map(|event| (context.start, event)));
        if let Some(script) = &mut self.script {
            script(params, audio, context);
        }
    }

    fn process_f64(
        &mut self,
        params: &mut ProbeParams,
        audio: &mut Audio<'_, f64>,
        context: &mut Context<'_>,
    ) {
        self.pieces.push((context.start, audio.frames()));
        let level = params.level.advance(audio.frames());
        audio.channels().for_each(|mut channel| channel.map_with(&level, |x, level| x * level));
    }

    /// `count` says it, 0 as it is without this.
    fn read_mpe(&self, params: &ProbeParams) -> MpeReading {
        match params.count.value() {
            0 => MpeReading::Always,
            1 => MpeReading::Asked,
            _ => MpeReading::Never,
        }
    }

    fn latency(&self) -> u32 {
        self.latency
    }

    fn max_latency(&self) -> u32 {
        K::MAX_LATENCY
    }

    fn tail(&self) -> Tail {
        self.tail
    }
}

/// All that a host can put into a block.
#[derive(Default)]
pub(super) struct Feed<'a> {
    /// In the order of frames.
    pub(super) changes: Vec<(u32, usize, Amount)>,
    pub(super) transports: Vec<(u32, Transport)>,
    pub(super) events: Vec<Incoming<'a>>,
    pub(super) description: Option<&'static Description>,
}

impl Source for Feed<'_> {
    fn changes(&mut self, frame: u32, sink: &mut impl Sink) -> Option<u32> {
        for (index, amount) in self.changes.extract_if(.., |c| c.0 <= frame).map(|c| (c.1, c.2)) {
            sink.change(Change { index, amount });
        }
        for (at, transport) in self.transports.extract_if(.., |t| t.0 <= frame) {
            sink.transport(at, &transport);
        }
        let params = &self.description?.params;
        let cuts = self.changes.iter().filter(|c| params[c.1].info.sample_accurate).map(|c| c.0);
        cuts.chain(self.transports.iter().map(|t| t.0)).min()
    }

    fn events(&mut self, frame: u32, take: &mut impl FnMut(Incoming<'_>)) {
        self.events.extract_if(.., |event| event.frame() <= frame).for_each(take);
    }
}

/// An instance, its description, and a host.
pub(super) struct Rig<K: Kind> {
    pub(super) instance: Instance<Probe<K>>,
    pub(super) engine: Engine<Probe<K>>,
    pub(super) description: &'static Description,
}

impl<K: Kind> Rig<K> {
    pub(super) fn new() -> Self {
        Self::with(SampleFormat::F32)
    }

    pub(super) fn with(format: SampleFormat) -> Self {
        let description: &'static _ = Box::leak(Box::new(Description::of::<Probe<K>>("").unwrap()));
        let instance = Instance::<Probe<K>>::new(description);
        let setup = Setup { format, ..setup(description.layouts[0], 512) };
        let mut engine = instance.activate(setup, Worker::Service);
        engine.reset();
        engine.processor.resets = 0;
        Self { instance, engine, description }
    }

    pub(super) fn index(&self, id: &str) -> usize {
        self.description.index_of(id).unwrap()
    }

    pub(super) fn value(&self, id: &str) -> f64 {
        self.instance.shared().store.value(self.index(id))
    }

    /// Changes of parameters by their ids.
    pub(super) fn plain<'a>(&self, changes: &[(u32, &str, f64)]) -> Feed<'a> {
        let changes = changes.iter().map(|(at, id, plain)| (*at, self.index(id), Amount::Plain(*plain)));
        Feed { changes: changes.collect(), description: Some(self.description), ..Feed::default() }
    }

    /// Runs a block of ones; gives its outputs and which of them are silent.
    pub(super) fn run(&mut self, frames: usize, feed: Feed<'_>) -> (Vec<Vec<f32>>, SilenceMask) {
        self.block(frames, feed, |_| {})
    }

    /// Runs a block of ones that `adjust` has changed.
    pub(super) fn block(
        &mut self,
        frames: usize,
        mut feed: Feed<'_>,
        adjust: impl FnOnce(&mut Block<'_>),
    ) -> (Vec<Vec<f32>>, SilenceMask) {
        let layout = self.description.layouts[0];
        let input = vec![1.0f32; frames];
        let mut outputs = vec![vec![9.0f32; frames]; layout.output_channels()];
        let ins = vec![input.as_ptr(); layout.input_channels()];
        let outs: Vec<_> = outputs.iter_mut().map(|output| output.as_mut_ptr()).collect();
        let mut block = Block::new(frames, &ins, &outs);
        adjust(&mut block);
        feed.description = Some(self.description);
        self.engine.processor.pieces.clear();
        self.engine.processor.events.clear();
        self.engine.processor.reset_at.clear();
        // SAFETY: all valid for `frames`.
        let silent = unsafe { self.engine.run(&block, &mut feed) };
        (outputs, silent)
    }
}
