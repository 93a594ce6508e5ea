//! Which processor cores the two ends run on.

use std::fmt;

use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};

use crate::error::{Error, Result};

/// The cores of the two ends of a way between processes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Cores {
    /// Where the measuring process runs.
    pub(crate) near: usize,
    /// Where the other process runs.
    pub(crate) far: usize,
}

impl Cores {
    /// Starts a process on the far core, then stays on the near one.
    ///
    /// A process inherits the cores of the thread that starts it, so the other program needs no part in it.
    pub(crate) fn start<T>(self, start: impl FnOnce() -> Result<T>) -> Result<T> {
        stay_on(self.far)?;
        let started = start();
        stay_on(self.near)?;
        started
    }
}

impl fmt::Display for Cores {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.near == self.far {
            write!(f, "both on core {}", self.near)
        } else {
            write!(f, "on cores {} and {}", self.near, self.far)
        }
    }
}

fn stay_on(core: usize) -> Result<()> {
    if core >= CpuSet::MAX_CPU {
        return Err(Error::Usage(format!("core {core}: expected one below {}", CpuSet::MAX_CPU)));
    }
    let mut set = CpuSet::new();
    set.set(core);
    sched_setaffinity(None, &set)
        .map_err(|e| Error::Usage(format!("core {core}: cannot run there: {}", std::io::Error::from(e))))
}

/// The cores that this thread may run on.
pub(crate) fn allowed() -> Result<Vec<usize>> {
    let set = sched_getaffinity(None).map_err(Error::system("ask which cores may be used"))?;
    Ok((0..CpuSet::MAX_CPU).filter(|core| set.is_set(*core)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_core_that_is_not_there_is_refused() {
        let before = allowed().unwrap();
        assert!(!before.is_empty());
        for core in [CpuSet::MAX_CPU - 1, CpuSet::MAX_CPU, usize::MAX] {
            let error = stay_on(core).unwrap_err().to_string();
            assert!(error.contains(&format!("core {core}")), "{error}");
        }
        assert_eq!(allowed().unwrap(), before);
    }
}
