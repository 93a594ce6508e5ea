//! Does what the plugin says of itself make sense?

use super::support;
use crate::check::context::{Outcome, Trial};
use crate::check::rules;
use crate::info::{Format, Parameter, PluginInfo};

pub(super) fn run(trial: &mut Trial) -> Outcome {
    let place = support::place(trial)?;
    let mut rig = support::load(trial, &place)?;
    trial.step("reading its description");
    let info = rig.info.clone();
    trial.find_if(info.name.is_empty(), &rules::NAME_EMPTY, || format!("{} has no name", info.id));
    trial.find_if(info.vendor.is_empty(), &rules::VENDOR_EMPTY, || format!("{} names no maker", info.name));
    let latency = info.timing.latency;
    trial.find_if(latency > 10 * support::RATE, &rules::LATENCY_HIGH, || {
        format!("the latency is {latency} frames at {} Hz", support::RATE)
    });
    for parameter in &info.parameters {
        describe(trial, info.format, parameter);
    }
    twins(trial, &info);
    trial.step("reading its description again");
    let again = rig.plugin().info();
    changed(trial, &info, &again, "read again");
    let other = support::load(trial, &place)?;
    changed(trial, &info, &other.info, "of a second instance");
    Ok(())
}

fn describe(trial: &mut Trial, format: Format, parameter: &Parameter) {
    let Parameter { min, max, default, points, flags, .. } = parameter;
    let (min, max, default) = (*min, *max, *default);
    let called = support::called(parameter);
    trial.find_if(parameter.name.is_empty() && !flags.hidden, &rules::PARAMETER_NAME, || {
        format!("parameter {} has no name", parameter.id)
    });
    if flags.output || flags.read_only {
        return;
    }
    trial.find_if(format == Format::Lv2 && min > max, &rules::RANGE, || {
        format!("parameter {called} ranges from {min} to {max}")
    });
    trial.find_if(min == max && !flags.program, &rules::RANGE_EMPTY, || {
        format!("parameter {called} ranges from {min} to {max}")
    });
    let bounded = min.is_finite() && max.is_finite();
    let open = !bounded && !flags.toggled && !flags.enabled;
    trial.find_if(open, &rules::RANGE_UNKNOWN, || format!("parameter {called} ranges from {min} to {max}"));
    let (least, most) = (min.min(max), min.max(max));
    let slack = 1e-6 * (most - least).abs().max(default.abs()).min(1e6);
    let inside = |value: f64| value >= least - slack && value <= most + slack;
    trial.find_if(!inside(default), &rules::DEFAULT_OUTSIDE, || {
        format!("parameter {called} has the default {default}, its range is {min} to {max}")
    });
    for point in points {
        trial.find_if(!inside(point.value), &rules::POINT_OUTSIDE, || {
            format!(
                "parameter {called} names {} “{}”, its range is {min} to {max}",
                point.value, point.label
            )
        });
    }
    for (at, point) in points.iter().enumerate() {
        let twin = points[..at].iter().any(|p| p.value == point.value || p.label == point.label);
        trial.find_if(twin, &rules::POINT_TWICE, || {
            format!("parameter {called} has {} “{}” twice, in value or name", point.value, point.label)
        });
    }
    trial.find_if(flags.list && points.is_empty() && !flags.hidden, &rules::LIST_EMPTY, || {
        format!("parameter {called} is a list without named values")
    });
}

fn twins(trial: &mut Trial, info: &PluginInfo) {
    let shown = |p: &&Parameter| !p.flags.hidden && !p.name.is_empty();
    for (at, parameter) in info.parameters.iter().enumerate() {
        let before = &info.parameters[..at];
        trial.find_if(before.iter().any(|p| p.id == parameter.id), &rules::PARAMETER_ID, || {
            format!("two parameters have the id {}", parameter.id)
        });
        let twin = shown(&parameter) && before.iter().filter(shown).any(|p| p.name == parameter.name);
        trial.find_if(twin, &rules::PARAMETER_NAME_TWICE, || {
            format!("two parameters are called {}", parameter.name)
        });
    }
}

fn changed(trial: &mut Trial, before: &PluginInfo, after: &PluginInfo, when: &str) {
    let (a, b) = (before.parameters.len(), after.parameters.len());
    trial.find_if(a != b, &rules::UNSTABLE, || format!("there were {a} parameters, {when} there are {b}"));
    for (a, b) in before.parameters.iter().zip(&after.parameters) {
        let bits = |p: &Parameter| [p.min, p.max, p.default].map(f64::to_bits);
        let same = a.id == b.id && a.name == b.name && bits(a) == bits(b) && a.flags == b.flags;
        trial.find_if(!same, &rules::UNSTABLE, || {
            format!("parameter {} is described differently {when}", support::called(a))
        });
    }
    let buses = (&before.inputs, &before.outputs) == (&after.inputs, &after.outputs);
    trial.find_if(!buses, &rules::UNSTABLE, || format!("the buses are others {when}"));
}
