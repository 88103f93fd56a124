//! Which procedures can do much harm.

use lunora_facts::{Expr, Program, PropKey, Span};
use lunora_project::access::Reach;
use lunora_project::{ProcedureId, Project};

const IDENTITIES: [&str; 6] = ["account", "credential", "member", "passkey", "session", "user"];

/// The keys that bound what a model may write.
const LIMITS: [&str; 6] = [
    "maxTokens",
    "max_tokens",
    "maxOutputTokens",
    "max_output_tokens",
    "maxCompletionTokens",
    "max_completion_tokens",
];

/// Why a procedure is sensitive; empty if it is not.
pub(super) fn reasons(project: &Project, id: ProcedureId) -> Vec<String> {
    let reaches = |reached_from: &[Reach]| reached_from.iter().any(|reach| reach.procedure == id);
    let mut reasons = Vec::new();
    let mut writes = project.writes.iter().filter(|write| reaches(&write.reached_from));
    if writes.clone().any(|write| write.tables.iter().any(|table| is_identity(&table.name))) {
        reasons.push("identity-write");
    }
    if writes.any(|write| write.method == "insertManyUnsafe") {
        reasons.push("unsafe-bulk-insert");
    }
    let used = used(project, id);
    if used.mail {
        reasons.push("mail");
    }
    let mut dispatches = project.dispatches.iter().filter(|dispatch| reaches(&dispatch.reached_from));
    if used.fan_out || dispatches.any(|dispatch| matches!(dispatch.method.as_str(), "runAfter" | "runAt")) {
        reasons.push("fan-out");
    }
    if used.unbounded_ai {
        reasons.push("unbounded-ai");
    }
    reasons.sort_unstable();
    reasons.into_iter().map(str::to_owned).collect()
}

/// Whether the last word of a table's name is one for accounts, in the singular or the plural.
fn is_identity(table: &str) -> bool {
    let start = table
        .char_indices()
        .rev()
        .find(|(_, character)| character.is_uppercase() || matches!(character, '_' | '-'))
        .map_or(0, |(start, _)| start);
    let word = table.get(start..).unwrap_or(table).trim_start_matches(['_', '-']).to_lowercase();
    IDENTITIES.iter().any(|identity| word == *identity || word.strip_suffix('s') == Some(identity))
}

#[derive(Default)]
struct Used {
    mail: bool,
    fan_out: bool,
    unbounded_ai: bool,
}

/// What the declaration of a procedure uses of its context, by name.
fn used(project: &Project, id: ProcedureId) -> Used {
    let procedure = project.procedure(id);
    let file = project.file(procedure.file);
    let (program, spans) = (&*file.facts.program, &file.facts.spans);
    let name = project.span(procedure.place);
    let whole = statement_around(program, spans, name).unwrap_or(name);
    let is_inside = |span: Span| whole.start <= span.start && span.end <= whole.end;
    let mut used = Used::default();
    let mut has_ai = false;
    for (expr, span) in program.exprs.iter().zip(&spans.exprs) {
        if let Expr::Member { object, property, .. } = expr
            && matches!(program.expr(*object), Expr::Binding(_))
            && is_inside(*span)
        {
            match program.text(*property) {
                "mail" | "email" => used.mail = true,
                "queues" | "workflows" => used.fan_out = true,
                "ai" => has_ai = true,
                _ => {}
            }
        }
    }
    let mut props = program.props.iter().zip(&spans.props);
    used.unbounded_ai = has_ai
        && !props.any(|(prop, span)| {
            matches!(prop.key, PropKey::Name(name) if LIMITS.contains(&program.text(name)))
                && is_inside(*span)
        });
    used
}

/// The smallest statement of the module that holds a range.
fn statement_around(program: &Program, spans: &lunora_facts::SpanTable, inner: Span) -> Option<Span> {
    let module = program.functions.first()?;
    let statements = program.block(module.body).iter().map(|stmt| spans.stmt(*stmt));
    statements
        .filter(|span| span.start <= inner.start && inner.end <= span.end)
        .min_by_key(|span| span.end - span.start)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_word_of_a_table_tells_identities() {
        for table in ["users", "user", "orgMembers", "auth_sessions", "Account"] {
            assert!(is_identity(table), "{table}");
        }
        for table in ["userSettings", "superusers", "posts", "sessionLogs"] {
            assert!(!is_identity(table), "{table}");
        }
    }
}
