//! Activation frames: the variables of one run of a function, chained to those of the functions around it.

use std::cell::RefCell;
use std::rc::Rc;

use lunora_facts::{BindingId, FileId, FunctionId};

use super::value::Value;

/// The variables of one activation.
pub(crate) struct Frame {
    pub(crate) file: FileId,
    pub(crate) function: FunctionId,
    pub(crate) parent: Option<Rc<Frame>>,
    pub(crate) this: RefCell<Option<Value>>,
    variables: RefCell<Variables>,
}

/// The variables of a frame.
enum Variables {
    /// By their ids.
    OfModule(Vec<Option<Value>>),
    /// Those that were set, in the order of their ids: mostly the order in which they are set.
    OfFunction(Vec<(BindingId, Value)>),
}

impl Frame {
    /// The frame of one run of a function.
    pub(crate) fn new(
        file: FileId,
        function: FunctionId,
        parent: Option<Rc<Frame>>,
        this: Option<Value>,
    ) -> Rc<Self> {
        let variables = Variables::OfFunction(Vec::new());
        Rc::new(Self { file, function, parent, this: RefCell::new(this), variables: RefCell::new(variables) })
    }

    /// The frame of a module that declares so many names.
    pub(crate) fn of_module(file: FileId, bindings: usize) -> Rc<Self> {
        let variables = Variables::OfModule(vec![None; bindings]);
        Rc::new(Self {
            file,
            function: FunctionId::MODULE,
            parent: None,
            this: RefCell::new(None),
            variables: RefCell::new(variables),
        })
    }

    /// Whether it holds the top-level names of a module.
    pub(crate) fn is_module(&self) -> bool {
        self.function == FunctionId::MODULE
    }

    /// What a variable of this frame holds.
    pub(crate) fn get(&self, binding: BindingId) -> Option<Value> {
        match &*self.variables.borrow() {
            Variables::OfModule(values) => values.get(binding.index())?.clone(),
            Variables::OfFunction(values) => {
                values.get(position(values, binding).ok()?).map(|(_, value)| value.clone())
            }
        }
    }

    /// Sets a variable and returns what it held.
    pub(crate) fn set(&self, binding: BindingId, value: Value) -> Option<Value> {
        match &mut *self.variables.borrow_mut() {
            Variables::OfModule(values) => {
                let slot = values.get_mut(binding.index())?;
                slot.replace(value)
            }
            Variables::OfFunction(values) => match position(values, binding) {
                Ok(position) => values.get_mut(position).map(|(_, old)| std::mem::replace(old, value)),
                Err(position) => {
                    values.insert(position, (binding, value));
                    None
                }
            },
        }
    }

    /// Gives a variable back what it held before it was set.
    pub(crate) fn restore(&self, binding: BindingId, value: Option<Value>) {
        match (value, &mut *self.variables.borrow_mut()) {
            (Some(value), Variables::OfFunction(values)) => {
                let position = position(values, binding).ok();
                if let Some((_, held)) = position.and_then(|position| values.get_mut(position)) {
                    *held = value;
                }
            }
            (None, Variables::OfFunction(values)) => {
                if let Ok(position) = position(values, binding) {
                    values.remove(position);
                }
            }
            (value, Variables::OfModule(values)) => {
                if let Some(slot) = values.get_mut(binding.index()) {
                    *slot = value;
                }
            }
        }
    }

    /// Forgets all variables. Functions hold the frame that they were made in, which may hold them in turn: nothing else frees those.
    pub(crate) fn clear(&self) {
        self.this.take();
        self.variables.replace(Variables::OfFunction(Vec::new()));
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

/// Where a variable stands, or would.
fn position(values: &[(BindingId, Value)], binding: BindingId) -> Result<usize, usize> {
    values.binary_search_by_key(&binding, |(known, _)| *known)
}

/// A frame prints as its function: values hold frames that hold values.
impl std::fmt::Debug for Frame {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Frame({:?}, {:?})", self.file, self.function)
    }
}
