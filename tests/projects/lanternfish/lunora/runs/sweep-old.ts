import { internalMutation } from "@server";

export default internalMutation.mutation(async ({ ctx }) => {
  const { page } = await ctx.db.runs.findMany({ where: { touchedAt: { lt: ctx.now - 604_800_000 } }, limit: 100 });
  await ctx.db.runs.deleteMany(page.map((run) => run._id));
});
