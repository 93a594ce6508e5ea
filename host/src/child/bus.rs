//! As much D-Bus as it takes to ask one service a few things, with a time limit on the whole.
//!
//! The libraries for it wait without a limit while they connect, or bring an executor; the audio
//! thread waits for this one. Per the D-Bus specification: a Unix socket, the EXTERNAL
//! authentication, method calls one at a time.

mod wire;

use std::io::{Read as _, Write as _};
use std::os::unix::net::UnixStream;
use std::time::{Duration, Instant};

use rustix::net::sockopt::{Timeout, set_socket_timeout};
use rustix::net::{AddressFamily, SocketAddrUnix, SocketFlags, SocketType};

pub(super) use wire::{Answer, Argument, Call};
use wire::{FIXED, Head, Kind};

/// Where the system's bus is unless the environment says otherwise.
const SYSTEM: &str = "unix:path=/var/run/dbus/system_bus_socket";

/// A connection to a bus.
pub(super) struct Bus {
    stream: UnixStream,
    deadline: Instant,
    limit: Duration,
    serial: u32,
}

impl Bus {
    /// Connects to the system's bus; `limit` holds from here to the last answer.
    pub(super) fn system(limit: Duration) -> Result<Self, String> {
        let addresses = std::env::var("DBUS_SYSTEM_BUS_ADDRESS").unwrap_or_else(|_| SYSTEM.into());
        Self::open(&addresses, limit)
    }

    fn open(addresses: &str, limit: Duration) -> Result<Self, String> {
        let deadline = Instant::now() + limit;
        let mut reason = format!("no usable address in {addresses:?}");
        for address in addresses.split(';').filter_map(wire::unix_address) {
            match connect(&address, deadline) {
                Ok(stream) => {
                    let mut bus = Self { stream, deadline, limit, serial: 0 };
                    bus.greet()?;
                    return Ok(bus);
                }
                Err(e) => reason = format!("{}: {}", address.name(), crate::error::why(&e.into())),
            }
        }
        Err(reason)
    }

    /// Says who we are, which the kernel has told the bus already.
    fn greet(&mut self) -> Result<(), String> {
        let user = rustix::process::geteuid().as_raw().to_string();
        let user: String = user.bytes().map(|digit| format!("{digit:02x}")).collect();
        self.write(format!("\0AUTH EXTERNAL {user}\r\n").as_bytes())?;
        let mut line = vec![];
        while !line.ends_with(b"\r\n") {
            let mut byte = [0];
            self.read(&mut byte)?;
            line.push(byte[0]);
            if line.len() > 512 {
                return Err("the bus does not authenticate as it should".into());
            }
        }
        if !line.starts_with(b"OK ") {
            return Err("the bus does not accept this user".into());
        }
        self.write(b"BEGIN\r\n")?;
        let name = "org.freedesktop.DBus";
        let call = Call { service: name, path: "/org/freedesktop/DBus", interface: name, method: "Hello" };
        self.call(&call, &[]).map(drop)
    }

    /// Calls a method and waits for its answer; an error of the service's is the reason.
    pub(super) fn call(&mut self, call: &Call<'_>, arguments: &[Argument<'_>]) -> Result<Answer, String> {
        self.serial += 1;
        self.write(&call.encode(self.serial, arguments))?;
        loop {
            let mut fixed = [0; FIXED];
            self.read(&mut fixed)?;
            let nonsense = || "the bus sent nonsense".to_owned();
            let head = Head::read(&fixed).ok_or_else(nonsense)?;
            let mut rest = vec![0; head.rest()];
            self.read(&mut rest)?;
            let message = head.message(&rest).ok_or_else(nonsense)?;
            // What the bus tells everybody is of no interest.
            if message.answers != Some(self.serial) {
                continue;
            }
            return match message.kind {
                Kind::Return => Ok(message.answer),
                Kind::Error => Err(match (message.error, message.answer.text()) {
                    (Some(name), Some(text)) => format!("{text} ({name})"),
                    (name, text) => name.or(text).unwrap_or_else(|| "an error without a name".into()),
                }),
                Kind::Other => continue,
            };
        }
    }

    fn read(&mut self, bytes: &mut [u8]) -> Result<(), String> {
        let mut done = 0;
        while done < bytes.len() {
            self.stream.set_read_timeout(Some(self.left()?)).map_err(|e| e.to_string())?;
            match self.stream.read(&mut bytes[done..]) {
                Ok(0) => return Err("the bus closed the connection".into()),
                Ok(count) => done += count,
                Err(e) => self.failed(&e)?,
            }
        }
        Ok(())
    }

    fn write(&mut self, mut bytes: &[u8]) -> Result<(), String> {
        while !bytes.is_empty() {
            self.stream.set_write_timeout(Some(self.left()?)).map_err(|e| e.to_string())?;
            match self.stream.write(bytes) {
                Ok(count) => bytes = &bytes[count..],
                Err(e) => self.failed(&e)?,
            }
        }
        Ok(())
    }

    /// A failure that is more than a wait without result; those end with the time.
    fn failed(&self, error: &std::io::Error) -> Result<(), String> {
        use std::io::ErrorKind::{Interrupted, TimedOut, WouldBlock};
        match error.kind() {
            Interrupted | TimedOut | WouldBlock => Ok(()),
            _ => Err(format!("the connection to the bus failed: {}", crate::error::why(error))),
        }
    }

    fn left(&self) -> Result<Duration, String> {
        let left = self.deadline.saturating_duration_since(Instant::now());
        // Less would be rounded to "for ever".
        if left < Duration::from_micros(10) {
            return Err(format!("no answer within {} s", self.limit.as_secs_f32()));
        }
        Ok(left)
    }
}

/// Connects, before the deadline: with its queue full, the other side would keep us waiting.
fn connect(address: &SocketAddr, deadline: Instant) -> rustix::io::Result<UnixStream> {
    let flags = SocketFlags::CLOEXEC;
    let socket = rustix::net::socket_with(AddressFamily::UNIX, SocketType::STREAM, flags, None)?;
    let left = deadline.saturating_duration_since(Instant::now()).max(Duration::from_millis(1));
    set_socket_timeout(&socket, Timeout::Send, Some(left))?;
    let address = match address {
        SocketAddr::Path(path) => SocketAddrUnix::new(path.as_slice())?,
        SocketAddr::Abstract(name) => SocketAddrUnix::new_abstract_name(name)?,
    };
    rustix::net::connect(&socket, &address)?;
    Ok(UnixStream::from(socket))
}

/// Where a bus listens.
#[derive(Debug, PartialEq, Eq)]
enum SocketAddr {
    Path(Vec<u8>),
    Abstract(Vec<u8>),
}

impl SocketAddr {
    fn name(&self) -> std::borrow::Cow<'_, str> {
        let (Self::Path(name) | Self::Abstract(name)) = self;
        String::from_utf8_lossy(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::net::UnixListener;

    const LIMIT: Duration = Duration::from_millis(50);

    #[test]
    fn a_bus_that_is_dead_or_absent_is_no_more_than_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("bus").to_str().unwrap().to_owned();
        let open = |address: &str| Bus::open(address, LIMIT).err().unwrap();
        assert!(open(&format!("unix:path={path}")).contains("no such file"));
        assert!(open("tcp:host=localhost,port=1").contains("no usable address"));
        let listener = UnixListener::bind(&path).unwrap();
        // Nobody accepts, then nobody says a word; both addresses lead there.
        let reason = open(&format!("unix:path=/no/such/bus;unix:path={path}"));
        assert_eq!(reason, "no answer within 0.05 s");
        // A full queue.
        let mut waiting = vec![];
        while waiting.len() < 8192 {
            match connect(&SocketAddr::Path(path.clone().into_bytes()), Instant::now() + LIMIT) {
                Ok(stream) => waiting.push(stream),
                Err(_) => break,
            }
        }
        assert!(open(&format!("unix:path={path}")).contains(&path), "refused while the queue is full");
        drop(listener);
    }

    #[test]
    fn nonsense_is_no_more_than_an_error() {
        for words in ["REJECTED EXTERNAL\r\n", "OK 1\r\nnonsense that is no message", &"x".repeat(600)] {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("bus");
            let listener = UnixListener::bind(&path).unwrap();
            let words = words.to_owned();
            let other = std::thread::spawn(move || {
                let (mut stream, _) = listener.accept().unwrap();
                stream.write_all(words.as_bytes()).unwrap();
                let _ = stream.read_to_end(&mut vec![]);
            });
            let address = format!("unix:path={}", path.display());
            let reason = Bus::open(&address, Duration::from_secs(5)).err().unwrap();
            assert!(reason.starts_with("the bus "), "{reason}");
            other.join().unwrap();
        }
    }
}
