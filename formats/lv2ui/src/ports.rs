//! Which port carries what.

use dyad_core::Description;
use dyad_core::param::Role;
use dyad_ttl::{PortKind, PortTable};

use crate::host::Host;

/// The ports of a layout, as an editor needs them.
#[derive(Debug)]
pub(crate) struct Ports {
    /// By the index of the port: a parameter or meter, and whether the port is the parameter turned round.
    params: Box<[Option<(usize, bool)>]>,
    /// By the index of the parameter: its control input.
    inputs: Box<[Option<(u32, bool)>]>,
    /// The ports of meters.
    pub(crate) meters: Box<[u32]>,
    /// The atom input.
    pub(crate) control: Option<u32>,
    /// The atom output.
    pub(crate) notify: Option<u32>,
}

impl Ports {
    /// As the host has them: positions are permanent, but an older version may be what runs.
    pub(crate) fn new(table: &PortTable, description: &Description, host: &Host) -> Self {
        let mut params = vec![None; table.ports.len()];
        let mut inputs = vec![None; description.params.len()];
        let mut meters = Vec::new();
        let (mut control, mut notify) = (None, None);
        for (index, port) in (0u32..).zip(&table.ports) {
            let there = host.port(index, &port.symbol).filter(|there| (*there as usize) < params.len());
            let Some(index) = there else { continue };
            match port.kind {
                PortKind::Param { param } | PortKind::Enabled { param } => {
                    // The enabled port is the bypass parameter turned round.
                    let inverted = description.params[param].info.role == Role::Bypass;
                    params[index as usize] = Some((param, inverted));
                    inputs[param] = Some((index, inverted));
                }
                PortKind::Meter { param } => {
                    params[index as usize] = Some((param, false));
                    meters.push(index);
                }
                PortKind::EventsIn => control = Some(index),
                PortKind::EventsOut => notify = Some(index),
                _ => {}
            }
        }
        Self { params: params.into(), inputs: inputs.into(), meters: meters.into(), control, notify }
    }

    /// The parameter or meter of a port, and its plain value where the port has this one.
    pub(crate) fn plain(&self, port: u32, value: f32) -> Option<(usize, f64)> {
        let (param, inverted) = (*self.params.get(port as usize)?)?;
        let plain = f64::from(value);
        Some((param, if inverted { f64::from(u8::from(plain <= 0.0)) } else { plain }))
    }

    /// The control input of a parameter.
    pub(crate) fn input(&self, param: u32) -> Option<u32> {
        Some((*self.inputs.get(param as usize)?)?.0)
    }

    /// The control input of a parameter, and what it has at a plain value.
    pub(crate) fn control(&self, param: u32, plain: f64) -> Option<(u32, f32)> {
        let (port, inverted) = (*self.inputs.get(param as usize)?)?;
        Some((port, if inverted { f32::from(u8::from(plain <= 0.0)) } else { plain as f32 }))
    }
}
