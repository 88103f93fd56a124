/** What the commands of the palette do. */

import { commands, env, ProgressLocation, Uri, window, workspace } from "vscode";
import type { Disposable, TextEditor } from "vscode";

import { CLIENT_COMMANDS } from "./commandNames";
import type { GraphView } from "./graph/view";
import { SERVER_COMMANDS } from "./server/commands";
import { describeAttempts } from "./server/finder";
import type { Server } from "./server/server";
import { isTextResult } from "./textView";
import type { TextView } from "./textView";

const DOCS = "https://lunora-advisor.dev";

export interface Parts {
    readonly server: Server;
    readonly graph: GraphView;
    readonly texts: TextView;
}

export function registerCommands(parts: Parts): Disposable[] {
    const { server, graph } = parts;
    return [
        commands.registerCommand(CLIENT_COMMANDS.restart, () => server.restart()),
        commands.registerCommand(CLIENT_COMMANDS.stop, () => server.stop()),
        commands.registerCommand(CLIENT_COMMANDS.showOutput, () => server.output.show()),
        commands.registerCommand(CLIENT_COMMANDS.showStatus, () => showStatus(parts)),
        commands.registerCommand(CLIENT_COMMANDS.showGraph, () => graph.show()),
        commands.registerTextEditorCommand(
            CLIENT_COMMANDS.showAccessPaths,
            (editor) => void atCursor(parts, SERVER_COMMANDS.accessPaths, editor, "reading access paths"),
        ),
        commands.registerTextEditorCommand(
            CLIENT_COMMANDS.verifyHere,
            (editor) => void atCursor(parts, SERVER_COMMANDS.verify, editor, "running the code on generated rows"),
        ),
        commands.registerCommand(CLIENT_COMMANDS.openDocs, () => env.openExternal(Uri.parse(DOCS))),
    ];
}

/** Shows what a command of the server gave, if it is for people to read. */
export async function showResult({ graph, texts }: Parts, command: string, result: unknown): Promise<void> {
    if (command === SERVER_COMMANDS.graph) {
        graph.show();
    } else if (isTextResult(result)) {
        await texts.show(result);
    }
}

/** Says that the program was not found, and offers to mend that. */
export async function reportMissing(server: Server): Promise<void> {
    const { state } = server;
    if (state.kind !== "missing") {
        return;
    }
    const count = state.tried.length;
    const tried = "See all places";
    const choose = "Choose the program";
    const trust = "Manage trust";
    const untrusted = workspace.isTrusted ? "" : " Nothing of the workspace itself is run before you trust it.";
    const answer = await window.showErrorMessage(
        `Lunora Advisor did not find the program lunora-advisor that it runs. It looked at ${String(count)} ${count === 1 ? "place" : "places"}: the setting lunora-advisor.path, node_modules/.bin of the workspace, the extension itself, and PATH.${untrusted}`,
        ...(workspace.isTrusted ? [tried, choose] : [tried, choose, trust]),
    );
    if (answer === tried) {
        server.output.error(`lunora-advisor was not found. Looked at:\n${describeAttempts(state.tried)}`);
        server.output.show();
    } else if (answer === choose) {
        await commands.executeCommand("workbench.action.openSettings", "lunora-advisor.path");
    } else if (answer === trust) {
        await commands.executeCommand("workbench.trust.manage");
    }
}

/** The server's account of itself; if it doesn't run, why not. */
async function showStatus(parts: Parts): Promise<void> {
    const { server, texts } = parts;
    const { state } = server;
    if (state.kind === "running") {
        await reporting(async () => {
            const result = await server.execute<unknown>(SERVER_COMMANDS.status, {});
            await texts.show(
                isTextResult(result) ? result : { title: "Lunora Advisor status", text: JSON.stringify(result, undefined, 2) },
            );
        });
    } else if (state.kind === "missing") {
        await reportMissing(server);
    } else {
        const restart = "Start";
        const output = "Output";
        const message =
            state.kind === "failed"
                ? state.reason
                : state.kind === "starting"
                  ? "The language server is starting."
                  : "The language server is stopped.";
        const answer = await window.showInformationMessage(message, restart, output);
        if (answer === restart) {
            await server.restart();
        } else if (answer === output) {
            server.output.show();
        }
    }
}

async function atCursor({ server, texts }: Parts, command: string, { document, selection }: TextEditor, title: string): Promise<void> {
    await reporting(() =>
        window.withProgress({ location: ProgressLocation.Window, title: `Lunora Advisor: ${title}` }, async () => {
            const position = { line: selection.active.line, character: selection.active.character };
            const result = await server.execute<unknown>(command, { uri: document.uri.toString(), position });
            if (isTextResult(result)) {
                await texts.show(result);
            }
        }),
    );
}

async function reporting(work: () => Thenable<void> | Promise<void>): Promise<void> {
    try {
        await work();
    } catch (error) {
        void window.showErrorMessage(`Lunora Advisor: ${error instanceof Error ? error.message : String(error)}`);
    }
}
