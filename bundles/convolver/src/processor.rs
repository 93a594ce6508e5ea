//! The half that makes the sound.

use std::sync::Arc;
#[expect(clippy::disallowed_types, reason = "taken before the sound begins, never in a block")]
use std::sync::Mutex;
use std::sync::atomic::Ordering;

use dyad::prelude::*;
use dyad::sync::{Producer, Receiver};
use dyad::task::TaskSender;

use crate::cut::Cut;
use crate::engine::{Convolver, Frames, Response, SLOT, bearable};
use crate::load::{Loader, Parcel, Run, Wanted, Work};
use crate::params::ConvolverParams;
use crate::pre_delay::PreDelay;

/// What the sound asks of other threads.
pub(crate) enum Task {
    /// To make a response.
    Make(Work),
    /// To free responses that are no longer needed.
    Tidy,
}

/// Where responses come from and go to.
pub(crate) struct Supply {
    pub(crate) wanted: Arc<Wanted>,
    #[expect(clippy::disallowed_types, reason = "as above")]
    pub(crate) loader: Arc<Mutex<Loader>>,
    pub(crate) tasks: TaskSender<Task>,
    pub(crate) made: Receiver<Parcel>,
    pub(crate) retired: Producer<Box<Response>>,
    pub(crate) run: Run,
}

impl Supply {
    /// Makes a response where that is quick; a main thread may not wait for a disk. `[main-thread & !active]`
    fn make_at_once(&self, work: &Work) -> Option<Parcel> {
        // A task of the last run may have it still.
        let mut loader = self.loader.try_lock().ok()?;
        loader.is_quick(&self.run, work).then(|| loader.make(&self.run, work))
    }
}

/// The half that makes the sound. `[audio-thread]`
pub struct ConvolverProcessor {
    pub(crate) supply: Supply,
    pub(crate) convolver: Convolver,
    pub(crate) pre_delay: PreDelay,
    pub(crate) low_cut: Cut,
    pub(crate) high_cut: Cut,
    pub(crate) sender: MessageSender,
    pub(crate) inputs: usize,
    pub(crate) outputs: usize,
    pub(crate) rate: f64,
    /// What was asked for last.
    pub(crate) asked: Option<Work>,
    /// What an editor is to see, and which of it it was told.
    pub(crate) shown: [Vec<u8>; 2],
    pub(crate) told: [bool; 2],
    /// Frames of the pre-delay.
    pub(crate) delay: usize,
}

impl ConvolverProcessor {
    fn work(&self, params: &ConvolverParams) -> Work {
        Work { shape: params.shape(), generation: self.supply.wanted.generation() }
    }

    /// At the beginning of each slot: takes what was made, asks for what is wanted. By slots, because blocks may be
    /// cut anywhere.
    fn supply(&mut self, params: &ConvolverParams, context: &Context<'_>) {
        if let Some(old) = self.convolver.collect() {
            match self.supply.retired.push(old) {
                Ok(()) => self.send(Task::Tidy, context),
                Err(old) => self.convolver.keep(old),
            }
        }
        self.take();
        let work = self.work(params);
        if self.asked != Some(work) && self.convolver.is_free() && self.supply.tasks.pending() == 0 {
            self.asked = Some(work);
            self.send(Task::Make(work), context);
            self.take();
        }
    }

    /// Sends a task; an export waits for it, so that it does not depend on how fast it is.
    fn send(&mut self, task: Task, context: &Context<'_>) {
        if self.supply.tasks.send(task).is_err() {
            // It is asked for again with the next slot.
            self.asked = None;
        }
        context.finish_tasks();
    }

    fn take(&mut self) {
        if !self.supply.made.is_waiting() || !self.convolver.is_free() {
            return;
        }
        if let Some(parcel) = self.supply.made.get_mut() {
            let Parcel { response, longer, shown } = parcel;
            self.convolver.change(response.take(), longer);
            std::mem::swap(&mut self.shown, shown);
            self.told = [false; 2];
        }
        // Relaxed: see `Loader`.
        self.supply.run.capacity.store(self.convolver.capacity(), Ordering::Relaxed);
    }

    /// Tells an editor what there is to see, once.
    fn tell(&mut self) {
        if !self.sender.watched() {
            self.told = [false; 2];
            return;
        }
        for (message, told) in self.shown.iter().zip(&mut self.told) {
            if !*told && !message.is_empty() {
                *told = self.sender.send(message).is_ok();
            }
        }
    }
}

impl Processor for ConvolverProcessor {
    type Params = ConvolverParams;

    fn prepare(&mut self, params: &mut ConvolverParams) {
        let work = self.work(params);
        self.asked = Some(work);
        if let Some(Parcel { response, mut longer, shown }) = self.supply.make_at_once(&work) {
            self.convolver.change(response, &mut longer);
            self.shown = shown;
            drop(self.convolver.collect());
            // Relaxed: see `Loader`.
            self.supply.run.capacity.store(self.convolver.capacity(), Ordering::Relaxed);
        } else if self.supply.tasks.send(Task::Make(work)).is_err() {
            self.asked = None;
        }
        self.delay = frames_of(params.pre_delay.value(), self.rate);
    }

    fn reset(&mut self) {
        self.convolver.reset();
        self.pre_delay.reset();
        self.low_cut.reset();
        self.high_cut.reset();
    }

    fn process(&mut self, params: &mut ConvolverParams, audio: &mut Audio<'_>, context: &mut Context<'_>) {
        let frames = audio.frames();
        let (mix, gain) = (params.mix.advance(frames), params.wet_gain.advance(frames));
        let (low, high) = (params.low_cut.advance(frames), params.high_cut.advance(frames));
        let width = params.width.advance(frames);
        self.delay = frames_of(params.pre_delay.value(), self.rate);
        let mut silent = audio.all_silent();
        let (mut dry, mut fed, mut wet): (Frames, Frames, Frames) =
            ([[0.0; SLOT]; 2], [[0.0; SLOT]; 2], [[0.0; SLOT]; 2]);
        let mut open = [0.0; SLOT];
        let mut start = 0;
        while start < frames {
            let room = self.convolver.room();
            let at = SLOT - room;
            if at == 0 {
                self.supply(params, context);
            }
            let count = room.min(frames - start);
            for (channel, dry) in audio.channels().zip(&mut dry).take(self.inputs) {
                for (to, from) in dry.iter_mut().zip(&channel.input()[start..start + count]) {
                    *to = bearable(*from);
                }
            }
            if self.inputs == 1 {
                dry[1] = dry[0];
            }
            params.in_left.add(&dry[0][..count]);
            params.in_right.add(&dry[1][..count]);
            self.pre_delay.process(self.delay, &dry, &mut fed, count);
            self.convolver.process(count, &fed, &mut wet, &mut open);
            self.low_cut.process(&low, start, at, &mut wet, count);
            self.high_cut.process(&high, start, at, &mut wet, count);
            if self.outputs > 1 {
                let [left, right] = &mut wet;
                for n in 0..count {
                    // Not at all at 100 %, rather than by rounding.
                    let more = (width.at(start + n) * 0.01 - 1.0) * 0.5 * (left[n] - right[n]);
                    left[n] += more;
                    right[n] -= more;
                }
            }
            for ((mut channel, dry), wet) in audio.channels().zip(&dry).zip(&mut wet) {
                for n in 0..count {
                    let mix = mix.at(start + n) * 0.01;
                    let through = open[n] + (1.0 - open[n]) * (1.0 - mix);
                    wet[n] = through * dry[n] + mix * gain.at(start + n) * wet[n];
                    silent &= wet[n] == 0.0;
                }
                channel.written()[start..start + count].copy_from_slice(&wet[..count]);
            }
            params.out_left.add(&wet[0][..count]);
            params.out_right.add(&wet[self.outputs - 1][..count]);
            start += count;
        }
        if silent && self.convolver.sleeps() {
            audio.silence();
        }
    }

    fn end_block(&mut self, _: &mut ConvolverParams, _: usize) {
        self.tell();
    }

    fn tail(&self) -> Tail {
        let cuts = self.low_cut.tail().max(self.high_cut.tail()) as usize;
        let frames = self.convolver.frames() + self.delay + cuts;
        Tail::Frames(u32::try_from(frames).unwrap_or(u32::MAX - 1))
    }
}

/// Milliseconds in whole frames.
fn frames_of(milliseconds: f32, rate: f64) -> usize {
    (f64::from(milliseconds) * 1e-3 * rate).round() as usize
}
