//! What a user does in an open editor beyond single controls: presets, comparing A with B, undo and redo.
//! The same for native editors and for pages; no toolkit is known here.
//!
//! Three rules:
//!
//! - **A step is what the user did as one thing**: a gesture from its begin to its end, a text, a preset, a
//!   switch between A and B. What automation or the host sets is no step, and undoing a step touches nothing
//!   but what that step has changed.
//! - **All goes by gestures** of an [`EditorHost`], so hosts record it, and their own undo knows it too.
//! - **What is kept** is parameters, texts and paths: no bypass, no triggers, no meters. A plugin's own
//!   `fields` are out of an editor's reach and stay as they are.

mod by_hand;
mod command;
mod history;
mod library;
mod recorder;
mod snapshot;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use dyad_core::{Description, EditorHost};

use by_hand::Open;
pub use command::{CUSTOM, Command, Refused, Slot, Status};
use history::{Change, History, Step};
pub use library::{Library, Preset, PresetId};
pub(crate) use recorder::{Edit, Recorder};
use snapshot::{Snapshot, is_kept, is_same};

/// One of the two while the other one is to be heard.
#[derive(Clone, Debug)]
struct Kept {
    content: Arc<Snapshot>,
    preset: Option<PresetId>,
}

/// What steps restore beside values.
#[derive(Clone, Debug, Default)]
struct Mark {
    /// The preset that was loaded last. What is in it is the library's to say: files change.
    preset: Option<PresetId>,
    slot: Slot,
    /// A and B, as they were when they were left.
    kept: [Option<Kept>; 2],
}

impl Mark {
    /// Follows a preset that is called otherwise now, or forgets one that is gone.
    fn follow(&mut self, old: &PresetId, new: Option<&PresetId>) {
        let kept = self.kept.iter_mut().flatten().map(|kept| &mut kept.preset);
        for preset in kept.chain([&mut self.preset]).filter(|preset| preset.as_ref() == Some(old)) {
            *preset = new.cloned();
        }
    }
}

/// What an open editor remembers. `[window-thread]`
#[derive(Clone, Debug)]
pub struct Session {
    description: Arc<Description>,
    library: Library,
    history: History,
    mark: Mark,
    open: Open,
    /// A path that the host lets the user choose, and what it was before.
    browsing: Option<(usize, String)>,
    /// What was seen last, and the preset that it is.
    seen: Snapshot,
    like: Option<PresetId>,
    status: Status,
    /// Seconds since some moment.
    now: f64,
}

impl Session {
    /// For an editor that opens.
    #[must_use]
    pub fn new(description: Arc<Description>, library: Library) -> Self {
        Self {
            description,
            library,
            history: History::default(),
            mark: Mark::default(),
            open: Open::default(),
            browsing: None,
            seen: Snapshot::default(),
            like: None,
            status: Status::default(),
            now: 0.0,
        }
    }

    /// What a header shows.
    #[must_use]
    pub fn status(&self) -> &Status {
        &self.status
    }

    /// The presets.
    #[must_use]
    pub fn library(&self) -> &Library {
        &self.library
    }

    /// Looks at what is so now. Cheap where nothing has changed. `now` is in seconds since some moment.
    pub fn observe(&mut self, host: &dyn EditorHost, now: f64) {
        self.now = self.now.max(now);
        let seen = Snapshot::of(&self.description, host);
        if let Some((index, before)) = self.browsing.take() {
            let mut texts = seen.texts.iter().zip(&self.seen.texts).enumerate();
            let others = texts.any(|(n, (now, before))| n != index && now != before);
            match seen.texts.get(index).cloned().flatten() {
                // Several at once come from a preset or state of the host's, not from a dialogue.
                _ if others => {}
                Some(after) if after != before => self.text(index, before, after),
                _ => self.browsing = Some((index, before)),
            }
        }
        if seen != self.seen {
            self.seen = seen;
            self.compare();
        }
    }

    /// Finds out what is like what was seen.
    fn compare(&mut self) {
        self.library.prepare();
        let marked = self.mark.preset.as_ref().and_then(|id| self.library.get(id));
        let marked = marked.filter(|preset| preset.is_like(&self.seen, &self.description));
        self.like = marked.or_else(|| self.library.find(&self.seen)).map(|preset| preset.id.clone());
        self.update();
    }

    /// Makes the status what it is now.
    fn update(&mut self) {
        let preset = self.like.as_ref().or(self.mark.preset.as_ref()).and_then(|id| self.library.get(id));
        self.status = Status {
            preset: preset.map(|preset| preset.id.clone()),
            name: preset.map_or_else(|| CUSTOM.to_owned(), |preset| preset.name.clone()),
            category: preset.map(|preset| preset.category.clone()).unwrap_or_default(),
            changed: preset.is_some() && self.like.is_none(),
            slot: self.mark.slot,
            undo: self.history.undo_name().map(str::to_owned),
            redo: self.history.redo_name().map(str::to_owned),
        };
    }

    /// Where everything stands, with the preset that the user sees by now.
    fn settled(&self) -> Mark {
        let preset = self.like.clone().or_else(|| self.mark.preset.clone());
        Mark { preset, ..self.mark.clone() }
    }

    /// Keeps a step that was made.
    fn step(
        &mut self,
        name: String,
        values: Vec<Change<f64>>,
        texts: Vec<Change<String>>,
        after: Mark,
        is_tap: bool,
    ) {
        let before = self.settled();
        self.mark = after.clone();
        let params = &self.description.params;
        let is_idle = |(index, before, after): &Change<f64>| is_same(&params[*index].info, *before, *after);
        self.history.push(Step { name, values, texts, before, after, is_tap, at: self.now }, is_idle);
        self.update();
    }

    /// Does what was asked for.
    ///
    /// # Errors
    /// See [`Refused`]. What there is nothing to do for is no error.
    pub fn perform(&mut self, command: Command, host: &mut dyn EditorHost) -> Result<(), Refused> {
        self.library.prepare();
        let moves = matches!(
            command,
            Command::Undo | Command::Redo | Command::Select(_) | Command::Load(_) | Command::Step(_)
        );
        if moves && !self.open.held.is_empty() {
            return Err(Refused::Other("a control is held".into()));
        }
        self.observe(host, self.now);
        // A host does not say that its dialogue was closed without a choice.
        self.browsing = None;
        let result = self.run(command, host);
        self.seen = Snapshot::of(&self.description, host);
        self.compare();
        result
    }

    fn run(&mut self, command: Command, host: &mut dyn EditorHost) -> Result<(), Refused> {
        match command {
            Command::Undo => {
                if let Some(step) = self.history.undo() {
                    self.mark = step.before.clone();
                    let values = step.values.iter().map(|(index, before, _)| (*index, *before));
                    let texts = step.texts.iter().map(|(index, before, _)| (*index, before.as_str()));
                    set(&self.description, host, values, texts);
                }
                Ok(())
            }
            Command::Redo => {
                if let Some(step) = self.history.redo() {
                    self.mark = step.after.clone();
                    let values = step.values.iter().map(|(index, _, after)| (*index, *after));
                    let texts = step.texts.iter().map(|(index, _, after)| (*index, after.as_str()));
                    set(&self.description, host, values, texts);
                }
                Ok(())
            }
            Command::Select(slot) => {
                self.select(slot, host);
                Ok(())
            }
            Command::Copy => {
                self.copy(host);
                Ok(())
            }
            Command::Load(id) => self.load(&id, host),
            Command::Step(by) => {
                let beside = self.library.beside(self.status.preset.as_ref(), by);
                match beside.map(|preset| preset.id.clone()) {
                    Some(id) => self.load(&id, host),
                    None => Ok(()),
                }
            }
            Command::Save { category, name, overwrite } => {
                let now = Snapshot::of(&self.description, host);
                self.mark.preset = Some(self.library.save(&now, &category, &name, overwrite)?);
                Ok(())
            }
            Command::Rename { id, category, name, overwrite } => {
                let new = self.library.rename(&id, &category, &name, overwrite)?;
                self.follow(&id, Some(&new));
                Ok(())
            }
            Command::Delete(id) => {
                self.library.delete(&id)?;
                self.follow(&id, None);
                Ok(())
            }
            Command::Refresh => {
                self.library.refresh();
                Ok(())
            }
        }
    }

    fn follow(&mut self, old: &PresetId, new: Option<&PresetId>) {
        self.history.marks().chain([&mut self.mark]).for_each(|mark| mark.follow(old, new));
    }

    fn load(&mut self, id: &PresetId, host: &mut dyn EditorHost) -> Result<(), Refused> {
        let Some(preset) = self.library.get(id) else {
            return Err(Refused::Other("this preset is not there any more".into()));
        };
        let Some(content) = preset.content.clone() else {
            return Err(Refused::Other(preset.error.clone().unwrap_or_default()));
        };
        let name = format!("preset \u{201c}{}\u{201d}", preset.name);
        let after = Mark { preset: Some(id.clone()), ..self.settled() };
        self.go(name, &content, after, host);
        Ok(())
    }

    fn select(&mut self, slot: Slot, host: &mut dyn EditorHost) {
        if slot == self.mark.slot {
            return;
        }
        let left = self.mark.slot;
        let now = self.kept_now(host);
        let mut after = self.settled();
        after.kept[left as usize] = Some(now.clone());
        after.slot = slot;
        // One that was never there begins as the other one.
        let target = after.kept[slot as usize].clone().unwrap_or(now);
        after.preset.clone_from(&target.preset);
        self.go(format!("switch to {}", slot.name()), &target.content, after, host);
    }

    fn copy(&mut self, host: &dyn EditorHost) {
        let (from, to) = (self.mark.slot, self.mark.slot.other());
        let mut after = self.settled();
        after.kept[to as usize] = Some(self.kept_now(host));
        let name = format!("copy of {} to {}", from.name(), to.name());
        self.step(name, Vec::new(), Vec::new(), after, false);
    }

    fn kept_now(&self, host: &dyn EditorHost) -> Kept {
        let content = Arc::new(Snapshot::of(&self.description, host));
        Kept { content, preset: self.settled().preset }
    }

    /// Sets everything that is kept and that `to` says, as one step.
    fn go(&mut self, name: String, to: &Snapshot, after: Mark, host: &mut dyn EditorHost) {
        let params = self.description.params.iter().enumerate();
        let kept = params.filter(|(_, param)| is_kept(&param.info)).map(|(index, _)| index);
        let values = kept.filter_map(|index| Some((index, *to.values.get(index)?)));
        let texts = to.texts.iter().enumerate().filter_map(|(index, text)| Some((index, text.as_deref()?)));
        let (values, texts) = set(&self.description, host, values, texts);
        self.step(name, values, texts, after, false);
    }
}

/// Sets what is otherwise, each by one gesture, and gives what has changed.
fn set<'a>(
    description: &Description,
    host: &mut dyn EditorHost,
    values: impl Iterator<Item = (usize, f64)>,
    texts: impl Iterator<Item = (usize, &'a str)>,
) -> (Vec<Change<f64>>, Vec<Change<String>>) {
    let (mut new_values, mut new_texts) = (Vec::new(), Vec::new());
    for (index, plain) in values {
        let before = host.value(index);
        if description.params.get(index).is_some_and(|param| !is_same(&param.info, before, plain)) {
            host.begin(index);
            host.set(index, plain);
            host.end(index);
            new_values.push((index, before, host.value(index)));
        }
    }
    for (index, text) in texts {
        let before = host.property(index);
        // What it can't be was found out when the preset was read.
        if before != text && host.set_property(index, text).is_ok() {
            new_texts.push((index, before, text.to_owned()));
        }
    }
    (new_values, new_texts)
}
