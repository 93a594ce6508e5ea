//! Where a fixture waits for a test: at each gate whose socket lies in the folder that `DYAD_FIXTURE_GATES`
//! names, until the test lets go of its end. Where there is no socket, nobody waits.

use std::io::Read as _;
use std::os::unix::net::UnixStream;
use std::path::PathBuf;

pub(crate) fn pass(name: &str) {
    let Some(folder) = std::env::var_os("DYAD_FIXTURE_GATES").map(PathBuf::from) else { return };
    if let Ok(mut test) = UnixStream::connect(folder.join(name)) {
        let _ = test.read(&mut [0]);
    }
}
