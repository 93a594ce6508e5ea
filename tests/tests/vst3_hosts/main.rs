//! What single VST3 hosts do and others don't, and that plugins are at home there: a file for each, named after the
//! host. The hosts themselves are not needed for it. `docs/hosts.md` lists all that is known, and what is shown
//! elsewhere, in the hosts themselves among others.
#![allow(unsafe_code)]
#![allow(clippy::unnecessary_cast, reason = "Steinberg's enums are signed on Windows only")]
#![allow(non_upper_case_globals, reason = "Steinberg's names")]

mod any_zero_size_read;
mod ardour_default_arrangement;
mod ardour_latency;
mod ardour_positions;
mod ardour_ranges;
mod ardour_reenters;
mod ardour_run_loop_of_the_view;
mod ardour_values_are_floats;
mod bitwig_reparents;
mod carla_polls_for_writing;
mod cubase_category;
mod fl_studio_one_point;
mod live_edits_within_gestures;
mod live_main_output;
mod plugins;
mod reaper_resizes_from_its_run_loop;
mod wavelab_bus_counts;
