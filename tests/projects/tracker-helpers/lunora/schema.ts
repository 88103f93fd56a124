import { defineSchema, defineTable, v } from '@lunora/server';

const schema = defineSchema({
    projects: defineTable({
        key: v.string(),
        name: v.string(),
        leadId: v.optional(v.id('members')),
    }).index('by_key', ['key'], { unique: true }),

    members: defineTable({
        userId: v.string(),
        email: v.string(),
        displayName: v.string(),
    }).index('by_user', ['userId'], { unique: true }),

    memberships: defineTable({
        projectId: v.id('projects'),
        memberId: v.id('members'),
        level: v.number(),
    })
        .index('by_project_member', ['projectId', 'memberId'], { unique: true })
        .index('by_member', ['memberId']),

    tasks: defineTable({
        projectId: v.id('projects'),
        parentId: v.optional(v.id('tasks')),
        assigneeId: v.optional(v.id('members')),
        title: v.string(),
        status: v.string(),
        externalKey: v.optional(v.string()),
        estimate: v.number(),
    })
        .index('by_project', ['projectId'])
        .index('by_parent', ['parentId'])
        .index('by_assignee', ['assigneeId']),

    dependencies: defineTable({
        blockerId: v.id('tasks'),
        blockedId: v.id('tasks'),
    }).index('by_blocked', ['blockedId']),

    labels: defineTable({ name: v.string(), color: v.string() }),

    templates: defineTable({ name: v.string(), body: v.string() }).index('by_name', ['name']),

    milestones: defineTable({
        projectId: v.id('projects'),
        title: v.string(),
        due: v.number(),
    }).index('by_project_due', ['projectId', 'due']),

    activity: defineTable({
        projectId: v.id('projects'),
        kind: v.string(),
        text: v.string(),
    }).index('by_project', ['projectId']),

    audit: defineTable({
        projectId: v.id('projects'),
        kind: v.string(),
        text: v.string(),
    }).index('by_project_kind', ['projectId', 'kind']),
});

export default schema;
