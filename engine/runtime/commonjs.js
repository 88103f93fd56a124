import { native } from "lunora:runtime/native.js";
import { NotVerifiable } from "lunora:runtime/errors.js";
import { provided } from "lunora:runtime/packages.js";

/** Scripts and data that were asked for, as `module` objects. */
const loaded = new Map();

/** What `module.exports` of a file of a package holds. The file runs when it is first asked for. */
export function exportsOf(name, isData = false) {
  const known = loaded.get(name);
  if (known) return known.exports;
  const module = { exports: {}, id: name, filename: name, loaded: false, children: [] };
  loaded.set(name, module);
  try {
    if (isData || name.endsWith(".json")) module.exports = JSON.parse(native.readData(name));
    else run(name, module);
  } catch (error) {
    loaded.delete(name);
    throw error;
  }
  module.loaded = true;
  return module.exports;
}

function run(name, module) {
  const require = (specifier) => required(name, String(specifier));
  native.compileScript(name).call(module.exports, module.exports, require, module, name, name.slice(0, name.lastIndexOf("/")));
}

function required(importer, specifier) {
  const found = native.findRequired(importer, specifier);
  switch (found.kind) {
    case "script":
    case "data":
      return exportsOf(found.name, found.kind === "data");
    case "provided":
      return provided(found.name);
    case "empty":
      return {};
    default:
      throw new NotVerifiable(`${specifier} as a script, which is a module`);
  }
}

/** What a module gets from a script under a name, as bundlers see it. */
export const imported = (name, isNode) => {
  const whole = exportsOf(name);
  const hasDefault = !isNode && whole?.__esModule && "default" in whole;
  return (key) => (key === "default" && !hasDefault ? whole : whole?.[key]);
};

/** The names under which a script exports something. */
export const namesOfScript = (name) => {
  const whole = exportsOf(name);
  const isHolder = (typeof whole === "object" || typeof whole === "function") && whole !== null;
  const names = isHolder ? Object.keys(whole) : [];
  return [...new Set([...names, "default"])];
};
