//! Typed indices into the arenas of one file.
//!
//! An id has meaning only together with the file it came from. No id encodes a source offset.

/// Declares a `u32` newtype that indexes one arena.
macro_rules! id {
    ($(#[$meta:meta])* $name:ident) => {
        $(#[$meta])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub u32);

        impl $name {
            /// The position in the arena.
            #[must_use]
            pub fn index(self) -> usize {
                self.0 as usize
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(formatter, concat!(stringify!($name), "({})"), self.0)
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
    /// A file of one project, in the order of their paths.
    FileId
);

impl FunctionId {
    /// The module body, which holds the top-level statements.
    pub const MODULE: Self = Self(0);
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
