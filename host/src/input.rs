//! Files to read: regular ones only, so that nothing waits for ever and nothing is endless.

use std::fs::{File, OpenOptions};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use crate::error::{Error, Result, why};

/// Opens a regular file and tells its length. `expected` says what it should have been.
pub(crate) fn open(path: &Path, expected: &str) -> Result<(File, u64)> {
    let unreadable = |e: std::io::Error| Error::file(path, format_args!("cannot read: {}", why(&e)));
    let check = |meta: &std::fs::Metadata| {
        let kind = crate::atomic::what(meta.file_type());
        if meta.is_file() {
            Ok(())
        } else {
            Err(Error::file(path, format_args!("{kind}; expected {expected}")))
        }
    };
    // Opening alone can have effects, so what is no file is not even opened.
    check(&std::fs::metadata(path).map_err(unreadable)?)?;
    // Not blocking: what was a file a moment ago may be a FIFO now.
    let mut options = OpenOptions::new();
    let file = options.read(true).custom_flags(libc::O_NONBLOCK).open(path).map_err(unreadable)?;
    let meta = file.metadata().map_err(unreadable)?;
    check(&meta)?;
    Ok((file, meta.len()))
}
