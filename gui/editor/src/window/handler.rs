//! What baseview calls on the window's thread.

use std::cell::RefCell;
use std::time::Duration;

use baseview::{
    DamageArea, DamageRect, Event, EventStatus, HandlerError, TimerHandle, WindowContext, WindowEvent,
    WindowHandler, WindowSize, WindowWaker,
};
use dyad_gui::Area;

use super::Make;
use super::live::Live;

/// baseview's view of an open editor. Its calls come one at a time; should one ever come within another,
/// it is left out.
pub(super) struct Handler {
    live: RefCell<Live>,
    /// Kept: without it baseview's timer goes on and tells nobody, whatever its description says.
    _timer: TimerHandle,
    waker: WindowWaker,
}

impl Handler {
    pub(super) fn new(context: WindowContext, make: Make) -> Result<Self, HandlerError> {
        // Twice as often as pictures: what the pointer did just after one does not wait for the next.
        let timer = context.create_timer(Duration::from_secs_f64(0.5 / make.rate))?;
        let waker = context.waker();
        let live = Live::new(context, make)?.into();
        Ok(Self { live, _timer: timer, waker })
    }

    /// Lets `with` at the editor, and has it look for what is to be done then.
    fn with(&self, with: impl FnOnce(&mut Live)) {
        if let Ok(mut live) = self.live.try_borrow_mut() {
            with(&mut live);
            if live.is_wanted() {
                // After all events that are there by now.
                self.waker.request_poll();
            }
        }
    }
}

impl WindowHandler for Handler {
    // Frames are made at the timer's pace and after input; this one comes at half the display's.
    fn draw(&self) -> Result<(), HandlerError> {
        Ok(())
    }

    fn damage(&self, area: DamageArea<'_>) {
        self.with(|live| match area {
            DamageArea::Rect(rect) => live.expose(area_of(rect)),
            DamageArea::Rects(rects) => rects.iter().for_each(|rect| live.expose(area_of(*rect))),
            _ => live.expose(Area { left: 0, top: 0, right: usize::MAX, bottom: usize::MAX }),
        });
    }

    fn poll(&self) {
        if let Ok(mut live) = self.live.try_borrow_mut() {
            live.step(false);
        }
    }

    fn on_timer(&self, _timer: &TimerHandle) {
        if let Ok(mut live) = self.live.try_borrow_mut() {
            live.step(true);
        }
    }

    fn resized(&self, size: WindowSize) -> Result<(), HandlerError> {
        self.with(|live| {
            live.resize([size.physical.width, size.physical.height]);
        });
        Ok(())
    }

    fn on_event(&self, event: Event) -> EventStatus {
        self.with(|live| match event {
            Event::Window(WindowEvent::WillClose) => live.close(),
            // Nobody takes it any more.
            _ if live.is_over() => {}
            Event::Mouse(event) => live.mouse(&event),
            Event::Keyboard(event) => live.key(&event),
            Event::Window(WindowEvent::Unfocused) => live.unfocused(),
            _ => {}
        });
        EventStatus::Captured
    }
}

fn area_of(rect: DamageRect) -> Area {
    let (place, size) = (rect.position(), rect.size());
    let [left, top, width, height] = [place.x, place.y, size.width, size.height].map(|side| side as usize);
    Area { left, top, right: left + width, bottom: top + height }
}
