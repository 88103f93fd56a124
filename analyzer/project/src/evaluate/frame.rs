//! Activation frames: the variables of one run of a function, chained to those of the functions around it.

use std::cell::RefCell;
use std::rc::Rc;

use lunora_facts::{BindingId, FileId, FunctionId};
use rustc_hash::FxHashMap;

use super::value::Value;

/// The variables of one activation.
pub(crate) struct Frame {
    pub(crate) file: FileId,
    pub(crate) function: FunctionId,
    pub(crate) parent: Option<Rc<Frame>>,
    pub(crate) this: RefCell<Option<Value>>,
    variables: RefCell<FxHashMap<BindingId, Value>>,
}

impl Frame {
    pub(crate) fn new(
        file: FileId,
        function: FunctionId,
        parent: Option<Rc<Frame>>,
        this: Option<Value>,
    ) -> Rc<Self> {
        Rc::new(Self { file, function, parent, this: RefCell::new(this), variables: RefCell::default() })
    }

    /// Whether it holds the top-level names of a module.
    pub(crate) fn is_module(&self) -> bool {
        self.function == FunctionId::MODULE
    }

    pub(crate) fn get(&self, binding: BindingId) -> Option<Value> {
        self.variables.borrow().get(&binding).cloned()
    }

    /// Sets a variable and returns what it held.
    pub(crate) fn set(&self, binding: BindingId, value: Value) -> Option<Value> {
        self.variables.borrow_mut().insert(binding, value)
    }

    pub(crate) fn restore(&self, binding: BindingId, value: Option<Value>) {
        match value {
            Some(value) => {
                self.variables.borrow_mut().insert(binding, value);
            }
            None => {
                self.variables.borrow_mut().remove(&binding);
            }
        }
    }

    /// The frame in this chain that belongs to a function.
    pub(crate) fn of_function(self: &Rc<Self>, function: FunctionId) -> Option<Rc<Self>> {
        let mut frame = Some(self);
        while let Some(current) = frame {
            if current.function == function {
                return Some(Rc::clone(current));
            }
            frame = current.parent.as_ref();
        }
        None
    }
}

/// A frame prints as its function: values hold frames that hold values.
impl std::fmt::Debug for Frame {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Frame({:?}, {:?})", self.file, self.function)
    }
}
