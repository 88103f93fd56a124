import { v } from "lunorash/server";

export const SPRING = {
  s01: v.optional(v.number()), s02: v.optional(v.number()), s03: v.optional(v.number()), s04: v.optional(v.number()),
  s05: v.optional(v.number()), s06: v.optional(v.number()), s07: v.optional(v.number()), s08: v.optional(v.number()),
  s09: v.optional(v.number()), s10: v.optional(v.number()), s11: v.optional(v.number()), s12: v.optional(v.number()),
  s13: v.optional(v.number()), s14: v.optional(v.number()), s15: v.optional(v.number()), s16: v.optional(v.number()),
  s17: v.optional(v.number()), s18: v.optional(v.number()), s19: v.optional(v.number()), s20: v.optional(v.number()),
  s21: v.optional(v.number()), s22: v.optional(v.number()), s23: v.optional(v.number()), s24: v.optional(v.number()),
  s25: v.optional(v.number()), s26: v.optional(v.number()), s27: v.optional(v.number()), s28: v.optional(v.number()),
  s29: v.optional(v.number()), s30: v.optional(v.number()), s31: v.optional(v.number()), s32: v.optional(v.number()),
  s33: v.optional(v.number()), s34: v.optional(v.number()), s35: v.optional(v.number()), s36: v.optional(v.number()),
  s37: v.optional(v.number()), s38: v.optional(v.number()), s39: v.optional(v.number()), s40: v.optional(v.number()),
  s41: v.optional(v.number()), s42: v.optional(v.number()), s43: v.optional(v.number()), s44: v.optional(v.number()),
} as const;

export const AUTUMN = {
  a01: v.optional(v.number()), a02: v.optional(v.number()), a03: v.optional(v.number()), a04: v.optional(v.number()),
  a05: v.optional(v.number()), a06: v.optional(v.number()), a07: v.optional(v.number()), a08: v.optional(v.number()),
  a09: v.optional(v.number()), a10: v.optional(v.number()), a11: v.optional(v.number()), a12: v.optional(v.number()),
  a13: v.optional(v.number()), a14: v.optional(v.number()), a15: v.optional(v.number()), a16: v.optional(v.number()),
  a17: v.optional(v.number()), a18: v.optional(v.number()), a19: v.optional(v.number()), a20: v.optional(v.number()),
  a21: v.optional(v.number()), a22: v.optional(v.number()), a23: v.optional(v.number()), a24: v.optional(v.number()),
  a25: v.optional(v.number()), a26: v.optional(v.number()), a27: v.optional(v.number()), a28: v.optional(v.number()),
  a29: v.optional(v.number()), a30: v.optional(v.number()), a31: v.optional(v.number()), a32: v.optional(v.number()),
  a33: v.optional(v.number()), a34: v.optional(v.number()), a35: v.optional(v.number()), a36: v.optional(v.number()),
  a37: v.optional(v.number()), a38: v.optional(v.number()), a39: v.optional(v.number()), a40: v.optional(v.number()),
  a41: v.optional(v.number()), a42: v.optional(v.number()), a43: v.optional(v.number()), a44: v.optional(v.number()),
} as const;
