//! Where LV2 plugins are found: one bundle, or all of `LV2_PATH`.
#![allow(unsafe_code)]

use std::path::Path;

use lilv::World;
use lilv::instance::Instance;
use lilv::node::Node;
use lilv::plugin::Plugin;
use lv2_raw::LV2Feature;

use super::features::{self, Features};
use super::instance::{self, Parts};
use super::{describe, options, ports, uris};
use crate::child::{Arguments, Hosted, Room};
use crate::info::{BusKind, PluginSummary, main_channels};

/// The LV2 data that was asked for.
pub(crate) struct Bundle {
    pub(super) world: World,
    /// None in a bundle that holds something else, such as a specification.
    plugins: Vec<Plugin>,
}

impl Bundle {
    /// Reads the bundle at a path, or finds the plugin with a URI.
    pub(crate) fn open(location: &str) -> Result<Self, String> {
        let world = World::new();
        if !Path::new(location).is_absolute() {
            return Self::by_uri(world, location);
        }
        let folder = Path::new(location);
        if !folder.join("manifest.ttl").is_file() {
            return Err("the bundle has no manifest.ttl".into());
        }
        if location.contains(char::is_control) {
            return Err("the bundle's path holds a line break or another control character, which the \
                        LV2 library does not read"
                .into());
        }
        // The trailing slash is what makes the URI a folder's.
        world.load_bundle(&world.new_file_uri(None, &format!("{location}/")));
        let plugins: Vec<_> = world.plugins().iter().collect();
        if plugins.is_empty() && !holds(&world, None) {
            return Err("the bundle's manifest.ttl lists nothing, or is not valid Turtle".into());
        }
        Ok(Self { world, plugins })
    }

    fn by_uri(world: World, uri: &str) -> Result<Self, String> {
        world.load_all();
        // Compared as text: lilv makes no node of what is no proper URI.
        let plugin = world.plugins().iter().find(|plugin| plugin.uri().as_uri() == Some(uri));
        let plugin = plugin.ok_or("no installed LV2 plugin has this URI (searched along LV2_PATH)")?;
        Ok(Self { world, plugins: vec![plugin] })
    }

    pub(super) fn choose(&self, id: Option<&str>) -> Result<&Plugin, String> {
        let Some(id) = id else {
            return match self.plugins.as_slice() {
                [only] => Ok(only),
                [] => Err(without_plugins(&self.world).into()),
                several => {
                    Err(format!("the bundle holds {} plugins; choose one with --class URI", several.len()))
                }
            };
        };
        if self.plugins.is_empty() {
            return Err(without_plugins(&self.world).into());
        }
        self.plugins.iter().find(|plugin| text(Some(plugin.uri())) == id).ok_or_else(|| {
            let ids: Vec<_> = self.plugins.iter().map(|p| text(Some(p.uri()))).collect();
            format!("no plugin {id} in it, only {}", ids.join(", "))
        })
    }

    fn check_requirements(&self, plugin: &Plugin) -> Result<(), String> {
        for feature in plugin.required_features().iter() {
            let uri = text(Some(feature));
            if !features::offered(&uri) {
                return Err(format!("it requires the feature {uri}, which this host does not offer"));
            }
        }
        for option in plugin.value(&self.world.new_uri(uris::REQUIRED_OPTION)).iter() {
            let uri = text(Some(option));
            if !options::OFFERED.contains(&uri.as_str()) {
                return Err(format!("it requires the option {uri}, which this host does not offer"));
            }
        }
        Ok(())
    }
}

impl Room for Bundle {
    fn scan(&self) -> Result<Vec<PluginSummary>, String> {
        self.plugins
            .iter()
            .map(|plugin| {
                let id = text(Some(plugin.uri()));
                if !plugin.verify() {
                    // Loading it says what is missing; the others can still be listed.
                    let name = id.clone();
                    return Ok(PluginSummary {
                        id,
                        name,
                        main_inputs: None,
                        main_outputs: None,
                        sidechains: None,
                    });
                }
                let ports = ports::read(&self.world, plugin, 48_000.0)?;
                let buses = describe::Buses::new(&self.world, plugin, &ports);
                let beside = buses.inputs.list.iter().filter(|bus| bus.kind == BusKind::Aux);
                let sidechains = beside.count();
                Ok(PluginSummary {
                    id,
                    name: text(Some(plugin.name())),
                    main_inputs: Some(main_channels(&buses.inputs.list)),
                    main_outputs: Some(main_channels(&buses.outputs.list)),
                    sidechains: Some(sidechains as u32),
                })
            })
            .collect()
    }

    fn load(&self, id: Option<&str>, arguments: &Arguments) -> Result<Box<dyn Hosted>, String> {
        let plugin = self.choose(id)?;
        if !plugin.verify() {
            return Err("its Turtle data is incomplete: a plugin needs a name, a library and ports \
                        with symbols, names and classes"
                .into());
        }
        self.check_requirements(plugin)?;
        // Kept open until lilv has it open too: closing it in between would run its destructors.
        let _library = check_library(plugin)?;
        let ports = ports::read(&self.world, plugin, f64::from(arguments.rate))?;
        let features = Features::new(arguments);
        // SAFETY: the features live as long as the instance, which owns them from here on.
        let instance = unsafe { instantiate(plugin, f64::from(arguments.rate), features.instance()) }?;
        let parts = Parts { world: &self.world, plugin, ports, instance, features };
        Ok(Box::new(instance::Instance::new(parts, arguments)?))
    }
}

/// What a bundle is that lists no plugin.
fn without_plugins(world: &World) -> &'static str {
    if holds(world, Some(uris::SPECIFICATION)) {
        "this is an LV2 specification, which describes an extension and holds no plugin"
    } else if holds(world, Some(uris::PRESET)) {
        "the bundle holds presets only, no plugin"
    } else {
        "the bundle's manifest.ttl lists no plugin"
    }
}

/// Whether there is something of a class, or of any.
fn holds(world: &World, class: Option<&str>) -> bool {
    let class = class.map(|class| world.new_uri(class));
    world.ask(None, Some(&world.new_uri(uris::TYPE)), class.as_ref())
}

/// Opens the plugin's library once before lilv does, to be able to say what is wrong with it.
fn check_library(plugin: &Plugin) -> Result<libloading::Library, String> {
    let path = plugin.library_uri().and_then(|uri| uri.path()).map(|(_host, path)| path);
    let path = path.ok_or("its lv2:binary is no file")?;
    if !Path::new(&path).is_file() {
        return Err(format!("its library {path} does not exist"));
    }
    // SAFETY: loading runs the library's initialisers; running this plugin is what the process is
    // for.
    let library = unsafe { libloading::Library::new(&path) };
    let library = library.map_err(|e| format!("its library does not load: {e}"))?;
    // SAFETY: the symbols are only looked for, never called through these types.
    let found = unsafe {
        library.get::<unsafe extern "C" fn()>(b"lv2_descriptor\0").is_ok()
            || library.get::<unsafe extern "C" fn()>(b"lv2_lib_descriptor\0").is_ok()
    };
    if found {
        Ok(library)
    } else {
        Err(format!("its library {path} has no entry point: expected lv2_descriptor"))
    }
}

/// Instantiates a plugin. An exception that leaves it ends the process: further up it would find the lock that lilv
/// holds meanwhile, and wait for it for ever.
///
/// # Safety
/// The features must live as long as the instance.
pub(super) unsafe fn instantiate(
    plugin: &Plugin,
    rate: f64,
    features: &[LV2Feature],
) -> Result<Instance, String> {
    struct Unwound;
    impl Drop for Unwound {
        fn drop(&mut self) {
            eprintln!("dyad-host: an exception left the plugin while it was instantiated");
            std::process::abort();
        }
    }
    let unwound = Unwound;
    // SAFETY: as the caller promises.
    let instance = unsafe { plugin.instantiate(rate, features) };
    std::mem::forget(unwound);
    instance.ok_or_else(|| "the plugin refused to be instantiated".into())
}

/// A node's text; empty without one.
pub(super) fn text(node: Option<Node>) -> String {
    node.and_then(|node| node.as_str().map(str::to_owned)).unwrap_or_default()
}
