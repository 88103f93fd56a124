/** What lenses and code actions of the server have done here: showing a list of places, asking for a reason. */

import { commands, Position, window } from "vscode";
import type { Disposable } from "vscode";
import type { Location as ProtocolLocation } from "vscode-languageclient/node";

import { OFFERED_COMMANDS, SERVER_COMMANDS } from "./server/commands";
import type { Server } from "./server/server";

/** What a lens is about; the server knows the places. */
interface Subject {
    readonly uri: string;
    readonly position: { readonly line: number; readonly character: number };
}

/** What a code action does, as the server says it. */
interface Ticket {
    readonly uri: string;
    readonly task: Readonly<Record<string, unknown>>;
}

export function registerOffered(server: Server): Disposable[] {
    return [
        commands.registerCommand(OFFERED_COMMANDS.showReferences, (subject: Subject) => showReferences(server, subject)),
        commands.registerCommand(OFFERED_COMMANDS.suppress, (ticket: Ticket) => suppress(server, ticket)),
    ];
}

async function showReferences(server: Server, subject: Subject): Promise<void> {
    const places = await server.execute<ProtocolLocation[]>(SERVER_COMMANDS.places, subject);
    const { converter } = server;
    if (converter === undefined) {
        return;
    }
    const { line, character } = subject.position;
    await commands.executeCommand(
        "editor.action.showReferences",
        converter.asUri(subject.uri),
        new Position(line, character),
        places.map((place) => converter.asLocation(place)),
    );
}

/** A suppression needs a reason, which only a person knows. */
async function suppress(server: Server, ticket: Ticket): Promise<void> {
    const reason = await window.showInputBox({
        title: "Suppress the finding",
        prompt: "Why may this stay as it is? The reason goes into the comment.",
        ignoreFocusOut: true,
        validateInput: (text) => (text.trim() === "" ? "A suppression needs a reason." : undefined),
    });
    if (reason !== undefined) {
        await server.execute(SERVER_COMMANDS.apply, { ...ticket, task: { ...ticket.task, reason } });
    }
}
