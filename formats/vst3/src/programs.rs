//! Presets as a program list, which is how VST3 hosts show them in menus of their own.
//!
//! The list belongs to the root unit, and a parameter of its own chooses from it. That parameter is no value of the
//! plugin's: it is not in the state, it can't be automated, and setting it to what it is does nothing. So a
//! session that is opened never has a preset laid over what its user has changed since.

#[expect(
    clippy::disallowed_types,
    reason = "never taken on the audio thread, nor held while a host is called"
)]
use std::sync::Mutex;
use std::sync::{Arc, MutexGuard, OnceLock, PoisonError};

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

/// The programs of an instance, and which one it has.
pub(crate) struct Programs {
    half: Arc<dyn Half>,
    /// Read when a host first asks: the user's presets are files, which an instance that only plays has no need of.
    list: OnceLock<Vec<Program>>,
    #[expect(clippy::disallowed_types, reason = "as above")]
    present: Mutex<usize>,
}

impl Programs {
    /// With the first program.
    pub(crate) fn new(half: &Arc<dyn Half>) -> Self {
        #[expect(clippy::disallowed_types, reason = "as above")]
        let present = Mutex::new(0);
        Self { half: Arc::clone(half), list: OnceLock::new(), present }
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
        if self.steps() == 0 { 0.0 } else { place as f64 / self.steps() as f64 }
    }

    /// The place of the program with this name.
    pub(crate) fn named(&self, name: &str) -> Option<usize> {
        self.list().iter().position(|program| program.name == name)
    }

    fn present_place(&self) -> MutexGuard<'_, usize> {
        self.present.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Where the present program is.
    pub(crate) fn present(&self) -> f64 {
        self.position(*self.present_place())
    }

    /// Chooses; gives the program where it is another one than before. `[main-thread]`
    pub(crate) fn choose(&self, position: f64) -> Option<&Program> {
        let place = self.place(position);
        let before = std::mem::replace(&mut *self.present_place(), place);
        self.list().get(place).filter(|_| before != place)
    }
}
