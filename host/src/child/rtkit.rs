//! RealtimeKit: the service that desktops have for programs without the right to real-time priorities.

use std::time::Duration;

use rustix::process::{Resource, Rlimit};
use rustix::thread::Pid;

use super::bus::{Argument, Bus, Call};
use super::priority::realtime_of;

const SERVICE: &str = "org.freedesktop.RealtimeKit1";
const PATH: &str = "/org/freedesktop/RealtimeKit1";

/// Has the service raise a thread of this process to `wanted` or the most that it grants; what it has
/// granted comes back, or why it has not.
pub(super) fn raise(thread: Pid, wanted: u8, limit: Duration) -> Result<u8, String> {
    let mut bus = Bus::system(limit).map_err(|reason| format!("RealtimeKit is out of reach: {reason}"))?;
    ask(&mut bus, thread, wanted).map_err(|reason| format!("RealtimeKit did not grant it: {reason}"))
}

fn ask(bus: &mut Bus, thread: Pid, wanted: u8) -> Result<u8, String> {
    let most = property(bus, "MaxRealtimePriority")?;
    let most = u8::try_from(most).ok().filter(|most| (1..=99).contains(most));
    let priority = wanted.min(most.ok_or("its highest priority makes no sense")?);
    let time = property(bus, "RTTimeUSecMax")?;
    bound_time(u64::try_from(time).map_err(|_| "its time limit makes no sense")?)?;
    let number = thread.as_raw_nonzero().get();
    let arguments = [
        Argument::Long(u64::try_from(number).map_err(|e| e.to_string())?),
        Argument::Number(priority.into()),
    ];
    let call = Call { service: SERVICE, path: PATH, interface: SERVICE, method: "MakeThreadRealtime" };
    bus.call(&call, &arguments)?;
    // In a container it may have looked for the thread among the machine's.
    realtime_of(thread).ok_or_else(|| "it said yes, but the thread is as before".into())
}

fn property(bus: &mut Bus, name: &str) -> Result<i64, String> {
    let interface = "org.freedesktop.DBus.Properties";
    let call = Call { service: SERVICE, path: PATH, interface, method: "Get" };
    let answer = bus.call(&call, &[Argument::Text(SERVICE), Argument::Text(name)])?;
    answer.number().ok_or_else(|| format!("{name} is no number"))
}

/// Limits the time in µs that a real-time thread may run without waiting: the service wants that first.
///
/// It looks at the hard limit, at which the kernel kills; at the soft one it sends a signal, so the parent
/// can tell why the process has ended if that comes well before.
fn bound_time(most: u64) -> Result<(), String> {
    let old = rustix::process::getrlimit(Resource::Rttime);
    let maximum = old.maximum.map_or(most, |old| old.min(most));
    let soft = maximum / 4 * 3;
    let current = old.current.map_or(soft, |old| old.min(soft));
    let limit = Rlimit { current: Some(current), maximum: Some(maximum) };
    rustix::process::setrlimit(Resource::Rttime, limit)
        .map_err(|e| format!("cannot limit the processor time to {maximum} µs: {e}"))
}
