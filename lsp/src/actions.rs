//! Code actions: what can be done about the findings at a place.
//!
//! What an action does is described by a [`Task`], which a client can send back: with the action that it wants completed
//! (`codeAction/resolve`), or as the argument of a command.

mod task;

use lunora_check::index_steps;
use lunora_project::index_plan::IndexPlan;
use lunora_project::schema::Table;
use lunora_report::{Applicability, Fix, Reported};
use serde_json::json;
use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::{
    CodeAction, CodeActionKind, CodeActionOrCommand, CodeActionParams, Command, Diagnostic,
};

use crate::client::SUPPRESS;
use crate::commands;
use crate::diagnostics::diagnostic;
use crate::snapshot::{FileView, Snapshot};

pub(crate) use task::{Suppression, Task, Ticket};

/// The kind of the action that applies every safe fix of a file.
pub(crate) const FIX_ALL: CodeActionKind = CodeActionKind::new("source.fixAll.lunora-advisor");

/// What can be done at a place, the best first.
pub(crate) fn code_actions(snapshot: &Snapshot, parameters: &CodeActionParams) -> Vec<CodeActionOrCommand> {
    let Some(file) = snapshot.file(&parameters.text_document.uri) else {
        return Vec::new();
    };
    let wanted = file.span(parameters.range);
    let here = |reported: &&Reported| {
        let primary = reported.finding.primary;
        primary.file == file.id && primary.span.start <= wanted.end && wanted.start <= primary.span.end
    };
    let list = List { file, only: parameters.context.only.as_deref() };
    let findings: Vec<&Reported> = file.view.shown().filter(here).collect();
    let mut actions = list.quick_fixes(&findings);
    actions.extend(list.rule_fixes(&findings));
    actions.extend(list.suppressions(&findings));
    actions.extend(list.pages(&findings));
    actions.extend(list.index_plan(wanted.start));
    actions.extend(list.fix_all());
    actions
}

/// Completes an action that the user picked.
///
/// # Errors
/// If the document is not as it was when the action was offered, or what it is about is gone.
pub(crate) fn resolve(snapshot: &Snapshot, mut action: CodeAction) -> Result<CodeAction> {
    let ticket = action.data.as_ref().and_then(|data| serde_json::from_value::<Ticket>(data.clone()).ok());
    if let Some(ticket) = ticket {
        action.edit = ticket.edit(snapshot)?;
    }
    Ok(action)
}

/// What is asked for.
struct List<'a> {
    file: FileView<'a>,
    only: Option<&'a [CodeActionKind]>,
}

impl List<'_> {
    /// The fixes of each finding; the first, if it is safe, is the one to prefer.
    fn quick_fixes(&self, findings: &[&Reported]) -> Vec<CodeActionOrCommand> {
        if !self.wants(&CodeActionKind::QUICKFIX) {
            return Vec::new();
        }
        let mut actions = Vec::new();
        for reported in findings {
            for (position, fix) in reported.finding.fixes.iter().enumerate() {
                let task = Task::Fix { finding: reported.cache_key.clone(), title: fix.title.clone() };
                let mut action = self.action(title(fix), CodeActionKind::QUICKFIX, Some(reported));
                action.is_preferred = Some(position == 0 && is_safe(fix));
                actions.extend(self.finish(action, task));
            }
        }
        actions
    }

    /// All safe fixes of a rule, in the file and in the project.
    fn rule_fixes(&self, findings: &[&Reported]) -> Vec<CodeActionOrCommand> {
        if !self.wants(&CodeActionKind::QUICKFIX) {
            return Vec::new();
        }
        let mut actions = Vec::new();
        for reported in first_of_each_rule(findings) {
            let rule = reported.finding.rule.name;
            let same = |other: &&Reported| {
                other.finding.rule.name == rule && other.finding.fixes.iter().any(is_safe)
            };
            let in_project = self.file.view.shown().filter(same).count();
            let in_file = self
                .file
                .view
                .shown()
                .filter(same)
                .filter(|other| other.finding.primary.file == self.file.id)
                .count();
            for (count, fewer, place) in [(in_file, 1, "file"), (in_project, in_file.max(1), "project")] {
                if count > fewer {
                    let task = match place {
                        "file" => Task::FixRuleInFile { rule: rule.to_owned() },
                        _ => Task::FixRuleInProject { rule: rule.to_owned() },
                    };
                    let title = format!("Fix all `{rule}` in this {place} ({count})");
                    let action = self.action(title, CodeActionKind::QUICKFIX, Some(reported));
                    actions.extend(self.finish(action, task));
                }
            }
        }
        actions
    }

    /// Comments that suppress findings.
    fn suppressions(&self, findings: &[&Reported]) -> Vec<CodeActionOrCommand> {
        if !self.wants(&CodeActionKind::QUICKFIX) {
            return Vec::new();
        }
        let mut actions = Vec::new();
        // What says that a comment or the code itself makes no sense cannot be suppressed.
        let can = |reported: &&&Reported| {
            !matches!(reported.finding.rule.name, "parse_error" | "unused_suppression")
        };
        for reported in first_of_each_rule(findings).iter().filter(can) {
            let rule = reported.finding.rule.name;
            let suppression = Suppression { finding: reported.cache_key.clone(), reason: None };
            for (title, task) in [
                (format!("Suppress `{rule}` on this line"), Task::SuppressLine(suppression.clone())),
                (format!("Suppress `{rule}` in this file"), Task::SuppressFile(suppression)),
            ] {
                let action = self.action(title, CodeActionKind::QUICKFIX, Some(reported));
                actions.extend(match self.file.snapshot.client.asks_for_reasons {
                    true => self.by_command(action, task, SUPPRESS),
                    false => self.finish(action, task),
                });
            }
        }
        actions
    }

    /// The pages of the rules.
    fn pages(&self, findings: &[&Reported]) -> Vec<CodeActionOrCommand> {
        if !self.wants(&CodeActionKind::QUICKFIX) {
            return Vec::new();
        }
        let page = |reported: &Reported| {
            let rule = reported.finding.rule.name;
            let title = format!("Open the page of `{rule}`");
            let mut action = self.action(title.clone(), CodeActionKind::QUICKFIX, Some(reported));
            action.command =
                Some(Command::new(title, commands::OPEN_RULE.to_owned(), Some(vec![json!(rule)])));
            CodeActionOrCommand::CodeAction(action)
        };
        first_of_each_rule(findings).into_iter().map(page).collect()
    }

    /// The fewest indexes for the table that is declared here, if those are not the ones that it has.
    fn index_plan(&self, offset: u32) -> Option<CodeActionOrCommand> {
        let project = self.file.project();
        let is_here = |table: &&Table| {
            let span = project.span(table.place);
            table.place.file == self.file.id && span.start <= offset && offset <= span.end
        };
        if !self.wants(&CodeActionKind::REFACTOR_REWRITE) {
            return None;
        }
        let table = &project.schema.tables.iter().find(is_here)?.name;
        let plan = IndexPlan::new(project).table(project.schema.table(table)?);
        let steps = [("add", plan.add.len()), ("widen", plan.widen.len()), ("drop", plan.drop.len())];
        let steps: Vec<String> = steps
            .iter()
            .filter(|(_, count)| *count > 0)
            .map(|(verb, count)| format!("{verb} {count}"))
            .collect();
        if steps.is_empty() {
            return None;
        }
        let taken = index_steps(project, Some(table));
        let is_unsafe = |fix: &&Fix| !is_safe(fix);
        let mut title = format!("Apply the index plan of `{table}`: {}", steps.join(", "));
        if let Some(Fix { applicability: Applicability::Unsafe { reason }, .. }) =
            taken.iter().filter_map(|step| step.fixes.first()).find(is_unsafe)
        {
            title.push_str(&format!(" (unsafe: {reason})"));
        }
        let action = self.action(title, CodeActionKind::REFACTOR_REWRITE, None);
        self.finish(action, Task::PlanIndexes { table: table.clone() })
    }

    /// Every safe fix of the file.
    fn fix_all(&self) -> Option<CodeActionOrCommand> {
        let is_fixable = |reported: &Reported| {
            reported.finding.primary.file == self.file.id && reported.finding.fixes.iter().any(is_safe)
        };
        if !self.wants(&FIX_ALL) || !self.file.view.shown().any(is_fixable) {
            return None;
        }
        // Other servers offer theirs beside it.
        let title = "Fix all Lunora findings that are safe to fix in this file".to_owned();
        let action = self.action(title, FIX_ALL, None);
        self.finish(action, Task::FixAll)
    }

    fn wants(&self, kind: &CodeActionKind) -> bool {
        let is_within = |wanted: &CodeActionKind| {
            let rest = kind.as_str().strip_prefix(wanted.as_str());
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.') || wanted.as_str().is_empty())
        };
        self.only.is_none_or(|only| only.iter().any(is_within))
    }

    fn action(&self, title: String, kind: CodeActionKind, about: Option<&Reported>) -> CodeAction {
        let about: Option<Vec<Diagnostic>> = about.map(|reported| vec![diagnostic(self.file, reported)]);
        CodeAction { title, kind: Some(kind), diagnostics: about, ..CodeAction::default() }
    }

    /// Says what an action does: now, when the client picks it, or, if that is too dear and the client can't ask again, by a command.
    fn finish(&self, mut action: CodeAction, task: Task) -> Option<CodeActionOrCommand> {
        let ticket = Ticket::new(self.file, task.clone())?;
        if self.file.snapshot.client.resolves_actions {
            action.data = serde_json::to_value(&ticket).ok();
        } else if ticket.task.is_cheap() || self.only.is_some() {
            action.edit = Some(ticket.edit(self.file.snapshot).ok()??);
        } else {
            return self.by_command(action, task, commands::APPLY);
        }
        Some(CodeActionOrCommand::CodeAction(action))
    }

    /// Leaves what an action does to a command.
    fn by_command(&self, mut action: CodeAction, task: Task, command: &str) -> Option<CodeActionOrCommand> {
        let ticket = serde_json::to_value(Ticket::new(self.file, task)?).ok()?;
        action.command = Some(Command::new(action.title.clone(), command.to_owned(), Some(vec![ticket])));
        Some(CodeActionOrCommand::CodeAction(action))
    }
}

/// What an action is called. One that may change what the program does says how.
fn title(fix: &Fix) -> String {
    match &fix.applicability {
        Applicability::Safe => fix.title.clone(),
        Applicability::Unsafe { reason } => format!("{} (unsafe: {reason})", fix.title),
    }
}

fn is_safe(fix: &Fix) -> bool {
    fix.applicability == Applicability::Safe
}

fn first_of_each_rule<'a>(findings: &[&'a Reported]) -> Vec<&'a Reported> {
    let mut first: Vec<&Reported> = Vec::new();
    for reported in findings {
        if first.iter().all(|known| known.finding.rule != reported.finding.rule) {
            first.push(reported);
        }
    }
    first
}
