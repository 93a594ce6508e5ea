//! A page gets nowhere: what it tries, that it is no idle trying, and each of the three layers that are in
//! its way.
#![allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "tests wait")]

mod common;

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use common::{Program, Screen, page};

const ATTEMPTS: &str = include_str!("pages/attempts.js");
/// A worker that wants a script from there.
const WORKER: &str = "importScripts(decodeURIComponent(location.search.slice(1)))";

/// Where pages want to get: it notes who gets there.
struct Outside {
    port: u16,
    came: Arc<Mutex<BTreeSet<String>>>,
}

/// What a server answers: kind and content.
type Answer = (&'static str, String);

/// Serves what is asked for, until the tests end.
fn serve(answer: impl Fn(Option<&str>) -> Answer + Send + Sync + 'static) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let answer = Arc::new(answer);
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let answer = Arc::clone(&answer);
            std::thread::spawn(move || one(stream, &*answer));
        }
    });
    port
}

fn one(mut stream: TcpStream, answer: &dyn Fn(Option<&str>) -> Answer) {
    // That somebody is there is told at once, whatever is asked for.
    answer(None);
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let (mut first, mut line, mut length) = (String::new(), String::new(), 0);
    if reader.read_line(&mut first).is_err() {
        return;
    }
    while reader.read_line(&mut line).is_ok_and(|read| read > 2) {
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap_or(0);
        }
        line.clear();
    }
    let _ = reader.by_ref().take(length).read_to_end(&mut Vec::new());
    let Some(path) = first.split(' ').nth(1) else { return };
    let (kind, content) = answer(Some(path));
    let _ = write!(
        stream,
        "HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {}\r\nConnection: close\r\n\
         Access-Control-Allow-Origin: *\r\n\r\n{content}",
        content.len()
    );
}

impl Outside {
    fn new() -> Self {
        let came = Arc::new(Mutex::new(BTreeSet::new()));
        let notes = Arc::clone(&came);
        let port = serve(move |path| {
            let name = path.map_or("anybody", |path| path.trim_start_matches('/'));
            notes.lock().unwrap().insert(name.split('?').next().unwrap().to_owned());
            ("text/plain", "x".into())
        });
        Self { port, came }
    }

    fn came(&self) -> BTreeSet<String> {
        self.came.lock().unwrap().clone()
    }
}

/// A folder that goes with the test.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("dyad-webview-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Without these programs nothing would be shown.
#[track_caller]
fn needs(program: &str) {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let there = std::env::split_paths(&path).any(|folder| folder.join(program).exists());
    assert!(there, "{program} is missing; `make test` installs it");
}

/// The names in one of the tables of `attempts.js`.
fn names(table: &str) -> BTreeSet<String> {
    let begin = ATTEMPTS.find(&format!("const {table} = {{")).unwrap();
    let lines = ATTEMPTS[begin..].lines().skip(1).take_while(|line| *line != "};");
    let name = |line: &str| {
        let (name, rest) = line.strip_prefix("  ")?.split_once(':')?;
        (rest.starts_with(" (at) =>") && !name.starts_with(' ')).then(|| name.to_owned())
    };
    lines.filter_map(name).collect()
}

/// All of it is real: from a page without a policy, in a browser with a network, every attempt gets there.
#[test]
fn elsewhere_every_attempt_gets_there() {
    needs("chromium");
    let outside = Outside::new();
    // Nothing is asked for where one only connects.
    let connected = Outside::new();
    let all: BTreeSet<_> = ["ATTEMPTS", "LEAVING", "CLICKED"].into_iter().flat_map(names).collect();
    let (to, to_connect) = (outside.port, connected.port);
    let script = move |name: &str| {
        let port = if name == "preconnect" { to_connect } else { to };
        format!(
            "attempt({{...ATTEMPTS, ...LEAVING, ...CLICKED}}.{name}, 'http://127.0.0.1:{port}/{name}');\n"
        )
    };
    let document = |scripts: &str, more: &str| {
        format!("<body><script src=/attempts.js></script><script>{scripts}</script>{more}")
    };
    let stays: String = names("ATTEMPTS").iter().map(|name| script(name)).collect();
    let frame = |name: &String| format!("<iframe src='/frame?{name}'></iframe>");
    let frames: String =
        ["LEAVING", "CLICKED"].into_iter().flat_map(names).map(|name| frame(&name)).collect();
    let whole = document(&stays, &frames);
    let port =
        serve(move |path| match path.and_then(|path| path.split_once('?')).or(path.map(|p| (p, ""))) {
            Some(("/", _)) => ("text/html", whole.clone()),
            Some(("/attempts.js", _)) => ("text/javascript", ATTEMPTS.into()),
            Some(("/worker.js", _)) => ("text/javascript", WORKER.into()),
            Some(("/frame", name)) => ("text/html", document(&script(name), "")),
            _ => ("text/html", String::new()),
        });
    let folder = Folder::new("browser");
    let mut browser = Command::new("chromium")
        .args(["--headless", "--no-sandbox", "--disable-quic", "--disable-background-networking"])
        .args([
            "--disable-component-update",
            "--disable-sync",
            "--no-first-run",
            "--disable-popup-blocking",
        ])
        .args(["--disable-gpu", "--remote-debugging-port=0"])
        .arg(format!("--user-data-dir={}", folder.0.display()))
        .arg(format!("http://127.0.0.1:{port}/"))
        .env("HOME", &folder.0)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let end = Instant::now() + common::PATIENCE;
    let missing = || {
        let mut came = outside.came();
        if !connected.came().is_empty() {
            came.insert("preconnect".into());
        }
        all.difference(&came).cloned().collect::<Vec<_>>()
    };
    while !missing().is_empty() && Instant::now() < end {
        std::thread::sleep(Duration::from_millis(20));
    }
    let _ = browser.kill();
    let _ = browser.wait();
    assert_eq!(missing(), Vec::<String>::new());
}

/// Tries everything, tells what the policy says of it, and what has come in.
const TRY: &str = r##"
const out = 'http://127.0.0.1:PORT/';
const violated = {};
addEventListener('securitypolicyviolation', (event) => {
  // Of what would be a document of its own, only where it is from is told.
  const name = event.blockedURI.replace('ws:', 'http:').slice(out.length) || 'documents';
  (violated[name] ??= new Set()).add(event.effectiveDirective);
});
const clicked = Object.entries(CLICKED);
const wait = (time) => new Promise((done) => setTimeout(done, time));
const all = async (ways) => {
  for (const [name, way] of Object.entries(ways)) {
    attempt(way, (name === 'preconnect' ? 'http://127.0.0.1:CONNECT/' : out) + name);
    await wait(20);
  }
};
(async () => {
  await all(ATTEMPTS);
  await all(UNSEEN);
  await all(LEAVING);
  await all(CLICKED);
  await wait(500);
  say('click');
})();
addEventListener('mousedown', async () => {
  const [name, way] = clicked.shift();
  attempt(way, out + name);
  await wait(300);
  say('clicked ' + name);
});
window.dyadReceive = () => {
  const list = Object.entries(violated).map(([name, kinds]) => [name, [...kinds].sort().join()]);
  say({ place: location.href, title: document.title, violated: Object.fromEntries(list) });
};
"##;

/// Which part of the policy refuses which attempts.
const VIOLATED: &[(&str, &str)] = &[
    ("connect-src", "fetch fetch_post fetch_keepalive xhr eventsource websocket ping"),
    ("script-src-elem", "script module import modulepreload"),
    ("style-src-elem", "stylesheet"),
    ("img-src", "img srcset image_input svg_image poster background"),
    ("media-src", "video audio source track"),
    ("font-src", "font"),
    ("form-action", "form form_blank"),
    ("frame-src,object-src", "documents"),
];

/// The page with the attempts.
fn attempts(to: u16, to_connect: u16) -> Vec<(&'static str, Vec<u8>)> {
    let script = TRY.replace("PORT", &to.to_string()).replace("CONNECT", &to_connect.to_string());
    let mut files = page("<title>Here</title><div id=b>Click</div>", &format!("{ATTEMPTS}{script}"));
    files.push(("/worker.js", WORKER.into()));
    files
}

#[test]
fn here_none_gets_anywhere() {
    let screen = Screen::new();
    let (outside, connected) = (Outside::new(), Outside::new());
    let (mut program, _window) = Program::show(&screen, &attempts(outside.port, connected.port));
    program.wait("click");
    let windows = screen.shown(screen.root);
    for _ in names("CLICKED") {
        screen.click(1, [110.0, 120.0]);
        assert!(program.heard().starts_with("clicked "));
    }
    assert_eq!(screen.shown(screen.root), windows);
    program.message("0");
    let said: serde_json::Value = serde_json::from_str(&program.heard()).unwrap();
    assert_eq!((&said["place"], &said["title"]), (&"dyad://localhost/index.html#x".into(), &"Here".into()));
    // The first layer: what the policy has refused, each as what it is. The others are no matter of it.
    let violated = said["violated"].as_object().unwrap();
    for (directive, attempts) in VIOLATED {
        for attempt in attempts.split(' ') {
            assert_eq!(violated.get(attempt), Some(&(*directive).into()), "{attempt} in {violated:#?}");
        }
    }
    assert_eq!((outside.came(), connected.came()), Default::default());
}

/// What a program asks the kernel for that a network is reached by, or a name found: by `strace`.
fn traced(command: &mut Command, log: &PathBuf) -> Command {
    let mut traced = Command::new("strace");
    traced.args(["-f", "-qq", "-e", "trace=socket,connect,openat,sendto,sendmsg,sendmmsg", "-e"]);
    traced.args(["signal=none", "-o"]).arg(log).arg(command.get_program()).args(command.get_args());
    traced
}

/// Those lines of it that are one of these: the C library's ways to a name, and sockets of a network.
fn outward(log: &PathBuf) -> Vec<String> {
    const OUTWARD: [&str; 7] = [
        "AF_INET",
        "/etc/hosts",
        "/etc/resolv.conf",
        "nscd/socket",
        "io.systemd.Resolve",
        // What the last two are asked by, where they are not there or are refused.
        "SOCK_STREAM|SOCK_CLOEXEC|SOCK_NONBLOCK",
        ".test",
    ];
    let text = std::fs::read(log).unwrap();
    let text = String::from_utf8_lossy(&text);
    text.lines().filter(|line| OUTWARD.iter().any(|one| line.contains(one))).map(str::to_owned).collect()
}

/// The kernel is not even asked: not for a name, by which a page could tell what it knows, nor for a socket.
#[test]
fn no_name_is_looked_up() {
    needs("strace");
    let folder = Folder::new("trace");
    // What is looked for is to be seen where a name is looked up.
    let log = folder.0.join("getent");
    traced(Command::new("getent").args(["ahosts", "secret.dyad.test"]), &log).output().unwrap();
    assert!(outward(&log).iter().any(|line| line.contains("/etc/hosts")), "{:?}", outward(&log));

    let screen = Screen::new();
    let script = r#"
        const hosts = (name) => ['http', 'https'].map((scheme) => `${scheme}://${name}-${scheme}.dyad.test/`);
        const wait = (time) => new Promise((done) => setTimeout(done, time));
        const tables = {...ATTEMPTS, ...UNSEEN, ...LEAVING, ...CLICKED};
        for (const as of ['', 'font', 'script', 'style', 'image', 'document'])
            for (const rel of ['preconnect', 'dns-prefetch', 'prefetch', 'preload', 'prerender', 'icon'])
                for (const crossorigin of [false, true])
                    tables[`link-${rel}-${as}-${crossorigin}`] = (at) =>
                        document.head.append(made('link', {rel, href: at, ...(as && {as}), ...(crossorigin && {crossorigin: ''})}));
        tables.static_a = (at) => put('a', {href: at}, 'a');
        (async () => {
            say('begin');
            for (const [name, way] of Object.entries(tables))
                for (const at of hosts(name.replace(/_/g, '-').toLowerCase())) { attempt(way, at); await wait(3); }
            await wait(1500);
            say('tried');
        })();
        window.dyadReceive = () => {};"#;
    let html = "<link rel=preconnect href=https://static.dyad.test><link rel=dns-prefetch href=//also.dyad.test>\
        <div id=b><a href=https://hovered.dyad.test>Hovered</a></div>";
    // Before the page, the C library may have asked who the user is.
    let log = folder.0.join("program");
    let window = screen.window(common::SIZE);
    let mut program = Program::start_traced(&screen.name, |command| traced(command, &log));
    program.next();
    let mut files = page(html, &format!("{ATTEMPTS}{script}"));
    files.push(("/worker.js", WORKER.into()));
    program.assets(&files);
    program.open(window);
    program.wait("begin");
    let before = outward(&log).len();
    for place in [[12.0, 112.0], [300.0, 10.0], [14.0, 114.0]] {
        screen.point(place);
        std::thread::sleep(Duration::from_millis(100));
    }
    screen.click(1, [14.0, 114.0]);
    program.wait("tried");
    program.send(&dyad_web_wire::ToProgram::Close);
    program.end();
    let all = outward(&log);
    assert_eq!(all[before..], Vec::<String>::new());
}
