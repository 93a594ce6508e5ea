//! What an instance does off the audio thread.
//!
//! LV2 calls a running plugin on no main thread. Where something waits for one (a property that the host
//! has set, a task of the plugin's for the main thread), it is done by whoever comes first: the host's
//! worker, where it has one; `save` and `deactivate`; the block itself while free-wheeling; and else the
//! module's service thread, 200 ms later.

#[expect(
    clippy::disallowed_types,
    reason = "never taken on the audio thread, except where it renders offline"
)]
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, PoisonError};

use dyad_core::sync::{Consumer, Sender, handover, queue};
use dyad_core::task::Poll;
use dyad_core::{Description, Instance, Plugin};

use crate::patch::{Answer, Message, Patch};
use crate::urids::{Map, Urids};

/// Messages of the host's that can wait; a newer one is dropped and counted.
const WAITING: usize = 16;

/// Everything but the audio half.
pub(crate) struct Home<P: Plugin> {
    pub(crate) instance: Instance<P>,
    /// Only for plugins with properties.
    #[expect(clippy::disallowed_types, reason = "as above")]
    mail: Option<Mutex<Mail>>,
    /// Messages that wait or are being taken.
    waiting: Arc<AtomicUsize>,
    /// A message was lost, so the host is to be told what the values are.
    missed: Arc<AtomicBool>,
    /// How often messages were taken.
    served: AtomicU64,
}

struct Mail {
    inbox: Consumer<Message>,
    answers: Sender<Answer>,
    /// The last question that was taken, and how often all values were told unasked.
    question: u64,
    told: u64,
}

impl<P: Plugin> Home<P> {
    /// With the audio side's half of the mail, where the plugin has properties. `[main-thread]`
    pub(crate) fn new(
        description: &'static Description,
        uri: &str,
        urids: &Urids,
        map: &Map,
    ) -> (Self, Option<Box<Patch>>) {
        let (waiting, missed) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicBool::new(false)));
        let (mut mail, mut patch) = (None, None);
        if !P::PROPERTIES.is_empty() {
            let (producer, inbox) = queue(WAITING);
            let (answers, receiver) = handover();
            #[expect(clippy::disallowed_types, reason = "as above")]
            let inner = Mutex::new(Mail { inbox, answers, question: 0, told: 0 });
            patch = Patch::new(description.info.id, P::PROPERTIES, uri, urids, map)
                .map(|uris| Box::new(uris.connected(producer, &waiting, &missed, receiver)));
            mail = Some(inner);
        }
        let served = AtomicU64::new(0);
        (Self { instance: Instance::new(description), mail, waiting, missed, served }, patch)
    }

    /// Does what waits. `[main-thread, or a worker; offline the audio thread]`
    pub(crate) fn poll(&self) {
        self.instance.poll_main();
        if !P::PROPERTIES.is_empty() {
            self.take_mail(false);
        }
    }

    /// Has the host told all properties, because they have changed without it. `[main-thread]`
    pub(crate) fn tell_all(&self) {
        if !P::PROPERTIES.is_empty() {
            self.take_mail(true);
        }
    }

    /// How many messages wait, and one more where any was lost. `[any thread]`
    pub(crate) fn waiting(&self) -> usize {
        // Relaxed: hints.
        self.waiting.load(Ordering::Relaxed) + usize::from(self.missed.load(Ordering::Relaxed))
    }

    fn take_mail(&self, tell: bool) {
        let Some(mail) = &self.mail else { return };
        let mut mail = mail.lock().unwrap_or_else(PoisonError::into_inner);
        // Relaxed: the host is told whatever was lost before, and is told again for what is lost later.
        let missed = self.missed.swap(false, Ordering::Relaxed);
        let mut answer = tell || missed;
        mail.told += u64::from(tell) + u64::from(missed);
        // Of each property the last value alone: the plugin need not look at what counts no more.
        let mut last: Vec<Option<Message>> = P::PROPERTIES.iter().map(|_| None).collect();
        while let Some(message) = mail.inbox.pop() {
            match message.text() {
                Some(_) => {
                    if let Some(place) = last.get_mut(message.index()) {
                        *place = Some(message);
                    }
                }
                None => {
                    mail.question = message.question();
                    answer = true;
                }
            }
            // Relaxed: a hint.
            self.waiting.fetch_sub(1, Ordering::Relaxed);
            self.served.fetch_add(1, Ordering::Relaxed);
        }
        for message in last.into_iter().flatten() {
            let text = message.text().and_then(|text| std::str::from_utf8(text).ok());
            let set = text.is_some_and(|text| self.instance.set_property(message.index(), text).is_ok());
            if !set {
                // The host shows what it has sent, so it is told what the value still is.
                mail.told += 1;
                answer = true;
            }
        }
        if answer {
            let values = self.instance.shared().properties.snapshot();
            let (question, told) = (mail.question, mail.told);
            mail.answers.send(Answer { values, question, told });
        }
    }
}

impl<P: Plugin> Poll for Home<P> {
    fn has_background(&self) -> bool {
        false
    }

    fn background(&self) {}

    fn main_waiting(&self) -> Option<u64> {
        // Relaxed: a hint.
        (self.waiting() > 0).then(|| self.served.load(Ordering::Relaxed))
    }

    fn late_main(&self) {
        self.poll();
    }
}
