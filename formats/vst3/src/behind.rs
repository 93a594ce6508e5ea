//! What a view sees of the instance behind it, which it may outlive.

use std::sync::Arc;

use dyad_core::{Instance, Plugin};
use dyad_vst3_view::{Half, Handler};

use crate::notices::Notices;

/// The instance, for a view.
pub(crate) struct Behind<P: Plugin> {
    instance: Arc<Instance<P>>,
    notices: Arc<Notices>,
}

impl<P: Plugin> Behind<P> {
    pub(crate) fn new(instance: &Arc<Instance<P>>, notices: &Arc<Notices>) -> Arc<Self> {
        Arc::new(Self { instance: Arc::clone(instance), notices: Arc::clone(notices) })
    }
}

impl<P: Plugin> Half for Behind<P> {
    fn set_property(&self, index: usize, text: &str) -> bool {
        self.instance.set_property(index, text).is_ok()
    }

    fn handler(&self) -> Option<Handler> {
        self.notices.handler()
    }

    fn look_in(&self) {
        self.instance.poll_main();
        self.notices.tell();
    }
}
