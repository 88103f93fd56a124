//! Classes.

use lunora_facts::{BindingKind, Class, ClassId, ClassMember, ClassMemberValue, FunctionKind, Name};
use oxc_ast::ast::{
    self, ClassElement, Expression, MethodDefinition, MethodDefinitionKind, PropertyKey, TSTypeAnnotation,
};
use oxc_span::GetSpan;

use crate::lowering::Lowering;

impl<'a> Lowering<'a> {
    /// Lowers a class. Static blocks, index signatures and decorators are dropped.
    pub(crate) fn class(&mut self, class: &ast::Class<'a>, name: Option<Name>) -> ClassId {
        let id = ClassId::new(self.program.classes.len() as u32);
        self.program.classes.push(Class { name, binding: None, superclass: None, members: Vec::new() });
        if let Some(identifier) = &class.id {
            let binding = self.declare(identifier, BindingKind::Class(id));
            let name = self.name_of(binding);
            let lowered = &mut self.program.classes[id.index()];
            lowered.binding = Some(binding);
            lowered.name = Some(name);
        }
        let superclass = class.heritage_expression().map(|expr| self.expression(expr));
        let mark = self.scratch.class_members.len();
        for element in &class.body.body {
            self.class_element(element);
        }
        let lowered = &mut self.program.classes[id.index()];
        lowered.superclass = superclass;
        lowered.members = self.scratch.class_members.drain(mark..).collect();
        id
    }

    fn class_element(&mut self, element: &ClassElement<'a>) {
        match element {
            ClassElement::StaticBlock(_) | ClassElement::TSIndexSignature(_) => {}
            ClassElement::MethodDefinition(method) => self.class_method(method),
            ClassElement::PropertyDefinition(field) => {
                let annotation = field.type_annotation.as_deref();
                self.class_field(&field.key, annotation, field.value.as_ref(), field.r#static);
            }
            ClassElement::AccessorProperty(field) => {
                let annotation = field.type_annotation.as_deref();
                self.class_field(&field.key, annotation, field.value.as_ref(), field.r#static);
            }
        }
    }

    fn class_method(&mut self, method: &MethodDefinition<'a>) {
        let name = self.property_name(&method.key);
        let kind = match method.kind {
            MethodDefinitionKind::Constructor => FunctionKind::Constructor,
            MethodDefinitionKind::Method => FunctionKind::Method,
            MethodDefinitionKind::Get => FunctionKind::Getter,
            MethodDefinitionKind::Set => FunctionKind::Setter,
        };
        let span = oxc_span::Span::new(method.key.span().start, method.value.span.end);
        let Some(function) = self.function(&method.value, kind, name, span) else {
            return;
        };
        let value = match method.kind {
            MethodDefinitionKind::Constructor => ClassMemberValue::Constructor(function),
            MethodDefinitionKind::Method => ClassMemberValue::Method(function),
            MethodDefinitionKind::Get => ClassMemberValue::Getter(function),
            MethodDefinitionKind::Set => ClassMemberValue::Setter(function),
        };
        let is_static = method.r#static;
        self.scratch.class_members.push(ClassMember { name, is_static, value });
    }

    fn class_field(
        &mut self,
        key: &PropertyKey<'a>,
        annotation: Option<&TSTypeAnnotation<'a>>,
        value: Option<&Expression<'a>>,
        is_static: bool,
    ) {
        let name = self.property_name(key);
        let ty = self.annotation(annotation);
        let value = value.map(|value| self.named_expression(value, name));
        let value = ClassMemberValue::Field { value, ty };
        self.scratch.class_members.push(ClassMember { name, is_static, value });
    }
}
