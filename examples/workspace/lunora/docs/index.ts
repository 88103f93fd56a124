import { v } from "lunorash/server";
import { pageArgs } from "#lunora/lib/fields.js";
import { page } from "#lunora/lib/paging.js";
import { memberMutation, memberQuery } from "#lunora/lib/procedures.js";
import { longText, title } from "#lunora/lib/validators.js";

export const list = memberQuery
    .input({ projectId: v.id("projects"), ...pageArgs })
    .query(({ args, ctx }) =>
        ctx.db.docs.findMany({
            ...page(args),
            where: { projectId: args.projectId },
            orderBy: [{ updatedAt: "desc" }],
            select: ["title", "updatedAt", "ownerId"],
        }),
    );

export const open = memberQuery
    .input({ docId: v.id("docs") })
    .query(({ args, ctx }) =>
        ctx.db
            .query("docs")
            .filter((doc) => doc._id === args.docId)
            .first(),
    );

export const create = memberMutation
    .input({ projectId: v.optional(v.id("projects")), title, body: longText })
    .mutation(({ args, ctx }) =>
        ctx.db.docs.insert({ ...args, authorId: ctx.user._id, createdAt: ctx.now, updatedAt: ctx.now }),
    );

export const save = memberMutation
    .input({ docId: v.id("docs"), title, body: longText })
    .mutation(({ args, ctx }) =>
        ctx.db.docs.patch(args.docId, { title: args.title, body: args.body, updatedAt: ctx.now }),
    );

export const remove = memberMutation
    .input({ docId: v.id("docs") })
    .mutation(({ args, ctx }) => ctx.db.docs.delete(args.docId));
