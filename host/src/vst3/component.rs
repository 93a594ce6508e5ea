//! Component and controller: bringing them up in the order that VST3 asks for, and down again.
#![allow(unsafe_code)]

use vst3::ComPtr;
use vst3::Steinberg::Vst::*;
use vst3::Steinberg::*;

use super::factory::{Factory, PluginClass};
use super::host::{Edits, Handler};
use super::stream::Stream;

/// A plugin's objects, initialised and connected. Dropping takes them apart in order; the component goes
/// last, as some plugins (DPF) count what was taken from it.
pub(super) struct Component {
    pub(super) processor: ComPtr<IAudioProcessor>,
    pub(super) controller: Option<ComPtr<IEditController>>,
    pub(super) component: ComPtr<IComponent>,
    /// Whether the controller is an object of its own.
    separate: bool,
    connection: Option<[ComPtr<IConnectionPoint>; 2]>,
    _handler: ComPtr<IComponentHandler>,
    /// What the controller edits by itself, for the audio side.
    pub(super) edits: Edits,
}

impl Component {
    pub(super) fn new(factory: &Factory, class: &PluginClass) -> Result<Self, String> {
        let component =
            factory.create::<IComponent>(&class.id).ok_or("its factory could not create the component")?;
        let context = factory.context();
        // SAFETY: first call on the new object; the context outlives it.
        let result = unsafe { component.initialize(context) };
        if result != kResultOk {
            return Err(format!("its component refused to be initialised (result {result})"));
        }
        let Some(processor) = component.cast::<IAudioProcessor>() else {
            // SAFETY: it was initialised.
            unsafe { component.terminate() };
            return Err("its component is no audio processor".into());
        };
        let (controller, separate) = match component.cast::<IEditController>() {
            Some(controller) => (Some(controller), false),
            None => (Self::separate_controller(factory, &component), true),
        };
        let Some((handler, edits)) = Handler::create() else {
            return Err("the component handler could not be made".into());
        };
        let mut made = Self {
            component,
            processor,
            controller,
            separate,
            connection: None,
            _handler: handler.clone(),
            edits,
        };
        if let Some(controller) = &made.controller {
            // SAFETY: the handler lives as long as the controller's owner.
            unsafe { controller.setComponentHandler(handler.as_ptr()) };
        }
        made.connect();
        made.tell_controller(None);
        Ok(made)
    }

    /// A controller of its own, initialised; a plugin may have none.
    fn separate_controller(
        factory: &Factory,
        component: &ComPtr<IComponent>,
    ) -> Option<ComPtr<IEditController>> {
        let mut class: TUID = [0; 16];
        // SAFETY: the id is a local variable.
        if unsafe { component.getControllerClassId(&mut class) } != kResultOk || class == [0; 16] {
            return None;
        }
        let controller = factory.create::<IEditController>(&class)?;
        // SAFETY: first call on the new object; the context outlives it.
        let result = unsafe { controller.initialize(factory.context()) };
        (result == kResultOk).then_some(controller)
    }

    /// Lets the two halves talk, where both want to.
    fn connect(&mut self) {
        let Some(controller) = self.controller.as_ref().filter(|_| self.separate) else { return };
        let component = self.component.cast::<IConnectionPoint>();
        let (Some(component), Some(controller)) = (component, controller.cast::<IConnectionPoint>()) else {
            return;
        };
        // SAFETY: both live until `drop` disconnects them.
        unsafe {
            component.connect(controller.as_ptr());
            controller.connect(component.as_ptr());
        }
        self.connection = Some([component, controller]);
    }

    /// The component's state; empty for a plugin that has none.
    pub(super) fn component_state(&self) -> Option<Vec<u8>> {
        let stream = Stream::new(vec![])?;
        // SAFETY: the stream lives through the call.
        let result = unsafe { self.component.getState(stream.as_ptr()) };
        // Steinberg's own base class leaves it out.
        (result == kResultOk || result == kNotImplemented).then(|| stream.bytes())
    }

    /// Hands the component's state (the given one, or its present one) to the controller.
    pub(super) fn tell_controller(&self, state: Option<&[u8]>) {
        let Some(controller) = &self.controller else { return };
        let state = state.map(<[u8]>::to_vec).or_else(|| self.component_state());
        if let Some(stream) = state.filter(|bytes| !bytes.is_empty()).and_then(Stream::new) {
            // SAFETY: the stream lives through the call. Controllers that have no use for it say
            // so, which is no error.
            unsafe { controller.setComponentState(stream.as_ptr()) };
        }
    }
}

impl Drop for Component {
    fn drop(&mut self) {
        // SAFETY: the reverse of `new`, each object called for the last time before its release.
        unsafe {
            if let Some([component, controller]) = &self.connection {
                component.disconnect(controller.as_ptr());
                controller.disconnect(component.as_ptr());
            }
            self.connection = None;
            if let Some(controller) = &self.controller {
                controller.setComponentHandler(std::ptr::null_mut());
                if self.separate {
                    controller.terminate();
                }
            }
            self.component.terminate();
        }
    }
}
