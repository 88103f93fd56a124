//! Functions, arrows and methods.

use lunora_facts::{
    BindingKind, Block, Expr, Function, FunctionId, FunctionKind, ListRange, Name, Parameter, Pattern, Stmt,
};
use oxc_ast::ast::{self, ArrowFunctionBody, ArrowFunctionExpression, FormalParameters};
use oxc_span::GetSpan;

use crate::lowering::{Lowering, span_of, take};

impl<'a> Lowering<'a> {
    /// Lowers a function of any kind but an arrow. `None` if it has no body: an overload, an abstract or a declared one.
    pub(crate) fn function(
        &mut self,
        function: &ast::Function<'a>,
        kind: FunctionKind,
        name: Option<Name>,
        span: oxc_span::Span,
    ) -> Option<FunctionId> {
        let body = function.body.as_deref()?;
        let id = self.reserve_function(kind, name, span);
        if let Some(identifier) = &function.id {
            let binding = self.declare(identifier, BindingKind::Function(id));
            let name = self.name_of(binding);
            let lowered = &mut self.program.functions[id.index()];
            lowered.binding = Some(binding);
            lowered.name = Some(name);
        }
        let return_type = self.annotation(function.return_type.as_deref());
        let lowered = &mut self.program.functions[id.index()];
        lowered.is_async = function.r#async;
        lowered.is_generator = function.generator;
        lowered.return_type = return_type;
        self.fill(id, &function.params, |this| this.block(&body.statements));
        Some(id)
    }

    /// Lowers `function () {}` where a value stands.
    pub(crate) fn function_expression(&mut self, function: &ast::Function<'a>, name: Option<Name>) -> Expr {
        self.function(function, FunctionKind::Function, name, function.span)
            .map_or(Expr::Opaque, Expr::Function)
    }

    /// Lowers an arrow. An expression body becomes one `return`.
    pub(crate) fn arrow(&mut self, arrow: &ArrowFunctionExpression<'a>, name: Option<Name>) -> FunctionId {
        let id = self.reserve_function(FunctionKind::Arrow, name, arrow.span);
        let return_type = self.annotation(arrow.return_type.as_deref());
        let lowered = &mut self.program.functions[id.index()];
        lowered.is_async = arrow.r#async;
        lowered.return_type = return_type;
        self.fill(id, &arrow.params, |this| match &arrow.body {
            ArrowFunctionBody::FunctionBody(body) => this.block(&body.statements),
            body => this.returned(body.to_expression()),
        });
        id
    }

    fn reserve_function(
        &mut self,
        kind: FunctionKind,
        name: Option<Name>,
        span: oxc_span::Span,
    ) -> FunctionId {
        let id = FunctionId::new(self.program.functions.len() as u32);
        self.program.functions.push(Function {
            name,
            binding: None,
            parent: Some(self.function),
            parameters: ListRange::default(),
            has_rest: false,
            body: Block::default(),
            kind,
            return_type: None,
            is_async: false,
            is_generator: false,
        });
        self.spans.functions.push(span_of(span));
        id
    }

    fn fill(
        &mut self,
        id: FunctionId,
        parameters: &FormalParameters<'a>,
        body: impl FnOnce(&mut Self) -> Block,
    ) {
        let parent = std::mem::replace(&mut self.function, id);
        let parameters_range = self.parameters(parameters);
        let body = body(self);
        self.function = parent;
        let lowered = &mut self.program.functions[id.index()];
        lowered.parameters = parameters_range;
        lowered.has_rest = parameters.rest.is_some();
        lowered.body = body;
    }

    fn returned(&mut self, expr: &ast::Expression<'a>) -> Block {
        let value = self.expression(expr);
        let mark = self.scratch.stmts.len();
        let stmt = self.add_stmt(expr.span(), Stmt::Return(Some(value)));
        self.scratch.stmts.push(stmt);
        self.take_stmts(mark)
    }

    fn parameters(&mut self, parameters: &FormalParameters<'a>) -> ListRange {
        let mark = self.scratch.parameters.len();
        for parameter in &parameters.items {
            let mut pattern = self.pattern(&parameter.pattern, BindingKind::Parameter);
            if let Some(value) = &parameter.initializer {
                let name = self.pattern_name(pattern);
                let value = self.named_expression(value, name);
                pattern = self.add_pattern(Pattern::Default { pattern, value });
            }
            let ty = self.annotation(parameter.type_annotation.as_deref());
            let is_property = parameter.has_modifier();
            self.scratch.parameters.push(Parameter { pattern, ty, is_property });
        }
        if let Some(rest) = &parameters.rest {
            let pattern = self.pattern(&rest.rest.argument, BindingKind::Parameter);
            let ty = self.annotation(rest.type_annotation.as_deref());
            self.scratch.parameters.push(Parameter { pattern, ty, is_property: false });
        }
        take(&mut self.scratch.parameters, mark, &mut self.program.parameters)
    }
}
