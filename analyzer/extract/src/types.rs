//! Written types, type aliases and interfaces.

use lunora_facts::{BindingId, BindingKind, ListRange, Type, TypeId, TypeMember};
use oxc_ast::ast::{
    TSInterfaceDeclaration, TSLiteral, TSSignature, TSType, TSTypeAliasDeclaration, TSTypeAnnotation,
    TSTypeName, TSTypeOperatorOperator, TSTypeParameterInstantiation, TSTypeQueryExprName,
};
use oxc_span::GetSpan;

use crate::lowering::{Lowering, span_of, take};

impl<'a> Lowering<'a> {
    /// Lowers a type.
    pub(crate) fn ty(&mut self, ty: &TSType<'a>) -> TypeId {
        self.deeper(ty.span(), |this| this.lower_type(ty), |this| this.add_type(Type::Opaque))
    }

    /// Lowers `: T`.
    pub(crate) fn annotation(&mut self, annotation: Option<&TSTypeAnnotation<'a>>) -> Option<TypeId> {
        annotation.map(|annotation| self.ty(&annotation.type_annotation))
    }

    /// Lowers a list of types.
    pub(crate) fn type_list(&mut self, types: &[TSType<'a>]) -> ListRange {
        let mark = self.scratch.types.len();
        for ty in types {
            let id = self.ty(ty);
            self.scratch.types.push(id);
        }
        self.take_types(mark)
    }

    /// Lowers `type X = …`.
    pub(crate) fn type_alias(&mut self, alias: &TSTypeAliasDeclaration<'a>) -> BindingId {
        let ty = self.ty(&alias.type_annotation);
        self.declare(&alias.id, BindingKind::Type(ty))
    }

    /// Lowers an interface. What it extends, and earlier interfaces of its name, are intersected with its body.
    pub(crate) fn interface(&mut self, interface: &TSInterfaceDeclaration<'a>) -> BindingId {
        let mark = self.scratch.types.len();
        for heritage in &interface.extends {
            let ty = self.type_reference(&heritage.type_name, heritage.type_arguments.as_deref());
            self.scratch.types.push(ty);
        }
        let members = self.signatures(&interface.body.body);
        let body = self.add_type(Type::Object(members));
        let binding = self.declare(&interface.id, BindingKind::Other);
        if let BindingKind::Type(earlier) = self.kind_of(binding) {
            self.scratch.types.push(earlier);
        }
        if self.scratch.types.len() == mark {
            return self.declare(&interface.id, BindingKind::Type(body));
        }
        self.scratch.types.push(body);
        let parts = self.take_types(mark);
        let ty = self.add_type(Type::Intersection(parts));
        self.declare(&interface.id, BindingKind::Type(ty))
    }

    fn lower_type(&mut self, ty: &TSType<'a>) -> TypeId {
        let lowered = match ty {
            TSType::TSParenthesizedType(inner) => return self.ty(&inner.type_annotation),
            TSType::TSTypeReference(reference) => {
                let arguments = reference.type_arguments.as_deref();
                return self.type_reference(&reference.type_name, arguments);
            }
            TSType::TSTypeQuery(query) => match &query.expr_name {
                TSTypeQueryExprName::TSImportType(_) => Type::Opaque,
                name => return self.type_query(name.to_ts_type_name()),
            },
            TSType::TSTypeOperatorType(operator) => match operator.operator {
                TSTypeOperatorOperator::Readonly => return self.ty(&operator.type_annotation),
                TSTypeOperatorOperator::Keyof | TSTypeOperatorOperator::Unique => Type::Opaque,
            },
            TSType::TSIndexedAccessType(access) => {
                Type::Indexed { object: self.ty(&access.object_type), index: self.ty(&access.index_type) }
            }
            TSType::TSLiteralType(literal) => match &literal.literal {
                TSLiteral::StringLiteral(text) => return self.type_string(text.value.as_str(), text.span),
                TSLiteral::TemplateLiteral(template) => match template.single_quasi() {
                    Some(text) => return self.type_string(text.as_str(), template.span),
                    None => Type::Primitive,
                },
                TSLiteral::BooleanLiteral(_)
                | TSLiteral::NumericLiteral(_)
                | TSLiteral::BigIntLiteral(_)
                | TSLiteral::UnaryExpression(_) => Type::Primitive,
            },
            TSType::TSUnionType(union) => Type::Union(self.type_list(&union.types)),
            TSType::TSIntersectionType(intersection) => {
                Type::Intersection(self.type_list(&intersection.types))
            }
            TSType::TSTypeLiteral(literal) => Type::Object(self.signatures(&literal.members)),
            TSType::TSArrayType(array) => Type::Array(self.ty(&array.element_type)),
            TSType::TSFunctionType(function) => {
                Type::Function(self.ty(&function.return_type.type_annotation))
            }
            TSType::TSBigIntKeyword(_)
            | TSType::TSBooleanKeyword(_)
            | TSType::TSNeverKeyword(_)
            | TSType::TSNullKeyword(_)
            | TSType::TSNumberKeyword(_)
            | TSType::TSStringKeyword(_)
            | TSType::TSSymbolKeyword(_)
            | TSType::TSUndefinedKeyword(_)
            | TSType::TSVoidKeyword(_)
            | TSType::TSTemplateLiteralType(_)
            | TSType::TSTypePredicate(_) => Type::Primitive,
            TSType::TSAnyKeyword(_)
            | TSType::TSIntrinsicKeyword(_)
            | TSType::TSObjectKeyword(_)
            | TSType::TSUnknownKeyword(_)
            | TSType::TSConditionalType(_)
            | TSType::TSConstructorType(_)
            | TSType::TSImportType(_)
            | TSType::TSInferType(_)
            | TSType::TSMappedType(_)
            | TSType::TSNamedTupleMember(_)
            | TSType::TSThisType(_)
            | TSType::TSTupleType(_)
            | TSType::JSDocNullableType(_)
            | TSType::JSDocNonNullableType(_)
            | TSType::JSDocUnknownType(_) => Type::Opaque,
        };
        self.add_type(lowered)
    }

    fn type_reference(
        &mut self,
        name: &TSTypeName<'a>,
        arguments: Option<&TSTypeParameterInstantiation<'a>>,
    ) -> TypeId {
        let arguments = self.type_arguments(arguments);
        let ty = match name {
            TSTypeName::IdentifierReference(identifier) => match self.resolve(identifier) {
                Some(binding) => Type::Named { binding, arguments },
                None => Type::Global { name: self.name(identifier.name.as_str()), arguments },
            },
            TSTypeName::QualifiedName(qualified) => match &qualified.left {
                TSTypeName::IdentifierReference(identifier) => match self.resolve(identifier) {
                    Some(namespace) => {
                        let name = self.name(qualified.right.name.as_str());
                        Type::Qualified { namespace, name, arguments }
                    }
                    None => Type::Opaque,
                },
                TSTypeName::QualifiedName(_) | TSTypeName::ThisExpression(_) => Type::Opaque,
            },
            TSTypeName::ThisExpression(_) => Type::Opaque,
        };
        self.add_type(ty)
    }

    fn type_string(&mut self, text: &'a str, span: oxc_span::Span) -> TypeId {
        let name = self.name(text);
        let id = self.add_type(Type::String(name));
        self.spans.type_strings.push((id, span_of(span)));
        id
    }

    /// Lowers `typeof a.b`, which is the type of `a` indexed by `"b"`.
    fn type_query(&mut self, name: &TSTypeName<'a>) -> TypeId {
        self.deeper(
            name.span(),
            |this| {
                let ty = match name {
                    TSTypeName::IdentifierReference(identifier) => {
                        this.resolve(identifier).map_or(Type::Opaque, Type::TypeOf)
                    }
                    TSTypeName::QualifiedName(qualified) => {
                        let object = this.type_query(&qualified.left);
                        let key = Type::String(this.name(qualified.right.name.as_str()));
                        Type::Indexed { object, index: this.add_type(key) }
                    }
                    TSTypeName::ThisExpression(_) => Type::Opaque,
                };
                this.add_type(ty)
            },
            |this| this.add_type(Type::Opaque),
        )
    }

    fn signatures(&mut self, signatures: &[TSSignature<'a>]) -> ListRange {
        let mark = self.scratch.type_members.len();
        for signature in signatures {
            self.signature(signature);
        }
        take(&mut self.scratch.type_members, mark, &mut self.program.type_members)
    }

    fn signature(&mut self, signature: &TSSignature<'a>) {
        let (name, ty) = match signature {
            TSSignature::TSPropertySignature(property) => {
                let Some(name) = self.property_name(&property.key) else {
                    return;
                };
                (name, self.annotation(property.type_annotation.as_deref()))
            }
            TSSignature::TSMethodSignature(method) => {
                let Some(name) = self.property_name(&method.key) else {
                    return;
                };
                let returned = self.annotation(method.return_type.as_deref());
                let ty = match method.kind {
                    oxc_ast::ast::TSMethodSignatureKind::Get => returned,
                    oxc_ast::ast::TSMethodSignatureKind::Set => return,
                    oxc_ast::ast::TSMethodSignatureKind::Method => {
                        let returned = returned.unwrap_or_else(|| self.add_type(Type::Opaque));
                        Some(self.add_type(Type::Function(returned)))
                    }
                };
                (name, ty)
            }
            TSSignature::TSIndexSignature(_)
            | TSSignature::TSCallSignatureDeclaration(_)
            | TSSignature::TSConstructSignatureDeclaration(_) => return,
        };
        let ty = ty.unwrap_or_else(|| self.add_type(Type::Opaque));
        self.scratch.type_members.push(TypeMember { name, ty });
    }
}
