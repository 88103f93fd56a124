import { LunoraError } from "lunorash/server";
import { v } from "#lunora/_generated/server.js";
import { shopperMutation, shopperQuery } from "#lunora/lib/procedures.js";

export const balance = shopperQuery
  .input({ code: v.string().min(12).max(24) })
  .query(async ({ ctx, args }) => {
    const card = await ctx.db.giftCards.findFirst({ where: { code: args.code }, select: ["balanceCents", "expiry"] });
    return card ?? null;
  });

export const redeem = shopperMutation
  .input({ code: v.string().min(12).max(24), amountCents: v.number().int().positive() })
  .mutation(async ({ ctx, args }) => {
    const card = await ctx.db.giftCards.findFirst({ where: { code: args.code } });
    if (!card || card.expiresAt < ctx.now || card.balanceCents < args.amountCents) {
      throw new LunoraError("BAD_REQUEST", "This card does not cover the amount.");
    }
    await ctx.db.giftCards.patch(card._id, { balanceCents: card.balanceCents - args.amountCents });
  });
