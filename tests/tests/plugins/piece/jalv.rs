//! The synth and the arpeggiator live in jalv, LV2's reference host, with a JACK client that plays to them: notes, and
//! between them what is no message that anybody could use.

use std::os::unix::fs::symlink;

use dyad_tests::bundle;
use dyad_tests::jack::{Jack, client};
use dyad_tests::jack_player::{Heard, Player};
use dyad_tests::process::{Alone, Running, alone};

/// A server, jalv with a plugin, and a player around it. They end in this order.
struct Live {
    player: Player,
    jalv: Running,
    _jack: Jack,
    _world: tempfile::TempDir,
    _alone: Alone,
}

fn set_up(plugin: &str, uri: &str, ports: &[(&str, &str)]) -> Live {
    let alone = alone();
    let world = tempfile::tempdir().expect("a folder can be made");
    let name = format!("{plugin}.lv2");
    symlink(bundle::built(&name), world.path().join(&name)).expect("a link can be made");
    let attempt = || -> Result<(Jack, Running, Player), String> {
        let jack = Jack::start();
        // Into a pipe jalv would print only at its end.
        let mut command = client("stdbuf");
        command.env("LV2_PATH", format!("{}:/usr/lib/lv2", world.path().display()));
        command.args(["-oL", "jalv", "-x", "-n", plugin, uri]);
        let mut jalv = Running::start(&mut command);
        let player = Player::new()?;
        for (from, to) in ports {
            for port in [from, to].into_iter().filter(|port| port.starts_with(plugin)) {
                jack.wait_for(port, &mut jalv)?;
            }
            player.connect(from, to)?;
        }
        Ok((jack, jalv, player))
    };
    // One more try for what is still starting, and none after that.
    let (jack, jalv, player) = attempt().or_else(|_| attempt()).unwrap_or_else(|failed| panic!("{failed}"));
    Live { player, jalv, _jack: jack, _world: world, _alone: alone }
}

impl Live {
    #[track_caller]
    fn hear(&mut self, what: &str, is: impl Fn(&Heard) -> bool) -> Heard {
        self.player.hear(what, &mut self.jalv, is)
    }

    /// What must not matter: system exclusive, whole and not, data without a status, messages cut short, and statuses
    /// that mean nothing.
    fn disturb(&self) {
        let long: Vec<u8> = [0xF0].into_iter().chain([1; 300]).chain([0xF7]).collect();
        for junk in [
            &[0xF0, 0x7E, 0x7F, 6, 1, 0xF7][..],
            &long,
            &[0xF0, 1, 2],
            &[60, 100],
            &[0x90, 62],
            &[0x80],
            &[0xF4],
            &[0xFF],
            &[0xB0, 7],
        ] {
            self.player.send(junk);
        }
    }

    fn end(mut self) {
        self.jalv.hang_up();
        assert!(self.jalv.end().success(), "jalv ends well:\n{}", self.jalv.all());
    }
}

#[test]
fn the_synth_is_played_live() {
    let ports = [
        ("player:midi_out", "synth:control"),
        ("synth:out_l", "player:in_1"),
        ("synth:out_r", "player:in_2"),
    ];
    let mut live = set_up("synth", "urn:dyad:synth#stereo", &ports);
    live.hear("silence", |heard| heard.blocks > 2 && heard.range == [0.0; 2]);
    live.disturb();
    live.player.send(&[0x90, 69, 100]);
    live.disturb();
    live.hear("the note", |heard| heard.range[1] > 0.02);
    live.player.send(&[0x80, 69, 64]);
    // Two blocks without anything between them: nothing hangs.
    live.hear("the release's end", |heard| heard.last == [0.0; 2]);
    live.player.forget();
    let blocks = live.hear("anything", |_| true).blocks;
    let after = live.hear("some blocks", |heard| heard.blocks > blocks + 8);
    assert_eq!(after.range, [0.0; 2], "silence again");
    live.end();
}

#[test]
fn the_arpeggiator_is_played_live_and_ends_what_it_begins() {
    let ports = [("player:midi_out", "arpeggiator:control"), ("arpeggiator:notify", "player:midi_in")];
    let mut live = set_up("arpeggiator", "urn:dyad:arpeggiator#notes", &ports);
    let begins = |heard: &Heard, key: u8| {
        heard.messages.iter().filter(|m| m.len() == 3 && m[0] == 0x90 && m[1] == key && m[2] > 0).count()
    };
    live.disturb();
    for key in [60, 64, 67] {
        live.player.send(&[0x90, key, 100]);
    }
    live.disturb();
    live.hear("a round of notes", |heard| [60, 64, 67].into_iter().all(|key| begins(heard, key) >= 2));
    for key in [60, 64, 67] {
        live.player.send(&[0x80, key, 64]);
    }
    let ends = |heard: &Heard, key: u8| {
        let off = |m: &&Vec<u8>| m.len() == 3 && m[1] == key && (m[0] == 0x80 || m[0] == 0x90 && m[2] == 0);
        heard.messages.iter().filter(off).count()
    };
    let all = live.hear("the end of each note", |heard| {
        [60, 64, 67].into_iter().all(|key| begins(heard, key) == ends(heard, key))
    });
    // What stays balanced for half a second more is over.
    let later = live.hear("some blocks", |heard| heard.blocks > all.blocks + 400);
    for key in 0..128 {
        assert_eq!(begins(&later, key), ends(&later, key), "key {key}");
    }
    // What is whole and no note goes by; nothing else comes out.
    let whole = |message: &&Vec<u8>| message[0] == 0xF0 && message.last() == Some(&0xF7);
    assert_eq!(later.messages.iter().filter(whole).count(), 4, "system exclusive, two for each time");
    let rest = later.messages.iter().filter(|message| !whole(message));
    assert!(rest.clone().all(|message| message.len() == 3), "{:?}", rest.collect::<Vec<_>>());
    live.end();
}
