/** The commands of the server that the extension calls by name. */

export const SERVER_COMMANDS = {
    graph: "lunora-advisor.graph",
    accessPaths: "lunora-advisor.accessPaths",
    verify: "lunora-advisor.verify",
    status: "lunora-advisor.status",
} as const;
