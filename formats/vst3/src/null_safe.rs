//! `queryInterface` that survives null pointers.
//!
//! The bindings generate `queryInterface`, and theirs reads the id and writes the result without a
//! look. Validators pass null there. So each object's virtual tables are replaced by copies in
//! which that one entry is ours; the copies are made by the compiler, one for each class and
//! interface, and live in the binary.

use std::ffi::c_void;
use std::marker::PhantomData;
use std::mem::MaybeUninit;

use vst3::Steinberg::{FUnknown, FUnknownVtbl, TUID, kInvalidArgument, tresult};
use vst3::com_scrape_types::Construct;
use vst3::{Class, ComWrapper};

/// Room for any interface's table. Plain pointers, because only of these the compiler knows that
/// nothing in them changes behind a shared reference.
type Entries = MaybeUninit<[*const (); 32]>;

type Query = unsafe extern "system" fn(*mut FUnknown, *const TUID, *mut *mut c_void) -> tresult;

/// The table of interface `I` of class `C`, `OFFSET` bytes into the object.
struct Table<C, I, const OFFSET: isize>(PhantomData<(C, I)>);

impl<C, I, const OFFSET: isize> Table<C, I, OFFSET>
where
    C: Class + 'static,
    I: Construct<C, ComWrapper<C>, OFFSET>,
{
    const GENERATED: *const I::Vtbl = {
        let object = I::OBJ;
        // SAFETY: an interface object is a pointer to its table (`Interface`'s contract).
        let table = unsafe { (&raw const object).cast::<*const I::Vtbl>().read() };
        std::mem::forget(object);
        table
    };

    const QUERY: Query = {
        // SAFETY: every table begins with that of FUnknown (`Interface`'s contract).
        unsafe { (*Self::GENERATED.cast::<FUnknownVtbl>()).queryInterface }
    };

    const SAFE: Entries = {
        assert!(size_of::<I::Vtbl>() <= size_of::<Entries>());
        let mut entries = Entries::uninit();
        // SAFETY: a valid table of function pointers, which may be copied and fits; its first part
        // is that of FUnknown.
        unsafe {
            std::ptr::copy_nonoverlapping(Self::GENERATED, entries.as_mut_ptr().cast::<I::Vtbl>(), 1);
            (*entries.as_mut_ptr().cast::<FUnknownVtbl>()).queryInterface = Self::query;
        }
        entries
    };

    unsafe extern "system" fn query(
        this: *mut FUnknown,
        id: *const TUID,
        object: *mut *mut c_void,
    ) -> tresult {
        if object.is_null() {
            return kInvalidArgument;
        }
        // SAFETY: not null, and the host's own pointer to write to.
        unsafe { object.write_unaligned(std::ptr::null_mut()) };
        if this.is_null() || id.is_null() {
            return kInvalidArgument;
        }
        // SAFETY: the generated function, with its arguments checked.
        unsafe { Self::QUERY(this, id, object) }
    }
}

/// Replaces the table of the interface at `OFFSET`.
///
/// # Safety
/// `I` is in `C`'s interface list at `OFFSET`, and nobody else has a pointer to the object yet.
pub(crate) unsafe fn protect<C, I, const OFFSET: isize>(object: &ComWrapper<C>)
where
    C: Class + 'static,
    I: Construct<C, ComWrapper<C>, OFFSET>,
{
    if let Some(interface) = object.as_com_ref::<I>() {
        let table: &'static Entries = const { &Table::<C, I, OFFSET>::SAFE };
        // SAFETY: an interface object is a pointer to its table; nobody reads it now.
        unsafe { interface.as_ptr().cast::<*const Entries>().write(table) };
    }
}

/// Calls [`protect`] for each interface of a class, in the order of its list.
macro_rules! protect_all {
    ($class:ty, $object:expr, $($index:literal: $interface:ty),+) => {
        $(
            // SAFETY: the list below is the class's own, and the object is new.
            unsafe {
                const OFFSET: isize = $index * size_of::<*mut ()>() as isize;
                $crate::null_safe::protect::<$class, $interface, OFFSET>($object);
            }
        )+
    };
}
pub(crate) use protect_all;
