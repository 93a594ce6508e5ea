//! The presets of a plugin: its own, and those that its user has saved.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use dyad_core::Description;
use dyad_core::preset::{self, PresetError, UserPresets};
use dyad_core::state::{self, Document, Fields, ReadState};

use super::Refused;
use super::snapshot::Snapshot;

/// Which preset.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum PresetId {
    /// Everything at its default.
    Default,
    /// A factory preset, by its place in the plugin's list.
    Factory(usize),
    /// A user's file.
    User(PathBuf),
}

/// A preset as a list shows it.
#[derive(Clone, Debug)]
pub struct Preset {
    /// Which one.
    pub id: PresetId,
    /// What a person reads.
    pub name: String,
    /// Its category; empty for none.
    pub category: String,
    /// What it is listed under; empty for the default.
    pub group: String,
    /// What it is good for; may be empty.
    pub comment: String,
    /// Why it can't be loaded, where it can't.
    pub error: Option<String>,
    pub(super) content: Option<Arc<Snapshot>>,
}

impl Preset {
    /// Whether it is a file of the user's.
    #[must_use]
    pub fn is_users(&self) -> bool {
        matches!(self.id, PresetId::User(_))
    }

    /// Whether this is what it holds now.
    pub(super) fn is_like(&self, content: &Snapshot, description: &Description) -> bool {
        self.content.as_ref().is_some_and(|own| own.is_like(content, description))
    }

    /// Whether it is among those that somebody looks for who has typed this.
    #[must_use]
    pub fn is_found_by(&self, search: &str) -> bool {
        let search = search.trim().to_lowercase();
        search.is_empty()
            || [&self.name, &self.group].iter().any(|text| text.to_lowercase().contains(&search))
    }
}

/// What presets without a category are listed under.
const FACTORY: &str = "Factory";
const USERS: &str = "My presets";

/// All presets of a plugin. `[window-thread]`
#[derive(Clone, Debug)]
pub struct Library {
    description: Arc<Description>,
    read: ReadState,
    users: Result<UserPresets, String>,
    list: Vec<Preset>,
    /// Whether the list was made.
    is_read: bool,
}

impl Library {
    /// The factory's alone.
    #[must_use]
    pub fn of_factory(description: Arc<Description>) -> Self {
        let users = Err("presets can't be saved here".into());
        Self { description, read: state::read, users, list: Vec::new(), is_read: false }
    }

    /// With those in the user's own folder, which `read` can read.
    #[must_use]
    pub fn of_user(description: Arc<Description>, read: ReadState) -> Self {
        let users = UserPresets::new(description.info.id).map_err(|error| error.to_string());
        Self { users, read, ..Self::of_factory(description) }
    }

    /// With those in another folder.
    #[must_use]
    pub fn within(self, presets: &Path) -> Self {
        Self { users: Ok(UserPresets::within(presets, self.description.info.id)), ..self }
    }

    /// Reads the list when it is asked for the first time.
    pub(super) fn prepare(&mut self) {
        if !std::mem::replace(&mut self.is_read, true) {
            self.refresh();
        }
    }

    /// Reads the list anew: other editors save presets too.
    pub(super) fn refresh(&mut self) {
        self.is_read = true;
        let description = &self.description;
        let preset = |id, name: &str, category: &str, group: String, content: Option<Snapshot>| Preset {
            id,
            name: name.to_owned(),
            category: category.to_owned(),
            group,
            comment: String::new(),
            error: None,
            content: content.map(Arc::new),
        };
        let default = Snapshot::default_of(description);
        let mut list = vec![preset(PresetId::Default, preset::DEFAULT, "", String::new(), Some(default))];
        for (place, factory) in description.presets.iter().enumerate() {
            let group = if factory.category.is_empty() { FACTORY } else { factory.category };
            let loaded = preset::load(description, factory);
            let error = loaded.as_ref().err().map(ToString::to_string);
            let content = loaded.ok().map(|loaded| Snapshot::loaded(description, loaded));
            let id = PresetId::Factory(place);
            let listed = preset(id, factory.name, factory.category, group.to_owned(), content);
            list.push(Preset { comment: factory.comment.to_owned(), error, ..listed });
        }
        for found in self.users.iter().flat_map(UserPresets::list) {
            let group = match found.category.as_str() {
                "" => USERS.to_owned(),
                category => format!("{USERS} \u{b7} {category}"),
            };
            let content = match found.error {
                Some(error) => Err(error),
                None => self.content(&found.path),
            };
            let error = content.as_ref().err().cloned();
            let id = PresetId::User(found.path);
            let listed = preset(id, &found.name, &found.category, group, content.ok());
            list.push(Preset { error, ..listed });
        }
        self.list = list;
    }

    /// What is in a user's file.
    fn content(&self, path: &Path) -> Result<Snapshot, String> {
        let document = self.users.as_ref()?.load(path).map_err(|error| error.to_string())?;
        let loaded = (self.read)(&self.description, &document).map_err(|error| error.to_string())?;
        Ok(Snapshot::loaded(&self.description, loaded))
    }

    /// All of them, in the order in which they are shown.
    #[must_use]
    pub fn list(&self) -> &[Preset] {
        &self.list
    }

    /// A preset's name among all, for whoever can't have a [`PresetId`]: `default`, `factory/bass_deep_sub`,
    /// `user/Bass/Deep sub.dyadpreset`.
    #[must_use]
    pub fn key(&self, id: &PresetId) -> String {
        match id {
            PresetId::Default => "default".to_owned(),
            PresetId::Factory(place) => {
                let preset = self.description.presets.get(*place);
                format!("factory/{}", preset.map_or("", |preset| preset.id))
            }
            PresetId::User(path) => {
                let folder = self.users.as_ref().map(UserPresets::folder);
                let inner = folder.ok().and_then(|folder| path.strip_prefix(folder).ok()).unwrap_or(path);
                format!("user/{}", inner.display())
            }
        }
    }

    pub(super) fn get(&self, id: &PresetId) -> Option<&Preset> {
        self.list.iter().find(|preset| preset.id == *id)
    }

    /// The one with this content; of several, the first of those that say the most about it.
    pub(super) fn find(&self, content: &Snapshot) -> Option<&Preset> {
        let alike = self.list.iter().filter(|preset| preset.is_like(content, &self.description));
        let unsaid = |preset: &&Preset| {
            preset.content.iter().flat_map(|content| &content.texts).filter(|text| text.is_none()).count()
        };
        alike.min_by_key(unsaid)
    }

    /// The one that is so many places after (or before) another one, around the end. What can't be loaded
    /// is passed over.
    pub(super) fn beside(&self, id: Option<&PresetId>, by: i32) -> Option<&Preset> {
        let usable: Vec<&Preset> = self.list.iter().filter(|preset| preset.content.is_some()).collect();
        let count = i32::try_from(usable.len()).ok().filter(|count| *count > 0)?;
        let now = id.and_then(|id| usable.iter().position(|preset| preset.id == *id));
        let next = match now.and_then(|now| i32::try_from(now).ok()) {
            Some(now) => (now + by % count).rem_euclid(count),
            None if by < 0 => count - 1,
            None => 0,
        };
        usable.get(usize::try_from(next).ok()?).copied()
    }

    /// Saves what is so now. Fields of the plugin's own, which no editor knows, stay in a file that is
    /// overwritten.
    pub(super) fn save(
        &mut self,
        now: &Snapshot,
        category: &str,
        name: &str,
        overwrite: bool,
    ) -> Result<PresetId, Refused> {
        let (category, name) = (category.trim(), name.trim());
        self.refresh();
        let users = self.users.as_ref().map_err(|why| Refused::Other(why.clone()))?;
        let same =
            |preset: &&Preset| preset.is_users() && preset.name == name && preset.category == category;
        let old = self.list.iter().find(same).and_then(|preset| match &preset.id {
            PresetId::User(path) => users.load(path).ok(),
            _ => None,
        });
        let fields =
            old.as_deref().and_then(|old| Fields::from_bytes(Document::parse(old).ok()?.fields).ok());
        let fields = fields.unwrap_or_else(Fields::none);
        let mut texts: Vec<(&str, String)> = Vec::new();
        let properties = self.description.properties.iter().zip(&now.texts);
        texts.extend(properties.filter_map(|(property, text)| Some((property.id, text.clone()?))));
        texts.sort();
        let value = |index: usize| now.values.get(index).copied().unwrap_or(0.0);
        let document = state::write_preset(&self.description, value, &texts, &fields);
        let path = users.save(category, name, &document, overwrite)?;
        self.refresh();
        Ok(PresetId::User(path))
    }

    /// Gives a user's preset another name and category.
    pub(super) fn rename(
        &mut self,
        id: &PresetId,
        category: &str,
        name: &str,
        overwrite: bool,
    ) -> Result<PresetId, Refused> {
        let (users, path) = self.users_file(id)?;
        let new = users.rename(path, category.trim(), name.trim(), overwrite)?;
        self.refresh();
        Ok(PresetId::User(new))
    }

    /// Deletes a user's preset.
    pub(super) fn delete(&mut self, id: &PresetId) -> Result<(), Refused> {
        let (users, path) = self.users_file(id)?;
        users.delete(path)?;
        self.refresh();
        Ok(())
    }

    fn users_file<'a>(&'a self, id: &'a PresetId) -> Result<(&'a UserPresets, &'a Path), Refused> {
        let users = self.users.as_ref().map_err(|why| Refused::Other(why.clone()))?;
        match id {
            PresetId::User(path) => Ok((users, path)),
            _ => Err(Refused::Other("only presets of your own can be changed".into())),
        }
    }
}

impl From<PresetError> for Refused {
    fn from(error: PresetError) -> Self {
        match error {
            PresetError::Exists(name) => Self::Exists(name),
            other => Self::Other(other.to_string()),
        }
    }
}
