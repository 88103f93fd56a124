//! The properties of an object: few and in order, or many and found by their names.

use std::ops::{Deref, DerefMut};

use ecow::EcoString;
use rustc_hash::FxHashMap;

use super::value::ObjectProp;

/// Up to so many properties are looked through one by one.
const FEW: usize = 32;
/// An object holds no more properties than this; what is written by people holds far fewer.
const MOST: usize = 1 << 16;

/// The properties of an object, each name once, in the order in which they were first set. Names never change.
#[derive(Clone, Debug, Default)]
pub(crate) struct Props {
    list: Vec<ObjectProp>,
    /// Where each name stands, once there are more than a few.
    positions: FxHashMap<EcoString, usize>,
}

impl Props {
    /// Where a property stands.
    pub(crate) fn position(&self, name: &str) -> Option<usize> {
        if self.list.len() <= FEW {
            self.list.iter().position(|prop| &*prop.name == name)
        } else {
            self.positions.get(name).copied()
        }
    }

    /// Adds a property of a new name; whether there is room for it.
    pub(crate) fn push(&mut self, prop: ObjectProp) -> bool {
        let next = self.list.len();
        if next >= MOST {
            return false;
        }
        if next == FEW {
            let known = self.list.iter().enumerate();
            self.positions = known.map(|(position, prop)| (prop.name.clone(), position)).collect();
        }
        if next >= FEW {
            self.positions.insert(prop.name.clone(), next);
        }
        self.list.push(prop);
        true
    }
}

impl Deref for Props {
    type Target = [ObjectProp];

    fn deref(&self) -> &[ObjectProp] {
        &self.list
    }
}

impl DerefMut for Props {
    fn deref_mut(&mut self) -> &mut [ObjectProp] {
        &mut self.list
    }
}

/// As many as there is room for.
impl FromIterator<ObjectProp> for Props {
    fn from_iter<I: IntoIterator<Item = ObjectProp>>(iter: I) -> Self {
        let mut props = Self::default();
        for prop in iter {
            props.push(prop);
        }
        props
    }
}

impl IntoIterator for Props {
    type Item = ObjectProp;
    type IntoIter = std::vec::IntoIter<ObjectProp>;

    fn into_iter(self) -> Self::IntoIter {
        self.list.into_iter()
    }
}

impl<'a> IntoIterator for &'a Props {
    type Item = &'a ObjectProp;
    type IntoIter = std::slice::Iter<'a, ObjectProp>;

    fn into_iter(self) -> Self::IntoIter {
        self.list.iter()
    }
}

impl<'a> IntoIterator for &'a mut Props {
    type Item = &'a mut ObjectProp;
    type IntoIter = std::slice::IterMut<'a, ObjectProp>;

    fn into_iter(self) -> Self::IntoIter {
        self.list.iter_mut()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluate::value::Value;

    fn prop(number: usize) -> ObjectProp {
        let name = EcoString::from(format!("p{number}"));
        ObjectProp { name, value: Value::Null, certain: true, at: None, is_getter: false }
    }

    #[test]
    fn each_property_is_found_however_many_there_are() {
        let mut props = Props::default();
        for number in 0..3 * FEW {
            assert_eq!(props.position(&format!("p{number}")), None);
            assert!(props.push(prop(number)));
            for known in 0..=number {
                assert_eq!(props.position(&format!("p{known}")), Some(known));
            }
        }
    }

    #[test]
    fn there_is_an_end_to_the_room() {
        let mut props = Props::default();
        assert!((0..MOST).all(|number| props.push(prop(number))));
        assert!(!props.push(prop(MOST)));
        assert_eq!((props.len(), props.position(&format!("p{MOST}"))), (MOST, None));
    }
}
