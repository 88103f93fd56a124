import { defineMutator, v } from "lunorash/server";
import type { MutationCtx } from "@server";

const ownerColumn = "keeperId";
const args = { keeperId: v.id("keepers"), noteId: v.id("notes"), text: v.string().max(2000) };

function requireUser(ctx: Pick<MutationCtx, "auth">) {
  const { userId } = ctx.auth;
  if (!userId) throw new Error("anonymous");
  return userId;
}

export const editNote = defineMutator({
  args,
  owner: ownerColumn,
  server: async (ctx, { noteId, text }) => {
    await ctx.db.notes.patch(noteId, { text });
  },
});

export const weigh = defineMutator({
  args: { id: v.id("specimens"), grams: v.number().positive() },
  async server(ctx, { id, grams }) {
    requireUser(ctx);
    await ctx.db.specimens.patch(id, { grams });
  },
});
