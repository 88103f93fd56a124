import { defineMutator, v } from "@lunora/server";
import { overwrite, type Saving } from "./lib/saving";

const OWNER = "writer";

async function savePostImpl(ctx: Saving, args: { id: string; writer: string; title: string }) {
  const { id, ...rest } = args;
  await overwrite(ctx, id, rest);
}

export const savePost = defineMutator({
  owner: OWNER,
  args: { id: v.string(), writer: v.string(), title: v.string() },
  server: savePostImpl,
});

export const renamePost = defineMutator({
  args: { id: v.string(), title: v.string() },
  async server(ctx, args) {
    await ctx.db.posts.patch(args.id as never, { title: args.title });
  },
});

export const commentOn = defineMutator({
  args: { postId: v.id("posts"), text: v.string() },
  server: async (ctx, { postId, text }) => {
    if (!ctx.auth.userId) throw new Error("anonymous");
    await ctx.db.comments.insert({ postId, text, score: 0 });
  },
});

const bioDefinition = {
  owner: "handle",
  args: { handle: v.string(), bio: v.string() },
  server: async (ctx: any, args: { handle: string; bio: string }) => {
    const me = await ctx.db.authors.findFirst({ where: { handle: args.handle } });
    if (me) await ctx.db.authors.patch(me._id, { bio: args.bio });
  },
};
export const editBio = defineMutator(bioDefinition);
