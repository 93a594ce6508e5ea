//! The plugins that a crate exports, as a list of types.

use crate::plugin::Plugin;

/// The plugins of a crate; made by `dyad::export!`. Adaptors and the bundler walk through it.
pub trait Bundle: 'static {
    /// Shows each plugin type to the visitor.
    fn visit(visitor: &mut impl Visitor);
}

/// Something done with every plugin type of a bundle.
pub trait Visitor {
    /// One plugin type, with the text of its crate's `ports.lock`.
    fn plugin<P: Plugin>(&mut self, lock: &'static str);
}
