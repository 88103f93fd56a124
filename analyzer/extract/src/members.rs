//! Member accesses, calls and optional chains.

use lunora_facts::{Expr, ExprId, ListRange, ShortRange};
use oxc_ast::ast::{
    CallExpression, ChainElement, ChainExpression, ComputedMemberExpression, PrivateFieldExpression,
    StaticMemberExpression, TSTypeParameterInstantiation,
};

use crate::lowering::{Lowering, span_of};
use crate::strings::static_string;

impl<'a> Lowering<'a> {
    /// Lowers `object.name`.
    pub(crate) fn static_member(&mut self, member: &StaticMemberExpression<'a>) -> ExprId {
        let object = self.expression(&member.object);
        let property = self.name(member.property.name.as_str());
        let expr = Expr::Member { object, property, optional: member.optional };
        self.add_member_expr(member.span, span_of(member.property.span), expr)
    }

    /// Lowers `object[index]`; with a literal index it is a member like any other.
    pub(crate) fn computed_member(&mut self, member: &ComputedMemberExpression<'a>) -> ExprId {
        let object = self.expression(&member.object);
        let optional = member.optional;
        if let Some((text, span)) = static_string(&member.expression) {
            let property = self.name(text);
            return self.add_member_expr(member.span, span, Expr::Member { object, property, optional });
        }
        let index = self.expression(&member.expression);
        self.add_expr(member.span, Expr::Index { object, index, optional })
    }

    /// Lowers `object.#name`.
    pub(crate) fn private_member(&mut self, member: &PrivateFieldExpression<'a>) -> ExprId {
        let object = self.expression(&member.object);
        let property = self.private_name(member.field.name.as_str());
        let expr = Expr::Member { object, property, optional: member.optional };
        self.add_member_expr(member.span, span_of(member.field.span), expr)
    }

    /// Lowers a call.
    pub(crate) fn call(&mut self, call: &CallExpression<'a>) -> ExprId {
        let callee = self.expression(&call.callee);
        // Nothing asks which call they belong to, but tables that they name are mentioned.
        self.type_arguments(call.type_arguments.as_deref());
        let arguments = ShortRange::new(self.arguments(&call.arguments));
        let optional = call.optional;
        let expr = arguments.map_or(Expr::Opaque, |arguments| Expr::Call { callee, arguments, optional });
        self.add_expr(call.span, expr)
    }

    /// Lowers an optional chain, of which the links know whether they are optional.
    pub(crate) fn chain(&mut self, chain: &ChainExpression<'a>) -> ExprId {
        match &chain.expression {
            ChainElement::CallExpression(call) => self.call(call),
            ChainElement::TSNonNullExpression(inner) => self.expression(&inner.expression),
            ChainElement::StaticMemberExpression(member) => self.static_member(member),
            ChainElement::ComputedMemberExpression(member) => self.computed_member(member),
            ChainElement::PrivateFieldExpression(member) => self.private_member(member),
        }
    }

    /// Lowers explicit type arguments.
    pub(crate) fn type_arguments(
        &mut self,
        arguments: Option<&TSTypeParameterInstantiation<'a>>,
    ) -> ListRange {
        arguments.map_or_else(ListRange::default, |arguments| self.type_list(&arguments.params))
    }
}
