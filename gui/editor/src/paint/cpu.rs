//! Pictures that the processor draws, sent to the display where they changed.

use std::rc::Rc;

use dyad_gui::{Area, Frame, Raster};
use x11rb::connection::{Connection, RequestConnection};
use x11rb::protocol::xproto::{ConnectionExt as _, CreateGCAux, Gcontext, ImageFormat, ImageOrder, Window};

use super::PaintError;
use crate::window::Link;

/// A picture in memory, and the window that shows it.
pub(crate) struct Cpu {
    link: Rc<Link>,
    window: Window,
    context: Gcontext,
    depth: u8,
    raster: Raster,
    /// For the pixels on their way.
    bytes: Vec<u8>,
}

/// Bytes of a request besides its pixels, and some.
const HEAD: usize = 64;

impl Cpu {
    pub(crate) fn new(link: Rc<Link>, window: Window) -> Result<Self, PaintError> {
        let connection = link.connection();
        let depth = connection.get_geometry(window)?.reply()?.depth;
        let setup = connection.setup();
        let bits = setup.pixmap_formats.iter().find(|format| format.depth == depth);
        let bits = bits.map_or(0, |format| format.bits_per_pixel);
        if depth < 24 || bits != 32 || setup.image_byte_order != ImageOrder::LSB_FIRST {
            return Err(PaintError::Depth(depth));
        }
        let context = connection.generate_id()?;
        connection.create_gc(context, window, &CreateGCAux::new().graphics_exposures(0))?;
        Ok(Self { window, context, depth, raster: Raster::new(), bytes: Vec::new(), link })
    }

    pub(crate) fn paint(&mut self, frame: Frame) -> Result<(), PaintError> {
        let areas = self.raster.paint(frame).to_vec();
        self.put(&areas)
    }

    /// Shows parts of the picture.
    pub(crate) fn put(&mut self, areas: &[Area]) -> Result<(), PaintError> {
        let connection = self.link.connection();
        let canvas = self.raster.canvas();
        for area in areas.iter().map(|area| area.cut(canvas.area())).filter(|area| !area.is_empty()) {
            let most = connection.maximum_request_bytes().saturating_sub(HEAD);
            let rows = (most / (area.width() * 4)).clamp(1, area.height());
            for top in (area.top..area.bottom).step_by(rows) {
                let part = Area { top, bottom: area.bottom.min(top + rows), ..area };
                canvas.copy(part, &mut self.bytes);
                connection.put_image(
                    ImageFormat::Z_PIXMAP,
                    self.window,
                    self.context,
                    part.width() as u16,
                    part.height() as u16,
                    part.left as i16,
                    part.top as i16,
                    0,
                    self.depth,
                    &self.bytes,
                )?;
            }
        }
        connection.flush()?;
        Ok(())
    }
}
