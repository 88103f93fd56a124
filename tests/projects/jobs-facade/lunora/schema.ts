import { defineSchema, defineTable, v } from "@lunora/server";
import { jobStatus, stage } from "./shared/validators";

export default defineSchema({
  companies: defineTable({
    name: v.string(),
    domain: v.string().unique(),
    size: v.number(),
    region: v.string(),
  }).index("by_region_size", ["region", "size"]),

  jobs: defineTable({
    companyId: v.id("companies"),
    slug: v.string(),
    title: v.string(),
    reference: v.string(),
    city: v.string(),
    level: v.string(),
    remote: v.boolean(),
    status: jobStatus,
    postedAt: v.number(),
    details: v.object({ salary: v.number(), currency: v.string() }),
  })
    .index("by_company", ["companyId"])
    .index("by_slug", ["slug"], { unique: true })
    .index("by_status_posted", ["status", "postedAt"])
    .index("by_city_level", ["city", "level"])
    .relations((r) => ({ company: r.one("companies", { field: "companyId" }) })),

  candidates: defineTable({
    email: v.string(),
    name: v.string(),
    referrerId: v.optional(v.id("candidates")),
  }).index("by_email", ["email"], { unique: true }),

  applications: defineTable({
    jobId: v.id("jobs"),
    candidateId: v.id("candidates"),
    stage,
    score: v.number().nullable(),
    source: v.string(),
  })
    .index("by_job_stage", ["jobId", "stage"])
    .index("by_candidate", ["candidateId"]),

  savedSearches: defineTable({
    candidateId: v.id("candidates"),
    city: v.string(),
    lastRunAt: v.number(),
  }).index("by_candidate_city", ["candidateId", "city"]),

  plans: defineTable({
    code: v.string().unique(),
    seats: v.number(),
    retired: v.boolean(),
  }).global(),

  subscriptions: defineTable({
    companyId: v.id("companies"),
    planId: v.id("plans"),
    endsAt: v.number(),
  })
    .global()
    .index("by_company", ["companyId"]),
});
