//! Reads and writes, by every surface.

use crate::programs::grammar::{
    ArgumentStyle, Composition, Fluent, GetStyle, IdSource, ObjectMethod, ObjectRead, Operation, Surface,
    TableName, Terminal, Write, WriteMethod,
};
use crate::programs::writer::{Scope, Writer, indexes};

/// A document of any table.
fn document(input: &str) -> String {
    format!("{{ owner: {input}.owner, kind: {input}.kind, rank: {input}.rank, flag: {input}.flag }}")
}

/// A table as code names it.
struct Named {
    expression: String,
    /// The table, if it is only one that is named by a plain literal.
    literal: Option<&'static str>,
    /// The tables that it may be.
    positions: Vec<usize>,
}

impl Named {
    /// The table as a property of something.
    fn property(&self) -> String {
        self.literal.map_or_else(|| format!("[{}]", self.expression), |name| format!(".{name}"))
    }
}

impl Writer<'_> {
    /// An operation on a database.
    pub(super) fn operation(&mut self, operation: &Operation, database: &str, scope: &Scope) {
        match operation {
            Operation::Fluent(fluent) => match self.fluent_table(0) {
                Some(_) => self.with_table(&fluent.table, scope, true, |writer, table| {
                    writer.fluent(fluent, &table, database, scope);
                }),
                None => self.line(format!("await {database}.notes.count();")),
            },
            Operation::Object(read) => {
                self.with_table(&read.table, scope, false, |writer, table| {
                    writer.object_read(read, &table, database, scope);
                });
            }
            Operation::Get { id, how, table } => {
                let table = self.table_name(*table);
                let id = self.id(*id, database, None, scope);
                let result = self.name("row");
                let call = match how {
                    GetStyle::Plain => format!("{database}.get({id})"),
                    GetStyle::Expected => format!("{database}.get({id}, \"{table}\")"),
                    GetStyle::Facade => format!("{database}.{table}.get({id})"),
                };
                self.line(format!("const {result} = await {call};"));
            }
            Operation::Write(write) => {
                self.with_table(&write.table, scope, false, |writer, table| {
                    writer.write(write, &table, database, scope);
                });
            }
        }
    }

    /// Names a table and writes what is done with it, within a loop if the name is what that goes over.
    fn with_table(
        &mut self,
        name: &TableName,
        scope: &Scope,
        is_fluent: bool,
        body: impl FnOnce(&mut Self, Named),
    ) {
        let position = |writer: &Self, at: usize| match is_fluent {
            true => writer.fluent_table(at).unwrap_or(at),
            false => at % writer.program.tables.len(),
        };
        let input = &scope.input;
        let (first, second) = match *name {
            TableName::Literal(at)
            | TableName::Constant(at)
            | TableName::Imported(at)
            | TableName::Member(at)
            | TableName::Template(at) => (position(self, at), None),
            TableName::Either(one, other) | TableName::Loop(one, other) | TableName::Lookup(one, other) => {
                (position(self, one), Some(position(self, other)))
            }
        };
        let one = self.table_name(first);
        let other = second.map_or(one, |second| self.table_name(second));
        let positions: Vec<usize> = std::iter::once(first).chain(second).collect();
        let named = |expression: String| Named { expression, literal: None, positions: positions.clone() };
        match name {
            TableName::Literal(_) => {
                body(self, Named { literal: Some(one), ..named(format!("\"{one}\"")) });
            }
            TableName::Constant(_) => {
                let variable = self.name("table");
                self.line(format!("const {variable} = \"{one}\";"));
                body(self, named(variable));
            }
            TableName::Imported(_) => body(self, named(one.to_uppercase())),
            TableName::Member(_) => body(self, named(format!("TABLES.{one}"))),
            TableName::Template(_) => body(self, named(format!("`{one}`"))),
            TableName::Either(..) => {
                let variable = self.name("table");
                self.line(format!("const {variable} = {input}.flag ? \"{one}\" : \"{other}\";"));
                body(self, named(variable));
            }
            TableName::Lookup(..) => {
                let variable = self.name("table");
                self.line(format!(
                    "const {variable} = ({{ open: \"{one}\", closed: \"{other}\" }} as any)[{input}.kind];"
                ));
                body(self, named(variable));
            }
            TableName::Loop(..) => {
                let variable = self.name("table");
                self.block(
                    format!("for (const {variable} of [\"{one}\", \"{other}\"] as const) {{"),
                    "}",
                    |writer| body(writer, named(variable)),
                );
            }
        }
    }

    fn fluent(&mut self, fluent: &Fluent, table: &Named, database: &str, scope: &Scope) {
        let base = format!("{database}.query({})", table.expression);
        let mut links = Vec::new();
        // An index that all of the tables have would have to be of the same name.
        if let (Some(usage), [position]) = (&fluent.index, table.positions.as_slice()) {
            let known = indexes(self.table(*position));
            if let Some((name, columns)) = known.get(usage.index % known.len().max(1)) {
                links.push(format!(".withIndex(\"{name}\"{})", self.range(usage, columns, scope)));
            }
        }
        if let Some(style) = fluent.filter {
            links.push(format!(".filter({})", self.predicate(style, scope)));
        }
        if let Some(descends) = fluent.order {
            links.push(format!(".order(\"{}\")", if descends { "desc" } else { "asc" }));
        }
        let reader = self.composed(fluent.composition, base.clone(), &links, scope);
        self.ended(fluent, &reader, &base, scope);
    }

    /// Puts the links of a reader together; gives an expression for it.
    fn composed(
        &mut self,
        composition: Composition,
        base: String,
        links: &[String],
        scope: &Scope,
    ) -> String {
        let input = &scope.input;
        match composition {
            Composition::Chain | Composition::Finished | Composition::Ternary => base + &links.concat(),
            Composition::Variables => {
                let mut last = self.name("reader");
                self.line(format!("const {last} = {base};"));
                for link in links {
                    let next = self.name("reader");
                    self.line(format!("const {next} = {last}{link};"));
                    last = next;
                }
                last
            }
            Composition::Reassigned | Composition::Conditional => {
                let reader = self.name("reader");
                self.line(format!("let {reader}: any = {base};"));
                for link in links {
                    let statement = format!("{reader} = {reader}{link};");
                    if matches!(composition, Composition::Conditional) {
                        self.line(format!("if ({input}.flag) {statement}"));
                    } else {
                        self.line(statement);
                    }
                }
                reader
            }
            Composition::Opened => {
                let open = self.name("open");
                self.line(format!("const {open} = () => {base}{};", links.concat()));
                format!("{open}()")
            }
        }
    }

    /// Ends a reader.
    fn ended(&mut self, fluent: &Fluent, reader: &str, base: &str, scope: &Scope) {
        let input = &scope.input;
        let terminal = match fluent.terminal {
            Terminal::Iterate => {
                let row = self.name("row");
                return self.block(format!("for await (const {row} of {reader}) {{"), "}", |writer| {
                    writer.line(format!("if ({row}.flag) break;"));
                });
            }
            Terminal::Collect => ".collect()".to_owned(),
            Terminal::First => ".first()".to_owned(),
            Terminal::Take => ".take(3)".to_owned(),
            Terminal::TakeArgument => format!(".take(Math.min({input}.rank, 20))"),
            Terminal::Unique => ".unique().catch(() => null)".to_owned(),
            Terminal::Paginate => ".paginate({ numItems: 3, cursor: null })".to_owned(),
        };
        let result = self.name("found");
        match fluent.composition {
            Composition::Finished => {
                let finish = self.name("finish");
                self.line(format!("const {finish} = (reader: any) => reader{terminal};"));
                self.line(format!("const {result} = await {finish}({reader});"));
            }
            Composition::Ternary => self.line(format!(
                "const {result} = await ({input}.flag ? {reader}{terminal} : {base}{terminal});"
            )),
            _ => self.line(format!("const {result} = await {reader}{terminal};")),
        }
    }

    fn object_read(&mut self, read: &ObjectRead, table: &Named, database: &str, scope: &Scope) {
        let selection = self.selection(&read.selection, scope);
        let arguments = self.read_arguments(read, selection, scope);
        let method = match read.method {
            ObjectMethod::FindMany => "findMany",
            ObjectMethod::FindFirst => "findFirst",
            ObjectMethod::Count => "count",
            ObjectMethod::Exists => "exists",
            ObjectMethod::Aggregate => "aggregate",
            ObjectMethod::GroupBy => "groupBy",
        };
        let result = self.name("found");
        let call = match (read.surface, &scope.context) {
            (Surface::Orm, Some(context)) => {
                format!("{context}.orm.query{}.{method}({arguments})", table.property())
            }
            (Surface::Flat, _) => format!("{database}.{method}({}, {arguments})", table.expression),
            _ => format!("{database}{}.{method}({arguments})", table.property()),
        };
        self.line(format!("const {result} = await {call};"));
    }

    fn read_arguments(&mut self, read: &ObjectRead, selection: String, scope: &Scope) -> String {
        let input = &scope.input;
        let mut parts = Vec::new();
        match read.method {
            ObjectMethod::Count | ObjectMethod::Exists => return selection,
            ObjectMethod::Aggregate => parts.push("op: \"sum\", field: \"rank\"".to_owned()),
            ObjectMethod::GroupBy => parts.push("by: \"kind\", agg: { op: \"count\" }".to_owned()),
            ObjectMethod::FindMany | ObjectMethod::FindFirst => {
                if let Some(column) = read.order {
                    let column = crate::programs::grammar::COLUMNS[column];
                    parts.push(format!("orderBy: [{{ {column}: \"desc\" }}]"));
                }
            }
        }
        if read.method == ObjectMethod::FindMany
            && let Some(is_constant) = read.limit
        {
            let limit = if is_constant { "3".to_owned() } else { format!("Math.min({input}.rank, 50)") };
            parts.push(format!("limit: {limit}"));
        }
        match read.arguments {
            ArgumentStyle::Inline => {
                parts.insert(0, format!("where: {selection}"));
                format!("{{ {} }}", parts.join(", "))
            }
            ArgumentStyle::Constant => {
                parts.insert(0, format!("where: {selection}"));
                let name = self.name("options");
                self.line(format!("const {name} = {{ {} }};", parts.join(", ")));
                name
            }
            ArgumentStyle::Spread => {
                let name = self.name("options");
                self.line(format!("const {name} = {{ {} }};", parts.join(", ")));
                format!("{{ ...{name}, where: {selection} }}")
            }
            ArgumentStyle::Assigned => {
                let name = self.name("options");
                self.line(format!("const {name}: any = {{ {} }};", parts.join(", ")));
                self.line(format!("{name}.where = {selection};"));
                name
            }
            ArgumentStyle::Imported => {
                let body = parts.join(", ").replace(&format!("{input}."), "input.");
                let name = self.in_library("options", |name| {
                    format!("export const {name} = (input: any, where: any) => ({{ where, {body} }});")
                });
                format!("{name}({input}, {selection})")
            }
        }
    }

    /// An id, after the read that it takes.
    fn id(&mut self, id: IdSource, database: &str, table: Option<&Named>, scope: &Scope) -> String {
        match id {
            IdSource::Argument => format!("{}.id", scope.input),
            IdSource::Untyped => format!("{}.anyId", scope.input),
            IdSource::Row(position) => {
                let row = self.name("row");
                let property =
                    table.map_or_else(|| format!(".{}", self.table_name(position)), Named::property);
                self.line(format!("const {row} = await {database}{property}.findFirst({{ limit: 1 }});"));
                format!("{row}?._id")
            }
        }
    }

    fn write(&mut self, write: &Write, table: &Named, database: &str, scope: &Scope) {
        let input = scope.input.clone();
        let document = document(&input);
        let facade = format!("{database}{}", table.property());
        let name = &table.expression;
        let orm = scope
            .context
            .as_ref()
            .filter(|_| write.surface == Surface::Orm)
            .map(|context| format!("{context}.orm"));
        let is_flat = write.surface == Surface::Flat;
        let by_id = |writer: &mut Self| {
            // A call that names its table finds only rows of that.
            let own = if is_flat { None } else { Some(table) };
            let id = if is_flat { write.id } else { IdSource::Row(0) };
            writer.id(id, database, own, scope)
        };
        let call = match write.method {
            WriteMethod::Insert => match &orm {
                Some(orm) => format!("{orm}.insert({name}).values({document})"),
                None if is_flat => format!("{database}.insert({name}, {document})"),
                None => format!("{facade}.insert({document})"),
            },
            WriteMethod::Patch => {
                let id = by_id(self);
                match &orm {
                    Some(orm) => format!("{orm}.update({name}, {id}).set({{ rank: 1 }})"),
                    None if is_flat => format!("{database}.patch({id}, {{ rank: 2 }})"),
                    None => format!("{facade}.patch({id}, {{ rank: 3 }})"),
                }
            }
            WriteMethod::Replace => {
                let id = by_id(self);
                match &orm {
                    Some(orm) => format!("{orm}.replace({name}, {id}).with({document})"),
                    None if is_flat => format!("{database}.replace({id}, {document})"),
                    None => format!("{facade}.replace({id}, {document})"),
                }
            }
            WriteMethod::Delete => {
                let id = by_id(self);
                match &orm {
                    Some(orm) => format!("{orm}.delete({name}, {id})"),
                    None if is_flat => format!("{database}.delete({id})"),
                    None => format!("{facade}.delete({id})"),
                }
            }
            WriteMethod::InsertMany if is_flat => format!("{database}.insertMany({name}, [{document}])"),
            WriteMethod::InsertMany => format!("{facade}.insertMany([{document}, {document}])"),
            WriteMethod::Upsert => {
                format!(
                    "{facade}.upsert({{ target: [\"owner\"], create: {document}, update: {{ rank: 4 }} }})"
                )
            }
            WriteMethod::PatchMany => {
                let id = by_id(self);
                match is_flat {
                    true => format!("{database}.patchMany([{{ id: {id}, patch: {{ rank: 5 }} }}])"),
                    false => format!("{facade}.patchMany([{{ id: {id}, values: {{ rank: 6 }} }}])"),
                }
            }
            WriteMethod::DeleteMany => {
                let id = by_id(self);
                match is_flat {
                    true => format!("{database}.deleteMany([{id}])"),
                    false => format!("{facade}.deleteMany([{id}])"),
                }
            }
            WriteMethod::PatchWhere => {
                let selection = self.selection(&write.selection, scope);
                match is_flat {
                    true => format!(
                        "{database}.patchWhere({name}, {{ where: {selection}, patch: {{ rank: 7 }} }})"
                    ),
                    false => format!("{facade}.patchMany({{ where: {selection}, values: {{ rank: 8 }} }})"),
                }
            }
            WriteMethod::DeleteWhere => {
                let selection = self.selection(&write.selection, scope);
                match is_flat {
                    true => format!("{database}.deleteWhere({name}, {selection})"),
                    false => format!("{facade}.deleteMany({{ where: {selection} }})"),
                }
            }
        };
        self.line(format!("await {call};"));
    }
}
