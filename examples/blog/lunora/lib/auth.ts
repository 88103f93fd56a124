import { LunoraError } from "lunorash/server";

import type { Doc, MutationCtx, QueryCtx } from "#lunora/_generated/server.js";

type Ctx = QueryCtx | MutationCtx;

export async function currentUser(ctx: Ctx): Promise<Doc<"users"> | null> {
  const authId = ctx.auth.userId;
  if (!authId) return null;
  return ctx.db.users.findFirst({ where: { authId } });
}

export async function requireUser(ctx: Ctx): Promise<Doc<"users">> {
  const user = await currentUser(ctx);
  if (!user) throw new LunoraError("UNAUTHENTICATED", "Sign in first");
  return user;
}

export async function requireAuthor(ctx: Ctx): Promise<Doc<"users">> {
  const user = await requireUser(ctx);
  if (user.role === "reader") throw new LunoraError("FORBIDDEN", "Authors only");
  return user;
}

export async function requireEditor(ctx: Ctx): Promise<Doc<"users">> {
  const user = await requireUser(ctx);
  if (user.role !== "editor") throw new LunoraError("FORBIDDEN", "Editors only");
  return user;
}
