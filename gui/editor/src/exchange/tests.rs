//! Nothing is torn, nothing grows, and the last word counts.

use std::sync::Arc;

use super::*;
use crate::mirror::Mirror;
use dyad_core::EditorHost;
use dyad_editor_abi::Flags;
use dyad_gui::egui::Rect;

fn probe() -> Arc<Description> {
    let lock = include_str!("../../../../tests/probe/ports.lock");
    Arc::new(Description::load::<probe::Probe>(lock).unwrap())
}

fn pair() -> (Arc<Exchange>, Mirror, [usize; 2]) {
    let description = probe();
    let exchange = Arc::new(Exchange::new(&description).unwrap());
    let flags = Flags::MESSAGES.with(Flags::RESIZE).with(Flags::NOTES);
    let mut plain = description.params.iter().enumerate().filter(|(_, param)| {
        param.info.role != dyad_core::param::Role::Meter && param.info.range.steps() == 0
    });
    let indices = [plain.next().unwrap().0, plain.next().unwrap().0];
    (Arc::clone(&exchange), Mirror::new(description, exchange, flags, 2.0), indices)
}

/// Whether begin and end alternate, for each parameter, and values are between them.
fn is_whole(said: &[Said], mut open: Vec<u32>) -> bool {
    said.iter().all(|said| match *said {
        Said::Begin(index) => {
            !open.contains(&index) && {
                open.push(index);
                true
            }
        }
        Said::Set { index, .. } => open.contains(&index),
        Said::End(index) => {
            let before = open.len();
            open.retain(|known| *known != index);
            open.len() < before
        }
        _ => true,
    }) && open.is_empty()
}

#[test]
fn only_the_last_value_of_a_gesture_waits() {
    let (exchange, mut mirror, [a, b]) = pair();
    mirror.begin(a);
    for n in 0..10_000 {
        mirror.set(a, f64::from(n % 7));
    }
    mirror.end(a);
    mirror.set(b, 1.0);
    mirror.begin(a);
    mirror.set(a, 3.0);
    mirror.end(a);
    let said = Vec::from(exchange.hear());
    assert_eq!(said.len(), 9, "{said:?}");
    assert!(is_whole(&said, Vec::new()), "{said:?}");
    assert_eq!(exchange.hear().len(), 0);
}

#[test]
fn a_host_that_never_listens_gets_whole_gestures_and_the_last_values() {
    let (exchange, mut mirror, [a, b]) = pair();
    mirror.begin(a);
    assert_eq!(exchange.hear(), [Said::Begin(a as u32)]);
    mirror.set(a, 0.5);
    mirror.end(a);
    for n in 0..5000 {
        mirror.set(if n % 3 == 0 { a } else { b }, f64::from(n % 5));
    }
    let said = Vec::from(exchange.hear());
    assert!(said.len() < MANY + 16, "{}", said.len());
    assert!(is_whole(&said, vec![a as u32]), "{said:?}");
    let last = said.iter().rev().find_map(|said| match *said {
        Said::Set { index, plain } if index as usize == b => Some(plain),
        _ => None,
    });
    assert_eq!(last, Some(mirror.value(b)));
}

#[test]
fn messages_have_a_fixed_room_each_way() {
    let (exchange, mut mirror, _) = pair();
    let sent = (0..100).filter(|n| mirror.send(&[*n]).is_ok()).count();
    assert_eq!(sent, MESSAGES);
    assert_eq!(exchange.hear().len(), MESSAGES);
    assert!(mirror.send(&[]).is_ok(), "there is room again");
    assert!(mirror.send(&[0; MAX_MESSAGE + 1]).is_err());
    (0..100).for_each(|n| {
        exchange.tell(&ToEditor::Message(&[n]));
    });
    mirror.take(&mut exchange.inbox().unwrap());
    let mut message = Vec::new();
    assert!(mirror.receive(&mut message));
    assert_eq!(message, [100 - MESSAGES as u8], "the oldest made room");
}

#[test]
fn the_bell_rings_once_until_it_is_heard() {
    let (exchange, mut mirror, [a, _]) = pair();
    let rung = || rustix::io::ioctl_fionread(&exchange.listener).unwrap();
    assert_eq!(rung(), 0);
    (0..100).for_each(|_| mirror.set(a, 1.0));
    assert_eq!(rung(), 1);
    exchange.hear();
    assert_eq!(rung(), 0);
    mirror.resize(10, 20);
    assert_eq!(rung(), 1);
    assert_eq!(exchange.hear(), [Said::Size { width: 20, height: 40 }]);
    assert!(exchange.tell(&ToEditor::Ping(1)), "to be woken");
    assert!(!exchange.tell(&ToEditor::Ping(2)), "once");
    assert!(!exchange.tell(&ToEditor::Value { index: u32::MAX, plain: 0.0 }));
    assert!(exchange.inbox().is_some() && exchange.inbox().is_none());
}

#[test]
fn a_held_parameter_keeps_the_users_value_for_a_while() {
    let (exchange, mut mirror, [a, b]) = pair();
    let description = probe();
    let at = |index: usize, position| description.params[index].info.range.plain(position);
    let told = |mirror: &mut Mirror, index: usize, plain| {
        exchange.tell(&ToEditor::Value { index: index as u32, plain });
        mirror.take(&mut exchange.inbox().unwrap());
    };
    mirror.settle(1.0);
    mirror.begin(a);
    mirror.set(a, at(a, 0.7));
    told(&mut mirror, a, at(a, 0.1));
    told(&mut mirror, b, at(b, 0.2));
    assert_eq!((mirror.value(a), mirror.value(b)), (at(a, 0.7), at(b, 0.2)));
    mirror.end(a);
    mirror.settle(1.2);
    told(&mut mirror, a, at(a, 0.5));
    told(&mut mirror, a, at(a, 0.6));
    assert_eq!(mirror.value(a), at(a, 0.7));
    mirror.settle(1.3);
    assert_eq!(mirror.value(a), at(a, 0.6), "the host's last word");
    told(&mut mirror, a, at(a, 0.3));
    assert_eq!(mirror.value(a), at(a, 0.3), "and at once from now on");
    told(&mut mirror, a, f64::INFINITY);
    assert_eq!(mirror.value(a), at(a, 1.0), "within the range");
}

#[test]
fn a_gesture_is_ended_with_its_window() {
    let (exchange, mut mirror, [a, _]) = pair();
    mirror.begin(a);
    mirror.begin(a);
    drop(mirror);
    assert_eq!(exchange.hear(), [Said::Begin(a as u32), Said::End(a as u32)]);
}

#[test]
fn what_can_be_judged_here_is() {
    let (exchange, mut mirror, _) = pair();
    assert!(mirror.set_property(99, "").is_err());
    assert!(mirror.set_property(0, "a\0b").is_err());
    assert!(mirror.set_property(0, &"x".repeat(100_000)).is_err());
    assert!(exchange.hear().is_empty());
    mirror.set_property(0, "one").unwrap();
    mirror.set_property(0, "two").unwrap();
    assert_eq!(mirror.property(0), "two", "shown at once");
    assert_eq!(exchange.hear(), [Said::Property { index: 0, text: "two".into() }]);
    mirror.set(usize::MAX, 1.0);
    mirror.begin(usize::MAX);
    mirror.end(usize::MAX);
    assert!(!mirror.menu(0, 1.0, 1.0) && !mirror.browse(0), "the host can't");
    assert!(exchange.hear().is_empty());
}

#[test]
fn where_things_are_is_the_last_word_of_the_window() {
    let (exchange, _, [a, b]) = pair();
    assert_eq!(exchange.find(5, 5), None, "there is no picture yet");
    let spot = |from: f32, to: f32, index| {
        let rect = Rect::from_x_y_ranges(from..=to, from..=to);
        Spot { rect, index }
    };
    exchange.publish(vec![spot(0.0, 10.0, Some(a)), spot(5.0, 10.0, Some(b)), spot(8.0, 20.0, None)]);
    let found = [4, 7, 9, 15, 30, -1].map(|at| exchange.find(at, at));
    assert_eq!(found, [Some(a), Some(b), None, None, None, None], "the topmost one");
    exchange.publish(vec![spot(0.0, 40.0, Some(b))]);
    assert_eq!(exchange.find(30, 30), Some(b));
    exchange.publish(Vec::new());
    assert_eq!(exchange.find(30, 30), None);
}

#[test]
fn notes_end_once_and_with_the_editor() {
    let (exchange, mut mirror, _) = pair();
    let said = |mirror: &mut Mirror, act: &dyn Fn(&mut Mirror)| {
        act(mirror);
        Vec::from(exchange.hear())
    };
    let on = |key, velocity| Said::NoteOn { key, velocity };
    assert_eq!(said(&mut mirror, &|mirror| mirror.play_note(60, 0.5)), [on(60, 0.5)]);
    let again = said(&mut mirror, &|mirror| mirror.play_note(60, 2.0));
    assert_eq!(again, [Said::NoteOff(60), on(60, 1.0)], "it begins anew");
    assert_eq!(said(&mut mirror, &|mirror| mirror.release_note(60)), [Said::NoteOff(60)]);
    let nothing = |mirror: &mut Mirror| {
        mirror.release_note(60);
        mirror.release_note(200);
        mirror.play_note(128, 0.5);
        mirror.play_note(61, f32::NAN);
    };
    assert_eq!(said(&mut mirror, &nothing), []);
    for key in [0, 64, 127] {
        mirror.play_note(key, 0.5);
    }
    exchange.hear();
    drop(mirror);
    assert_eq!(Vec::from(exchange.hear()), [0, 64, 127].map(Said::NoteOff));
}

#[test]
fn of_notes_that_nobody_hears_the_last_word_on_each_key_is_kept() {
    let (exchange, mut mirror, _) = pair();
    mirror.play_note(5, 0.5);
    for n in 0..100_000_u32 {
        mirror.play_note((n % 128) as u8, 0.5);
    }
    (0..128).for_each(|key| mirror.release_note(key));
    let said = Vec::from(exchange.hear());
    assert!(said.len() <= MANY + 256, "{}", said.len());
    for key in 0..128 {
        let last = said.iter().rev().find(|said| said.key() == Some(key));
        assert_eq!(last, Some(&Said::NoteOff(key)));
    }
}
