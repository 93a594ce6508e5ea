//! Names of notes, as Ardour asks for them.
#![allow(unsafe_code)]

use std::ffi::{CStr, CString, c_char, c_void};
use std::io::Write as _;
use std::process::{Command, Stdio};

use dyad_tests::lv2::{Module, Offers, Rig};

/// The interface of <http://ardour.org/lv2/midnam>.
#[repr(C)]
struct Midnam {
    midnam: unsafe extern "C" fn(*mut c_void) -> *mut c_char,
    model: unsafe extern "C" fn(*mut c_void) -> *mut c_char,
    free: unsafe extern "C" fn(*mut c_char),
}

fn interface(module: &Module, uri: &str) -> Option<&'static Midnam> {
    let descriptor = module.find(uri);
    let name = CString::new("http://ardour.org/lv2/midnam#interface").expect("a URI");
    // SAFETY: the plugin's own function, with a C string.
    let data = unsafe { (descriptor.extension_data.expect("it has extension data"))(name.as_ptr()) };
    // SAFETY: null or the interface, which lives as long as the module.
    unsafe { data.cast::<Midnam>().as_ref() }
}

#[test]
fn ardour_reads_the_names_of_notes() {
    let midnam = interface(Module::probe(), "urn:dyad:probe#stereo").expect("the probe has names");
    let rig = Rig::probe("stereo", Offers::default(), 64);
    // SAFETY: the plugin's functions as a host calls them: each text is read, and given back once.
    let (document, model) = unsafe {
        let (document, model) = ((midnam.midnam)(rig.handle), (midnam.model)(rig.handle));
        let texts = (CStr::from_ptr(document).to_owned(), CStr::from_ptr(model).to_owned());
        (midnam.free)(document);
        (midnam.free)(model);
        (midnam.free)(std::ptr::null_mut());
        texts
    };
    // Somebody else's reader of XML, in the way that hosts look names up: channel, set, list, note.
    let script = "
import sys, xml.etree.ElementTree as tree
root = tree.fromstring(sys.stdin.buffer.read())
device = root.find('MasterDeviceNames')
print(device.find('Model').text)
assigned = {a.get('Channel'): a.get('NameSet') for a in device.iter('ChannelNameSetAssign')}
lists = set()
for channel in range(1, 17):
    (names,) = [s for s in device.findall('ChannelNameSet') if s.get('Name') == assigned[str(channel)]]
    open = {c.get('Channel') for c in names.iter('AvailableChannel') if c.get('Available') == 'true'}
    assert str(channel) in open
    lists.add(names.find('UsesNoteNameList').get('Name'))
(notes,) = [l for l in device.findall('NoteNameList') if l.get('Name') in lists]
for note in notes:
    print(note.get('Number'), note.get('Name'))
";
    let mut python = Command::new("python3");
    python.args(["-X", "utf8", "-c", script]).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut python = python.spawn().expect("python3 runs; see ci/apt.txt");
    python.stdin.take().expect("a pipe").write_all(document.as_bytes()).expect("it reads");
    let output = python.wait_with_output().expect("it ends");
    assert!(output.status.success(), "{document:?}");
    let said = String::from_utf8(output.stdout).expect("text");
    assert_eq!(said.lines().collect::<Vec<_>>(), ["urn:dyad:probe", "36 Kick & \"Co\" <1>", "60 Mitte ü"]);
    assert_eq!(model.to_str(), Ok("urn:dyad:probe"), "the same as in the document");
}

#[test]
fn a_plugin_without_names_has_no_interface() {
    assert!(interface(Module::gain(), "urn:dyad:gain#stereo").is_none());
}
