//! Expressions.

use lunora_facts::{
    BinaryOperator, Expr, ExprId, ListRange, LogicalOperator, Name, Number, ShortRange, UnaryOperator,
};
use oxc_ast::ast::{
    self, Argument, ArrayExpressionElement, BinaryExpression, ConditionalExpression, Expression,
    TemplateLiteral,
};
use oxc_span::GetSpan;
use oxc_syntax::operator;

use crate::lowering::Lowering;

/// A sum of more operands than this is lowered flat, as a template: such a chain builds a text.
const LONGEST_SUM: usize = 60;

impl<'a> Lowering<'a> {
    /// Lowers an expression.
    pub(crate) fn expression(&mut self, expr: &Expression<'a>) -> ExprId {
        self.named_expression(expr, None)
    }

    /// Lowers the initialiser of something called `name`: a function or class without a name of its own takes it.
    pub(crate) fn named_expression(&mut self, expr: &Expression<'a>, name: Option<Name>) -> ExprId {
        self.deeper(
            expr.span(),
            |this| this.lower(expr, name),
            |this| this.add_expr(expr.span(), Expr::Opaque),
        )
    }

    /// Lowers the arguments of a call.
    pub(crate) fn arguments(&mut self, arguments: &[Argument<'a>]) -> ListRange {
        let mark = self.scratch.exprs.len();
        for argument in arguments {
            let id = match argument {
                Argument::SpreadElement(spread) => self.spread(spread),
                argument => self.expression(argument.to_expression()),
            };
            self.scratch.exprs.push(id);
        }
        self.take_exprs(mark)
    }

    fn lower(&mut self, expr: &Expression<'a>, name: Option<Name>) -> ExprId {
        let expr = without_wrappers(expr);
        let lowered = match expr {
            Expression::TSAsExpression(cast) => {
                return self.cast(cast.span, &cast.expression, &cast.type_annotation, name);
            }
            Expression::TSTypeAssertion(cast) => {
                return self.cast(cast.span, &cast.expression, &cast.type_annotation, name);
            }
            Expression::StaticMemberExpression(member) => return self.static_member(member),
            Expression::ComputedMemberExpression(member) => return self.computed_member(member),
            Expression::PrivateFieldExpression(member) => return self.private_member(member),
            Expression::ChainExpression(chain) => return self.chain(chain),
            Expression::CallExpression(call) => return self.call(call),
            Expression::BinaryExpression(binary) => self.binary(binary),
            Expression::UnaryExpression(unary) => self.unary(unary),
            Expression::BooleanLiteral(literal) => Expr::Bool(literal.value),
            Expression::NullLiteral(_) => Expr::Null,
            Expression::NumericLiteral(literal) => Expr::Number(Number::new(literal.value)),
            Expression::BigIntLiteral(literal) => Expr::BigInt(self.name(literal.value.as_str())),
            Expression::RegExpLiteral(_) => Expr::Regex,
            Expression::StringLiteral(literal) => Expr::String(self.name(literal.value.as_str())),
            Expression::TemplateLiteral(template) => self.template(template),
            Expression::Identifier(identifier) => return self.identifier(identifier),
            Expression::Super(_) => Expr::Super,
            Expression::ThisExpression(_) => Expr::This,
            Expression::ArrayExpression(array) => Expr::Array(self.elements(&array.elements)),
            Expression::ObjectExpression(object) => Expr::Object(self.properties(&object.properties)),
            Expression::ArrowFunctionExpression(arrow) => Expr::Function(self.arrow(arrow, name)),
            Expression::FunctionExpression(function) => self.function_expression(function, name),
            Expression::ClassExpression(class) => Expr::Class(self.class(class, name)),
            Expression::AssignmentExpression(assignment) => self.assignment(assignment),
            Expression::UpdateExpression(update) => {
                Expr::Update { target: self.simple_target(&update.argument) }
            }
            Expression::AwaitExpression(inner) => Expr::Await(self.expression(&inner.argument)),
            Expression::YieldExpression(inner) => {
                Expr::Yield(inner.argument.as_ref().map(|argument| self.expression(argument)))
            }
            Expression::ConditionalExpression(conditional) => self.conditional(conditional, name),
            Expression::LogicalExpression(logical) => Expr::Logical {
                operator: logical_operator(logical.operator),
                left: self.expression(&logical.left),
                right: self.named_expression(&logical.right, name),
            },
            Expression::ImportExpression(import) => Expr::Import(self.expression(&import.source)),
            Expression::NewExpression(new) => {
                let callee = self.expression(&new.callee);
                let arguments = ShortRange::new(self.arguments(&new.arguments));
                arguments.map_or(Expr::Opaque, |arguments| Expr::New { callee, arguments })
            }
            Expression::SequenceExpression(sequence) => Expr::Sequence(self.list(&sequence.expressions)),
            Expression::TaggedTemplateExpression(tagged) => {
                let tag = self.expression(&tagged.tag);
                let parts = ShortRange::new(self.template_parts(&tagged.quasi));
                parts.map_or(Expr::Opaque, |parts| Expr::Tagged { tag, parts })
            }
            Expression::PrivateInExpression(private) => {
                let name = self.private_name(private.left.name.as_str());
                Expr::Binary {
                    operator: BinaryOperator::In,
                    left: self.add_expr(private.left.span, Expr::String(name)),
                    right: self.expression(&private.right),
                }
            }
            Expression::ImportMeta(_)
            | Expression::NewTarget(_)
            | Expression::JSXElement(_)
            | Expression::JSXFragment(_)
            | Expression::V8IntrinsicExpression(_)
            | Expression::ParenthesizedExpression(_)
            | Expression::TSSatisfiesExpression(_)
            | Expression::TSNonNullExpression(_)
            | Expression::TSInstantiationExpression(_) => Expr::Opaque,
        };
        self.add_expr(expr.span(), lowered)
    }

    /// Lowers a name.
    pub(crate) fn identifier(&mut self, identifier: &ast::IdentifierReference<'a>) -> ExprId {
        let expr = match self.resolve(identifier) {
            Some(binding) => Expr::Binding(binding),
            None if identifier.name == "undefined" => Expr::Undefined,
            None => Expr::Global(self.name(identifier.name.as_str())),
        };
        self.add_expr(identifier.span, expr)
    }

    fn spread(&mut self, spread: &ast::SpreadElement<'a>) -> ExprId {
        let value = self.expression(&spread.argument);
        self.add_expr(spread.span, Expr::Spread(value))
    }

    fn list(&mut self, exprs: &[Expression<'a>]) -> ListRange {
        let mark = self.scratch.exprs.len();
        for expr in exprs {
            let id = self.expression(expr);
            self.scratch.exprs.push(id);
        }
        self.take_exprs(mark)
    }

    fn elements(&mut self, elements: &[ArrayExpressionElement<'a>]) -> ListRange {
        let mark = self.scratch.exprs.len();
        for element in elements {
            let id = match element {
                ArrayExpressionElement::SpreadElement(spread) => self.spread(spread),
                ArrayExpressionElement::Elision(hole) => self.add_expr(hole.span, Expr::Undefined),
                element => self.expression(element.to_expression()),
            };
            self.scratch.exprs.push(id);
        }
        self.take_exprs(mark)
    }

    fn template(&mut self, template: &TemplateLiteral<'a>) -> Expr {
        match template.single_quasi() {
            Some(text) => Expr::String(self.name(text.as_str())),
            None => Expr::Template(self.template_parts(template)),
        }
    }

    /// The strings and expressions of a template in order, without empty strings.
    fn conditional(&mut self, conditional: &ConditionalExpression<'a>, name: Option<Name>) -> Expr {
        let mark = self.scratch.exprs.len();
        let test = self.expression(&conditional.test);
        self.scratch.exprs.push(test);
        for side in [&conditional.consequent, &conditional.alternate] {
            let side = self.named_expression(side, name);
            self.scratch.exprs.push(side);
        }
        Expr::Conditional(self.take_exprs(mark))
    }

    fn template_parts(&mut self, template: &TemplateLiteral<'a>) -> ListRange {
        let mark = self.scratch.exprs.len();
        let mut expressions = template.expressions.iter();
        for quasi in &template.quasis {
            let text = quasi.value.cooked.unwrap_or(quasi.value.raw).as_str();
            if !text.is_empty() {
                let name = self.name(text);
                let id = self.add_expr(quasi.span, Expr::String(name));
                self.scratch.exprs.push(id);
            }
            if let Some(expr) = expressions.next() {
                let id = self.expression(expr);
                self.scratch.exprs.push(id);
            }
        }
        self.take_exprs(mark)
    }

    fn unary(&mut self, unary: &ast::UnaryExpression<'a>) -> Expr {
        let operator = match unary.operator {
            operator::UnaryOperator::Void => return self.void(unary),
            operator::UnaryOperator::LogicalNot => UnaryOperator::Not,
            operator::UnaryOperator::UnaryNegation => UnaryOperator::Negate,
            operator::UnaryOperator::UnaryPlus => UnaryOperator::Plus,
            operator::UnaryOperator::BitwiseNot => UnaryOperator::BitwiseNot,
            operator::UnaryOperator::Typeof => UnaryOperator::TypeOf,
            operator::UnaryOperator::Delete => UnaryOperator::Delete,
        };
        Expr::Unary { operator, operand: self.expression(&unary.argument) }
    }

    /// `void 0` is `undefined`; `void call()` still calls.
    fn void(&mut self, unary: &ast::UnaryExpression<'a>) -> Expr {
        if unary.argument.is_literal() || unary.argument.is_identifier_reference() {
            return Expr::Undefined;
        }
        let value = self.expression(&unary.argument);
        let undefined = self.add_expr(unary.span, Expr::Undefined);
        let mark = self.scratch.exprs.len();
        self.scratch.exprs.extend([value, undefined]);
        Expr::Sequence(self.take_exprs(mark))
    }

    fn binary(&mut self, binary: &BinaryExpression<'a>) -> Expr {
        if is_long_sum(binary) {
            return Expr::Template(self.sum_operands(binary));
        }
        Expr::Binary {
            operator: binary_operator(binary.operator),
            left: self.expression(&binary.left),
            right: self.expression(&binary.right),
        }
    }

    fn sum_operands(&mut self, sum: &BinaryExpression<'a>) -> ListRange {
        let mut rights = vec![&sum.right];
        let mut left = &sum.left;
        while let Expression::BinaryExpression(binary) = left
            && binary.operator == operator::BinaryOperator::Addition
        {
            rights.push(&binary.right);
            left = &binary.left;
        }
        let mark = self.scratch.exprs.len();
        for operand in std::iter::once(left).chain(rights.into_iter().rev()) {
            let id = self.expression(operand);
            self.scratch.exprs.push(id);
        }
        self.take_exprs(mark)
    }

    fn cast(
        &mut self,
        span: oxc_span::Span,
        value: &Expression<'a>,
        ty: &ast::TSType<'a>,
        name: Option<Name>,
    ) -> ExprId {
        let value = self.named_expression(value, name);
        if ty.is_const_type_reference() {
            return value;
        }
        let ty = self.ty(ty);
        self.add_expr(span, Expr::Cast { value, ty })
    }
}

/// What stands inside parentheses, `!`, `satisfies` and explicit type arguments.
fn without_wrappers<'a, 'e>(mut expr: &'e Expression<'a>) -> &'e Expression<'a> {
    loop {
        expr = match expr {
            Expression::ParenthesizedExpression(inner) => &inner.expression,
            Expression::TSSatisfiesExpression(inner) => &inner.expression,
            Expression::TSNonNullExpression(inner) => &inner.expression,
            Expression::TSInstantiationExpression(inner) => &inner.expression,
            expr => return expr,
        };
    }
}

fn is_long_sum(binary: &BinaryExpression<'_>) -> bool {
    let mut operands = 1;
    let mut sum = binary;
    while sum.operator == operator::BinaryOperator::Addition {
        operands += 1;
        if operands > LONGEST_SUM {
            return true;
        }
        let Expression::BinaryExpression(left) = &sum.left else {
            break;
        };
        sum = left;
    }
    false
}

fn binary_operator(operator: operator::BinaryOperator) -> BinaryOperator {
    use operator::BinaryOperator as Source;
    match operator {
        Source::Equality | Source::StrictEquality => BinaryOperator::Equal,
        Source::Inequality | Source::StrictInequality => BinaryOperator::NotEqual,
        Source::LessThan => BinaryOperator::Less,
        Source::LessEqualThan => BinaryOperator::LessEqual,
        Source::GreaterThan => BinaryOperator::Greater,
        Source::GreaterEqualThan => BinaryOperator::GreaterEqual,
        Source::In => BinaryOperator::In,
        Source::Instanceof => BinaryOperator::InstanceOf,
        Source::Addition
        | Source::Subtraction
        | Source::Multiplication
        | Source::Division
        | Source::Remainder
        | Source::Exponential
        | Source::ShiftLeft
        | Source::ShiftRight
        | Source::ShiftRightZeroFill
        | Source::BitwiseOR
        | Source::BitwiseXOR
        | Source::BitwiseAnd => BinaryOperator::Arithmetic,
    }
}

/// The short-circuit operator in the terms of the facts.
pub(crate) fn logical_operator(operator: operator::LogicalOperator) -> LogicalOperator {
    match operator {
        operator::LogicalOperator::And => LogicalOperator::And,
        operator::LogicalOperator::Or => LogicalOperator::Or,
        operator::LogicalOperator::Coalesce => LogicalOperator::Coalesce,
    }
}
