//! Automation in VST3: every point at its frame, however many, in whatever order and however often a host says it.
//!
//! What hosts should not do has results of its own: a point that goes back in time within its queue counts at the
//! frame of the point before it; queues of one parameter count together; and a block has places for one queue of
//! each parameter and eight more, behind which queues are dropped.
#![allow(unsafe_code)]

use dyad_core::identity::FIRST_RESERVED_VST3_ID;
use dyad_tests::gain::{RAMP, RATE, assert_close, curve, id, noise, position};
use dyad_tests::vst3::disorder::{self, put_right};
use dyad_tests::vst3::{Call, Pass, Plugin, Said, Sample};
use vst3::Steinberg::kResultOk;

/// Frames that the test plugin's gain takes: 5 ms.
const PROBE_RAMP: usize = 240;
/// A queue's points: frames, and positions 0…1.
type Points = Vec<(i32, f64)>;
/// What it is about, the points of a queue, and when they count.
type Case<'a> = (&'a str, &'a [(i32, f64)], &'a [(i32, f64)]);

/// Thirty-two frames of 64, and gains in decibels that go up and down, so that each is heard as another slope.
fn dense(seed: u32) -> Vec<(usize, f64)> {
    let dice = noise(96, seed);
    let mut frames: Vec<usize> = (0..64).collect();
    frames.sort_by(|a, b| dice[*a].total_cmp(&dice[*b]));
    let mut frames = frames[..32].to_vec();
    frames.sort_unstable();
    let gain = |n: usize| match n % 2 {
        0 => 24.0,
        _ => -30.0 + 20.0 * f64::from(dice[64 + n]),
    };
    frames.into_iter().zip((0..32).map(gain)).collect()
}

fn points(changes: &[(usize, f64)]) -> Points {
    changes.iter().map(|(frame, db)| (*frame as i32, position(*db))).collect()
}

/// The other way round.
fn changes(points: &[(i32, f64)]) -> Vec<(usize, f64)> {
    points.iter().map(|(frame, position)| (*frame as usize, position * 84.0 - 60.0)).collect()
}

/// The gain plugin, at rest at 0 dB.
fn at_rest(longest: usize) -> Plugin {
    let plugin = Plugin::ready(RATE, longest);
    plugin.play(&[1.0; 8], &[]);
    plugin
}

/// What the test plugin plays in one block from rest on, all input at 1.
fn probe_plays<S: Sample + From<f32> + Into<f64>>(frames: usize, points: &[(i32, f64)]) -> Vec<f64> {
    let plugin = Plugin::probe();
    assert_eq!(plugin.set_up_for(S::SIZE, RATE, frames), kResultOk);
    plugin.start();
    assert_eq!(Pass::<S>::new(8, &[2], &[2]).run(&plugin), kResultOk);
    let mut pass = Pass::<S>::new(frames, &[2], &[2]).of(S::from(1.0)).with(&[(id("gain"), points)]);
    assert_eq!(pass.run(&plugin), kResultOk);
    pass.outs[0][0].iter().map(|sample| (*sample).into()).collect()
}

#[test]
fn thirty_two_points_in_64_frames_are_heard_at_their_exact_frames() {
    const TOLERANCE: f64 = 2e-5;
    for seed in 1..=10 {
        let changes = dense(seed);
        for ramp in [RAMP, PROBE_RAMP] {
            let expected = curve(0.0, &changes, 64, ramp);
            // Each of them alone, one frame late or early, or not there at all, would be seen.
            for n in 0..changes.len() {
                for wrong in [-1, 1, 0] {
                    let mut other = changes.clone();
                    other[n].0 = other[n].0.wrapping_add_signed(wrong);
                    let taken = changes.iter().any(|(frame, _)| *frame == other[n].0);
                    // The last frames have no frame behind them that a point's absence could be heard in.
                    if (wrong != 0 && taken) || other[n].0 >= 64 {
                        continue;
                    }
                    if wrong == 0 {
                        other.remove(n);
                    }
                    let other = curve(0.0, &other, 64, ramp);
                    let most = other.iter().zip(&expected).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
                    assert!(most > 50.0 * TOLERANCE, "seed {seed}, point {n} by {wrong}: {most}");
                }
            }
            let what = format!("seed {seed}, {ramp} frames");
            if ramp == RAMP {
                let sound = at_rest(64).play(&[1.0; 64], &points(&changes));
                assert_close(&sound, &expected, TOLERANCE, &what);
            } else {
                for sound in
                    [probe_plays::<f32>(64, &points(&changes)), probe_plays::<f64>(64, &points(&changes))]
                {
                    let sound: Vec<f32> = sound.into_iter().map(|sample| sample as f32).collect();
                    assert_close(&sound, &expected, TOLERANCE, &what);
                }
            }
        }
    }
}

#[test]
fn twenty_and_more_parameters_with_32_points_each_lose_nothing() {
    const FRAMES: usize = 1024;
    // What cuts the block at its points. No frame is used twice, so that each cut is one point's.
    let moving = [
        "gain",
        "shape",
        "stages",
        "follow",
        "secret",
        "voice_1_level",
        "voice_1_on",
        "voice_2_level",
        "voice_2_on",
    ];
    // Whatever else they said would stop the sound, delay it or set other parameters.
    let resting = ["bypass", "press", "delay"];
    let own: Vec<&str> = moving.into_iter().chain(resting).collect();
    let gains = dense(5);
    let frame = |queue: usize, n: usize| (2 + (n * own.len() + queue) * 2) as i32;
    let value = |queue: usize, n: usize| {
        let last = n == 31;
        match own[queue] {
            param if resting.contains(&param) => 0.0,
            "gain" => position(gains[n].1),
            _ if last => 1.0,
            _ => ((n * 5 + queue) % 11) as f64 / 10.0,
        }
    };
    let queue = |queue| (0..32).map(|n| (frame(queue, n), value(queue, n))).collect::<Points>();
    let mut queues: Vec<(u32, Points)> =
        own.iter().enumerate().map(|(n, param)| (id(param), queue(n))).collect();
    // It does not cut.
    queues.push((id("coarse"), (0..32).map(|n| (n * 31 + 5, f64::from(n + 1) / 32.0)).collect()));
    // Two controllers in ten channels each: their points are events for the plugin.
    let controllers: Vec<(i8, u8)> =
        (0..10).flat_map(|channel| [1, 64].map(|number| (channel, number))).collect();
    for (n, (channel, number)) in controllers.iter().enumerate() {
        let param = FIRST_RESERVED_VST3_ID + *channel as u32 * 130 + u32::from(*number);
        let point = |k: usize| ((k * 31 + n) as i32, ((k * 7 + n * 3) % 128) as f64 / 127.0);
        queues.push((param, (0..32).map(point).collect()));
    }
    // In no order that anybody could rely on.
    let dice = noise(queues.len(), 9);
    let mut order: Vec<usize> = (0..queues.len()).collect();
    order.sort_by(|a, b| dice[*a].total_cmp(&dice[*b]));
    let list: Vec<_> = order.iter().map(|n| (queues[*n].0, &queues[*n].1[..])).collect();
    assert!(list.len() > 20 && list.iter().all(|(_, points)| points.len() == 32));

    let plugin = Plugin::ready_probe(FRAMES);
    assert_eq!(Pass::<f32>::new(8, &[2], &[2]).run(&plugin), kResultOk);
    let pieces = plugin.plain("pieces");
    let mut pass = Pass::<f32>::new(FRAMES, &[2], &[2]).of(1.0).with(&list);
    let sent = pass.sent_by(&plugin);
    let cuts = (own.len() * 32) as f64;
    assert_eq!(plugin.plain("pieces") - pieces, cuts + 1.0, "a piece behind each point");
    let gain = queue(0);
    let expected = curve(0.0, &changes(&gain), FRAMES, PROBE_RAMP);
    assert_close(&pass.outs[0][0], &expected, 1e-4, "the gain's points");
    for (queue, param) in own.iter().enumerate() {
        assert!((plugin.value(param) - value(queue, 31)).abs() < 1e-6, "{param} has its last point");
    }
    assert_eq!(plugin.value("coarse"), 1.0);
    assert!(sent.is_sorted_by_key(|(frame, _)| *frame));
    assert_eq!(sent.len(), controllers.len() * 32);
    for (n, controller) in controllers.iter().enumerate() {
        let played = sent.iter().filter_map(|(frame, said)| match said {
            Said::Controller(number, channel, value, 0) if (*channel, *number) == *controller => {
                Some((*frame, f64::from(*value) / 127.0))
            }
            _ => None,
        });
        let expected = &queues[own.len() + 1 + n].1;
        assert_eq!(&played.collect::<Points>(), expected, "channel and number {controller:?}");
    }
    assert_eq!(pass.reports.all(id("follow")), [], "what the host has set is not told to the host");
}

#[test]
fn a_point_that_goes_back_in_time_counts_at_the_frame_of_the_one_before() {
    let (loud, quiet, middle) = (1.0, position(-40.0), position(6.0));
    let cases: [Case<'_>; 8] = [
        (
            "one of three",
            &[(40, loud), (10, quiet), (50, middle)],
            &[(40, loud), (40, quiet), (50, middle)],
        ),
        ("all of them", &[(50, loud), (40, quiet), (10, middle)], &[(50, middle)]),
        ("before the block", &[(-7, loud), (20, quiet)], &[(0, loud), (20, quiet)]),
        (
            "before the block, late",
            &[(20, loud), (i32::MIN, quiet), (30, middle)],
            &[(20, quiet), (30, middle)],
        ),
        ("the same frame twice", &[(20, loud), (20, quiet)], &[(20, quiet)]),
        ("no number", &[(10, loud), (20, f64::NAN), (5, quiet)], &[(10, quiet)]),
        ("beyond 0…1", &[(10, 7.0), (20, -7.0)], &[(10, 1.0), (20, 0.0)]),
        ("nothing behind them", &[(63, loud), (0, quiet)], &[(63, quiet)]),
    ];
    for (what, given, counted) in cases {
        let plugin = at_rest(64);
        let sound = plugin.play(&[1.0; 64], given);
        assert_close(&sound, &curve(0.0, &changes(counted), 64, RAMP), 2e-5, what);
        let last = counted.last().map_or(0.0, |point| point.1);
        assert!((plugin.value("gain") - last).abs() < 1e-6, "{what}");
    }
    // Whatever the order.
    for number in 1..=50 {
        let given = disorder::points(number);
        let expected = curve(0.0, &changes(&put_right(&given)), disorder::FRAMES, RAMP);
        let sound = at_rest(disorder::FRAMES).play(&[1.0; disorder::FRAMES], &given);
        assert_close(&sound, &expected, 1e-4, &format!("disorder {number}"));
    }
}

#[test]
fn points_behind_the_block_count_with_its_end_and_take_those_before_them_along() {
    let plugin = at_rest(64);
    let late = [(200, 1.0), (5, position(-20.0))];
    let sound = plugin.play(&[1.0; 64], &late);
    assert_close(&sound, &[1.0; 64], 0.0, "the second is as late as the first");
    assert!((plugin.value("gain") - position(-20.0)).abs() < 1e-6, "but they count");
    let expected = curve(0.0, &[(0, -20.0)], 64, RAMP);
    assert_close(&plugin.play(&[1.0; 64], &[]), &expected, 2e-5, "from the next block on");
}

#[test]
fn without_frames_the_last_point_of_a_queue_counts_wherever_it_is() {
    for given in
        [&[(0, 0.1), (0, 0.9), (0, 0.5)][..], &[(50, 0.9), (10, 0.2), (3, 0.5)], &[(i32::MAX, 0.5)]]
    {
        let plugin = at_rest(64);
        let mut call = Call::flush().with(&[(id("gain"), given)]);
        assert_eq!(plugin.process(&mut call), kResultOk);
        assert!((plugin.value("gain") - 0.5).abs() < 1e-6, "{given:?}");
    }
}

#[test]
fn the_order_of_queues_means_nothing() {
    let given: Vec<(u32, Points)> = [
        (id("gain"), disorder::points(1)),
        (id("follow"), disorder::points(2)),
        (id("voice_1_level"), disorder::points(3)),
        (id("shape"), disorder::points(4)),
        (FIRST_RESERVED_VST3_ID + 1, disorder::points(5)),
        (id("coarse"), disorder::points(6)),
    ]
    .into();
    let play = |order: &[usize]| {
        let plugin = Plugin::ready_probe(disorder::FRAMES);
        assert_eq!(Pass::<f32>::new(8, &[2], &[2]).run(&plugin), kResultOk);
        let list: Vec<_> = order.iter().map(|n| (given[*n].0, &given[*n].1[..])).collect();
        let mut pass = Pass::<f32>::new(disorder::FRAMES, &[2], &[2]).of(0.5).with(&list);
        let sent = pass.sent_by(&plugin);
        let shown = ["gain", "follow", "voice_1_level", "shape", "coarse", "pieces"];
        (pass.outs, sent, shown.map(|param| plugin.value(param).to_bits()))
    };
    let first = play(&[0, 1, 2, 3, 4, 5]);
    for order in [[5, 4, 3, 2, 1, 0], [2, 5, 0, 4, 1, 3], [1, 0, 3, 2, 5, 4]] {
        assert!(play(&order) == first, "{order:?}");
    }
}

#[test]
fn queues_of_one_parameter_count_together() {
    let all = points(&dense(3));
    let expected = curve(0.0, &dense(3), 64, RAMP);
    for queues in 1..=9 {
        // Dealt like cards: each queue is in order, and between two of its points lie all others.
        let dealt: Vec<Points> =
            (0..queues).map(|n| all.iter().skip(n).step_by(queues).copied().collect()).collect();
        let list: Vec<_> = dealt.iter().map(|points| (id("gain"), &points[..])).collect();
        let sound = at_rest(64).play_with(&[1.0; 64], &list);
        assert_close(&sound, &expected, 2e-5, &format!("{queues} queues"));
    }
    // A second queue that says nothing, or the same once more.
    for second in [&[][..], &all] {
        let sound = at_rest(64).play_with(&[1.0; 64], &[(id("gain"), &all), (id("gain"), second)]);
        assert_close(&sound, &expected, 2e-5, "twice");
    }
    // Of a controller likewise.
    let plugin = Plugin::ready_probe(64);
    let wheel = FIRST_RESERVED_VST3_ID + 1;
    let list = [(wheel, &[(0, 0.0), (20, 1.0)][..]), (wheel, &[(10, 1.0), (30, 0.0)])];
    let sent = Pass::<f32>::new(64, &[2], &[2]).with(&list).sent_by(&plugin);
    let expected = [(0, 0), (10, 127), (20, 127), (30, 0)];
    assert_eq!(sent, expected.map(|(frame, value)| (frame, Said::Controller(1, 0, value, 0))));
}

#[test]
fn queues_beyond_the_places_for_them_are_dropped_and_the_first_are_kept() {
    // Four parameters, and eight more.
    const PLACES: usize = 4 + 8;
    let all = points(&dense(4));
    for count in [PLACES - 1, PLACES, PLACES + 1, 32] {
        let plugin = at_rest(64);
        let list: Vec<_> =
            all[..count].iter().map(|point| (id("gain"), std::slice::from_ref(point))).collect();
        let sound = plugin.play_with(&[1.0; 64], &list);
        let kept = count.min(PLACES);
        let expected = curve(0.0, &changes(&all[..kept]), 64, RAMP);
        assert_close(&sound, &expected, 2e-5, &format!("{count} queues"));
        // The next block has all places again.
        let sound = plugin.play_with(&[1.0; 2000], &[(id("gain"), &[(0, position(-20.0))])]);
        assert!((sound[1999] - 0.1).abs() < 1e-6, "{count} queues: {}", sound[1999]);
    }
}

#[test]
fn queues_that_say_nothing_take_no_place() {
    let changes = dense(6);
    let all = points(&changes);
    let mut list: Vec<(u32, &[(i32, f64)])> = Vec::new();
    for n in 0..500 {
        // Nobody's, and empty ones; of what is no plugin's parameter too.
        list.push((0x3fff_0000 + n, &all));
        list.push((id("gain"), &[]));
        list.push((u32::MAX - n, &all));
        list.push((id("bypass"), &[(3, f64::NAN)]));
    }
    list.push((id("gain"), &all));
    let sound = at_rest(64).play_with(&[1.0; 64], &list);
    assert_close(&sound, &curve(0.0, &changes, 64, RAMP), 2e-5, "behind two thousand queues");
}
