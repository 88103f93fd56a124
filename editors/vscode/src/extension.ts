/** Where VS Code starts: makes the parts and connects them. */

import { commands, window, workspace } from "vscode";
import type { ExtensionContext } from "vscode";

import { registerCommands, reportMissing, showResult } from "./commands";
import type { Parts } from "./commands";
import { GraphView } from "./graph/view";
import { registerOffered } from "./offered";
import { SERVER_COMMANDS } from "./server/commands";
import { NAME, Server } from "./server/server";
import { StatusBar } from "./statusBar";
import { TextView } from "./textView";

/** Settings that bear on how the server is started; the others are sent to it while it runs. */
const START_SETTINGS = ["enable", "path"];

/** The condition of menus that make sense only while the server runs. */
const RUNNING_CONTEXT = "lunoraAdvisor.running";
/** The condition of what needs a server that can run the project's code. */
const VERIFY_CONTEXT = "lunoraAdvisor.canVerify";

export async function activate(context: ExtensionContext): Promise<void> {
    const output = window.createOutputChannel("Lunora Advisor", { log: true });
    const server = new Server(context, output, {
        // Lenses and code actions run commands of the server by name; what those give is shown here.
        async executeCommand(command, args, next) {
            const result: unknown = await next(command, args);
            await showResult(parts, command, result);
            return result;
        },
        // VS Code completes the configuration by the schema that the extension brings; nobody wants each rule twice.
        provideCompletionItem: (document, position, context, token, next) =>
            document.languageId.startsWith("json") ? undefined : next(document, position, context, token),
    });
    const parts: Parts = { server, graph: new GraphView(context, server), texts: new TextView() };
    context.subscriptions.push(
        output,
        server,
        parts.graph,
        parts.texts,
        new StatusBar(server),
        ...registerCommands(parts),
        ...registerOffered(server),
        server.onDidChangeState(({ kind }) => {
            void commands.executeCommand("setContext", RUNNING_CONTEXT, kind === "running");
            void commands.executeCommand("setContext", VERIFY_CONTEXT, kind === "running" && server.offers(SERVER_COMMANDS.verify));
            void reportMissing(server);
        }),
        workspace.onDidGrantWorkspaceTrust(() => void server.restart()),
        workspace.onDidChangeConfiguration((change) => {
            if (START_SETTINGS.some((name) => change.affectsConfiguration(`${NAME}.${name}`))) {
                void server.restart();
            }
        }),
    );
    await server.restart();
}
