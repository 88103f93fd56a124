//! Code that findings advise to write. A value is quoted as it is written where it is compared, if it can be seen from there.

use lunora_project::Place;
use lunora_project::access::{Condition, Operator};

use crate::context::RuleContext;

/// What stands for a value that is not quoted.
pub(crate) const OMITTED: &str = "…";

/// Longer values are not quoted.
const MAX_OPERAND: usize = 40;

/// Conditions that advice is given about, and the code that holds their comparisons.
#[derive(Clone, Copy)]
pub(crate) struct Tested<'a, 'project> {
    pub(crate) context: &'a RuleContext<'project>,
    pub(crate) conditions: &'a [Condition],
    /// The filter or loop; names in it mean what they mean where the advice is followed.
    pub(crate) place: Place,
}

impl Tested<'_, '_> {
    /// The link that reads by an index with these columns.
    pub(crate) fn with_index(&self, name: &str, held: &[String]) -> String {
        let mut range = String::from("q");
        for column in held {
            let mut is_pinned = false;
            let of_column = self.conditions.iter().filter(|condition| condition.column == *column);
            for condition in of_column {
                is_pinned |= matches!(condition.operator, Operator::Equal | Operator::In);
                let value = operand(self.context, condition, self.place);
                range.push_str(&format!(".{}({column:?}, {value})", method(condition.operator)));
                if is_pinned {
                    break;
                }
            }
            if !is_pinned {
                break;
            }
        }
        format!(".withIndex({name:?}, (q) => {range})")
    }

    /// The facade read by the conditions themselves.
    pub(crate) fn facade(&self, table: &str) -> String {
        let tests: Vec<String> = columns(self.conditions)
            .into_iter()
            .map(|column| {
                let of_column = self.conditions.iter().filter(|condition| condition.column == column);
                let tests: Vec<String> = of_column.map(|condition| self.test(condition)).collect();
                format!("{column}: {}", tests.join(", ").replace(" }, { ", ", "))
            })
            .collect();
        format!("ctx.db.{table}.findMany({{ where: {{ {} }} }})", tests.join(", "))
    }

    /// Whether the range of an index can say what the conditions say: it has no `in`, `undefined` is an error there, and `null` finds
    /// nothing where rows are collected.
    pub(crate) fn is_expressible(&self) -> bool {
        self.conditions.iter().all(|condition| condition.operator != Operator::In && !is_unset(condition))
    }

    fn test(&self, condition: &Condition) -> String {
        match condition.operator {
            Operator::Equal if is_unset(condition) => "null".to_owned(),
            Operator::Equal => operand(self.context, condition, self.place),
            Operator::In => format!("{{ in: [{OMITTED}] }}"),
            operator => {
                format!("{{ {}: {} }}", method(operator), operand(self.context, condition, self.place))
            }
        }
    }
}

/// The columns of conditions, each once.
pub(crate) fn columns(conditions: &[Condition]) -> Vec<String> {
    let mut columns: Vec<String> = Vec::new();
    for condition in conditions {
        if columns.iter().all(|known| *known != condition.column) {
            columns.push(condition.column.to_string());
        }
    }
    columns
}

/// Whether a column is compared with nothing.
pub(crate) fn is_unset(condition: &Condition) -> bool {
    matches!(condition.operand.literal.as_deref(), Some("null" | "undefined"))
}

/// What a column is compared with: as it is written if the comparison stands inside of a place and the value is short, else the literal
/// that it is known to be.
pub(crate) fn operand(context: &RuleContext<'_>, condition: &Condition, place: Place) -> String {
    let within = context.project.span(place);
    let is_within = |at: Place| {
        let span = context.project.span(at);
        at.file == place.file && within.start <= span.start && span.end <= within.end
    };
    let source = condition.source.filter(|source| is_within(source.comparison));
    let written = source.map(|source| context.project.text(source.operand));
    let is_short = |text: &&str| text.chars().count() <= MAX_OPERAND && !text.contains('\n');
    written.filter(is_short).or(condition.operand.literal.as_deref()).unwrap_or(OMITTED).to_owned()
}

fn method(operator: Operator) -> &'static str {
    match operator {
        Operator::Equal | Operator::In => "eq",
        Operator::Greater => "gt",
        Operator::GreaterOrEqual => "gte",
        Operator::Less => "lt",
        Operator::LessOrEqual => "lte",
    }
}
