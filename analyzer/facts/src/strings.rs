//! The constant pool of a file: many short texts in one block of memory.

use crate::ids::Name;

/// The strings of a file, each once, by the order in which they were added.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Strings {
    text: String,
    /// Where each string ends; it starts where the one before ends.
    ends: Vec<u32>,
}

impl Strings {
    /// Adds a string.
    pub fn push(&mut self, string: &str) -> Name {
        let name = Name::new(self.ends.len() as u32);
        self.text.push_str(string);
        self.ends.push(self.text.len() as u32);
        name
    }

    /// The text of a name.
    ///
    /// # Panics
    /// If the name is of another file.
    #[must_use]
    pub fn get(&self, name: Name) -> &str {
        let start = name.index().checked_sub(1).map_or(0, |before| self.ends[before] as usize);
        &self.text[start..self.ends[name.index()] as usize]
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// All of them, in order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.ends.len() as u32).map(|index| self.get(Name::new(index)))
    }

    /// Forgets all of them, but keeps the memory.
    pub fn clear(&mut self) {
        self.text.clear();
        self.ends.clear();
    }
}
