/** The commands of the extension, as package.json contributes them. Those of the server begin with `lunora-advisor.`, so they can't collide. */

export const CLIENT_COMMANDS = {
    restart: "lunoraAdvisor.restart",
    stop: "lunoraAdvisor.stop",
    showOutput: "lunoraAdvisor.showOutput",
    showStatus: "lunoraAdvisor.showStatus",
    showGraph: "lunoraAdvisor.showGraph",
    showAccessPaths: "lunoraAdvisor.showAccessPaths",
    verifyHere: "lunoraAdvisor.verifyHere",
    openDocs: "lunoraAdvisor.openDocs",
} as const;
