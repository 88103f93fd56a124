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

/** What a package exports under a name; something that says what is missing if it doesn't. */
export const provide = (name, specifier) => (key) => {
  const found = PACKAGES[name];
  if (found && Object.hasOwn(found, key)) return found[key];
  return absent(key === "default" ? specifier : `\`${key}\` of ${specifier}`);
};

/** The names that a package exports. */
export const namesOf = (name) => Object.keys(PACKAGES[name] ?? {});
