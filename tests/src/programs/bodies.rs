//! Statements: control flow, closures, calls of helpers and of other procedures, and the ways to the database.

use crate::programs::grammar::{
    ClosureStyle, Condition, Form, Handle, Kind, Operation, Over, Program, Receives, ReferenceStyle, Step,
};
use crate::programs::writer::{Scope, Writer};

impl Writer<'_> {
    /// Statements, in order.
    pub(super) fn steps(&mut self, steps: &[Step], scope: &Scope) {
        for step in steps {
            self.step(step, scope);
        }
    }

    fn step(&mut self, step: &Step, scope: &Scope) {
        match step {
            Step::Operate(handle, operation) => {
                let database = self.handle(*handle, scope);
                self.operation(operation, &database, scope);
            }
            Step::Call { helper, is_bundled } => self.call(*helper, *is_bundled, scope),
            Step::If { condition, then, otherwise } => {
                let condition = condition_text(*condition, scope);
                self.block(format!("if ({condition}) {{"), "}", |writer| writer.steps(then, scope));
                if !otherwise.is_empty() {
                    self.block("else {", "}", |writer| writer.steps(otherwise, scope));
                }
            }
            Step::Leave(condition) => {
                self.line(format!("if ({}) return null;", condition_text(*condition, scope)))
            }
            Step::Loop { over, body } => self.over(*over, body, scope),
            Step::Closure { style, body } => self.closure(*style, body, scope),
            Step::Try { body, ends, is_finally } => {
                self.block("try {", "}", |writer| writer.steps(body, scope));
                let end = if *is_finally { "finally {" } else { "catch {" };
                self.block(end, "}", |writer| writer.steps(ends, scope));
            }
            Step::Switch(arms) => self.block(format!("switch ({}.kind) {{", scope.input), "}", |writer| {
                for (position, arm) in arms.iter().enumerate() {
                    let label =
                        ["case \"open\": {", "case \"closed\": {"].get(position).unwrap_or(&"default: {");
                    writer.block(*label, "}", |writer| {
                        writer.steps(arm, scope);
                        if position % 2 == 0 {
                            writer.line("break;");
                        }
                    });
                }
            }),
            Step::Dispatch { procedure, style } => self.dispatch(*procedure, *style, scope),
        }
    }

    /// An expression for the database, after the statements that it takes.
    fn handle(&mut self, handle: Handle, scope: &Scope) -> String {
        let database = scope.database.clone();
        let owner = scope.context.clone();
        let input = &scope.input;
        let named = |writer: &mut Self, declaration: &dyn Fn(&str) -> String| {
            let name = writer.name("db");
            writer.line(declaration(&name));
            name
        };
        match (handle, owner) {
            (Handle::Named, _) => named(self, &|name| format!("const {name} = {database};")),
            (Handle::Array, _) => named(self, &|name| format!("const [{name}] = [{database}];")),
            (Handle::Branches, _) => named(self, &|name| {
                format!(
                    "let {name}: any; if ({input}.flag) {name} = {database}; else {{ {name} = {database}; }}"
                )
            }),
            (Handle::Assigned, _) => {
                named(self, &|name| format!("const {name}: any = {{}}; {name}.inner = {database};"))
                    + ".inner"
            }
            (Handle::DefaultParameter, _) => {
                named(self, &|name| format!("const {name} = ((given = {database}) => given)();"))
            }
            (Handle::Awaited, _) => {
                named(self, &|name| format!("const {name} = await Promise.resolve({database});"))
            }
            (Handle::Rest, _) => {
                named(self, &|name| format!("const {name} = ((...all: any[]) => all[0])({database}, 1);"))
            }
            (Handle::Thunk, _) => {
                named(self, &|name| format!("const {name} = [() => {database}];")) + "[0]()"
            }
            (Handle::Returned, _) => named(self, &|name| {
                format!("const [, {{ own: {name} }}] = (() => [1, {{ own: {database} }}] as any)();")
            }),
            (Handle::GetterObject, _) => {
                named(self, &|name| format!("const {name} = {{ get own() {{ return {database}; }} }};"))
                    + ".own"
            }
            (Handle::Copied, Some(context)) => {
                named(self, &|name| {
                    format!("const {name}: any = Object.assign({{}}, {context}, {{ extra: 1 }});")
                }) + ".db"
            }
            (Handle::StaticMethod, Some(context)) => format!("Repository.of({context}).ctx.db"),
            (Handle::Destructured, Some(context)) => {
                named(self, &|name| format!("const {{ db: {name} }} = {context};"))
            }
            (Handle::Computed, Some(context)) => format!("{context}[\"db\"]"),
            (Handle::Cast, Some(context)) => format!("({context} as any).db"),
            (Handle::Optional, Some(context)) => format!("{context}?.db"),
            (Handle::Holder, Some(context)) => {
                named(self, &|name| format!("const {name} = {{ inner: {{ ctx: {context} }} }};"))
                    + ".inner.ctx.db"
            }
            (Handle::Spread, Some(context)) => {
                named(self, &|name| format!("const {name} = {{ ...{context}, extra: 1 }};")) + ".db"
            }
            (Handle::Imported, Some(context)) => format!("databaseOf({context})"),
            (Handle::Repository, Some(context)) => {
                named(self, &|name| format!("const {name} = new Repository({context});")) + ".ctx.db"
            }
            (Handle::Getter, Some(context)) => format!("new Repository({context}).database"),
            (Handle::Added, Some(context)) if scope.has_store => format!("{context}.store"),
            _ => database,
        }
    }

    fn over(&mut self, over: Over, body: &[Step], scope: &Scope) {
        let input = &scope.input;
        let inner = |writer: &mut Self| writer.steps(body, scope);
        match over {
            Over::Items => {
                let item = self.name("item");
                self.block(format!("for (const {item} of {input}.items) {{"), "}", inner);
            }
            Over::Counter => {
                let count = self.name("count");
                self.block(format!("for (let {count} = 0; {count} < 2; {count}++) {{"), "}", inner);
            }
            Over::Rows(table) => {
                let (row, table) = (self.name("row"), self.table_name(table));
                let rows = format!("(await {}.{table}.findMany({{ limit: 2 }})).page", scope.database);
                self.block(format!("for (const {row} of {rows}) {{"), "}", inner);
            }
            Over::MapAll => {
                self.block(format!("await Promise.all({input}.items.map(async () => {{"), "}));", inner);
            }
            Over::While => {
                let count = self.name("count");
                self.line(format!("let {count} = 0;"));
                self.block(format!("while ({count} < 2) {{"), "}", |writer| {
                    writer.line(format!("{count} += 1;"));
                    inner(writer);
                });
            }
            Over::Entries => {
                let key = self.name("key");
                self.block(format!("for (const [{key}] of Object.entries({{ a: 1, b: 2 }})) {{"), "}", inner);
            }
            Over::Reduce => {
                let open = format!("await {input}.items.reduce(async (before: any) => {{");
                self.block(open, "}, Promise.resolve());", |writer| {
                    writer.line("await before;");
                    inner(writer);
                });
            }
        }
    }

    fn closure(&mut self, style: ClosureStyle, body: &[Step], scope: &Scope) {
        let inner = |writer: &mut Self| writer.steps(body, scope);
        let run = self.name("run");
        match style {
            ClosureStyle::Arrow => {
                self.block(format!("const {run} = async () => {{"), "};", inner);
                self.line(format!("await {run}();"));
            }
            ClosureStyle::Declared => {
                self.line(format!("await {run}();"));
                self.block(format!("async function {run}() {{"), "}", inner);
            }
            ClosureStyle::Immediate => self.block("await (async () => {", "})();", inner),
            ClosureStyle::Method => {
                self.block(format!("const {run} = {{ async work() {{"), "} };", inner);
                self.line(format!("await {run}.work();"));
            }
            ClosureStyle::Passed => self.block("await runs(async () => {", "});", inner),
            ClosureStyle::Then => self.block("await Promise.resolve(1).then(async () => {", "});", inner),
        }
    }

    /// A call of a helper that comes before; nothing if there is none.
    fn call(&mut self, helper: usize, is_bundled: bool, scope: &Scope) {
        if scope.helpers == 0 {
            return;
        }
        let position = helper % scope.helpers;
        let receives = self.program.helpers[position].receives;
        let mut context =
            scope.context.clone().unwrap_or_else(|| format!("({{ db: {} }} as any)", scope.database));
        let mut input = scope.input.clone();
        let mut database = scope.database.clone();
        if is_bundled {
            let bag = self.name("bag");
            self.line(format!("const {bag} = {{ ctx: {context}, db: {database}, input: {input} }};"));
            (context, input, database) = (format!("{bag}.ctx"), format!("{bag}.input"), format!("{bag}.db"));
        }
        let name = helper_name(self.program, position);
        let call = match receives {
            Receives::Context => format!("{name}({context}, {input})"),
            Receives::Database => format!("{name}({database}, {input})"),
            Receives::Bundle => format!("{name}({{ ctx: {context}, input: {input} }})"),
            Receives::Curried => format!("{name}({context})({input})"),
            Receives::Class | Receives::Inherited => format!("new {name}({context}).work({input})"),
        };
        self.line(format!("await {call};"));
    }

    /// A call of another procedure that comes before, if this one may call it.
    fn dispatch(&mut self, procedure: usize, style: ReferenceStyle, scope: &Scope) {
        let (Some((own, kind)), Some(context)) = (scope.procedure, &scope.context) else { return };
        if own == 0 {
            return;
        }
        let target = procedure % own;
        let wanted = kind_of(self.program, target);
        let method = match (kind, wanted) {
            (_, Kind::Query) => "runQuery",
            (Kind::Mutation | Kind::Action, Kind::Mutation) => "runMutation",
            (Kind::Action, Kind::Action) => "runAction",
            _ => return,
        };
        let declared = &self.program.procedures[target];
        let root = if declared.form == Form::Internal { "internal" } else { "api" };
        let path = if declared.is_second_file { "area.second" } else { "first" };
        let reference = format!("{root}.{path}.p{target}");
        let reference = match style {
            ReferenceStyle::Reference => reference,
            ReferenceStyle::Variable => {
                let name = self.name("target");
                self.line(format!("const {name} = {reference};"));
                name
            }
            ReferenceStyle::Key => format!("\"{}:p{target}\"", path.replace('.', "_")),
            ReferenceStyle::Table => {
                let name = self.name("targets");
                self.line(format!("const {name} = {{ one: {reference} }};"));
                format!("{name}.one")
            }
        };
        self.line(format!("await {context}.{method}({reference} as any, {});", scope.input));
    }
}

/// What a helper is called.
pub(super) fn helper_name(program: &Program, position: usize) -> String {
    match program.helpers[position].receives {
        Receives::Class | Receives::Inherited => format!("Helper{position}"),
        _ => format!("helper{position}"),
    }
}

/// What a procedure is: one that writes is no query, a mutator is a mutation.
pub(super) fn kind_of(program: &Program, position: usize) -> Kind {
    let procedure = &program.procedures[position];
    match procedure.kind {
        _ if procedure.form == Form::Mutator => Kind::Mutation,
        Kind::Query if writes(program, &procedure.body, program.helpers.len()) => Kind::Mutation,
        kind => kind,
    }
}

/// Whether statements write, themselves or by helpers.
fn writes(program: &Program, steps: &[Step], helpers: usize) -> bool {
    steps.iter().any(|step| match step {
        Step::Operate(_, operation) => matches!(operation, Operation::Write(_)),
        Step::Call { helper, .. } if helpers > 0 => {
            let position = helper % helpers;
            writes(program, &program.helpers[position].body, position)
        }
        Step::Call { .. } | Step::Leave(_) | Step::Dispatch { .. } => false,
        Step::If { then, otherwise, .. } => {
            writes(program, then, helpers) || writes(program, otherwise, helpers)
        }
        Step::Loop { body, .. } | Step::Closure { body, .. } => writes(program, body, helpers),
        Step::Try { body, ends, .. } => writes(program, body, helpers) || writes(program, ends, helpers),
        Step::Switch(arms) => arms.iter().any(|arm| writes(program, arm, helpers)),
    })
}

fn condition_text(condition: Condition, scope: &Scope) -> String {
    let input = &scope.input;
    match (condition, &scope.context) {
        (Condition::SignedIn, Some(context)) => format!("{context}.auth?.userId === {input}.owner"),
        (Condition::NotFlag, _) => format!("!{input}.flag"),
        (Condition::Rank, _) => format!("{input}.rank > 400"),
        (Condition::Kind, _) => format!("{input}.kind === \"open\""),
        (Condition::Either, _) => format!("{input}.flag || {input}.items.length > 1"),
        _ => format!("{input}.flag"),
    }
}
