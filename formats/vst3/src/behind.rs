//! What a view sees of the instance behind it, which it may outlive.

use std::sync::Arc;

use dyad_vst3_view::Handler;

use crate::half::Half;
use crate::notices::Notices;

/// The instance, for a view.
pub(crate) struct Behind {
    half: Arc<dyn Half>,
    notices: Arc<Notices>,
}

impl Behind {
    pub(crate) fn new(half: &Arc<dyn Half>, notices: &Arc<Notices>) -> Arc<Self> {
        Arc::new(Self { half: Arc::clone(half), notices: Arc::clone(notices) })
    }
}

impl dyad_vst3_view::Half for Behind {
    fn set_property(&self, index: usize, text: &str) -> bool {
        self.half.set_property(index, text)
    }

    fn handler(&self) -> Option<Handler> {
        self.notices.handler()
    }

    fn look_in(&self) {
        self.half.poll_main();
        self.notices.look_in();
    }
}
