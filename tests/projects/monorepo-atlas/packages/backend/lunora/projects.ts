import { recordActivity } from "@atlas/shared/rows";
import * as shared from "@atlas/shared/readers";
import { requireMember } from "@lib/access";

import { mutation, query, v } from "#lunora/_generated/server";
import { activeProjects, projectBySlug } from "#lunora/lib/rows";

export const overview = query.input({ orgId: v.id("orgs") }).query(async ({ ctx, args }) => {
  await requireMember(ctx, args.orgId);
  const [projects, labels] = await Promise.all([activeProjects(ctx, args.orgId), shared.allLabels(ctx)]);
  return projects.map((project) => ({ ...project, labels: labels.length }));
});

export const bySlug = query.input({ slug: v.string().max(80) }).query(({ ctx, args }) => projectBySlug(ctx, args.slug));

export const archived = query.input({ orgId: v.id("org") }).query(async ({ ctx, args }) => {
  await requireMember(ctx, args.orgId);
  const page = await ctx.db.projects.findMany({ where: { archived: true }, limit: 50 });
  return page.page;
});

export const create = mutation
  .input({ orgId: v.id("orgs"), title: v.string().max(120), slug: v.string().max(80) })
  .mutation(async ({ ctx, args }) => {
    const member = await requireMember(ctx, args.orgId);
    const id = await ctx.db.insert("projects", {
      ...args,
      status: "active",
      createdBy: member.userId,
      archived: false,
    });
    await recordActivity(ctx, args.orgId, "project created", member.userId);
    return id;
  });
