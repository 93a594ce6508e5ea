//! What can be asked of a session, and what it says.

use super::PresetId;

/// One of the two that are compared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Slot {
    /// The first.
    #[default]
    A,
    /// The second.
    B,
}

impl Slot {
    /// The other one.
    #[must_use]
    pub fn other(self) -> Self {
        if self == Self::A { Self::B } else { Self::A }
    }

    /// As people read it.
    #[must_use]
    pub fn name(self) -> &'static str {
        if self == Self::A { "A" } else { "B" }
    }
}

/// What can be asked of a session.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// Takes back the last step.
    Undo,
    /// Makes it again.
    Redo,
    /// Shows and sounds this one of the two; the other one is kept as it is. One that was never there begins
    /// as what is so now.
    Select(Slot),
    /// Makes the other one of the two what is so now.
    Copy,
    /// Loads a preset.
    Load(PresetId),
    /// Loads the preset so many places further in the list, around its end.
    Step(i32),
    /// Saves what is so now as a preset of the user's.
    Save {
        /// May be empty.
        category: String,
        /// What it is to be called.
        name: String,
        /// Whether one of this name is replaced.
        overwrite: bool,
    },
    /// Gives a preset of the user's another name and category.
    Rename {
        /// Which one.
        id: PresetId,
        /// May be empty.
        category: String,
        /// What it is to be called.
        name: String,
        /// Whether one of this name is replaced.
        overwrite: bool,
    },
    /// Deletes a preset of the user's.
    Delete(PresetId),
    /// Reads the list of presets anew.
    Refresh,
}

/// Why something was not done. Nothing has changed then.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refused {
    /// There is already a preset of this name: whether it is to be overwritten is the user's to say.
    Exists(String),
    /// For a person.
    Other(String),
}

impl std::fmt::Display for Refused {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Exists(name) => write!(f, "There is already a preset \u{201c}{name}\u{201d}."),
            Self::Other(why) => {
                // Errors of the core begin with a small letter.
                let mut letters = why.chars();
                let first = letters.next().map(|first| first.to_uppercase().to_string());
                let end = if why.ends_with(['.', '!', '?']) { "" } else { "." };
                write!(f, "{}{}{end}", first.unwrap_or_default(), letters.as_str())
            }
        }
    }
}

/// What a header shows of a session.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Status {
    /// The preset that is loaded, or was before something was changed.
    pub preset: Option<PresetId>,
    /// Its name, or what stands for none.
    pub name: String,
    /// Its category.
    pub category: String,
    /// Something is otherwise than in the preset.
    pub changed: bool,
    /// Which of the two is to be heard.
    pub slot: Slot,
    /// What can be undone.
    pub undo: Option<String>,
    /// What can be redone.
    pub redo: Option<String>,
}

/// What stands in the place of a preset's name where nothing is like any preset.
pub const CUSTOM: &str = "Custom";
