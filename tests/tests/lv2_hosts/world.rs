//! What the Turtle of both bundles says, statement by statement, as sordi reads it.

use std::path::Path;
use std::process::Command;
use std::sync::OnceLock;

use dyad_core::{Bundle as _, Description, Plugin, Visitor};
use dyad_tests::command::run;
use dyad_tests::{bundle, probe, turtle};
use dyad_ttl::{PortKind, PortTable};

/// Names are shortened by these.
const PREFIXES: [(&str, &str); 14] = [
    ("atom", "http://lv2plug.in/ns/ext/atom#"),
    ("bufsz", "http://lv2plug.in/ns/ext/buf-size#"),
    ("lv2", "http://lv2plug.in/ns/lv2core#"),
    ("midi", "http://lv2plug.in/ns/ext/midi#"),
    ("opts", "http://lv2plug.in/ns/ext/options#"),
    ("patch", "http://lv2plug.in/ns/ext/patch#"),
    ("pprops", "http://lv2plug.in/ns/ext/port-props#"),
    ("rdf", "http://www.w3.org/1999/02/22-rdf-syntax-ns#"),
    ("rdfs", "http://www.w3.org/2000/01/rdf-schema#"),
    ("state", "http://lv2plug.in/ns/ext/state#"),
    ("time", "http://lv2plug.in/ns/ext/time#"),
    ("ui", "http://lv2plug.in/ns/extensions/ui#"),
    ("urid", "http://lv2plug.in/ns/ext/urid#"),
    ("work", "http://lv2plug.in/ns/ext/worker#"),
];

/// Statements: subject, predicate, object.
pub(crate) struct World(Vec<[String; 3]>);

/// Both bundles.
pub(crate) fn world() -> &'static World {
    static WORLD: OnceLock<World> = OnceLock::new();
    WORLD.get_or_init(|| {
        let folders = [bundle::lv2(), probe::built("probe.lv2")];
        let files = folders.iter().flat_map(|folder| turtle::files(folder));
        let all = World(files.enumerate().flat_map(|(number, file)| statements(&file, number)).collect());
        for uri in ["urn:dyad:gain#stereo", "urn:dyad:gain#mono", "urn:dyad:probe#stereo"] {
            assert!(all.plugins().contains(&uri), "the Turtle was understood");
        }
        all
    })
}

/// The statements of a file.
fn statements(file: &Path, number: usize) -> Vec<[String; 3]> {
    let said = run(Command::new("sordi").args(["-o", "ntriples"]).arg(file)).expect_success("sordi");
    read(&said.out, number)
}

/// The statements of a text with one a line, whose nodes without a name are told from those of other texts by
/// its number.
fn read(text: &str, number: usize) -> Vec<[String; 3]> {
    let term = |term: &str| {
        if let Some(uri) = term.strip_prefix('<').and_then(|rest| rest.strip_suffix('>')) {
            let short =
                |(prefix, whole): &(&str, &str)| Some(format!("{prefix}:{}", uri.strip_prefix(whole)?));
            return PREFIXES.iter().find_map(short).unwrap_or_else(|| uri.to_owned());
        }
        match term.strip_prefix('"').and_then(|rest| rest.rsplit_once('"')) {
            Some((literal, _)) => literal.to_owned(),
            None => format!("{number}{term}"),
        }
    };
    let statement = |line: &str| {
        let mut terms = line.strip_suffix(" .")?.splitn(3, ' ').map(term);
        Some([terms.next()?, terms.next()?, terms.next()?])
    };
    text.lines().map(|line| statement(line).unwrap_or_else(|| panic!("no statement: {line}"))).collect()
}

impl World {
    /// The world of one Turtle text, which is written to a file of this name.
    pub(crate) fn of(name: &str, text: &str) -> Self {
        let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        std::fs::write(&file, text).expect("a file can be written");
        Self(statements(&file, 0))
    }

    /// The objects of a subject's predicate, sorted.
    pub(crate) fn all(&self, subject: &str, predicate: &str) -> Vec<&str> {
        let of = self.0.iter().filter(|[s, p, _]| s == subject && p == predicate);
        let mut all: Vec<_> = of.map(|[.., object]| object.as_str()).collect();
        all.sort_unstable();
        all
    }

    /// The only one.
    #[track_caller]
    pub(crate) fn one(&self, subject: &str, predicate: &str) -> &str {
        let all = self.all(subject, predicate);
        let [one] = all[..] else { panic!("{subject} has not one {predicate}: {all:?}") };
        one
    }

    /// Whether it is so.
    pub(crate) fn says(&self, subject: &str, predicate: &str, object: &str) -> bool {
        self.all(subject, predicate).contains(&object)
    }

    /// All objects of a predicate.
    pub(crate) fn objects(&self, predicate: &str) -> Vec<&str> {
        self.0.iter().filter(|[_, p, _]| p == predicate).map(|[.., object]| object.as_str()).collect()
    }

    fn of_type(&self, kind: &str) -> Vec<&str> {
        let of = self.0.iter().filter(|[_, p, o]| p == "rdf:type" && o == kind);
        let mut all: Vec<_> = of.map(|[subject, ..]| subject.as_str()).collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    /// The URIs of all plugins.
    pub(crate) fn plugins(&self) -> Vec<&str> {
        self.of_type("lv2:Plugin")
    }

    /// The URIs of all editors.
    pub(crate) fn editors(&self) -> Vec<&str> {
        let all = self.of_type("ui:X11UI");
        assert!(!all.is_empty(), "there are editors");
        all
    }

    /// A plugin's ports of these types, in no order.
    pub(crate) fn ports(&self, plugin: &str, types: &[&str]) -> Vec<&str> {
        let mut all = self.all(plugin, "lv2:port");
        all.retain(|port| types.iter().all(|kind| self.says(port, "rdf:type", kind)));
        all
    }

    /// A number of a node.
    #[track_caller]
    pub(crate) fn number(&self, node: &str, predicate: &str) -> f64 {
        let text = self.one(node, predicate);
        text.parse().unwrap_or_else(|_| panic!("{predicate} is no number: {text}"))
    }
}

/// Every plugin of both bundles, as its crate describes it.
pub(crate) fn descriptions() -> Vec<Description> {
    struct All(Vec<Description>);
    impl Visitor for All {
        fn plugin<P: Plugin>(&mut self, lock: &'static str) {
            self.0.push(Description::of::<P>(lock).expect("it describes itself"));
        }
    }
    let mut all = All(Vec::new());
    ::gain::Bundle::visit(&mut all);
    ::probe::Bundle::visit(&mut all);
    all.0
}

/// Each port of every plugin: the plugin's URI, the node that describes the port, its place in the table, and
/// the description that the table is of.
pub(crate) fn each_port(mut with: impl FnMut(&str, &str, PortKind, &Description)) {
    for description in descriptions() {
        for layout in &description.layouts {
            let table = PortTable::new(&description, layout);
            let ports = world().ports(&table.uri, &[]);
            assert_eq!(ports.len(), table.ports.len(), "{}", table.uri);
            for port in ports {
                let index = world().number(port, "lv2:index") as usize;
                with(&table.uri, port, table.ports[index].kind, &description);
            }
        }
    }
}
