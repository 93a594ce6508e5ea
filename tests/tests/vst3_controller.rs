//! What hosts show and set: text, values, the host's handler; and who keeps whom alive.
#![allow(unsafe_code)]
#![allow(non_upper_case_globals, reason = "Steinberg's names")]

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use dyad_tests::gain::{RATE, assert_close, id, position};
use dyad_tests::vst3::{Module, Plugin, utf16};
use vst3::Steinberg::Vst::{
    IComponentHandler, IComponentHandlerTrait, IEditControllerTrait, ParamID, ParamValue,
};
use vst3::Steinberg::{
    FUnknown, IPluginBaseTrait, int32, kInvalidArgument, kResultFalse, kResultOk, tresult,
};
use vst3::{Class, ComWrapper};

fn shown(plugin: &Plugin, param: &str, value: f64) -> String {
    let mut text = [0xffff; 128];
    // SAFETY: a place for the answer.
    assert_eq!(unsafe { plugin.controller.getParamStringByValue(id(param), value, &mut text) }, kResultOk);
    utf16(&text)
}

fn typed(plugin: &Plugin, param: &str, text: &str) -> Result<f64, tresult> {
    let mut units: Vec<u16> = text.encode_utf16().chain([0]).collect();
    let mut value = -1.0;
    // SAFETY: text that ends with 0, and a place for the answer.
    let answer =
        unsafe { plugin.controller.getParamValueByString(id(param), units.as_mut_ptr(), &mut value) };
    if answer == kResultOk { Ok(value) } else { Err(answer) }
}

#[test]
fn text_is_what_people_expect() {
    let plugin = Plugin::new();
    for (value, text) in [(0.0, "-inf"), (position(-6.0), "-6.0"), (position(0.0), "0.0"), (1.0, "24.0")] {
        assert_eq!(shown(&plugin, "gain", value), text);
    }
    assert_eq!(shown(&plugin, "gain", 7.0), "24.0", "beyond the end");
    assert_eq!(shown(&plugin, "gain", f64::NAN), "-inf", "no number at all");
    assert_eq!([0.0, 1.0].map(|value| shown(&plugin, "bypass", value)), ["Off", "On"]);
    for text in ["-6", "-6.0", "-6 dB", " -6.0dB ", "-6,0", "\u{2212}6"] {
        assert_close(&[typed(&plugin, "gain", text).unwrap() as f32], &[position(-6.0)], 1e-6, text);
    }
    assert_eq!(typed(&plugin, "gain", "-inf"), Ok(0.0));
    assert_eq!(typed(&plugin, "gain", "1000"), Ok(1.0), "the nearest value");
    assert_eq!(typed(&plugin, "bypass", "on"), Ok(1.0));
    for text in ["", " ", "loud", "dB", "--6", "nan", "\u{1f39b}", &"9".repeat(4000)] {
        let answer = typed(&plugin, "gain", text);
        assert!(answer == Err(kResultFalse) || answer == Ok(1.0), "{text:?}: {answer:?}");
    }
    // A full array without a 0 at its end.
    let mut full = [u16::from(b'1'); 128];
    // SAFETY: as long as the host's array type, and a place for the answer.
    unsafe {
        let mut value = 0.0;
        let answer = plugin.controller.getParamValueByString(id("gain"), full.as_mut_ptr(), &mut value);
        assert!(answer == kResultOk && value == 1.0 || answer == kResultFalse);
    }
    // A lone half of a character.
    let mut half = [0xd800, 0];
    // SAFETY: as above.
    let answer =
        unsafe { plugin.controller.getParamValueByString(id("gain"), half.as_mut_ptr(), &mut 0.0) };
    assert_ne!(answer, kResultOk);
}

#[test]
fn every_tenth_of_a_decibel_survives_text_and_back() {
    let plugin = Plugin::new();
    for tenth in -599..=240 {
        let db = f64::from(tenth) / 10.0;
        let text = shown(&plugin, "gain", position(db));
        let value = typed(&plugin, "gain", &text).unwrap();
        assert!((value - position(db)).abs() < 1e-9, "{db} dB became {text:?}");
    }
}

#[test]
fn values_go_in_and_out_unchanged_and_nonsense_is_refused() {
    let plugin = Plugin::new();
    // SAFETY: any value is allowed.
    let set = |param: &str, value| unsafe { plugin.controller.setParamNormalized(id(param), value) };
    for value in [0.0, 0.1, 0.25, 0.5, 0.75, 1.0] {
        assert_eq!(set("gain", value), kResultOk);
        assert!((plugin.value("gain") - value).abs() < 1e-12, "{value}");
        // SAFETY: as above.
        let back = unsafe {
            let plain = plugin.controller.normalizedParamToPlain(id("gain"), value);
            plugin.controller.plainParamToNormalized(id("gain"), plain)
        };
        assert!((back - value).abs() < 1e-12, "{value}");
    }
    assert_eq!(set("gain", f64::NAN), kInvalidArgument);
    assert_eq!(plugin.value("gain"), 1.0, "not a number changes nothing");
    for (value, expected) in [(7.0, 1.0), (-7.0, 0.0), (f64::INFINITY, 1.0)] {
        assert_eq!(set("gain", value), kResultOk);
        assert_eq!(plugin.value("gain"), expected);
    }
    for (value, expected) in [(0.49, 0.0), (0.51, 1.0)] {
        assert_eq!(set("bypass", value), kResultOk);
        assert_eq!(plugin.value("bypass"), expected, "a switch knows two values");
    }
}

/// A host's handler, counting what it hears.
struct Handler(Arc<AtomicU32>);

impl Class for Handler {
    type Interfaces = (IComponentHandler,);
}

impl Handler {
    fn heard(&self) -> tresult {
        self.0.fetch_add(1, Ordering::Relaxed);
        kResultOk
    }
}

impl IComponentHandlerTrait for Handler {
    unsafe fn beginEdit(&self, _id: ParamID) -> tresult {
        self.heard()
    }
    unsafe fn performEdit(&self, _id: ParamID, _value: ParamValue) -> tresult {
        self.heard()
    }
    unsafe fn endEdit(&self, _id: ParamID) -> tresult {
        self.heard()
    }
    unsafe fn restartComponent(&self, _flags: int32) -> tresult {
        self.heard()
    }
}

/// How many references an object has.
fn references(object: *mut FUnknown) -> u32 {
    // SAFETY: a valid object; one more, one less.
    unsafe {
        ((*(*object).vtbl).addRef)(object);
        ((*(*object).vtbl).release)(object)
    }
}

#[test]
fn the_hosts_handler_is_kept_and_let_go() {
    let heard = Arc::new(AtomicU32::new(0));
    let [first, second] = [(); 2].map(|()| ComWrapper::new(Handler(Arc::clone(&heard))));
    let pointer =
        |handler: &ComWrapper<Handler>| handler.as_com_ref::<IComponentHandler>().unwrap().as_ptr();
    let count = |handler: &ComWrapper<Handler>| references(pointer(handler).cast());
    let plugin = Plugin::ready(RATE, 64);
    // SAFETY: valid handlers.
    unsafe {
        assert_eq!(plugin.controller.setComponentHandler(pointer(&first)), kResultOk);
        assert_eq!((count(&first), count(&second)), (2, 1));
        assert_eq!(plugin.controller.setComponentHandler(pointer(&first)), kResultOk, "the same again");
        assert_eq!((count(&first), count(&second)), (2, 1));
        assert_eq!(plugin.controller.setComponentHandler(pointer(&second)), kResultOk);
        assert_eq!((count(&first), count(&second)), (1, 2));
        plugin.flush("gain", position(-6.0));
        plugin.play(&[1.0; 64], &[(0, position(-20.0))]);
        assert_eq!(heard.load(Ordering::Relaxed), 0, "what the host sets is not told to the host");
        assert_eq!(plugin.component.terminate(), kResultOk);
        assert_eq!((count(&first), count(&second)), (1, 1), "terminated");
        assert_eq!(plugin.controller.setComponentHandler(pointer(&first)), kResultOk);
    }
    drop(plugin);
    assert_eq!((count(&first), count(&second)), (1, 1), "destroyed");
}

#[test]
fn references_are_balanced() {
    let plugin = Plugin::new();
    let all = [
        plugin.component.as_ptr().cast(),
        plugin.processor.as_ptr().cast(),
        plugin.controller.as_ptr().cast(),
    ];
    assert_eq!(all.map(references), [3; 3], "one object, three pointers of ours");
    plugin.start();
    plugin.play(&[1.0; 64], &[]);
    plugin.stop();
    let state = plugin.save();
    assert_eq!(plugin.load(&state), kResultOk);
    assert_eq!(all.map(references), [3; 3], "nothing took or lost one");
    let object = Module::gain().create();
    assert_eq!(references(object.as_ptr()), 1, "a new object is the caller's alone");
    // SAFETY: the last reference, given up by hand.
    let left = unsafe {
        let object = object.into_raw();
        ((*(*object).vtbl).release)(object)
    };
    assert_eq!(left, 0, "and gone when given up");
}
