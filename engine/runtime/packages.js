import * as builders from "lunora:runtime/builders.js";
import * as declarations from "lunora:runtime/declarations.js";
import * as errors from "lunora:runtime/errors.js";
import * as references from "lunora:runtime/references.js";
import * as schema from "lunora:runtime/schema.js";
import { v } from "lunora:runtime/validators.js";

const { LunoraError, ConflictError, absent } = errors;
const { anyApi, createApi } = references;

const server = { ...builders, ...declarations, ...schema, v, LunoraError, ConflictError, anyApi, createApi };
for (const name of ["registrationOf", "declare", "isSchema", "describeSchema"]) delete server[name];

const generated = { ...server, api: anyApi, internal: anyApi };

const PACKAGES = {
  server,
  errors: { LunoraError, ConflictError },
  scheduler: { cronJobs: declarations.cronJobs },
  workflow: { defineWorkflow: declarations.defineWorkflow },
  queue: {
    defineQueue: declarations.defineQueue,
    defineTopic: declarations.defineTopic,
    defineSubscription: declarations.defineSubscription,
  },
  agent: { defineAgent: declarations.defineAgent },
  ratelimit: { rateLimit: builders.rateLimit },
  "_generated/server": generated,
  "_generated/api": { api: anyApi, internal: anyApi, anyApi },
  "_generated/internal": { internal: anyApi },
  "_generated/dataModel": {},
};

const ABSENT = "absent:";

/** What a package exports under a name; something that says what is missing if it doesn't. `absent:X` provides nothing: X is needed. */
export const provide = (name) => (key) => {
  const found = PACKAGES[name];
  if (found && Object.hasOwn(found, key)) return found[key];
  const needs = name.startsWith(ABSENT) ? name.slice(ABSENT.length) : name;
  return absent(key === "default" ? needs : `\`${key}\` of ${needs}`);
};

/** All that a package exports. */
export const provided = (name) => PACKAGES[name] ?? provide(name)("default");

/** The names that each package exports. */
export const namesOfAll = () => JSON.stringify(Object.fromEntries(Object.entries(PACKAGES).map(([name, exported]) => [name, Object.keys(exported)])));
