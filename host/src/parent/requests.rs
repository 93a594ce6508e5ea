//! What both kinds of loaded plugins can be asked for: an [`Instance`](super::Instance) and a
//! [`Live`](super::Live).

/// Gives a type with `ask` and `unexpected` the functions that ask one thing each, and makes it
/// [`Convert`](crate::parameter::Convert).
macro_rules! requests {
    ($plugin:ty) => {
        impl $plugin {
            /// The format's own number for a parameter's plain value, as [`Change`](crate::Change) wants it.
            ///
            /// # Errors
            /// Where the plugin makes no sense of the value, or the child fails.
            pub fn native(&mut self, index: u32, plain: f64) -> Result<f64> {
                match self.ask(Request::Native { index, plain })? {
                    Reply::Number(native) if native.is_finite() => Ok(native),
                    other => Err(self.unexpected(&other)),
                }
            }

            /// Where a plain value lies among those that the parameter takes.
            ///
            /// # Errors
            /// Where the child fails.
            pub fn step(&mut self, index: u32, plain: f64) -> Result<$crate::step::Step> {
                match self.ask(Request::Step { index, plain })? {
                    Reply::Step(step) => Ok(step),
                    other => Err(self.unexpected(&other)),
                }
            }

            /// The plain value that the plugin reads in `text`, if it can.
            ///
            /// # Errors
            /// Where the child fails.
            pub fn parse_text(&mut self, index: u32, text: &str) -> Result<Option<f64>> {
                match self.ask(Request::ParseText { index, text: text.to_owned() })? {
                    Reply::Plain(plain) => Ok(plain),
                    other => Err(self.unexpected(&other)),
                }
            }

            /// All parameters as they are now, in the order of [`PluginInfo::parameters`].
            ///
            /// # Errors
            /// Where the child fails.
            pub fn values(&mut self) -> Result<Vec<$crate::info::ParameterValue>> {
                match self.ask(Request::Values)? {
                    Reply::Values(values) if values.len() == self.info.parameters.len() => Ok(values),
                    other => Err(self.unexpected(&other)),
                }
            }

            /// Tells the plugin's main-thread side about native values; the audio side gets them as
            /// changes of a block.
            ///
            /// # Errors
            /// Where the child fails.
            pub fn set(&mut self, values: &[(u32, f64)]) -> Result<()> {
                self.done(Request::Set { values: values.to_vec() })
            }

            /// Latency and tail as they are now.
            ///
            /// # Errors
            /// Where the child fails.
            pub fn timing(&mut self) -> Result<$crate::info::Timing> {
                match self.ask(Request::Timing)? {
                    Reply::Timing(timing) => Ok(timing),
                    other => Err(self.unexpected(&other)),
                }
            }

            fn done(&mut self, request: Request) -> Result<()> {
                match self.ask(request)? {
                    Reply::Done => Ok(()),
                    other => Err(self.unexpected(&other)),
                }
            }
        }

        impl $crate::parameter::Convert for $plugin {
            fn info(&self) -> &PluginInfo {
                &self.info
            }

            fn native(&mut self, index: u32, plain: f64) -> Result<f64> {
                <$plugin>::native(self, index, plain)
            }

            fn parse_text(&mut self, index: u32, text: &str) -> Result<Option<f64>> {
                <$plugin>::parse_text(self, index, text)
            }

            fn step(&mut self, index: u32, plain: f64) -> Result<$crate::step::Step> {
                <$plugin>::step(self, index, plain)
            }
        }
    };
}

pub(in crate::parent) use requests;
