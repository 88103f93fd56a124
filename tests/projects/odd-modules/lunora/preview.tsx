import { query } from "./_generated/server";

export const preview = query.query(async ({ ctx }) => {
  const rows = await ctx.db.query("previews").collect();
  return <ul>{rows.map((row) => <li key={row._id}>{row.title}</li>)}</ul>;
});
