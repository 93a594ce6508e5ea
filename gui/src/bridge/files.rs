//! Files for a page that chooses one: it has no way to the file system of its own.

use std::path::Path;

use dyad_core::EditorHost;
use dyad_core::param::{Property, PropertyKind};
use serde_json::{Value, json};

use super::Bridge;
use super::rpc::{Fault, Params};
use crate::files::{self, Entry};

/// The most bytes of names and paths in one listing.
const MAX_LISTED: usize = 1 << 20;

impl Bridge {
    /// What is in a folder; where none is named, in that of the present file. Also whether that file is there: it need
    /// not be one of those that are listed.
    pub(super) fn list_files(&self, params: &Params, host: &dyn EditorHost) -> Result<Value, Fault> {
        let (index, property) = self.path(params)?;
        let folder = params.text("folder")?;
        let present = host.property(index);
        let folder = if folder.is_empty() { files::folder_of(&present) } else { folder.to_owned() };
        let listing = files::list(&folder, property.extensions);
        let (folders, files) =
            listing.entries.split_at(listing.entries.partition_point(|entry| entry.is_folder));
        let mut room = 0;
        let mut entries: Vec<Value> = Vec::new();
        // Folders have half of it, files all that is left: neither hides the other.
        for some in [folders, files] {
            room += MAX_LISTED / 2;
            let fits = |entry: &&Entry| {
                let size = entry.name.len() + entry.path.len();
                let fits = size < room;
                room -= if fits { size } else { 0 };
                fits
            };
            entries.extend(some.iter().take_while(fits).map(entry));
        }
        let cut =
            (entries.len() < listing.entries.len()).then_some("This folder holds more than is shown here.");
        Ok(json!({
            "folder": listing.folder,
            "parent": listing.parent,
            "error": listing.error.as_deref().or(cut),
            "entries": entries,
            "exists": Path::new(&present).is_file(),
        }))
    }

    /// Sets a path to the next file of its folder, or the one before. The page hears of it with the next batch.
    pub(super) fn step_file(&mut self, params: &Params, host: &mut dyn EditorHost) -> Result<Value, Fault> {
        let (index, property) = self.path(params)?;
        let forwards = params.flag("forwards")?;
        let Some(file) = files::neighbour(&host.property(index), property.extensions, forwards) else {
            return Ok(false.into());
        };
        host.set_property(index, &file).map_err(|error| Fault::value(error.to_string()))?;
        self.due = true;
        Ok(true.into())
    }

    /// The path property that `id` names.
    fn path(&self, params: &Params) -> Result<(usize, &'static Property), Fault> {
        let id = params.text("id")?;
        let index = self.property(id)?;
        let property = &self.description.properties[index];
        let is_path = property.kind == PropertyKind::Path;
        is_path.then_some((index, property)).ok_or_else(|| Fault::unknown("path", id))
    }
}

fn entry(entry: &Entry) -> Value {
    json!({ "name": entry.name, "path": entry.path, "isFolder": entry.is_folder })
}
