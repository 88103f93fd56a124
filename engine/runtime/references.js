import { NotVerifiable } from "lunora:runtime/errors.js";

const PATH = Symbol("reference");

/** A reference to a function: any chain of names. It isn't checked until something is called through it. */
function reference(path) {
  const get = (_target, key) => {
    if (key === PATH) return path;
    if (typeof key === "symbol" || key === "then") return undefined;
    return reference([...path, key]);
  };
  const apply = () => {
    throw new NotVerifiable(`a call of the reference ${path.join(".")}`);
  };
  return new Proxy(function reference() {}, { get, apply });
}

/** The root of all references. */
export const anyApi = reference([]);
export const createApi = () => anyApi;

/** The key of a target (`care_visits:book`), or the name of a workflow or agent. */
export function targetOf(target) {
  if (typeof target === "string") return { key: target };
  const path = target?.[PATH];
  if (Array.isArray(path) && path.length > 1) {
    if (path[0] === "workflows" || path[0] === "agents") return { workflow: path.slice(1).join(".") };
    return { key: `${path.slice(0, -1).join("_")}:${path.at(-1)}` };
  }
  const workflow = target?.__lunora?.workflow;
  return workflow === undefined ? { key: String(path ?? target) } : { workflow };
}

/** A key as functions are registered: folders folded into one name. */
export const foldKey = (key) => {
  const at = key.lastIndexOf(":");
  return at < 0 ? key : `${key.slice(0, at).replace(/[^A-Za-z0-9]/g, "_")}${key.slice(at)}`;
};
