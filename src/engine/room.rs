//! Copies of lists that will grow.

/// The same list, with as much room for more.
pub(super) fn with_its_room<T: Clone>(list: &Vec<T>) -> Vec<T> {
    let mut copy = Vec::with_capacity(list.capacity());
    copy.extend_from_slice(list);
    copy
}
