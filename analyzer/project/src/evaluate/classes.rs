//! Classes: instances with their fields, methods found along `extends`, static members.

use std::rc::Rc;

use lunora_facts::{ClassMemberValue, FunctionId, Pattern};

use super::frame::Frame;
use super::interpreter::Interpreter;
use super::value::{ClassValue, Closure, ObjectProp, ObjectValue, Value};

impl Interpreter<'_> {
    /// Makes an instance: its fields, then its constructor.
    pub(super) fn instantiate(&mut self, class: &Rc<ClassValue>, arguments: Vec<Value>) -> Value {
        let program = self.program(class.file);
        let declaration = &program.classes[class.class.index()];
        let frame = Frame::new(class.file, class.frame.function, class.frame.parent.clone(), None);
        let frame = if class.frame.is_module() { Rc::clone(&class.frame) } else { frame };
        let mut object = ObjectValue {
            class: Some(Rc::clone(class)),
            open: declaration.superclass.is_some(),
            ..ObjectValue::default()
        };
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
                    name: Rc::from(program.text(name)),
                    value,
                    certain: true,
                    at: None,
                    is_getter: false,
                });
            }
        }
        let this = Value::object(object);
        let constructor = declaration.members.iter().find_map(|member| match member.value {
            ClassMemberValue::Constructor(function) => Some(function),
            _ => None,
        });
        match constructor {
            Some(function) => {
                let closure = Rc::new(Closure {
                    file: class.file,
                    function,
                    frame: Rc::clone(&class.frame),
                    this: None,
                });
                self.call_closure(&closure, arguments, Some(this), None)
            }
            None => this,
        }
    }

    /// A method of an object's class, or of the classes that it extends.
    pub(super) fn class_member(&mut self, instance: &Value, name: &str) -> Option<Value> {
        let Value::Object(object) = instance else {
            return None;
        };
        let mut class = Rc::clone(object.class.as_ref()?);
        for _ in 0..8 {
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
            let superclass = declaration.superclass?;
            let frame = Rc::clone(&class.frame);
            class = match self.eval(&frame, superclass) {
                Value::Class(superclass) => superclass,
                _ => return None,
            };
        }
        None
    }

    /// A static member of a class.
    pub(super) fn static_member(&mut self, class: &Rc<ClassValue>, name: &str) -> Value {
        let program = self.program(class.file);
        let member = program.classes[class.class.index()]
            .members
            .iter()
            .find(|member| member.is_static && member.name.is_some_and(|own| program.text(own) == name));
        match member.map(|member| member.value) {
            Some(ClassMemberValue::Method(function)) => {
                method_closure(class, function, &Value::Class(Rc::clone(class)))
            }
            Some(ClassMemberValue::Field { value: Some(value), .. }) => {
                let frame = Rc::clone(&class.frame);
                self.eval(&frame, value)
            }
            _ => Value::OPAQUE,
        }
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
        let name: Rc<str> = Rc::from(program.text(program.binding(binding).name));
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
