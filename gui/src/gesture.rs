//! Gestures: how what the mouse, wheel and keys do becomes begin, set and end.

use dyad_core::param::Range;
use egui::{EventFilter, InputState, Key, MouseWheelUnit, Pos2, Response, Ui, Vec2};

use crate::context::Context;
use crate::widgets::Axis;

/// Points of vertical drag from one end of a range to the other.
pub(crate) const TRAVEL: f32 = 200.0;
/// What Shift makes of a movement.
const FINE: f64 = 0.1;
/// Steps of keys and wheel from one end of a continuous range to the other.
const STEPS: f64 = 100.0;
/// Seconds for which a wheel that scrolls the page goes on doing so.
const SCROLLING: f64 = 0.4;

/// A drag that is under way. There is one pointer, so there is one drag: of a control that has one parameter,
/// or two that lie across each other.
#[derive(Clone, Debug)]
pub(crate) struct Gesture {
    ways: Vec<Held>,
    /// Where the pointer was when it was last followed.
    at: Pos2,
    /// Whether its control was there in this frame.
    held: bool,
}

/// A parameter that is being dragged.
#[derive(Clone, Copy, Debug)]
struct Held {
    way: Way,
    /// Where the pointer has brought it on its way, also between the steps of a stepped range.
    position: f64,
    /// The plain value that the host got last.
    sent: f64,
}

/// How the pointer moves a parameter.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Way {
    pub(crate) index: usize,
    /// The axis on which it is shown; none for its own range, from one end to the other.
    pub(crate) axis: Option<Axis>,
    /// How much of the axis, or range, a point of movement is, in each direction.
    pub(crate) per_point: Vec2,
}

impl Way {
    pub(crate) fn new(index: usize, travel: Travel) -> Option<Self> {
        let per_point = match travel {
            Travel::Up(length) => Vec2::new(0.0, -1.0 / length.max(1.0)),
            Travel::Right(length) => Vec2::new(1.0 / length.max(1.0), 0.0),
            Travel::None => return None,
        };
        Some(Self { index, axis: None, per_point })
    }

    /// Where a plain value is on its way.
    fn position(&self, range: &Range, plain: f64) -> f64 {
        self.axis.map_or_else(|| range.normalize(plain), |axis| axis.position(plain))
    }

    /// The plain value at a place on its way.
    fn plain(&self, range: &Range, position: f64) -> f64 {
        let position = self.axis.map_or(position, |axis| range.normalize(axis.plain(position)));
        range.plain(position)
    }

    /// A position within what the range has.
    fn clamp(&self, range: &Range, position: f64) -> f64 {
        let (a, b) = (self.position(range, range.min()), self.position(range, range.max()));
        position.clamp(a.min(b), a.max(b))
    }
}

/// Along which way a control is dragged, and points from one end to the other.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Travel {
    /// Upwards.
    Up(f32),
    /// To the right.
    Right(f32),
    /// Not at all: only wheel and keys.
    None,
}

impl Context<'_> {
    /// Sets a parameter by one whole gesture.
    pub fn edit(&mut self, index: usize, plain: f64) {
        // Something drawn before this may show the old value: there has to be another frame.
        self.state.moving = true;
        if self.is_held(index) {
            self.host.set(index, plain);
            return;
        }
        self.host.begin(index);
        self.host.set(index, plain);
        self.host.end(index);
    }

    /// Turns a switch by one whole gesture.
    pub(crate) fn turn(&mut self, index: usize) {
        if let Some(info) = self.info(index) {
            let on = self.host.value(index) >= 0.5;
            self.edit(index, if on { info.range.min() } else { info.range.max() });
        }
    }

    /// Sets a parameter to its default by one whole gesture.
    pub fn reset(&mut self, index: usize) {
        if let Some(info) = self.info(index) {
            self.edit(index, info.default);
        }
    }

    /// Whether this parameter is being dragged.
    pub(crate) fn is_held(&self, index: usize) -> bool {
        let ways = self.state.gesture.as_ref().map_or(&[][..], |gesture| &gesture.ways[..]);
        ways.iter().any(|held| held.way.index == index)
    }

    /// Begins a drag from where the pointer is taken to be.
    pub(crate) fn grab(&mut self, ways: &[Way], at: Pos2) {
        self.release();
        let mut all = Vec::with_capacity(ways.len());
        for way in ways {
            let Some(info) = self.info(way.index) else { continue };
            self.host.begin(way.index);
            let sent = self.host.value(way.index);
            all.push(Held { way: *way, position: way.position(&info.range, sent), sent });
        }
        self.state.gesture = Some(Gesture { ways: all, at, held: true });
    }

    /// Moves what is dragged to where the pointer is; `part` of the way that is.
    fn drag(&mut self, to: Pos2, part: f64) {
        let Some(mut gesture) = self.state.gesture.take() else { return };
        let by = to - gesture.at;
        gesture.at = to;
        gesture.held = true;
        for Held { way, position, sent } in &mut gesture.ways {
            let Some(info) = self.info(way.index) else { continue };
            let by = f64::from(by.x * way.per_point.x + by.y * way.per_point.y) * part;
            if by.is_finite() {
                *position = way.clamp(&info.range, *position + by);
            }
            let plain = way.plain(&info.range, *position);
            // A stepped range gets its steps and no more; the pointer's own pauses are none.
            if by != 0.0 && plain != *sent {
                *sent = plain;
                self.host.set(way.index, plain);
                // A picture drawn before this may show the old value.
                self.state.moving = true;
            }
        }
        self.state.gesture = Some(gesture);
    }

    /// Sets a parameter by a stroke over several: takes hold of it with its first value, and all that the stroke has
    /// come over are let go together.
    pub(crate) fn paint(&mut self, index: usize, plain: f64) {
        let Some(plain) = self.info(index).and_then(|info| info.range.sanitize(plain)) else { return };
        let now = self.host.value(index);
        let empty = Gesture { ways: Vec::new(), at: Pos2::ZERO, held: true };
        let ways = &mut self.state.gesture.get_or_insert(empty).ways;
        let held = ways.iter_mut().find(|held| held.way.index == index);
        if held.as_ref().map_or(now, |held| held.sent) == plain {
            return;
        }
        match held {
            Some(held) => held.sent = plain,
            None => {
                let way = Way { index, axis: None, per_point: Vec2::ZERO };
                ways.push(Held { way, position: 0.0, sent: plain });
                self.host.begin(index);
            }
        }
        self.host.set(index, plain);
        self.state.moving = true;
    }

    /// A stroke goes on.
    pub(crate) fn keep_stroke(&mut self) {
        if let Some(gesture) = &mut self.state.gesture {
            gesture.held = true;
        }
    }

    /// Ends the drag, if there is one.
    pub(crate) fn release(&mut self) {
        for held in self.state.gesture.take().into_iter().flat_map(|gesture| gesture.ways) {
            self.host.end(held.way.index);
        }
    }

    /// Ends a drag whose control is gone or whose button was let go where nobody saw it.
    pub(crate) fn settle(&mut self, pointer_down: bool) {
        match &mut self.state.gesture {
            Some(gesture) if pointer_down && gesture.held => gesture.held = false,
            _ => self.release(),
        }
    }

    /// Moves a parameter by steps, whole or in parts of 1 / [`STEPS`], as one gesture.
    fn step(&mut self, index: usize, steps: f64) {
        let Some(info) = self.info(index).filter(|_| steps != 0.0) else { return };
        let count = info.range.steps();
        let size = if count > 0 { f64::from(count).recip() } else { STEPS.recip() };
        let plain = info.range.plain(self.position(index) + steps * size);
        if plain != self.host.value(index) {
            self.edit(index, plain);
        }
    }
}

/// Lets mouse, wheel and keys operate a parameter.
pub(crate) fn operate(
    ui: &Ui,
    context: &mut Context<'_>,
    response: &Response,
    index: usize,
    travel: Travel,
) {
    drag(ui, context, response, index, travel);
    context.control(response, index);
    if response.hovered() || response.dragged() {
        wheel(ui, context, index);
    }
    keys(ui, context, response, index);
}

fn drag(ui: &Ui, context: &mut Context<'_>, response: &Response, index: usize, travel: Travel) {
    if let Some(way) = Way::new(index, travel) {
        drag_along(ui, context, response, &[way], None);
    }
}

/// Lets the mouse move parameters along their ways, all of one control; a double-click, or a click with Ctrl,
/// brings them to their defaults. `from` is where the control is taken to be held; none for where the button
/// went down.
pub(crate) fn drag_along(
    ui: &Ui,
    context: &mut Context<'_>,
    response: &Response,
    ways: &[Way],
    from: Option<Pos2>,
) {
    let Some(first) = ways.first() else { return };
    let primary = egui::PointerButton::Primary;
    if wants_default(ui, response) {
        ways.iter().for_each(|way| context.reset(way.index));
    }
    if response.clicked() || response.drag_started() {
        response.request_focus();
    }
    // From where the button went down to where it was let go, by whichever steps the window looks at the
    // pointer: egui's own steps leave out those before it is sure of a drag, and the last one.
    let (origin, to) = ui.input(|input| (input.pointer.press_origin(), place(input, primary)));
    if response.drag_started_by(primary) {
        context.grab(ways, from.or(origin).or(to).unwrap_or_default());
    }
    let ends = response.drag_stopped_by(primary);
    if let Some(to) = to.filter(|_| context.is_held(first.index) && (ends || response.dragged_by(primary)))
    {
        context.drag(to, if ui.input(|input| input.modifiers.shift) { FINE } else { 1.0 });
    }
    if ends {
        context.release();
    }
}

/// Whether the mouse asks for the default.
pub(crate) fn wants_default(ui: &Ui, response: &Response) -> bool {
    response.double_clicked() || (response.clicked() && ui.input(|input| input.modifiers.command))
}

/// Where the pointer is, or was when the button was let go in this frame.
pub(crate) fn place(input: &InputState, button: egui::PointerButton) -> Option<Pos2> {
    let let_go = |event: &egui::Event| match event {
        egui::Event::PointerButton { pos, button: other, pressed: false, .. } if *other == button => {
            Some(*pos)
        }
        _ => None,
    };
    input.events.iter().find_map(let_go).or(input.pointer.interact_pos())
}

/// Each event of the wheel over a control is a gesture. It reads raw events: egui's own smoothing
/// would make many small ones of each, and turns them aside when Shift is down.
pub(crate) fn wheel(ui: &Ui, context: &mut Context<'_>, index: usize) {
    if context.state.now < context.state.scrolling_until {
        return;
    }
    context.state.wheel_taken = true;
    let events: Vec<(f64, bool)> = ui.input_mut(|input| {
        // Not for the page below.
        input.smooth_scroll_delta = egui::Vec2::ZERO;
        input.events.iter().filter_map(notches).collect()
    });
    let stepped = context.info(index).is_some_and(|info| info.range.steps() > 0);
    for (notches, fine) in events {
        if stepped {
            context.state.notches += notches;
            let whole = context.state.notches.trunc();
            context.state.notches -= whole;
            if whole != 0.0 {
                context.step(index, whole);
            }
        } else {
            context.step(index, notches * if fine { FINE } else { 1.0 });
        }
    }
}

/// How many notches of the wheel an event is, and whether it is to be fine.
fn notches(event: &egui::Event) -> Option<(f64, bool)> {
    let egui::Event::MouseWheel { unit, delta, modifiers, .. } = event else { return None };
    // Some systems turn the wheel aside themselves when Shift is down.
    let delta = if delta.y == 0.0 && modifiers.shift { delta.x } else { delta.y };
    let notches = match unit {
        MouseWheelUnit::Line => f64::from(delta),
        MouseWheelUnit::Page => f64::from(delta) * 10.0,
        MouseWheelUnit::Point => f64::from(delta) / 50.0,
    };
    (notches != 0.0 && notches.is_finite()).then_some((notches, modifiers.shift))
}

/// Whether a wheel now turning belongs to the page: it was not over a control when it began.
pub(crate) fn watch_scrolling(context: &egui::Context, state: &mut crate::context::State) {
    let turning = context.input(|input| input.events.iter().any(|event| notches(event).is_some()));
    if turning && !state.wheel_taken {
        state.scrolling_until = state.now + SCROLLING;
    }
    state.wheel_taken = false;
}

/// Keeps arrow keys from moving the keyboard to a neighbour: that is what Tab is for.
pub(crate) fn hold_arrows(ui: &Ui, response: &Response) {
    if response.has_focus() {
        let filter =
            EventFilter { horizontal_arrows: true, vertical_arrows: true, ..EventFilter::default() };
        ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, filter));
    }
}

/// What the keys ask of a control.
#[derive(Clone, Copy, Debug, Default)]
struct Pressed {
    /// Arrows: to the right and upwards.
    right: f64,
    up: f64,
    /// Page keys.
    page: f64,
    /// Home and End.
    end: Option<f64>,
    reset: bool,
    enter: bool,
    fine: bool,
}

impl Pressed {
    /// What was pressed while this has the keyboard, which keeps its arrows then.
    fn read(ui: &Ui, response: &Response) -> Option<Self> {
        if !response.has_focus() {
            return None;
        }
        hold_arrows(ui, response);
        ui.input(|input| {
            if input.modifiers.command || input.modifiers.alt {
                return None;
            }
            let count = |key| input.num_presses(key) as f64;
            let end = [(Key::Home, 0.0), (Key::End, 1.0)];
            Some(Self {
                right: count(Key::ArrowRight) - count(Key::ArrowLeft),
                up: count(Key::ArrowUp) - count(Key::ArrowDown),
                page: count(Key::PageUp) - count(Key::PageDown),
                end: end.iter().find(|(key, _)| input.key_pressed(*key)).map(|(_, position)| *position),
                reset: input.key_pressed(Key::Delete) || input.key_pressed(Key::Backspace),
                enter: input.key_pressed(Key::Enter),
                fine: input.modifiers.shift,
            })
        })
    }
}

/// Lets the keys step a parameter that has the keyboard.
pub(crate) fn keys(ui: &Ui, context: &mut Context<'_>, response: &Response, index: usize) {
    let (Some(pressed), Some(info)) = (Pressed::read(ui, response), context.info(index)) else { return };
    let steps = f64::from(info.range.steps());
    if pressed.reset {
        context.reset(index);
    } else if let Some(position) = pressed.end {
        context.edit(index, info.range.plain(position));
    } else if pressed.page != 0.0 {
        context.step(index, pressed.page * if steps > 0.0 { (steps / 10.0).ceil() } else { 10.0 });
    } else {
        let fine = steps == 0.0 && pressed.fine;
        context.step(index, (pressed.right + pressed.up) * if fine { FINE } else { 1.0 });
    }
}

/// What a control in a plane moves.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Plane {
    /// Arrows to the sides.
    pub(crate) x: Option<usize>,
    /// Arrows up and down.
    pub(crate) y: Option<usize>,
    /// Page keys.
    pub(crate) third: Option<usize>,
    /// Enter turns it.
    pub(crate) switch: Option<usize>,
}

/// Lets the keys move a control in a plane that has the keyboard.
pub(crate) fn plane_keys(ui: &Ui, context: &mut Context<'_>, response: &Response, plane: Plane) {
    let Some(pressed) = Pressed::read(ui, response) else { return };
    let Plane { x, y, third, switch } = plane;
    if pressed.reset {
        [x, y, third].into_iter().flatten().for_each(|index| context.reset(index));
        return;
    }
    for (index, steps) in [(x, pressed.right), (y, pressed.up), (third, pressed.page)] {
        let Some(index) = index.filter(|_| steps != 0.0) else { continue };
        let stepped = context.info(index).is_some_and(|info| info.range.steps() > 0);
        context.step(index, steps * if pressed.fine && !stepped { FINE } else { 1.0 });
    }
    if let Some(index) = switch.filter(|_| pressed.enter) {
        context.turn(index);
    }
}
