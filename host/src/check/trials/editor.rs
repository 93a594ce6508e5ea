//! The editor, where there is one and a display.

use std::rc::Rc;
use std::time::{Duration, Instant};

use super::support;
use crate::check::context::{Outcome, Trial};
use crate::check::rules;
use crate::gui::{EditorSetup, Refusal, View, Window};

/// How long each stays open.
const OPEN: Duration = Duration::from_millis(300);

pub(super) fn run(trial: &mut Trial) -> Outcome {
    if std::env::var_os("DISPLAY").is_none_or(|display| display.is_empty()) {
        return trial.skip("there is no X11 display");
    }
    let place = support::place(trial)?;
    let mut rig = support::load(trial, &place)?;
    let setup = EditorSetup { title: "check".into(), ..EditorSetup::default() };
    // Some displays begin anew when their last program has left; this connection stays meanwhile.
    let _stays = match Window::open("check", [16, 16], None) {
        Ok(window) => window,
        Err(reason) => return trial.skip(reason),
    };
    for time in 1..=3 {
        trial.step(format!("opening its editor for the {time}. time"));
        let window = match Window::open(&setup.title, [400, 300], None) {
            Ok(window) => Rc::new(window),
            Err(reason) => return trial.skip(reason),
        };
        match rig.plugin().view(&window, &setup) {
            Ok(mut view) => {
                if view.is_inside() {
                    window.show();
                }
                trial.step(format!("showing its editor for the {time}. time"));
                serve(&mut *view, &window)?;
                trial.step(format!("closing its editor for the {time}. time"));
            }
            Err(refused) => match refused.refusal {
                Refusal::Broken | Refusal::Blank => {
                    trial.find(&rules::EDITOR_BROKEN, refused.reason);
                    return Ok(());
                }
                Refusal::Display | Refusal::None | Refusal::Foreign => return trial.skip(refused.reason),
            },
        }
        let [width, height] = window.size();
        let odd = |side: u32| !(8..=8192).contains(&side);
        trial.find_if(odd(width) || odd(height), &rules::EDITOR_SIZE, || {
            format!("the editor is {width}x{height} pixels")
        });
    }
    Ok(())
}

fn serve(view: &mut dyn View, window: &Window) -> Outcome {
    let end = Instant::now() + OPEN;
    while Instant::now() < end {
        window.rest(view.due().unwrap_or(OPEN).min(Duration::from_millis(16)));
        window.happenings()?;
        // Nobody looks which of them are ready: they do not block.
        if !view.serve(&[]) {
            return Ok(());
        }
        for deed in view.deeds() {
            if let crate::gui::Deed::Wish(size) = deed {
                window.resize(size);
            }
        }
    }
    Ok(())
}
