import { defineSchema, defineTable, v } from "@lunora/server";

export const schema = defineSchema({
    users: defineTable({
        handle: v.string().unique(),
        name: v.string(),
    }).relations((r) => ({
        alerts: r.many("alerts", { field: "recipientHandle", references: "handle" }),
    })),

    docks: defineTable({
        name: v.string(),
        region: v.string(),
        harbourCode: v.string(),
        managerId: v.id("users"),
    })
        .index("by_region_zone", ["region", "zone"])
        .index("by_harbour", ["harbourCode"])
        .relations((r) => ({
            harbour: r.one("harbours", { field: "harbourCode", references: "code" }),
        })),

    berths: defineTable({
        dockId: v.id("docks"),
        code: v.string(),
        lengthM: v.number(),
        status: v.string(),
    })
        .index("by_dock", ["dockId"])
        .index("by_dock_status", ["dockId", "status"]),

    boats: defineTable({
        ownerId: v.id("users"),
        ownerHandle: v.string(),
        homeBerthId: v.id("berths"),
        name: v.string(),
        registration: v.string(),
    })
        .index("by_owner", ["ownerId"])
        .index("by_skipper", ["ownerId"])
        .index("by_owner_handle", ["ownerHandle"])
        .relations((r) => ({
            home: r.one("berths", { field: "homeBerthId" }),
            skipper: r.one("users", { field: "ownerHandle", references: "nickname" }),
        })),

    contracts: defineTable({
        boatId: v.id("boats"),
        lastInvoiceId: v.id("invoices"),
        startsOn: v.string(),
    })
        .index("by_boat", ["boatId"])
        .index("by_last_invoice", ["lastInvoiceId"]),

    invoices: defineTable({
        contractId: v.id("contracts"),
        amountCents: v.number().int(),
        dueAt: v.number(),
        state: v.union(v.literal("open"), v.literal("paid"), v.literal("void")),
    })
        .index("by_contract", ["contractId"])
        .index("by_due", ["dueAt"]),

    alerts: defineTable({
        recipientHandle: v.string(),
        body: v.string(),
        seen: v.boolean(),
    }).index("by_none", []),

    tariffs: defineTable({
        band: v.string(),
        centsPerMetre: v.number(),
    }).index("by_band", ["band"]),

    tides: defineTable({
        stationCode: v.string(),
        heightCm: v.number(),
    }).index("by_station", ["stationCode"]),
});

export default schema;
