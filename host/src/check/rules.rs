//! Every rule, in one table for each group of trials.

use super::finding::Rule;

macro_rules! rules {
    ($table:ident: $($name:ident = $id:literal $severity:ident, $expected:literal, $reference:literal;)*) => {
        $(pub(crate) static $name: $crate::check::Rule = $crate::check::Rule {
            id: $id,
            severity: $crate::check::Severity::$severity,
            expected: $expected,
            reference: $reference,
        };)*
        pub(crate) static $table: &[&$crate::check::Rule] = &[$(&$name),*];
    };
}
pub(crate) use rules;

/// All of them, in the order of the documentation.
pub(crate) fn all() -> impl Iterator<Item = &'static Rule> {
    let tables = [ENDS, DESCRIPTION, LIFE, SOUND, PARAMETERS, STATE, REALTIME, EDITOR];
    tables
        .into_iter()
        .chain([crate::lv2::rules(), crate::vst3::rules()])
        .flat_map(|table| table.iter().copied())
}

rules! { ENDS:
    CRASHED = "crashed" Error, "a plugin never ends its host", "any host: the session is lost";
    HUNG = "hung" Error, "every call returns", "any host: sound or windows stop";
    EXITED = "exited" Error, "a plugin never ends its host's process", "any host: the session is lost";
    LOAD = "load-failed" Error, "the plugin can be instantiated", "LV2 core, instantiate(); VST3, IPluginFactory::createInstance";
    REFUSED = "refused" Error, "what both formats ask for is done", "LV2 core; VST3, IComponent and IAudioProcessor";
}

rules! { DESCRIPTION:
    NAME_EMPTY = "name-empty" Error, "the plugin has a name", "LV2 core, doap:name; VST3, PClassInfo::name";
    VENDOR_EMPTY = "vendor-empty" Note, "the plugin names its maker", "hosts sort plugins by maker";
    PARAMETER_ID = "parameter-id-duplicate" Error, "parameters have ids of their own", "LV2 core, lv2:symbol; VST3, ParameterInfo::id";
    PARAMETER_NAME = "parameter-name-empty" Warning, "every shown parameter has a name", "LV2 core, lv2:name; VST3, ParameterInfo::title";
    PARAMETER_NAME_TWICE = "parameter-name-duplicate" Note, "no two shown parameters have the same name", "users can't tell them apart in automation lists";
    RANGE = "range-inverted" Error, "a parameter's least value is not above its greatest", "LV2 core, lv2:minimum and lv2:maximum";
    RANGE_EMPTY = "range-empty" Warning, "a parameter that can be set has more than one value", "LV2 core, lv2:minimum; VST3, normalizedParamToPlain";
    RANGE_UNKNOWN = "range-unknown" Warning, "a parameter that can be set has a range", "LV2 core, lv2:minimum and lv2:maximum";
    DEFAULT_OUTSIDE = "default-out-of-range" Error, "a default lies within its range", "LV2 core, lv2:default; VST3, defaultNormalizedValue; Reaper refuses the plugin";
    POINT_OUTSIDE = "point-out-of-range" Warning, "a named value lies within the range", "LV2 core, lv2:scalePoint";
    POINT_TWICE = "point-duplicate" Warning, "named values differ in value and name", "LV2 core, lv2:scalePoint; VST3, kIsList";
    LIST_EMPTY = "list-without-points" Warning, "a list has names for its values", "LV2 core, lv2:enumeration; VST3, kIsList and stepCount";
    UNSTABLE = "description-changes" Error, "the description stays while nothing is done", "VST3, kParamTitlesChanged must be told; LV2 ports are fixed";
    LATENCY_HIGH = "latency-implausible" Warning, "the latency is below ten seconds", "hosts delay everything else by it";
}

rules! { LIFE:
    LEAK_FILES = "leaks-descriptors" Error, "an unloaded plugin leaves no open file", "any host: it runs out of descriptors";
    LEAK_THREADS = "leaks-threads" Error, "an unloaded plugin leaves no thread", "any host: the code that it runs is unmapped";
    LEAK_MEMORY = "leaks-memory" Error, "an unloaded plugin gives its memory back (256 KiB for each instance are too much)", "any host: sessions are opened and closed all day";
    LEAK_LITTLE = "leaks-some-memory" Note, "an unloaded plugin gives its memory back", "any host: sessions are opened and closed all day";
    NOT_INDEPENDENT = "instances-not-independent" Error, "what is set in one instance changes no other", "LV2 core; VST3: any number of instances";
    SOUND_NOT_INDEPENDENT = "sound-not-independent" Error, "an instance sounds the same whatever others do", "LV2 core; VST3: any number of instances";
}

rules! { SOUND:
    BLOCK_REFUSED = "block-refused" Error, "every block up to the longest is processed", "VST3, maxSamplesPerBlock; LV2 core, run()";
    SHORT_REFUSED = "short-blocks-refused" Note, "a host's longest block may be shorter than 64 frames", "VST3, maxSamplesPerBlock; LV2 buf-size, bufsz:maxBlockLength";
    OVERRUN = "writes-beyond-block" Error, "nothing is written behind the block's last frame", "any host: memory of others is overwritten";
    INPUT_WRITTEN = "writes-input" Error, "input buffers are only read", "LV2 core, lv2:InputPort; VST3: other plugins may read the same buffer";
    UNWRITTEN = "output-not-written" Error, "every frame of the main output is written", "any host: what was in the buffer is heard";
    NAN = "nan-output" Error, "finite input gives finite output", "any host: one NaN silences a mixer, or worse";
    LOUD = "output-explodes" Warning, "the output stays below +60 dBFS", "users' ears";
    DENORMAL = "denormal-output" Note, "no denormal numbers are put out", "they slow down what comes after";
    NOISE_FROM_SILENCE = "sound-from-silence" Note, "an effect at its defaults is silent for silence", "meters that move, files that never end";
    NO_RECOVERY = "no-recovery" Warning, "after bad input and a new activation the sound is finite again", "any host: only deleting the plugin helps";
    NO_RECOVERY_RUNNING = "no-recovery-running" Note, "after bad input the sound is finite again", "another plugin's one bad block silences this one for good";
    RESET = "reset-incomplete" Warning, "after deactivation and activation the sound begins anew", "LV2 core, activate(); VST3, setActive: tails of the last take are heard";
    NOT_DETERMINISTIC = "not-deterministic" Note, "two instances with the same input sound the same", "renderings differ";
    BLOCKS_DIFFER = "block-size-changes-sound" Warning, "the length of blocks is not heard", "renderings differ from what was heard";
    RATE_REFUSED = "rate-refused" Warning, "sample rates from 8 to 384 kHz work", "hosts of other rates can't load it";
    BYPASS = "bypass-changes-sound" Warning, "a bypassed effect gives out its input", "VST3, kIsBypass; LV2 core, lv2:enabled";
    LATENCY = "latency-wrong" Error, "the output is as late as was said", "VST3, getLatencySamples; LV2 core, lv2:latency: hosts line tracks up by it";
    LATENCY_UNCLEAR = "latency-unclear" Note, "the output is as late as was said", "VST3, getLatencySamples; LV2 core, lv2:latency";
    TAIL = "tail-longer" Note, "the sound ends with the tail that was said", "VST3, getTailSamples: renderings are cut there";
}

rules! { PARAMETERS:
    VALUE_LOST = "value-lost" Error, "a value that was set is the parameter's value, unless the plugin says that it has set another one", "VST3, setParamNormalized; LV2 core, control inputs belong to the host";
    VALUE_MOVED = "value-moved" Note, "setting one parameter leaves the others", "automation of the others is fought over";
    EVENTS_REFUSED = "events-refused" Error, "events in any number and of any kind are survived", "any host: users record what they like";
    OUTPUT_RANGE = "output-out-of-range" Warning, "a value that the plugin puts out lies within its range", "LV2 core, lv2:minimum and lv2:maximum; VST3, values from 0 to 1";
    BAD_EVENT_OUT = "midi-out-malformed" Warning, "MIDI that comes out begins with a status byte", "LV2 midi:MidiEvent; VST3, Event";
}

rules! { STATE:
    STATE_SAVE = "state-save-failed" Error, "the state can be saved", "LV2 state, save(); VST3, IComponent::getState";
    STATE_LOAD = "state-load-failed" Error, "a plugin loads what it has saved", "LV2 state, restore(); VST3, IComponent::setState";
    STATE_LOST = "state-loses-parameters" Error, "a loaded state brings all parameters back", "sessions come back different";
    STATE_DIFFERS = "state-differs" Warning, "a loaded state is saved as the same bytes", "hosts ask to save what nobody has changed";
    STATE_TWICE = "state-saved-differently" Note, "saving twice gives the same bytes", "hosts ask to save what nobody has changed";
    STATE_SAVE_CHANGES = "state-save-changes" Error, "saving changes nothing", "LV2 state, save(); VST3, IComponent::getState: hosts save at any time";
    STATE_GARBAGE = "state-garbage-changes" Note, "bytes that are no state are refused, and change nothing", "a damaged session";
    STATE_REFUSED = "state-refused-changes" Warning, "what is refused changes nothing", "a damaged session";
    STATE_SOUND = "state-changes-sound" Note, "a loaded state sounds as the saved one did", "sessions come back different";
}

rules! { REALTIME:
    ALLOCATES = "allocates-in-process" Error, "no memory is taken or given back while processing", "LV2 core, lv2:hardRTCapable; VST3, IAudioProcessor::process: drop-outs";
    ALLOCATES_SOFT = "allocates-in-process-soft" Warning, "no memory is taken or given back while processing", "drop-outs; the plugin does not claim to be fit for real time";
    ALLOCATES_ONCE = "allocates-in-first-block" Note, "no memory is taken or given back in the first block", "a drop-out when playing starts";
}

rules! { EDITOR:
    EDITOR_BROKEN = "editor-broken" Error, "an editor that is offered opens", "VST3, IEditController::createView; LV2 ui";
    EDITOR_SIZE = "editor-size" Warning, "an editor is larger than 8 and smaller than 8192 pixels each way", "the window can't be used";
}
