//! Calls in unusual order, of what is not there, and again.
#![allow(unsafe_code)]

use std::ffi::c_void;

use vst3::Steinberg::Vst::SymbolicSampleSizes_::kSample32;
use vst3::Steinberg::Vst::*;
use vst3::Steinberg::*;
use vst3::{ComPtr, ComRef};

use super::factory::NOBODY;
use super::peer::Peer;
use super::*;
use crate::check::{Outcome, Trial};
use crate::vst3::stream::Stream;

/// Bytes of a host's own before a state.
const HEADER: usize = 16;

/// Calls the plugin as hosts do that are not like others.
pub(crate) fn calls(trial: &mut Trial) -> Outcome {
    trial.step("instantiating and destroying");
    drop(Peer::new(trial)?);
    let peer = Peer::new(trial)?;
    interfaces(trial, &peer);
    sizes(trial, &peer);
    order(trial, &peer)?;
    stream(trial, &peer);
    told_twice(trial, &peer);
    if let Some(controller) = &peer.made.controller {
        trial.step("asking for a view of an unknown name");
        // SAFETY: the name is a terminated text; what comes back belongs to the caller.
        let view = unsafe { ComPtr::from_raw(controller.createView(c"nothing-like-it".as_ptr())) };
        trial.find_if(view.is_some(), &VIEW_NAME, || "a view of the name nothing-like-it was made".into());
    }
    Ok(())
}

fn interfaces(trial: &mut Trial, peer: &Peer) {
    trial.step("asking for interfaces");
    let whole = |object: Option<ComPtr<FUnknown>>| object.map(|object| object.as_ptr());
    let component = whole(peer.made.component.cast());
    trial.find_if(component != whole(peer.made.processor.cast()), &IDENTITY, || {
        "the component and its processor lead to two FUnknown".into()
    });
    let mut object: *mut c_void = std::ptr::null_mut();
    trial.step("asking for an interface that nobody knows");
    let raw = peer.made.component.as_ptr().cast::<FUnknown>();
    // SAFETY: every interface begins with FUnknown's functions; an id and a variable are passed.
    let result = unsafe { ((*(*raw).vtbl).queryInterface)(raw, &NOBODY, &mut object) };
    trial.find_if(result == kResultOk, &UNKNOWN_INTERFACE, || "an unknown interface was given out".into());
}

fn sizes(trial: &mut Trial, peer: &Peer) {
    trial.step("asking for sample sizes");
    // SAFETY: no pointers.
    let can = |size| unsafe { peer.made.processor.canProcessSampleSize(size) } == kResultTrue;
    trial.find_if(!can(kSample32 as int32), &SAMPLE_SIZE, || "32-bit samples are refused".into());
    trial.find_if(can(77), &SAMPLE_SIZE_ODD, || "samples of the size 77 are accepted".into());
}

fn order(trial: &mut Trial, peer: &Peer) -> Outcome {
    let (component, processor) = (&peer.made.component, &peer.made.processor);
    trial.step("deactivating what is not active");
    // SAFETY: no pointers.
    unsafe {
        processor.setProcessing(0);
        component.setActive(0);
    }
    trial.step("asking for latency and tail before the set-up");
    // SAFETY: no pointers.
    unsafe {
        processor.getLatencySamples();
        processor.getTailSamples();
    }
    for time in 1..=3 {
        trial.step(format!("activating for the {time}. time, without a block"));
        peer.activate(trial, kSample32)?;
        peer.deactivate(trial);
    }
    trial.step("activating without setProcessing");
    // SAFETY: no pointers.
    unsafe {
        component.setActive(1);
        component.setActive(0);
    }
    Ok(())
}

/// A state behind a header.
fn stream(trial: &mut Trial, peer: &Peer) {
    let component = &peer.made.component;
    let begin = IBStream_::IStreamSeekMode_::kIBSeekSet as int32;
    let Some(stream) = Stream::new(vec![0xa5; HEADER]) else { return };
    // SAFETY: the stream lives to the function's end.
    let Some(pointer) = (unsafe { ComRef::from_raw(stream.as_ptr()) }) else { return };
    let mut at = 0;
    trial.step("saving behind a header");
    // SAFETY: as above; the position is a local variable.
    let saved = unsafe {
        pointer.seek(HEADER as int64, begin, &mut at);
        component.getState(stream.as_ptr())
    };
    if saved != kResultOk {
        return;
    }
    let bytes = stream.bytes();
    let plain = peer.made.component_state().unwrap_or_default();
    trial.find_if(bytes.get(..HEADER) != Some(&[0xa5; HEADER][..]), &STREAM_OFFSET, || {
        "saving wrote over the bytes before where the stream stood".into()
    });
    trial.find_if(bytes.len() < HEADER + plain.len() && !plain.is_empty(), &STREAM_OFFSET, || {
        format!("behind a header {} bytes were saved, and {} without", bytes.len() - HEADER, plain.len())
    });
    if plain.is_empty() {
        return;
    }
    trial.step("loading behind a header");
    // SAFETY: as above.
    let loaded = unsafe {
        pointer.seek(HEADER as int64, begin, &mut at);
        component.setState(stream.as_ptr())
    };
    trial.find_if(loaded != kResultOk, &STREAM_OFFSET, || {
        format!("a state behind a header was refused (result {loaded})")
    });
}

/// The component's state to the controller, again and again.
fn told_twice(trial: &mut Trial, peer: &Peer) {
    let Some(controller) = &peer.made.controller else { return };
    trial.step("telling the controller the component's state again");
    // SAFETY: plain structures that are written to, and no other pointers.
    let values = || unsafe {
        (0..controller.getParameterCount().clamp(0, 4096))
            .filter_map(|index| {
                let mut info: ParameterInfo = std::mem::zeroed();
                let known = controller.getParameterInfo(index, &mut info) == kResultOk;
                known.then(|| (info.id, controller.getParamNormalized(info.id)))
            })
            .collect::<Vec<_>>()
    };
    peer.made.tell_controller(None);
    let first = values();
    peer.made.tell_controller(None);
    peer.made.tell_controller(None);
    let second = values();
    trial.find_if(first.len() != second.len(), &TOLD_TWICE, || {
        format!("there were {} parameters and are {}", first.len(), second.len())
    });
    for ((id, before), (_, after)) in first.iter().zip(&second) {
        trial.find_if((before - after).abs() > 1e-6, &TOLD_TWICE, || {
            format!("parameter {id} went from {before} to {after}")
        });
    }
}
