//! A musician's evening in short: JACK at 64 frames, the gain in jalv, its page open and its knob never at
//! rest. `make stress` runs it, for as many minutes as `DYAD_STRESS` says, beside the same without an editor;
//! it fails where an editor costs blocks on a machine that loses none without one.
#![allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "no audio thread is near")]

use std::time::{Duration, Instant};

use dyad_tests::gain;
use dyad_tests::jack::{Jack, client};
use dyad_tests::jack_client::{Account, Client};
use dyad_tests::lv2info;
use dyad_tests::process::Running;
use dyad_tests::system::{Clock, Wakes, allowed_priority, page_of, priorities, stolen};
use dyad_tests::x11::{Button, Reference, Screen, Seen};

const FRAMES: u32 = 64;
const RATE: f64 = 48_000.0;

/// Who shows the plugin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Editor {
    No,
    Native,
    Page,
}

/// A run's result.
struct Run {
    account: Account,
    loads: Vec<f32>,
    pictures: usize,
    stolen: Duration,
    wakes: Wakes,
}

impl Run {
    /// Blocks that were not processed in their turn, wherever they were lost.
    fn lost(&self) -> u64 {
        self.account.clock - self.account.processed.min(self.account.clock)
    }
}

/// A hand that holds the knob, moves it up and down, and lets go now and then.
struct Hand {
    knob: (i32, i32),
    steps: u32,
}

impl Hand {
    fn new(window: &Seen) -> Self {
        let (x, y) = Reference::new(gain::description(), 1.0).place("gain");
        Self { knob: (window.place.x + x, window.place.y + y), steps: 0 }
    }

    fn step(&mut self, screen: &Screen) {
        if self.steps.is_multiple_of(300) {
            // From where it began, or the gain would wander off into silence.
            screen.point(self.knob);
            screen.button(Button::Left, false);
            screen.button(Button::Left, true);
        }
        self.steps += 1;
        // Two times up and down in a second; within ±17 dB, so that there always is a sound.
        let angle = f64::from(self.steps) / 60.0 * std::f64::consts::TAU;
        screen.point((self.knob.0, self.knob.1 + (40.0 * angle.sin()) as i32));
    }
}

fn jalv(editor: Editor, screen: &Screen) -> Running {
    let world = lv2info::in_world("");
    let world = world.get_envs().find_map(|(_, value)| value).unwrap_or_default().to_owned();
    let mut command = client("stdbuf");
    command.arg("-oL");
    match editor {
        Editor::No => command.args(["jalv", "-x", "-n", "gain"]),
        _ => command.args(["jalv.gtk3", "-x", "--jack-name", "gain"]),
    };
    command.arg("urn:dyad:gain#stereo").env("LV2_PATH", world);
    screen.prepare(&mut command);
    match editor {
        Editor::Native => command.env("DYAD_EDITOR", "native"),
        _ => command.env_remove("DYAD_EDITOR"),
    };
    Running::start(&mut command)
}

/// Runs for a while.
fn run(editor: Editor, priority: Option<i32>, long: Duration) -> Run {
    let jack = Jack::tight(FRAMES, priority);
    let screen = Screen::bare();
    let mut jalv = jalv(editor, &screen);
    jack.wait_for("gain:out_l", &mut jalv).unwrap_or_else(|failed| panic!("{failed}"));
    let client = Client::around("gain").unwrap_or_else(|failed| panic!("{failed}\n{}", jalv.all()));
    let window = (editor != Editor::No).then(|| {
        let window = screen.wait("the editor", &mut jalv, |screen| screen.editors().into_iter().next());
        screen.wait("a picture", &mut jalv, |screen| {
            (screen.picture(screen.again(&window)?.place).colors() > 100).then_some(())
        });
        screen.again(&window).expect("it is there")
    });
    let page = page_of(jalv.id()).map(|page| page.id);
    assert_eq!(page.is_some(), editor == Editor::Page, "{editor:?}: {}", jalv.all());
    let real_time = priorities(jack.id())
        .into_iter()
        .chain(priorities(jalv.id()))
        .chain(priorities(std::process::id()));
    println!(
        "{:<10} real-time threads (priority, how many): {:?}{}",
        format!("{editor:?}"),
        real_time.collect::<Vec<_>>(),
        if client.is_realtime() { "" } else { "; JACK itself is not real-time" },
    );
    let mut hand = window.as_ref().map(Hand::new);
    // What is made at first is made by now, once all have played for a while.
    let play = |hand: &mut Option<Hand>, long: Duration, each: &mut dyn FnMut()| {
        let end = Instant::now() + long;
        while Instant::now() < end {
            if let Some(hand) = hand {
                hand.step(&screen);
            }
            each();
            std::thread::sleep(Duration::from_millis(7));
        }
    };
    play(&mut hand, Duration::from_secs(3), &mut || ());
    client.begin();
    let before = stolen();
    let block = Duration::from_secs_f64(f64::from(FRAMES) / RATE);
    // Above JACK, so that nothing but the machine holds it up.
    let clock = Clock::begin(block, priority.map(|priority| priority + 5));
    let (mut loads, mut pictures, mut looks) = (Vec::new(), 0, 0_u32);
    let mut last = None;
    play(&mut hand, long, &mut || {
        loads.push(client.load());
        looks += 1;
        // Twice a second.
        if let Some(window) = window.as_ref().filter(|_| looks.is_multiple_of(70)) {
            let picture = screen.picture(window.place);
            pictures += usize::from(last.as_ref() != Some(&picture));
            last = Some(picture);
        }
    });
    let (account, wakes) = (client.account(FRAMES), clock.end());
    screen.button(Button::Left, false);
    assert!(jalv.runs(), "jalv has ended:\n{}", jalv.all());
    assert_eq!(page_of(jalv.id()).map(|page| page.id), page, "the page is the one of the beginning");
    drop(client);
    jalv.kill();
    Run { account, loads, pictures, stolen: stolen().saturating_sub(before), wakes }
}

fn print(name: &str, run: &mut Run) {
    let Account { blocks, clock, processed, silent, xruns, late, moves } = run.account;
    run.loads.sort_by(f32::total_cmp);
    let load = |part: f64| run.loads[((run.loads.len() - 1) as f64 * part) as usize];
    println!("{name}, {:.1} s:", clock as f64 * f64::from(FRAMES) / RATE);
    println!("  xruns      {xruns} ({late} µs late in all)");
    println!(
        "  blocks     {clock} by JACK's clock, {blocks} given to clients, {processed} processed in their turn, \
         {silent} silent"
    );
    println!("  DSP load   median {:.1} %, p99 {:.1} %, worst {:.1} %", load(0.5), load(0.99), load(1.0));
    println!(
        "  moved      {moves} blocks with another gain than the one before, {} pictures",
        run.pictures
    );
    println!(
        "  machine    a thread that only wakes up missed {} of {} blocks, by {:.1} ms at worst; {} ms of \
         processors were other machines'",
        run.wakes.missed,
        run.wakes.count,
        run.wakes.worst.as_secs_f64() * 1e3,
        run.stolen.as_millis(),
    );
}

#[test]
#[ignore = "minutes: `make stress`"]
fn no_block_is_lost_while_the_knob_of_a_page_is_moved() {
    let minutes: f64 = std::env::var("DYAD_STRESS")
        .map_or(1.0, |minutes| minutes.parse().expect("DYAD_STRESS is a number"));
    let priority = allowed_priority(&[70, 20, 5, 1]);
    match priority {
        Some(priority) => println!("real-time priority {priority} is allowed"),
        None => println!("this system allows no real-time priority: xruns may be the machine's"),
    }
    let floor = Duration::from_secs_f64(60.0_f64.min(minutes * 60.0));
    let mut none = run(Editor::No, priority, floor);
    print("without an editor", &mut none);
    let mut native = run(Editor::Native, priority, floor);
    print("native editor", &mut native);
    let mut page = run(Editor::Page, priority, Duration::from_secs_f64(minutes * 60.0));
    print("web editor", &mut page);
    assert!(none.account.processed > 0, "the plugin was heard");
    assert!(page.account.moves > 100, "the knob of the page was moved: {} times", page.account.moves);
    assert!(page.pictures > 10, "the page has moved: {} pictures", page.pictures);
    if none.account.xruns > 0 || none.lost() > 0 {
        println!(
            "{} xruns and {} lost blocks without an editor: this machine can't tell whether an editor makes some",
            none.account.xruns,
            none.lost(),
        );
    } else {
        assert_eq!(
            (page.account.xruns, page.lost()),
            (0, 0),
            "xruns, and lost blocks, with the web editor alone"
        );
    }
}
