//! `queryInterface` that survives null pointers.
//!
//! The bindings generate `queryInterface`, and theirs reads the id and writes the result without a
//! look. Validators pass null there. So the virtual tables of our objects are copies in which that one
//! entry is ours; the copies are made by the compiler, one for each class and interface, and live in
//! the binary.

use std::ffi::c_void;
use std::marker::PhantomData;
use std::mem::MaybeUninit;

use vst3::Steinberg::{FUnknown, FUnknownVtbl, TUID, kInvalidArgument, kNoInterface, kResultOk, tresult};
use vst3::com_scrape_types::{Construct, Guid, Header, InterfaceList, MakeHeader, Wrapper};
use vst3::{Class, ComWrapper};

/// A list of interfaces like the tuple `L`, with tables that take null pointers.
#[derive(Debug)]
pub struct Safe<L>(PhantomData<L>);

// SAFETY: both are those of a list that keeps the contract.
unsafe impl<L: InterfaceList> InterfaceList for Safe<L> {
    type Header = L::Header;

    fn query(id: &Guid) -> Option<isize> {
        L::query(id)
    }
}

/// Makes the headers of lists of some length.
macro_rules! lists {
    ($(($($interface:ident $index:literal),+))+) => {$(
        // SAFETY: an interface object is a pointer to its table (`Interface`'s contract), a header is
        // one after the other, and the tables are the generated ones but for one entry.
        unsafe impl<C, $($interface),+> MakeHeader<C, ComWrapper<C>> for Safe<($($interface,)+)>
        where
            C: Class + 'static,
            $($interface: Construct<C, ComWrapper<C>, { $index * size_of::<*mut ()>() as isize }>,)+
        {
            const HEADER: Self::Header = {
                let tables: [*const Entries; _] = [$(
                    &raw const *Table::<C, $interface, { $index * size_of::<*mut ()>() as isize }>::SAFE,
                )+];
                assert!(size_of_val(&tables) == size_of::<Self::Header>());
                // SAFETY: as above.
                unsafe { (&raw const tables).cast::<Self::Header>().read() }
            };
        }
    )+};
}

lists! {
    (A 0)
    (A 0, B 1)
    (A 0, B 1, D 2)
    (A 0, B 1, D 2, E 3, F 4, G 5, H 6, I 7, J 8, K 9, L 10, M 11, N 12, O 13, Q 14)
}

/// Room for any interface's table. Plain pointers, because only of these the compiler knows that
/// nothing in them changes behind a shared reference.
type Entries = MaybeUninit<[*const (); 32]>;

/// The table of interface `I` of class `C`, `OFFSET` bytes into the header.
struct Table<C, I, const OFFSET: isize>(PhantomData<(C, I)>);

impl<C, I, const OFFSET: isize> Table<C, I, OFFSET>
where
    C: Class + 'static,
    I: Construct<C, ComWrapper<C>, OFFSET>,
{
    const SAFE: &'static Entries = &{
        assert!(size_of::<I::Vtbl>() <= size_of::<Entries>());
        let object = I::OBJ;
        // SAFETY: an interface object is a pointer to its table (`Interface`'s contract).
        let generated = unsafe { (&raw const object).cast::<*const I::Vtbl>().read() };
        std::mem::forget(object);
        let mut entries = Entries::uninit();
        // SAFETY: a valid table of function pointers, which may be copied and fits; its first part
        // is that of FUnknown (`Interface`'s contract).
        unsafe {
            std::ptr::copy_nonoverlapping(generated, entries.as_mut_ptr().cast::<I::Vtbl>(), 1);
            (*entries.as_mut_ptr().cast::<FUnknownVtbl>()).queryInterface = query::<C, OFFSET>;
        }
        entries
    };
}

unsafe extern "system" fn query<C: Class + 'static, const OFFSET: isize>(
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
    // SAFETY: an object of this class, and its interface at this offset; 16 bytes of any alignment.
    unsafe {
        let header = this.byte_offset(-OFFSET).cast::<Header<C>>();
        answer::<C>(header, &*id.cast::<Guid>(), object)
    }
}

/// The same for all interfaces of a class.
///
/// # Safety
/// The header is an object's; `object` is the caller's to write to.
#[inline(never)]
unsafe fn answer<C: Class + 'static>(
    header: *mut Header<C>,
    id: &Guid,
    object: *mut *mut c_void,
) -> tresult {
    let Some(offset) = C::Interfaces::query(id) else { return kNoInterface };
    // SAFETY: the caller's contract; the offset is within the header.
    unsafe {
        <ComWrapper<C> as Wrapper<C>>::add_ref(<ComWrapper<C> as Wrapper<C>>::data_from_header(header));
        object.write_unaligned(header.byte_offset(offset).cast());
    }
    kResultOk
}
