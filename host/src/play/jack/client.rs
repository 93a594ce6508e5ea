//! The client: opened before the plugins are loaded, for the rate; active once they are there.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use jack::{
    AsyncClient, AudioIn, AudioOut, Client, ClientOptions, ClientStatus, LoggerType, MidiIn, MidiOut, Port,
    PortFlags, PortSpec, Unowned,
};

use super::find::{self, AUDIO, MIDI};
use super::latency::Latency;
use super::process::{News, Notices, Ports, Process};
use crate::error::{Error, Result};
use crate::play::driver::{Format, Input, Wires, Wish};
use crate::play::engine::Player;
use crate::play::meter::Meter;

/// Opens a client, where a server answers; says in words why not.
pub(super) fn connect(name: &str) -> Result<Client, String> {
    if let Err(error) = jack::jack_sys::library() {
        return Err(format!("its library can't be opened: {error}"));
    }
    // What goes wrong is told once, by us.
    jack::set_logger(LoggerType::None);
    match Client::new(name, ClientOptions::NO_START_SERVER) {
        Ok((client, _)) => Ok(client),
        Err(jack::Error::ClientError(status)) => Err(why(status)),
        Err(error) => Err(error.to_string()),
    }
}

fn why(status: ClientStatus) -> String {
    let server =
        std::env::var("JACK_DEFAULT_SERVER").map_or(String::new(), |name| format!(" called {name}"));
    if status.contains(ClientStatus::SERVER_FAILED) || status == ClientStatus::FAILURE {
        format!("no server{server} is running")
    } else if status.contains(ClientStatus::VERSION_ERROR) {
        "its server is of another version".into()
    } else {
        let meanings = [
            (ClientStatus::INVALID_OPTION, "an option makes no sense to it"),
            (ClientStatus::NAME_NOT_UNIQUE, "there is a client of this name"),
            (ClientStatus::SERVER_ERROR, "it does not answer as it should"),
            (ClientStatus::NO_SUCH_CLIENT, "there is no such client"),
            (ClientStatus::LOAD_FAILURE, "it can't load the client"),
            (ClientStatus::INIT_FAILURE, "the client can't be made ready"),
            (ClientStatus::SHM_FAILURE, "its shared memory can't be used"),
            (ClientStatus::BACKEND_ERROR, "its sound card fails"),
            (ClientStatus::CLIENT_ZOMBIE, "the client was too slow and is cut off"),
        ];
        let meant = meanings.into_iter().filter(|(bit, _)| status.contains(*bit));
        let meant: Vec<_> = meant.map(|(_, meaning)| meaning).collect();
        let reason = if meant.is_empty() { "it does not say why".into() } else { meant.join(", ") };
        format!("its server refuses a client: {reason}")
    }
}

fn refused(doing: &str) -> impl FnOnce(jack::Error) -> Error {
    let reason = format!("can't {doing}");
    move |error| Error::Device { device: "JACK".into(), reason: format!("{reason}: {error}") }
}

/// A client that plays nothing yet.
pub(in crate::play) struct Opened {
    client: Client,
    connections: Connections,
}

/// What is to be connected.
struct Connections {
    /// Sources of the main input's channels.
    inputs: Vec<String>,
    /// Sources of MIDI.
    midi: Vec<String>,
    /// Whether the outputs go to the hardware.
    outputs: bool,
}

impl Opened {
    /// Opens a client; where no server answers, the reason comes back for whoever knows what else to try.
    pub(in crate::play) fn open(name: &str) -> Result<Self, String> {
        let client = connect(name)?;
        Ok(Self { client, connections: Connections { inputs: vec![], midi: vec![], outputs: false } })
    }

    /// Looks for what is to be connected.
    ///
    /// # Errors
    /// Where there are no such ports.
    pub(in crate::play) fn look(&mut self, wish: &Wish) -> Result<()> {
        let client = &self.client;
        let inputs = match &wish.input {
            Input::None => vec![],
            Input::Usual if wish.connect => find::hardware(client, AUDIO, PortFlags::IS_OUTPUT),
            Input::Usual => vec![],
            Input::Named(name) => find::named(client, AUDIO, name)?,
        };
        let midi = if wish.midi.is_empty() && wish.connect {
            find::hardware(client, MIDI, PortFlags::IS_OUTPUT)
        } else {
            let mut found = Vec::new();
            for name in &wish.midi {
                found.extend(find::named(client, MIDI, name)?);
            }
            found
        };
        self.connections = Connections { inputs, midi, outputs: wish.connect };
        Ok(())
    }

    pub(in crate::play) fn format(&self) -> Format {
        Format { rate: self.client.sample_rate(), frames: self.client.buffer_size() }
    }

    pub(in crate::play) fn name(&self) -> String {
        self.client.name().to_owned()
    }

    /// Makes the ports and plays from now on.
    ///
    /// # Errors
    /// Where JACK refuses.
    pub(in crate::play) fn start(
        self,
        player: Player,
        wires: &Wires,
        meter: &Arc<Meter>,
        tempo: f64,
    ) -> Result<Running> {
        let Self { client, connections } = self;
        let inputs: Vec<Vec<Port<AudioIn>>> = buses(&client, "in", &wires.inputs)?;
        let outputs: Vec<Vec<Port<AudioOut>>> = buses(&client, "out", &wires.outputs)?;
        let midi_in: Option<Port<MidiIn>> = one(&client, "midi_in", wires.midi_in)?;
        let midi_out: Option<Port<MidiOut>> = one(&client, "midi_out", wires.midi_out)?;
        let taking = [unowned(inputs.iter().flatten()), unowned(&midi_in)];
        let giving = [unowned(outputs.iter().flatten()), unowned(&midi_out)];
        let main = [names(inputs.first())?, names(outputs.first())?];
        let midi = midi_in.as_ref().map(Port::name).transpose().map_err(refused("name a port"))?;
        let latency = Latency::register(&client, taking, giving, wires.latency);
        let news = Arc::new(News::default());
        let process = Process {
            player,
            ports: Ports { inputs, outputs, midi_in, midi_out },
            transport: client.transport(),
            news: Arc::clone(&news),
            tempo,
        };
        let notices = Notices { news: Arc::clone(&news), meter: Arc::clone(meter) };
        let client = client.activate_async(notices, process).map_err(refused("start the client"))?;
        let running = Running { client, latency, news };
        running.connect(&connections, &main, midi.as_deref())?;
        Ok(running)
    }
}

/// Ports for all channels of all buses; those of the main bus are `in_1`, of the next `in2_1`, and so on.
fn buses<P: PortSpec + Default>(client: &Client, name: &str, buses: &[usize]) -> Result<Vec<Vec<Port<P>>>> {
    let bus = |(number, channels): (usize, &usize)| {
        let prefix = if number == 1 { name.to_owned() } else { format!("{name}{number}") };
        let port = |channel| {
            let port = client.register_port(&format!("{prefix}_{channel}"), P::default());
            port.map_err(refused("make a port"))
        };
        (1..=*channels).map(port).collect()
    };
    (1..).zip(buses).map(bus).collect()
}

fn one<P: PortSpec + Default>(client: &Client, name: &str, wanted: bool) -> Result<Option<Port<P>>> {
    wanted.then(|| client.register_port(name, P::default()).map_err(refused("make a port"))).transpose()
}

fn unowned<'a, P: PortSpec + 'a>(ports: impl IntoIterator<Item = &'a Port<P>>) -> Vec<Port<Unowned>> {
    ports.into_iter().map(Port::clone_unowned).collect()
}

fn names<P: PortSpec>(ports: Option<&Vec<Port<P>>>) -> Result<Vec<String>> {
    ports.into_iter().flatten().map(|port| port.name().map_err(refused("name a port"))).collect()
}

/// A client that plays. Dropping it closes the client.
pub(in crate::play) struct Running {
    client: AsyncClient<Notices, Process>,
    latency: Arc<Latency>,
    news: Arc<News>,
}

impl Running {
    fn connect(
        &self,
        wanted: &Connections,
        [inputs, outputs]: &[Vec<String>; 2],
        midi: Option<&str>,
    ) -> Result<()> {
        let client = self.client.as_client();
        let join = |from: &str, to: &str| match client.connect_ports_by_name(from, to) {
            Ok(()) | Err(jack::Error::PortAlreadyConnected(..)) => Ok(()),
            Err(error) => Err(refused("connect ports")(error)),
        };
        for (from, to) in pairs(&wanted.inputs, inputs) {
            join(from, to)?;
        }
        if wanted.outputs {
            let hardware = find::hardware(client, AUDIO, PortFlags::IS_INPUT);
            let stereo = &hardware[..hardware.len().min(outputs.len().max(2))];
            for (from, to) in pairs(outputs, stereo) {
                join(from, to)?;
            }
        }
        wanted.midi.iter().zip(std::iter::repeat(midi)).try_for_each(|(from, to)| match to {
            Some(to) => join(from, to),
            None => Ok(()),
        })
    }

    /// The server's rate and block length as they are now.
    pub(in crate::play) fn format(&self) -> Format {
        let client = self.client.as_client();
        Format { rate: client.sample_rate(), frames: client.buffer_size() }
    }

    /// Whether the server is still there.
    ///
    /// # Errors
    /// Where it is not.
    pub(in crate::play) fn check(&self) -> Result<()> {
        if self.news.ended.load(Ordering::Acquire) {
            return Err(Error::Device {
                device: "JACK".into(),
                reason: "its server has ended, or does not want this client any more".into(),
            });
        }
        Ok(())
    }

    /// Whether the server does not wait for the clock.
    pub(in crate::play) fn freewheels(&self) -> bool {
        self.news.freewheels.load(Ordering::Relaxed)
    }

    /// The plugins' latency is another one now.
    pub(in crate::play) fn tell_latency(&self, frames: u32) {
        self.latency.change(self.client.as_client(), frames);
    }
}

/// Which goes to which: one by one, a single source to all, and what is left of either to nobody.
fn pairs<'a>(from: &'a [String], to: &'a [String]) -> Vec<(&'a str, &'a str)> {
    match from {
        [single] => to.iter().map(|to| (single.as_str(), to.as_str())).collect(),
        _ => from.iter().map(String::as_str).zip(to.iter().map(String::as_str)).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_single_source_goes_everywhere() {
        let list = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        let (one, two, three) = (list(&["a"]), list(&["b", "c"]), list(&["d", "e", "f"]));
        assert_eq!(pairs(&one, &two), [("a", "b"), ("a", "c")]);
        assert_eq!(pairs(&two, &three), [("b", "d"), ("c", "e")]);
        assert_eq!(pairs(&three, &one), [("d", "a")]);
        assert_eq!(pairs(&[], &two), []);
    }

    #[test]
    fn a_refusal_is_told_in_words() {
        let told = why(ClientStatus::FAILURE | ClientStatus::SHM_FAILURE | ClientStatus::INIT_FAILURE);
        let reason = "the client can't be made ready, its shared memory can't be used";
        assert_eq!(told, format!("its server refuses a client: {reason}"));
    }
}
