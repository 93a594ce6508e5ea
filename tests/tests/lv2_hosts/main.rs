//! What single LV2 hosts do and others don't, and that plugins are at home there: a file for each, named after
//! the host. The hosts themselves are not needed for it. `docs/hosts.md` lists all that is known, and what is
//! shown elsewhere, in the hosts themselves among others.
#![allow(unsafe_code)]

mod ardour_automatable;
mod ardour_editor_features;
mod ardour_longer_blocks;
mod ardour_no_gtk;
mod ardour_optional_features;
mod ardour_patch_get;
mod ardour_required_features;
mod ardour_splits_blocks;
mod carla_output_buffer_sizes;
mod carla_show_interface;
mod jalv_control_port;
mod patch;
mod qtractor_locale;
mod qtractor_saves_often;
mod qtractor_slow_idle;
mod reaper_defaults;
mod reaper_editor_resizes;
mod reaper_numbers_are_ports;
mod reaper_restores_under_an_open_editor;
mod reaper_transport_with_midi;
mod world;
