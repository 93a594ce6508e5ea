//! The page's files, as the editor sent them. There are no others.

use std::borrow::Cow;
use std::collections::BTreeMap;

use wry::http::{Response, StatusCode, Uri, header};

/// The scheme of their addresses.
pub(crate) const SCHEME: &str = "dyad";
/// Where the page is.
pub(crate) const ADDRESS: &str = "dyad://localhost/index.html";
/// What all addresses begin with.
const HOST: &str = "dyad://localhost";

/// What a page may load and do: what is its own.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
    img-src 'self' data: blob:; font-src 'self'; media-src 'self'; connect-src 'self'; base-uri 'none'; \
    form-action 'none'; frame-ancestors 'none'";

/// Files by their paths. They stay as long as the program does.
#[derive(Default)]
pub(crate) struct Assets(BTreeMap<String, &'static [u8]>);

impl Assets {
    pub(crate) fn add(&mut self, path: &str, bytes: &[u8]) {
        self.0.insert(path.to_owned(), Vec::leak(bytes.to_vec()));
    }

    /// Whether an address is of one of the files.
    pub(crate) fn has(&self, address: &str) -> bool {
        let Some(rest) = address.strip_prefix(HOST) else { return false };
        let path = rest.split(['?', '#']).next().unwrap_or_default();
        self.0.contains_key(path)
    }

    /// The answer to a request.
    pub(crate) fn answer(&self, method: &str, address: &Uri) -> Response<Cow<'static, [u8]>> {
        let file =
            self.0.get(address.path()).filter(|_| method == "GET" && address.host() == Some("localhost"));
        let (status, kind, bytes) = match file {
            Some(bytes) => (StatusCode::OK, kind(address.path()), *bytes),
            None => (StatusCode::NOT_FOUND, "text/plain", &b""[..]),
        };
        let mut response = Response::new(Cow::Borrowed(bytes));
        *response.status_mut() = status;
        let headers = response.headers_mut();
        for (name, value) in [
            (header::CONTENT_TYPE, kind),
            (header::CONTENT_SECURITY_POLICY, POLICY),
            (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
            (header::CACHE_CONTROL, "no-store"),
            (header::REFERRER_POLICY, "no-referrer"),
        ] {
            headers.insert(name, header::HeaderValue::from_static(value));
        }
        response
    }
}

/// What a file is, by its name.
fn kind(path: &str) -> &'static str {
    let name = path.rsplit('/').next().unwrap_or_default();
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    match ending.to_ascii_lowercase().as_str() {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" => "application/json; charset=utf-8",
        "txt" => "text/plain; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "webp" => "image/webp",
        "woff2" => "font/woff2",
        "ttf" => "font/ttf",
        "wasm" => "application/wasm",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn assets() -> Assets {
        let mut assets = Assets::default();
        assets.add("/index.html", b"<p>");
        assets.add("/a/b.JS", b"1");
        assets
    }

    fn ask(address: &str) -> (u16, String, Vec<u8>) {
        let response = assets().answer("GET", &address.parse().expect("an address"));
        let kind = response.headers()[header::CONTENT_TYPE].to_str().expect("a text").to_owned();
        (response.status().as_u16(), kind, response.body().to_vec())
    }

    #[test]
    fn files_are_found_by_their_path_alone() {
        assert_eq!(ask(ADDRESS), (200, "text/html; charset=utf-8".into(), b"<p>".to_vec()));
        assert_eq!(ask("dyad://localhost/index.html?a=/x").0, 200);
        assert_eq!(ask("dyad://localhost/a/b.JS").1, "text/javascript; charset=utf-8");
        assert!(assets().has("dyad://localhost/index.html#top"));
        assert!(assets().has("dyad://localhost/a/b.JS?1"));
    }

    #[test]
    fn there_is_nothing_else() {
        for address in [
            "dyad://localhost/",
            "dyad://localhost/a/../index.html",
            "dyad://localhost/../../etc/passwd",
            "dyad://localhost/%2e%2e/index.html",
            "dyad://localhost//index.html",
            "dyad://localhost/a/b.js",
            "dyad://other/index.html",
        ] {
            assert_eq!(ask(address).0, 404, "{address}");
            assert!(!assets().has(address), "{address}");
        }
        for address in
            ["file:///index.html", "http://localhost/index.html", "dyad://localhost.org/index.html"]
        {
            assert!(!assets().has(address), "{address}");
        }
        assert_eq!(assets().answer("POST", &ADDRESS.parse().expect("an address")).status(), 404);
    }
}
