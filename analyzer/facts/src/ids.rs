//! Typed indices into the arenas of one file.
//!
//! An id has meaning only together with the file it came from. No id encodes a source offset.

use std::num::NonZeroU32;

/// Declares a newtype that indexes one arena. `None` takes no room beside it.
macro_rules! id {
    ($(#[$meta:meta])* $name:ident) => {
        $(#[$meta])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(NonZeroU32);

        impl $name {
            /// The id of what stands at a position of the arena.
            #[must_use]
            pub const fn new(position: u32) -> Self {
                Self(NonZeroU32::MIN.saturating_add(position))
            }

            /// The position in the arena.
            #[must_use]
            pub fn index(self) -> usize {
                self.0.get() as usize - 1
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(formatter, concat!(stringify!($name), "({})"), self.index())
            }
        }
    };
}

id!(
    /// A string in the file's constant pool.
    Name
);
id!(
    /// An expression.
    ExprId
);
id!(
    /// A statement.
    StmtId
);
id!(
    /// A binding pattern or assignment target.
    PatternId
);
id!(
    /// A function-like body: function, arrow, method, or the module itself.
    FunctionId
);
id!(
    /// A class.
    ClassId
);
id!(
    /// A declared name: variable, parameter, function, class, import.
    BindingId
);
id!(
    /// A TypeScript type that was written down.
    TypeId
);
id!(
    /// A property of an object literal.
    PropId
);
id!(
    /// A loop with a head of three parts.
    ForId
);
id!(
    /// A `try` statement.
    TryId
);
/// A file of one project, in the order of their paths.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(pub u32);

impl FileId {
    /// The position among the files.
    #[must_use]
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

impl std::fmt::Debug for FileId {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "FileId({})", self.0)
    }
}

impl FunctionId {
    /// The module body, which holds the top-level statements.
    pub const MODULE: Self = Self::new(0);
}

/// A run of ids in one of the file's lists.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct ListRange {
    /// First position.
    pub start: u32,
    /// One past the last position.
    pub end: u32,
}

impl ListRange {
    /// The number of elements.
    #[must_use]
    pub fn len(self) -> usize {
        (self.end - self.start) as usize
    }

    /// Whether there are no elements.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// The range as one of `usize`, to slice the list with.
    #[must_use]
    pub fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// A run of few ids in one of the file's lists, in six bytes.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct ShortRange {
    /// The halves of the first position.
    start: [u16; 2],
    count: u16,
}

impl ShortRange {
    /// A range as a short one; `None` if it holds more than 65,535 ids.
    #[must_use]
    #[expect(clippy::cast_possible_truncation, reason = "a half at a time")]
    pub fn new(range: ListRange) -> Option<Self> {
        let count = u16::try_from(range.len()).ok()?;
        Some(Self { start: [(range.start >> 16) as u16, range.start as u16], count })
    }
}

impl From<ShortRange> for ListRange {
    fn from(range: ShortRange) -> Self {
        let start = u32::from(range.start[0]) << 16 | u32::from(range.start[1]);
        Self { start, end: start + u32::from(range.count) }
    }
}
