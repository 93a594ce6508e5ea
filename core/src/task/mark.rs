//! Which thread this is.

/// A mark of this thread, which no other one has while it lives; never 0. A thread-local without a destructor, unlike
/// `std::thread::current`, which would keep the module in memory until the host's thread ends. `[any thread]`
#[must_use]
pub fn here() -> usize {
    std::thread_local! {
        static HERE: u8 = const { 0 };
    }
    HERE.with(|here| std::ptr::from_ref(here).addr())
}
