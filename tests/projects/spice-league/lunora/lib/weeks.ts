import { v } from "@lunora/server";

export const weeks = {
  w01: v.optional(v.number()), w02: v.optional(v.number()), w03: v.optional(v.number()), w04: v.optional(v.number()), w05: v.optional(v.number()),
  w06: v.optional(v.number()), w07: v.optional(v.number()), w08: v.optional(v.number()), w09: v.optional(v.number()), w10: v.optional(v.number()),
  w11: v.optional(v.number()), w12: v.optional(v.number()), w13: v.optional(v.number()), w14: v.optional(v.number()), w15: v.optional(v.number()),
  w16: v.optional(v.number()), w17: v.optional(v.number()), w18: v.optional(v.number()), w19: v.optional(v.number()), w20: v.optional(v.number()),
  w21: v.optional(v.number()), w22: v.optional(v.number()), w23: v.optional(v.number()), w24: v.optional(v.number()), w25: v.optional(v.number()),
  w26: v.optional(v.number()), w27: v.optional(v.number()), w28: v.optional(v.number()), w29: v.optional(v.number()), w30: v.optional(v.number()),
  w31: v.optional(v.number()), w32: v.optional(v.number()), w33: v.optional(v.number()), w34: v.optional(v.number()), w35: v.optional(v.number()),
  w36: v.optional(v.number()), w37: v.optional(v.number()), w38: v.optional(v.number()), w39: v.optional(v.number()), w40: v.optional(v.number()),
  w41: v.optional(v.number()), w42: v.optional(v.number()), w43: v.optional(v.number()), w44: v.optional(v.number()), w45: v.optional(v.number()),
  w46: v.optional(v.number()), w47: v.optional(v.number()), w48: v.optional(v.number()), w49: v.optional(v.number()), w50: v.optional(v.number()),
  w51: v.optional(v.number()), w52: v.optional(v.number()), w53: v.optional(v.number()), w54: v.optional(v.number()), w55: v.optional(v.number()),
  w56: v.optional(v.number()), w57: v.optional(v.number()), w58: v.optional(v.number()), w59: v.optional(v.number()), w60: v.optional(v.number()),
  w61: v.optional(v.number()), w62: v.optional(v.number()), w63: v.optional(v.number()), w64: v.optional(v.number()), w65: v.optional(v.number()),
  w66: v.optional(v.number()), w67: v.optional(v.number()), w68: v.optional(v.number()), w69: v.optional(v.number()), w70: v.optional(v.number()),
  w71: v.optional(v.number()), w72: v.optional(v.number()), w73: v.optional(v.number()), w74: v.optional(v.number()), w75: v.optional(v.number()),
  w76: v.optional(v.number()), w77: v.optional(v.number()), w78: v.optional(v.number()), w79: v.optional(v.number()), w80: v.optional(v.number()),
  w81: v.optional(v.number()), w82: v.optional(v.number()), w83: v.optional(v.number()), w84: v.optional(v.number()), w85: v.optional(v.number()),
};
