//! An editor that is a socket and a bare window, and the program as it was built.
#![allow(dead_code, unreachable_pub, reason = "each test program uses its own part")]

mod display;

use std::collections::BTreeMap;
use std::io::Write;
use std::os::unix::net::UnixStream;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use dyad_web_wire::{FromProgram, Hello, Open, PROTOCOL, Reader, ToProgram};
use rustix::event::{PollFd, PollFlags};

pub use display::Screen;

/// How long anything is waited for that has to come.
pub const PATIENCE: Duration = Duration::from_secs(60);
pub const SIZE: [u32; 2] = [400, 300];
/// What the page's window shows as long as there is no page.
pub const BACKGROUND: u32 = 0x14_16_1a;

pub const PROGRAM: &str = env!("CARGO_BIN_EXE_dyad-webview");

/// Waits until something is so.
#[track_caller]
pub fn until(what: &str, mut done: impl FnMut() -> bool) {
    let end = Instant::now() + PATIENCE;
    while !done() {
        assert!(Instant::now() < end, "waited in vain: {what}");
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// What the program said, kept.
#[derive(Clone, Debug, PartialEq)]
pub enum Said {
    Hello(Hello),
    Message(String),
    Failed(String),
    Dropped(u32),
    End,
}

impl From<FromProgram<'_>> for Said {
    fn from(frame: FromProgram<'_>) -> Self {
        match frame {
            FromProgram::Hello(hello) => Self::Hello(hello),
            FromProgram::Message(text) => Self::Message(text.into()),
            FromProgram::Failed(why) => Self::Failed(why.into()),
            FromProgram::Dropped(count) => Self::Dropped(count),
        }
    }
}

/// A page: `index.html` with a script.
pub fn page(html: &str, script: &str) -> Vec<(&'static str, Vec<u8>)> {
    let html = format!(
        "<!doctype html><html><head><link rel=stylesheet href=/style.css></head>\
         <body>{html}<script src=/main.js></script></body></html>"
    );
    let common = "const say = (value) => window.ipc.postMessage(JSON.stringify(value));\n\
        const painted = () => requestAnimationFrame(() => setTimeout(() => say('painted')));\n";
    // The policy knows no style of an element's own.
    let style = "#a{position:absolute;left:10px;top:10px;width:200px;height:40px}\
        #b{position:absolute;left:10px;top:100px;width:200px;height:40px}\
        html,body{margin:0;background:#204060;color:#fff;font:20px sans-serif}";
    vec![
        ("/index.html", html.into_bytes()),
        ("/main.js", format!("{common}{script}").into_bytes()),
        ("/style.css", style.into()),
    ]
}

/// The program.
pub struct Program {
    child: Child,
    socket: Option<UnixStream>,
    reader: Reader,
    pub started: Instant,
}

impl Program {
    /// Starts it, as an editor does.
    pub fn start(display: Option<&str>) -> Self {
        Self::start_with(display, |_| {})
    }

    pub fn start_with(display: Option<&str>, more: impl FnOnce(&mut Command)) -> Self {
        Self::start_as(Command::new(PROGRAM), display, more)
    }

    /// Starts another program, which starts it.
    pub fn start_traced(display: &str, by: impl FnOnce(&mut Command) -> Command) -> Self {
        Self::start_as(by(&mut Command::new(PROGRAM)), Some(display), |_| {})
    }

    fn start_as(mut command: Command, display: Option<&str>, more: impl FnOnce(&mut Command)) -> Self {
        let (ours, theirs) = UnixStream::pair().unwrap();
        command.stdin(Stdio::from(std::os::fd::OwnedFd::from(theirs))).stdout(Stdio::null());
        match display {
            Some(name) => command.env("DISPLAY", name),
            None => command.env_remove("DISPLAY"),
        };
        command.env_remove("WAYLAND_DISPLAY");
        more(&mut command);
        let started = Instant::now();
        let child = command.spawn().unwrap();
        Self { child, socket: Some(ours), reader: Reader::default(), started }
    }

    /// Starts it with a page in a window, and waits for both.
    pub fn show(screen: &Screen, assets: &[(&str, Vec<u8>)]) -> (Self, u32) {
        let window = screen.window(SIZE);
        let mut program = Self::start(Some(&screen.name));
        assert!(matches!(program.next(), Said::Hello(_)));
        program.assets(assets);
        program.open(window);
        (program, window)
    }

    /// As `show`, and waits for the page's `painted`.
    pub fn shown(screen: &Screen, html: &str, script: &str) -> (Self, u32) {
        let (mut program, window) = Self::show(screen, &page(html, script));
        program.wait("painted");
        (program, window)
    }

    pub fn send(&mut self, frame: &ToProgram<'_>) {
        let mut bytes = Vec::new();
        frame.encode(&mut bytes);
        self.socket.as_ref().unwrap().write_all(&bytes).unwrap();
    }

    pub fn raw(&mut self, bytes: &[u8]) {
        self.socket.as_ref().unwrap().write_all(bytes).unwrap();
    }

    pub fn assets(&mut self, assets: &[(&str, Vec<u8>)]) {
        for (path, bytes) in assets {
            self.send(&ToProgram::Asset { path, bytes });
        }
    }

    pub fn open(&mut self, window: u32) {
        self.send(&ToProgram::Open(Self::how(window)));
    }

    pub fn how(window: u32) -> Open {
        Open {
            protocol: PROTOCOL,
            window,
            host_window: window,
            scale: 1.0,
            background: BACKGROUND,
            title: "Test".into(),
            inspect: false,
        }
    }

    pub fn message(&mut self, text: &str) {
        self.send(&ToProgram::Message(text));
    }

    pub fn keyboard(&mut self, typing: bool, operating: bool, host_window: u32) {
        self.send(&ToProgram::Keyboard { typing, operating, host_window });
        self.settle();
    }

    /// Waits until the page has answered, and the program has done what it was told before.
    pub fn settle(&mut self) {
        self.message(r#"{"settle":1}"#);
        self.wait("settled");
    }

    /// What it says next.
    #[track_caller]
    pub fn next(&mut self) -> Said {
        let socket = self.socket.as_ref().unwrap();
        let end = Instant::now() + PATIENCE;
        loop {
            if let Some(frame) = self.reader.from_program().unwrap() {
                return frame.into();
            }
            let left = end.saturating_duration_since(Instant::now());
            assert!(!left.is_zero(), "waited in vain for a frame");
            let mut room = [PollFd::new(socket, PollFlags::IN)];
            rustix::event::poll(&mut room, Some(&left.try_into().unwrap())).unwrap();
            socket.set_nonblocking(true).unwrap();
            let more = self.reader.fill(&mut &*socket).unwrap_or(false);
            socket.set_nonblocking(false).unwrap();
            if !more && room[0].revents() != PollFlags::empty() {
                return self.reader.from_program().unwrap().map_or(Said::End, Said::from);
            }
        }
    }

    /// The page's next message, with the quotes of a text taken off.
    #[track_caller]
    pub fn heard(&mut self) -> String {
        match self.next() {
            Said::Message(text) => {
                text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(&text).to_owned()
            }
            other => panic!("no message: {other:?}"),
        }
    }

    /// Waits for a message; others are thrown away.
    #[track_caller]
    pub fn wait(&mut self, message: &str) {
        while self.heard() != message {}
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    pub fn hang_up(&mut self) {
        self.socket = None;
    }

    pub fn kill(&mut self) {
        self.child.kill().unwrap();
    }

    /// Stops it, or lets it go on.
    pub fn freeze(&self, stop: bool) {
        let signal = if stop { rustix::process::Signal::STOP } else { rustix::process::Signal::CONT };
        let pid = rustix::process::Pid::from_raw(self.pid() as i32).unwrap();
        rustix::process::kill_process(pid, signal).unwrap();
    }

    pub fn ended(&mut self) -> bool {
        self.child.try_wait().unwrap().is_some()
    }

    #[track_caller]
    pub fn end(&mut self) -> ExitStatus {
        until("the program ends", || self.ended());
        self.child.wait().unwrap()
    }

    /// Its processes, the program's own not among them.
    pub fn children(&self) -> Vec<Process> {
        let pid = self.pid().to_string();
        let all = std::fs::read_dir("/proc").unwrap().flatten();
        let pids = all.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
        pids.filter_map(Process::new).filter(|process| process.parent == pid).collect()
    }

    pub fn process(&self) -> Process {
        Process::new(self.pid()).expect("it runs")
    }

    /// Its web process, once it is there.
    pub fn web_process(&self) -> Process {
        let children = self.children();
        children.into_iter().find(|child| child.name.contains("WebKitWebProc")).expect("a web process")
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A process, as it was seen.
#[derive(Debug)]
pub struct Process {
    pub pid: u32,
    pub name: String,
    parent: String,
    born: String,
}

impl Process {
    fn new(pid: u32) -> Option<Self> {
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        let (head, rest) = stat.rsplit_once(')')?;
        let fields: Vec<_> = rest.split_whitespace().collect();
        if fields[0] == "Z" {
            return None;
        }
        let name = head.split_once('(')?.1.to_owned();
        Some(Self { pid, name, parent: fields[1].into(), born: fields[19].into() })
    }

    pub fn lives(&self) -> bool {
        Self::new(self.pid).is_some_and(|now| now.born == self.born)
    }

    /// What it has open: numbers, and what they are.
    pub fn links(&self) -> Vec<(u32, String)> {
        let entries = std::fs::read_dir(format!("/proc/{}/fd", self.pid)).unwrap().flatten();
        let link = |entry: std::fs::DirEntry| {
            let target = std::fs::read_link(entry.path()).ok()?;
            Some((entry.file_name().to_str()?.parse().ok()?, target.to_str()?.to_owned()))
        };
        entries.filter_map(link).collect()
    }

    /// Its environment, as it was started with.
    pub fn environment(&self) -> BTreeMap<String, String> {
        let bytes = std::fs::read(format!("/proc/{}/environ", self.pid)).unwrap();
        let lines = bytes.split(|byte| *byte == 0).filter_map(|line| std::str::from_utf8(line).ok());
        let lines = lines.filter_map(|line| line.split_once('='));
        lines.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
    }

    /// A line of its status.
    pub fn status(&self, name: &str) -> String {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.pid)).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
        line.unwrap_or_default().trim().to_owned()
    }
}
