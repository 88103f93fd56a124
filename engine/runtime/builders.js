import { NotVerifiable } from "lunora:runtime/errors.js";
import { isValidator, v } from "lunora:runtime/validators.js";

const PROCEDURE = Symbol("procedure");

/** What a value registers when it is exported; `undefined` for plain values. */
export const registrationOf = (value) =>
  (typeof value === "object" || typeof value === "function") && value !== null ? value[PROCEDURE] : undefined;

/** Marks a declaration. `registration` says what it is and what runs. */
export const declare = (registration, extra = {}) => ({ ...extra, [PROCEDURE]: registration });

const shapeOf = (args) => {
  if (args === undefined) return {};
  return isValidator(args) ? (args.state.shape ?? {}) : args;
};

const procedure = (steps, kind, handler, positional) =>
  declare({
    kind,
    visibility: steps.visibility,
    args: steps.args,
    output: steps.output,
    middleware: steps.middleware,
    meta: steps.meta,
    handler: positional ? handler : (ctx, args, signal) => handler(signal ? { ctx, args, signal } : { ctx, args }),
  });

function objectForm(steps, kind, options) {
  const own = {
    ...steps,
    args: { ...steps.args, ...shapeOf(options.args ?? options.input) },
    output: options.output ?? options.returns ?? steps.output,
  };
  return procedure(own, kind, options.handler, true);
}

/** A builder: callable (the object form), with chain steps that give new builders and terminals that give procedures. */
function builder(kind, steps) {
  const more = (changes) => builder(kind, { ...steps, ...changes });
  const terminal = (terminalKind) => (handler) => procedure(steps, terminalKind, handler, false);
  return Object.assign((options) => (typeof options === "function" ? procedure(steps, kind, options, true) : objectForm(steps, kind, options)), {
    input: (args) => more({ args: { ...steps.args, ...shapeOf(args) } }),
    output: (output) => more({ output }),
    use: (middleware) => more({ middleware: [...steps.middleware, middleware] }),
    meta: (meta) => more({ meta: { ...steps.meta, ...meta } }),
    expose: () => more({}),
    x402: () => more({}),
    query: terminal("query"),
    mutation: terminal("mutation"),
    action: terminal("action"),
    stream: terminal("stream"),
  });
}

const root = (kind, visibility) => builder(kind, { visibility, args: {}, middleware: [], meta: {} });

export const query = root("query", "public");
export const mutation = root("mutation", "public");
export const action = root("action", "public");
export const internalQuery = root("query", "internal");
export const internalMutation = root("mutation", "internal");
export const internalAction = root("action", "internal");

/** The server half of a mutator, registered as a public mutation. */
export const defineMutator = (options) =>
  declare({
    kind: "mutation",
    form: "mutator",
    visibility: "public",
    args: shapeOf(options.args),
    owner: options.owner,
    middleware: [],
    meta: {},
    handler: options.server,
  });

const roots = { query, mutation, action, internalQuery, internalMutation, internalAction, defineMutator };

/** The builders of a project that binds them itself. */
export const initLunora = {
  dataModel: () => initLunora,
  context: () => initLunora,
  meta: () => initLunora,
  create: () => ({ ...roots, definePolicy, definePolicies, v }),
};

export const definePolicy = (policy) => policy;
export const definePolicies = (policies) => policies;
export const defineRole = (role) => role;
export const definePermission = (permission) => permission;
export const allowAll = () => true;
export const deny = () => false;

/** Restricts the database of what follows to the rows that the policies allow. */
export const rls =
  (policies) =>
  ({ ctx, next }) => {
    const list = Array.isArray(policies) ? policies : Object.values(policies).flat();
    if (!ctx.__restrict) throw new NotVerifiable("a context that was not copied before rls(…)");
    return next({ ctx: ctx.__restrict(ctx, list) });
  };

/** Runs several middleware as one. */
export const composePluginMiddleware =
  (parts) =>
  ({ ctx, args, next }) => {
    const step = (position, current) =>
      position < parts.length
        ? parts[position]({ ctx: current, args, next: (extra) => step(position + 1, { ...current, ...extra?.ctx }) })
        : next({ ctx: current });
    return step(0, ctx);
  };

/** A limiter that never limits: what a call does within its budget is what is measured. */
export const rateLimit =
  () =>
  ({ next }) =>
    next();

const unavailable = (what) => () => () => {
  throw new NotVerifiable(what);
};

export const mask = unavailable("mask(…)");
export const storageRules = unavailable("storageRules(…)");
export const protectPublic = () => ({ next }) => next();
