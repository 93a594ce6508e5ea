//! From the host's pieces to the player of steps.

use dyad::prelude::*;

use crate::arp::{Arp, Song};
use crate::params::ArpeggiatorParams;
use crate::settings::Settings;

/// The half that plays.
#[derive(Debug)]
pub struct ArpeggiatorProcessor {
    arp: Arp,
    messages: MessageSender,
}

impl ArpeggiatorProcessor {
    pub(crate) fn new(arp: Arp, messages: MessageSender) -> Self {
        Self { arp, messages }
    }
}

impl Processor for ArpeggiatorProcessor {
    type Params = ArpeggiatorParams;

    fn reset(&mut self) {
        self.arp.reset();
    }

    fn process(
        &mut self,
        params: &mut ArpeggiatorParams,
        audio: &mut Audio<'_>,
        context: &mut Context<'_>,
    ) {
        let Self { arp, messages } = self;
        let (first, frames) = (arp.now(), audio.frames());
        let send = |context: &mut Context<'_>, frame: i64, kind| {
            context.send(Event { frame: (frame - first) as u32, kind })
        };
        let song = Song::from(context.transport());
        arp.begin(Settings::of(params), song, &mut |frame, kind| send(context, frame, kind));
        for n in 0..context.event_count() {
            let Some(event) = context.event(n) else { continue };
            let out = &mut |frame, kind| send(context, frame, kind);
            arp.advance(first + i64::from(event.frame), out);
            arp.event(event, out);
        }
        arp.advance(first + frames as i64, &mut |frame, kind| send(context, frame, kind));
        params.playing.show(arp.shown as f32);
        params.tempo.show(arp.tempo() as f32);
        arp.held.keys.send(messages, frames);
        arp.voices.keys.send(messages, frames);
    }
}
