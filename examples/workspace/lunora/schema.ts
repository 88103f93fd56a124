import { defineSchema, defineTable, v } from "lunorash/server";
import { auditExtension } from "./audit/extension.js";
import { timestamps } from "./lib/fields.js";
import {
    jobKind,
    longText,
    memberRole,
    planName,
    projectStatus,
    taskPriority,
    taskStatus,
    title,
    userRole,
} from "./lib/validators.js";
import { taskTriggers } from "./tasks/lib/triggers.js";

export const schema = defineSchema({
    // People and workspaces: global

    users: defineTable({
        email: v.string().email().unique(),
        name: v.string(),
        image: v.string().nullable().default(null),
        role: userRole,
        lastSeenAt: v.timestamp().nullable().default(null),
    })
        .global()
        .externallyManaged()
        .index("by_role", ["role"]),

    sessions: defineTable({
        userId: v.id("users"),
        token: v.string().unique(),
        expiresAt: v.timestamp(),
    })
        .global()
        .index("by_user", ["userId"])
        .externallyManaged(),

    workspaces: defineTable({
        slug: v.string().unique(),
        name: title,
        ownerId: v.id("users"),
        plan: planName,
        archivedAt: v.timestamp().nullable().default(null),
        ...timestamps,
    })
        .index("by_owner", ["ownerId"])
        .index("by_plan_created", ["plan", "createdAt"])
        .global(),

    members: defineTable({
        workspaceId: v.id("workspaces"),
        userId: v.id("users"),
        role: memberRole,
        joinedAt: v.timestamp(),
    })
        .global()
        .index("by_workspace_user", ["workspaceId", "userId"], { unique: true })
        .index("by_user", ["userId"])
        .relations((r) => ({
            user: r.one("users", { field: "userId" }),
            workspace: r.one("workspaces", { field: "workspaceId", onDelete: "cascade" }),
        })),

    invites: defineTable({
        workspaceId: v.id("workspaces"),
        email: v.string().email(),
        role: memberRole,
        token: v.string().unique(),
        invitedBy: v.id("users"),
        expiresAt: v.timestamp(),
        acceptedAt: v.timestamp().nullable().default(null),
    })
        .global()
        .index("by_workspace", ["workspaceId"]),

    // Inside a workspace: one shard each

    projects: defineTable({
        workspaceId: v.id("workspaces"),
        key: v.string().min(2).max(6),
        name: title,
        leadId: v.id("users"),
        status: projectStatus,
        ...timestamps,
    })
        .shardBy("workspaceId")
        .index("by_workspace_status", ["workspaceId", "status"])
        .index("by_lead", ["leadId"]),

    labels: defineTable({
        workspaceId: v.id("workspaces"),
        name: v.string().max(40),
        color: v.string().length(7),
    })
        .shardBy("workspaceId")
        .index("by_workspace_name", ["workspaceId", "name"], { unique: true }),

    tasks: defineTable({
        workspaceId: v.id("workspaces"),
        projectId: v.id("projects"),
        title,
        body: longText,
        status: taskStatus,
        priority: taskPriority,
        reporterId: v.id("users"),
        assigneeId: v.id("users").nullable().default(null),
        parentId: v.optional(v.id("tasks")),
        labelIds: v.array(v.id("labels")),
        dueAt: v.timestamp().nullable().default(null),
        position: v.number(),
        ...timestamps,
    })
        .shardBy("workspaceId")
        .index("by_project_status_position", ["projectId", "status", "position"])
        .index("by_assignee_status", ["assigneeId", "status"])
        .index("by_parent", ["parentId"])
        .index("by_due", ["dueAt"])
        .searchIndex("search_title", { field: "title", filterFields: ["projectId", "status"] })
        .relations((r) => {
            return {
                project: r.one("projects", { field: "projectId", onDelete: "cascade" }),
                subtasks: r.many("tasks", { field: "parentId" }),
                comments: r.many("comments", { field: "taskId" }),
            };
        })
        .triggers((t) => taskTriggers(t)),

    taskWatchers: defineTable({
        workspaceId: v.id("workspaces"),
        taskId: v.id("tasks"),
        userId: v.id("users"),
    })
        .shardBy("workspaceId")
        .index("by_task_user", ["taskId", "userId"], { unique: true })
        .index("by_user", ["userId"]),

    activity: defineTable({
        workspaceId: v.id("workspaces"),
        taskId: v.id("tasks"),
        actorId: v.id("users").nullable().default(null),
        kind: v.string(),
        at: v.timestamp(),
    })
        .shardBy("workspaceId")
        .index("by_task_at", ["taskId", "at"])
        .index("by_actor", ["actorId"]),

    comments: defineTable({
        workspaceId: v.id("workspaces"),
        taskId: v.id("tasks"),
        authorId: v.id("users"),
        body: longText,
        ...timestamps,
    })
        .shardBy("workspaceId")
        .index("by_task", ["taskId"])
        .index("task_id", ["taskId"])
        .index("by_author", ["authorId"])
        .relations((r) => ({
            task: r.one("tasks", { field: "taskId", onDelete: "cascade" }),
            author: r.one("users", { field: "authorId" }),
        })),

    docs: defineTable({
        workspaceId: v.id("workspaces"),
        projectId: v.optional(v.id("projects")),
        authorId: v.id("users"),
        title,
        body: longText,
        ...timestamps,
    })
        .softDelete()
        .shardBy("workspaceId")
        .index("by_project_updated", ["projectId", "updatedAt"])
        .index("by_author", ["authorId"]),

    timeEntries: defineTable({
        workspaceId: v.id("workspaces"),
        taskId: v.id("tasks"),
        userId: v.id("users"),
        startedAt: v.timestamp(),
        endedAt: v.timestamp().nullable().default(null),
        minutes: v.number().int().default(0),
        billable: v.boolean(),
    })
        .shardBy("workspaceId")
        .index("by_user_started", ["userId", "startedAt"])
        .index("by_user_ended", ["userId", "endedAt"])
        .index("by_task", ["taskId"])
        .aggregateIndex("minutes_by_task", { op: "sum", field: "minutes", by: ["taskId"] }),

    notifications: defineTable({
        workspaceId: v.id("workspaces"),
        userId: v.id("users"),
        taskId: v.optional(v.id("tasks")),
        text: v.string().max(300),
        readAt: v.timestamp().nullable().default(null),
    })
        .shardBy("workspaceId")
        .index("by_user_read", ["userId", "readAt"]),

    // Operations: root

    jobs: defineTable({
        kind: jobKind,
        payload: v.string(),
        status: v.union(v.literal("queued"), v.literal("failed")),
        runAt: v.timestamp(),
        attempts: v.number().int().default(0),
    }).index("by_status_run", ["status", "runAt"]),

    webhookEvents: defineTable({
        provider: v.string(),
        eventId: v.string().unique(),
        body: v.string(),
        receivedAt: v.timestamp(),
        processedAt: v.timestamp().nullable().default(null),
    }).index("by_processed", ["processedAt", "receivedAt"]),

    exports: defineTable({
        workspaceId: v.id("workspaces"),
        requestedBy: v.id("users"),
        requestedAt: v.timestamp(),
        status: v.union(v.literal("waiting"), v.literal("ready")),
        file: v.optional(v.storage()),
    })
        .index("by_workspace_requested", ["workspaceId", "requestedAt"])
        .index("by_requester", ["requestedBy"]),

    announcements: defineTable({
        audience: planName,
        title,
        body: longText,
        publishedAt: v.timestamp(),
    }).index("by_audience_published", ["audience", "publishedAt"]),
}).extend(auditExtension);

export default schema;
