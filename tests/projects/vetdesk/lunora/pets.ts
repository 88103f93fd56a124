import { LunoraError } from "@lunora/server";
import { mutation, query, v } from "./_generated/server";

export const register = mutation
  .input({
    email: v.string().email().max(200),
    ownerName: v.string().max(120),
    petName: v.string().max(60),
    chip: v.string().length(15),
    species: v.union(v.literal("cat"), v.literal("dog"), v.literal("other")),
    weightKg: v.number().positive(),
  })
  .mutation(async ({ ctx, args }) => {
    const taken = await ctx.db
      .query("pets")
      .withIndex("by_chip", (q) => q.eq("chip", args.chip))
      .unique();
    if (taken) throw new LunoraError("CONFLICT", "chip already registered");

    const known = await ctx.db.owners.findFirst({ where: { email: args.email } });
    const ownerId = known?._id ?? (await ctx.db.insert("owners", { email: args.email, name: args.ownerName }));
    return await ctx.db.insert("pets", {
      ownerId,
      name: args.petName,
      chip: args.chip,
      species: args.species,
      weightKg: args.weightKg,
      mentorIds: [],
    });
  });

export const ofOwner = query
  .input({ ownerId: v.id("owners") })
  .query(async ({ ctx, args }) =>
    ctx.db
      .query("pets")
      .withIndex("by_owner_name", (q) => q.eq("ownerId", args.ownerId))
      .collect(),
  );

export const card = query.input({ petId: v.id("pets") }).query(async ({ ctx, args }) => {
  const pet = await ctx.db.get(args.petId);
  if (!pet) return null;
  const owner = await ctx.db.get(pet.ownerId);
  const recent = await ctx.db
    .query("visits")
    .withIndex("by_pet_day", (q) => q.eq("petId", args.petId))
    .order("desc")
    .take(5);
  return { pet, ownerName: owner?.name ?? "unknown", recent };
});

export const siblings = query.input({ petId: v.id("pets") }).query(async ({ ctx, args }) => {
  const pet = await ctx.db.get(args.petId);
  if (!pet) return [];
  const family = await ctx.db
    .query("pets")
    .withIndex("by_owner_name", (q) => q.eq("ownerId", pet.ownerId))
    .collect();
  return family.filter((p) => p._id !== pet._id);
});

export const renamedSince = query
  .input({ chip: v.string().length(15), after: v.string().max(60) })
  .query(({ ctx, args }) =>
    ctx.db
      .query("pets")
      .withIndex("by_chip_name", (q) => q.eq("chip", args.chip).gt("name", args.after))
      .collect(),
  );

export const heaviest = query
  .input({ species: v.union(v.literal("cat"), v.literal("dog"), v.literal("other")) })
  .query(async ({ ctx, args }) => {
    const rows = await ctx.db
      .query("pets")
      .withIndex("by_species", (q) => q.eq("species", args.species))
      .collect();
    return rows
      .sort((a, b) => b.weightKg - a.weightKg)
      .slice(0, 10);
  });

export const choosePrimary = mutation
  .input({ ownerId: v.id("owners"), petId: v.id("pets") })
  .mutation(async ({ ctx, args }) => {
    const pet = await ctx.db.get(args.petId);
    if (pet?.ownerId !== args.ownerId) throw new LunoraError("FORBIDDEN", "not your pet");
    await ctx.db.patch(args.ownerId, { primaryPetId: args.petId });
  });
