//! Statements and declarations.

use lunora_facts::{
    BindingKind, Block, ForId, ForLoop, FunctionKind, ListRange, Pattern, PatternId, Stmt, StmtId,
    SwitchCase, Try, TryId,
};
use oxc_ast::ast::{
    self, Declaration, ForStatementInit, ForStatementLeft, LabelIdentifier, Statement, VariableDeclaration,
};
use oxc_span::GetSpan;

use crate::lowering::{Lowering, take};

impl<'a> Lowering<'a> {
    /// Lowers the statements of a block.
    pub(crate) fn block(&mut self, statements: &[Statement<'a>]) -> Block {
        let mark = self.scratch.stmts.len();
        for statement in statements {
            self.statement(statement);
        }
        self.take_stmts(mark)
    }

    /// Lowers a statement to any number of statements, left on the scratch stack.
    pub(crate) fn statement(&mut self, statement: &Statement<'a>) {
        self.deeper(statement.span(), |this| this.lower_statement(statement), |_| {});
    }

    /// Lowers a declaration. Variables are known by their statement if they stand at the top level of the module.
    pub(crate) fn declaration(&mut self, declaration: &Declaration<'a>, is_top_level: bool) {
        match declaration {
            Declaration::VariableDeclaration(variables) => self.variables(variables, is_top_level),
            Declaration::FunctionDeclaration(function) => self.function_declaration(function),
            Declaration::ClassDeclaration(class) => self.class_declaration(class),
            Declaration::TSTypeAliasDeclaration(alias) => {
                self.type_alias(alias);
            }
            Declaration::TSInterfaceDeclaration(interface) => {
                self.interface(interface);
            }
            Declaration::TSEnumDeclaration(declaration) => {
                if !declaration.declare {
                    let members = self.enumeration(declaration);
                    self.declare(&declaration.id, BindingKind::Enum(members));
                }
            }
            Declaration::TSImportEqualsDeclaration(import) => self.import_equals(import),
            Declaration::TSExternalModuleDeclaration(_)
            | Declaration::TSNamespaceDeclaration(_)
            | Declaration::TSGlobalDeclaration(_) => {}
        }
    }

    /// Lowers `const a = …, b = …` to one statement a declarator. What is only declared has no value and is dropped.
    pub(crate) fn variables(&mut self, variables: &VariableDeclaration<'a>, is_top_level: bool) {
        if variables.declare {
            return;
        }
        let last = variables.declarations.len().saturating_sub(1);
        for (position, declarator) in variables.declarations.iter().enumerate() {
            let mut span = declarator.span;
            if position == 0 {
                span.start = variables.span.start;
            }
            if position == last {
                span.end = variables.span.end;
            }
            let id = self.add_stmt(span, Stmt::Break(None));
            let kind = BindingKind::Variable(is_top_level.then_some(id));
            let pattern = self.pattern(&declarator.id, kind);
            let ty = self.annotation(declarator.type_annotation.as_deref());
            let name = self.pattern_name(pattern);
            let value = declarator.init.as_ref().map(|init| self.named_expression(init, name));
            self.program.stmts[id.index()] = Stmt::Let { pattern, ty, value };
            self.scratch.stmts.push(id);
        }
    }

    fn lower_statement(&mut self, statement: &Statement<'a>) {
        let span = statement.span();
        let stmt = match statement {
            Statement::ExpressionStatement(inner) => Stmt::Expr(self.expression(&inner.expression)),
            Statement::BlockStatement(inner) => Stmt::Block(self.block(&inner.body)),
            Statement::ReturnStatement(inner) => {
                Stmt::Return(inner.argument.as_ref().map(|argument| self.expression(argument)))
            }
            Statement::ThrowStatement(inner) => Stmt::Throw(self.expression(&inner.argument)),
            Statement::IfStatement(inner) => Stmt::If {
                test: self.expression(&inner.test),
                consequent: self.body(&inner.consequent),
                alternate: inner
                    .alternate
                    .as_ref()
                    .map_or_else(ListRange::default, |alternate| self.body(alternate)),
            },
            Statement::ForStatement(inner) => self.for_statement(inner),
            Statement::ForOfStatement(inner) => Stmt::ForOf {
                iterable: self.expression(&inner.right),
                pattern: self.loop_target(&inner.left),
                is_await: inner.r#await,
                body: self.body(&inner.body),
            },
            Statement::ForInStatement(inner) => Stmt::ForIn {
                object: self.expression(&inner.right),
                pattern: self.loop_target(&inner.left),
                body: self.body(&inner.body),
            },
            Statement::WhileStatement(inner) => Stmt::While {
                test: self.expression(&inner.test),
                body: self.body(&inner.body),
                runs_first: false,
            },
            Statement::DoWhileStatement(inner) => Stmt::While {
                body: self.body(&inner.body),
                test: self.expression(&inner.test),
                runs_first: true,
            },
            Statement::BreakStatement(inner) => Stmt::Break(self.label(inner.label.as_ref())),
            Statement::ContinueStatement(inner) => Stmt::Continue(self.label(inner.label.as_ref())),
            Statement::SwitchStatement(inner) => self.switch(inner),
            Statement::TryStatement(inner) => self.try_statement(inner),
            Statement::LabeledStatement(inner) => {
                Stmt::Labeled { label: self.name(inner.label.name.as_str()), body: self.body(&inner.body) }
            }
            Statement::WithStatement(inner) => {
                let object = self.expression(&inner.object);
                self.push_stmt(inner.object.span(), Stmt::Expr(object));
                Stmt::Block(self.body(&inner.body))
            }
            Statement::DebuggerStatement(_) | Statement::EmptyStatement(_) => return,
            declaration @ ast::match_declaration!(Statement) => {
                self.declaration(declaration.to_declaration(), false);
                return;
            }
            // Imports and exports stand at the top level only, where they do not come here.
            ast::match_module_declaration!(Statement) => return,
        };
        self.push_stmt(span, stmt);
    }

    /// Adds a statement to the block that is being lowered.
    pub(crate) fn push_stmt(&mut self, span: oxc_span::Span, stmt: Stmt) -> StmtId {
        let id = self.add_stmt(span, stmt);
        self.scratch.stmts.push(id);
        id
    }

    /// The statements of a branch or loop, with or without braces.
    fn body(&mut self, statement: &Statement<'a>) -> Block {
        match statement {
            Statement::BlockStatement(block) => self.block(&block.body),
            statement => {
                let mark = self.scratch.stmts.len();
                self.statement(statement);
                self.take_stmts(mark)
            }
        }
    }

    fn function_declaration(&mut self, function: &ast::Function<'a>) {
        if let Some(id) = self.function(function, FunctionKind::Function, None, function.span) {
            self.push_stmt(function.span, Stmt::Function(id));
        }
    }

    fn class_declaration(&mut self, class: &ast::Class<'a>) {
        if !class.declare {
            let id = self.class(class, None);
            self.push_stmt(class.span, Stmt::Class(id));
        }
    }

    fn for_statement(&mut self, statement: &ast::ForStatement<'a>) -> Stmt {
        let mark = self.scratch.stmts.len();
        match &statement.init {
            Some(ForStatementInit::VariableDeclaration(variables)) => {
                self.variables(variables, false);
            }
            Some(init) => {
                let expr = self.expression(init.to_expression());
                self.push_stmt(init.span(), Stmt::Expr(expr));
            }
            None => {}
        }
        let head_and_body = ForLoop {
            init: self.take_stmts(mark),
            test: statement.test.as_ref().map(|test| self.expression(test)),
            update: statement.update.as_ref().map(|update| self.expression(update)),
            body: self.body(&statement.body),
        };
        self.program.for_loops.push(head_and_body);
        Stmt::For(ForId::new(self.program.for_loops.len() as u32 - 1))
    }

    fn loop_target(&mut self, left: &ForStatementLeft<'a>) -> PatternId {
        match left {
            ForStatementLeft::VariableDeclaration(variables) => match variables.declarations.first() {
                Some(declarator) => self.pattern(&declarator.id, BindingKind::Variable(None)),
                None => self.add_pattern(Pattern::Object { properties: ListRange::default(), rest: None }),
            },
            left => self.target(left.to_assignment_target()),
        }
    }

    fn switch(&mut self, statement: &ast::SwitchStatement<'a>) -> Stmt {
        let discriminant = self.expression(&statement.discriminant);
        let mark = self.scratch.cases.len();
        for case in &statement.cases {
            let test = case.test.as_ref().map(|test| self.expression(test));
            let body = self.block(&case.consequent);
            self.scratch.cases.push(SwitchCase { test, body });
        }
        let cases = take(&mut self.scratch.cases, mark, &mut self.program.switch_cases);
        Stmt::Switch { discriminant, cases }
    }

    fn try_statement(&mut self, statement: &ast::TryStatement<'a>) -> Stmt {
        let body = self.block(&statement.block.body);
        let handler = statement.handler.as_deref();
        let parameter = handler
            .and_then(|handler| handler.param.as_ref())
            .map(|parameter| self.pattern(&parameter.pattern, BindingKind::Catch));
        let handler = handler.map_or_else(ListRange::default, |handler| self.block(&handler.body.body));
        let finalizer = statement
            .finalizer
            .as_deref()
            .map_or_else(ListRange::default, |finalizer| self.block(&finalizer.body));
        self.program.tries.push(Try { body, parameter, handler, finalizer });
        Stmt::Try(TryId::new(self.program.tries.len() as u32 - 1))
    }

    fn label(&mut self, label: Option<&LabelIdentifier<'a>>) -> Option<lunora_facts::Name> {
        label.map(|label| self.name(label.name.as_str()))
    }
}
