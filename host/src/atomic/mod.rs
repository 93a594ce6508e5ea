//! Files that appear whole or not at all.
//!
//! Until it is finished a file has no name at all (`O_TMPFILE`), so whatever ends the program before
//! leaves nothing behind. A file that replaces another gets a name beside it for the moment between
//! two system calls, because only renaming replaces. Where the file system has no files without
//! names, a hidden one stands beside the place instead.

mod place;

pub(crate) use place::{forget, same, what};

use std::fs::{File, Permissions};
use std::io;
use std::os::fd::AsRawFd as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use rustix::fs::{AtFlags, CWD, Mode, OFlags};
use tempfile::NamedTempFile;

use crate::error::{Error, Result, why};
use place::{Place, folder_of};

/// A file that is not there yet.
pub(crate) struct Pending {
    body: Body,
    place: Place,
    /// As the user named it, for messages.
    path: PathBuf,
}

enum Body {
    Nameless(File),
    Hidden(NamedTempFile),
}

/// Begins a file for `path`; nothing comes of it unless [`Pending::finish`] is reached.
pub(crate) fn create(path: &Path) -> Result<Pending> {
    let place = place::of(path)?;
    let folder = match &place {
        Place::File { target, .. } => folder_of(target),
        Place::Device => std::env::temp_dir(),
    };
    let body = nameless(&folder).or_else(|error| match error.raw_os_error() {
        // What systems say that can't do it: not supported, or taken for opening the folder itself.
        Some(libc::EOPNOTSUPP | libc::EISDIR | libc::EINVAL) => hidden(&folder),
        _ => Err(error),
    });
    let body = body.map_err(|e| {
        let shown = folder.display();
        Error::file(
            path,
            match e.kind() {
                io::ErrorKind::NotFound => format!("cannot write here: no such folder {shown}"),
                _ => format!("cannot write here: {} in the folder {shown}", why(&e)),
            },
        )
    })?;
    let pending = Pending { body, place, path: path.to_owned() };
    if let Place::File { mode: Some(mode), .. } = pending.place {
        pending.file().set_permissions(Permissions::from_mode(mode)).map_err(|e| pending.error(&e))?;
    }
    Ok(pending)
}

/// The umask takes away from this what it should.
const MODE: u32 = 0o666;

fn nameless(folder: &Path) -> io::Result<Body> {
    let flags = OFlags::TMPFILE | OFlags::RDWR | OFlags::CLOEXEC;
    let fd = rustix::fs::open(folder, flags, Mode::from_raw_mode(MODE))?;
    Ok(Body::Nameless(fd.into()))
}

fn hidden(folder: &Path) -> io::Result<Body> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(PREFIX).permissions(Permissions::from_mode(MODE));
    builder.tempfile_in(folder).map(Body::Hidden)
}

const PREFIX: &str = ".dyad-host-";

impl Pending {
    /// The open file, for writing and reading.
    pub(crate) fn file(&self) -> &File {
        match &self.body {
            Body::Nameless(file) => file,
            Body::Hidden(file) => file.as_file(),
        }
    }

    /// Gives the file its name, in place of what had it before.
    pub(crate) fn finish(self) -> Result<()> {
        let Self { body, place, path } = self;
        let done = match (body, place) {
            (Body::Nameless(file), Place::Device) => pour(file, &path),
            (Body::Hidden(file), Place::Device) => file.reopen().and_then(|file| pour(file, &path)),
            (Body::Nameless(file), Place::File { target, .. }) => {
                file.sync_all().and_then(|()| name(&file, &target))
            }
            (Body::Hidden(file), Place::File { target, .. }) => {
                let synced = file.as_file().sync_all();
                synced.and_then(|()| file.persist(target).map(drop).map_err(|e| e.error))
            }
        };
        done.map_err(|e| Error::file(&path, format_args!("cannot write: {}", why(&e))))
    }

    fn error(&self, error: &io::Error) -> Error {
        Error::file(&self.path, format_args!("cannot write: {}", why(error)))
    }
}

/// A device takes the bytes one after the other; nothing can be replaced there.
fn pour(mut file: File, device: &Path) -> io::Result<()> {
    io::Seek::rewind(&mut file)?;
    let mut device = File::options().write(true).open(device)?;
    io::copy(&mut file, &mut device).map(drop)
}

/// Links a file without a name to `target`.
fn name(file: &File, target: &Path) -> io::Result<()> {
    let own = format!("/proc/self/fd/{}", file.as_raw_fd());
    let link = |to: &Path| rustix::fs::linkat(CWD, &own, CWD, to, AtFlags::SYMLINK_FOLLOW);
    match link(target) {
        Err(rustix::io::Errno::EXIST) => {}
        other => return Ok(other?),
    }
    let folder = folder_of(target);
    for number in 0.. {
        let beside = folder.join(format!("{PREFIX}{}-{number}", std::process::id()));
        match link(&beside) {
            Err(rustix::io::Errno::EXIST) => continue,
            other => other?,
        }
        return std::fs::rename(&beside, target).inspect_err(|_| {
            // Nothing better can be done where even this fails.
            let _ = std::fs::remove_file(&beside);
        });
    }
    Err(io::ErrorKind::AlreadyExists.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write as _;

    #[test]
    fn both_kinds_replace_a_file_and_leave_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let target = dir.path().join("a");
        let names = || std::fs::read_dir(dir.path()).unwrap().count();
        for (number, make) in [nameless, hidden, nameless].into_iter().enumerate() {
            let place = Place::File { target: target.clone(), mode: None };
            let pending = |body| Pending { body, place: place.clone(), path: target.clone() };
            drop(pending(make(dir.path()).unwrap()));
            assert_eq!(names(), number.min(1));
            let pending = pending(make(dir.path()).unwrap());
            write!(pending.file(), "{number}").unwrap();
            pending.finish().unwrap();
            assert_eq!(std::fs::read_to_string(&target).unwrap(), number.to_string());
            assert_eq!(names(), 1);
        }
    }
}
