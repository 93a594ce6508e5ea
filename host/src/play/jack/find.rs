//! Ports of other clients.

use jack::{Client, PortFlags};

use crate::error::{Error, Result};
use crate::play::driver::{Item, Kind};
use crate::play::listed;

/// JACK's name of an audio port's type, as a pattern.
pub(super) const AUDIO: &str = "audio";
/// The same of a MIDI port's type.
pub(super) const MIDI: &str = "midi";

/// All ports of one type that give sound or messages to others.
fn sources(client: &Client, kind: &str) -> Vec<String> {
    client.ports(None, Some(kind), PortFlags::IS_OUTPUT)
}

/// The ports that a user means: the one of this name, else all of the client of this name, else all that have the
/// text in a name of theirs.
///
/// # Errors
/// Where there are none.
pub(super) fn named(client: &Client, kind: &str, name: &str) -> Result<Vec<String>> {
    let all = sources(client, kind);
    if all.iter().any(|port| port == name) {
        return Ok(vec![name.to_owned()]);
    }
    let of_client = |port: &&String| port.split_once(':').is_some_and(|(client, _)| client == name);
    let mut found: Vec<_> = all.iter().filter(of_client).cloned().collect();
    if found.is_empty() {
        let has =
            |port: &&String| port.contains(name) || aliases(client, port).iter().any(|a| a.contains(name));
        found = all.iter().filter(has).cloned().collect();
    }
    if !found.is_empty() {
        return Ok(found);
    }
    Err(Error::Device {
        device: name.to_owned(),
        reason: format!("JACK has no {kind} port of this name to listen to; {}", listed(&all)),
    })
}

fn aliases(client: &Client, port: &str) -> Vec<String> {
    client.port_by_name(port).and_then(|port| port.aliases().ok()).unwrap_or_default()
}

/// The hardware's ports of one type: those that give, or those that take.
pub(super) fn hardware(client: &Client, kind: &str, direction: PortFlags) -> Vec<String> {
    client.ports(None, Some(kind), direction | PortFlags::IS_PHYSICAL)
}

/// Ports that can be listened to.
///
/// # Errors
/// In words.
pub(in crate::play) fn list() -> Result<Vec<Item>, String> {
    let client = super::client::connect("dyad-host-list")?;
    let mut items = Vec::new();
    for (kind, pattern) in [(Kind::Input, AUDIO), (Kind::Midi, MIDI)] {
        for port in sources(&client, pattern) {
            let about = aliases(&client, &port).join(", ");
            items.push(Item { kind, name: port, about });
        }
    }
    Ok(items)
}
