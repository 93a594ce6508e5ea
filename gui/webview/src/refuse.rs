//! What a page can't do, whatever it tries: leave, open or show other windows, ask, print, download.

use std::sync::Arc;

use gtk::prelude::*;
use webkit2gtk::{
    ColorChooserRequestExt, DownloadExt, FileChooserRequestExt, HardwareAccelerationPolicy,
    NavigationPolicyDecision, NavigationPolicyDecisionExt, PermissionRequestExt, PolicyDecision,
    PolicyDecisionExt, PolicyDecisionType, ResponsePolicyDecision, ResponsePolicyDecisionExt,
    ScriptDialogType, Settings, SettingsExt, URIRequestExt, WebContextExt, WebView, WebViewExt,
};
use wry::{ProxyConfig, ProxyEndpoint};

use crate::assets::Assets;
use crate::confine;
use crate::symbols;

/// What WebKit asks the network for by itself, whatever the page's policy is, or tells others of. Names that
/// it does not have are of another version's.
const FEATURES: [&str; 15] = [
    "LinkPreconnect",
    "LinkPreconnectEarlyHints",
    "LinkDNSPrefetch",
    "LinkPrefetch",
    "LinkPreload",
    "BackgroundFetchAPI",
    "BeaconAPI",
    "PrivateClickMeasurement",
    "SKAttribution",
    "PushAPI",
    "ServiceWorkers",
    "ServiceWorkerNavigationPreload",
    "SpeechRecognition",
    "WebTransport",
    "DeprecationReporting",
];

/// Where the network is for WebKit: at an address that nobody listens at, which is told names and asks no
/// one for them.
pub(crate) fn nowhere() -> ProxyConfig {
    ProxyConfig::Socks5(ProxyEndpoint { host: "127.0.0.1".into(), port: "1".into() })
}

/// Turns off what an editor has no use for.
pub(crate) fn set(settings: &Settings, inspect: bool) {
    // A third of the time, and no driver that could fail.
    settings.set_hardware_acceleration_policy(HardwareAccelerationPolicy::Never);
    settings.set_enable_developer_extras(inspect);
    settings.set_enable_write_console_messages_to_stdout(confine::shows_console());
    symbols::turn_off(settings, &FEATURES);
    settings.set_enable_hyperlink_auditing(false);
    settings.set_allow_file_access_from_file_urls(false);
    settings.set_allow_modal_dialogs(false);
    settings.set_allow_top_navigation_to_data_urls(false);
    settings.set_allow_universal_access_from_file_urls(false);
    settings.set_disable_web_security(false);
    settings.set_enable_back_forward_navigation_gestures(false);
    settings.set_enable_encrypted_media(false);
    settings.set_enable_fullscreen(false);
    settings.set_enable_html5_database(false);
    settings.set_enable_html5_local_storage(false);
    settings.set_enable_media_stream(false);
    settings.set_enable_mock_capture_devices(false);
    settings.set_enable_page_cache(false);
    settings.set_enable_site_specific_quirks(false);
    settings.set_enable_webgl(false);
    settings.set_enable_webrtc(false);
    settings.set_javascript_can_access_clipboard(false);
    settings.set_javascript_can_open_windows_automatically(false);
    #[expect(deprecated, reason = "WebKitGTK up to 2.46 has them, and does nothing later")]
    {
        settings.set_enable_dns_prefetching(false);
        settings.set_enable_java(false);
        settings.set_enable_offline_web_application_cache(false);
        settings.set_enable_plugins(false);
    }
}

/// Answers all that a page, or a click in it, can ask for.
pub(crate) fn answer(view: &WebView, assets: Arc<Assets>, inspect: bool) {
    view.connect_decide_policy(move |_, decision, kind| {
        if allows(&assets, decision, kind) {
            decision.use_()
        } else {
            decision.ignore()
        }
        true
    });
    view.connect_create(|_, _| None);
    view.connect_permission_request(|_, request| {
        request.deny();
        true
    });
    view.connect_script_dialog(|_, dialog| {
        // Before another page is loaded: nothing is lost by it.
        if dialog.dialog_type() == ScriptDialogType::BeforeUnloadConfirm {
            dialog.confirm_set_confirmed(true);
        }
        true
    });
    view.connect_run_file_chooser(|_, request| {
        request.cancel();
        true
    });
    view.connect_run_color_chooser(|_, request| {
        request.cancel();
        true
    });
    // An author finds the inspector in it.
    view.connect_context_menu(move |_, _, _, _| !inspect);
    view.connect_print(|_, _| true);
    view.connect_enter_fullscreen(|_| true);
    view.connect_show_notification(|_, _| true);
    view.connect_authenticate(|_, _| true);
    if let Some(context) = view.context() {
        context.connect_download_started(|_, download| download.cancel());
    }
}

/// Whether something may be loaded: a page that is one of the files.
fn allows(assets: &Assets, decision: &PolicyDecision, kind: PolicyDecisionType) -> bool {
    let address = match kind {
        PolicyDecisionType::NavigationAction => {
            let decision = decision.downcast_ref::<NavigationPolicyDecision>();
            decision.and_then(|decision| decision.navigation_action()?.request()?.uri())
        }
        PolicyDecisionType::Response => {
            let decision = decision.downcast_ref::<ResponsePolicyDecision>();
            // What can't be shown would be downloaded.
            let decision = decision.filter(|decision| decision.is_mime_type_supported());
            decision.and_then(|decision| decision.request()?.uri())
        }
        // New windows.
        _ => None,
    };
    address.is_some_and(|address| assets.has(&address))
}
