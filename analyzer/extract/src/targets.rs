//! Assignments and their targets.

use lunora_facts::{AssignOperator, Expr, ListRange, Pattern, PatternId, PatternProp, PropKey};
use oxc_ast::ast::{
    self, ArrayAssignmentTarget, AssignmentExpression, AssignmentTarget, AssignmentTargetMaybeDefault,
    AssignmentTargetProperty, Expression, IdentifierReference, ObjectAssignmentTarget,
    SimpleAssignmentTarget,
};
use oxc_span::GetSpan;
use oxc_syntax::operator::AssignmentOperator;

use crate::expressions::logical_operator;
use crate::lowering::{Lowering, span_of};

impl<'a> Lowering<'a> {
    /// Lowers an assignment.
    pub(crate) fn assignment(&mut self, assignment: &AssignmentExpression<'a>) -> Expr {
        let target = self.target(&assignment.left);
        let name = self.target_name(target);
        let value = self.named_expression(&assignment.right, name);
        let operator = match assignment.operator {
            AssignmentOperator::Assign => AssignOperator::Assign,
            operator => match operator.to_logical_operator() {
                Some(operator) => AssignOperator::Logical(logical_operator(operator)),
                None => AssignOperator::Compute,
            },
        };
        Expr::Assign { target, operator, value }
    }

    /// Lowers what is assigned to.
    pub(crate) fn target(&mut self, target: &AssignmentTarget<'a>) -> PatternId {
        self.deeper(
            target.span(),
            |this| match target {
                AssignmentTarget::ArrayAssignmentTarget(array) => this.array_target(array),
                AssignmentTarget::ObjectAssignmentTarget(object) => this.object_target(object),
                target => this.simple_target(target.to_simple_assignment_target()),
            },
            |this| {
                let properties = ListRange::default();
                this.add_pattern(Pattern::Object { properties, rest: None })
            },
        )
    }

    /// Lowers a target that is no pattern.
    pub(crate) fn simple_target(&mut self, target: &SimpleAssignmentTarget<'a>) -> PatternId {
        let expr = match target {
            SimpleAssignmentTarget::AssignmentTargetIdentifier(identifier) => {
                return self.name_target(identifier);
            }
            SimpleAssignmentTarget::TSAsExpression(inner) => {
                return self.expression_target(&inner.expression);
            }
            SimpleAssignmentTarget::TSSatisfiesExpression(inner) => {
                return self.expression_target(&inner.expression);
            }
            SimpleAssignmentTarget::TSNonNullExpression(inner) => {
                return self.expression_target(&inner.expression);
            }
            SimpleAssignmentTarget::TSTypeAssertion(inner) => {
                return self.expression_target(&inner.expression);
            }
            SimpleAssignmentTarget::StaticMemberExpression(member) => self.static_member(member),
            SimpleAssignmentTarget::ComputedMemberExpression(member) => self.computed_member(member),
            SimpleAssignmentTarget::PrivateFieldExpression(member) => self.private_member(member),
        };
        self.add_pattern(Pattern::Target(expr))
    }

    fn expression_target(&mut self, expr: &Expression<'a>) -> PatternId {
        match expr.get_inner_expression() {
            Expression::Identifier(identifier) => self.name_target(identifier),
            expr => {
                let expr = self.expression(expr);
                self.add_pattern(Pattern::Target(expr))
            }
        }
    }

    fn name_target(&mut self, identifier: &IdentifierReference<'a>) -> PatternId {
        let pattern = match self.resolve(identifier) {
            Some(binding) => Pattern::Binding(binding),
            None => Pattern::Target(self.identifier(identifier)),
        };
        self.add_pattern(pattern)
    }

    fn target_name(&self, target: PatternId) -> Option<lunora_facts::Name> {
        match self.program.pattern(target) {
            Pattern::Target(expr) => match self.program.expr(*expr) {
                Expr::Member { property, .. } => Some(*property),
                _ => None,
            },
            _ => self.pattern_name(target),
        }
    }

    fn array_target(&mut self, array: &ArrayAssignmentTarget<'a>) -> PatternId {
        let mark = self.scratch.patterns.len();
        for element in &array.elements {
            let pattern = element.as_ref().map(|element| self.target_or_default(element));
            self.scratch.patterns.push(pattern);
        }
        let rest = array.rest.as_ref().map(|rest| self.target(&rest.target));
        let elements = self.take_patterns(mark);
        self.add_pattern(Pattern::Array { elements, rest })
    }

    fn object_target(&mut self, object: &ObjectAssignmentTarget<'a>) -> PatternId {
        let mark = self.scratch.pattern_props.len();
        for property in &object.properties {
            let property = match property {
                AssignmentTargetProperty::AssignmentTargetPropertyIdentifier(property) => {
                    (self.shorthand_target(property), span_of(property.binding.span))
                }
                AssignmentTargetProperty::AssignmentTargetPropertyProperty(property) => {
                    let key = self.property_key(&property.name);
                    let pattern = self.target_or_default(&property.binding);
                    (PatternProp { key, pattern, shorthand: false }, span_of(property.name.span()))
                }
            };
            self.scratch.pattern_props.push(property);
        }
        let rest = object.rest.as_ref().map(|rest| self.target(&rest.target));
        let properties = self.take_pattern_props(mark);
        self.add_pattern(Pattern::Object { properties, rest })
    }

    fn shorthand_target(&mut self, property: &ast::AssignmentTargetPropertyIdentifier<'a>) -> PatternProp {
        let name = self.name(property.binding.name.as_str());
        let mut pattern = self.name_target(&property.binding);
        if let Some(value) = &property.init {
            let value = self.named_expression(value, Some(name));
            pattern = self.add_pattern(Pattern::Default { pattern, value });
        }
        PatternProp { key: PropKey::Name(name), pattern, shorthand: true }
    }

    fn target_or_default(&mut self, target: &AssignmentTargetMaybeDefault<'a>) -> PatternId {
        match target {
            AssignmentTargetMaybeDefault::AssignmentTargetWithDefault(with_default) => {
                let pattern = self.target(&with_default.binding);
                let name = self.target_name(pattern);
                let value = self.named_expression(&with_default.init, name);
                self.add_pattern(Pattern::Default { pattern, value })
            }
            target => self.target(target.to_assignment_target()),
        }
    }
}
