//! The URIs this host knows.

/// The namespace of LV2's core.
pub(super) const LV2: &str = "http://lv2plug.in/ns/lv2core#";
/// `rdf:value`.
pub(super) const VALUE: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#value";
/// `rdf:type`.
pub(super) const TYPE: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type";

/// Of Dyad's own: what `timing` tells about.
pub(super) const TAIL_INTERFACE: &str = "urn:dyad:ns#tail";

macro_rules! uris {
    ($($name:ident = $prefix:literal $local:literal;)*) => {
        $(pub(super) const $name: &str = concat!("http://lv2plug.in/ns/", $prefix, $local);)*
    };
}

uris! {
    SPECIFICATION = "lv2core#" "Specification";
    AUDIO_PORT = "lv2core#" "AudioPort";
    CV_PORT = "lv2core#" "CVPort";
    CONTROL_PORT = "lv2core#" "ControlPort";
    INPUT_PORT = "lv2core#" "InputPort";
    OUTPUT_PORT = "lv2core#" "OutputPort";
    CONNECTION_OPTIONAL = "lv2core#" "connectionOptional";
    REPORTS_LATENCY = "lv2core#" "reportsLatency";
    DESIGNATION = "lv2core#" "designation";
    LATENCY = "lv2core#" "latency";
    ENABLED = "lv2core#" "enabled";
    FREE_WHEELING = "lv2core#" "freeWheeling";
    CONTROL = "lv2core#" "control";
    INTEGER = "lv2core#" "integer";
    TOGGLED = "lv2core#" "toggled";
    ENUMERATION = "lv2core#" "enumeration";
    SAMPLE_RATE = "lv2core#" "sampleRate";
    SCALE_POINT = "lv2core#" "scalePoint";
    SYMBOL = "lv2core#" "symbol";
    IS_SIDE_CHAIN = "lv2core#" "isSideChain";
    MINOR_VERSION = "lv2core#" "minorVersion";
    MICRO_VERSION = "lv2core#" "microVersion";
    IN_PLACE_BROKEN = "lv2core#" "inPlaceBroken";
    HARD_RT_CAPABLE = "lv2core#" "hardRTCapable";
    REQUIRED_FEATURE = "lv2core#" "requiredFeature";
    OPTIONAL_FEATURE = "lv2core#" "optionalFeature";

    NOT_AUTOMATIC = "ext/port-props#" "notAutomatic";
    NOT_ON_GUI = "ext/port-props#" "notOnGUI";
    EXPENSIVE = "ext/port-props#" "expensive";
    CAUSES_ARTIFACTS = "ext/port-props#" "causesArtifacts";

    GROUP = "ext/port-groups#" "group";
    SIDE_CHAIN_OF = "ext/port-groups#" "sideChainOf";
    MAIN_INPUT = "ext/port-groups#" "mainInput";
    MAIN_OUTPUT = "ext/port-groups#" "mainOutput";

    ATOM_PORT = "ext/atom#" "AtomPort";
    SUPPORTS = "ext/atom#" "supports";
    BUFFER_TYPE = "ext/atom#" "bufferType";
    SEQUENCE = "ext/atom#" "Sequence";
    CHUNK = "ext/atom#" "Chunk";
    OBJECT = "ext/atom#" "Object";
    FLOAT = "ext/atom#" "Float";
    DOUBLE = "ext/atom#" "Double";
    INT = "ext/atom#" "Int";
    LONG = "ext/atom#" "Long";
    STRING = "ext/atom#" "String";
    EVENT_TRANSFER = "ext/atom#" "eventTransfer";
    MINIMUM_SIZE = "ext/resize-port#" "minimumSize";

    MIDI_EVENT = "ext/midi#" "MidiEvent";

    POSITION = "ext/time#" "Position";
    BAR = "ext/time#" "bar";
    BAR_BEAT = "ext/time#" "barBeat";
    BEAT = "ext/time#" "beat";
    BEAT_UNIT = "ext/time#" "beatUnit";
    BEATS_PER_BAR = "ext/time#" "beatsPerBar";
    BEATS_PER_MINUTE = "ext/time#" "beatsPerMinute";
    FRAME = "ext/time#" "frame";
    SPEED = "ext/time#" "speed";

    URID_MAP = "ext/urid#" "map";
    URID_UNMAP = "ext/urid#" "unmap";

    OPTIONS = "ext/options#" "options";
    REQUIRED_OPTION = "ext/options#" "requiredOption";
    BOUNDED_BLOCK_LENGTH = "ext/buf-size#" "boundedBlockLength";
    MIN_BLOCK_LENGTH = "ext/buf-size#" "minBlockLength";
    MAX_BLOCK_LENGTH = "ext/buf-size#" "maxBlockLength";
    NOMINAL_BLOCK_LENGTH = "ext/buf-size#" "nominalBlockLength";
    SEQUENCE_SIZE = "ext/buf-size#" "sequenceSize";
    PARAM_SAMPLE_RATE = "ext/parameters#" "sampleRate";

    WORKER_SCHEDULE = "ext/worker#" "schedule";
    WORKER_INTERFACE = "ext/worker#" "interface";

    LOG = "ext/log#" "log";

    STATE = "ext/state#" "state";
    STATE_INTERFACE = "ext/state#" "interface";
    MAP_PATH = "ext/state#" "mapPath";
    MAKE_PATH = "ext/state#" "makePath";
    FREE_PATH = "ext/state#" "freePath";
    LOAD_DEFAULT_STATE = "ext/state#" "loadDefaultState";
    THREAD_SAFE_RESTORE = "ext/state#" "threadSafeRestore";

    PRESET = "ext/presets#" "Preset";

    INSTANCE_ACCESS = "ext/" "instance-access";
    DATA_ACCESS = "ext/" "data-access";

    UI = "extensions/ui#" "";
    UI_PARENT = "extensions/ui#" "parent";
    UI_RESIZE = "extensions/ui#" "resize";
    UI_TOUCH = "extensions/ui#" "touch";
    UI_PORT_MAP = "extensions/ui#" "portMap";
    UI_PORT_SUBSCRIBE = "extensions/ui#" "portSubscribe";
    UI_REQUEST_VALUE = "extensions/ui#" "requestValue";
    UI_IDLE = "extensions/ui#" "idleInterface";
    UI_FIXED_SIZE = "extensions/ui#" "fixedSize";
    UI_NO_USER_RESIZE = "extensions/ui#" "noUserResize";
    UI_MAKE_RESIDENT = "extensions/ui#" "makeSONameResident";
    UI_FLOAT_PROTOCOL = "extensions/ui#" "floatProtocol";
    UI_UPDATE_RATE = "extensions/ui#" "updateRate";
    UI_BACKGROUND = "extensions/ui#" "backgroundColor";
    UI_FOREGROUND = "extensions/ui#" "foregroundColor";
    UI_TITLE = "extensions/ui#" "windowTitle";
    UI_SCALE_FACTOR = "extensions/ui#" "scaleFactor";

    UNIT = "extensions/units#" "unit";
    UNIT_SYMBOL = "extensions/units#" "symbol";
    UNITS = "extensions/units#" "";
}
