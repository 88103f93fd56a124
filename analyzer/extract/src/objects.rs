//! Object literals and enums.

use lunora_facts::{Expr, ExprId, FunctionKind, ListRange, Number, Prop, PropKey};
use oxc_ast::ast::{
    self, Expression, ObjectProperty, ObjectPropertyKind, PropertyKey, PropertyKind, TSEnumDeclaration,
    TSEnumMemberName,
};
use oxc_span::GetSpan;
use oxc_syntax::operator::UnaryOperator;

use crate::lowering::{Lowering, PendingProp, span_of};

impl<'a> Lowering<'a> {
    /// Lowers the properties of an object literal. Setters are dropped: they give no value.
    pub(crate) fn properties(&mut self, properties: &[ObjectPropertyKind<'a>]) -> ListRange {
        let mark = self.scratch.props.len();
        for property in properties {
            match property {
                ObjectPropertyKind::SpreadProperty(spread) => self.spread_property(spread),
                ObjectPropertyKind::ObjectProperty(property) => match property.kind {
                    PropertyKind::Init => self.property(property),
                    PropertyKind::Get => self.getter(property),
                    PropertyKind::Set => {}
                },
            }
        }
        self.take_props(mark)
    }

    /// How a property is named.
    pub(crate) fn property_key(&mut self, key: &PropertyKey<'a>) -> PropKey {
        match self.property_name(key) {
            Some(name) => PropKey::Name(name),
            None => PropKey::Computed(self.computed_key(key)),
        }
    }

    /// Lowers an enum to an object literal of its members. Members without a value count up from the one before.
    pub(crate) fn enumeration(&mut self, declaration: &TSEnumDeclaration<'a>) -> ExprId {
        let mark = self.scratch.props.len();
        let mut next = Some(0.0);
        for member in &declaration.body.members {
            let text = match &member.id {
                TSEnumMemberName::Identifier(name) => name.name.as_str(),
                TSEnumMemberName::String(text) | TSEnumMemberName::ComputedString(text) => {
                    text.value.as_str()
                }
                TSEnumMemberName::ComputedTemplateString(template) => {
                    template.single_quasi().map_or("", |text| text.as_str())
                }
            };
            let value = match (&member.initializer, next) {
                (Some(initializer), _) => {
                    next = number(initializer);
                    self.expression(initializer)
                }
                (None, Some(value)) => self.add_expr(member.span, Expr::Number(Number::new(value))),
                (None, None) => self.add_expr(member.span, Expr::Opaque),
            };
            next = next.map(|value| value + 1.0);
            let key = PropKey::Name(self.name(text));
            let key_span = member.id.span();
            self.push_property(Prop { key, value, shorthand: false }, member.span, key_span);
        }
        let members = self.take_props(mark);
        self.add_expr(declaration.body.span, Expr::Object(members))
    }

    fn property(&mut self, property: &ObjectProperty<'a>) {
        let key = self.property_key(&property.key);
        let name = match key {
            PropKey::Name(name) => Some(name),
            PropKey::Computed(_) | PropKey::Spread | PropKey::Getter(_) => None,
        };
        let value = match &property.value {
            Expression::FunctionExpression(function) if property.method => {
                let start = property.key.span().start;
                self.method(function, FunctionKind::Method, name, start)
            }
            value => self.named_expression(value, name),
        };
        let prop = Prop { key, value, shorthand: property.shorthand };
        self.push_property(prop, property.span, property.key.span());
    }

    fn getter(&mut self, property: &ObjectProperty<'a>) {
        let name = self.property_name(&property.key);
        let key = match name {
            Some(name) => PropKey::Getter(name),
            None => PropKey::Computed(self.computed_key(&property.key)),
        };
        let value = match &property.value {
            Expression::FunctionExpression(function) if name.is_some() => {
                let start = property.key.span().start;
                self.method(function, FunctionKind::Getter, name, start)
            }
            value => self.add_expr(value.span(), Expr::Opaque),
        };
        let prop = Prop { key, value, shorthand: false };
        self.push_property(prop, property.span, property.key.span());
    }

    fn spread_property(&mut self, spread: &ast::SpreadElement<'a>) {
        let value = self.expression(&spread.argument);
        let prop = Prop { key: PropKey::Spread, value, shorthand: false };
        self.push_property(prop, spread.span, spread.span);
    }

    fn computed_key(&mut self, key: &PropertyKey<'a>) -> ExprId {
        match key.as_expression() {
            Some(expr) => self.expression(expr),
            None => self.add_expr(key.span(), Expr::Opaque),
        }
    }

    fn method(
        &mut self,
        function: &ast::Function<'a>,
        kind: FunctionKind,
        name: Option<lunora_facts::Name>,
        start: u32,
    ) -> ExprId {
        let span = oxc_span::Span::new(start, function.span.end);
        let expr = match self.function(function, kind, name, span) {
            Some(id) => Expr::Function(id),
            None => Expr::Opaque,
        };
        self.add_expr(span, expr)
    }

    fn push_property(&mut self, prop: Prop, span: oxc_span::Span, key_span: oxc_span::Span) {
        self.scratch.props.push(PendingProp { prop, span: span_of(span), key_span: span_of(key_span) });
    }
}

fn number(expr: &Expression<'_>) -> Option<f64> {
    match expr {
        Expression::NumericLiteral(literal) => Some(literal.value),
        Expression::UnaryExpression(unary) if unary.operator == UnaryOperator::UnaryNegation => {
            number(&unary.argument).map(|value| -value)
        }
        _ => None,
    }
}
