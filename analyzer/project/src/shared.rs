//! Lists whose elements are shared by the versions of a project.

use std::ops::Index;
use std::sync::Arc;

/// A list that reads as one of `T`. Another version of it in which little differs shares the rest.
#[derive(Debug)]
pub struct Shared<T>(Vec<Arc<T>>);

impl<T> Shared<T> {
    /// The elements.
    pub fn iter(&self) -> Iter<'_, T> {
        self.0.iter().map(|element| &**element)
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// An element by its position.
    #[must_use]
    pub fn get(&self, position: usize) -> Option<&T> {
        self.0.get(position).map(|element| &**element)
    }

    /// The first element.
    #[must_use]
    pub fn first(&self) -> Option<&T> {
        self.get(0)
    }

    /// The elements as they are shared: two versions of a list hold the same one if they point to the same place.
    #[must_use]
    pub fn as_arcs(&self) -> &[Arc<T>] {
        &self.0
    }

    /// The position of an element in a list that is sorted by the key, or where it would be.
    ///
    /// # Errors
    /// If there is no element with that key.
    pub fn binary_search_by_key<K: Ord>(&self, key: &K, of: impl Fn(&T) -> K) -> Result<usize, usize> {
        self.0.binary_search_by_key(key, |element| of(element))
    }

    pub(crate) fn arcs_mut(&mut self) -> &mut Vec<Arc<T>> {
        &mut self.0
    }
}

/// The elements of a [`Shared`] list.
pub type Iter<'a, T> = std::iter::Map<std::slice::Iter<'a, Arc<T>>, fn(&'a Arc<T>) -> &'a T>;

impl<T> Clone for Shared<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<T> Default for Shared<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> From<Vec<Arc<T>>> for Shared<T> {
    fn from(elements: Vec<Arc<T>>) -> Self {
        Self(elements)
    }
}

impl<T> Index<usize> for Shared<T> {
    type Output = T;

    fn index(&self, position: usize) -> &T {
        &self.0[position]
    }
}

impl<'a, T> IntoIterator for &'a Shared<T> {
    type Item = &'a T;
    type IntoIter = Iter<'a, T>;

    fn into_iter(self) -> Iter<'a, T> {
        self.iter()
    }
}
