//! The module's factory: which classes there are, and making objects of them.
#![allow(unsafe_code)]

use std::ffi::c_void;
use std::rc::Rc;

use vst3::Steinberg::Vst::IHostApplication;
use vst3::Steinberg::*;
use vst3::{ComPtr, Interface};

use super::host::Application;
use super::text;
use super::turns::Turns;

/// The category of classes that process audio.
const AUDIO_MODULE: &str = "Audio Module Class";

/// More classes than any module has.
const MAX_CLASSES: int32 = 4096;

/// One class that processes audio.
#[derive(Clone, Debug)]
pub(super) struct PluginClass {
    pub(super) id: TUID,
    pub(super) name: String,
    pub(super) vendor: String,
    pub(super) version: String,
    pub(super) category: String,
}

impl PluginClass {
    pub(super) fn id_text(&self) -> String {
        text::from_id(&self.id)
    }
}

/// The factory and the context that it was given.
pub(super) struct Factory {
    factory: ComPtr<IPluginFactory>,
    host: ComPtr<IHostApplication>,
    /// What the module wants to have served on the main thread.
    pub(super) turns: Rc<Turns>,
}

impl Factory {
    pub(super) fn new(factory: ComPtr<IPluginFactory>) -> Result<Self, String> {
        let turns = Rc::new(Turns::new());
        let host = Application::create(&turns).ok_or("the host context could not be made")?;
        if let Some(factory) = factory.cast::<IPluginFactory3>() {
            // SAFETY: the context lives as long as the factory's owner. Its answer does not matter:
            // a factory may do without.
            unsafe { factory.setHostContext(host.as_ptr().cast()) };
        }
        Ok(Self { factory, host, turns })
    }

    /// The factory itself.
    pub(super) fn raw(&self) -> &ComPtr<IPluginFactory> {
        &self.factory
    }

    /// The context for `initialize`.
    pub(super) fn context(&self) -> *mut FUnknown {
        self.host.as_ptr().cast()
    }

    /// All classes that process audio.
    pub(super) fn plugins(&self) -> Vec<PluginClass> {
        // SAFETY: no arguments.
        let count = unsafe { self.factory.countClasses() }.clamp(0, MAX_CLASSES);
        (0..count).filter_map(|index| self.class(index)).collect()
    }

    fn class(&self, index: int32) -> Option<PluginClass> {
        // SAFETY: all-zero is a valid value of these plain structures, which are written to by the
        // calls; the index is within the count.
        unsafe {
            let mut info: PClassInfo = std::mem::zeroed();
            if self.factory.getClassInfo(index, &mut info) != kResultOk {
                return None;
            }
            if text::from_bytes(&info.category) != AUDIO_MODULE {
                return None;
            }
            let mut class = PluginClass {
                id: info.cid,
                name: text::from_bytes(&info.name),
                vendor: String::new(),
                version: String::new(),
                category: String::new(),
            };
            let mut more: PClassInfo2 = std::mem::zeroed();
            if let Some(factory) = self.factory.cast::<IPluginFactory2>()
                && factory.getClassInfo2(index, &mut more) == kResultOk
            {
                class.vendor = text::from_bytes(&more.vendor);
                class.version = text::from_bytes(&more.version);
                class.category = text::from_bytes(&more.subCategories);
            }
            let mut wide: PClassInfoW = std::mem::zeroed();
            if let Some(factory) = self.factory.cast::<IPluginFactory3>()
                && factory.getClassInfoUnicode(index, &mut wide) == kResultOk
            {
                class.name = text::from_wide(&wide.name);
                class.vendor = text::from_wide(&wide.vendor);
            }
            if class.vendor.is_empty() {
                class.vendor = self.vendor();
            }
            Some(class)
        }
    }

    fn vendor(&self) -> String {
        // SAFETY: as in `class`.
        unsafe {
            let mut info: PFactoryInfo = std::mem::zeroed();
            if self.factory.getFactoryInfo(&mut info) != kResultOk {
                return String::new();
            }
            text::from_bytes(&info.vendor)
        }
    }

    /// A new object of a class, as interface `I`.
    pub(super) fn create<I: Interface>(&self, class: &TUID) -> Option<ComPtr<I>> {
        let mut object: *mut c_void = std::ptr::null_mut();
        // SAFETY: both ids are 16 bytes. The object comes back as null or as a reference of that
        // interface that belongs to the caller.
        unsafe {
            let interface = I::IID.as_ptr().cast();
            let result = self.factory.createInstance(class.as_ptr(), interface, &mut object);
            if result != kResultOk {
                return None;
            }
            ComPtr::from_raw(object.cast())
        }
    }
}
