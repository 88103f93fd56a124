use lunora_facts::{BindingKind, FileFacts, FunctionId, Stmt};

use super::printer::{print_expr, print_type};
use super::{facts, printed};

#[test]
fn a_procedure_reads_as_calls_members_and_functions() {
    let text = r#"
        import { query, v } from "./_generated/server";
        export const list = query.input({ channel: v.id("channels") }).query(async ({ ctx, args: { channel } }) => {
            const rows = await ctx.db.query<"messages">("messages").withIndex("by_channel", (q) => q.eq("channelId", channel)).take(10);
            return rows?.map((row) => row["body"]!);
        });"#;
    assert_eq!(
        printed(text),
        concat!(
            "(let list query.input({channel: v.id(\"channels\")})",
            ".query((Arrow async ({ctx: ctx, args: {channel: channel}}) {",
            "(let rows (await ctx.db.query(\"messages\")",
            ".withIndex(\"by_channel\" (Arrow (q) {(return q.eq(\"channelId\" channel))}))",
            ".take(10))); ",
            "(return rows?.map((Arrow (row) {(return row.body)})))})))",
        )
    );
}

#[test]
fn what_cannot_change_meaning_is_looked_through() {
    let text =
        "declare const a: any; (a!); (a satisfies {}); [1] as const; a<string>; ((a) as string).b; <T>a;";
    assert_eq!(printed(text), "a\na\n[1]\na\n(a as primitive).b\n(a as @T)");
}

#[test]
fn literals_and_operators_keep_what_rules_need() {
    let text = concat!(
        "undefined; void 0; void f(); `a`; `a${1}b`; tag`x${1}`; 1n; /x/; [1, , ...[2]]; a == 1; a !== 2; ",
        "delete a.b; typeof a; a ?? b; a + b; a in b; #p in b; i++; import('x'); new F(1); a, b; a?.[0]?.(1); a[`b`]; import.meta;",
    );
    let lines = [
        "undefined",
        "undefined",
        "(seq @f() undefined)",
        "\"a\"",
        "(template \"a\" 1 \"b\")",
        "(tagged @tag \"x\" 1)",
        "1n",
        "regex",
        "[1 undefined ...[2]]",
        "(Equal @a 1)",
        "(NotEqual @a 2)",
        "(Delete @a.b)",
        "(TypeOf @a)",
        "(Coalesce @a @b)",
        "(Arithmetic @a @b)",
        "(In @a @b)",
        "(In \"#p\" @b)",
        "(update <@i>)",
        "(import \"x\")",
        "(new @F 1)",
        "(seq @a @b)",
        "@a?.[0]?.(1)",
        "@a.b",
        "?",
    ];
    let file = crate::extract(std::path::Path::new("file.ts"), text);
    assert_eq!(super::printer::print(&file.program), lines.join("\n"));
}

#[test]
fn objects_keep_their_keys_methods_getters_and_spreads() {
    let text = "const k = 1; ({ a, 'b-c': 1, ['d']: 2, [k]: 3, 4: 5, ...k, m() {}, get g() { return 1 }, set g(v) {}, f: () => 1 });";
    assert_eq!(
        printed(text).lines().nth(1),
        Some(concat!(
            "{@a, b-c: 1, d: 2, [k]: 3, 4: 5, ...k, m: (Method m () {}), ",
            "get g: (Getter g () {(return 1)}), f: (Arrow f () {(return 1)})}",
        ))
    );
}

#[test]
fn patterns_and_assignments_are_lowered_alike() {
    let text = "const { a, b: [c, , d = 1], ...e } = x; let y; ({ y, z: y.q = 2 } = x); [y.p] = x; y += 1; y ??= () => 1; (y as any).r = 1;";
    assert_eq!(
        printed(text),
        concat!(
            "(let {a: a, b: [c - d=1] ...e} @x)\n",
            "(let y -)\n",
            "(Assign {y: y, z: <y.q>=2} @x)\n",
            "(Assign [<y.p>] @x)\n",
            "(Compute y 1)\n",
            "(Logical(Coalesce) y (Arrow y () {(return 1)}))\n",
            "(Assign <(y as ?).r> 1)",
        )
    );
}

#[test]
fn statements_keep_their_shape() {
    let text = concat!(
        "if (a) b; else if (c) { d } for (let i = 0; i < 3; i++) f(i); for (const x of xs) { x } ",
        "async () => { for await (y.z of xs); }; for (var k in o) k; while (a) break; do { continue } while (b); l: for (;;) break l; ",
        "switch (a) { case 1: b; default: c } try { a } catch ({ m }) { m } finally { b } { ; debugger } throw a;",
    );
    assert_eq!(
        printed(text),
        concat!(
            "(if @a {@b} {(if @c {@d} {})})\n",
            "(for {(let i 0)} (Less i 3) (update i) {@f(i)})\n",
            "(for-of x @xs {x})\n",
            "(Arrow async () {(for-await <@y.z> @xs {})})\n",
            "(for-in k @o {k})\n",
            "(while @a {(break )})\n",
            "(do-while @b {(continue )})\n",
            "(label l {(for {} - - {(break l)})})\n",
            "(switch @a (1 {@b}) (- {@c}))\n",
            "(try {@a} {m: m} {m} {@b})\n",
            "{}\n",
            "(throw @a)",
        )
    );
}

#[test]
fn classes_keep_private_names_and_drop_static_blocks() {
    let text = concat!(
        "class A extends B { static { x() } #p: Db = 1; static s; constructor(private db: Db, x?: string) { super(); } ",
        "m(): void; m() { return this.#p } get g() { return 1 } set g(v) {} [key]() {} abs = () => 1 }",
    );
    assert_eq!(
        printed(text),
        concat!(
            "(class A @B #p: @Db = 1, static s = -, (Constructor constructor (this.db: @Db x: primitive) {super()}), ",
            "(Method m () {(return this.#p)}), (Getter g () {(return 1)}), (Setter g (v) {}), ",
            "(Method () {}), abs = (Arrow abs () {(return 1)}))",
        )
    );
}

#[test]
fn overloads_and_declarations_without_a_body_are_dropped() {
    let text = concat!(
        "export function f(a: string): void; export function f(a: any) { return a } ",
        "declare function g(): void; declare const h: number; declare class C {} namespace N { const x = 1 } f; g; h; C; N;",
    );
    let file = facts(text);
    let program = &file.program;
    assert_eq!(super::printer::print(program), "(Function f (a: ?) {(return a)})\nf\ng\nh\nC\nN");
    assert!(matches!(binding(&file, "f"), BindingKind::Function(_)));
    assert_eq!(program.exports.len(), 1);
    for declared in ["g", "h", "C", "N"] {
        assert_eq!(binding(&file, declared), BindingKind::Other, "{declared}");
    }
}

#[test]
fn names_are_resolved_before_and_after_their_declaration() {
    let file = facts(
        "run(); function run() { return later + b } const later = 1; var { b } = run(); { const later = 2; }",
    );
    let program = &file.program;
    let BindingKind::Function(run) = binding(&file, "run") else { panic!("not a function") };
    assert_eq!(program.function(run).parent, Some(FunctionId::MODULE));
    for name in ["later", "b"] {
        let BindingKind::Variable(Some(stmt)) = binding(&file, name) else { panic!("{name}") };
        assert!(matches!(program.stmt(stmt), Stmt::Let { .. }));
    }
    let kinds: Vec<BindingKind> = program.bindings.iter().map(|binding| binding.kind).collect();
    assert_eq!(kinds.iter().filter(|&&kind| kind == BindingKind::Variable(None)).count(), 1);
}

#[test]
fn reassignment_is_noticed_wherever_it_stands() {
    let file = facts(
        "let a = 1; let b = 1; const c = 1; var d = 1; var d = 2; let e; for (e of []) {} let f; () => { ({ f } = {}) }; a++;",
    );
    let reassigned: Vec<&str> = file
        .program
        .bindings
        .iter()
        .filter(|binding| binding.is_reassigned)
        .map(|binding| file.program.text(binding.name))
        .collect();
    assert_eq!(reassigned, ["a", "d", "e", "f"]);
}

#[test]
fn the_activation_that_holds_a_name_is_known() {
    let file = facts("const m = 1; function outer(p) { if (p) { const inner = p; } try {} catch (e) {} }");
    let program = &file.program;
    let BindingKind::Function(outer) = binding(&file, "outer") else { panic!("not a function") };
    let holder = |name: &str| {
        let found = program.bindings.iter().find(|binding| program.text(binding.name) == name);
        found.map(|binding| binding.function)
    };
    for name in ["p", "inner", "e"] {
        assert_eq!(holder(name), Some(outer), "{name}");
    }
    for name in ["m", "outer"] {
        assert_eq!(holder(name), Some(FunctionId::MODULE), "{name}");
    }
    assert_eq!(binding(&file, "p"), BindingKind::Parameter);
    assert_eq!(binding(&file, "e"), BindingKind::Catch);
}

#[test]
fn types_say_what_they_can_about_data() {
    let text = concat!(
        "import type * as server from './server'; import type { Doc } from './model'; const api = {}; ",
        "type T = { ctx: server.QueryCtx; db: Doc<'a' | \"b\">['x']; list: readonly string[]; ",
        "f(): Promise<number>; g: (x: T) => void; t: typeof api.x; u: import('y').Z; e: External<1>; [k: string]: any } & T[];",
    );
    let file = facts(text);
    let BindingKind::Type(ty) = binding(&file, "T") else { panic!("not a type") };
    assert_eq!(
        print_type(&file.program, ty),
        concat!(
            "({ctx: server.QueryCtx, db: Doc<(\"a\" | \"b\")>[\"x\"], list: primitive[], ",
            "f: => @Promise<primitive>, g: => primitive, t: typeof api[\"x\"], u: ?, e: @External<primitive>} & T[])",
        )
    );
}

#[test]
fn interfaces_join_what_they_extend_and_what_was_declared_before() {
    let file = facts("interface A extends B<C> { x: 1 } interface A { y: 2 } const V = 1; type V = string;");
    let BindingKind::Type(ty) = binding(&file, "A") else { panic!("not a type") };
    assert_eq!(print_type(&file.program, ty), "((@B<@C> & {x: primitive}) & {y: primitive})");
    assert!(matches!(binding(&file, "V"), BindingKind::Variable(_)), "a value wins over a type");
}

#[test]
fn enums_are_objects_that_count_up() {
    let file = facts("export enum E { A, B = 5, C, D = 'd', 'E' = -1, F }");
    let BindingKind::Enum(members) = binding(&file, "E") else { panic!("not an enum") };
    assert_eq!(print_expr(&file.program, members), "{A: 0, B: 5, C: 6, D: \"d\", E: (Negate 1), F: 0}");
}

#[test]
fn functions_take_the_name_of_what_they_initialise() {
    let file = facts(
        "const a = async () => {}; const b = { c() {}, d: function () {} }; x.e = () => {}; const f = function g() {}; export default () => {}; const { h = () => {} } = x;",
    );
    let program = &file.program;
    let names: Vec<&str> = program
        .functions
        .iter()
        .skip(1)
        .map(|function| function.name.map_or("-", |name| program.text(name)))
        .collect();
    assert_eq!(names, ["a", "c", "d", "e", "g", "default", "h"]);
}

#[test]
fn long_sums_are_flat() {
    let text = format!("{};", vec!["x"; 500].join(" + "));
    assert_eq!(printed(&text), format!("(template {})", vec!["@x"; 500].join(" ")));
}

/// The kind of the first binding with a name.
fn binding(file: &FileFacts, name: &str) -> BindingKind {
    let program = &file.program;
    let found = program.bindings.iter().find(|binding| program.text(binding.name) == name);
    found.map(|binding| binding.kind).unwrap_or_else(|| panic!("no binding {name}"))
}
