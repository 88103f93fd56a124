//! Lists most of which hold one element.

/// Adds an element to a list. For its first one the list takes just the room that this needs, and not that of four, as it would: a model
/// has hundreds of thousands of such lists.
pub(super) fn push<T>(list: &mut Vec<T>, element: T) {
    if list.capacity() == 0 {
        list.reserve_exact(1);
    }
    list.push(element);
}
