//! The features this host offers to LV2 plugins, and their data.

use std::ffi::{CString, c_void};
use std::sync::Arc;

use lv2_raw::LV2Feature;
use lv2_sys::{LV2_Log_Log, LV2_URID_Map, LV2_URID_Unmap, LV2_Worker_Schedule};

use super::options::Options;
use super::paths::Paths;
use super::urid::Urids;
use super::worker::Worker;
use super::{log, uris};
use crate::child::Arguments;

/// Features without data: promises of the host, or properties that no host has to do a thing for.
const PLAIN: [&str; 5] = [
    uris::BOUNDED_BLOCK_LENGTH,
    uris::LOAD_DEFAULT_STATE,
    uris::THREAD_SAFE_RESTORE,
    uris::IN_PLACE_BROKEN,
    uris::HARD_RT_CAPABLE,
];

/// Features with data.
const WITH_DATA: [&str; 8] = [
    uris::URID_MAP,
    uris::URID_UNMAP,
    uris::OPTIONS,
    uris::WORKER_SCHEDULE,
    uris::LOG,
    uris::MAP_PATH,
    uris::MAKE_PATH,
    uris::FREE_PATH,
];

/// Whether a plugin that requires this feature can be loaded.
pub(super) fn offered(uri: &str) -> bool {
    PLAIN.contains(&uri) || WITH_DATA.contains(&uri)
}

/// All features of one plugin instance. What they point to is boxed and stays where it is.
pub(super) struct Features {
    pub(super) urids: Box<Urids>,
    pub(super) worker: Arc<Worker>,
    pub(super) map: Box<LV2_URID_Map>,
    _unmap: Box<LV2_URID_Unmap>,
    _options: Options,
    _schedule: Box<LV2_Worker_Schedule>,
    _log: Box<LV2_Log_Log>,
    _paths: Paths,
    _names: Vec<CString>,
    instance: Vec<LV2Feature>,
    /// Those for saving and restoring: without the worker, so that a restore is complete when it
    /// returns.
    state: Vec<LV2Feature>,
}

impl Features {
    pub(super) fn new(arguments: &Arguments) -> Self {
        let urids = Box::new(Urids::default());
        let handle = std::ptr::from_ref(&*urids).cast_mut().cast::<c_void>();
        let map = Box::new(LV2_URID_Map { handle, map: Some(Urids::map_callback) });
        let unmap = Box::new(LV2_URID_Unmap { handle, unmap: Some(Urids::unmap_callback) });
        let options = Options::new(&urids, arguments);
        let worker = Worker::new();
        let schedule = Box::new(worker.schedule());
        let log = Box::new(log::feature());
        let paths = Paths::new(arguments.files.as_deref());
        let data: [*mut c_void; 8] = [
            address(&*map),
            address(&*unmap),
            options.as_ptr(),
            address(&*schedule),
            address(&*log),
            address(&*paths.map),
            address(&*paths.make),
            address(&*paths.free),
        ];
        let mut names = Vec::new();
        let mut feature = |uri: &str, data: *mut c_void| {
            let name = CString::new(uri).unwrap_or_default();
            let feature = LV2Feature { uri: name.as_ptr(), data };
            names.push(name);
            feature
        };
        let with_data = WITH_DATA.iter().zip(data);
        let mut instance: Vec<_> = with_data.clone().map(|(uri, data)| feature(uri, data)).collect();
        instance.extend(PLAIN.iter().map(|uri| feature(uri, std::ptr::null_mut())));
        let state = with_data
            .filter(|(uri, _)| **uri != uris::WORKER_SCHEDULE)
            .map(|(uri, data)| feature(uri, data))
            .collect();
        Self {
            urids,
            worker,
            map,
            _unmap: unmap,
            _options: options,
            _schedule: schedule,
            _log: log,
            _paths: paths,
            _names: names,
            instance,
            state,
        }
    }

    /// For instantiating.
    pub(super) fn instance(&self) -> &[LV2Feature] {
        &self.instance
    }

    /// For saving and restoring.
    pub(super) fn state(&self) -> &[LV2Feature] {
        &self.state
    }
}

fn address<T>(data: &T) -> *mut c_void {
    std::ptr::from_ref(data).cast_mut().cast()
}
