import { native, uuid } from "lunora:runtime/native.js";
import { NotVerifiable } from "lunora:runtime/errors.js";

const bytesOf = (data) => {
  if (data instanceof ArrayBuffer) return new Uint8Array(data);
  if (ArrayBuffer.isView(data)) return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  throw new TypeError("the data must be an ArrayBuffer or a view of one");
};

const nameOf = (algorithm) => String(typeof algorithm === "string" ? algorithm : algorithm?.name).toUpperCase();

const computed = (name, hash, ...parts) => {
  const bytes = native[name](hash, ...parts.map((part) => Array.from(part)));
  if (!bytes) throw new NotVerifiable(`crypto.subtle with ${hash}`);
  return new Uint8Array(bytes);
};

/** A key for authentication codes; other kinds are not here. */
class CryptoKey {
  constructor(bytes, hash, extractable, usages) {
    Object.assign(this, { type: "secret", extractable, usages, algorithm: { name: "HMAC", hash: { name: hash }, length: bytes.length * 8 } });
    Object.defineProperty(this, "bytes", { value: bytes });
  }
}

const requireHmac = (algorithm, key) => {
  if (nameOf(algorithm) !== "HMAC" || !(key instanceof CryptoKey)) throw new NotVerifiable(`crypto.subtle with ${nameOf(algorithm)}`);
};
const isSame = (left, right) => left.length === right.length && left.every((byte, at) => byte === right[at]);

const subtle = {
  digest: async (algorithm, data) => computed("digest", nameOf(algorithm), bytesOf(data)).buffer,
  async importKey(format, data, algorithm, extractable, usages) {
    if (format !== "raw" || nameOf(algorithm) !== "HMAC") throw new NotVerifiable(`crypto.subtle.importKey of ${format} for ${nameOf(algorithm)}`);
    return new CryptoKey(bytesOf(data).slice(), nameOf(algorithm.hash), extractable, usages);
  },
  async sign(algorithm, key, data) {
    requireHmac(algorithm, key);
    return computed("hmac", key.algorithm.hash.name, key.bytes, bytesOf(data)).buffer;
  },
  async verify(algorithm, key, signature, data) {
    requireHmac(algorithm, key);
    return isSame(computed("hmac", key.algorithm.hash.name, key.bytes, bytesOf(data)), bytesOf(signature));
  },
  timingSafeEqual: (left, right) => isSame(bytesOf(left), bytesOf(right)),
};

/** Randomness from the run's seed, digests, and authentication codes. */
export const crypto = {
  randomUUID: uuid,
  getRandomValues(array) {
    const bytes = bytesOf(array);
    for (let index = 0; index < bytes.length; index++) bytes[index] = Math.floor(native.random() * 256);
    return array;
  },
  subtle: new Proxy(subtle, {
    get(target, name) {
      if (typeof name === "symbol" || name in target) return target[name];
      throw new NotVerifiable(`crypto.subtle.${name}`);
    },
  }),
};
