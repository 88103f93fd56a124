import { rls, definePolicies } from "@lunora/server";
import { mutation, query } from "../_generated/server";
import waitlist from "../plugins/waitlist/plugin";

export class Procs {
  static readonly query = query.use(waitlist.middleware);
  static readonly mutation = mutation.use(waitlist.middleware);

  static forOrg(policies: Parameters<typeof definePolicies>[0]) {
    return {
      query: Procs.query.use(rls(definePolicies(policies))).use(async ({ ctx, next }) => next({ ctx: { orgId: ctx.meta?.orgId } })),
      mutation: Procs.mutation.use(rls(definePolicies(policies))),
    };
  }
}

export function rowsOf<T extends "events" | "venues">(db: any, table: T, orgId: string) {
  return db.query(table).withIndex("by_org_creator", (q: any) => q.eq("orgId", orgId));
}
