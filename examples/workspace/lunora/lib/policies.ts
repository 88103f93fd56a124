import { definePolicies, definePolicy, rls } from "lunorash/server";

const policies = definePolicies([
    definePolicy({
        table: "notifications",
        on: "read",
        when: ({ ctx }) => ({ userId: ctx.user._id }),
    }),
    definePolicy({
        table: "timeEntries",
        on: "update",
        when: ({ ctx }) => ({ userId: ctx.user._id }),
    }),
    definePolicy({
        table: "comments",
        on: "delete",
        when: ({ ctx }) => ctx.user.role === "admin" || { authorId: ctx.user._id },
    }),
]);

export function rowLevelSecurity() {
    return rls(policies);
}
