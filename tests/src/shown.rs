//! What a plugin's meters show a host while a sound passes.

use dyad_core::{Bundle, Description, Plugin, Visitor, identity};
use vst3::Steinberg::Vst::SpeakerArr::{k51, kMono, kStereo};
use vst3::Steinberg::kResultOk;

use crate::lv2::{self, Rig};
use crate::memory::Samples;
use crate::sound::Format;
use crate::wav::Sound;
use crate::{bundle, vst3 as host};

/// Frames of a block.
const BLOCK: usize = 512;

/// A change of a parameter: from which block on, which one, and its plain value.
pub type Set<'a> = (usize, &'a str, f64);

/// How to play.
#[derive(Clone, Copy, Debug)]
pub struct Play<'a> {
    /// The library's name.
    pub plugin: &'a str,
    /// The id of the layout.
    pub layout: &'a str,
    /// Frames per second.
    pub rate: f64,
    /// Blocks count from 0, and have 512 frames.
    pub changes: &'a [Set<'a>],
}

/// Plays a sound to the built plugin of a crate, and calls `each` after each block, with the frames so far and what
/// reads a parameter's plain value. What is less than a block at the end is left out. Gives what came out.
///
/// # Panics
/// Where the bundle is missing or the plugin refuses.
pub fn play<B: Bundle>(
    format: Format,
    play: Play<'_>,
    sound: &Sound,
    mut each: impl FnMut(usize, &dyn Fn(&str) -> f64),
) -> Sound {
    let description = describe::<B>();
    let mut subject = Subject::new(format, &play, &description);
    let mut out: Sound = Vec::new();
    for block in 0..sound[0].len() / BLOCK {
        let start = block * BLOCK;
        for (buffer, channel) in subject.ins().iter_mut().zip(sound) {
            buffer.copy_from_slice(&channel[start..start + BLOCK]);
        }
        let now = play.changes.iter().filter(|(at, ..)| *at == block);
        let now: Vec<_> = now.map(|(_, id, plain)| (*id, *plain)).collect();
        subject.run(&description, &now);
        out.resize(subject.outs().len(), Vec::new());
        for (channel, buffer) in out.iter_mut().zip(subject.outs()) {
            channel.extend_from_slice(buffer);
        }
        each(start + BLOCK, &|id| subject.plain(&description, id));
    }
    out
}

/// An active instance of a crate's plugin in the LV2 host, for what this module has no words for. Its module is never
/// unloaded.
///
/// # Panics
/// Where the bundle is missing or the plugin refuses.
#[must_use]
pub fn rig<B: Bundle>(plugin: &str, layout: &str, rate: f64) -> Box<Rig> {
    let play = Play { plugin, layout, rate, changes: &[] };
    match Subject::new(Format::Lv2, &play, &describe::<B>()) {
        Subject::Lv2(rig) => rig,
        Subject::Vst3 { .. } => unreachable!("it was asked for in LV2"),
    }
}

/// The first plugin of a crate, as it describes itself.
///
/// # Panics
/// Where it has a fault.
#[must_use]
pub fn describe<B: Bundle>() -> Description {
    struct First(Option<Description>);
    impl Visitor for First {
        fn plugin<P: Plugin>(&mut self, lock: &'static str) {
            self.0.get_or_insert_with(|| Description::of::<P>(lock).expect("it describes itself"));
        }
    }
    let mut first = First(None);
    B::visit(&mut first);
    first.0.expect("the crate exports a plugin")
}

/// The instance; modules are never unloaded.
enum Subject {
    Lv2(Box<Rig>),
    Vst3 { plugin: host::Plugin, ins: Vec<Samples>, outs: Vec<Samples> },
}

impl Subject {
    fn new(format: Format, play: &Play<'_>, description: &Description) -> Self {
        let Play { plugin, layout, rate, .. } = *play;
        let inside = match format {
            Format::Lv2 => format!("{plugin}.lv2/{plugin}.so"),
            Format::Vst3 => format!("{plugin}.vst3/Contents/{}-linux/{plugin}.so", std::env::consts::ARCH),
        };
        let path = bundle::built(&inside);
        match format {
            Format::Lv2 => {
                let module: &'static lv2::Module = Box::leak(Box::new(lv2::Module::load(&path)));
                // SAFETY: the module is never unloaded.
                let rig = unsafe { Rig::any(module, description, layout, rate, BLOCK) };
                rig.activate();
                Self::Lv2(Box::new(rig))
            }
            Format::Vst3 => {
                let module = Box::leak(Box::new(host::Module::of(&path, description.info.id)));
                let plugin = host::Plugin::of(module);
                let layout = description.layouts.iter().find(|known| known.id == layout).expect("a layout");
                let speakers = |channels: usize| match channels {
                    1 => kMono,
                    2 => kStereo,
                    6 => k51,
                    other => panic!("no arrangement of {other} channels"),
                };
                let (ins, outs) = (layout.input_channels(), layout.output_channels());
                assert_eq!(plugin.arrange(&[speakers(ins)], &[speakers(outs)]), kResultOk);
                assert_eq!(plugin.set_up(rate, BLOCK), kResultOk);
                plugin.start();
                let ins = (0..ins).map(|_| Samples::of(&[0.0; BLOCK])).collect();
                let outs = (0..outs).map(|_| Samples::unwritten(BLOCK)).collect();
                Self::Vst3 { plugin, ins, outs }
            }
        }
    }

    fn ins(&mut self) -> &mut [Samples] {
        match self {
            Self::Lv2(rig) => &mut rig.ins,
            Self::Vst3 { ins, .. } => ins,
        }
    }

    fn outs(&self) -> &[Samples] {
        match self {
            Self::Lv2(rig) => &rig.outs,
            Self::Vst3 { outs, .. } => outs,
        }
    }

    fn run(&mut self, description: &Description, changes: &[(&str, f64)]) {
        match self {
            Self::Lv2(rig) => {
                for (id, plain) in changes {
                    match *id {
                        "bypass" => rig.set("enabled", 1.0 - *plain as f32),
                        id => rig.set(id, *plain as f32),
                    }
                }
                rig.run(BLOCK);
                // Hosts set a button back.
                for (id, _) in changes.iter().filter(|(id, _)| is_trigger(description, id)) {
                    rig.set(id, 0.0);
                }
            }
            Self::Vst3 { plugin, ins, outs } => {
                let position = |id: &str, plain: f64| param(description, id).range.normalize(plain);
                let points: Vec<_> =
                    changes.iter().map(|(id, plain)| [(0, position(id, *plain))]).collect();
                let points = changes.iter().zip(&points);
                let points: Vec<_> =
                    points.map(|((id, _), at)| (identity::vst3_param_id(id), &at[..])).collect();
                let mut call = host::Call::over(BLOCK, ins, outs).with(&points);
                assert_eq!(plugin.process(&mut call), kResultOk);
            }
        }
    }

    fn plain(&self, description: &Description, id: &str) -> f64 {
        match self {
            Self::Lv2(rig) => f64::from(rig.get(id)),
            Self::Vst3 { plugin, .. } => param(description, id).range.plain(plugin.value(id)),
        }
    }
}

fn param<'a>(description: &'a Description, id: &str) -> &'a dyad_core::param::ParamInfo {
    let found = description.params.iter().find(|param| param.info.id == id);
    &found.unwrap_or_else(|| panic!("no parameter {id}")).info
}

fn is_trigger(description: &Description, id: &str) -> bool {
    param(description, id).role == dyad_core::param::Role::Trigger
}
