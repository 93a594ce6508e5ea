//! Whether screen readers can read the page.
//!
//! GTK's bridge to them asks for a bus, and waits where there is none. So it is kept off unless there is
//! one: `AT_SPI_BUS_ADDRESS` names it, or the display's root window does, on which the bus leaves its
//! address. `DYAD_A11Y=1` says that there is one all the same, `DYAD_A11Y=0` that it is not to be used.

use crate::confine;
use crate::parent::Display;

/// Decides, before GTK starts.
pub(crate) fn decide(display: &Display) {
    let wanted = match std::env::var("DYAD_A11Y").as_deref() {
        Ok("0") => false,
        Ok("1") => true,
        _ => {
            std::env::var_os("AT_SPI_BUS_ADDRESS").is_some_and(|address| !address.is_empty())
                || display.has_reader_bus()
        }
    };
    if !wanted {
        confine::set_variable("NO_AT_BRIDGE", "1");
    }
}
