//! The files of a program.

use crate::programs::bodies::{helper_name, kind_of};
use crate::programs::grammar::{Form, Helper, Kind, Procedure, Program, Receives, Table, TableStyle, Tier};
use crate::programs::writer::{Scope, Writer, indexes};

/// What every file of functions may use.
const TOOLS: &str = r#"export function databaseOf(ctx: any) {
  return ctx.db;
}
export class Repository {
  constructor(public readonly ctx: any) {}
  static of(ctx: any) {
    return new Repository(ctx);
  }
  get database() {
    return this.ctx.db;
  }
}
export class Base {
  protected readonly db: any;
  constructor(protected readonly ctx: any) {
    this.db = ctx.db;
  }
}
export const runs = async (work: () => Promise<any>) => {
  await work();
};
export const guarded = (work: (ctx: any, input: any) => any) => async ({ ctx, args }: any) => work(ctx, args);
"#;

const SHARED: &str = r#"import { v } from "lunorash/server";
export const shared = {
  owner: v.string(),
  kind: v.union(v.literal("open"), v.literal("closed")),
  rank: v.number(),
  flag: v.boolean(),
  id: v.id("notes"),
  anyId: v.string(),
  items: v.array(v.string()).max(3),
};
"#;

const BUILDERS: &str = r#"import { action, mutation, query } from "../_generated/server";
const viewer = async ({ ctx, next }: any) => {
  const first = await ctx.db.notes.findFirst({ where: { owner: ctx.auth.userId ?? "nobody" } });
  return next({ ctx: { first, store: ctx.db } });
};
export const viewerQuery = query.use(viewer);
export const viewerMutation = mutation.use(viewer);
export const viewerAction = action.use(viewer).use(async ({ ctx, next }: any) => next({ ctx: { first: ctx.first } }));
"#;

const ALIASES: &str = "export { viewerQuery as signedQuery, viewerMutation as signedMutation, viewerAction as signedAction } \
                       from \"./builders\";\n";

/// The files of a program, with their paths from the project's root.
#[must_use]
pub fn files(program: &Program) -> Vec<(String, String)> {
    let mut writer = Writer::new(program);
    let mut files = vec![
        ("lunora/schema.ts", schema(&mut writer)),
        ("lunora/tables.ts", other_tables(&mut writer)),
        ("lunora/lib/tools.ts", TOOLS.to_owned() + &names(&writer)),
        ("lunora/lib/shared.ts", SHARED.to_owned()),
        ("lunora/lib/builders.ts", BUILDERS.to_owned()),
        ("lunora/lib/aliases.ts", ALIASES.to_owned()),
    ];
    for (path, is_second) in [("lunora/lib/helpers.ts", false), ("lunora/lib/more.ts", true)] {
        files.push((path, helpers(&mut writer, is_second)));
    }
    files.push(("lunora/lib/handlers.ts", handlers(&mut writer)));
    for (path, is_second) in [("lunora/first.ts", false), ("lunora/area/second.ts", true)] {
        files.push((path, procedures(&mut writer, is_second)));
    }
    files.push(("lunora/lib/library.ts", writer.library.join("\n")));
    files.retain(|(_, text)| !text.trim().is_empty());
    files.into_iter().map(|(path, text)| (path.to_owned(), text)).collect()
}

fn schema(writer: &mut Writer<'_>) -> String {
    writer.line("import { defineSchema, defineTable, v } from \"lunorash/server\";");
    writer.line("import { elsewhere } from \"./tables\";");
    writer.line("const common = { owner: v.string(), kind: v.union(v.literal(\"open\"), v.literal(\"closed\")), rank: v.number() };");
    writer.line(format!("const made = (more: any) => defineTable({{ ...common, {REST}, ...more }});"));
    let tables = writer.program.tables.clone();
    let mut entries = Vec::new();
    for (position, table) in tables.iter().enumerate() {
        let name = writer.table_name(position);
        let expression = format!("{}{}", start(table, position), modifiers(writer, table));
        if matches!(table.style, TableStyle::Hoisted) {
            writer.line(format!("const {name}Table = {expression};"));
            entries.push(format!("{name}: {name}Table"));
        } else {
            entries.push(format!("{name}: {expression}"));
        }
    }
    writer.block("export default defineSchema({", "});", |writer| {
        for entry in &entries {
            writer.line(format!("{entry},"));
        }
    });
    writer.take()
}

/// The columns that are not common.
const REST: &str = "flag: v.boolean(), note: v.optional(v.string()), parentId: v.optional(v.id(\"notes\"))";

fn start(table: &Table, position: usize) -> String {
    match table.style {
        TableStyle::Inline | TableStyle::Hoisted => format!(
            "defineTable({{ owner: v.string(), kind: v.union(v.literal(\"open\"), v.literal(\"closed\")), rank: v.number(), {REST} }})"
        ),
        TableStyle::SpreadShape => format!("defineTable({{ ...common, {REST} }})"),
        TableStyle::Factory => "made({})".to_owned(),
        TableStyle::OtherFile => format!("elsewhere.t{position}"),
    }
}

fn other_tables(writer: &mut Writer<'_>) -> String {
    writer.line("import { defineTable, v } from \"lunorash/server\";");
    let tables = writer.program.tables.len();
    writer.block("export const elsewhere = {", "};", |writer| {
        for position in 0..tables {
            writer.line(format!("t{position}: defineTable({{ owner: v.string(), kind: v.union(v.literal(\"open\"), v.literal(\"closed\")), rank: v.number(), {REST} }}),"));
        }
    });
    writer.take()
}

fn modifiers(writer: &Writer<'_>, table: &Table) -> String {
    let mut text = String::new();
    for (name, columns) in indexes(table) {
        let columns: Vec<String> = columns.iter().map(|column| format!("\"{column}\"")).collect();
        text.push_str(&format!(".index(\"{name}\", [{}])", columns.join(", ")));
    }
    match table.tier {
        Tier::Root => {}
        Tier::Sharded => text.push_str(".shardBy(\"owner\")"),
        Tier::Global => text.push_str(".global()"),
    }
    if table.is_soft {
        text.push_str(".softDelete()");
    }
    if table.has_relation {
        text.push_str(".relations((r) => ({ parent: r.one(\"notes\", { field: \"parentId\" }) }))");
    }
    if table.has_trigger {
        let other = writer.table_name(1);
        text.push_str(&format!(
            ".triggers((t) => ({{ seen: t.afterInsert(async (ctx, event) => {{ await ctx.db.findMany(\"{other}\", {{ where: {{ owner: event.doc.owner }}, limit: 1 }}); }}) }}))"
        ));
    }
    text
}

/// Names of tables as constants.
fn names(writer: &Writer<'_>) -> String {
    let tables: Vec<&str> =
        (0..writer.program.tables.len()).map(|position| writer.table_name(position)).collect();
    let constants: String =
        tables.iter().map(|name| format!("export const {} = \"{name}\";\n", name.to_uppercase())).collect();
    let members: Vec<String> = tables.iter().map(|name| format!("{name}: \"{name}\"")).collect();
    format!("{constants}export const TABLES = {{ {} }} as const;\n", members.join(", "))
}

fn helpers(writer: &mut Writer<'_>, is_second: bool) -> String {
    let program = writer.program;
    for (position, helper) in program.helpers.iter().enumerate() {
        if helper.is_second_file == is_second {
            write_helper(writer, position, helper);
        }
    }
    with_imports(writer, "..", "./", Some(is_second))
}

fn write_helper(writer: &mut Writer<'_>, position: usize, helper: &Helper) {
    let name = helper_name(writer.program, position);
    let body = &helper.body;
    let (context, database) =
        if helper.is_typed { ("MutationCtx", "MutationCtx[\"db\"]") } else { ("any", "any") };
    let of_context = Scope::of_context("ctx", "input", position);
    match helper.receives {
        Receives::Context => {
            let open = format!("export async function {name}(ctx: {context}, input: any) {{");
            writer.block(open, "}", |writer| writer.steps(body, &of_context));
        }
        Receives::Database => {
            let open = format!("export const {name} = async (db: {database}, input: any) => {{");
            let scope = Scope::of_database("db", "input", position);
            writer.block(open, "};", |writer| writer.steps(body, &scope));
        }
        Receives::Bundle => {
            let open = format!(
                "export async function {name}({{ ctx, input }}: {{ ctx: {context}; input: any }}) {{"
            );
            writer.block(open, "}", |writer| writer.steps(body, &of_context));
        }
        Receives::Curried => {
            let open = format!("export const {name} = (ctx: {context}) => async (input: any) => {{");
            writer.block(open, "};", |writer| writer.steps(body, &of_context));
        }
        Receives::Class => writer.block(format!("export class {name} {{"), "}", |writer| {
            writer.line(format!("constructor(private readonly ctx: {context}) {{}}"));
            let scope = Scope::of_context("this.ctx", "input", position);
            method(writer, body, &scope);
        }),
        Receives::Inherited => writer.block(format!("export class {name} extends Base {{"), "}", |writer| {
            let scope =
                Scope { database: "this.db".to_owned(), ..Scope::of_context("this.ctx", "input", position) };
            method(writer, body, &scope);
        }),
    }
}

/// A method whose nested functions may use `this`, which declared ones can't.
fn method(writer: &mut Writer<'_>, body: &[crate::programs::grammar::Step], scope: &Scope) {
    writer.block("async work(input: any) {", "}", |writer| writer.steps(body, scope));
}

fn handlers(writer: &mut Writer<'_>) -> String {
    let program = writer.program;
    for (position, procedure) in program.procedures.iter().enumerate() {
        if procedure.form == Form::ImportedHandler {
            let scope = scope_of(writer, position, Scope::of_context("ctx", "input", program.helpers.len()));
            let open = format!("export async function handle{position}(ctx: any, input: any) {{");
            writer.block(open, "}", |writer| writer.steps(&procedure.body, &scope));
        }
    }
    with_imports(writer, "..", "./", None)
}

fn scope_of(writer: &Writer<'_>, position: usize, scope: Scope) -> Scope {
    Scope { procedure: Some((position, kind_of(writer.program, position))), ..scope }
}

fn procedures(writer: &mut Writer<'_>, is_second: bool) -> String {
    let program = writer.program;
    for (position, procedure) in program.procedures.iter().enumerate() {
        if procedure.is_second_file == is_second {
            write_procedure(writer, position, procedure);
        }
    }
    if is_second {
        with_imports(writer, "..", "../lib/", None)
    } else {
        with_imports(writer, ".", "./lib/", None)
    }
}

fn write_procedure(writer: &mut Writer<'_>, position: usize, procedure: &Procedure) {
    let kind = match kind_of(writer.program, position) {
        Kind::Query => "query",
        Kind::Mutation => "mutation",
        Kind::Action => "action",
    };
    let mut capital = kind.to_owned();
    capital[..1].make_ascii_uppercase();
    let name = format!("export const p{position} =");
    let helpers = writer.program.helpers.len();
    let scope = scope_of(writer, position, Scope::of_context("ctx", "args", helpers));
    let body = |writer: &mut Writer<'_>, scope: &Scope| writer.steps(&procedure.body, scope);
    let chain =
        |root: &str, parameter: &str| format!("{name} {root}.input(shared).{kind}(async ({parameter}) => {{");
    match procedure.form {
        Form::Builder => writer.block(chain(kind, "{ ctx, args }"), "});", |writer| body(writer, &scope)),
        Form::Renamed => {
            let scope = scope_of(writer, position, Scope::of_context("c", "given", helpers));
            writer.block(chain(kind, "{ ctx: c, args: given }"), "});", |writer| body(writer, &scope));
        }
        Form::Nested => {
            let scope = scope_of(writer, position, Scope::of_database("db", "args", helpers));
            writer.block(chain(kind, "{ ctx: { db }, args }"), "});", |writer| body(writer, &scope));
        }
        Form::Object => {
            let open = format!("{name} {kind}({{ args: shared, handler: async (ctx, args) => {{");
            writer.block(open, "} });", |writer| body(writer, &scope));
        }
        Form::NamedHandler => {
            let open = format!("async function handler{position}({{ ctx, args }}: any) {{");
            writer.block(open, "}", |writer| body(writer, &scope));
            writer.line(format!("{name} {kind}.input(shared).{kind}(handler{position});"));
        }
        Form::ImportedHandler => {
            writer.line(format!("import {{ handle{position} }} from \"{}handlers\";", library(procedure)));
            writer.line(format!(
                "{name} {kind}.input(shared).{kind}(({{ ctx, args }}) => handle{position}(ctx, args));"
            ));
        }
        Form::Custom | Form::CustomAlias => {
            let prefix = if procedure.form == Form::Custom { "viewer" } else { "signed" };
            let scope = Scope { has_store: true, ..scope };
            writer.block(chain(&format!("{prefix}{capital}"), "{ ctx, args }"), "});", |writer| {
                body(writer, &scope)
            });
        }
        Form::Bound => {
            let root = format!("own.{kind}");
            writer.block(chain(&root, "{ ctx, args }"), "});", |writer| body(writer, &scope));
        }
        Form::HigherOrder => {
            let open = format!("{name} {kind}.input(shared).{kind}(guarded(async (ctx, args) => {{");
            writer.block(open, "}));", |writer| body(writer, &scope));
        }
        Form::Internal => {
            let root = format!("internal{capital}");
            writer.block(chain(&root, "{ ctx, args }"), "});", |writer| body(writer, &scope));
        }
        Form::Mutator => {
            let open = format!("{name} defineMutator({{ args: shared, server: async (ctx, args) => {{");
            writer.block(open, "} });", |writer| body(writer, &scope));
        }
    }
}

fn library(procedure: &Procedure) -> &'static str {
    if procedure.is_second_file { "../lib/" } else { "./lib/" }
}

/// A file of functions: its code, after imports of what it uses. `only` says which of the files of helpers it is itself.
fn with_imports(writer: &mut Writer<'_>, root: &str, lib: &str, only: Option<bool>) -> String {
    let code = writer.take();
    let program = writer.program;
    let tables = (0..program.tables.len()).map(|position| writer.table_name(position).to_uppercase());
    let tools = ["Base", "Repository", "TABLES", "databaseOf", "guarded", "runs"].map(str::to_owned);
    let generated =
        ["action", "internalAction", "internalMutation", "internalQuery", "mutation", "query", "MutationCtx"];
    let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    let helpers = |is_second: bool| {
        (0..program.helpers.len())
            .filter(|position| {
                program.helpers[*position].is_second_file == is_second && only != Some(is_second)
            })
            .map(|position| helper_name(program, position))
            .collect::<Vec<_>>()
    };
    let sources = [
        (format!("{root}/_generated/server"), owned(&generated)),
        (format!("{root}/_generated/api"), owned(&["api", "internal"])),
        ("lunorash/server".to_owned(), owned(&["defineMutator", "initLunora"])),
        (format!("{lib}tools"), tools.into_iter().chain(tables).collect()),
        (format!("{lib}shared"), owned(&["shared"])),
        (format!("{lib}builders"), owned(&["viewerAction", "viewerMutation", "viewerQuery"])),
        (format!("{lib}aliases"), owned(&["signedAction", "signedMutation", "signedQuery"])),
        (format!("{lib}helpers"), helpers(false)),
        (format!("{lib}more"), helpers(true)),
        (format!("{lib}library"), std::mem::take(&mut writer.imported)),
    ];
    let own = if words(&code).any(|word| word == "own") {
        "const own = initLunora.dataModel<any>().create();\n"
    } else {
        ""
    };
    let code = own.to_owned() + &code;
    let mut text = String::new();
    for (source, names) in sources {
        let used: Vec<String> =
            names.into_iter().filter(|name| words(&code).any(|word| word == name)).collect();
        if !used.is_empty() {
            text.push_str(&format!("import {{ {} }} from \"{source}\";\n", used.join(", ")));
        }
    }
    text + &code
}

fn words(code: &str) -> impl Iterator<Item = &str> {
    code.split(|character: char| !character.is_alphanumeric() && character != '_')
}
