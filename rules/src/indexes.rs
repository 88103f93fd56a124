//! Indexes: which one serves a set of conditions, and what one that is missing would be called.

use lunora_project::access::{Condition, Operator};
use lunora_project::schema::{Index, IndexKind, Schema, Table, is_system_column};

/// Indexes that every table may have without declaring them, with their column.
pub(crate) const BUILT_IN: &[(&str, &str)] = &[("by_creation_time", "_creationTime"), ("by_id", "_id")];

/// An index that a schema could declare.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Proposal {
    /// Its name, in the style of the project and free on the table.
    pub(crate) name: String,
    /// Its columns.
    pub(crate) fields: Vec<String>,
}

impl Proposal {
    /// The call that declares it.
    pub(crate) fn declaration(&self) -> String {
        format!(".index({:?}, [{}])", self.name, quoted(&self.fields))
    }
}

/// Columns as strings, with commas between them.
pub(crate) fn quoted(columns: &[String]) -> String {
    let quoted: Vec<String> = columns.iter().map(|column| format!("{column:?}")).collect();
    quoted.join(", ")
}

/// The index that serves most of the conditions: its leading columns are pinned by equality, the last of them may be bounded.
pub(crate) fn serving<'a>(table: &'a Table, conditions: &[Condition]) -> Option<&'a Index> {
    let mut best: Option<(usize, &Index)> = None;
    for index in table.ordered_indexes() {
        let served = served_columns(index, conditions);
        // With as many served columns the shorter index is the closer one; the first declared wins among equals.
        let is_better = best.is_none_or(|(known, other)| {
            served > known || (served == known && index.fields.len() < other.fields.len())
        });
        if served > 0 && is_better {
            best = Some((served, index));
        }
    }
    best.map(|(_, index)| index)
}

fn served_columns(index: &Index, conditions: &[Condition]) -> usize {
    let mut served = 0;
    for field in &index.fields {
        let mut of_field = conditions.iter().filter(|condition| condition.column == field.name);
        let Some(first) = of_field.next() else { break };
        served += 1;
        let is_equal = |condition: &Condition| matches!(condition.operator, Operator::Equal | Operator::In);
        if !is_equal(first) && !of_field.any(is_equal) {
            break;
        }
    }
    served
}

/// What the index that serves most of the conditions does for them: the columns that it holds equal, and the one that it bounds.
pub(crate) fn served(table: &Table, conditions: &[Condition]) -> (Vec<String>, Option<String>) {
    let Some(index) = serving(table, conditions) else { return (Vec::new(), None) };
    let count = served_columns(index, conditions);
    let columns = index.fields.iter().take(count).map(|field| field.name.clone());
    let is_equal = |column: &String| {
        conditions.iter().any(|condition| {
            condition.column == *column && matches!(condition.operator, Operator::Equal | Operator::In)
        })
    };
    let (equal, bounded): (Vec<String>, Vec<String>) = columns.partition(is_equal);
    (equal, bounded.into_iter().next())
}

/// The index that holds the equal columns first, in any order, and then these, in this order. Rows that are equal in all columns of an
/// index lie in the order of their creation.
pub(crate) fn holding<'a>(table: &'a Table, equal: &[String], then: &[String]) -> Option<&'a Index> {
    table.ordered_indexes().find(|index| {
        let columns: Vec<&String> = index.fields.iter().map(|field| &field.name).collect();
        let (Some(leading), Some(rest)) = (columns.get(..equal.len()), columns.get(equal.len()..)) else {
            return false;
        };
        let is_tie = |column: &String| column == "_creationTime";
        let mut rest = rest.iter().copied();
        leading.iter().all(|column| equal.contains(column))
            && then.iter().all(|column| match rest.next() {
                Some(held) => held == column,
                None => is_tie(column) && index.has_all_fields,
            })
    })
}

/// Whether conditions pin a row: by its id, or by all columns of a unique index.
pub(crate) fn is_pinned(table: &Table, conditions: &[Condition]) -> bool {
    let pinned: Vec<String> = conditions
        .iter()
        .filter(|condition| condition.operator == Operator::Equal && !condition.is_conditional)
        .map(|condition| condition.column.clone())
        .collect();
    pinned.iter().any(|column| column == "_id")
        || table.ordered_indexes().any(|index| {
            let columns: Vec<&str> = index.fields.iter().map(|field| field.name.as_str()).collect();
            index.is_unique && index.has_all_fields && is_pinned_by(&columns, &pinned)
        })
}

/// Whether a unique index leaves no more rows than values were given.
pub(crate) fn finds_few(table: &Table, conditions: &[Condition]) -> bool {
    let given: Vec<String> = conditions
        .iter()
        .filter(|condition| matches!(condition.operator, Operator::Equal | Operator::In))
        .filter(|condition| !condition.is_conditional)
        .map(|condition| condition.column.clone())
        .collect();
    table.ordered_indexes().any(|index| {
        let columns: Vec<&str> = index.fields.iter().map(|field| field.name.as_str()).collect();
        index.is_unique && index.has_all_fields && is_pinned_by(&columns, &given)
    })
}

/// Whether all columns of an index are among the pinned ones.
pub(crate) fn is_pinned_by(columns: &[&str], pinned: &[String]) -> bool {
    !columns.is_empty() && columns.iter().all(|column| pinned.iter().any(|pinned| pinned == column))
}

/// Whether an index holds rows in the wanted order, once the pinned columns before it are equal.
pub(crate) fn serves_order(table: &Table, pinned: &[&str], order: &[&str]) -> bool {
    let wanted: Vec<&str> = order
        .iter()
        .copied()
        .filter(|column| !is_system_column(column) && !pinned.contains(column))
        .collect();
    table.ordered_indexes().any(|index| {
        let columns: Vec<&str> = index.fields.iter().map(|field| field.name.as_str()).collect();
        let leading = columns.iter().take_while(|column| pinned.contains(column)).count();
        (pinned.is_empty() || leading > 0)
            && columns.get(leading..).is_some_and(|rest| rest.starts_with(&wanted))
    })
}

/// The index that would serve conditions: the equalities in the order in which they are written, then one range.
pub(crate) fn proposal(schema: &Schema, table: &Table, conditions: &[Condition]) -> Proposal {
    let mut fields: Vec<String> = Vec::new();
    let is_equal = |condition: &&Condition| matches!(condition.operator, Operator::Equal | Operator::In);
    let equal = conditions.iter().filter(is_equal);
    let bounded = conditions.iter().find(|condition| !is_equal(condition));
    for condition in equal.chain(bounded) {
        if !fields.contains(&condition.column) {
            fields.push(condition.column.clone());
        }
    }
    named(schema, table, fields)
}

/// An index on these columns, with a name.
pub(crate) fn named(schema: &Schema, table: &Table, fields: Vec<String>) -> Proposal {
    let style = Style::of(schema);
    let is_free = |name: &str| table.index(name).is_none();
    let name = style.name(&fields);
    let long = Style { is_full: true, ..style }.name(&fields);
    let name = if is_free(&name) {
        name
    } else if is_free(&long) {
        long
    } else {
        let numbered = (2..).map(|number| format!("{name}_{number}"));
        numbered.into_iter().find(|name| is_free(name)).unwrap_or(name)
    };
    Proposal { name, fields }
}

/// How a project names its indexes.
#[derive(Clone, Copy)]
struct Style {
    shape: Shape,
    /// Whether `userId` is called `userId` rather than `user`.
    is_full: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    /// `by_user_status`.
    BySnake,
    /// `byUserStatus`.
    ByCamel,
    /// `user_status`.
    Snake,
    /// `userStatus`.
    Camel,
}

impl Style {
    /// The style of most indexes; `by_a_b` if there are none.
    fn of(schema: &Schema) -> Self {
        let mut counts = [0_usize; 4];
        let (mut full, mut short) = (0_usize, 0_usize);
        let declared = schema.tables.iter().filter(|table| table.extension.is_none());
        for index in declared.flat_map(|table| &table.indexes) {
            let (IndexKind::Secondary, Some(name)) = (index.kind, &index.name) else { continue };
            counts[shape_of(name) as usize] += 1;
            let plain = folded(name);
            for field in &index.fields {
                let short_name = shortened(&field.name);
                if short_name != field.name && plain.contains(&folded(&field.name)) {
                    full += 1;
                } else if short_name != field.name && plain.contains(&folded(short_name)) {
                    short += 1;
                }
            }
        }
        let shapes = [Shape::BySnake, Shape::ByCamel, Shape::Snake, Shape::Camel];
        let shape = shapes
            .into_iter()
            .zip(counts)
            .rev()
            .max_by_key(|(_, count)| *count)
            .map_or(Shape::BySnake, |(shape, _)| shape);
        Self { shape, is_full: full > short }
    }

    fn name(self, fields: &[String]) -> String {
        let words = fields.iter().map(|field| {
            let field = field.trim_start_matches('_');
            if self.is_full { field } else { shortened(field) }
        });
        match self.shape {
            Shape::BySnake | Shape::Snake => {
                let words: Vec<String> =
                    words.map(|word| if self.is_full { word.to_owned() } else { snake(word) }).collect();
                let joined = words.join("_");
                if self.shape == Shape::BySnake { format!("by_{joined}") } else { joined }
            }
            Shape::ByCamel => format!("by{}", words.map(capitalised).collect::<String>()),
            Shape::Camel => {
                let joined: String = words.map(capitalised).collect();
                lower_first(&joined)
            }
        }
    }
}

fn shape_of(name: &str) -> Shape {
    if name.starts_with("by_") {
        Shape::BySnake
    } else if name.strip_prefix("by").is_some_and(|rest| rest.starts_with(char::is_uppercase)) {
        Shape::ByCamel
    } else if name.contains('_') {
        Shape::Snake
    } else {
        Shape::Camel
    }
}

/// A column without the ending that says what its type says already.
fn shortened(column: &str) -> &str {
    ["Id", "At"]
        .into_iter()
        .find_map(|ending| column.strip_suffix(ending))
        .filter(|short| !short.is_empty())
        .unwrap_or(column)
}

fn folded(name: &str) -> String {
    name.chars().filter(|character| *character != '_').flat_map(char::to_lowercase).collect()
}

fn snake(word: &str) -> String {
    let mut out = String::with_capacity(word.len() + 2);
    for (position, character) in word.chars().enumerate() {
        if character.is_uppercase() && position > 0 {
            out.push('_');
        }
        out.extend(character.to_lowercase());
    }
    out
}

fn capitalised(word: &str) -> String {
    let mut characters = word.chars();
    characters.next().map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect())
}

fn lower_first(word: &str) -> String {
    let mut characters = word.chars();
    characters.next().map_or_else(String::new, |first| first.to_lowercase().chain(characters).collect())
}
