//! Ardour lets nobody automate a port with `pprops:notAutomatic`, `pprops:expensive` or
//! `pprops:causesArtifacts`.

use dyad_ttl::PortKind;

use crate::world::{each_port, world};

#[test]
fn only_what_its_author_takes_out_can_not_be_automated() {
    let (mut out, mut automatable) = (Vec::new(), 0);
    each_port(|plugin, port, kind, description| {
        let symbol = world().one(port, "lv2:symbol");
        let not = ["pprops:notAutomatic", "pprops:expensive", "pprops:causesArtifacts"];
        let marked = not.iter().any(|property| world().says(port, "lv2:portProperty", property));
        let meant = match kind {
            PortKind::Param { param } => !description.params[param].info.automatable,
            PortKind::RemovedParam { .. } => true,
            _ => false,
        };
        assert_eq!(marked, meant, "{plugin} {symbol}");
        if marked {
            out.push(symbol.to_owned());
        }
        automatable +=
            usize::from(!marked && matches!(kind, PortKind::Param { .. } | PortKind::Enabled { .. }));
    });
    assert!(out.contains(&"coarse".to_owned()), "the probe has one: {out:?}");
    assert!(automatable > out.len(), "and most can be");
}
