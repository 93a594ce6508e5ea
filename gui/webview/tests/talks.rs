//! The page is painted, and editor and page hear each other.
#![allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "tests wait")]

mod common;

use common::{Program, SIZE, Said, Screen, until};
use dyad_web_wire::MAX_MESSAGE;

/// Says again what it hears.
const ECHO: &str =
    "window.dyadReceive = (message) => window.ipc.postMessage(JSON.stringify(message)); painted();";

#[test]
fn a_page_is_painted() {
    let screen = Screen::new();
    let html = "<svg width=100 height=100><rect width=100 height=100 fill='#e07020'/></svg><p>Dyad";
    let (mut program, _window) = Program::show(&screen, &common::page(html, ECHO));
    program.wait("painted");
    println!("painted after {:?}", program.started.elapsed());
    until("the picture", || {
        let picture = screen.picture(SIZE);
        picture.at(50, 50) == 0xe07020 && picture.at(300, 250) == 0x204060
    });
    println!("seen after {:?}", program.started.elapsed());
    screen.picture(SIZE).save("page");
}

#[test]
fn messages_go_both_ways_as_they_are() {
    let screen = Screen::new();
    let (mut program, _window) = Program::shown(&screen, "", ECHO);
    let texts = [
        r#"{"a":1}"#,
        "\"Späßchen 🎛 \u{2028}\u{2029} </script> \\u2028 \\\\ ' ` ${x}\"",
        "[{\"b\":[]},2]",
        r#"{"__proto__":{"c":1}}"#,
        "\"\\u0000\"",
        "null",
    ];
    for text in texts {
        program.message(text);
        let Said::Message(back) = program.next() else { panic!("no message") };
        let [back, text] =
            [&*back, text].map(|text| serde_json::from_str::<serde_json::Value>(text).unwrap());
        assert_eq!(back, text);
    }
    // What is no JSON is left out, whatever it would be as a script.
    for text in ["say(1)", "1);say(2", "{\"a\":}", ""] {
        program.message(text);
    }
    for number in 0..2000 {
        program.message(&number.to_string());
    }
    for number in 0..2000 {
        assert_eq!(program.next(), Said::Message(number.to_string()));
    }
    let long = format!("\"{}\"", "ä".repeat(MAX_MESSAGE / 2 - 1));
    program.message(&long);
    assert_eq!(program.next(), Said::Message(long));
}

#[test]
fn one_bad_turn_of_the_page_costs_no_other_message() {
    let screen = Screen::new();
    let script = "window.dyadReceive = (n) => { if (n === 1) throw 1; say(n); }; painted();";
    let (mut program, _window) = Program::shown(&screen, "", script);
    for number in 0..3 {
        program.message(&number.to_string());
    }
    assert_eq!(program.next(), Said::Message("0".into()));
    assert_eq!(program.next(), Said::Message("2".into()));
}

#[test]
fn what_is_too_long_is_left_out_and_counted() {
    let screen = Screen::new();
    let script = "window.dyadReceive = () => { say('x'.repeat(10 << 20)); say('x'.repeat(262142)); \
        say('x'.repeat(262143)); say('after'); }; painted();";
    let (mut program, _window) = Program::shown(&screen, "", script);
    program.message("0");
    let mut dropped = 0;
    let mut heard = Vec::new();
    while dropped < 2 || heard.len() < 2 {
        match program.next() {
            Said::Dropped(count) => dropped += count,
            Said::Message(text) => heard.push(text.len()),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!((dropped, heard), (2, vec![MAX_MESSAGE, "\"after\"".len()]));
}

#[test]
fn of_too_many_at_once_some_are_left_out_and_counted() {
    const ALL: u32 = 100_000;
    let screen = Screen::new();
    let script = "window.dyadReceive = (n) => { for (let i = 0; i < n; i++) say({i, pad: 'x'.repeat(40)}); \
        document.documentElement.style.background = '#0f0'; }; painted();";
    let (mut program, _window) = Program::shown(&screen, "", script);
    program.message(&ALL.to_string());
    let (mut arrived, mut dropped, mut last) = (0, 0, None);
    while arrived + dropped < ALL {
        match program.next() {
            Said::Dropped(count) => dropped += count,
            Said::Message(text) => {
                let number =
                    serde_json::from_str::<serde_json::Value>(&text).unwrap()["i"].as_u64().unwrap();
                assert!(last.is_none_or(|last| last < number), "{last:?} before {number}");
                // What is missing in between was told of before.
                last = Some(number);
                arrived += 1;
                assert!(number < u64::from(arrived + dropped), "{number} after {arrived} and {dropped}");
                if arrived == 1 {
                    until("the page has said all", || screen.picture(SIZE).at(5, 5) == 0x00ff00);
                }
            }
            other => panic!("{other:?}"),
        }
    }
    assert!(dropped > 0);
    println!("{arrived} arrived, {dropped} were left out");
    assert_eq!(arrived + dropped, ALL);
    assert!(!program.ended());
    program.message("1");
    assert!(matches!(program.next(), Said::Message(_)));
}
