//! Presets as hosts with program lists have them: one list, by number.

use super::user::{UserPreset, UserPresets};
use crate::Instance;
use crate::plugin::Plugin;
use crate::state::{Fields, StateError, Writer};

/// What the first program is called, which sets everything to its default.
pub const DEFAULT: &str = "Default";

/// One program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Program {
    /// What a user reads.
    pub name: String,
    /// Its category; empty for none.
    pub category: String,
    what: What,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum What {
    /// All at their defaults.
    Default,
    /// A factory preset, by its place in [`Plugin::PRESETS`].
    Factory(usize),
    /// A user's.
    User(UserPreset),
}

/// All programs of a plugin: the defaults, its factory presets, and what the user has saved. Hosts number them,
/// and take the first for the one that a new instance has. `[main-thread]`
#[must_use]
pub fn programs<P: Plugin>() -> Vec<Program> {
    let mut list = vec![Program { name: DEFAULT.to_owned(), category: String::new(), what: What::Default }];
    list.extend(P::PRESETS.iter().enumerate().map(|(n, preset)| Program {
        name: preset.name.to_owned(),
        category: preset.category.to_owned(),
        what: What::Factory(n),
    }));
    if let Ok(users) = UserPresets::new(P::INFO.id) {
        let users = users.list().into_iter().filter(|preset| preset.error.is_none());
        list.extend(users.map(|preset| Program {
            name: preset.name.clone(),
            category: preset.category.clone(),
            what: What::User(preset),
        }));
    }
    list
}

impl<P: Plugin> Instance<P> {
    /// Loads a program; the bypass stays. Gives the ids of parameters that can't have their values in it.
    /// `[main-thread]`
    ///
    /// # Errors
    /// Why nothing has changed, in a sentence.
    pub fn load_program(&self, program: &Program) -> Result<Vec<String>, String> {
        let plain = |error: StateError| error.to_string();
        match &program.what {
            What::Default => {
                // What a document does not mention is at its default.
                let document = Writer::new(P::INFO.id, P::INFO.version, 0).finish_with(&Fields::none());
                self.load_user_preset(&document).map_err(plain)
            }
            What::Factory(n) => self.load_preset(*n).map(|()| Vec::new()).map_err(plain),
            What::User(preset) => {
                let users = UserPresets::new(P::INFO.id).map_err(|error| error.to_string())?;
                let document = users.load(&preset.path).map_err(|error| error.to_string())?;
                self.load_user_preset(&document).map_err(plain)
            }
        }
    }
}
