//! A page in a host's window: the gain's, beside the native editor that looks nearly the same.
//!
//! Its letters and edges are drawn by other means than the native editor's, so it is judged by what a user
//! reads from it: where the knob's hand points, how far its arc is coloured, and what is where.

use std::f64::consts::{FRAC_PI_2, TAU};
use std::time::Instant;

use super::{Button, Picture, Place, Reference, SOON, Screen, Seen, Shown, Tolerance, pause};
use crate::gain;
use crate::process::Running;

/// Colours of `gui/theme.json`.
const TEXT: [u8; 3] = [0xe7, 0xe9, 0xee];
const ACCENT: [u8; 3] = [0xf2, 0xa6, 0x5a];
const PANEL: [u8; 3] = [0x1b, 0x1e, 0x24];
const BACKGROUND: [u8; 3] = [0x14, 0x16, 0x1a];
const LINE: [u8; 3] = [0x2e, 0x33, 0x3d];
/// The angle over which the knob turns.
const SWEEP: f64 = 270.0 / 360.0 * TAU;
/// Pixels that edges and letters may make differ from the native editor's.
const OTHERS: Tolerance = Tolerance { channel: 64, others: 300 };

/// The gain's page on the screen.
pub struct Page {
    /// The editor's window.
    pub window: Seen,
    /// What the native editor would look like.
    pub like: Reference,
}

impl Page {
    /// How exactly a hand is read, as a part of its way.
    pub const READING: f64 = 0.004;

    /// A page that should show this gain.
    #[must_use]
    pub fn new(window: Seen, db: f64) -> Self {
        let mut like = Reference::new(gain::description(), 1.0);
        like.set("gain", db);
        Self { window, like }
    }

    /// The native editor in the page's place.
    #[must_use]
    pub fn native(self) -> Shown {
        Shown { window: self.window, like: self.like }
    }

    /// Waits until the page looks as it should. What was seen is kept as a picture of this name.
    ///
    /// # Panics
    /// Where it does not.
    #[track_caller]
    pub fn settle(&mut self, name: &str, screen: &Screen, host: &mut Running) {
        self.until(name, screen, host, Self::fault_beside);
    }

    /// Waits until the knob shows what it should, whatever else moves.
    ///
    /// # Panics
    /// Where it does not.
    #[track_caller]
    pub fn settle_knob(&mut self, name: &str, screen: &Screen, host: &mut Running) {
        self.until(name, screen, host, |page, seen, expected| {
            if (seen.width, seen.height) != (expected.width, expected.height) {
                return Some(format!("{seen:?} instead of {expected:?}"));
            }
            let (center, width) = page.dial();
            knob(seen, center, width, gain::position(page.like.value("gain")))
        });
    }

    #[track_caller]
    fn until(
        &mut self,
        name: &str,
        screen: &Screen,
        host: &mut Running,
        fault: impl Fn(&mut Self, &Picture, &Picture) -> Option<String>,
    ) {
        let expected = self.like.picture();
        let until = Instant::now() + SOON;
        loop {
            let seen = self.place(screen).map(|place| screen.picture(place));
            let fault = match &seen {
                None => Some("nothing is there to see".into()),
                Some(seen) => fault(self, seen, &expected),
            };
            let Some(fault) = fault else {
                seen.expect("it has no fault").save(name);
                return;
            };
            if !host.runs() || Instant::now() > until {
                screen.whole().save(&format!("failed {name} screen"));
                if let Some(seen) = seen {
                    seen.save(&format!("failed {name} seen"));
                }
                expected.save(&format!("failed {name} expected"));
                host.kill();
                panic!("{name}: {fault}\n{}", host.all());
            }
            pause();
        }
    }

    /// What is wrong with a picture of it.
    #[must_use]
    pub fn fault(&mut self, seen: &Picture) -> Option<String> {
        let expected = self.like.picture();
        self.fault_beside(seen, &expected)
    }

    fn fault_beside(&mut self, seen: &Picture, expected: &Picture) -> Option<String> {
        let (center, width) = self.dial();
        fault(seen, expected, center, width, gain::position(self.like.value("gain")))
    }

    /// Where it is, while it is to be seen.
    #[must_use]
    pub fn place(&self, screen: &Screen) -> Option<Place> {
        screen.again(&self.window).filter(|seen| seen.shown).map(|seen| seen.place)
    }

    /// The middle of the knob's dial, and its width, in pixels from the editor's corner.
    fn dial(&mut self) -> ([f64; 2], f64) {
        let [left, top, right, bottom] = self.like.sides("gain");
        ([(left + right) / 2.0, (top + bottom) / 2.0], right - left)
    }

    /// Drags the knob, in pixels, and takes the pointer away.
    pub fn drag(&mut self, screen: &Screen, by: (i32, i32)) {
        self.hold(screen, by);
        self.let_go(screen);
    }

    /// Drags the knob and does not let go.
    pub fn hold(&mut self, screen: &Screen, by: (i32, i32)) {
        let (x, y) = self.like.place("gain");
        let corner = self.place(screen).expect("the editor is there");
        screen.hold((corner.x + x, corner.y + y), by);
        self.like.hold("gain", by);
    }

    /// Ends a drag, and takes the pointer away.
    pub fn let_go(&mut self, screen: &Screen) {
        screen.button(Button::Left, false);
        screen.point_away();
        self.like.let_go();
    }
}

/// What is wrong with a picture of the page.
fn fault(
    seen: &Picture,
    expected: &Picture,
    center: [f64; 2],
    width: f64,
    position: f64,
) -> Option<String> {
    if (seen.width, seen.height) != (expected.width, expected.height) {
        return Some(format!("{seen:?} instead of {expected:?}"));
    }
    if seen.is_like(expected, Tolerance::EXACT) {
        return Some("this is the native editor".into());
    }
    if let Some(fault) = knob(seen, center, width, position) {
        return Some(fault);
    }
    // Beside the dial, and between the panel and the window's edge.
    let panel = [center[0] - width * 0.8, center[1]];
    for (place, wanted) in [(panel, PANEL), ([2.0, seen.height as f64 - 3.0], BACKGROUND)] {
        let is = color(seen, place);
        if !near(is, wanted) {
            return Some(format!("{is:x?} instead of {wanted:x?} at {place:?}"));
        }
    }
    let others = seen.difference(expected, OTHERS.channel)?;
    if !seen.is_like(expected, OTHERS) {
        return Some(format!("{others} pixels differ from the native editor's"));
    }
    None
}

/// What is wrong with the knob in a picture of the page.
fn knob(seen: &Picture, center: [f64; 2], width: f64, position: f64) -> Option<String> {
    let Some(points) = hand(seen, center, width) else { return Some("the knob has no hand".into()) };
    if (points - position).abs() > Page::READING {
        return Some(format!("the hand is at {points:.4} instead of {position:.4}"));
    }
    // Between the lines of the arc's edges, which the native editor draws at the same place.
    let zero = gain::position(0.0);
    let radius = width / 2.0 - 5.0 * (width / 56.0).sqrt() / 2.0;
    let at = |position: f64| color(seen, on(center, radius, position));
    for (part, color) in [((zero + position) / 2.0, ACCENT), (zero.min(position) / 2.0, LINE)] {
        if !near(at(part), color) && (zero - position).abs() > 0.02 {
            return Some(format!("the arc is {:x?} at {part:.2}", at(part)));
        }
    }
    None
}

/// A place on a circle, at a position of the knob.
fn on(center: [f64; 2], radius: f64, position: f64) -> [f64; 2] {
    let angle = FRAC_PI_2 + (TAU - SWEEP) / 2.0 + SWEEP * position;
    [center[0] + radius * angle.cos(), center[1] + radius * angle.sin()]
}

fn color(picture: &Picture, [x, y]: [f64; 2]) -> [u8; 3] {
    let at = (y as usize * picture.width + x as usize) * 3;
    picture.rgb.get(at..at + 3).and_then(|pixel| pixel.try_into().ok()).unwrap_or_default()
}

fn near(is: [u8; 3], wanted: [u8; 3]) -> bool {
    is.iter().zip(wanted).all(|(is, wanted)| is.abs_diff(wanted) <= 12)
}

/// Where the light hand on the dark cap points: a position, 0…1. It is the direction of the hand itself, because
/// the page's dial may be half a pixel beside the native editor's.
fn hand(picture: &Picture, center: [f64; 2], width: f64) -> Option<f64> {
    let mut lit = Vec::new();
    let around = |center: f64| (center - width * 0.3) as usize..=(center + width * 0.3) as usize;
    for y in around(center[1]) {
        for x in around(center[0]) {
            let (right, down) = (x as f64 + 0.5 - center[0], y as f64 + 0.5 - center[1]);
            let [red, ..] = color(picture, [x as f64, y as f64]);
            // How much of it is the hand, and not the cap, which is lighter under the pointer.
            let part = (f64::from(red) - f64::from(LINE[0])) / f64::from(TEXT[0] - LINE[0]);
            if part > 0.0 && right.hypot(down) < width * 0.3 {
                lit.push((part.min(1.0), right, down));
            }
        }
    }
    let all: f64 = lit.iter().map(|(part, ..)| part).sum();
    let mean =
        |of: &dyn Fn(f64, f64) -> f64| lit.iter().map(|(part, x, y)| part * of(*x, *y)).sum::<f64>() / all;
    let (right, down) = (mean(&|x, _| x), mean(&|_, y| y));
    // A hand is some pixels long, and begins beside the middle.
    if all < width * 0.1 || right.hypot(down) < width * 0.1 {
        return None;
    }
    let (wide, high) = (mean(&|x, _| (x - right).powi(2)), mean(&|_, y| (y - down).powi(2)));
    let both = mean(&|x, y| (x - right) * (y - down));
    // The line that it lies on, and of its two directions the one away from the middle.
    let line = 0.5 * (2.0 * both).atan2(wide - high);
    let outwards = line.cos() * right + line.sin() * down > 0.0;
    let angle = if outwards { line } else { line + TAU / 2.0 };
    Some((angle - FRAC_PI_2 - (TAU - SWEEP) / 2.0).rem_euclid(TAU) / SWEEP)
}
