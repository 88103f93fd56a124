import type { Id } from "../_generated/dataModel"
import { mutation, query, type MutationCtx, type QueryCtx } from "../_generated/server"
import { comments } from "../plugins/comments"

async function grantOf(ctx: QueryCtx | MutationCtx, siteId: Id<"sites">) {
  const personId = ctx.auth.userId as Id<"people"> | null
  if (personId === null) return null
  return ctx.db.grants.findFirst({ where: { personId, siteId } })
}

const requireGrant = (...roles: string[]) =>
  async function guard({ ctx, next }: { ctx: any; next: any }) {
    const can = async (siteId: Id<"sites">) => {
      const grant = await grantOf(ctx, siteId)
      if (!grant || !roles.includes(grant.role)) throw new Error("forbidden")
      return grant
    }
    return next({ ctx: { can } })
  }

export const build = {
  read: query.use(requireGrant("owner", "editor", "viewer")).use(comments.middleware),
  write: mutation.use(requireGrant("owner", "editor")).use(comments.middleware),
  own: mutation.use(requireGrant("owner")),
}

export async function log(ctx: MutationCtx, what: string) {
  await ctx.db.insert("audit", { personId: ctx.auth.userId as Id<"people">, what, at: ctx.now })
}
