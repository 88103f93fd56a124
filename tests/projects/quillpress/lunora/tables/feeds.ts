import { defineTable, v } from "@lunora/server";
import { carrierConfig } from "../lib/carriers";

const pg = { binding: "PG" };
const scopedPg = { ...pg, tenantBy: (key: string) => [key] };
const MODE = "incremental";

const row = { tenant: v.string(), name: v.string(), updatedAt: v.number() };

export const tables = {
  vendors: defineTable(row).shardBy("tenant").source({ ...pg, query: "select * from vendors", tenantBy: undefined }),
  invoices: defineTable({ ...row }).shardBy("tenant").source({ ...scopedPg, query: "select * from invoices where tenant = $1" }),
  rates: defineTable({ ...row }).source({ ...pg, query: "select * from rates", mode: MODE, cursor: "updatedAt" }),
  stock: defineTable({ ...row }).source({ ...pg, query: "select * from stock", mode: "incremental", cursor: "updatedAt", reconcileEveryMs: 0 }),
  batches: defineTable({ ...row, goneAt: v.number().nullable() }).source({ ...pg, query: "select * from batches", mode: "incremental", cursor: "updatedAt", softDeleteColumn: "goneAt" }),
  depots: defineTable({ ...row }).global().source({ ...pg, query: "select * from depots" }),
  carriers: defineTable({ ...row }).shardBy("tenant").source(carrierConfig()),
  parcels: defineTable({ ...row }).shardBy("tenant").source({ ...pg, query: "select * from parcels" }),
};
