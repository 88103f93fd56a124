//! Conditions of object reads and bulk writes, and ranges of indexes, in the ways in which code puts them together.

use crate::programs::grammar::{COLUMNS, FilterStyle, IndexUse, RangeStyle, Selection, SelectionStyle};
use crate::programs::writer::{Scope, Writer, value_of};

/// One condition, as a property.
struct Part {
    column: &'static str,
    value: String,
    is_conditional: bool,
}

impl Part {
    fn property(&self) -> String {
        format!("{}: {}", self.column, self.value)
    }
}

impl Writer<'_> {
    /// An expression for a `where`, after the statements that it takes.
    pub(super) fn selection(&mut self, selection: &Selection, scope: &Scope) -> String {
        let input = scope.input.clone();
        let parts = parts(selection, &input);
        match selection.style {
            SelectionStyle::Literal => literal(&parts, &input),
            SelectionStyle::Assigned => {
                let name = self.name("where");
                self.line(format!("const {name}: any = {{}};"));
                for part in &parts {
                    let statement = format!("{name}.{} = {};", part.column, part.value);
                    if part.is_conditional {
                        self.line(format!("if ({input}.flag) {statement}"));
                    } else {
                        self.line(statement);
                    }
                }
                name
            }
            SelectionStyle::Spread => {
                let name = self.name("base");
                let (first, rest) = parts.split_at(parts.len().min(1));
                self.line(format!("const {name} = {};", literal(first, &input)));
                let rest = literal(rest, &input);
                format!("{{ ...{name}, ...{rest} }}")
            }
            SelectionStyle::And => format!("{{ AND: [{}] }}", each(&parts, &input)),
            SelectionStyle::Or => format!("{{ OR: [{}] }}", each(&parts, &input)),
            SelectionStyle::Not => {
                let (first, rest) = parts.split_at(parts.len().min(1));
                let first: String = first.iter().map(|part| format!("{}, ", part.property())).collect();
                format!("{{ {first}NOT: {} }}", literal(rest, &input))
            }
            SelectionStyle::Imported => {
                let body = literal(&self::parts(selection, "input"), "input");
                let name = self.in_library("where", |name| {
                    format!("export function {name}(input: any) {{\n  return {body};\n}}")
                });
                format!("{name}({input})")
            }
        }
    }

    /// An argument of `withIndex`, with the comma before it; nothing if there are no bounds.
    pub(super) fn range(&mut self, usage: &IndexUse, columns: &[&str], scope: &Scope) -> String {
        let input = scope.input.clone();
        let calls = range_calls(usage, columns, &input);
        if calls.is_empty() {
            return String::new();
        }
        let all = calls.concat();
        let callback = match usage.style {
            RangeStyle::Arrow => format!("(q: any) => q{all}"),
            RangeStyle::Block => format!("(q: any) => {{ return q{all}; }}"),
            RangeStyle::Named => {
                let name = self.name("range");
                self.line(format!("const {name} = (q: any) => q{all};"));
                name
            }
            RangeStyle::Conditional => {
                let fewer = calls[..calls.len() - 1].concat();
                format!("(q: any) => ({input}.flag ? q{all} : q{fewer})")
            }
            RangeStyle::Imported => {
                let all = range_calls(usage, columns, "input").concat();
                let name = self.in_library("range", |name| {
                    format!("export const {name} = (input: any) => (q: any) => q{all};")
                });
                format!("{name}({input})")
            }
        };
        format!(", {callback}")
    }

    /// A predicate over rows.
    pub(super) fn predicate(&mut self, style: FilterStyle, scope: &Scope) -> String {
        let input = &scope.input;
        match style {
            FilterStyle::Column => "(row: any) => row.flag".to_owned(),
            FilterStyle::Argument => format!("(row: any) => row.kind === {input}.kind"),
            FilterStyle::Block => {
                "(row: any) => { if (row.note === undefined) return false; return row.rank > 10; }".to_owned()
            }
            FilterStyle::Named => {
                let declaration = format!("(row: any) => row.owner !== {input}.owner");
                let name = self.name("keeps");
                self.line(format!("const {name} = {declaration};"));
                name
            }
        }
    }
}

fn range_calls(usage: &IndexUse, columns: &[&str], input: &str) -> Vec<String> {
    const BOUNDS: [&str; 4] = ["gt", "gte", "lt", "lte"];
    let pinned = usage.equalities.min(columns.len());
    let equalities = columns[..pinned].iter().map(|column| (*column, "eq"));
    let bound = usage.bound.and_then(|bound| Some((*columns.get(pinned)?, BOUNDS[bound % BOUNDS.len()])));
    equalities
        .chain(bound)
        .map(|(column, operator)| format!(".{operator}(\"{column}\", {})", value_of(column, input)))
        .collect()
}

fn parts(selection: &Selection, input: &str) -> Vec<Part> {
    let part = |(column, operator, is_conditional): &(usize, usize, bool)| {
        let column = COLUMNS[column % COLUMNS.len()];
        let value = value_of(column, input);
        let value = match operator {
            0 => value,
            1 => format!("{{ eq: {value} }}"),
            2 => format!("{{ gt: {value} }}"),
            3 => format!("{{ in: [{value}] }}"),
            4 => format!("{{ gte: {value}, lte: {value} }}"),
            _ => format!("{{ ne: {value} }}"),
        };
        Part { column, value, is_conditional: *is_conditional }
    };
    selection.parts.iter().map(part).collect()
}

fn literal(parts: &[Part], input: &str) -> String {
    let properties: Vec<String> = parts
        .iter()
        .map(|part| match part.is_conditional {
            true => format!("...({input}.flag ? {{ {} }} : {{}})", part.property()),
            false => part.property(),
        })
        .collect();
    format!("{{ {} }}", properties.join(", "))
}

fn each(parts: &[Part], input: &str) -> String {
    let parts: Vec<String> = parts.iter().map(|part| literal(std::slice::from_ref(part), input)).collect();
    parts.join(", ")
}
