//! Files that can't be used, and what sessions keep of files.

use dyad_core::state::Document;

use super::*;

/// Renders with a file at its place, and gives what came out and the state's document afterwards.
fn rendered_and_saved(format: Format, file: &Path, hash: Option<&str>, input: &Sound) -> (Sound, Vec<u8>) {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let state = state_for(format, folder.path(), &state_with(folder.path(), file, hash));
    let saved = folder.path().join("saved.state");
    let out = render(
        PLUGIN,
        format,
        RATE,
        input,
        &[
            "--state",
            state.to_str().expect("text"),
            "--save-state",
            saved.to_str().expect("text"),
            "--tail",
            "0",
        ],
    );
    // What there is of the document is in the file as it is.
    let bytes = std::fs::read(&saved).expect("it was saved");
    let head = b"\xa6format\xa4dyad\xa7version";
    let start = bytes.windows(head.len()).position(|window| window == head).expect("a document") - 1;
    let whole = (start..=bytes.len()).find(|end| Document::parse(&bytes[start..*end]).is_ok());
    (out, bytes[start..whole.expect("a whole document")].to_vec())
}

/// The path and hash in a document.
fn path_and_hash(document: &[u8]) -> (String, Option<String>) {
    let document = Document::parse(document).expect("a document");
    let mut properties = document.properties.iter();
    let (id, value) = properties.next().expect("there is a property");
    let value = value.expect("a path");
    assert_eq!((id, properties.next()), ("impulse", None));
    (value.text.to_owned(), value.hash.map(str::to_owned))
}

#[test]
fn what_cannot_be_used_lets_the_sound_pass_and_is_kept_in_the_session() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let file = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).expect("a file can be written");
        path
    };
    let long = folder.path().join("long.wav");
    wav::write_at(&long, 1000, &vec![noise(1, 21_000)]);
    let wide = folder.path().join("wide.wav");
    wav::write_at(&wide, RATE, &vec![noise(1, 500); 8]);
    let whole = folder.path().join("whole.wav");
    wav::write_at(&whole, RATE, &vec![noise(1, 500)]);
    let whole = std::fs::read(whole).expect("it was written");
    let files = [
        folder.path().join("nowhere/gone.wav"),
        folder.path().to_owned(),
        file("empty.wav", b""),
        file("text.wav", b"not a sound"),
        file("cut.wav", &whole[..1000]),
        long,
        wide,
    ];
    let input = vec![noise(1, 4000), noise(2, 4000)];
    for path in files {
        for format in Format::ALL {
            let (out, document) = rendered_and_saved(format, &path, Some("sha256:abc"), &input);
            assert_same(&out, &input, &format!("{}, {format:?}", path.display()));
            let kept = (path.to_str().expect("text").to_owned(), Some("sha256:abc".to_owned()));
            assert_eq!(path_and_hash(&document), kept, "{format:?}");
        }
    }
}

#[test]
fn the_session_holds_the_hash_of_what_was_read() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let file = folder.path().join("a response.wav");
    wav::write_at(&file, RATE, &vec![decaying(1, 500)]);
    let sum =
        command::run(std::process::Command::new("sha256sum").arg(&file)).expect_success("sha256sum").out;
    let sum = format!("sha256:{}", sum.split_whitespace().next().expect("a hash"));
    let input = vec![noise(1, 4000), noise(2, 4000)];
    let mut sounds = Vec::new();
    for format in Format::ALL {
        for before in [None, Some(&*sum), Some("sha256:of something else")] {
            let (out, document) = rendered_and_saved(format, &file, before, &input);
            let want = (file.to_str().expect("text").to_owned(), Some(sum.clone()));
            assert_eq!(path_and_hash(&document), want, "{format:?}, {before:?}");
            sounds.push(out);
        }
    }
    for sound in &sounds[1..] {
        assert_same(sound, &sounds[0], "a file that was changed is used as it is");
    }
}
