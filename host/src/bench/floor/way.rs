//! The ways in which a number, and a block of audio with it, crosses from one process to another.

use std::io;
use std::os::fd::OwnedFd;
use std::str::FromStr;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};
use std::{fmt, hint};

use rustix::event::{EventfdFlags, PollFd, PollFlags};
use rustix::io::Errno;
use rustix::pipe::PipeFlags;
use rustix::thread::futex;

use super::words::{AUDIO, Lane, Words};

/// A way for a number to cross.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// A byte in a pipe that the other side polls.
    Pipe,
    /// An event descriptor that the other side reads.
    Eventfd,
    /// A shared word on which the other side waits.
    Futex,
    /// The same, and nobody is woken who is not asleep.
    FutexIfAsleep,
    /// The same, and nobody falls asleep before so many microseconds have passed.
    SpinFutex(u32),
    /// A shared word that the other side keeps looking at.
    Spin,
}

impl Way {
    #[cfg(test)]
    pub(crate) const ALL: [Self; 8] = [
        Self::Pipe,
        Self::Eventfd,
        Self::Futex,
        Self::FutexIfAsleep,
        Self::SpinFutex(5),
        Self::SpinFutex(20),
        Self::SpinFutex(50),
        Self::Spin,
    ];

    /// Whether it keeps a core busy while nothing happens.
    pub(crate) fn spins(self) -> bool {
        matches!(self, Self::Spin | Self::SpinFutex(_))
    }
}

impl fmt::Display for Way {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pipe => f.pad("pipe+poll"),
            Self::Eventfd => f.pad("eventfd"),
            Self::Futex => f.pad("futex"),
            Self::FutexIfAsleep => f.pad("futex-if-asleep"),
            Self::SpinFutex(time) => f.pad(&format!("spin-{time}-futex")),
            Self::Spin => f.pad("spin"),
        }
    }
}

impl FromStr for Way {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let spun = || {
            let time = text.strip_prefix("spin-")?.strip_suffix("-futex")?;
            time.parse().ok().filter(|time| (1..=1_000_000).contains(time)).map(Self::SpinFutex)
        };
        match text {
            "pipe+poll" => Ok(Self::Pipe),
            "eventfd" => Ok(Self::Eventfd),
            "futex" => Ok(Self::Futex),
            "futex-if-asleep" => Ok(Self::FutexIfAsleep),
            "spin" => Ok(Self::Spin),
            _ => spun().ok_or_else(|| {
                "expected pipe+poll, eventfd, futex, futex-if-asleep, spin-MICROSECONDS-futex or spin"
                    .into()
            }),
        }
    }
}

/// The descriptors that one end has, beside the memory: where it hears, and where it speaks.
pub(super) struct Descriptors {
    pub(super) hear: OwnedFd,
    pub(super) speak: OwnedFd,
}

impl Way {
    /// The descriptors for the near end and for the far one, where it takes any.
    pub(super) fn descriptors(self) -> io::Result<Option<[Descriptors; 2]>> {
        let [there, back] = match self {
            Self::Pipe => [pipe()?, pipe()?],
            Self::Eventfd => [event()?, event()?],
            _ => return Ok(None),
        };
        let near = Descriptors { hear: back.0, speak: there.1 };
        Ok(Some([near, Descriptors { hear: there.0, speak: back.1 }]))
    }
}

fn pipe() -> io::Result<(OwnedFd, OwnedFd)> {
    Ok(rustix::pipe::pipe_with(PipeFlags::CLOEXEC)?)
}

fn event() -> io::Result<(OwnedFd, OwnedFd)> {
    let fd = rustix::event::eventfd(0, EventfdFlags::CLOEXEC)?;
    Ok((fd.try_clone()?, fd))
}

/// Which end of a way.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Near,
    Far,
}

/// One end of a way.
pub(super) struct End {
    way: Way,
    side: Side,
    words: Words,
    descriptors: Option<Descriptors>,
    /// What was heard last, and is said next.
    audio: [u64; AUDIO],
}

impl End {
    pub(super) fn new(way: Way, side: Side, words: Words, descriptors: Option<Descriptors>) -> Self {
        Self { way, side, words, descriptors, audio: std::array::from_fn(|at| at as u64) }
    }

    fn descriptors(&self) -> io::Result<&Descriptors> {
        self.descriptors.as_ref().ok_or_else(|| io::Error::other("the descriptors are missing"))
    }

    fn speaking(&self) -> &Lane {
        match self.side {
            Side::Near => self.words.to_far(),
            Side::Far => self.words.to_near(),
        }
    }

    fn hearing(&self) -> &Lane {
        match self.side {
            Side::Near => self.words.to_near(),
            Side::Far => self.words.to_far(),
        }
    }

    /// Says a number, with the audio; numbers count up from 1 and stay below 2³¹.
    pub(super) fn say(&self, number: u32) -> io::Result<()> {
        let Lane { word, audio } = self.speaking();
        // Relaxed: the number, or the descriptor, publishes it.
        for (to, samples) in audio.0.iter().zip(&self.audio) {
            to.store(*samples, Ordering::Relaxed);
        }
        match self.way {
            Way::Pipe => {
                rustix::io::write(&self.descriptors()?.speak, &[number as u8])?;
            }
            Way::Eventfd => {
                rustix::io::write(&self.descriptors()?.speak, &1_u64.to_ne_bytes())?;
            }
            Way::Spin => word.store(number << 1, Ordering::Release),
            Way::Futex => {
                word.store(number << 1, Ordering::Release);
                futex::wake(word, SHARED, 1)?;
            }
            Way::FutexIfAsleep | Way::SpinFutex(_) => {
                // Acquire and release: what either side wrote before is seen by the other one after.
                if word.swap(number << 1, Ordering::AcqRel) & ASLEEP != 0 {
                    futex::wake(word, SHARED, 1)?;
                }
            }
        }
        Ok(())
    }

    /// Waits for a number, which must be the next one, and takes the audio that comes with it.
    pub(super) fn hear(&mut self, number: u32) -> io::Result<()> {
        self.hear_number(number)?;
        let audio = match self.side {
            Side::Near => &self.words.to_near().audio,
            Side::Far => &self.words.to_far().audio,
        };
        for (samples, from) in self.audio.iter_mut().zip(&audio.0) {
            *samples = from.load(Ordering::Relaxed);
        }
        Ok(())
    }

    fn hear_number(&self, number: u32) -> io::Result<()> {
        let heard = match self.way {
            Way::Pipe => {
                let fd = &self.descriptors()?.hear;
                while let Err(Errno::INTR) =
                    rustix::event::poll(&mut [PollFd::new(fd, PollFlags::IN)], None)
                {}
                let mut byte = [0];
                let read = rustix::io::read(fd, &mut byte)?;
                return expect(read == 1 && byte[0] == number as u8);
            }
            Way::Eventfd => {
                let mut count = [0; 8];
                while let Err(e) = rustix::io::read(&self.descriptors()?.hear, &mut count) {
                    if e != Errno::INTR {
                        return Err(e.into());
                    }
                }
                return expect(u64::from_ne_bytes(count) == 1);
            }
            Way::Spin => self.spin(number, None),
            Way::Futex => self.sleep(number, 0)?,
            Way::FutexIfAsleep => self.sleep(number, ASLEEP)?,
            Way::SpinFutex(time) => {
                let limit = Duration::from_micros(time.into());
                match self.spin(number, Some(limit)) {
                    0 => self.sleep(number, ASLEEP)?,
                    heard => heard,
                }
            }
        };
        expect(heard == number)
    }

    /// Looks until the number before `number` has gone; what came instead, or 0 where the time is over.
    fn spin(&self, number: u32, limit: Option<Duration>) -> u32 {
        let word = &self.hearing().word;
        let start = limit.map(|limit| (Instant::now(), limit));
        loop {
            for _ in 0..32 {
                let heard = word.load(Ordering::Acquire) >> 1;
                if heard != number - 1 {
                    return heard;
                }
                hint::spin_loop();
            }
            if start.is_some_and(|(start, limit)| start.elapsed() >= limit) {
                return 0;
            }
        }
    }

    /// Sleeps until the number before `number` has gone; `mark` is set in the word while it is there.
    fn sleep(&self, number: u32, mark: u32) -> io::Result<u32> {
        let word = &self.hearing().word;
        let last = (number - 1) << 1;
        loop {
            let found = word.load(Ordering::Acquire);
            if found >> 1 != number - 1 {
                return Ok(found >> 1);
            }
            if found == last | mark
                || word.compare_exchange(last, last | mark, Ordering::Relaxed, Ordering::Relaxed).is_ok()
            {
                match futex::wait(word, SHARED, last | mark, None) {
                    Ok(()) | Err(Errno::AGAIN | Errno::INTR) => {}
                    Err(e) => return Err(e.into()),
                }
            }
        }
    }
}

/// Between processes: not private to one of them.
const SHARED: futex::Flags = futex::Flags::empty();

/// Set in a word while its reader sleeps.
const ASLEEP: u32 = 1;

fn expect(good: bool) -> io::Result<()> {
    if good { Ok(()) } else { Err(io::Error::other("a number came out of turn")) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::fd::AsFd as _;

    #[test]
    fn names_are_read_back() {
        for way in Way::ALL {
            assert_eq!(way.to_string().parse(), Ok(way));
        }
        for bad in ["", "pipe", "spin-0-futex", "spin--1-futex", "spin-5", "spin-9999999-futex", "Futex"] {
            assert!(bad.parse::<Way>().unwrap_err().contains("expected"), "{bad}");
        }
    }

    #[test]
    fn numbers_cross_in_order() {
        for way in Way::ALL {
            let (words, memory) = Words::create().unwrap();
            let theirs = Words::attach(memory.as_fd()).unwrap();
            let (near, far) =
                way.descriptors().unwrap().map_or((None, None), |[near, far]| (Some(near), Some(far)));
            let mut near = End::new(way, Side::Near, words, near);
            let mut far = End::new(way, Side::Far, theirs, far);
            near.audio.fill(7);
            let echo = std::thread::spawn(move || {
                for number in 1..=300 {
                    far.hear(number).unwrap();
                    far.say(number).unwrap();
                }
            });
            for number in 1..=300 {
                near.say(number).unwrap();
                near.hear(number).unwrap();
            }
            echo.join().unwrap();
            assert_eq!(near.audio, [7; AUDIO], "the audio went there and came back: {way}");
        }
    }

    #[test]
    fn a_number_out_of_turn_is_noticed() {
        for way in Way::ALL {
            let (words, memory) = Words::create().unwrap();
            let theirs = Words::attach(memory.as_fd()).unwrap();
            let (near, far) =
                way.descriptors().unwrap().map_or((None, None), |[near, far]| (Some(near), Some(far)));
            let near = End::new(way, Side::Near, words, near);
            let mut far = End::new(way, Side::Far, theirs, far);
            near.say(7).unwrap();
            // An event descriptor carries no number, only how often it was raised.
            near.say(7).unwrap();
            assert!(far.hear(1).is_err(), "{way}");
        }
    }
}
