//! The parameters as the sound side has them, and what a change does to them.

use crate::describe::Description;
use crate::event::{Amount, Change};
use crate::param::{Params, Range, Role};
use crate::store::Store;

use super::bypass::{Phase, Switch};

/// One parameter as the cycle needs it.
#[derive(Debug)]
pub(super) struct Slot {
    pub(super) range: Range,
    /// The value without modulation.
    pub(super) plain: f64,
    /// Offset of the position in 0…1 that a modulator adds.
    modulation: f64,
    /// The value that the processor has.
    value: f32,
    /// Position in the author's struct; unused for the bypass and for removed parameters.
    pub(super) field: usize,
    pub(super) role: Role,
    /// The plugin has set it and the host does not know yet.
    pub(super) unsaid: bool,
    /// The block in which the host said last that a trigger is pressed.
    pressed: Option<u32>,
}

impl Slot {
    /// The value for the processor, where it is another one than before. The one place where a value
    /// becomes what the sound side sees.
    #[inline]
    pub(super) fn effective(&mut self) -> Option<f32> {
        let plain = if self.modulation == 0.0 {
            self.plain
        } else {
            self.range.plain(self.range.normalize(self.plain) + self.modulation)
        };
        let value = plain as f32;
        let moves = value != self.value;
        self.value = value;
        moves.then_some(value)
    }
}

/// What a parameter change touches.
#[derive(Debug)]
pub(super) struct Sound<T> {
    pub(super) params: T,
    pub(super) slots: Box<[Slot]>,
    pub(super) switch: Switch,
    /// A trigger has fired in this block.
    fired: bool,
    /// Counts blocks.
    block: u32,
}

impl<T: Params> Sound<T> {
    /// All parameters at the store's values. `[main-thread & !active]`
    pub(super) fn new(
        description: &Description,
        store: &Store,
        mut switch: Switch,
        sample_rate: f64,
    ) -> Self {
        let mut infos = T::describe();
        for (index, info) in infos.iter_mut().enumerate() {
            info.index = index;
        }
        let mut params = T::create(&infos);
        let slot = |(index, param): (usize, &crate::describe::Param)| {
            let plain = store.value(index);
            let field = param.field.unwrap_or(usize::MAX);
            Slot {
                range: param.info.range,
                plain,
                modulation: 0.0,
                value: plain as f32,
                field,
                role: param.info.role,
                unsaid: false,
                pressed: None,
            }
        };
        let slots: Box<[Slot]> = description.params.iter().enumerate().map(slot).collect();
        for slot in &slots {
            match slot.role {
                Role::Normal => params.set(slot.field, slot.value),
                Role::Bypass => switch.set(slot.value >= 0.5),
                Role::Trigger | Role::Meter | Role::Removed => {}
            }
        }
        params.prepare(sample_rate);
        switch.snap();
        Self { params, slots, switch, fired: false, block: 0 }
    }

    #[inline]
    pub(super) fn change(&mut self, store: &Store, change: Change) {
        match change.amount {
            Amount::Plain(plain) => self.apply(store, change.index, plain),
            Amount::Modulation(offset) => self.modulate(change.index, offset),
        }
    }

    #[inline]
    pub(super) fn apply(&mut self, store: &Store, index: usize, plain: f64) {
        let Some(slot) = self.slots.get_mut(index) else { return };
        let Some(plain) = slot.range.sanitize(plain) else { return };
        match slot.role {
            Role::Meter => return,
            Role::Normal => {
                slot.plain = plain;
                if let Some(value) = slot.effective() {
                    self.params.set(slot.field, value);
                }
            }
            Role::Bypass => {
                slot.plain = plain;
                self.switch.set(plain >= 0.5);
            }
            Role::Trigger => {
                let now = (plain >= 0.5).then_some(self.block);
                let before = std::mem::replace(&mut slot.pressed, now);
                // Pressed, not held: an automation may have many points of one press, and there are hosts that say
                // it again in every block, though they were told that it went back (Carla).
                let held = now.is_some() && before == Some(self.block.wrapping_sub(1));
                let was = slot.plain;
                if held && was < 0.5 {
                    return;
                }
                slot.plain = plain;
                if was < 0.5 && plain >= 0.5 {
                    self.fired = true;
                    // A plugin that rests does not hear of it, and not later either.
                    if self.switch.phase() != Phase::Dry {
                        self.params.set(slot.field, 1.0);
                    }
                }
            }
            Role::Removed => slot.plain = plain,
        }
        store.note(index, plain);
    }

    /// Moves a parameter by an offset of its position in 0…1; what is saved and shown stays.
    #[cold]
    fn modulate(&mut self, index: usize, offset: f64) {
        let Some(slot) = self.slots.get_mut(index) else { return };
        if slot.role != Role::Normal || !offset.is_finite() {
            return;
        }
        slot.modulation = offset;
        if let Some(value) = slot.effective() {
            self.params.set(slot.field, value);
        }
    }

    /// After a block: triggers go back, and `told` lets the host know.
    #[inline]
    pub(super) fn release_triggers(&mut self, store: &Store, told: impl FnMut(&mut Slot, usize)) {
        self.block = self.block.wrapping_add(1);
        if std::mem::take(&mut self.fired) {
            self.release(store, told);
        }
    }

    #[cold]
    fn release(&mut self, store: &Store, mut told: impl FnMut(&mut Slot, usize)) {
        for (index, slot) in self.slots.iter_mut().enumerate() {
            if slot.role == Role::Trigger && slot.plain >= 0.5 {
                slot.plain = 0.0;
                store.note(index, 0.0);
                told(slot, index);
            }
        }
    }
}
