//! Presets that the bundle brings.

use lilv::node::Node;

use super::*;
use crate::check::{Outcome, Trial};
use crate::lv2::bundle::text;
use crate::lv2::ports::{self, Kind};

const LABEL: &str = "http://www.w3.org/2000/01/rdf-schema#label";
const PORT: &str = "http://lv2plug.in/ns/lv2core#port";
const PSET_VALUE: &str = "http://lv2plug.in/ns/ext/presets#value";
const STATE: &str = "http://lv2plug.in/ns/ext/state#state";

/// Reads all of them.
pub(crate) fn presets(trial: &mut Trial) -> Outcome {
    trial.step("reading the presets");
    let bundle = Bundle::open(&trial.subject.plugin)?;
    let plugin = bundle.choose(trial.subject.class.as_deref())?;
    let world = &bundle.world;
    let ports = ports::read(world, plugin, 48_000.0)?;
    let presets = plugin.related(Some(&world.new_uri(uris::PRESET)));
    let presets: Vec<_> = presets.map_or_else(Vec::new, |nodes| nodes.iter().collect());
    if presets.is_empty() {
        return trial.skip("it has no presets");
    }
    for preset in presets {
        let uri = text(Some(preset));
        trial.step(format!("reading the preset {uri}"));
        let node = world.new_uri(&uri);
        let _ = world.load_resource(&node);
        let of = |subject: &Node, key: &str| -> Vec<Node> {
            world.find_nodes(Some(subject), &world.new_uri(key), None).iter().collect()
        };
        trial.find_if(of(&node, LABEL).is_empty(), &PRESET_LABEL, || {
            format!("the preset {uri} has no rdfs:label")
        });
        let values = of(&node, PORT);
        trial.find_if(values.is_empty() && of(&node, STATE).is_empty(), &PRESET_EMPTY, || {
            format!("the preset {uri} holds nothing")
        });
        for value in values {
            let symbol = text(of(&value, uris::SYMBOL).into_iter().next());
            let number = of(&value, PSET_VALUE).into_iter().next().and_then(|node| number(&node));
            let port = ports.iter().find(|port| port.symbol == symbol);
            match port.map(|port| &port.kind) {
                Some(Kind::Control(control)) => {
                    let (min, max) = (control.min, control.max);
                    let slack = 1e-5 * (max - min).abs().min(1e6);
                    let outside = number.is_some_and(|n| n < min - slack || n > max + slack);
                    trial.find_if(outside, &PRESET_RANGE, || {
                        let number = number.unwrap_or_default();
                        format!("the preset {uri} sets {symbol} to {number}, its range is {min} to {max}")
                    });
                }
                Some(_) => {}
                None => trial.find(
                    &PRESET_PORT,
                    format!("the preset {uri} sets the port {symbol}, which there is not"),
                ),
            }
        }
    }
    Ok(())
}

fn number(node: &Node) -> Option<f64> {
    node.as_str().and_then(|text| text.parse().ok()).or_else(|| node.as_float().map(f64::from))
}
