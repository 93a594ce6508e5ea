//! Work that the audio thread asks for and others do.
//!
//! | module | holds |
//! |---|---|
//! | [`tasks`] | how an author declares tasks, and sends them |
//! | [`set`] | the tasks of one run, as the framework polls them |
//! | [`service`] | the one thread of a module that polls where the host does not |
//! | [`requests`] | what a plugin wants of its host |
//! | [`patience`] | how long something has waited |
//!
//! # Who runs a task
//!
//! ```text
//! Processor ── TaskSender::send ──> queue ──> TaskSet::poll_background   service thread, every 5 ms, or
//!  [audio-thread], no system call                                         when LV2's worker wakes it;
//!                                                                         or offline, the block itself
//!                                 queue ──> TaskSet::poll_main          whatever the host calls on its
//!                                                                         main thread; the service
//!                                                                         thread where it never does
//! closure ── handover::Sender ────> Processor                             results
//! ```
//!
//! The audio thread wakes nobody, since that would be a system call: the service thread looks by itself,
//! and it exists only while an instance with tasks runs.

mod mark;
mod monitor;
pub mod patience;
pub mod requests;
pub mod service;
pub mod set;
pub mod tasks;
mod thread;

pub use mark::here;
pub use requests::{Request, RequestSet, Requests};
pub use service::{Poll, Registration, Service};
pub use set::{Run, TaskSet, Worker};
pub use tasks::{TaskSender, Tasks};
