use super::*;

#[test]
fn a_call_is_as_the_specification_has_it() {
    let call = Call { service: "a.b", path: "/a", interface: "a.b", method: "M" };
    let bytes = call.encode(7, &[Argument::Text("hi"), Argument::Long(1 << 40), Argument::Number(9)]);
    let want = [
        &b"l\x01\x00\x01\x14\x00\x00\x00\x07\x00\x00\x00\x49\x00\x00\x00"[..],
        b"\x01\x01o\x00\x02\x00\x00\x00/a\x00\x00\x00\x00\x00\x00",
        b"\x02\x01s\x00\x03\x00\x00\x00a.b\x00\x00\x00\x00\x00",
        b"\x03\x01s\x00\x01\x00\x00\x00M\x00\x00\x00\x00\x00\x00\x00",
        b"\x06\x01s\x00\x03\x00\x00\x00a.b\x00\x00\x00\x00\x00",
        b"\x08\x01g\x00\x03stu\x00\x00\x00\x00\x00\x00\x00\x00",
        b"\x02\x00\x00\x00hi\x00\x00",
        b"\x00\x00\x00\x00\x00\x01\x00\x00\x09\x00\x00\x00",
    ];
    assert_eq!(bytes, want.concat());
}

/// A message in either order of bytes: answers call 7 with an error's name and a body.
fn message(kind: u8, big: bool, signature: &str, body: &[u8]) -> Vec<u8> {
    let number = |n: u32| if big { n.to_be_bytes() } else { n.to_le_bytes() };
    let mut fields = vec![5, 1, b'u', 0];
    fields.extend(number(7));
    fields.extend([4, 1, b's', 0]);
    fields.extend(number(3));
    fields.extend(b"a.b\0\0\0\0\0");
    fields.extend([8, 1, b'g', 0, signature.len() as u8]);
    fields.extend(signature.bytes().chain([0]));
    let mut bytes = vec![if big { b'B' } else { b'l' }, kind, 0, 1];
    bytes.extend(number(body.len() as u32));
    bytes.extend(number(1));
    bytes.extend(number(fields.len() as u32));
    bytes.extend(fields);
    bytes.resize(bytes.len().next_multiple_of(8), 0);
    bytes.extend(body);
    bytes
}

fn read(bytes: &[u8]) -> Option<Message> {
    let (fixed, rest) = bytes.split_first_chunk()?;
    let head = Head::read(fixed)?;
    head.message(rest.get(..head.rest())?)
}

#[test]
fn answers_are_read_in_both_orders_of_bytes() {
    for (big, body) in [
        (false, &b"\x01x\0\0\0\0\0\0\x40\x0d\x03\0\0\0\0\0"[..]),
        (true, b"\x01x\0\0\0\0\0\0\0\0\0\0\0\x03\x0d\x40"),
    ] {
        let got = read(&message(2, big, "v", body)).unwrap();
        assert_eq!((got.kind, got.answers, got.answer.number()), (Kind::Return, Some(7), Some(200_000)));
        assert_eq!(got.answer.text(), None);
    }
    let got = read(&message(2, false, "v", b"\x01i\0\0\xec\xff\xff\xff")).unwrap();
    assert_eq!(got.answer.number(), Some(-20));
    let got = read(&message(3, false, "s", b"\x02\0\0\0no\0")).unwrap();
    assert_eq!((got.kind, got.error.as_deref()), (Kind::Error, Some("a.b")));
    assert_eq!((got.answer.text().as_deref(), got.answer.number()), (Some("no"), None));
}

#[test]
fn broken_messages_are_refused() {
    let good = message(2, false, "v", b"\x01i\0\0\x14\0\0\0");
    for len in 0..good.len() {
        assert_eq!(read(&good[..len]), None, "{len} bytes");
    }
    // Every byte, changed in every bit: nothing but an answer or a refusal comes of it.
    for at in 0..good.len() {
        for bit in 0..8 {
            let mut bytes = good.clone();
            bytes[at] ^= 1 << bit;
            if let Some(message) = read(&bytes) {
                let _ = (message.answer.number(), message.answer.text());
            }
        }
    }
    for len in [1 << 17, u32::MAX] {
        let mut bytes = good.clone();
        bytes[4..8].copy_from_slice(&len.to_le_bytes());
        assert_eq!(read(&bytes), None, "a body of {len} bytes");
    }
}

#[test]
fn addresses() {
    let path = |text: &str| Some(SocketAddr::Path(text.into()));
    assert_eq!(unix_address("unix:path=/a%20b,guid=1"), path("/a b"));
    assert_eq!(unix_address("unix:guid=1,path=/a"), path("/a"));
    assert_eq!(unix_address("unix:abstract=/x"), Some(SocketAddr::Abstract(b"/x".into())));
    for bad in ["", "unix:", "unix:path=%", "unix:path=%é", "unix:path=%zz", "tcp:host=a", "unix:dir=/tmp"]
    {
        assert_eq!(unix_address(bad), None, "{bad}");
    }
}
