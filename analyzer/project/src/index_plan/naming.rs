//! Names for new indexes, in the style of the project.

use crate::schema::{IndexKind, Schema, Table};

/// A name for an index on these columns, as the project's other indexes are named, that neither the table nor the list has yet.
#[must_use]
pub fn free_name(schema: &Schema, table: &Table, fields: &[String], taken: &[String]) -> String {
    let style = *schema.naming.get_or_init(|| NamingStyle::of(schema));
    let is_free = |name: &str| table.index(name).is_none() && taken.iter().all(|other| other != name);
    let name = style.name(fields);
    let long = NamingStyle { is_full: true, ..style }.name(fields);
    if is_free(&name) {
        name
    } else if is_free(&long) {
        long
    } else {
        let numbered = (2..).map(|number| format!("{name}_{number}"));
        numbered.into_iter().find(|name| is_free(name)).unwrap_or(name)
    }
}

/// How a project names its indexes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NamingStyle {
    shape: Shape,
    /// Whether `userId` is called `userId` rather than `user`.
    is_full: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
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

impl NamingStyle {
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
