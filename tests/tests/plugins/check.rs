//! Whatever is known to make plugins fail, tried with each plugin: NaN, infinity and what is left of them a block
//! later, denormals, rates from 8 to 384 kHz, blocks without frames, bypass, states, memory taken while processing.

use dyad_tests::sound::Format;
use dyad_tests::{bundle, command};

use crate::{EFFECTS, PLAYERS};

#[test]
fn nothing_is_found_against_any_plugin() {
    for plugin in EFFECTS.into_iter().chain(PLAYERS) {
        for format in Format::ALL {
            let mut program = bundle::host();
            program.arg("check").arg(format.bundle(plugin)).args(["--strict", "--skip", "editor"]);
            let said = command::run(&mut program).expect_success(&format!("the check of {plugin}"));
            assert!(said.out.contains(": 0 errors, 0 warnings"), "{}", said.all());
        }
    }
}
