import { internalAction, internalMutation, internalQuery, mutation as generatedMutation, query as generatedQuery } from "#lunora/_generated/server.js";
import type { QueryCtx } from "#lunora/_generated/server.js";

const whoAmI = async (context: QueryCtx) => {
	const workerId = context.auth.userId;
	if (workerId == null) throw new Error("no session");
	const me = await context.db.workers.get(workerId as never);
	return { me: me!, workerId: me!._id };
};

const withWorker = async ({ ctx, next }: any) => next({ ctx: await whoAmI(ctx) });

const q = generatedQuery.use(withWorker);
const m = generatedMutation.use(withWorker);

export { q as workerQuery, m as workerMutation, internalAction, internalMutation, internalQuery };
export default { q, m };
