//! Pictures that a GPU draws: egui's own painter on baseview's context. Its window for egui is not used,
//! because then mouse and keyboard would come two ways, one for each kind of picture.

use std::ffi::{c_int, c_void};
use std::sync::Arc;

use baseview::WindowContext;
use baseview::gl::{GlConfig, GlContext};
use dyad_gui::Frame;
use egui_glow::glow::{self, HasContext};

use super::PaintError;

/// A painter, and the context that it needs to be current.
pub(crate) struct Gl {
    context: GlContext,
    painter: egui_glow::Painter,
}

/// What the window is to be made for.
pub(crate) fn config() -> GlConfig {
    // Neither depth nor stencil; colours are blended as the screen has them.
    GlConfig { depth_bits: 0, stencil_bits: 0, srgb: false, ..GlConfig::default() }
}

impl Gl {
    /// `software` allows a GPU that is none.
    #[expect(unsafe_code, reason = "calls into the GL library")]
    pub(crate) fn new(window: &WindowContext, software: bool) -> Result<Self, PaintError> {
        let context = window.gl_context().ok_or_else(|| PaintError::Gl("no context".into()))?;
        let failed = |error: &dyn std::fmt::Display| PaintError::Gl(error.to_string());
        // SAFETY: this thread has no other context, and what is loaded are the functions of this one.
        let gl = unsafe {
            context.make_current().map_err(|error| failed(&error))?;
            glow::Context::from_loader_function_cstr(|name| context.get_proc_address(name))
        };
        // SAFETY: the context is current.
        let renderer = unsafe { gl.get_parameter_string(glow::RENDERER) };
        if !software && is_software(&renderer) {
            return Err(PaintError::Software(renderer));
        }
        let painter =
            egui_glow::Painter::new(Arc::new(gl), "", None, false).map_err(|error| failed(&error))?;
        never_wait(&context);
        Ok(Self { context, painter })
    }

    #[expect(unsafe_code, reason = "calls into the GL library")]
    pub(crate) fn paint(&mut self, mut frame: Frame) -> Result<(), PaintError> {
        // SAFETY: this thread has no other context, and the window is baseview's, which keeps it.
        unsafe { self.context.make_current() }.map_err(|error| PaintError::Gl(error.to_string()))?;
        let [r, g, b, _] = frame.background.to_normalized_gamma_f32();
        let gl = self.painter.gl();
        // SAFETY: the context is current.
        unsafe {
            gl.disable(glow::SCISSOR_TEST);
            gl.clear_color(r, g, b, 1.0);
            gl.clear(glow::COLOR_BUFFER_BIT);
        }
        self.painter.paint_and_update_textures(
            frame.size,
            frame.scale,
            &frame.primitives,
            &mut frame.textures,
        );
        self.context.swap_buffers().map_err(|error| PaintError::Gl(error.to_string()))
    }
}

impl Drop for Gl {
    #[expect(unsafe_code, reason = "calls into the GL library")]
    fn drop(&mut self) {
        // SAFETY: as for painting; where it can't be made current, there is nothing left to free.
        if unsafe { self.context.make_current() }.is_ok() {
            self.painter.destroy();
            // SAFETY: it is current.
            let _ = unsafe { self.context.make_not_current() };
        }
    }
}

/// Whether the processor does this one's work: it is slower at that than this crate's rasteriser, and
/// dies with the window when the host destroys it.
fn is_software(renderer: &str) -> bool {
    let renderer = renderer.to_ascii_lowercase();
    ["llvmpipe", "softpipe", "swrast", "software"].iter().any(|name| renderer.contains(name))
}

/// Has pictures shown without waiting for the screen's turn, which never comes while the screen is off.
#[expect(unsafe_code, reason = "calls into the EGL library")]
fn never_wait(context: &GlContext) {
    type CurrentDisplay = unsafe extern "system" fn() -> *mut c_void;
    type SwapInterval = unsafe extern "system" fn(*mut c_void, c_int) -> u32;
    let display = context.get_proc_address(c"eglGetCurrentDisplay");
    let interval = context.get_proc_address(c"eglSwapInterval");
    if display.is_null() || interval.is_null() {
        return;
    }
    // SAFETY: functions with these names have these types. A display is only current where the context
    // is EGL's own.
    unsafe {
        let display = std::mem::transmute::<*const c_void, CurrentDisplay>(display)();
        if !display.is_null() {
            std::mem::transmute::<*const c_void, SwapInterval>(interval)(display, 0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::is_software;

    #[test]
    fn gpus_are_told_from_processors() {
        assert!(is_software("llvmpipe (LLVM 15.0.6, 256 bits)"));
        assert!(is_software("Mesa DRI Software Rasterizer") && is_software("SWRAST"));
        assert!(!is_software("AMD Radeon RX 6600 (navi23, LLVM 15.0.7, DRM 3.49)"));
        assert!(!is_software("Mesa Intel(R) UHD Graphics 620 (KBL GT2)"));
    }
}
