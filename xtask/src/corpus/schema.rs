//! The tables of the corpus.

use std::fmt::Write;

use super::random::Random;

const NOUNS: &[&str] = &[
    "task", "note", "order", "invoice", "ticket", "lesson", "course", "booking", "report", "payment",
    "message", "channel", "project", "asset", "review", "shipment", "meeting", "contact", "campaign",
    "document",
];

/// One table, and the module that owns it.
pub(super) struct Entity {
    /// The module's folder and the table: `tasks3`.
    pub(super) table: String,
    /// One row, with a capital: `Task3`.
    pub(super) type_name: String,
    pub(super) tier: Tier,
    /// The table that `parentId` belongs to, by position.
    pub(super) parent: u32,
}

/// Where the table lives.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Tier {
    Root,
    Sharded,
    Global,
}

impl Entity {
    /// The entity at a position of so many.
    pub(super) fn new(number: u32, count: u32, random: &mut Random) -> Self {
        let noun = NOUNS.get(number as usize % NOUNS.len()).copied().unwrap_or("thing");
        let round = number as usize / NOUNS.len();
        let suffix = if round == 0 { String::new() } else { round.to_string() };
        let tier = match random.below(10) {
            0..=2 => Tier::Global,
            3..=7 => Tier::Sharded,
            _ => Tier::Root,
        };
        let mut characters = noun.chars();
        let capital: String = characters.next().into_iter().flat_map(char::to_uppercase).collect();
        Self {
            table: format!("{noun}s{suffix}"),
            type_name: format!("{capital}{}{suffix}", characters.as_str()),
            tier,
            parent: random.below(count),
        }
    }
}

/// The schema file.
pub(super) fn text(entities: &[Entity]) -> String {
    let mut text = String::from(
        "import { defineSchema, defineTable, v } from \"lunorash/server\";\n\
         import { body, stamps, status, title } from \"./lib/validators\";\n\n\
         export const schema = defineSchema({\n  \
           users: defineTable({ subject: v.string().unique(), name: v.string(), role: v.string() }).global(),\n",
    );
    for entity in entities {
        let parent = entities.get(entity.parent as usize).map_or("users", |parent| parent.table.as_str());
        let tier = match entity.tier {
            Tier::Root => "",
            Tier::Sharded => "\n    .shardBy(\"userId\")\n    .ownedBy(\"userId\")",
            Tier::Global => "\n    .global()",
        };
        // Writing to a string cannot fail.
        let _ = write!(
            text,
            r#"
  {table}: defineTable({{
    userId: v.string(),
    parentId: v.id("{parent}"),
    title,
    body: v.optional(body),
    status,
    rank: v.number(),
    tags: v.array(v.string()),
    ...stamps,
  }}){tier}
    .index("by_user_status", ["userId", "status"])
    .index("by_parent_rank", ["parentId", "rank"])
    .index("by_status_updated", ["status", "updatedAt"])
    .relations((r) => ({{ parent: r.one("{parent}", {{ field: "parentId" }}) }})),
"#,
            table = entity.table,
        );
    }
    text.push_str("});\n\nexport default schema;\n");
    text
}

/// The cron jobs: one for every tenth module.
pub(super) fn crons(entities: &[Entity]) -> String {
    let mut text = String::from(
        "import { cronJobs } from \"@lunora/scheduler\";\nimport { internal } from \"./_generated/api\";\n\nconst crons = cronJobs();\n\n",
    );
    for entity in entities.iter().step_by(10) {
        let _ = writeln!(
            text,
            "crons.daily(\"archive {table}\", {{ hourUTC: 3, minuteUTC: 0 }}, internal.{table}.mutations.archiveOld, {{ before: 0 }});",
            table = entity.table,
        );
    }
    text.push_str("\nexport default crons;\n");
    text
}
