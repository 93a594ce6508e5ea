//! What a page can't do: everything but showing what it brought along.
#![allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "tests wait")]

mod common;

use std::os::fd::AsRawFd;

use common::{Program, Said, Screen, page};

/// Tries to get at all that is no page's, one after the other, and says what has come in. The network is
/// in `network.rs`.
const TRIES: &str = r##"
const loot = [];
addEventListener('message', (event) => loot.push(event.data));
const soon = (promise) => Promise.race([promise, new Promise((done) => setTimeout(done, 300))]);
const element = (kind, more) => new Promise((done) => {
  const made = document.createElement(kind);
  // What is refused may be said to have loaded: only what is in it counts.
  made.onload = () => {
    const inside = kind === 'iframe' || kind === 'object' ? made.contentDocument?.body?.textContent : kind !== 'link';
    if (inside) loot.push(kind + (more.src || more.data || ''));
    done();
  };
  made.onerror = done;
  for (const [name, value] of Object.entries(more)) made.setAttribute(name, value);
  let put = made;
  if (kind === 'source' || kind === 'track') {
    put = document.createElement('video');
    put.append(made);
    if (kind === 'track') made.track.mode = 'showing';
  }
  document.body.append(put);
  if (made.tagName === 'A') { made.textContent = 'x'; made.click(); setTimeout(done, 50); }
  if (made.tagName === 'FORM') { try { made.submit(); } catch {} setTimeout(done, 50); }
});
const get = (url, more) => fetch(url, more).then((r) => r.ok && r.text()).then((t) => { if (t) loot.push(url); }, () => {});
const xhr = (url) => new Promise((done) => {
  const x = new XMLHttpRequest();
  x.onload = () => { if (x.status < 300 && x.responseText) loot.push('xhr ' + url); done(); };
  x.onerror = done;
  try { x.open('GET', url); x.send(); } catch { done(); }
});
const go = (url) => { try { location.href = url; } catch {} try { location.replace(url); } catch {}
  try { window.open(url); } catch {} try { window.open(url, '_self'); } catch {} return new Promise((d) => setTimeout(d, 50)); };
(async () => {
  for (const url of ['file:///etc/passwd', 'dyad://localhost/../../etc/passwd', 'dyad://localhost/%2e%2e/%2e%2e/etc/passwd',
      'dyad:///etc/passwd', 'dyad://etc/passwd', "data:text/html,<script>parent.postMessage('frame','*')</script>", 'about:blank', 'javascript:1', 'blob:x', 'resource:///org', 'webkit://gpu']) {
    const all = [get(url), get(url, {mode: 'no-cors', method: 'POST', body: 'x'}), xhr(url), element('object', {data: url})];
    for (const kind of ['img', 'script', 'iframe', 'embed', 'video', 'audio', 'source', 'track', 'input'])
      if (!(kind === 'img' && /^(data|blob)/.test(url)) && !(kind === 'embed' && url === 'about:blank')) all.push(element(kind, kind === 'input' ? {src: url, type: 'image'} : {src: url}));
    for (const rel of ['stylesheet', 'preload', 'prefetch', 'dns-prefetch', 'preconnect', 'icon', 'manifest', 'modulepreload'])
      all.push(element('link', rel === 'preload' ? {rel, href: url, as: 'fetch'} : {rel, href: url}));
    await soon(Promise.all(all));
    for (const more of [{href: url}, {href: url, target: '_blank'}, {href: url, download: 'x'}, {href: '/none.html', ping: url}])
      await soon(element('a', more));
    for (const more of [{action: url, method: 'post'}, {action: url, target: '_blank'}]) await soon(element('form', more));
    await soon(element('meta', {'http-equiv': 'refresh', content: '0;url=' + url})); await go(url);
    try { navigator.sendBeacon(url, 'x'); } catch {}
    try { new EventSource(url); } catch {}
    try { new WebSocket(url.replace('http', 'ws')); } catch {}
    try { new Worker(url); } catch {}
    try { navigator.serviceWorker && await soon(navigator.serviceWorker.register(url)); } catch {}
    try { await soon(import(url)); loot.push('import ' + url); } catch {}
    document.body.style.backgroundImage = `url(${url})`;
    try { await soon(new FontFace('f', `url(${url})`).load()); } catch {}
  }
  try { new Function('loot.push("eval")')(); } catch {}
  try { eval('loot.push("eval")'); } catch {}
  const inline = document.createElement('script'); inline.textContent = 'loot.push("inline")'; document.body.append(inline);
  try { navigator.geolocation.getCurrentPosition(() => loot.push('place')); } catch {}
  try { Notification.requestPermission().then((p) => p === 'granted' && loot.push('notes')); } catch {}
  try { await soon(navigator.mediaDevices.getUserMedia({audio: true}).then(() => loot.push('microphone'))); } catch {}
  for (const name of ['RTCPeerConnection', 'webkitRTCPeerConnection']) if (name in window) loot.push(name);
  if (document.createElement('canvas').getContext('webgl')) loot.push('webgl');
  try { localStorage.setItem('a', 'b'); loot.push('storage'); } catch {}
  try { document.cookie = 'a=b'; if (document.cookie) loot.push('cookie'); } catch {}
  say({done: true, loot});
})();
window.dyadReceive = () => say([location.href, typeof loot, document.title].join());
"##;

#[test]
fn a_page_stays_where_it_is_and_gets_nothing() {
    let screen = Screen::new();
    let home = std::env::temp_dir().join(format!("dyad-webview-home-{}", std::process::id()));
    std::fs::create_dir_all(&home).unwrap();
    let window = screen.window(common::SIZE);
    let mut program = Program::start_with(Some(&screen.name), |command| {
        command.env("HOME", &home).env_remove("XDG_CACHE_HOME").env_remove("XDG_DATA_HOME");
    });
    assert!(matches!(program.next(), Said::Hello(_)));
    program.assets(&page("<title>Here</title>", TRIES));
    program.open(window);
    assert_eq!(program.heard(), r#"{"done":true,"loot":[]}"#);
    program.message("0");
    assert_eq!(program.heard(), "dyad://localhost/index.html,object,Here");
    // Nothing was written, but what libraries know of this machine: its letters, and its decoders.
    let mut written = Vec::new();
    let mut folders = vec![home.clone()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap().flatten() {
            let path = entry.path();
            match path.is_dir() {
                true => folders.push(path),
                false => written.push(path.strip_prefix(&home).unwrap().to_owned()),
            }
        }
    }
    written.retain(|path| {
        ![".cache/fontconfig", ".cache/gstreamer-1.0"].iter().any(|known| path.starts_with(known))
    });
    assert_eq!(written, Vec::<std::path::PathBuf>::new());
    std::fs::remove_dir_all(home).unwrap();
}

/// Whatever WebKit makes of the policy: the kernel refuses its processes the network.
#[test]
fn its_processes_are_filtered() {
    let screen = Screen::new();
    let (program, _window) = Program::shown(&screen, "", "painted();");
    let mut all = program.children();
    assert!(all.len() >= 2, "{all:?}");
    all.push(program.process());
    for process in all {
        assert_eq!(process.status("Seccomp"), "2", "{process:?}");
        assert_eq!(process.status("NoNewPrivs"), "1", "{process:?}");
    }
}

/// What a bundled host sets for its own libraries.
const HOSTS: [&str; 16] = [
    "LD_LIBRARY_PATH",
    "GTK_MODULES",
    "GTK_PATH",
    "GTK_EXE_PREFIX",
    "GTK_DATA_PREFIX",
    "GTK_IM_MODULE_FILE",
    "GDK_PIXBUF_MODULE_FILE",
    "GDK_PIXBUF_MODULEDIR",
    "GIO_EXTRA_MODULES",
    "GIO_MODULE_DIR",
    "GST_PLUGIN_PATH",
    "GST_PLUGIN_PATH_1_0",
    "GST_PLUGIN_SYSTEM_PATH",
    "GST_PLUGIN_SYSTEM_PATH_1_0",
    "GST_PLUGIN_SCANNER",
    "GST_REGISTRY",
];

/// What the host has open is not open there, and its socket is no child's.
#[test]
fn it_has_nothing_of_the_hosts() {
    let screen = Screen::new();
    let (ours, theirs) = std::os::unix::net::UnixStream::pair().unwrap();
    rustix::io::fcntl_setfd(&theirs, rustix::io::FdFlags::empty()).unwrap();
    let high = rustix::io::fcntl_dupfd_cloexec(&theirs, 200).unwrap();
    rustix::io::fcntl_setfd(&high, rustix::io::FdFlags::empty()).unwrap();
    let window = screen.window(common::SIZE);
    let mut program = Program::start_with(Some(&screen.name), |command| {
        command.envs(HOSTS.map(|name| (name, "/nowhere")));
        command.env("APPDIR", "/nowhere").env("FONTCONFIG_FILE", "/nowhere/fonts.conf");
        command.env("XDG_DATA_DIRS", "/nowhere/share:/usr/share").env("FONTCONFIG_PATH", "/etc/fonts");
    });
    drop((theirs, high));
    assert!(matches!(program.next(), Said::Hello(_)));
    // The other end is nobody's any more.
    let mut end = [rustix::event::PollFd::new(&ours, rustix::event::PollFlags::IN)];
    rustix::event::poll(&mut end, Some(&common::PATIENCE.try_into().unwrap())).unwrap();
    assert!(end[0].revents().contains(rustix::event::PollFlags::HUP), "fd {} is held", ours.as_raw_fd());
    program.assets(&page("", "painted();"));
    program.open(window);
    program.wait("painted");
    let socket = program.process().links().into_iter().find(|(fd, _)| *fd == 64).expect("the socket").1;
    for child in program.children() {
        assert!(!child.links().into_iter().any(|(_, link)| link == socket), "{child:?}");
        let environment = child.environment();
        assert_eq!(environment.get("XDG_DATA_DIRS").map(String::as_str), Some("/usr/share"));
        assert_eq!(environment.get("FONTCONFIG_PATH").map(String::as_str), Some("/etc/fonts"));
        let left = HOSTS.iter().chain(&["FONTCONFIG_FILE"]).filter(|name| environment.contains_key(**name));
        assert_eq!(left.collect::<Vec<_>>(), Vec::<&&str>::new());
    }
}

/// Its own files it gets, of every kind that the policy has.
#[test]
fn a_page_gets_its_own_files() {
    let screen = Screen::new();
    let html = "<img src=/a/picture.svg?x=1#y><p class=styled>Text</p><script type=module src=/module.js></script>";
    let script = "window.dyadReceive = () => {};";
    let mut assets = page(html, script);
    let module = "import { two } from '/a/two.js';
        const say = (value) => window.ipc.postMessage(JSON.stringify(value));
        await new Promise((done) => document.readyState === 'complete' ? done() : addEventListener('load', done));
        const data = await (await fetch('/a/data.json')).json();
        const none = (await fetch('/none.json')).status;
        const wasm = await (await fetch('/a/empty.wasm')).arrayBuffer();
        const kind = (await fetch('/a/empty.wasm')).headers.get('content-type');
        const font = await new FontFace('f', 'url(/a/font.ttf)').load().then(() => true, (e) => String(e));
        const blob = new Image(); blob.src = URL.createObjectURL(new Blob(['<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"3\" height=\"3\"/>'], {type: 'image/svg+xml'}));
        await blob.decode().catch(() => {});
        const worker = await new Promise((done) => { const w = new Worker('/a/worker.js'); w.onmessage = (e) => done(e.data); w.onerror = () => done('none'); });
        say([two, data.a, none, wasm.byteLength, kind, document.querySelector('img').naturalWidth, font, blob.width, worker].join());";
    let font = std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/../fonts/inter-regular.ttf")).unwrap();
    assets.extend([
        ("/module.js", module.as_bytes().to_vec()),
        ("/a/two.js", b"export const two = 2;".to_vec()),
        ("/a/worker.js", b"postMessage('worker')".to_vec()),
        ("/a/data.json", b"{\"a\":1}".to_vec()),
        ("/a/empty.wasm", b"\0asm\x01\0\0\0".to_vec()),
        ("/a/picture.svg", b"<svg xmlns='http://www.w3.org/2000/svg' width='7' height='7'/>".to_vec()),
        ("/a/font.ttf", font),
    ]);
    let (mut program, _window) = Program::show(&screen, &assets);
    assert_eq!(program.heard(), "2,1,404,8,application/wasm,7,true,3,worker");
}
