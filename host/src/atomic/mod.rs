//! Files that appear whole or not at all.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use tempfile::NamedTempFile;

use crate::error::{Error, Result};

/// Opens a temporary file beside `path`; it vanishes unless [`finish`] is reached.
pub(crate) fn create(path: &Path) -> Result<NamedTempFile> {
    let folder = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    if path.file_name().is_none() || path.is_dir() {
        return Err(Error::file(path, "cannot write here: expected a file name"));
    }
    tempfile::Builder::new()
        .prefix(".dyad-host-")
        // The umask takes away what it should; the default would hide the file from everyone else.
        .permissions(std::fs::Permissions::from_mode(0o666))
        .tempfile_in(folder)
        .map_err(|e| Error::file(path, format_args!("cannot write here: {}", e.kind())))
}

/// Moves the finished file to its name.
pub(crate) fn finish(file: NamedTempFile, path: &Path) -> Result<()> {
    file.as_file().sync_all().map_err(|e| Error::file(path, e))?;
    file.persist(path).map_err(|e| Error::file(path, e.error))?;
    Ok(())
}
