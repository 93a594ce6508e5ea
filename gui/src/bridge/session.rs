//! Presets, A and B, undo and redo, as a page asks for them.

use dyad_core::EditorHost;
use serde_json::{Value, json};

use super::Bridge;
use super::rpc::{Fault, Params};
use crate::session::{Command, Library, Preset, PresetId, Refused, Session, Slot, Status};

impl Bridge {
    /// With this session: with the user's presets.
    #[must_use]
    pub fn with_session(self, session: Session) -> Self {
        Self { session, ..self }
    }

    /// What the next editor of the same window goes on with. All gestures have been ended by somebody.
    #[must_use]
    pub fn into_session(mut self) -> Session {
        self.session.let_go();
        self.session
    }

    /// Says how late it is, in seconds since some moment: what follows soon upon each other at one parameter
    /// is undone at once.
    pub fn at(&mut self, now: f64) {
        self.now = now;
    }

    /// Does a call that is about the session; none for another one.
    pub(super) fn session_call(
        &mut self,
        method: &str,
        params: &Params,
        host: &mut dyn EditorHost,
    ) -> Option<Result<Value, Fault>> {
        let command = match method {
            "undo" => Ok(Command::Undo),
            "redo" => Ok(Command::Redo),
            "selectSlot" => slot(params).map(Command::Select),
            "copySlot" => Ok(Command::Copy),
            "loadPreset" => self.preset(params).map(Command::Load),
            "stepPreset" => by(params).map(Command::Step),
            "savePreset" => {
                named(params).map(|(category, name, overwrite)| Command::Save { category, name, overwrite })
            }
            "renamePreset" => self.preset(params).and_then(|id| {
                let (category, name, overwrite) = named(params)?;
                Ok(Command::Rename { id, category, name, overwrite })
            }),
            "deletePreset" => self.preset(params).map(Command::Delete),
            "getPresets" => Ok(Command::Refresh),
            _ => return None,
        };
        Some(command.and_then(|command| {
            let lists = command == Command::Refresh;
            self.session.perform(command, host).map_err(|refused| match refused {
                Refused::Exists(_) => Fault::exists(refused.to_string()),
                Refused::Other(_) => Fault::refused(refused.to_string()),
            })?;
            Ok(if lists { presets(self.session.library()) } else { Value::Null })
        }))
    }

    fn preset(&self, params: &Params) -> Result<PresetId, Fault> {
        let key = params.text("id")?;
        let library = self.session.library();
        let found = library.list().iter().find(|preset| library.key(&preset.id) == key);
        found.map(|preset| preset.id.clone()).ok_or_else(|| Fault::unknown("preset", key))
    }

    /// Says how the session stands, where the page does not know it.
    pub(super) fn tell_session(&mut self) {
        if *self.session.status() != self.told {
            self.told = self.session.status().clone();
            let status = status(self.session.library(), &self.told);
            self.notice("sessionUpdate", status);
        }
    }

    /// How the session stands, which the page knows with this.
    pub(super) fn greet_session(&mut self, host: &dyn EditorHost) -> Value {
        self.session.observe(host, self.now);
        self.told = self.session.status().clone();
        status(self.session.library(), &self.told)
    }
}

fn slot(params: &Params) -> Result<Slot, Fault> {
    match params.text("slot")? {
        "A" => Ok(Slot::A),
        "B" => Ok(Slot::B),
        _ => Err(Fault::param("slot", "A or B")),
    }
}

fn by(params: &Params) -> Result<i32, Fault> {
    let by = params.get("by").and_then(Value::as_i64).and_then(|by| i32::try_from(by).ok());
    by.ok_or_else(|| Fault::param("by", "a whole number"))
}

/// Category, name, and whether to overwrite.
fn named(params: &Params) -> Result<(String, String, bool), Fault> {
    let (category, name) = (params.text("category")?, params.text("name")?);
    Ok((category.to_owned(), name.to_owned(), params.flag("overwrite")?))
}

/// A `SessionState`.
fn status(library: &Library, status: &Status) -> Value {
    json!({
        "preset": status.preset.as_ref().map(|id| library.key(id)),
        "name": status.name,
        "category": status.category,
        "changed": status.changed,
        "slot": status.slot.name(),
        "undo": status.undo,
        "redo": status.redo,
    })
}

/// All `PresetInfo`s.
fn presets(library: &Library) -> Value {
    let info = |preset: &Preset| {
        json!({
            "id": library.key(&preset.id),
            "name": preset.name,
            "category": preset.category,
            "group": preset.group,
            "comment": preset.comment,
            "users": preset.is_users(),
            "error": preset.error,
        })
    };
    library.list().iter().map(info).collect()
}
