//! Views of tests, and a plugin with a file.

use std::sync::Arc;

use dyad::prelude::*;
use dyad_core::Description;
use dyad_gui::egui::{Ui, Vec2};
use dyad_gui::{Shows, View};

type Draw = dyn FnMut(&mut Ui, &mut dyad_gui::Context<'_>, &Shows);

/// A view of one function, which gets what the sound half has shown.
pub struct Own {
    size: Vec2,
    shows: Shows,
    draw: Box<Draw>,
}

impl Own {
    pub fn new(
        size: Vec2,
        draw: impl FnMut(&mut Ui, &mut dyad_gui::Context<'_>, &Shows) + 'static,
    ) -> Self {
        Self { size, shows: Shows::default(), draw: Box::new(draw) }
    }
}

impl View for Own {
    fn ui(&mut self, ui: &mut Ui, context: &mut dyad_gui::Context<'_>) {
        self.shows.update(context);
        (self.draw)(ui, context, &self.shows);
    }

    fn preferred_size(&self) -> Vec2 {
        self.size
    }
}

#[derive(Params)]
pub struct FiledParams {
    #[param(name = "Start", range = Range::linear(0.0, 2.0), unit = Unit::Seconds)]
    start: Float,
}

#[derive(Default)]
pub struct Filed;

impl Plugin for Filed {
    type Params = FiledParams;
    type Processor = Self;
    const INFO: Info = Info {
        id: "urn:dyad:filed",
        name: "Filed",
        vendor: "Dyad",
        url: "",
        email: "",
        version: "1.0.0",
        license: "MIT",
        description: "For tests.",
        category: Category::Reverb,
    };
    const LAYOUTS: &'static [Layout] = &[Layout::STEREO];
    const PROPERTIES: &'static [Property] =
        &[Property::path("impulse", "Impulse response").extensions(&["wav"])];

    fn activate(&mut self, _: &mut Activation<'_>) -> Self {
        Self
    }
}

impl Processor for Filed {
    type Params = FiledParams;
    fn process(&mut self, _: &mut FiledParams, _: &mut Audio<'_>, _: &mut Context<'_>) {}
}

/// A plugin that reads a file.
pub fn filed() -> Arc<Description> {
    Arc::new(Description::of::<Filed>("").unwrap())
}
