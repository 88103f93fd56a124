import { query, v } from "../../_generated/server";

export const gone = query.input({ ids: v.array(v.id("jars")).max(10) }).query(async ({ ctx, args }) => {
  const jars = await Promise.all(args.ids.map((id) => ctx.db.jars.get(id)));
  return jars.filter((jar) => jar === null).length;
});
