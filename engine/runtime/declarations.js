import { declare } from "lunora:runtime/builders.js";
import { NotVerifiable } from "lunora:runtime/errors.js";
import { targetOf } from "lunora:runtime/references.js";

/** A hook runs as an internal mutation; its event comes as the arguments. */
const hook = (form) => (handler) =>
  declare({ kind: "mutation", form, visibility: "internal", takesAnything: true, args: {}, middleware: [], meta: {}, handler });

export const onConnect = hook("onConnect");
export const onDisconnect = hook("onDisconnect");
export const onShardInit = hook("onShardInit");

/** A reactor, as an internal mutation that selects and then handles. */
export const onQueryChange = (select, handler) =>
  hook("onQueryChange")(async (ctx) => handler(ctx, { result: await select(ctx) }));

export const defineShape = (options) => declare({ kind: "declaration", form: "shape", table: options.table }, options);
export const defineMigration = (options) =>
  declare({ kind: "declaration", form: "migration", id: options.id, table: options.table }, options);
export const defineWorkflow = (options) =>
  declare({ kind: "declaration", form: "workflow", name: options.name }, { ...options, __lunora: { workflow: options.name } });
export const defineQueue = (options) => declare({ kind: "declaration", form: "queue", name: options.name }, options);
export const defineTopic = (options) => declare({ kind: "declaration", form: "topic" }, options);
export const defineSubscription = (topic, options) => declare({ kind: "declaration", form: "subscription" }, { topic, ...options });
export const defineAgent = (options) =>
  declare({ kind: "declaration", form: "agent", name: options.name }, { ...options, __lunora: { workflow: options.name } });
export const defineModule = (options) => options;
export const defineEnv = (options) => options;
export const defineIdentity = (options) => options;

/** A registry of crons. Each keeps its name, schedule and target. */
export function cronJobs() {
  const jobs = [];
  const add = (kind) => (name, schedule, target, args) => {
    jobs.push({ kind, name, schedule, target: targetOf(target), args: args ?? {} });
  };
  const kinds = ["interval", "hourly", "daily", "weekly", "monthly", "cron"];
  return declare({ kind: "declaration", form: "crons", jobs }, Object.fromEntries(kinds.map((kind) => [kind, add(kind)])));
}

export const httpAction = (handler) => declare({ kind: "declaration", form: "httpAction" }, { handler });

/** A router that only collects. */
export function httpRouter() {
  const router = declare({ kind: "declaration", form: "httpRouter" }, {});
  for (const method of ["get", "post", "put", "patch", "delete", "options", "all", "use", "on", "route", "basePath", "onError", "notFound", "mount"]) {
    router[method] = () => router;
  }
  return router;
}

function route() {
  const steps = {};
  for (const step of ["get", "post", "put", "patch", "delete", "searchParams", "body", "params", "output", "use", "meta"]) steps[step] = route;
  for (const end of ["handler", "stream"]) steps[end] = (handler) => declare({ kind: "declaration", form: "httpRoute" }, { handler });
  return steps;
}

export const httpRoute = route();

/** Needs a running worker. */
export const createShardClient = () => {
  throw new NotVerifiable("a shard client, which calls other shards over the network");
};
