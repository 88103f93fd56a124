/** The commands of the server that the extension calls by name. */

export const SERVER_COMMANDS = {
    graph: "lunora-advisor.graph",
    accessPaths: "lunora-advisor.accessPaths",
    verify: "lunora-advisor.verify",
    status: "lunora-advisor.status",
    places: "lunora-advisor.places",
    apply: "lunora-advisor.apply",
} as const;

/** Commands that lenses and code actions of the server run here, since only an editor can do them. The server is told that we have them. */
export const OFFERED_COMMANDS = {
    showReferences: "lunora-advisor.showReferences",
    suppress: "lunora-advisor.suppress",
} as const;
