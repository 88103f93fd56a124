//! The module body: imports and exports.

use lunora_facts::{BindingKind, Export, Expr, FunctionKind, Import, ImportName, Name, Pattern, Stmt};
use oxc_ast::ast::{
    self, BindingIdentifier, Declaration, ExportDefaultDeclarationKind, ExportSpecifier, ImportDeclaration,
    ImportDeclarationSpecifier, ImportOrExportKind, ModuleExportName, Statement, TSImportEqualsDeclaration,
    TSModuleReference, TSTypeName,
};

use crate::lowering::{Lowering, module_function, span_of};

impl<'a> Lowering<'a> {
    /// Lowers the whole file.
    pub(crate) fn module(&mut self, program: &ast::Program<'a>) {
        self.program.functions.push(module_function());
        self.spans.functions.push(span_of(program.span));
        let mark = self.scratch.stmts.len();
        for statement in &program.body {
            self.module_item(statement);
        }
        self.program.functions[0].body = self.take_stmts(mark);
    }

    /// Lowers `import x = require("y")` and `import x = a.b`.
    pub(crate) fn import_equals(&mut self, import: &TSImportEqualsDeclaration<'a>) {
        let entity = match &import.module_reference {
            TSModuleReference::ExternalModuleReference(reference) => {
                let default = self.name("default");
                let is_type = import.import_kind == ImportOrExportKind::Type;
                let what = ImportName::Named(default);
                self.import(&reference.expression, what, Some(&import.id), is_type);
                return;
            }
            TSModuleReference::IdentifierReference(identifier) => self.identifier(identifier),
            TSModuleReference::QualifiedName(qualified) => self.qualified_name(qualified),
        };
        let id = self.push_stmt(import.span, Stmt::Break(None));
        let binding = self.declare(&import.id, BindingKind::Variable(Some(id)));
        let pattern = self.add_pattern(Pattern::Binding(binding));
        self.program.stmts[id.index()] = Stmt::Let { pattern, ty: None, value: Some(entity) };
    }

    fn module_item(&mut self, statement: &Statement<'a>) {
        match statement {
            Statement::ImportDeclaration(import) => self.import_declaration(import),
            Statement::ExportDeclaration(export) => {
                self.declaration(&export.declaration, true);
                self.export_declared(&export.declaration);
            }
            Statement::ExportNamedDeclaration(export) => {
                for specifier in &export.specifiers {
                    self.export_local(specifier, export.export_kind);
                }
            }
            Statement::ExportFromDeclaration(export) => {
                for specifier in &export.specifiers {
                    self.export_from(specifier, &export.source, export.export_kind);
                }
            }
            Statement::ExportAllDeclaration(export) => self.export_all(export),
            Statement::ExportDefaultDeclaration(export) => self.export_default(&export.declaration),
            Statement::TSExportAssignment(export) => {
                let value = self.expression(&export.expression);
                self.export(Export::Default(value), None);
            }
            Statement::TSNamespaceExportDeclaration(_) => {}
            declaration @ ast::match_declaration!(Statement) => {
                self.declaration(declaration.to_declaration(), true);
            }
            statement => self.statement(statement),
        }
    }

    fn import_declaration(&mut self, declaration: &ImportDeclaration<'a>) {
        let is_type = declaration.import_kind == ImportOrExportKind::Type;
        let specifiers = declaration.specifiers.as_deref().map_or(&[][..], |specifiers| specifiers);
        if specifiers.is_empty() {
            self.import(&declaration.source, ImportName::SideEffect, None, is_type);
        }
        for specifier in specifiers {
            let mut is_type = is_type;
            let what = match specifier {
                ImportDeclarationSpecifier::ImportSpecifier(named) => {
                    is_type |= named.import_kind == ImportOrExportKind::Type;
                    ImportName::Named(self.export_name(&named.imported))
                }
                ImportDeclarationSpecifier::ImportDefaultSpecifier(_) => {
                    ImportName::Named(self.name("default"))
                }
                ImportDeclarationSpecifier::ImportNamespaceSpecifier(_) => ImportName::Namespace,
            };
            self.import(&declaration.source, what, Some(specifier.local()), is_type);
        }
    }

    fn import(
        &mut self,
        source: &ast::StringLiteral<'a>,
        what: ImportName,
        local: Option<&BindingIdentifier<'a>>,
        is_type: bool,
    ) {
        let index = self.program.imports.len() as u32;
        let specifier = self.name(source.value.as_str());
        let binding = local.map(|local| self.declare(local, BindingKind::Import(index)));
        self.program.imports.push(Import { specifier, what, binding, is_type });
        self.spans.imports.push(span_of(source.span));
    }

    fn export_declared(&mut self, declaration: &Declaration<'a>) {
        match declaration {
            Declaration::VariableDeclaration(variables) => {
                for declarator in &variables.declarations {
                    for identifier in declarator.id.get_binding_identifiers() {
                        self.export_binding(identifier, false);
                    }
                }
            }
            declaration => {
                if let Some(identifier) = declaration.id() {
                    let is_type = matches!(
                        declaration,
                        Declaration::TSTypeAliasDeclaration(_) | Declaration::TSInterfaceDeclaration(_)
                    );
                    self.export_binding(identifier, is_type);
                }
            }
        }
    }

    /// Adds an export, with the specifier of the module that it comes from.
    fn export(&mut self, export: Export, source: Option<oxc_span::Span>) {
        self.program.exports.push(export);
        self.spans.exports.push(source.map(span_of).unwrap_or_default());
    }

    fn export_binding(&mut self, identifier: &BindingIdentifier<'a>, is_type: bool) {
        let binding = self.declare(identifier, BindingKind::Other);
        let exported = self.name_of(binding);
        let export = Export::Binding { exported, binding, is_type };
        // Every overload of a function exports the same name.
        if !self.program.exports.contains(&export) {
            self.export(export, None);
        }
    }

    fn export_local(&mut self, specifier: &ExportSpecifier<'a>, kind: ImportOrExportKind) {
        let ModuleExportName::IdentifierReference(local) = &specifier.local else {
            return;
        };
        let Some(binding) = self.resolve(local) else {
            return;
        };
        let exported = self.export_name(&specifier.exported);
        let is_type = is_type_export(specifier, kind);
        self.export(Export::Binding { exported, binding, is_type }, None);
    }

    fn export_from(
        &mut self,
        specifier: &ExportSpecifier<'a>,
        source: &ast::StringLiteral<'a>,
        kind: ImportOrExportKind,
    ) {
        let export = Export::From {
            exported: self.export_name(&specifier.exported),
            imported: self.export_name(&specifier.local),
            specifier: self.name(source.value.as_str()),
            is_type: is_type_export(specifier, kind),
        };
        self.export(export, Some(source.span));
    }

    fn export_all(&mut self, export: &ast::ExportAllDeclaration<'a>) {
        let specifier = self.name(export.source.value.as_str());
        let source = export.source.span;
        let export = match &export.exported {
            Some(exported) => Export::NamespaceFrom { exported: self.export_name(exported), specifier },
            None => Export::StarFrom { specifier },
        };
        self.export(export, Some(source));
    }

    fn export_default(&mut self, declaration: &ExportDefaultDeclarationKind<'a>) {
        let default = self.name("default");
        let value = match declaration {
            ExportDefaultDeclarationKind::FunctionDeclaration(function) => {
                let span = function.span;
                let lowered = self.function(function, FunctionKind::Function, Some(default), span);
                let Some(id) = lowered else { return };
                self.add_expr(span, Expr::Function(id))
            }
            ExportDefaultDeclarationKind::ClassDeclaration(class) => {
                let id = self.class(class, Some(default));
                self.add_expr(class.span, Expr::Class(id))
            }
            ExportDefaultDeclarationKind::TSInterfaceDeclaration(interface) => {
                let binding = self.interface(interface);
                let export = Export::Binding { exported: default, binding, is_type: true };
                self.export(export, None);
                return;
            }
            declaration => self.named_expression(declaration.to_expression(), Some(default)),
        };
        self.export(Export::Default(value), None);
    }

    fn export_name(&mut self, name: &ModuleExportName<'a>) -> Name {
        self.name(name.name().as_str())
    }

    fn qualified_name(&mut self, qualified: &ast::TSQualifiedName<'a>) -> lunora_facts::ExprId {
        let span = qualified.span;
        self.deeper(
            span,
            |this| {
                let object = match &qualified.left {
                    TSTypeName::IdentifierReference(identifier) => this.identifier(identifier),
                    TSTypeName::QualifiedName(inner) => this.qualified_name(inner),
                    TSTypeName::ThisExpression(inner) => this.add_expr(inner.span, Expr::This),
                };
                let property = this.name(qualified.right.name.as_str());
                let expr = Expr::Member { object, property, optional: false };
                this.add_member_expr(span, span_of(qualified.right.span), expr)
            },
            |this| this.add_expr(span, Expr::Opaque),
        )
    }
}

fn is_type_export(specifier: &ExportSpecifier<'_>, kind: ImportOrExportKind) -> bool {
    kind == ImportOrExportKind::Type || specifier.export_kind == ImportOrExportKind::Type
}
