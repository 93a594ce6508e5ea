//! What hundreds of parameters cost: a plugin with 4 beside one with 400, through the cycle itself.

use dyad::event::{Change, NoEvents, Sink, Source};
use dyad::param::Params;
use dyad::prelude::*;
use dyad_core::task::Worker;
use dyad_core::{Block, Description, Engine, Instance, SampleFormat};

use crate::measure::Case;

/// One of many.
#[derive(Params)]
struct One {
    #[param(range = Range::linear(0.0, 1.0), smooth = Smooth::Linear(10.0))]
    a: Float,
    #[param(range = Range::log(20.0, 20_000.0))]
    b: Float,
}

macro_rules! plugin {
    ($plugin:ident, $params:ident, $count:literal) => {
        #[derive(Params)]
        struct $params {
            #[group]
            one: [One; $count],
        }

        #[derive(Default)]
        struct $plugin;

        impl Plugin for $plugin {
            type Params = $params;
            type Processor = Self;

            const INFO: Info = Info {
                id: concat!("urn:dyad:bench-", stringify!($plugin)),
                name: "Bench",
                vendor: "Dyad",
                url: "",
                email: "",
                version: "1.0.0",
                license: "MIT",
                description: "",
                category: Category::Utility,
            };
            const LAYOUTS: &'static [Layout] = &[Layout::STEREO];

            fn activate(&mut self, _: &mut Activation<'_>) -> Self {
                Self
            }
        }

        impl Processor for $plugin {
            type Params = $params;

            fn process(&mut self, params: &mut $params, audio: &mut Audio<'_>, _: &mut Context<'_>) {
                let gain = params.one[0].a.value();
                audio.channels().for_each(|mut channel| channel.map(|x| x * gain));
            }
        }
    };
}

plugin!(Few, FewParams, 2);
plugin!(Many, ManyParams, 200);

/// So many parameters change at the block's start.
struct Changes(usize, f64);

impl Source for Changes {
    fn changes(&mut self, _frame: u32, sink: &mut impl Sink) -> Option<u32> {
        for index in 1..=std::mem::take(&mut self.0) {
            sink.change(Change::plain(index, self.1));
        }
        None
    }
}

struct Running<P: Plugin> {
    engine: Engine<P>,
    audio: [Vec<f32>; 2],
    /// Parameters that change in each block.
    changes: usize,
    calls: u32,
}

impl<P: Plugin> Running<P> {
    fn new(changes: usize) -> Box<Self> {
        let description = Description::of::<P>("").expect("a plugin without faults");
        let instance = Instance::<P>::new(Box::leak(Box::new(description)));
        let layout = Layout::STEREO;
        let setup = dyad_core::plugin::Setup {
            sample_rate: 48_000.0,
            max_frames: 64,
            layout,
            format: SampleFormat::F32,
        };
        let mut engine = instance.activate(setup, Worker::Service);
        engine.reset();
        Box::new(Self { engine, audio: [vec![0.5; 64], vec![0.5; 64]], changes, calls: 0 })
    }
}

impl<P: Plugin> Case for Running<P> {
    fn call(&mut self, times: u32) {
        for _ in 0..times {
            self.calls += 1;
            let outputs = [self.audio[0].as_mut_ptr(), self.audio[1].as_mut_ptr()];
            let inputs = outputs.map(<*mut f32>::cast_const);
            let block = Block { moved: false, ..Block::new(64, &inputs, &outputs) };
            // SAFETY: in place, valid for 64 frames.
            unsafe {
                if self.changes == 0 {
                    self.engine.run(&block, &mut NoEvents);
                } else {
                    let value = f64::from(self.calls % 1000) * 1e-3;
                    self.engine.run(&block, &mut Changes(self.changes, value));
                }
            }
        }
    }
}

/// 400 parameters and 4, at rest; and 400 of which 100 change in each block, and one.
pub(crate) fn cases() -> [(&'static str, [Box<dyn Case>; 2]); 2] {
    [
        ("400 parameters beside 4, at rest", [Running::<Many>::new(0), Running::<Few>::new(0)]),
        ("100 of 400 change, beside 1 of 400", [Running::<Many>::new(100), Running::<Many>::new(1)]),
    ]
}
