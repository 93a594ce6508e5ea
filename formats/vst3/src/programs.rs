//! Presets as a program list, which is how VST3 hosts show them in menus of their own.
//!
//! The list belongs to the root unit, and a parameter of its own chooses from it. That parameter is no value of the
//! plugin's: it is not in the state, it can't be automated, and setting it to what it is does nothing. So a
//! session that is opened never has a preset laid over what its user has changed since.
//!
//! Ardour chooses programs on its audio thread, too, when MIDI asks for one. So to choose is one atomic store, and
//! loading comes after it: at once where the host chooses on its main thread, else when it next comes there.

#[expect(
    clippy::disallowed_types,
    reason = "never taken on the audio thread, nor held while a host is called"
)]
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use dyad_core::identity::PROGRAM_VST3_ID;
use dyad_core::preset::Program;
use vst3::Steinberg::Vst::ParameterInfo_::ParameterFlags_::{kIsList, kIsProgramChange};
use vst3::Steinberg::Vst::{
    ParamID, ParameterInfo, ProgramListID, ProgramListInfo, String128, kNoProgramListId, kRootUnitId,
};
use vst3::Steinberg::int32;

use crate::half::Half;
use crate::text::write_utf16;

/// The list's id; there is one.
pub(crate) const LIST: ProgramListID = 1;
/// What people read.
const NAME: &str = "Presets";

/// How long after a state the program that a host sets is the one that belongs to it. Hosts restore all they have in one
/// go, and no user chooses within it.
const RESTORING: Duration = Duration::from_secs(2);
/// No position: the bits of a number that is none.
const NONE: u64 = u64::MAX;

/// The programs of an instance, and which one it has.
pub(crate) struct Programs {
    half: Arc<dyn Half>,
    /// Read when a host first asks: the user's presets are files, which an instance that only plays has no need of.
    list: OnceLock<Vec<Program>>,
    /// What was chosen and is not loaded yet: the bits of a position.
    wanted: AtomicU64,
    #[expect(clippy::disallowed_types, reason = "as above")]
    present: Mutex<Present>,
}

#[derive(Clone, Copy, Default)]
struct Present {
    place: usize,
    /// When the last state came.
    restored: Option<Instant>,
}

impl Programs {
    /// With the first program.
    pub(crate) fn new(half: &Arc<dyn Half>) -> Self {
        #[expect(clippy::disallowed_types, reason = "as above")]
        let present = Mutex::default();
        Self { half: Arc::clone(half), list: OnceLock::new(), wanted: AtomicU64::new(NONE), present }
    }

    /// Whether there is a list.
    pub(crate) fn any(&self) -> bool {
        self.half.has_programs()
    }

    /// The same list as long as the instance lives, because hosts number it. `[main-thread]`
    fn list(&self) -> &[Program] {
        self.list.get_or_init(|| self.half.programs())
    }

    /// What the root unit says.
    pub(crate) fn id(&self) -> ProgramListID {
        if self.any() { LIST } else { kNoProgramListId }
    }

    /// Whether this is the parameter that chooses.
    pub(crate) fn is_param(&self, id: ParamID) -> bool {
        id == PROGRAM_VST3_ID && self.any()
    }

    /// Describes that parameter.
    pub(crate) fn describe_param(&self, answer: &mut ParameterInfo) {
        answer.id = PROGRAM_VST3_ID;
        write_utf16(&mut answer.title, "Preset");
        write_utf16(&mut answer.shortTitle, "Preset");
        write_utf16(&mut answer.units, "");
        answer.stepCount = self.steps() as int32;
        answer.defaultNormalizedValue = 0.0;
        answer.unitId = kRootUnitId;
        answer.flags = kIsProgramChange | kIsList;
    }

    /// Describes the list.
    pub(crate) fn describe_list(&self, answer: &mut ProgramListInfo) {
        answer.id = LIST;
        write_utf16(&mut answer.name, NAME);
        answer.programCount = self.list().len() as int32;
    }

    /// A program by its place in a list.
    pub(crate) fn get(&self, list: ProgramListID, n: int32) -> Option<&Program> {
        if list == LIST && self.any() { self.list().get(usize::try_from(n).ok()?) } else { None }
    }

    /// Writes a program's name.
    pub(crate) fn write_name(&self, n: usize, name: &mut String128) {
        write_utf16(name, self.list().get(n).map_or("", |program| &program.name));
    }

    fn steps(&self) -> usize {
        self.list().len().saturating_sub(1)
    }

    /// The place at a position 0…1.
    pub(crate) fn place(&self, position: f64) -> usize {
        (position.clamp(0.0, 1.0) * self.steps() as f64).round() as usize
    }

    /// The position of a place.
    pub(crate) fn position(&self, place: usize) -> f64 {
        // The first needs no list.
        if place == 0 || self.steps() == 0 { 0.0 } else { place as f64 / self.steps() as f64 }
    }

    /// The place of the program with this name.
    pub(crate) fn named(&self, name: &str) -> Option<usize> {
        self.list().iter().position(|program| program.name == name)
    }

    fn desk(&self) -> MutexGuard<'_, Present> {
        self.present.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Where the present program is.
    pub(crate) fn present(&self) -> f64 {
        // Relaxed: a number by itself.
        match self.wanted.load(Ordering::Relaxed) {
            NONE => self.position(self.desk().place),
            wanted => self.position(self.place(f64::from_bits(wanted))),
        }
    }

    /// Notes which program is to be loaded; the last one counts. `[any thread]`
    pub(crate) fn want(&self, position: f64) {
        // Relaxed: a number by itself.
        self.wanted.store(position.to_bits(), Ordering::Relaxed);
    }

    /// Whether one waits.
    #[inline]
    pub(crate) fn is_wanted(&self) -> bool {
        // Relaxed: a hint.
        self.wanted.load(Ordering::Relaxed) != NONE
    }

    /// Loads the program that is wanted, where it is another one than before. `false` where it can't be loaded: then the
    /// one before stays. That values have changed is told later: Ardour holds a lock where it chooses, which it wants
    /// again when it is told. `[main-thread]`, or late the service thread
    pub(crate) fn settle(&self) -> bool {
        // Relaxed: as above.
        let wanted = self.wanted.swap(NONE, Ordering::Relaxed);
        if wanted == NONE {
            return true;
        }
        let place = self.place(f64::from_bits(wanted));
        let present = *self.desk();
        let restoring = present.restored.is_some_and(|when| when.elapsed() < RESTORING);
        let there = place == present.place || restoring;
        let loaded = there || self.list().get(place).is_some_and(|program| self.half.load_program(program));
        if loaded {
            self.desk().place = place;
        }
        loaded
    }

    /// A state was loaded: what was wanted before is over. `[main-thread]`
    pub(crate) fn restored(&self) {
        // Relaxed: as above.
        self.wanted.store(NONE, Ordering::Relaxed);
        self.desk().restored = Some(Instant::now());
    }
}
