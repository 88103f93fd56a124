use std::path::Path;

use lunora_facts::{
    BindingKind, ClassMemberValue, Export, Expr, FileFacts, ListRange, Name, Pattern, PropKey, Stmt, Type,
};
use proptest::prelude::*;

use crate::extract;

#[test]
fn a_file_that_does_not_parse_says_where_and_why() {
    let text = "export const a = 1;\nconst b = ;\n";
    let file = extract(Path::new("a.ts"), text);
    let error = &file.errors[0];
    assert_eq!(&text[error.span.range()], ";");
    assert!(!error.message.is_empty());
    check(&file);
}

#[test]
fn the_extension_chooses_the_language() {
    assert!(extract(Path::new("a.tsx"), "const a = <b>{c}</b>;").errors.is_empty());
    assert!(extract(Path::new("a.ts"), "const a = <b>c;").errors.is_empty());
    assert!(!extract(Path::new("a.js"), "const a: b = c;").errors.is_empty());
    assert!(extract(Path::new("a.d.ts"), "declare const a: string; export {};").errors.is_empty());
    assert!(extract(Path::new("a.cts"), "const a: b = require('c');").errors.is_empty());
    assert!(extract(Path::new("unknown"), "const a: b = c;").errors.is_empty());
}

#[test]
fn deep_nesting_is_an_error_and_not_a_crash() {
    let forms: [(&str, &str, &str); 13] = [
        ("[", "", "]"),
        ("{a:", "1", "}"),
        ("f(", "1", ")"),
        ("x => ", "1", ""),
        ("!", "x", ""),
        ("await ", "x", ""),
        ("x ? 1 : ", "x", ""),
        ("x = ", "x", ""),
        ("`${", "x", "}`"),
        ("function(){return ", "x", "}"),
        ("x ** ", "x", ""),
        ("(x as ", "y", ")"),
        ("class extends ", "x", "{}"),
    ];
    for (open, inner, close) in forms {
        for depth in [1_000, 10_000] {
            let text = format!("x = {}{inner}{};", open.repeat(depth), close.repeat(depth));
            refused_or_opaque(&text);
        }
    }
}

#[test]
fn a_call_of_more_arguments_than_any_machine_takes_is_not_modelled() {
    for (arguments, is_modelled) in [(65_535, true), (65_536, false)] {
        let file = extract(Path::new("a.ts"), &format!("f({});", "x,".repeat(arguments)));
        let mut calls = file.program.exprs.iter().filter(|expr| matches!(expr, Expr::Call { .. }));
        assert_eq!(calls.next().is_some(), is_modelled, "{arguments}");
        check(&file);
    }
}

#[test]
fn parentheses_do_not_count() {
    let depth = 10_000;
    let text = format!("x = {}1{};", "(".repeat(depth), ")".repeat(depth));
    assert!(extract(Path::new("a.ts"), &text).errors.is_empty());
}

#[test]
fn long_chains_are_no_crash() {
    let depth = 20_000;
    for (unit, is_fine) in
        [(" + x", true), (" || x", false), (".x", false), ("()", false), ("!", true), (" as x", false)]
    {
        let text = format!("x{};", unit.repeat(depth));
        let file = extract(Path::new("a.ts"), &text);
        assert_eq!(file.errors.is_empty(), is_fine, "{unit} {:?}", file.errors);
        check(&file);
    }
    for unit in ["if (x) ", "if (x) y; else ", "for (;;) ", "x: ", "{", "while (x) "] {
        refused_or_opaque(&format!("{}z;", unit.repeat(depth)));
    }
    for unit in ["x[]", "A<", "{a: ", "typeof x extends y ? z : ", "x | (", "keyof "] {
        refused_or_opaque(&format!("type T = {};", unit.repeat(depth)));
    }
    refused_or_opaque(&format!("type T = x{};", "[]".repeat(depth)));
    refused_or_opaque(&format!("const {}x{} = y;", "[".repeat(depth), "]".repeat(depth)));
    let file = extract(Path::new("a.tsx"), &format!("x = {}", "<a>".repeat(depth)));
    assert!(!file.errors.is_empty());
}

#[test]
fn scopes_that_nobody_nests_are_refused_before_names_are_looked_for_in_them() {
    let depth = 100_000;
    for (unit, inner) in [
        ("for(const a of b)", ";"),
        ("for await (const a of b)", ";"),
        ("(a = b) => ", "1;"),
        ("<T,>(a: T) => ", "1;"),
        ("<A, B extends A, C>(a: T) => ", "1;"),
    ] {
        let file = extract(Path::new("a.tsx"), &format!("{}{inner}", unit.repeat(depth)));
        assert!(file.program.exprs.is_empty() && !file.errors.is_empty(), "{unit}");
    }
}

#[test]
fn flat_code_is_never_refused() {
    let line = "if (a) { b(c, [d], `e ${f}`) }\nconst g = h ? i : j\n";
    for text in [
        line.repeat(3_000),
        "f({ a: 1, b: 'x' });".repeat(3_000),
        format!("[{}]", "1, ".repeat(50_000)),
        format!("f({{ {} }})", "a: (b) => b, ".repeat(30_000)),
        "const a = (b) => (c) => b(c)\n".repeat(30_000),
        "for (const a of b) { for (const c of a) { d((e) => e) } }\n".repeat(30_000),
    ] {
        let file = extract(Path::new("a.ts"), &text);
        assert!(file.errors.iter().all(|error| !error.message.contains("nested")), "{:?}", file.errors);
    }
}

fn refused_or_opaque(text: &str) {
    let file = extract(Path::new("a.ts"), text);
    assert!(!file.errors.is_empty(), "{}", &text[..40]);
    check(&file);
}

proptest! {
    #![proptest_config(lunora_properties::config(2_000))]

    #[test]
    fn no_soup_of_tokens_makes_extraction_panic(tokens in prop::collection::vec(prop::sample::select(TOKENS), 0..60)) {
        let text: String = tokens.concat();
        check(&extract(Path::new("a.ts"), &text));
        check(&extract(Path::new("a.tsx"), &text));
    }

    #[test]
    fn no_text_makes_extraction_panic(text in "\\PC{0,200}") {
        check(&extract(Path::new("a.ts"), &text));
    }

    #[test]
    fn no_cut_makes_extraction_panic(start in 0..EXAMPLE.len(), length in 0..EXAMPLE.len()) {
        let end = (start + length).min(EXAMPLE.len());
        check(&extract(Path::new("a.ts"), &EXAMPLE[start..end]));
    }
}

const EXAMPLE: &str = include_str!("printer.rs");

const TOKENS: &[&str] = &[
    "a",
    "b ",
    "c\n",
    "1",
    "'s'",
    "\"t\"",
    "`u`",
    "`${",
    "}`",
    "{",
    "}",
    "(",
    ")",
    "[",
    "]",
    ";",
    ",",
    ":",
    "?",
    "?.",
    ".",
    "...",
    "=>",
    "=",
    "+=",
    "??=",
    "==",
    "<",
    ">",
    "+",
    "-",
    "!",
    "/",
    "*",
    "&&",
    "||",
    "??",
    "#p",
    "@",
    "//",
    "/*",
    "*/",
    "\u{feff}",
    " const ",
    " let ",
    " var ",
    " function ",
    " async ",
    " await ",
    " yield ",
    " class ",
    " extends ",
    " static ",
    " get ",
    " set ",
    " if ",
    " else ",
    " for ",
    " of ",
    " in ",
    " while ",
    " do ",
    " switch ",
    " case ",
    " default ",
    " break ",
    " continue ",
    " return ",
    " throw ",
    " try ",
    " catch ",
    " finally ",
    " new ",
    " delete ",
    " typeof ",
    " void ",
    " import ",
    " export ",
    " from ",
    " as ",
    " satisfies ",
    " type ",
    " interface ",
    " enum ",
    " namespace ",
    " declare ",
    " abstract ",
    " private ",
    " keyof ",
    " readonly ",
    " infer ",
    " is ",
    " this ",
    " super ",
    " null ",
    " undefined ",
    " true ",
    " import.meta ",
    "<a>",
    "</a>",
    " constructor ",
    " require('x') ",
    " using ",
    "\\",
    "é",
    "🦀",
];

/// Every id and range must lie inside its arena, and spans must stand beside what they belong to.
fn check(file: &FileFacts) {
    let program = &*file.program;
    let spans = &*file.spans;
    assert_eq!(program.exprs.len(), spans.exprs.len());
    assert!(spans.last_members.is_sorted_by(|(before, _), (next, _)| before < next));
    assert!(spans.inner_members.is_sorted_by(|(before, _), (next, _)| before < next));
    assert!(spans.members().all(|(expr, _)| expr.index() < program.exprs.len()));
    assert_eq!(program.props.len(), spans.props.len());
    assert_eq!(program.props.len(), spans.prop_keys.len());
    assert_eq!(program.stmts.len(), spans.stmts.len());
    assert_eq!(program.functions.len(), spans.functions.len());
    assert_eq!(program.bindings.len(), spans.bindings.len());
    assert_eq!(program.imports.len(), spans.imports.len());
    assert_eq!(program.exports.len(), spans.exports.len());
    assert!(!program.functions.is_empty());

    let checker = Checker { file };
    program.exprs.iter().for_each(|expr| checker.expr(expr));
    program.stmts.iter().for_each(|stmt| checker.stmt(stmt));
    program.patterns.iter().for_each(|pattern| checker.pattern(pattern));
    program.types.iter().for_each(|ty| checker.ty(ty));
    checker.declarations();
}

struct Checker<'f> {
    file: &'f FileFacts,
}

impl Checker<'_> {
    fn list<T>(&self, range: ListRange, list: &[T]) {
        assert!(list.get(range.range()).is_some(), "{range:?} of {}", list.len());
    }

    fn name(&self, name: Name) {
        assert!(name.index() < self.file.program.strings.len());
    }

    fn expr(&self, expr: &Expr) {
        let program = &*self.file.program;
        let exists = |id: &lunora_facts::ExprId| assert!(id.index() < program.exprs.len());
        match expr {
            Expr::Template(range) | Expr::Array(range) | Expr::Sequence(range) => {
                self.list(*range, &program.expr_lists);
                program.expr_list(*range).iter().for_each(exists);
            }
            Expr::Object(range) => {
                self.list(*range, &program.props);
                for (_, prop) in program.object(*range) {
                    exists(&prop.value);
                    if let PropKey::Name(name) = prop.key {
                        self.name(name);
                    }
                }
            }
            Expr::Call { callee, arguments, .. } => {
                exists(callee);
                self.list((*arguments).into(), &program.expr_lists);
            }
            Expr::Conditional(parts) => {
                self.list(*parts, &program.expr_lists);
                assert_eq!(parts.len(), 3);
            }
            Expr::Member { object, property, .. } => {
                exists(object);
                self.name(*property);
            }
            Expr::Binding(id) => assert!(id.index() < program.bindings.len()),
            Expr::Function(id) => assert!(id.index() < program.functions.len()),
            Expr::Class(id) => assert!(id.index() < program.classes.len()),
            Expr::Assign { target, value, .. } => {
                exists(value);
                assert!(target.index() < program.patterns.len());
            }
            Expr::Cast { value, ty } => {
                exists(value);
                assert!(ty.index() < program.types.len());
            }
            Expr::Global(name) | Expr::String(name) | Expr::BigInt(name) => {
                self.name(*name);
            }
            _ => {}
        }
    }

    fn stmt(&self, stmt: &Stmt) {
        let program = &*self.file.program;
        match stmt {
            Stmt::If { consequent, alternate, .. } => {
                self.list(*consequent, &program.stmt_lists);
                self.list(*alternate, &program.stmt_lists);
            }
            Stmt::For(id) => self.list(program.for_loop(*id).body, &program.stmt_lists),
            Stmt::Try(id) => self.list(program.try_statement(*id).body, &program.stmt_lists),
            Stmt::Let { pattern, .. } => assert!(pattern.index() < program.patterns.len()),
            Stmt::Switch { cases, .. } => self.list(*cases, &program.switch_cases),
            Stmt::Block(block) | Stmt::Labeled { body: block, .. } => {
                self.list(*block, &program.stmt_lists);
            }
            _ => {}
        }
    }

    fn pattern(&self, pattern: &Pattern) {
        let program = &*self.file.program;
        match pattern {
            Pattern::Object { properties, .. } => self.list(*properties, &program.pattern_props),
            Pattern::Array { elements, .. } => self.list(*elements, &program.pattern_lists),
            Pattern::Binding(id) => assert!(id.index() < program.bindings.len()),
            Pattern::Default { value, .. } | Pattern::Target(value) => {
                assert!(value.index() < program.exprs.len());
            }
        }
    }

    fn ty(&self, ty: &Type) {
        let program = &*self.file.program;
        match ty {
            Type::Union(range) | Type::Intersection(range) => self.list(*range, &program.type_lists),
            Type::Object(range) => self.list(*range, &program.type_members),
            Type::Named { binding, arguments } => {
                assert!(binding.index() < program.bindings.len());
                self.list(*arguments, &program.type_lists);
            }
            _ => {}
        }
    }

    fn declarations(&self) {
        let program = &*self.file.program;
        for function in &program.functions {
            self.list(function.body, &program.stmt_lists);
            self.list(function.parameters, &program.parameters);
        }
        for member in program.classes.iter().flat_map(|class| &class.members) {
            if let ClassMemberValue::Method(id) = member.value {
                assert!(id.index() < program.functions.len());
            }
        }
        for binding in &program.bindings {
            self.name(binding.name);
            if let BindingKind::Variable(Some(id)) = binding.kind {
                assert!(matches!(program.stmt(id), Stmt::Let { .. }));
            }
        }
        for export in &program.exports {
            if let Export::Binding { binding, .. } = export {
                assert!(binding.index() < program.bindings.len());
            }
        }
    }
}
