/** Shows text that a command gave, in a document that can't be edited. */

import { EventEmitter, Uri, ViewColumn, window, workspace } from "vscode";
import type { Disposable } from "vscode";

const SCHEME = "lunora-advisor";

/** What commands of the server give for people to read. */
export interface TextResult {
    readonly title: string;
    readonly text: string;
}

export function isTextResult(value: unknown): value is TextResult {
    return (
        typeof value === "object" &&
        value !== null &&
        "title" in value &&
        typeof value.title === "string" &&
        "text" in value &&
        typeof value.text === "string"
    );
}

export class TextView implements Disposable {
    private readonly texts = new Map<string, string>();
    private readonly changed = new EventEmitter<Uri>();
    private readonly provider = workspace.registerTextDocumentContentProvider(SCHEME, {
        onDidChange: this.changed.event,
        provideTextDocumentContent: (uri) => this.texts.get(uri.path) ?? "",
    });

    /** Shows a text beside the code, if there is some; a second text with the same title takes its place. */
    async show({ title, text }: TextResult): Promise<void> {
        const uri = Uri.from({ scheme: SCHEME, path: `/${title.replaceAll("/", "∕")}` });
        this.texts.set(uri.path, text);
        this.changed.fire(uri);
        const viewColumn = window.tabGroups.activeTabGroup.activeTab === undefined ? ViewColumn.Active : ViewColumn.Beside;
        await window.showTextDocument(uri, { viewColumn, preserveFocus: false, preview: true });
    }

    dispose(): void {
        this.provider.dispose();
        this.changed.dispose();
    }
}
