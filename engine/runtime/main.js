import { describeThrown, internal, LunoraError, needOfCall, NotVerifiable, setCalling, Unsupported } from "lunora:runtime/errors.js";
import { native, switches, uuid } from "lunora:runtime/native.js";
import { registrationOf } from "lunora:runtime/builders.js";
import { Database, newBudget, SchemaView } from "lunora:runtime/database.js";
import { clearTimers, idle, log, runNextTimer } from "lunora:runtime/environment.js";
import { namesOfScript } from "lunora:runtime/commonjs.js";
import { namesOfAll } from "lunora:runtime/packages.js";
import { foldKey, targetOf } from "lunora:runtime/references.js";
import { describeSchema, isSchema } from "lunora:runtime/schema.js";
import { databaseSurface, ormSurface, triggerSurface } from "lunora:runtime/surfaces.js";
import { describeShape, describeValidator, parseArguments } from "lunora:runtime/validators.js";
import { decode, encode } from "lunora:runtime/wire.js";

Error.stackTraceLimit = 50;

const RUN_DEPTH = 32;
const procedures = new Map();
let schema;

export { namesOfAll, namesOfScript, runNextTimer };

/** Takes the schema of the namespace of `schema.ts`; gives its description, or nothing if there is none. */
export function useSchema(namespace) {
  const found = isSchema(namespace.default) ? namespace.default : Object.values(namespace).find(isSchema);
  if (!found) return undefined;
  schema = new SchemaView(found);
  return JSON.stringify(describeSchema(found));
}

/** Registers what a module exports under `names`; gives a description of each registration. */
export function register(prefix, names, namespace) {
  const found = [];
  for (const name of JSON.parse(names)) {
    const registration = registrationOf(namespace[name]);
    if (!registration) continue;
    const key = `${prefix}:${name}`;
    procedures.set(key, registration);
    found.push({
      key,
      kind: registration.kind,
      form: registration.form ?? "procedure",
      visibility: registration.visibility ?? "internal",
      args: registration.args ? describeShape(registration.args) : [],
      output: registration.output ? describeValidator(registration.output) : null,
      table: registration.table,
    });
  }
  return JSON.stringify(found);
}

/** Whether values are ones that a column takes; for generated rows. */
export function accepts(table, column, values) {
  const validator = schema.table(table).shape[column];
  return JSON.stringify(JSON.parse(values).map((value) => validator.safeParse(decode(value)).ok));
}

/** Runs one function; the promise gives how it ended, a line break, and what there is to say of it as JSON. It is never rejected. */
export async function call(request) {
  const { key, args, identity, shard, probe } = JSON.parse(request);
  setCalling(true);
  try {
    const value = await dispatch({ key, shard: shard ?? routed(args), identity: probe ? marked(identity, probe) : identity, path: [], depth: 0, jobs: undefined, budget: newBudget() }, decode(args), undefined);
    const needs = needOfCall();
    if (needs !== undefined) return told({ kind: "notVerifiable", needs });
    return `returned\n${native.plainText(value) ?? JSON.stringify(encode(value) ?? null)}`;
  } catch (thrown) {
    return told(describeThrown(thrown));
  } finally {
    setCalling(false);
    clearTimers();
    turns.clear();
  }
}

const told = ({ kind, ...body }) => `${kind}\n${JSON.stringify(body)}`;

const ROOT = "__root__";

/** The shard of a call that names none. */
function routed(args) {
  const fields = Object.values(schema.tables).flatMap(({ tier }) => (tier.kind === "shardBy" ? [tier.field] : []));
  if (switches.routing !== "fromArguments" || fields.length === 0) return ROOT;
  const field = fields.find((name) => typeof args?.[name] === "string");
  if (field === undefined) throw new LunoraError("BAD_REQUEST", `no argument says the shard: ${fields.join(", ")}`);
  return args[field];
}

/** An identity whose every claim is a text that tells which claim it is. */
const marked = (identity, prefix) =>
  new Proxy(identity, {
    get: (target, claim) => (typeof claim !== "string" || claim === "then" ? Reflect.get(target, claim) : `${prefix}${claim}`),
  });

/** Runs the function of a key within a call. `wanted` is the kind that the caller asked for. */
async function dispatch(frame, args, wanted) {
  const registration = procedures.get(frame.key) ?? procedures.get(foldKey(frame.key));
  if (!registration || registration.kind === "declaration") throw new LunoraError("FUNCTION_NOT_FOUND", `no function is named ${frame.key}`);
  if (wanted && registration.kind !== wanted) throw new LunoraError("BAD_REQUEST", `${frame.key} is a ${registration.kind}, not a ${wanted}`);
  if (frame.depth > RUN_DEPTH) throw new LunoraError("RUN_DEPTH_EXCEEDED", `calls are nested more than ${RUN_DEPTH} deep`);
  // Hooks and reactors run outside of row-level security.
  const isGuarded = !registration.form?.startsWith("on");
  const inner = { ...frame, path: [...frame.path, frame.key], kind: registration.kind, isGuarded };
  const opens = registration.kind === "mutation" && !frame.isInTransaction;
  if (!opens) return execute(registration, inner, args);
  return transaction({ ...inner, isInTransaction: true, jobs: [] }, (own) => execute(registration, own, args));
}

/** The end of the last transaction of each shard; the next one waits for it. */
const turns = new Map();

/** One transaction of a shard: any throw rolls back its rows and the jobs that were to be scheduled. */
async function transaction(frame, body) {
  const previous = turns.get(frame.shard);
  let finish;
  turns.set(frame.shard, new Promise((resolve) => (finish = resolve)));
  await previous;
  try {
    return await committed(frame, body);
  } finally {
    finish();
  }
}

async function committed(frame, body) {
  frame.budget.sequence = undefined;
  native.transaction({ shard: frame.shard, action: "begin" });
  try {
    const result = await body(frame);
    native.transaction({ shard: frame.shard, action: "commit" });
    frame.budget.sequence = undefined;
    for (const job of frame.jobs) goOut(job);
    return result;
  } catch (error) {
    native.transaction({ shard: frame.shard, action: "rollback" });
    throw error;
  }
}

/** Runs a function to its end, and what it started without waiting for it. What goes on after a failure finds its database closed. */
async function execute(registration, frame, given) {
  const life = { isOver: false, outer: frame.life };
  try {
    const result = await body(registration, { ...frame, life }, given);
    await idle();
    return result;
  } finally {
    life.isOver = true;
  }
}

async function body(registration, frame, given) {
  const owned = registration.owner ? { ...given, [registration.owner]: frame.identity?.userId } : given;
  const args = registration.takesAnything ? given : parseArguments(registration.args, owned);
  const context = contextOf(frame, registration);
  const step = (position, current) =>
    position < registration.middleware.length
      ? registration.middleware[position]({
          ctx: current,
          args,
          meta: registration.meta,
          next: (extra) => step(position + 1, extra?.ctx ? merged(current, extra.ctx) : current),
        })
      : registration.kind === "stream" ? drained((signal) => registration.handler(current, args, signal)) : registration.handler(current, args);
  const result = await step(0, context);
  return registration.output && registration.kind !== "stream" ? registration.output.parseAt(result, [], true) : result;
}

/** How much of a stream its reader takes before it goes away, which the stream's signal says. */
const ITEMS = 100;

/** What a stream gives until it ends, or its reader has had enough. */
async function drained(begin) {
  const reader = new AbortController();
  const items = [];
  for await (const item of await begin(reader.signal)) {
    if (items.length === ITEMS) break;
    items.push(item);
    if (items.length === ITEMS) reader.abort();
  }
  return items;
}

/** A context with more in it; what refuses to be read stays as it is. */
const merged = (context, extra) =>
  Object.defineProperties({}, { ...Object.getOwnPropertyDescriptors(context), ...Object.getOwnPropertyDescriptors(extra) });

const ABSENT = ["kv", "ai", "topics", "flags", "mail", "notify", "images", "analytics", "pipelines", "r2sql", "containers", "storage", "sql", "browser", "services", "vectors", "cache"];

function contextOf(frame, registration) {
  const canWrite = !["query", "stream"].includes(frame.kind);
  const database = databaseOf(frame);
  const context = {
    auth: authOf(frame.identity),
    now: native.now(),
    ip: "192.0.2.1",
    log,
    metrics: { count() {}, gauge() {}, timing() {}, increment() {} },
    span: (_name, body) => body({ setAttribute() {} }),
    trace: (_name, body) => body({ setAttribute() {} }),
    secrets: {},
    env: {},
    meta: registration.meta,
    db: databaseSurface(database, canWrite),
    orm: ormSurface(database, canWrite),
    runQuery: (target, args) => run(frame, target, args, "query"),
  };
  if (canWrite) {
    context.runMutation = (target, args, options) => run(frame, target, args, "mutation", options);
    context.scheduler = schedulerOf(frame);
    context.workflows = { get: (name) => workflowOf(frame, name) };
    context.queues = queuesOf(frame);
  }
  if (frame.kind === "action") {
    context.runAction = (target, args, options) => run(frame, target, args, "action", options);
    context.fetch = globalThis.fetch;
  }
  for (const name of ABSENT) refuse(context, name, `ctx.${name}`);
  return Object.defineProperty(context, "__restrict", restrictor(database, canWrite));
}

const refuse = (context, name, needs) =>
  Object.defineProperty(context, name, {
    configurable: true,
    get() {
      throw new NotVerifiable(needs);
    },
  });

const authOf = (identity) => ({
  userId: identity?.userId ?? null,
  getIdentity: () => awaitable(identity),
  getUserIdentity: () => awaitable(identity),
});

/** A promise of an identity that also shows its claims itself: code does both, and nothing says which of them is right. */
function awaitable(identity) {
  const promise = Promise.resolve(identity ?? null);
  const get = (target, key) => (key in target ? target[key].bind?.(target) ?? target[key] : identity?.[key]);
  return new Proxy(promise, { get });
}

function databaseOf(frame) {
  const database = new Database({
    schema,
    shard: frame.shard,
    path: frame.path,
    budget: frame.budget,
    defaultContext: () => ({ auth: authOf(frame.identity) }),
    jobs: () => native.pending().map(shownJob),
    life: frame.life,
    isGuarded: frame.isGuarded,
    triggerContext(operation) {
      const nested = this.with({ depth: this.depth + 1, cause: operation, policies: [], isGuarded: false });
      return { db: triggerSurface(nested), scheduler: schedulerOf(frame), now: native.now(), log };
    },
  });
  return database;
}

/** What `rls` calls with the context that it got: a database that shows and takes only what the policies allow. */
const restrictor = (database, canWrite) => ({
  value(context, policies) {
    const decided = policies.map((policy) => ({ ...policy, decide: async (row) => policy.when({ ctx: context, row, doc: row }) }));
    const own = database.with({ policies: [...database.policies, ...decided] });
    const parts = { db: databaseSurface(own, canWrite), orm: ormSurface(own, canWrite) };
    return Object.defineProperty(parts, "__restrict", restrictor(own, canWrite));
  },
});

function run(frame, target, args, wanted, options) {
  const { key, workflow } = targetOf(target);
  if (workflow !== undefined) throw internal("a workflow is started by ctx.workflows");
  const shard = options?.shardKey ?? frame.shard;
  if (shard !== frame.shard && frame.isInTransaction) throw new LunoraError("NESTED_TRANSACTION", "a transaction does not reach another shard");
  return dispatch({ ...frame, key: foldKey(key), shard, depth: frame.depth + 1 }, args ?? {}, wanted);
}

function schedulerOf(frame) {
  const at = async (time, target, args, options) => {
    if (!Number.isFinite(time)) throw new LunoraError("INVALID_INPUT", "the time of a job must be a finite number");
    const named = targetOf(target);
    const job = {
      id: uuid(),
      at: time,
      key: named.workflow === undefined ? foldKey(named.key) : null,
      workflow: named.workflow,
      args: encode(args ?? {}),
      shard: options?.shardKey ?? ROOT,
    };
    return announced(frame, job);
  };
  return {
    runAfter(delay, target, args, options) {
      if (!Number.isFinite(delay) || delay < 0) throw new LunoraError("INVALID_INPUT", "a delay must be a finite number that is not negative");
      return at(native.now() + delay, target, args, options);
    },
    runAt: (time, target, args, options) => at(Number(time), target, args, options),
    cancel: async (id) => announced(frame, { cancel: id }),
    get: async (id) => native.pending().map(shownJob).find((job) => job._id === id) ?? null,
    list: async () => native.pending().map(shownJob),
  };
}

/** A job that waits, as `scheduler.get` and the system table show it. */
const shownJob = ({ id, at, key, args }) => ({ _id: id, id, name: key, args: decode(args), scheduledTime: at, scheduledFor: at, state: { kind: "pending" } });

/** In a transaction a job, or the end of one, waits for the commit, else it goes out at once. */
function announced(frame, job) {
  if (frame.isInTransaction) frame.jobs.push(job);
  else goOut(job);
  return job.id;
}

function goOut(job) {
  if ("cancel" in job) native.cancel(job.cancel);
  else native.schedule(job);
}

function workflowOf(frame, name) {
  const create = async (options) => {
    const job = { id: uuid(), at: native.now(), key: null, workflow: name, args: encode(options?.params ?? {}), shard: ROOT };
    return { id: announced(frame, job) };
  };
  const unsupported = () => {
    throw new Unsupported("running workflows");
  };
  return { create, createBatch: (list) => Promise.all(list.map(create)), get: unsupported, sendEvent: unsupported };
}

function queuesOf(frame) {
  const send = (queue) => async (body) => {
    announced(frame, { id: uuid(), at: native.now(), key: null, workflow: `queue ${queue}`, args: encode(body ?? null), shard: ROOT });
  };
  const get = (_target, queue) =>
    typeof queue === "string" ? { send: send(queue), sendBatch: async (bodies) => Promise.all(bodies.map(send(queue))) } : undefined;
  return new Proxy({}, { get });
}
