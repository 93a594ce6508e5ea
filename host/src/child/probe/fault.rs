//! How `__faulty__` and `__counting__` fail, for tests of those who must live with it.
#![allow(unsafe_code)]

use rustix::process::Signal;

use super::super::Block;
use crate::shared::{Memory, Status};

/// Follows the program changes of a block; most of them are the last thing that happens here.
pub(super) fn follow(block: &Block<'_>, memory: &Memory) {
    for message in block.midi {
        if let [0xC0, number] = message.bytes() {
            fail(*number, block.number, memory);
        }
    }
}

fn fail(way: u8, number: u32, memory: &Memory) {
    match way {
        1 => loop {
            let _ = rustix::process::kill_process(rustix::process::getpid(), Signal::SEGV);
        },
        #[allow(clippy::disallowed_methods, reason = "to wait for ever is what it is for")]
        2 => loop {
            std::thread::park();
        },
        3 => std::process::exit(0),
        4 => std::process::abort(),
        // Memory that is used, step by step.
        5 => {
            let mut all: Vec<Vec<u8>> = Vec::new();
            loop {
                all.push(vec![1; 1 << 20]);
            }
        }
        // Answers that nobody asked for, where the parent looks for numbers.
        6 => loop {
            memory.answer(number.wrapping_add(0x5EAD_BEEF), Status::Ok);
            std::thread::yield_now();
        },
        // Late, until somebody continues the process.
        7 => {
            // SAFETY: no more than a signal to this very thread, which it stops at before anything else; sent to
            // the process another thread could get it, and this one go on for a while.
            unsafe { libc::raise(libc::SIGSTOP) };
        }
        // What no audio thread does: it takes memory and gives it back, and it calls the system.
        8 => drop(std::hint::black_box(Box::new(way))),
        9 => {
            let _ = rustix::process::getppid();
        }
        _ => {}
    }
}
