//! Queries and mutations that ask the clock, chance or the network.

use lunora_project::ProcedureKind;
use lunora_project::access::{Ambient, Reach};
use lunora_report::{Category, Facing, Finding, FixAvailability, Level, RuleMetadata};
use serde_json::json;

use crate::context::RuleContext;
use crate::findings::{Operation, operation_finding, reached_by, set};
use crate::fixes::use_now;
use crate::rule::{Fact, Findings, Rule};
use crate::words;

pub(crate) static RULE: Rule = Rule {
    metadata: &RuleMetadata {
        name: "nondeterministic_query_mutation",
        title: "Nondeterministic query or mutation",
        level: Level::Warn,
        categories: &[Category::Schema],
        facing: Facing::External,
        description: "A query or mutation asks the clock, a source of randomness or the network.",
        docs: include_str!("../../docs/nondeterministic_query_mutation.md"),
        fix: FixAvailability::Sometimes,
    },
    needs: &[Fact::Procedures, Fact::Calls],
    check,
};

/// What a call brings in from outside.
#[derive(Clone, Copy)]
enum Source {
    Clock,
    Chance,
    Network,
}

/// Who asks, which decides about the level and the words.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Caller {
    LiveQuery,
    InternalQuery,
    Mutation,
}

fn asks(context: &RuleContext<'_>, ambient: &Ambient, reached_from: &[Reach]) -> Option<Finding> {
    let (_, procedure) = words::payer(context, reached_from)?;
    let operation = Operation { place: ambient.place, reached_from, function: &ambient.function };
    let mut finding = operation_finding(context, RULE.metadata, operation, ambient.place, &ambient.callee);
    let caller = match procedure.kind {
        ProcedureKind::Mutation => Caller::Mutation,
        _ if procedure.is_live() => Caller::LiveQuery,
        _ => Caller::InternalQuery,
    };
    if caller == Caller::Mutation {
        finding.level = Level::Info;
    }
    let source = source(&ambient.callee);
    finding.detail = format!(
        "The {} `{}` {}.",
        procedure.kind.word(),
        procedure.name,
        effect(source, caller, &ambient.callee)
    );
    finding.remediation = remedy(source, caller).to_owned();
    finding.primary_label = match source {
        Source::Clock => "asks the clock",
        Source::Chance => "draws at random",
        Source::Network => "calls out",
    }
    .to_owned();
    finding.fixes.extend(use_now(context, ambient));
    set(&mut finding, "callee", json!(ambient.callee));
    set(&mut finding, "kind", json!(procedure.kind.word()));
    Some(finding)
}

fn check(context: &RuleContext<'_>, findings: &mut Findings) {
    for ambient in &context.project.ambient {
        let of_kind = |kind| reached_by(context, &ambient.reached_from, |procedure| procedure.kind == kind);
        let queries = of_kind(ProcedureKind::Query);
        let callers = if queries.is_empty() { of_kind(ProcedureKind::Mutation) } else { queries };
        findings.extend(asks(context, ambient, &callers));
    }
}

/// What the call does to its caller, as the predicate of a sentence.
fn effect(source: Source, caller: Caller, callee: &str) -> String {
    let act = match source {
        Source::Clock => "asks the clock with",
        Source::Chance => "draws from",
        Source::Network => "calls out with",
    };
    let consequence = match (source, caller) {
        (Source::Clock, Caller::LiveQuery) => {
            "time alone never re-runs a live query, so what subscribers see was true when a row last changed"
        }
        (Source::Clock, Caller::InternalQuery) => {
            "two runs over the same rows differ, and a live query that runs it is not re-run as time passes"
        }
        (Source::Clock, Caller::Mutation) => {
            "it moves while the mutation runs, and differs from the `ctx.now` that is the same for all of it"
        }
        (Source::Chance, Caller::LiveQuery) => {
            "each re-run gives something else, so subscribers are sent changes that nobody made"
        }
        (Source::Chance, Caller::InternalQuery) => "two runs over the same rows differ",
        (Source::Chance, Caller::Mutation) => "when the mutation is retried, it writes something else",
        (Source::Network, Caller::LiveQuery) => {
            "each re-run waits for another server, and a change there never re-runs it"
        }
        (Source::Network, Caller::InternalQuery) => "whoever reads through it waits for another server",
        (Source::Network, Caller::Mutation) => {
            "it holds the shard until the answer comes, and a retry calls again"
        }
    };
    format!("{act} `{callee}`: {consequence}")
}

fn remedy(source: Source, caller: Caller) -> &'static str {
    let is_mutation = caller == Caller::Mutation;
    match source {
        Source::Clock if is_mutation => "Use `ctx.now`.",
        Source::Clock => "Use `ctx.now`, or let the client pass the time that it asks about.",
        Source::Chance if is_mutation => {
            "Where a retry has to write the same, draw on the client or in an action and pass it as an argument."
        }
        Source::Chance => "Draw in the mutation that writes the row and store it, or on the client.",
        Source::Network if is_mutation => "Call from an action, and pass the answer to this mutation.",
        Source::Network => "Call from an action, store the answer, and read it here.",
    }
}

fn source(callee: &str) -> Source {
    if callee.contains("fetch") {
        Source::Network
    } else if callee.contains("Date") || callee.contains("performance") {
        Source::Clock
    } else {
        Source::Chance
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::check;

    #[test]
    fn clock_chance_and_network_are_reported_wherever_they_hide() {
        check(
            &RULE,
            r#"
//- /lunora/schema.ts
export default defineSchema({ posts: defineTable({ at: v.number(), key: v.string() }) });
//- /lunora/posts.ts
import { mutation, query } from "./_generated/server";
import { timedQuery } from "./lib/builders";
import { token } from "./lib/token";
const listHandler = async ({ ctx }) => ({ at: new Date().getTime() });
//                                            ^^^ WARN nondeterministic_query_mutation The query `posts:list` asks the clock with `new Date`
export const list = query.query(listHandler);
export const old = query({ args: {}, handler(ctx) { return globalThis.fetch("https://example.com"); } });
//                                                         ^^^ WARN nondeterministic_query_mutation The query `posts:old` calls out with `fetch`
export const timed = timedQuery.query(async () => null);
export const add = mutation.mutation(({ ctx }) => ctx.db.posts.insert({ at: performance.now(), key: token() }));
//                                                                          ^^^ INFO nondeterministic_query_mutation The mutation `posts:add` asks the clock
export const both = query.query(() => token());
export const drawn = query.query(() => window.crypto.randomUUID());
//                                     ^^^ WARN nondeterministic_query_mutation The query `posts:drawn` draws from
//- /lunora/lib/builders.ts
import { query } from "../_generated/server";
export const timedQuery = query.use(async ({ next }) => next({ ctx: { started: Date.now() } }));
//                                                                             ^^^ WARN nondeterministic_query_mutation
//- /lunora/lib/token.ts
export const token = () => crypto.randomUUID();
//                         ^^^ WARN nondeterministic_query_mutation The query `posts:both` draws from
"#,
        );
    }

    #[test]
    fn fixed_dates_other_kinds_and_names_of_our_own_are_silent() {
        check(
            &RULE,
            r#"
//- /lunora/schema.ts
export default defineSchema({ posts: defineTable({ at: v.number() }) });
//- /lunora/posts.ts
import { action, mutation, query } from "./_generated/server";
const clock = { now: () => 5 };
const fetch = (x) => x;
export const fixed = query.input({ at: v.number() }).query(async ({ ctx, args }) => {
  const post = await ctx.db.posts.findFirst({ where: { at: new Date(args.at).getTime() } });
  return [new Date(post.at), new Date("2020-01-01"), Date.UTC(2020), Date.parse("2020-01-01"), clock.now(), fetch(ctx.now)];
});
export const call = action.action(async () => [Date.now(), await globalThis.fetch("https://example.com")]);
const unused = () => Math.random();
// lunora-advisor-disable-next-line nondeterministic_query_mutation -- written once
export const token = mutation.mutation(() => crypto.randomUUID());
"#,
        );
    }
}
