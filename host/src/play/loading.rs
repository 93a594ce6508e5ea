//! Bringing the plugins of a chain up, the first time and every other time. `[main-thread]`

use std::time::Instant;

use super::engine::{Engine, SIDES, Shape};
use super::rack::{Seat, Stage};
use crate::error::{Error, Result};
use crate::info::{BusKind, main_channels};
use crate::missing;
use crate::parameter;
use crate::parent::{Active, Audio, Block, Chain, Host, Live, Options, Pool, Setup};
use crate::planar::Planar;
use crate::render::{Assignment, follows};
use crate::shared::{Change, Transport};
use crate::state::{Container, PluginState, fit};

/// How all of them are run.
#[derive(Clone, Copy, Debug)]
pub(super) struct Manner {
    pub(super) setup: Setup,
    /// Channels that go into the first plugin.
    pub(super) offered: u32,
    /// The part of a block's length that they may take.
    pub(super) patience: f64,
    /// Channels that a last plugin of one channel is spread over.
    pub(super) outputs: usize,
}

/// A chain that grows.
pub(super) struct Loading<'a> {
    host: Host,
    stages: &'a [Stage],
    manner: Manner,
    seats: Vec<Seat>,
    ends: Vec<Audio>,
}

impl<'a> Loading<'a> {
    pub(super) fn new(host: &Host, stages: &'a [Stage], manner: Manner) -> Self {
        // One stands ready for whichever plugin fails first.
        let host = host.clone().pool(&Pool::new(host, manner.setup, 1));
        Self { host, stages, manner, seats: vec![], ends: vec![] }
    }

    /// Channels that the next one gets.
    fn offered(&self) -> u32 {
        self.seats.last().map_or(self.manner.offered, |seat| main_channels(&seat.active().outputs))
    }

    fn options(&self, class: Option<String>, state: Option<PluginState>) -> Options {
        let offered = self.offered();
        Options {
            setup: self.manner.setup,
            class,
            inputs: (offered > 0).then_some(offered),
            state,
            patience: self.manner.patience,
            ..Options::default()
        }
    }

    /// Loads a plugin the first time.
    pub(super) fn add(
        &mut self,
        stage: &Stage,
        container: Option<Container>,
        lost: &mut Vec<String>,
    ) -> Result<()> {
        let class = match &stage.class {
            Some(class) => Some(class.clone()),
            None => {
                let listed = self.host.open(&stage.target, self.manner.setup);
                let chosen = listed.and_then(|mut session| session.choose_for(self.offered(), false));
                chosen.map_err(|error| missing::or_failed(&self.host, &stage.target, None, error))?
            }
        };
        let loaded = self.host.live(&stage.target, self.options(class, None));
        let class = stage.class.as_deref();
        let (mut live, mut audio) =
            loaded.map_err(|error| missing::or_failed(&self.host, &stage.target, class, error))?;
        if let (Some(container), Some(path)) = (container, &stage.state) {
            let fitted = fit(container, live.info())
                .map_err(|reason| Error::State { path: path.clone(), reason })?;
            live.load_state(fitted.state)?;
            lost.extend(fitted.lost);
        }
        let mut values = Vec::new();
        for Assignment { name, value } in &stage.set {
            let value = parameter::resolve(&mut live, name, value)?;
            values.push((value.index, value.native));
        }
        if !values.is_empty() {
            live.set(&values)?;
            self.prime(&live, &mut audio, &values);
        }
        self.sit(live, audio)
    }

    /// Loads a plugin once more.
    pub(super) fn again(&mut self, stage: &Stage, class: String, state: PluginState) -> Result<()> {
        let (live, audio) = self.host.live(&stage.target, self.options(Some(class), Some(state)))?;
        self.sit(live, audio)
    }

    /// Tells the plugin's sound about values, with a block of silence: only the first plugin of a chain gets
    /// changes with the blocks that are played.
    fn prime(&self, live: &Live, audio: &mut Audio, values: &[(u32, f64)]) {
        let Some(active) = live.active() else { return };
        let frames = self.manner.setup.max_block;
        let planar = |channels: u32| Planar::new(channels as usize, frames as usize);
        let input = planar(main_channels(&active.inputs));
        let mut output = planar(main_channels(&active.outputs));
        let changes: Vec<_> = values
            .iter()
            .map(|(index, native)| Change { index: *index, offset: 0, native: *native })
            .collect();
        let transport = Transport { playing: false, ..Transport::playing_at(0) };
        let block = Block { frames, transport, input: &input, aux: &[], changes: &changes, midi: &[] };
        // It reaches the plugin, however long that takes; what fails is told by the plugin's supervisor.
        audio.send_until(&block, Instant::now() + live.options().stall());
        let _ = audio.receive(&block, &mut output);
    }

    fn sit(&mut self, live: Live, audio: Audio) -> Result<()> {
        let Some(active) = live.active().cloned() else {
            return Err(Error::Plugin {
                plugin: live.name().to_owned(),
                reason: "it is not active".into(),
            });
        };
        if let Some(before) = self.seats.last() {
            let takes = !live.info().event_inputs.is_empty();
            let gives = main_channels(&before.active().outputs);
            let takes_channels = main_channels(&active.inputs);
            let before = self.stages[self.seats.len() - 1].target.spec();
            follows(live.name(), takes_channels, takes, before, gives)?;
        }
        self.seats.push(Seat::new(live, active));
        self.ends.push(audio);
        Ok(())
    }

    pub(super) fn finish(self) -> (Vec<Seat>, Box<Engine>) {
        let longest = self.manner.setup.max_block;
        let inputs = |seat: &Seat| main_channels(&seat.active().inputs) as usize;
        let outputs = |seat: &Seat| main_channels(&seat.active().outputs) as usize;
        // Mono fills all channels of the next plugin, or of the device.
        let next = self.seats.iter().skip(1).map(inputs).chain([self.manner.outputs]);
        let channels = |(seat, next): (&Seat, usize)| match outputs(seat) {
            1 => next.max(1),
            more => more,
        };
        let channels: Vec<_> = self.seats.iter().zip(next).map(channels).collect();
        let chain = Chain::new(self.ends.into_iter().zip(channels), longest);
        let shape = Shape {
            rate: self.manner.setup.sample_rate,
            longest,
            plugins: self.seats.len(),
            input: self.seats.first().map_or(0, inputs),
            sides: self.seats.first().map(|seat| sides(seat.active())).unwrap_or_default(),
            extras: self.seats.last().map(|seat| extras(seat.active())).unwrap_or_default(),
        };
        (self.seats, Box::new(Engine::new(chain, &shape)))
    }
}

/// Channels of the inputs beside the main one, in the plugin's order.
pub(super) fn sides(active: &Active) -> Vec<usize> {
    let main = active.inputs.iter().position(|bus| bus.kind == BusKind::Main);
    let others = active.inputs.iter().enumerate().filter(|(at, _)| Some(*at) != main);
    others.map(|(_, bus)| bus.channels as usize).take(SIDES).collect()
}

/// Outputs beside the main one: their places among all, and their channels.
pub(super) fn extras(active: &Active) -> Vec<(usize, usize)> {
    let main = active.outputs.iter().position(|bus| bus.kind == BusKind::Main);
    let others = active.outputs.iter().enumerate().filter(|(at, _)| Some(*at) != main);
    others.map(|(at, bus)| (at, bus.channels as usize)).collect()
}
