//! Which thread this is.

/// A mark of this thread, which no other one has while it lives; never 0. `[any thread, audio too]`
///
/// The C library's name for it. Not `std::thread::current`, which would keep the module in memory until the host's
/// thread ends; nor a thread-local, for which the C library takes memory where a thread first asks for one of a module
/// that was loaded later.
#[must_use]
pub fn here() -> usize {
    super::thread::this()
}
