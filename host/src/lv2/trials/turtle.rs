//! What the bundle's data says, by itself.

use lilv::World;
use lilv::node::Node;
use lilv::plugin::Plugin;

use super::*;
use crate::check::{Outcome, Trial};
use crate::lv2::bundle::text;

const DOAP_NAME: &str = "http://usefulinc.com/ns/doap#name";
const DOAP_LICENSE: &str = "http://usefulinc.com/ns/doap#license";
const SEE_ALSO_KEY: &str = "http://www.w3.org/2000/01/rdf-schema#seeAlso";
const PORT: &str = "http://lv2plug.in/ns/lv2core#port";
const INDEX: &str = "http://lv2plug.in/ns/lv2core#index";
const NAME: &str = "http://lv2plug.in/ns/lv2core#name";
const DEFAULT: &str = "http://lv2plug.in/ns/lv2core#default";
const BINARY: &str = "http://lv2plug.in/ns/lv2core#binary";
const IS_LIVE: &str = "http://lv2plug.in/ns/lv2core#isLive";

/// Types that hosts know, and those that are kinds of them.
const PORT_TYPES: [&str; 4] = [uris::AUDIO_PORT, uris::CONTROL_PORT, uris::CV_PORT, uris::ATOM_PORT];
/// Older than atoms, and still about.
const EVENT_PORT: &str = "http://lv2plug.in/ns/ext/event#EventPort";

/// What Ardour lets a plugin require.
const COMMON: [&str; 14] = [
    uris::URID_MAP,
    uris::URID_UNMAP,
    uris::OPTIONS,
    uris::WORKER_SCHEDULE,
    uris::LOG,
    uris::MAP_PATH,
    uris::MAKE_PATH,
    uris::LOAD_DEFAULT_STATE,
    uris::THREAD_SAFE_RESTORE,
    uris::BOUNDED_BLOCK_LENGTH,
    "http://lv2plug.in/ns/ext/buf-size#coarseBlockLength",
    uris::INSTANCE_ACCESS,
    uris::DATA_ACCESS,
    IS_LIVE,
];

/// Reads it.
pub(crate) fn turtle(trial: &mut Trial) -> Outcome {
    trial.step("reading the bundle's data");
    let bundle = match Bundle::open(&trial.subject.plugin) {
        Ok(bundle) => bundle,
        Err(reason) => return trial.skip(reason),
    };
    let plugin = match bundle.choose(trial.subject.class.as_deref()) {
        Ok(plugin) => plugin,
        Err(reason) => return trial.skip(reason),
    };
    // Has the library read all files of the plugin.
    let complete = plugin.verify();
    let reader = Reader { world: &bundle.world, plugin };
    reader.identity(trial, complete);
    reader.ports(trial);
    reader.features(trial);
    reader.files(trial);
    Ok(())
}

struct Reader<'a> {
    world: &'a World,
    plugin: &'a Plugin,
}

impl Reader<'_> {
    fn of(&self, subject: &Node, key: &str) -> Vec<Node> {
        self.world.find_nodes(Some(subject), &self.world.new_uri(key), None).iter().collect()
    }

    fn has(&self, key: &str) -> bool {
        !self.of(&self.plugin.uri(), key).is_empty()
    }

    fn identity(&self, trial: &mut Trial, complete: bool) {
        let uri = text(Some(self.plugin.uri()));
        let missing: Vec<_> = [("doap:name", DOAP_NAME), ("lv2:binary", BINARY), ("lv2:port", PORT)]
            .into_iter()
            .filter(|(_, key)| !self.has(key))
            .map(|(name, _)| name)
            .collect();
        trial.find_if(!missing.is_empty(), &INCOMPLETE, || format!("{uri} has no {}", missing.join(", ")));
        trial.find_if(missing.is_empty() && !complete, &INCOMPLETE, || {
            format!("{uri} is not complete: a port may lack its symbol, name or type")
        });
        trial.find_if(!self.has(DOAP_LICENSE), &LICENSE, || format!("{uri} has no doap:license"));
        let versions = self.has(uris::MINOR_VERSION) && self.has(uris::MICRO_VERSION);
        trial.find_if(!versions, &VERSION, || {
            format!("{uri} has no lv2:minorVersion or no lv2:microVersion")
        });
    }

    fn ports(&self, trial: &mut Trial) {
        let ports = self.of(&self.plugin.uri(), PORT);
        let mut indices = Vec::new();
        let mut symbols: Vec<String> = Vec::new();
        for port in &ports {
            let numbers: Vec<_> = self.of(port, INDEX).iter().filter_map(Node::as_int).collect();
            let called = match numbers.as_slice() {
                [one] => format!("port {one}"),
                _ => "a port".into(),
            };
            trial
                .find_if(numbers.len() != 1, &PORT_INDEX, || format!("a port has the indices {numbers:?}"));
            indices.extend(numbers);
            let names: Vec<_> =
                self.of(port, uris::SYMBOL).iter().filter_map(|n| n.as_str().map(str::to_owned)).collect();
            let good = matches!(names.as_slice(), [one] if is_symbol(one));
            trial.find_if(!good, &PORT_SYMBOL, || format!("{called} has the symbol {}", names.join(", ")));
            for name in names {
                trial.find_if(symbols.contains(&name), &PORT_SYMBOL_TWICE, || {
                    format!("{called} has the symbol {name} of another port")
                });
                symbols.push(name);
            }
            self.port(trial, port, &called);
        }
        indices.sort_unstable();
        let gap = (0..).zip(&indices).find(|(want, got)| *want != **got);
        if let Some((want, got)) = gap {
            trial.find(
                &PORT_INDEX,
                format!("of {} ports the {}. has the index {got}", ports.len(), want + 1),
            );
        }
    }

    fn port(&self, trial: &mut Trial, port: &Node, called: &str) {
        trial.find_if(self.of(port, NAME).is_empty(), &PORT_NAME, || format!("{called} has no lv2:name"));
        let types: Vec<_> = self.of(port, uris::TYPE).into_iter().map(|node| text(Some(node))).collect();
        let is = |uri: &str| types.iter().any(|other| other == uri);
        trial.find_if(is(uris::INPUT_PORT) == is(uris::OUTPUT_PORT), &PORT_DIRECTION, || {
            format!("{called} must be an lv2:InputPort or an lv2:OutputPort, and not both")
        });
        let properties = self.of(port, "http://lv2plug.in/ns/lv2core#portProperty");
        let optional = properties.iter().any(|node| node.as_uri() == Some(uris::CONNECTION_OPTIONAL));
        let known = PORT_TYPES.iter().any(|uri| is(uri)) || is(EVENT_PORT);
        trial.find_if(!known && !optional, &PORT_TYPE, || {
            format!("{called} is of the types {}, which no host knows", types.join(", "))
        });
        let control = is(uris::INPUT_PORT) && is(uris::CONTROL_PORT);
        trial.find_if(control && self.of(port, DEFAULT).is_empty(), &PORT_DEFAULT, || {
            format!("{called} has no lv2:default")
        });
    }

    fn features(&self, trial: &mut Trial) {
        for feature in self.of(&self.plugin.uri(), uris::REQUIRED_FEATURE) {
            let uri = text(Some(feature));
            if uri == uris::IN_PLACE_BROKEN {
                trial.find(&IN_PLACE_BROKEN, "lv2:inPlaceBroken is required");
            } else {
                trial.find_if(!COMMON.contains(&uri.as_str()), &FEATURE, || format!("{uri} is required"));
            }
        }
        let optional = self.of(&self.plugin.uri(), uris::OPTIONAL_FEATURE);
        let broken = optional.iter().any(|node| node.as_uri() == Some(uris::IN_PLACE_BROKEN));
        trial.find_if(broken, &IN_PLACE_BROKEN, || "it has lv2:inPlaceBroken".into());
    }

    fn files(&self, trial: &mut Trial) {
        for node in self.of(&self.plugin.uri(), SEE_ALSO_KEY) {
            let Some((_, path)) = node.path() else { continue };
            trial.find_if(!std::path::Path::new(&path).exists(), &SEE_ALSO, || {
                format!("the data names {path}, which does not exist")
            });
        }
    }
}

fn is_symbol(text: &str) -> bool {
    let letter = |c: char| c.is_ascii_alphabetic() || c == '_';
    text.starts_with(letter) && text.chars().all(|c| letter(c) || c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    #[test]
    fn symbols() {
        for good in ["a", "_", "in_1", "B9"] {
            assert!(super::is_symbol(good), "{good}");
        }
        for bad in ["", "1a", "a-b", "a b", "é"] {
            assert!(!super::is_symbol(bad), "{bad}");
        }
    }
}
