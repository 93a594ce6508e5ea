//! What the pointer looks like.

use baseview::MouseCursor;
use dyad_gui::egui::CursorIcon;

/// baseview's name of a shape.
pub(super) fn shape(icon: CursorIcon) -> MouseCursor {
    use CursorIcon as C;
    match icon {
        C::None => MouseCursor::Hidden,
        C::Help => MouseCursor::Help,
        C::PointingHand => MouseCursor::Hand,
        C::Progress => MouseCursor::PtrWorking,
        C::Wait => MouseCursor::Working,
        C::Cell => MouseCursor::Cell,
        C::Crosshair => MouseCursor::Crosshair,
        C::Text => MouseCursor::Text,
        C::VerticalText => MouseCursor::VerticalText,
        C::Alias => MouseCursor::Alias,
        C::Copy => MouseCursor::Copy,
        C::Move => MouseCursor::Move,
        C::NoDrop => MouseCursor::PtrNotAllowed,
        C::NotAllowed => MouseCursor::NotAllowed,
        C::Grab => MouseCursor::Hand,
        C::Grabbing => MouseCursor::HandGrabbing,
        C::AllScroll => MouseCursor::AllScroll,
        C::ResizeHorizontal => MouseCursor::EwResize,
        C::ResizeVertical => MouseCursor::NsResize,
        C::ResizeNeSw => MouseCursor::NeswResize,
        C::ResizeNwSe => MouseCursor::NwseResize,
        C::ResizeEast => MouseCursor::EResize,
        C::ResizeSouthEast => MouseCursor::SeResize,
        C::ResizeSouth => MouseCursor::SResize,
        C::ResizeSouthWest => MouseCursor::SwResize,
        C::ResizeWest => MouseCursor::WResize,
        C::ResizeNorthWest => MouseCursor::NwResize,
        C::ResizeNorth => MouseCursor::NResize,
        C::ResizeNorthEast => MouseCursor::NeResize,
        C::ResizeColumn => MouseCursor::ColResize,
        C::ResizeRow => MouseCursor::RowResize,
        C::ZoomIn => MouseCursor::ZoomIn,
        C::ZoomOut => MouseCursor::ZoomOut,
        C::Default | C::ContextMenu => MouseCursor::Default,
    }
}
