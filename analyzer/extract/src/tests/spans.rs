use lunora_facts::{Expr, ExprId, Span};

use super::facts;

/// The text at a span, in the text that the facts were read from.
fn slice(text: &str, span: Span) -> &str {
    &text[span.range()]
}

#[test]
fn spans_are_what_was_written_whatever_stands_before() {
    let code = "const x = (ctx.db).query(\"ключ\").filter(q => q[\"a\"]);\nexport const { y = 1 } = { 'k': x, m() {} };";
    let forms =
        [code.to_owned(), format!("\u{feff}{code}"), format!("// ünï 🦀\r\n{}", code.replace('\n', "\r\n"))];
    for text in forms {
        let file = facts(&text);
        let (program, spans) = (&*file.program, &*file.spans);
        let exprs: Vec<&str> = spans.exprs.iter().map(|&span| slice(&text, span)).collect();
        for expected in ["ctx.db", "(ctx.db).query(\"ключ\")", "\"ключ\"", "q[\"a\"]", "{ 'k': x, m() {} }"]
        {
            assert!(exprs.contains(&expected), "{expected} in {exprs:?}");
        }
        let members: Vec<&str> = (0..program.exprs.len() as u32)
            .map(ExprId::new)
            .filter(|&id| matches!(program.expr(id), Expr::Member { .. }))
            .map(|id| slice(&text, spans.member(id)))
            .collect();
        assert_eq!(members, ["db", "query", "filter", "a"]);
        let keys: Vec<&str> = spans.prop_keys.iter().map(|&span| slice(&text, span)).collect();
        assert_eq!(keys, ["'k'", "m"]);
        let props: Vec<&str> = spans.props.iter().map(|&span| slice(&text, span)).collect();
        assert_eq!(props, ["'k': x", "m() {}"]);
        let bindings: Vec<&str> = spans.bindings.iter().map(|&span| slice(&text, span)).collect();
        assert_eq!(bindings, ["x", "q", "y"]);
        let functions: Vec<&str> = spans.functions.iter().skip(1).map(|&span| slice(&text, span)).collect();
        assert_eq!(functions, ["q => q[\"a\"]", "m() {}"]);
        let first = &text[file.first_statement as usize..];
        assert!(first.starts_with("const x"), "{first}");
    }
}

#[test]
fn statements_of_one_declaration_share_it_out() {
    let text = "export const a = 1,\n  b = 2;\nlet c = 3;";
    let file = facts(text);
    let stmts: Vec<&str> = file.spans.stmts.iter().map(|&span| slice(text, span)).collect();
    assert_eq!(stmts, ["const a = 1", "b = 2;", "let c = 3;"]);
}

#[test]
fn strings_in_templates_have_their_own_spans() {
    let text = "`ab${x}cd`";
    let file = facts(text);
    let exprs: Vec<&str> = file.spans.exprs.iter().map(|&span| slice(text, span)).collect();
    assert_eq!(exprs, ["ab", "x", "cd", text]);
}

#[test]
fn import_specifiers_keep_their_quotes() {
    let text = "import { a, b } from './x'; import \"y\";";
    let file = facts(text);
    let imports: Vec<&str> = file.spans.imports.iter().map(|&span| slice(text, span)).collect();
    assert_eq!(imports, ["'./x'", "'./x'", "\"y\""]);
}

#[test]
fn only_comments_that_could_be_directives_are_kept() {
    let text = "/* lunora-advisor-disable-file x -- y */ // other\n\"use node\";\n// lunora-advisor-disable-line\nimport 'x'; const s = '// lunora-advisor';";
    let file = facts(text);
    let comments: Vec<(&str, bool)> =
        file.comments.iter().map(|comment| (comment.text.as_str(), comment.is_block)).collect();
    assert_eq!(
        comments,
        [(" lunora-advisor-disable-file x -- y ", true), (" lunora-advisor-disable-line", false)]
    );
    assert_eq!(slice(text, file.comments[0].span), "/* lunora-advisor-disable-file x -- y */");
    assert!(text[file.first_statement as usize..].starts_with("import 'x'"));
    assert_eq!(facts("// nothing").first_statement, 10);
}

#[test]
fn moving_code_leaves_the_program_equal() {
    let code = "export const a = query({ handler: async (ctx) => ctx.db.get(1) });";
    assert_eq!(facts(code).program, facts(&format!("\r\n/* moved */\n\n{code}")).program);
}
