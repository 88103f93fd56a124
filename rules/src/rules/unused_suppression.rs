//! Suppression comments that hide nothing.

use lunora_report::{Category, Facing, FixAvailability, Level, RuleMetadata};

use crate::rule::{Fact, Rule};

pub(crate) static RULE: Rule = Rule {
    metadata: &RuleMetadata {
        name: "unused_suppression",
        title: "Unused suppression",
        level: Level::Warn,
        categories: &[Category::Schema],
        facing: Facing::Internal,
        description: "A suppression comment lacks a reason, names an unknown rule, or suppresses nothing.",
        docs: include_str!("../../docs/unused_suppression.md"),
        fix: FixAvailability::Sometimes,
    },
    needs: &[Fact::Files],
    // What a comment hides is known only when all rules have spoken: `lunora_report::settle` reports it.
    check: |_, _| {},
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::check;

    #[test]
    fn comments_that_hide_nothing_or_give_no_reason_are_reported() {
        check(
            &RULE,
            r#"
//- /lunora/schema.ts
export default defineSchema({ posts: defineTable({ title: v.string() }) });
//- /lunora/posts.ts
// lunora-advisor-disable-next-line unbounded_collect -- nothing is collected here
^^^ WARN unused_suppression `unbounded_collect` reports nothing
export const some = query.query(({ ctx }) => ctx.db.query("posts").take(1));
// lunora-advisor-disable-next-line unbounded_collect -- a dozen rows
export const all = query.query(({ ctx }) => ctx.db.query("posts").collect());
"#,
        );
    }
}
