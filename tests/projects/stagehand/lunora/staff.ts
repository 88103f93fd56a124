import { createClient } from "@supabase/supabase-js";
import { action, internalAction, internalMutation, internalQuery, mutation, v } from "./_generated/server";
import { api, internal } from "./_generated/api";

export const enlist = internalMutation
  .input({ email: v.string(), name: v.string(), role: v.string() })
  .mutation(({ ctx, args }) => ctx.db.staffers.insert(args));

export const byRole = internalQuery.input({ role: v.string() }).query(async ({ ctx, args }) => {
  const found = [];
  for (const person of await ctx.db.query("staffers").collect()) if (person.role !== args.role) continue; else found.push(person);
  return found;
});

export const pull = internalAction.action(async ({ ctx }) => {
  const old = createClient("https://old.example", "anon");
  const { data } = await old.from("staff").select();
  for (const row of data ?? []) await ctx.runMutation(internal.staff.enlist, row);
  return ctx.runQuery(api.staff.byRole, { role: "director" });
});

export const front = action.action(async ({ ctx }) => {
  const shows = await ctx.runQuery(api.public.list, {});
  const genres = await ctx.runQuery(internal.shows.byGenre, { genre: "farce" });
  return [shows, genres];
});

export const invite = mutation.input({ email: v.string().email().max(200) }).mutation(async ({ ctx, args }) => {
  const person = await ctx.db.staffers.findFirst({ where: { email: args.email } });
  if (!person) return;
  await ctx.scheduler.runAfter(0, internal.staff.mail, { email: person.email });
  await ctx.scheduler.runAfter(60_000, "staff:remind", { email: person.email });
  await ctx.scheduler.runAfter(120_000, internal.staff.byRole, { role: person.role });
});

export const mail = internalAction.input({ email: v.string() }).action(async ({ ctx, args }) => {
  ctx.log.info("mailing", { at: Date.now(), to: args.email });
});
