import { v } from "lunorash/server";

export const cover = v.optional(v.object({ uploader: v.id("users"), file: v.storage() }));
