//! The features this host offers to LV2 editors, and their data.
//!
//! The plugin's handle is among them, because many editors of others ask for it: they run in the
//! plugin's own process here.

use std::ffi::{CString, c_void};

use lv2_sys::{
    LV2_Extension_Data_Feature, LV2_Feature, LV2_Log_Log, LV2_Options_Context_LV2_OPTIONS_INSTANCE,
    LV2_Options_Option, LV2_URID_Map, LV2_URID_Unmap, LV2UI_Port_Map, LV2UI_Port_Subscribe,
    LV2UI_Request_Value, LV2UI_Resize, LV2UI_Touch,
};

use super::controller::Controller;
use crate::gui::EditorSetup;
use crate::lv2::urid::Urids;
use crate::lv2::{log, uris};

/// Pictures in a second that editors are told to reckon with.
const RATE: f32 = 60.0;
/// Colours behind and of text, 0xRRGGBBAA.
const COLORS: [i32; 2] = [0x2020_20ff, i32::from_ne_bytes(0xe0e0_e0ff_u32.to_ne_bytes())];

/// All that have data.
const OFFERED: [&str; 13] = [
    uris::URID_MAP,
    uris::URID_UNMAP,
    uris::LOG,
    uris::OPTIONS,
    uris::UI_PARENT,
    uris::UI_RESIZE,
    uris::UI_TOUCH,
    uris::UI_PORT_MAP,
    uris::UI_PORT_SUBSCRIBE,
    uris::UI_REQUEST_VALUE,
    uris::UI_IDLE,
    uris::INSTANCE_ACCESS,
    uris::DATA_ACCESS,
];

/// Those that are promises only.
const PLAIN: [&str; 3] = [uris::UI_FIXED_SIZE, uris::UI_NO_USER_RESIZE, uris::UI_MAKE_RESIDENT];

/// Whether an editor that requires this feature can be shown.
pub(super) fn offered(uri: &str) -> bool {
    OFFERED.contains(&uri) || PLAIN.contains(&uri)
}

/// What the features need to know.
pub(in crate::lv2) struct Ground<'a> {
    pub(in crate::lv2) urids: &'a Urids,
    pub(in crate::lv2) controller: &'a Controller,
    pub(in crate::lv2) instance: *mut c_void,
    pub(in crate::lv2) data: LV2_Extension_Data_Feature,
    pub(in crate::lv2) window: u32,
    pub(in crate::lv2) rate: f32,
    pub(in crate::lv2) setup: &'a EditorSetup,
}

/// All features of one editor. What they point to is boxed and stays where it is.
pub(in crate::lv2) struct Features {
    _tables: Box<Tables>,
    _options: Options,
    _names: Vec<CString>,
    _list: Vec<LV2_Feature>,
    pointers: Vec<*const LV2_Feature>,
}

struct Tables {
    map: LV2_URID_Map,
    unmap: LV2_URID_Unmap,
    log: LV2_Log_Log,
    resize: LV2UI_Resize,
    touch: LV2UI_Touch,
    port_map: LV2UI_Port_Map,
    subscribe: LV2UI_Port_Subscribe,
    request: LV2UI_Request_Value,
    data: LV2_Extension_Data_Feature,
}

impl Features {
    /// The urids and the controller must outlive the editor that gets these.
    pub(in crate::lv2) fn new(ground: Ground<'_>) -> Self {
        let urids = std::ptr::from_ref(ground.urids).cast_mut().cast::<c_void>();
        let handle = ground.controller.as_ptr();
        let tables = Box::new(Tables {
            map: LV2_URID_Map { handle: urids, map: Some(Urids::map_callback) },
            unmap: LV2_URID_Unmap { handle: urids, unmap: Some(Urids::unmap_callback) },
            log: log::feature(),
            resize: LV2UI_Resize { handle, ui_resize: Some(Controller::resize) },
            touch: LV2UI_Touch { handle, touch: Some(Controller::touch) },
            port_map: LV2UI_Port_Map { handle, port_index: Some(Controller::port_index) },
            subscribe: LV2UI_Port_Subscribe {
                handle,
                subscribe: Some(Controller::subscribe),
                unsubscribe: Some(Controller::subscribe),
            },
            request: LV2UI_Request_Value { handle, request: Some(Controller::request_value) },
            data: ground.data,
        });
        let options = Options::new(ground.urids, ground.rate, ground.setup);
        let data: [*mut c_void; 13] = [
            address(&tables.map),
            address(&tables.unmap),
            address(&tables.log),
            options.list.as_ptr().cast_mut().cast(),
            ground.window as usize as *mut c_void,
            address(&tables.resize),
            address(&tables.touch),
            address(&tables.port_map),
            address(&tables.subscribe),
            address(&tables.request),
            std::ptr::null_mut(),
            ground.instance,
            address(&tables.data),
        ];
        let names: Vec<_> = OFFERED.iter().map(|uri| CString::new(*uri).unwrap_or_default()).collect();
        let list: Vec<_> =
            names.iter().zip(data).map(|(name, data)| LV2_Feature { URI: name.as_ptr(), data }).collect();
        let pointers = list.iter().map(std::ptr::from_ref).chain([std::ptr::null()]).collect();
        Self { _tables: tables, _options: options, _names: names, _list: list, pointers }
    }

    /// The list as C wants it, ended by a null.
    pub(super) fn as_ptr(&self) -> *const *const LV2_Feature {
        self.pointers.as_ptr()
    }
}

/// `options:options` of an editor, and the values it points to.
struct Options {
    _floats: Box<[f32; 3]>,
    _colors: Box<[i32; 2]>,
    _title: CString,
    list: Vec<LV2_Options_Option>,
}

impl Options {
    fn new(urids: &Urids, rate: f32, setup: &EditorSetup) -> Self {
        let floats = Box::new([rate, RATE, setup.scale.unwrap_or(1.0)]);
        let colors = Box::new(COLORS);
        let title = CString::new(setup.title.replace('\0', "")).unwrap_or_default();
        let option = |key: &str, kind: &str, size: usize, value: *const c_void| LV2_Options_Option {
            context: LV2_Options_Context_LV2_OPTIONS_INSTANCE,
            subject: 0,
            key: urids.map(key),
            size: size as u32,
            type_: urids.map(kind),
            value,
        };
        let number = |key, kind, value: *const c_void| option(key, kind, 4, value);
        let mut list = vec![
            number(uris::PARAM_SAMPLE_RATE, uris::FLOAT, (&raw const floats[0]).cast()),
            number(uris::UI_UPDATE_RATE, uris::FLOAT, (&raw const floats[1]).cast()),
            number(uris::UI_BACKGROUND, uris::INT, (&raw const colors[0]).cast()),
            number(uris::UI_FOREGROUND, uris::INT, (&raw const colors[1]).cast()),
            option(uris::UI_TITLE, uris::STRING, title.count_bytes() + 1, title.as_ptr().cast()),
        ];
        // Unsaid, editors look for the display's own.
        if setup.scale.is_some() {
            list.push(number(uris::UI_SCALE_FACTOR, uris::FLOAT, (&raw const floats[2]).cast()));
        }
        list.push(LV2_Options_Option {
            context: 0,
            subject: 0,
            key: 0,
            size: 0,
            type_: 0,
            value: std::ptr::null(),
        });
        Self { _floats: floats, _colors: colors, _title: title, list }
    }
}

fn address<T>(data: &T) -> *mut c_void {
    std::ptr::from_ref(data).cast_mut().cast()
}
