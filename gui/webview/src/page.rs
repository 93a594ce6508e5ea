//! The page: a WebView in the window of the editor's.

use std::cell::Cell;
use std::rc::Rc;
use std::sync::Arc;

use gtk::prelude::*;
use raw_window_handle::{HandleError, HasWindowHandle, RawWindowHandle, WindowHandle, XlibWindowHandle};
use serde_json::value::RawValue;
use webkit2gtk::{LoadEvent, WebViewExt};
use wry::dpi::{PhysicalPosition, PhysicalSize};
use wry::{Rect, WebView, WebViewBuilder, WebViewExtUnix};

use dyad_web_wire::Open;

use crate::assets::{ADDRESS, Assets, SCHEME};
use crate::confine::leave;
use crate::link::{Link, code};
use crate::parent::Display;
use crate::refuse;

/// The page, and what it is shown by.
pub(crate) struct Page {
    wry: WebView,
    view: webkit2gtk::WebView,
}

/// The window that the page is in.
struct Parent(u32);

impl HasWindowHandle for Parent {
    #[expect(unsafe_code, reason = "a window handle")]
    fn window_handle(&self) -> Result<WindowHandle<'_>, HandleError> {
        let handle = RawWindowHandle::Xlib(XlibWindowHandle::new(self.0.into()));
        // SAFETY: the number is no pointer: where the window is gone, which can be at any time, the
        // display says so, and the program ends.
        Ok(unsafe { WindowHandle::borrow_raw(handle) })
    }
}

impl Page {
    /// Shows it. What it says goes to `link`.
    ///
    /// # Errors
    /// Those of wry.
    pub(crate) fn new(
        open: &Open,
        size: [u32; 2],
        assets: Assets,
        link: &Rc<Link>,
        display: &Rc<Display>,
    ) -> wry::Result<Self> {
        let assets = Arc::new(assets);
        let [_, red, green, blue] = open.background.to_be_bytes();
        let (files, hears) = (Arc::clone(&assets), Rc::clone(link));
        let wry = WebViewBuilder::new()
            .with_incognito(true)
            .with_bounds(bounds(size))
            .with_background_color((red, green, blue, 255))
            .with_clipboard(false)
            .with_proxy_config(refuse::nowhere())
            .with_devtools(open.inspect)
            .with_initialization_script(ratio(open.scale))
            // It would take the view away.
            .with_initialization_script("window.close = () => {};")
            .with_custom_protocol(SCHEME.into(), move |_, request| {
                files.answer(request.method().as_str(), request.uri())
            })
            .with_ipc_handler(move |message| {
                if message.uri().scheme_str() == Some(SCHEME) {
                    hears.forward(message.body());
                }
            })
            .build_as_child(&Parent(open.window))?;
        let view = wry.webview();
        if let Some(settings) = WebViewExt::settings(&view) {
            refuse::set(&settings, open.inspect);
        }
        refuse::answer(&view, assets, open.inspect);
        tell_of_ends(&view, link, display);
        let page = Self { wry, view };
        page.view.set_zoom_level(sane(open.scale));
        page.view.load_uri(ADDRESS);
        Ok(page)
    }

    pub(crate) fn view(&self) -> &webkit2gtk::WebView {
        &self.view
    }

    /// Sets how many physical pixels are one of CSS.
    pub(crate) fn scale(&self, scale: f64) {
        if !scale.is_finite() {
            return;
        }
        // The page hears of it by another size.
        self.run(&ratio(scale));
        self.view.set_zoom_level(sane(scale));
    }

    /// Fills a window of another size.
    pub(crate) fn resize(&self, size: [u32; 2]) {
        let _ = self.wry.set_bounds(bounds(size));
    }

    /// Gives it messages.
    pub(crate) fn receive(&self, messages: &[Box<RawValue>]) {
        self.run(&receiving(messages));
    }

    /// Has no text be typed any more: the user has turned to something else.
    pub(crate) fn stop_typing(&self) {
        self.run("document.activeElement?.blur()");
    }

    fn run(&self, script: &str) {
        let cancellable = None::<&gtk::gio::Cancellable>;
        self.view.evaluate_javascript(script, None, None, cancellable, |_| {});
    }
}

fn sane(scale: f64) -> f64 {
    if scale.is_finite() { scale.clamp(0.1, 16.0) } else { 1.0 }
}

/// A script for what WebKit leaves at 1 whatever the zoom is, and who draws on a canvas has to know.
fn ratio(scale: f64) -> String {
    let scale = sane(scale);
    format!("Object.defineProperty(window,'devicePixelRatio',{{configurable:true,get:()=>{scale}}})")
}

/// A script that gives messages to the page, each whatever becomes of another. They are parsed as JSON:
/// as a script, `{"__proto__": 1}` would be something else.
fn receiving(messages: &[Box<RawValue>]) -> String {
    let list = serde_json::to_string(messages).unwrap_or_default();
    // What JSON may have in a string, JavaScript's strings may have too, and yet.
    let text = serde_json::to_string(&list).unwrap_or_default();
    let text = text.replace('\u{2028}', "\\u2028").replace('\u{2029}', "\\u2029").replace("</", "<\\/");
    format!("for(const m of JSON.parse({text}))try{{window.dyadReceive?.(m)}}catch(e){{console.error(e)}}")
}

/// Ends the program when there is no page, or not any more.
fn tell_of_ends(view: &webkit2gtk::WebView, link: &Rc<Link>, display: &Rc<Display>) {
    let (ends, display) = (Rc::clone(link), Rc::clone(display));
    view.connect_web_process_terminated(move |_, why| {
        if display.is_gone() {
            leave(0);
        }
        ends.fail(code::WEB_PROCESS, &format!("the web process has ended: {why:?}"));
    });
    let there = Rc::new(Cell::new(false));
    let comes = Rc::clone(&there);
    view.connect_load_changed(move |_, event| comes.set(comes.get() || event == LoadEvent::Committed));
    let ends = Rc::clone(link);
    view.connect_load_failed(move |_, _, _, error| {
        // Later it is a navigation that was refused, which leaves the page as it is.
        if !there.get() {
            ends.fail(code::PAGE, &format!("the page can't be loaded: {error}"));
        }
        true
    });
    let ends = Rc::clone(link);
    view.connect_destroy(move |_| ends.fail(code::PAGE, "the page has closed itself"));
}

fn bounds([width, height]: [u32; 2]) -> Rect {
    let size = PhysicalSize::new(width.max(1), height.max(1));
    Rect { position: PhysicalPosition::new(0, 0).into(), size: size.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_stay_within_their_script() {
        let messages = ["{\"a\":\"\u{2028}</script>\\\"\"}", "[1]"]
            .map(|text| RawValue::from_string(text.to_owned()).expect("JSON"));
        assert_eq!(
            receiving(&messages),
            "for(const m of JSON.parse(\"[{\\\"a\\\":\\\"\\u2028<\\/script>\\\\\\\"\\\"},[1]]\"))\
             try{window.dyadReceive?.(m)}catch(e){console.error(e)}"
        );
    }
}
