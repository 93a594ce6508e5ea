//! VST3's own rules: factory, buses, parameters, and the calls that only VST3 has.

mod buses;
mod calls;
mod factory;
mod parameters;
mod peer;
mod process;
mod texts;

pub(crate) use buses::buses;
pub(crate) use calls::calls;
pub(crate) use factory::factory;
pub(crate) use parameters::parameters;
pub(crate) use process::process;

use crate::check::rules::rules;

/// All of them.
pub(crate) fn rules() -> &'static [&'static crate::check::Rule] {
    VST3
}

rules! { VST3:
    CLASS_INDEX = "class-index" Note, "a class index that is none is refused", "VST3, IPluginFactory::getClassInfo";
    CLASS_ID = "class-id-duplicate" Error, "classes have ids of their own", "VST3, PClassInfo::cid";
    CLASS_INFO = "class-info-differs" Error, "all class descriptions have the same id", "VST3, IPluginFactory2 and IPluginFactory3";
    CATEGORY = "category-empty" Warning, "a plugin says what kind it is", "VST3, PClassInfo2::subCategories; Cubase takes such a class for a broken one";
    UNKNOWN_CLASS = "unknown-class-created" Error, "of a class that there is not no object is made", "VST3, IPluginFactory::createInstance";
    CONTROLLER = "controller-missing" Error, "the controller class that the component names can be created", "VST3, IComponent::getControllerClassId";
    NO_CONTROLLER = "controller-none" Note, "a plugin has a controller", "VST3, IEditController: no parameters and no editor without";
    BUS_INDEX = "bus-index" Note, "a bus index that is none is refused", "VST3, IComponent::getBusInfo";
    BUS_INFO = "bus-info" Error, "a bus has the type and direction that were asked for, and no less than no channels", "VST3, IComponent::getBusInfo";
    BUS_MAIN = "bus-main-not-first" Warning, "the main bus is the first", "VST3, BusTypes; hosts wire the first one";
    MAIN_OUTPUT = "main-output-missing" Warning, "there is a main output", "Live refuses the plugin";
    EVENTS_ONLY = "events-only" Note, "there is audio", "Live refuses a plugin that has events alone";
    BUS_CHANNELS = "bus-channels" Error, "a bus has as many channels as its arrangement", "VST3, IAudioProcessor::getBusArrangement";
    ARRANGEMENT = "arrangement-not-kept" Error, "an arrangement that was accepted is what the bus has", "VST3, IAudioProcessor::setBusArrangements";
    PARAMETER_INDEX = "parameter-index" Warning, "a parameter index that is none is refused", "VST3, IEditController::getParameterInfo";
    PARAMETER_RESERVED = "parameter-id-reserved" Error, "a parameter's id is below 2^31", "VST3, ParameterInfo::id: the rest is the host's";
    STEPS = "parameter-steps" Error, "a step count is 0 or more", "VST3, ParameterInfo::stepCount";
    LIST_STEPS = "list-without-steps" Warning, "a list has steps", "VST3, kIsList";
    BYPASS_TWICE = "bypass-duplicate" Error, "there is one bypass at most", "VST3, kIsBypass";
    BYPASS_STEPS = "bypass-steps" Warning, "a bypass has one step", "VST3, kIsBypass";
    READ_ONLY_AUTOMATED = "read-only-automatable" Warning, "what is only read can't be automated", "VST3, kIsReadOnly and kCanAutomate";
    UNIT = "unit-missing" Error, "a parameter's unit is there", "VST3, ParameterInfo::unitId and IUnitInfo";
    UNIT_PARENT = "unit-parent-missing" Error, "a unit's parent is there", "VST3, UnitInfo::parentUnitId";
    UNTERMINATED = "text-unterminated" Error, "texts end with a zero", "VST3, String128: hosts read on";
    NORMALIZED_OUTSIDE = "normalized-out-of-range" Error, "normalized values lie within 0 and 1", "VST3, ParamValue";
    NORMALIZED_ROUND = "normalized-round-trip" Error, "a value to plain and back is the same", "VST3, normalizedParamToPlain and plainParamToNormalized; Ardour reads ranges there";
    RANGE_DOWNWARD = "range-downward" Note, "plain values grow with normalized ones", "Ardour reads ranges from 0 and 1";
    VALUE_TEXT = "value-without-text" Warning, "a value can be shown as text", "VST3, getParamStringByValue";
    TEXT_ROUND = "text-round-trip" Note, "a value's text is read as that value", "VST3, getParamValueByString: users type values";
    IDENTITY = "identity" Warning, "all interfaces of an object lead to the same FUnknown", "VST3, FUnknown::queryInterface, as in COM";
    UNKNOWN_INTERFACE = "unknown-interface" Error, "an interface that nobody knows is refused", "VST3, FUnknown::queryInterface";
    SAMPLE_SIZE = "sample-size" Error, "32-bit samples can be processed", "VST3, canProcessSampleSize";
    SAMPLE_SIZE_ODD = "sample-size-unknown" Warning, "an unknown sample size is refused", "VST3, canProcessSampleSize";
    STREAM_OFFSET = "state-stream-offset" Error, "a state is read from where the stream stands", "VST3, IComponent::setState; Bitwig's streams begin behind a header";
    TOLD_TWICE = "component-state-twice" Error, "telling the controller the component's state again changes nothing", "VST3, setComponentState; Ardour does it whenever it likes";
    VIEW_NAME = "view-unknown" Note, "there is a view for the name editor alone", "VST3, IEditController::createView";
    FLUSH = "flush-refused" Error, "parameters are taken in a block of no frames", "VST3, IAudioProcessor::process; Live flushes like that, with null for buffers";
    LISTS = "null-lists-refused" Error, "a block without lists and context is processed", "VST3, ProcessData: they may be null";
    IN_PLACE = "vst3-in-place-differs" Error, "the sound is the same when input and output are the same memory", "VST3, AudioBusBuffers: hosts process in place";
    DOUBLE = "double-differs" Error, "64-bit samples, where they are promised, sound as 32-bit ones do", "VST3, canProcessSampleSize";
}
