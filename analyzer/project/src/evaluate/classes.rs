//! Classes: instances with their fields, methods found along `extends`, static members.

use std::rc::Rc;

use ecow::EcoString;
use lunora_facts::{ClassId, ClassMember, ClassMemberValue, FunctionId, Pattern};

use super::frame::Frame;
use super::interpreter::Interpreter;
use super::value::{ClassValue, Closure, ObjectProp, ObjectValue, Value};

/// How many classes may extend one another; what lies beyond is not found.
const MAX_SUPERCLASSES: usize = 8;

impl Interpreter<'_> {
    /// Makes an instance: its fields, then its constructor.
    pub(super) fn instantiate(&mut self, class: &Rc<ClassValue>, arguments: Vec<Value>) -> Value {
        let program = self.program(class.file);
        let mut object = ObjectValue {
            class: Some(Rc::clone(class)),
            open: program.classes[class.class.index()].superclass.is_some(),
            ..ObjectValue::default()
        };
        self.initialise(class, &mut object, 0);
        self.run_constructor(class, arguments, Value::object(object), 0)
    }

    /// Gives an instance the fields of a class, and before these those of the classes that it extends.
    fn initialise(&mut self, class: &Rc<ClassValue>, object: &mut ObjectValue, depth: usize) {
        if depth < MAX_SUPERCLASSES
            && let Some(superclass) = self.superclass(class)
        {
            self.initialise(&superclass, object, depth + 1);
        }
        let program = self.program(class.file);
        let declaration = &program.classes[class.class.index()];
        let frame = Frame::new(class.file, class.frame.function, class.frame.parent.clone(), None);
        let frame = if class.frame.is_module() { Rc::clone(&class.frame) } else { frame };
        for member in &declaration.members {
            let (Some(name), false) = (member.name, member.is_static) else {
                continue;
            };
            if let ClassMemberValue::Field { value, ty } = member.value {
                let value = match value {
                    Some(value) => self.eval(&frame, value),
                    None => ty.and_then(|ty| self.typed_value(class.file, ty)).unwrap_or(Value::OPAQUE),
                };
                object.set(ObjectProp {
                    name: EcoString::from(program.text(name)),
                    value,
                    certain: true,
                    at: None,
                    is_getter: false,
                });
            }
        }
    }

    /// Runs the constructor of a class, or that of the class that it extends, and returns the instance.
    fn run_constructor(
        &mut self,
        class: &Rc<ClassValue>,
        arguments: Vec<Value>,
        this: Value,
        depth: usize,
    ) -> Value {
        let program = self.program(class.file);
        let members = &program.classes[class.class.index()].members;
        let constructor = members.iter().find_map(|member| match member.value {
            ClassMemberValue::Constructor(function) => Some(function),
            _ => None,
        });
        if let Some(function) = constructor {
            let frame = Rc::clone(&class.frame);
            let closure = Rc::new(Closure { file: class.file, function, frame, this: None });
            return self.call_closure(&closure, arguments, Some(this), None);
        }
        match self.superclass(class) {
            Some(superclass) if depth < MAX_SUPERCLASSES => {
                self.run_constructor(&superclass, arguments, this, depth + 1)
            }
            _ => this,
        }
    }

    /// `super(…)`.
    pub(super) fn construct_super(&mut self, frame: &Rc<Frame>, arguments: Vec<Value>) {
        let Some(superclass) = self.class_around(frame).and_then(|class| self.superclass(&class)) else {
            self.escape(&arguments);
            return;
        };
        let this = frame.this.borrow().clone().unwrap_or(Value::OPAQUE);
        let this = self.run_constructor(&superclass, arguments, this, 0);
        *frame.this.borrow_mut() = Some(this);
    }

    /// `super.name`, as a function that is called on the same object.
    pub(super) fn super_member(&mut self, frame: &Rc<Frame>, name: &str) -> Value {
        let Some(class) = self.class_around(frame).and_then(|class| self.superclass(&class)) else {
            return Value::OPAQUE;
        };
        match frame.this.borrow().clone() {
            Some(Value::Class(_)) => self.static_member(&class, name),
            Some(this) => self.member_from(class, &this, name).unwrap_or(Value::OPAQUE),
            None => Value::OPAQUE,
        }
    }

    /// The class that a class extends.
    fn superclass(&mut self, class: &Rc<ClassValue>) -> Option<Rc<ClassValue>> {
        let superclass = self.program(class.file).classes[class.class.index()].superclass?;
        match self.eval(&Rc::clone(&class.frame), superclass) {
            Value::Class(superclass) => Some(superclass),
            _ => None,
        }
    }

    /// The class whose method or constructor a frame belongs to.
    fn class_around(&self, frame: &Rc<Frame>) -> Option<Rc<ClassValue>> {
        let program = self.program(frame.file);
        let mut current = frame;
        loop {
            let outer = current.parent.as_ref()?;
            let is_of = |member: &ClassMember| member.value.function() == Some(current.function);
            let class = program.classes.iter().position(|class| class.members.iter().any(is_of));
            if let Some(class) = class {
                let class = ClassId::new(u32::try_from(class).unwrap_or(u32::MAX));
                return Some(Rc::new(ClassValue { file: frame.file, class, frame: Rc::clone(outer) }));
            }
            current = outer;
        }
    }

    /// A method of an object's class, or of the classes that it extends.
    pub(super) fn class_member(&mut self, instance: &Value, name: &str) -> Option<Value> {
        let Value::Object(object) = instance else {
            return None;
        };
        self.member_from(Rc::clone(object.class.as_ref()?), instance, name)
    }

    /// A method of a class or of one that it extends, to be called on an instance.
    fn member_from(&mut self, mut class: Rc<ClassValue>, instance: &Value, name: &str) -> Option<Value> {
        for _ in 0..=MAX_SUPERCLASSES {
            let program = self.program(class.file);
            let declaration = &program.classes[class.class.index()];
            let member = declaration
                .members
                .iter()
                .find(|member| !member.is_static && member.name.is_some_and(|own| program.text(own) == name));
            match member.map(|member| member.value) {
                Some(ClassMemberValue::Method(function)) => {
                    return Some(method_closure(&class, function, instance));
                }
                Some(ClassMemberValue::Getter(function)) => {
                    let getter = method_closure(&class, function, instance);
                    return Some(self.call_value(&getter, Vec::new(), Some(instance.clone())));
                }
                _ => {}
            }
            class = self.superclass(&class)?;
        }
        None
    }

    /// A static member of a class, or of the classes that it extends.
    pub(super) fn static_member(&mut self, class: &Rc<ClassValue>, name: &str) -> Value {
        let mut owner = Rc::clone(class);
        for _ in 0..=MAX_SUPERCLASSES {
            let program = self.program(owner.file);
            let members = &program.classes[owner.class.index()].members;
            let member = members
                .iter()
                .find(|member| member.is_static && member.name.is_some_and(|own| program.text(own) == name));
            match member.map(|member| member.value) {
                Some(ClassMemberValue::Method(function)) => {
                    return method_closure(&owner, function, &Value::Class(Rc::clone(class)));
                }
                Some(ClassMemberValue::Field { value: Some(value), .. }) => {
                    return self.eval(&Rc::clone(&owner.frame), value);
                }
                Some(_) => return Value::OPAQUE,
                None => {}
            }
            match self.superclass(&owner) {
                Some(superclass) => owner = superclass,
                None => break,
            }
        }
        Value::OPAQUE
    }

    /// `constructor(private db: Db)` sets `this.db`.
    pub(super) fn assign_parameter_property(
        &mut self,
        frame: &Rc<Frame>,
        pattern: lunora_facts::PatternId,
        value: &Value,
    ) {
        let program = self.program(frame.file);
        let binding = match program.pattern(pattern) {
            Pattern::Binding(binding) => *binding,
            Pattern::Default { pattern, .. } => match program.pattern(*pattern) {
                Pattern::Binding(binding) => *binding,
                _ => return,
            },
            _ => return,
        };
        let name: EcoString = EcoString::from(program.text(program.binding(binding).name));
        let mut this = frame.this.borrow_mut();
        if let Some(Value::Object(object)) = this.as_ref() {
            let mut changed = (**object).clone();
            changed.set(ObjectProp { name, value: value.clone(), certain: true, at: None, is_getter: false });
            *this = Some(Value::object(changed));
        }
    }
}

fn method_closure(class: &Rc<ClassValue>, function: FunctionId, this: &Value) -> Value {
    Value::Closure(Rc::new(Closure {
        file: class.file,
        function,
        frame: Rc::clone(&class.frame),
        this: Some(this.clone()),
    }))
}
