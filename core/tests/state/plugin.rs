//! A plugin with parameters, properties and fields, and what an adaptor does with it.

use dyad_core::param::{Bool, Choice, Float, Int, Params, Property, Range, Unit};
use dyad_core::state::{Draft, FieldError, Fields, Migration, StateError};
use dyad_core::{
    Activation, Audio, Category, Content, Context, Description, Info, Instance, Layout, Plugin, Processor,
};
use serde::{Deserialize, Serialize};

#[derive(Choice, Clone, Copy, Debug, PartialEq)]
pub(crate) enum Mode {
    Once,
    Loop,
    PingPong,
}

#[derive(Params)]
pub(crate) struct LooperParams {
    #[param(range = Range::linear(-60.0, 24.0), default = 0.0, unit = Unit::Decibels)]
    pub(crate) gain: Float,
    #[param(default = Mode::Loop)]
    pub(crate) mode: Choice<Mode>,
    #[param(default = true)]
    pub(crate) on: Bool,
    /// `count` in 0.1, `number` before that.
    #[param(range = Range::stepped(1.0, 64.0, 1.0), default = 16)]
    #[param(renamed_from = "count", renamed_from = "number")]
    pub(crate) steps: Int,
}

#[derive(Default)]
pub(crate) struct Looper {
    data: Data,
    /// The hash of its file.
    hash: Option<String>,
    /// What it heard of a file's hash.
    heard: Vec<(usize, String, String)>,
    /// How often it was told of each property.
    changed: [usize; 2],
}

impl Plugin for Looper {
    type Params = LooperParams;
    type Processor = Sound;

    const INFO: Info = Info {
        id: "urn:dyad:looper",
        name: "Looper",
        vendor: "Dyad",
        url: "",
        email: "",
        version: "0.2.0",
        license: "MIT",
        description: "",
        category: Category::Utility,
    };
    const LAYOUTS: &'static [Layout] = &[Layout::STEREO];

    const PROPERTIES: &'static [Property] =
        &[Property::text("title", "Title").max_len(64), Property::path("file", "File")];

    fn activate(&mut self, _: &mut Activation<'_>) -> Sound {
        Sound
    }

    fn save(&self) -> Fields {
        Fields::of(&self.data).expect("a struct")
    }

    fn load(&mut self, fields: &Fields) -> Result<(), FieldError> {
        let data: Data = fields.decode()?;
        if data.pattern.len() > 64 {
            return Err(FieldError::refused("a pattern has at most 64 steps"));
        }
        self.data = data;
        Ok(())
    }

    fn property_changed(&mut self, index: usize, _: &str) {
        self.changed[index] += 1;
    }

    fn property_hash(&self, index: usize) -> Option<String> {
        self.hash.clone().filter(|_| index == 1)
    }

    fn property_hash_loaded(&mut self, index: usize, path: &str, hash: &str) {
        self.heard.push((index, path.to_owned(), hash.to_owned()));
    }

    fn migrate(old: &mut Migration<'_>) {
        migrate(old);
    }

    fn foreign(bytes: &[u8]) -> Option<Draft> {
        foreign(bytes)
    }
}

pub(crate) struct Sound;

impl Processor for Sound {
    type Params = LooperParams;

    fn process(&mut self, _: &mut LooperParams, _: &mut Audio<'_>, _: &mut Context<'_>) {}
}

/// What the looper saves besides.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Data {
    pub(crate) pattern: Vec<u8>,
    pub(crate) curve: Vec<(f32, f32)>,
    pub(crate) names: std::collections::BTreeMap<String, String>,
    pub(crate) note: Option<String>,
}

/// What it saved in 0.0.9.
#[derive(Serialize, Deserialize)]
pub(crate) struct OldData {
    pub(crate) pattern: String,
}

/// 0.0.9 had a factor called `level`, the mode's number, a `name`, and the pattern as text.
pub(crate) fn migrate(old: &mut Migration<'_>) {
    if old.numbers() >= (0, 1, 0) {
        return;
    }
    old.rename_param("level", "gain");
    old.map_param("gain", |factor| 20.0 * factor.log10());
    old.rename_property("name", "title");
    if let Ok(OldData { pattern }) = old.fields().decode() {
        let pattern = pattern.bytes().map(|byte| u8::from(byte == b'x')).collect();
        if let Ok(fields) = Fields::of(&Data { pattern, ..Data::default() }) {
            old.set_fields(fields);
        }
    }
}

/// Before Dyad it was made with something that saved `gain=<dB>`.
pub(crate) fn foreign(bytes: &[u8]) -> Option<Draft> {
    let gain = std::str::from_utf8(bytes).ok()?.strip_prefix("gain=")?;
    let mut draft = Draft::new();
    draft.set_param("gain", gain.parse::<f64>().ok()?);
    draft.set_param("mode", "once");
    draft.set_property("title", "Imported");
    Some(draft)
}

/// An instance, as the adaptors have it.
pub(crate) struct Rig {
    pub(crate) description: &'static Description,
    instance: Instance<Looper>,
}

impl Rig {
    pub(crate) fn new() -> Self {
        let description = Description::of::<Looper>("").expect("a plugin without faults");
        let description: &'static _ = Box::leak(Box::new(description));
        Self { description, instance: Instance::new(description) }
    }

    /// One whose values are not the defaults.
    pub(crate) fn used() -> Self {
        let mut rig = Self::new();
        rig.use_it();
        rig
    }

    pub(crate) fn use_it(&mut self) {
        let store = &self.instance.shared().store;
        for (id, value) in [("bypass", 1.0), ("gain", -6.5), ("mode", 2.0), ("on", 0.0), ("steps", 7.0)] {
            store.load(self.description.index_of(id).expect("it exists"), value);
        }
        self.instance.set_property(0, "Rain on tin").expect("it fits");
        self.instance.set_property(1, "/music/rain.wav").expect("it fits");
        self.instance.with_plugin(|plugin| {
            plugin.data = Data {
                pattern: vec![1, 0, 0, 1, 200],
                curve: vec![(0.0, 1.0), (0.5, -0.25)],
                names: [("a", "one"), ("b", "two")].map(|(a, b)| (a.to_owned(), b.to_owned())).into(),
                note: Some("loud".into()),
            };
        });
    }

    pub(crate) fn set_hash(&self, hash: &str) {
        self.instance.with_plugin(|plugin| plugin.hash = Some(hash.to_owned()));
    }

    /// What the plugin has heard of files' hashes since it was asked last.
    pub(crate) fn heard(&self) -> Vec<(usize, String, String)> {
        self.instance.with_plugin(|plugin| std::mem::take(&mut plugin.heard))
    }

    /// How often the plugin was told of each property since it was asked last.
    pub(crate) fn changed(&self) -> [usize; 2] {
        self.instance.with_plugin(|plugin| std::mem::take(&mut plugin.changed))
    }

    /// What LV2 saves, with paths that its host has made shorter.
    pub(crate) fn save_mapped(&self) -> Vec<u8> {
        self.instance.save(Content::WithoutParams, &|path| path.replace("/music", "session"))
    }

    pub(crate) fn save(&self) -> Vec<u8> {
        self.instance.save(Content::All, &str::to_owned)
    }

    /// Gives what was refused.
    pub(crate) fn load(&mut self, bytes: &[u8]) -> Result<Vec<String>, StateError> {
        self.load_shared(bytes)
    }

    /// The same from any thread.
    pub(crate) fn load_shared(&self, bytes: &[u8]) -> Result<Vec<String>, StateError> {
        self.instance.load(bytes, Content::All, &str::to_owned)
    }

    pub(crate) fn value(&self, id: &str) -> f64 {
        self.instance.shared().store.value(self.description.index_of(id).expect("it exists"))
    }

    pub(crate) fn properties(&self) -> Vec<String> {
        self.instance.shared().properties.snapshot()
    }

    pub(crate) fn data(&self) -> Data {
        self.instance.with_plugin(|plugin| plugin.data.clone())
    }

    /// All that a state can change.
    pub(crate) fn content(&self) -> (Vec<f64>, Vec<String>, Data) {
        let store = &self.instance.shared().store;
        let values = (0..store.len()).map(|index| store.value(index)).collect();
        (values, self.properties(), self.data())
    }
}
