//! Gestures: how what the mouse, wheel and keys do becomes begin, set and end.

use egui::{EventFilter, InputState, Key, MouseWheelUnit, Pos2, Response, Ui, Vec2};

use crate::context::Context;

/// Points of vertical drag from one end of a range to the other.
pub(crate) const TRAVEL: f32 = 200.0;
/// What Shift makes of a movement.
const FINE: f64 = 0.1;
/// Steps of keys and wheel from one end of a continuous range to the other.
const STEPS: f64 = 100.0;
/// Seconds for which a wheel that scrolls the page goes on doing so.
const SCROLLING: f64 = 0.4;

/// A drag that is under way. There is one pointer, so there is one drag.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Gesture {
    index: usize,
    /// Where the pointer has brought it, 0 to 1, also between the steps of a stepped range.
    position: f64,
    /// The plain value that the host got last.
    sent: f64,
    /// Where the pointer was when it was last followed.
    at: Pos2,
    /// Whether its control was there in this frame.
    held: bool,
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
        if self.state.gesture.is_some_and(|gesture| gesture.index == index) {
            self.host.set(index, plain);
            return;
        }
        self.host.begin(index);
        self.host.set(index, plain);
        self.host.end(index);
    }

    /// Sets a parameter to its default by one whole gesture.
    pub fn reset(&mut self, index: usize) {
        if let Some(info) = self.info(index) {
            self.edit(index, info.default);
        }
    }

    /// Whether this parameter is being dragged.
    pub(crate) fn is_held(&self, index: usize) -> bool {
        self.state.gesture.is_some_and(|gesture| gesture.index == index)
    }

    /// Begins a drag where the button went down.
    fn grab(&mut self, index: usize, at: Pos2) {
        self.release();
        self.host.begin(index);
        let (position, sent) = (self.position(index), self.host.value(index));
        self.state.gesture = Some(Gesture { index, position, sent, at, held: true });
    }

    /// Moves what is dragged to where the pointer is, `way` being what a vector is of its whole way.
    fn drag(&mut self, to: Pos2, way: impl Fn(Vec2) -> f64) {
        let Some(mut gesture) = self.state.gesture else { return };
        let Some(info) = self.info(gesture.index) else { return };
        let by = way(to - gesture.at);
        gesture.at = to;
        gesture.held = true;
        if by.is_finite() {
            gesture.position = (gesture.position + by).clamp(0.0, 1.0);
        }
        let plain = info.range.plain(gesture.position);
        // A stepped range gets its steps and no more; the pointer's own pauses are none.
        if by != 0.0 && plain != gesture.sent {
            gesture.sent = plain;
            self.host.set(gesture.index, plain);
        }
        self.state.gesture = Some(gesture);
    }

    /// Ends the drag, if there is one.
    pub(crate) fn release(&mut self) {
        if let Some(gesture) = self.state.gesture.take() {
            self.host.end(gesture.index);
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
        let Some(info) = self.info(index) else { return };
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
    if response.hovered() || context.is_held(index) {
        wheel(ui, context, index);
    }
    keys(ui, context, response, index);
}

fn drag(ui: &Ui, context: &mut Context<'_>, response: &Response, index: usize, travel: Travel) {
    if matches!(travel, Travel::None) {
        return;
    }
    let primary = egui::PointerButton::Primary;
    let command = ui.input(|input| input.modifiers.command);
    if response.double_clicked() || (response.clicked() && command) {
        context.reset(index);
    }
    if response.clicked() || response.drag_started() {
        response.request_focus();
    }
    // From where the button went down to where it was let go, by whichever steps the window looks at the
    // pointer: egui's own steps leave out those before it is sure of a drag, and the last one.
    let (from, to) = ui.input(|input| (input.pointer.press_origin(), place(input, primary)));
    if response.drag_started_by(primary) {
        context.grab(index, from.or(to).unwrap_or_default());
    }
    let ends = response.drag_stopped_by(primary);
    if let Some(to) = to.filter(|_| context.is_held(index) && (ends || response.dragged_by(primary))) {
        let fine = if ui.input(|input| input.modifiers.shift) { FINE } else { 1.0 };
        context.drag(to, |by| match travel {
            Travel::Up(length) => f64::from(-by.y / length.max(1.0)) * fine,
            Travel::Right(length) => f64::from(by.x / length.max(1.0)) * fine,
            Travel::None => 0.0,
        });
    }
    if ends {
        context.release();
    }
}

/// Where the pointer is, or was when the button was let go in this frame.
fn place(input: &InputState, button: egui::PointerButton) -> Option<Pos2> {
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
fn wheel(ui: &Ui, context: &mut Context<'_>, index: usize) {
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

/// Lets the keys step a parameter that has the keyboard.
pub(crate) fn keys(ui: &Ui, context: &mut Context<'_>, response: &Response, index: usize) {
    if !response.has_focus() {
        return;
    }
    hold_arrows(ui, response);
    let pressed = ui.input(|input| {
        if input.modifiers.command || input.modifiers.alt {
            return None;
        }
        let count = |keys: [Key; 2]| keys.iter().map(|key| input.num_presses(*key)).sum::<usize>() as f64;
        let small = count([Key::ArrowUp, Key::ArrowRight]) - count([Key::ArrowDown, Key::ArrowLeft]);
        let large = input.num_presses(Key::PageUp) as f64 - input.num_presses(Key::PageDown) as f64;
        let end = [(Key::Home, 0.0), (Key::End, 1.0)];
        let end = end.iter().find(|(key, _)| input.key_pressed(*key)).map(|(_, position)| *position);
        let reset = input.key_pressed(Key::Delete) || input.key_pressed(Key::Backspace);
        Some((small, large, end, reset, input.modifiers.shift))
    });
    let (Some((small, large, end, reset, fine)), Some(info)) = (pressed, context.info(index)) else {
        return;
    };
    let steps = f64::from(info.range.steps());
    if reset {
        context.reset(index);
    } else if let Some(position) = end {
        context.edit(index, info.range.plain(position));
    } else if large != 0.0 {
        context.step(index, large * if steps > 0.0 { (steps / 10.0).ceil() } else { 10.0 });
    } else if small != 0.0 {
        context.step(index, small * if steps == 0.0 && fine { FINE } else { 1.0 });
    }
}
