import { allowAll, definePolicies, definePolicy } from "@lunora/server";

export const policies = definePolicies([
	definePolicy({ table: "organizations", on: "read", when: allowAll }),
	definePolicy({
		table: "customers",
		on: "read",
		when: (ctx) => (ctx.orgId ? { orgId: ctx.orgId } : false),
	}),
]);
