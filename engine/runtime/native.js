// The host's functions. The host puts them on the global object for this one read, so that user code never sees them.
const host = globalThis.__lunoraHost;
delete globalThis.__lunoraHost;

/** How this run behaves where releases of Lunora differ, and what the call may do. */
export const switches = JSON.parse(host.switches);

const invoke = (name, request) => {
  const answer = JSON.parse(host[name](JSON.stringify(request)));
  if (answer.error) throw native.fail(answer.error);
  return answer.ok;
};

export const native = {
  /** Makes the error that an answer of the host stands for; set by `errors.js`. */
  fail: (error) => new Error(error.message),
  select: (request) => invoke("select", request),
  aggregate: (request) => invoke("aggregate", request),
  fetch: (request) => invoke("fetch", request),
  insert: (request) => invoke("insert", request),
  update: (request) => invoke("update", request),
  remove: (request) => invoke("remove", request),
  transaction: (request) => invoke("transaction", request),
  /** The next commit sequence of a shard. */
  sequence: (shard) => host.sequence(shard),
  schedule: (request) => invoke("schedule", request),
  /** The jobs that wait, those of this call included. */
  pending: () => JSON.parse(host.pending()),
  cancel: (id) => host.cancel(String(id)),
  /** Opens an entry of the trace and returns its number. */
  begin: (entry) => host.begin(JSON.stringify(entry)),
  /** Says what an operation gave back, once it is known. */
  end: (operation, rowsReturned) => host.end(operation, rowsReturned),
  log: (level, text) => host.log(level, text),
  /** A value as JSON; nothing if it holds what JSON does not know. */
  plainText: (value) => host.plainText(value),
  /** Milliseconds since the epoch, by the virtual clock. */
  now: () => host.now(),
  /** Moves the virtual clock forward. */
  advance: (milliseconds) => host.advance(milliseconds),
  /** A number in [0, 1) from the run's seed. */
  random: () => host.random(),
  /** What `require(specifier)` names in a file of a package. */
  findRequired: (importer, specifier) => JSON.parse(host.findRequired(importer, specifier)),
  /** A script of a package as a function. */
  compileScript: (name) => host.compileScript(name),
  /** The text of a file of a package. */
  readData: (name) => host.readData(name),
  /** The parts of an address; `undefined` if it is none. */
  parseUrl: (text, base) => JSON.parse(host.parseUrl(String(text).toWellFormed(), base === undefined ? undefined : String(base).toWellFormed()) ?? "null"),
  /** The parts of an address with one of them changed. */
  changeUrl: (href, part, value) => JSON.parse(host.changeUrl(href, part, value.toWellFormed())),
  /** The order of two texts in a language; nothing if the language is not known. */
  collate: (left, right, locale, sensitivity, isNumeric) => host.collate(left, right, locale, sensitivity, isNumeric),
  /** The text of bytes; `undefined` if they are no UTF-8 and that matters. */
  decodeText: (bytes, isFatal) => host.decodeText(Array.from(bytes), isFatal),
  digest: (algorithm, bytes) => host.digest(algorithm, bytes),
  hmac: (algorithm, key, bytes) => host.hmac(algorithm, key, bytes),
  base64Encode: (bytes) => host.base64Encode(bytes),
  base64Decode: (text) => host.base64Decode(text),
};

/** A version 4 UUID from the run's seed. */
export function uuid() {
  const hex = Array.from({ length: 32 }, () => Math.floor(native.random() * 16));
  hex[12] = 4;
  hex[16] = 8 + (hex[16] % 4);
  const text = hex.map((digit) => digit.toString(16)).join("");
  return `${text.slice(0, 8)}-${text.slice(8, 12)}-${text.slice(12, 16)}-${text.slice(16, 20)}-${text.slice(20)}`;
}
