import { mutation, query } from "../_generated/server";
import { container, WriteContainer } from "./container";

class Builders {
    static readonly clinic = query.use(async ({ ctx, next }) => {
        if (!ctx.auth.userId) throw new Error("sign in");
        return next({ ctx: { services: container(ctx) } });
    });

    static readonly clinicWrite = mutation.use(async ({ ctx, next }) => {
        if (!ctx.auth.userId) throw new Error("sign in");
        return next({ ctx: { services: container(ctx), writer: new WriteContainer(ctx) } });
    });
}

export const { clinic: clinicQuery, clinicWrite: clinicMutation } = Builders;
