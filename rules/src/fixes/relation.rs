//! Loading what a loop looks up together with the rows that it goes over.

use lunora_facts::{Expr, ExprId, PropKey, Span};
use lunora_project::access::{LoopKind, LoopUse, Operator, Range, Read, Surface};
use lunora_project::schema::Relation;
use lunora_project::{Part, Place};
use lunora_report::{Edit, Fix};

use super::code::Code;
use super::risky;
use crate::context::RuleContext;

/// The fix that loads a relation where rows are read, and takes what it leads to in the place of a lookup for each of them.
pub(crate) fn load_relation(
    context: &RuleContext<'_>,
    lookup: &Read,
    around: &LoopUse,
    relation: &Relation,
) -> Option<Fix> {
    let LoopKind::Rows(key) = around.kind else { return None };
    let rows = context.read_at(key)?;
    let is_one_file = rows.key.file == lookup.key.file && around.place.file == lookup.key.file;
    let code = Code::of(context.project, lookup.key.file);
    let row = row_of(&code, lookup, relation).filter(|_| is_one_file)?;
    let Expr::Binding(element) = code.expr(row) else { return None };
    let declared = context.project.span(Place { file: code.file, part: Part::Binding(*element) });
    let looped = context.project.span(around.place);
    if declared.start < looped.start || looped.end < declared.end {
        return None;
    }
    let Part::Chain { to, .. } = lookup.place.part else { return None };
    let taken = format!("{}.{}", code.source(row), relation.name);
    let awaited = code.awaiting(to);
    // A chain begins before its last call, an `await` before both.
    let span = awaited.map_or_else(|| context.project.span(lookup.place), |id| code.span(id));
    let edits = vec![loading(&code, rows, &relation.name)?, code.edit(span, taken)];
    let reason = "it is loaded for every row that the read returns, also for those that the loop passes by, and without rows that are deleted softly";
    Some(risky(format!("Load the relation `{}` with the rows", relation.name), edits, reason.to_owned()))
}

/// The element whose column a lookup compares, if the relation leads from that column to the same rows.
fn row_of(code: &Code<'_>, lookup: &Read, relation: &Relation) -> Option<ExprId> {
    let [path] = lookup.paths.as_slice() else { return None };
    let Part::Chain { to, .. } = lookup.place.part else { return None };
    let link = code.link(to)?;
    let field = &relation.field.as_ref()?.0;
    let references = relation.references.as_ref().map_or("_id", |(column, _)| column.as_str());
    let (value, column) = if relation.is_many {
        let Range::Known(bounds) = &path.index.as_ref()?.range else { return None };
        let [bound] = bounds.as_slice() else { return None };
        let is_whole = link.name == "collect" && path.filters.is_empty() && lookup.row_filters.is_empty();
        let is_of_relation = bound.operator == Operator::Equal && bound.column.as_ref()?.name == *field;
        let Part::MethodCall { call, .. } = bound.place.part else { return None };
        let is_here = bound.place.file == code.file && is_whole && is_of_relation;
        let [_, value] = code.link(call).filter(|_| is_here)?.arguments else { return None };
        (*value, references)
    } else {
        let value = match path.method.as_str() {
            "get" => *link.arguments.first()?,
            "findFirst" | "findUnique" => only_id(code, *link.arguments.last()?)?,
            _ => return None,
        };
        ((references == "_id").then_some(value)?, field.as_str())
    };
    match code.expr(value) {
        Expr::Member { object, property, optional: false } if code.program.text(*property) == column => {
            Some(*object)
        }
        _ => None,
    }
}

/// What `_id` must equal by the arguments of an object read that ask for nothing else.
fn only_id(code: &Code<'_>, arguments: ExprId) -> Option<ExprId> {
    let conditions = only_property(code, arguments, "where")?;
    only_property(code, conditions, "_id")
}

/// The value of the one property that an object literal has.
fn only_property(code: &Code<'_>, object: ExprId, name: &str) -> Option<ExprId> {
    let Expr::Object(properties) = code.expr(object) else { return None };
    let mut properties = code.program.object(*properties);
    let (Some((_, only)), None) = (properties.next(), properties.next()) else { return None };
    let is_named = matches!(only.key, PropKey::Name(key) if code.program.text(key) == name);
    is_named.then_some(only.value)
}

/// The edit that lets a read load a relation.
fn loading(code: &Code<'_>, rows: &Read, relation: &str) -> Option<Edit> {
    let [path] = rows.paths.as_slice() else { return None };
    let Part::Chain { to, .. } = rows.place.part else { return None };
    let link = code.link(to).filter(|link| link.name == "findMany" && path.surface != Surface::Fluent)?;
    let (named, options) = match (path.surface, link.arguments) {
        (Surface::Flat, [table, options @ ..]) => (Some(*table), options),
        (_, options) => (None, options),
    };
    let loaded = format!("with: {{ {relation}: true }}");
    match options {
        [] => {
            let at = link.end.checked_sub(1)?;
            let comma = if named.is_some() { ", " } else { "" };
            Some(code.edit(Span::new(at, at), format!("{comma}{{ {loaded} }}")))
        }
        [options] => {
            let Expr::Object(properties) = code.expr(*options) else { return None };
            let mut keys = code.program.object(*properties).map(|(_, property)| property.key);
            // What is spread is known, too, unless the arguments could not be read.
            if !path.relations.is_empty() || !path.unknown.is_empty() {
                return None;
            }
            if keys.any(|key| key == PropKey::Spread) {
                let (_, last) = code.program.object(*properties).last()?;
                let end = code.span(last.value).end;
                return Some(code.edit(Span::new(end, end), format!(", {loaded}")));
            }
            let (_, first) = code.program.object(*properties).next()?;
            let open = code.span(*options).start + 1;
            let rest = code.text.get(open as usize..code.span(first.value).start as usize)?;
            let space = rest.get(..rest.len() - rest.trim_start().len())?;
            Some(code.edit(Span::new(open, open), format!("{space}{loaded},")))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{check_no_fix, check_unsafe_fix, rule};

    fn project(body: &str) -> String {
        format!(
            r#"
//- /lunora/schema.ts
export default defineSchema({{
  users: defineTable({{ name: v.string() }}).global(),
  posts: defineTable({{ authorId: v.id("users"), orgId: v.string() }})
    .global()
    .index("by_org", ["orgId"])
    .index("by_author", ["authorId"])
    .relations((r) => ({{ author: r.one("users", {{ field: "authorId" }}), replies: r.many("replies", {{ field: "postId" }}) }})),
  replies: defineTable({{ postId: v.id("posts") }}).index("by_post", ["postId"]),
}});
//- /lunora/posts.ts
export const list = query.input({{ org: v.string() }}).query(async ({{ ctx, args }}) => {{
  {body}
}});
"#
        )
    }

    #[test]
    fn a_lookup_for_each_row_becomes_a_relation() {
        for (before, after) in [
            (
                "const { page } = await ctx.db.posts.findMany({ where: { orgId: args.org } });\n  return Promise.all(page.map(async (post) => ({ ...post, author: await ctx.db.users.get(post.authorId) })));",
                "const { page } = await ctx.db.posts.findMany({ with: { author: true }, where: { orgId: args.org } });\n  return Promise.all(page.map(async (post) => ({ ...post, author: post.author })));",
            ),
            (
                "const paging = { limit: 20 };\n  const { page } = await ctx.db.posts.findMany({ ...paging, where: { orgId: args.org } });\n  return Promise.all(page.map((post) => ctx.db.users.findFirst({ where: { _id: post.authorId } })));",
                "const paging = { limit: 20 };\n  const { page } = await ctx.db.posts.findMany({ ...paging, where: { orgId: args.org }, with: { author: true } });\n  return Promise.all(page.map((post) => post.author));",
            ),
            (
                "const posts = await ctx.db.posts.findMany({\n    where: { orgId: args.org },\n  });\n  for (const post of posts.page) {\n    const replies = await ctx.db.query(\"replies\").withIndex(\"by_post\", (q) => q.eq(\"postId\", post._id)).collect();\n    console.log(replies.length);\n  }",
                "const posts = await ctx.db.posts.findMany({\n    with: { replies: true },\n    where: { orgId: args.org },\n  });\n  for (const post of posts.page) {\n    const replies = post.replies;\n    console.log(replies.length);\n  }",
            ),
        ] {
            let reason = "also for those that the loop passes by";
            check_unsafe_fix(rule("query_in_loop"), &project(before), reason, &project(after));
        }
    }

    #[test]
    fn what_no_relation_holds_is_left_alone() {
        for body in [
            "const { page } = await ctx.db.posts.findMany({ where: { orgId: args.org } });\n  for (const post of page) await ctx.db.posts.findFirst({ where: { authorId: post.authorId } });",
            "const { page } = await ctx.db.posts.findMany({ where: { orgId: args.org }, with: { author: true } });\n  for (const post of page) await ctx.db.users.get(post.authorId);",
            "const { page } = await ctx.db.posts.findMany({ where: { orgId: args.org } });\n  for (const post of page) await ctx.db.query(\"replies\").withIndex(\"by_post\", (q) => q.eq(\"postId\", post._id)).first();",
        ] {
            check_no_fix(rule("query_in_loop"), &project(body));
        }
    }
}
