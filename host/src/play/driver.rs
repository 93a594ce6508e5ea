//! Which driver plays, behind one face.

use std::sync::Arc;

use super::engine::Player;
use super::meter::Meter;
use super::{alsa, jack};
use crate::error::{Error, Result};

/// A driver to choose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Choice {
    Jack,
    Alsa,
}

/// Where the sound comes from that goes into the plugins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Input {
    /// The hardware's inputs.
    Usual,
    /// A JACK port or client, or an ALSA device.
    Named(String),
    /// Nowhere.
    None,
}

/// What a user wants of a driver.
#[derive(Clone, Debug)]
pub(crate) struct Wish {
    /// Which one; otherwise JACK where a server answers, else ALSA.
    pub(crate) driver: Option<Choice>,
    /// What this program is called there.
    pub(crate) name: String,
    /// ALSA's device; the default one otherwise.
    pub(crate) device: Option<String>,
    /// Frames per second and of a block, which ALSA may be asked for.
    pub(crate) rate: Option<u32>,
    pub(crate) frames: Option<u32>,
    /// Channels of ALSA's device.
    pub(crate) channels: u32,
    pub(crate) input: Input,
    /// Names of what MIDI comes from.
    pub(crate) midi: Vec<String>,
    /// Whether hardware is connected that nobody named.
    pub(crate) connect: bool,
    /// Quarter notes per minute where the driver knows none.
    pub(crate) tempo: f64,
}

/// A driver's rate and longest block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Format {
    /// Frames per second.
    pub(super) rate: u32,
    /// Frames of a block.
    pub(super) frames: u32,
}

/// What the plugins have for a driver to connect to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Wires {
    /// Channels of each input, the main one first.
    pub(super) inputs: Vec<usize>,
    /// Channels of each output, the main one first.
    pub(super) outputs: Vec<usize>,
    pub(super) midi_in: bool,
    pub(super) midi_out: bool,
    /// Frames by which the plugins are late.
    pub(super) latency: u32,
}

/// A driver that is open and does not play yet.
pub(super) enum Device {
    Jack(jack::Opened),
    Alsa(Box<alsa::Opened>),
}

impl Device {
    /// Opens the driver that is wanted, or the first that can be.
    ///
    /// # Errors
    /// Where none can be, with what was tried; where something that was named is not there.
    pub(super) fn open(wish: &Wish) -> Result<Self> {
        let alsa = || alsa::Opened::open(wish).map(|device| Self::Alsa(Box::new(device)));
        let jack = |mut client: jack::Opened| client.look(wish).map(|()| Self::Jack(client));
        match wish.driver {
            Some(Choice::Alsa) => alsa(),
            Some(Choice::Jack) => match jack::Opened::open(&wish.name) {
                Ok(client) => jack(client),
                Err(reason) => Err(Error::Device { device: "JACK".into(), reason }),
            },
            None => match jack::Opened::open(&wish.name) {
                Ok(client) => jack(client),
                Err(no_jack) => alsa().map_err(|error| neither(&no_jack, error)),
            },
        }
    }

    pub(super) fn format(&self) -> Format {
        match self {
            Self::Jack(client) => client.format(),
            Self::Alsa(device) => device.format(),
        }
    }

    /// Channels that an output of one channel is spread over.
    pub(super) fn outputs(&self) -> usize {
        match self {
            Self::Jack(_) => 1,
            Self::Alsa(device) => device.outputs(),
        }
    }

    /// What it is, in words.
    pub(super) fn name(&self) -> String {
        match self {
            Self::Jack(client) => format!("JACK as {}", client.name()),
            Self::Alsa(device) => format!("ALSA on {}", device.name()),
        }
    }

    /// Plays from now on.
    ///
    /// # Errors
    /// Where the driver refuses.
    pub(super) fn start(
        self,
        player: Player,
        wires: &Wires,
        meter: &Arc<Meter>,
        tempo: f64,
    ) -> Result<Running> {
        Ok(match self {
            Self::Jack(client) => Running::Jack(Box::new(client.start(player, wires, meter, tempo)?)),
            Self::Alsa(device) => Running::Alsa(device.start(player, wires, meter, tempo)?),
        })
    }
}

/// Both were tried.
fn neither(no_jack: &str, error: Error) -> Error {
    match error {
        Error::Device { device, reason } => {
            // What is wrong with ALSA itself names it.
            let alsa = if device == "ALSA" { device } else { format!("ALSA: {device}") };
            Error::Device { device: "JACK".into(), reason: format!("{no_jack}; {alsa}: {reason}") }
        }
        other => other,
    }
}

/// A driver that plays. Dropping it ends that.
pub(super) enum Running {
    Jack(Box<jack::Running>),
    Alsa(alsa::Running),
}

impl Running {
    /// Its rate and block length as they are now.
    pub(super) fn format(&self) -> Format {
        match self {
            Self::Jack(client) => client.format(),
            Self::Alsa(device) => device.format(),
        }
    }

    /// Whether it still plays.
    ///
    /// # Errors
    /// Where it does not, and why.
    pub(super) fn check(&self) -> Result<()> {
        match self {
            Self::Jack(client) => client.check(),
            Self::Alsa(device) => device.check(),
        }
    }

    /// Whether it waits for however long a block takes, and so keeps no time.
    pub(super) fn takes_its_time(&self) -> bool {
        match self {
            Self::Jack(client) => client.freewheels(),
            Self::Alsa(_) => false,
        }
    }

    /// What is wrong with it.
    pub(super) fn failed(&self, reason: String) -> Error {
        let device = if matches!(self, Self::Jack(_)) { "JACK" } else { "ALSA" };
        Error::Device { device: device.into(), reason }
    }

    /// What a user should know about it, one line each.
    pub(super) fn remarks(&self) -> &[String] {
        match self {
            Self::Jack(_) => &[],
            Self::Alsa(device) => device.remarks(),
        }
    }

    /// The plugins' latency is another one now.
    pub(super) fn tell_latency(&self, frames: u32) {
        if let Self::Jack(client) = self {
            client.tell_latency(frames);
        }
    }
}

/// Something that can be named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Item {
    pub(crate) kind: Kind,
    pub(crate) name: String,
    /// Other names, or what it is; may be empty.
    pub(crate) about: String,
}

/// What something can be named for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// `--input`
    Input,
    /// `--device`
    Output,
    /// Both.
    Both,
    /// `--midi`
    Midi,
}

/// What a driver has, or why it has nothing.
pub(crate) struct Listing {
    pub(crate) driver: &'static str,
    pub(crate) items: Result<Vec<Item>, String>,
}

/// What can be named with each driver.
pub(crate) fn list() -> [Listing; 2] {
    [Listing { driver: "JACK", items: jack::list() }, Listing { driver: "ALSA", items: alsa::list() }]
}
