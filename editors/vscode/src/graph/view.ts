/** The panel that shows the graph: fetches it, keeps it fresh while it is visible, and goes to the places that are clicked. */

import { randomBytes } from "node:crypto";

import { Range, Uri, ViewColumn, window, workspace } from "vscode";
import type { Disposable, ExtensionContext, Webview, WebviewPanel } from "vscode";

import type { Server } from "../server/server";
import { SERVER_COMMANDS } from "../server/commands";
import type { GraphDocument, Place } from "./document";
import type { Focus, FromView, ToView } from "./messages";
import { draw } from "./model";

export class GraphView implements Disposable {
    private panel: WebviewPanel | undefined;
    private readonly subscriptions: Disposable[];
    /** Of two answers that overtake each other, the later question counts. */
    private generation = 0;
    private focus: Focus | undefined;

    constructor(
        private readonly context: ExtensionContext,
        private readonly server: Server,
    ) {
        this.subscriptions = [
            workspace.onDidSaveTextDocument(() => void this.refresh()),
            server.onDidChangeState(({ kind }) => {
                if (kind !== "starting") {
                    void this.refresh();
                }
            }),
        ];
    }

    /** Opens the view, or brings it to the front. */
    show(focus?: Focus): void {
        this.focus = focus;
        if (this.panel !== undefined) {
            this.panel.reveal();
            void this.refresh();
            return;
        }
        const panel = window.createWebviewPanel("lunoraAdvisor.graph", "Lunora graph", ViewColumn.Active, {
            enableScripts: true,
            retainContextWhenHidden: false,
            localResourceRoots: [Uri.joinPath(this.context.extensionUri, "dist"), Uri.joinPath(this.context.extensionUri, "media")],
        });
        panel.iconPath = Uri.joinPath(this.context.extensionUri, "images", "icon.png");
        panel.webview.onDidReceiveMessage((message: FromView) => this.receive(message));
        panel.onDidDispose(() => (this.panel = undefined));
        panel.webview.html = page(panel.webview, this.context.extensionUri);
        this.panel = panel;
    }

    dispose(): void {
        this.panel?.dispose();
        for (const subscription of this.subscriptions) {
            subscription.dispose();
        }
    }

    private receive(message: FromView): void {
        if (message.kind === "open") {
            void open(message.rootUri, message.place, this.panel?.viewColumn);
        } else {
            void this.refresh();
        }
    }

    private async refresh(): Promise<void> {
        if (this.panel?.visible !== true) {
            return;
        }
        this.generation += 1;
        const { generation } = this;
        const answer = await this.fetch();
        if (generation === this.generation) {
            await this.panel.webview.postMessage(answer);
        }
    }

    private async fetch(): Promise<ToView> {
        try {
            const document = await this.server.execute<GraphDocument>(SERVER_COMMANDS.graph, {});
            const projects = document.projects.map((project) => ({ root: project.root, rootUri: project.rootUri, drawing: draw(project) }));
            const { focus } = this;
            this.focus = undefined;
            return { kind: "show", projects, ...(focus === undefined ? {} : { focus }) };
        } catch (error) {
            return { kind: "say", text: `There is no graph to show: ${error instanceof Error ? error.message : String(error)}` };
        }
    }
}

/** Opens a place beside the graph, in the column that shows code already, if there is one. */
async function open(rootUri: string, place: Place, graphColumn: ViewColumn | undefined): Promise<void> {
    const uri = Uri.joinPath(Uri.parse(rootUri), ...place.file.split("/"));
    const selection = new Range(place.line - 1, place.column - 1, place.endLine - 1, place.endColumn - 1);
    const elsewhere = window.visibleTextEditors.find(({ viewColumn }) => viewColumn !== undefined && viewColumn !== graphColumn);
    try {
        await window.showTextDocument(uri, {
            viewColumn: elsewhere?.viewColumn ?? ViewColumn.Beside,
            selection,
            preserveFocus: true,
            preview: true,
        });
    } catch (error) {
        void window.showErrorMessage(`Lunora Advisor can't open ${place.file}: ${error instanceof Error ? error.message : String(error)}`);
    }
}

function page(webview: Webview, extension: Uri): string {
    const nonce = randomBytes(16).toString("base64");
    const script = webview.asWebviewUri(Uri.joinPath(extension, "dist", "webview.js")).toString();
    const style = webview.asWebviewUri(Uri.joinPath(extension, "media", "graph.css")).toString();
    const toggle = (kind: string, label: string): string =>
        `<label class="${kind}"><input type="checkbox" data-edges="${kind}" checked>${label}</label>`;
    // cytoscape leaves its style element out where one with its id is there; as a script it could not add one under this policy.
    return `<!DOCTYPE html>
<html lang="en">
<head>
    <meta charset="UTF-8">
    <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src ${webview.cspSource} 'nonce-${nonce}'; script-src 'nonce-${nonce}'">
    <meta name="viewport" content="width=device-width, initial-scale=1.0">
    <title>Lunora graph</title>
    <link rel="stylesheet" href="${style}">
    <style nonce="${nonce}" id="__________cytoscape_stylesheet">.__________cytoscape_container { position: relative; }</style>
</head>
<body>
    <header>
        <select id="project" aria-label="Project" hidden></select>
        <input id="search" type="search" placeholder="Find a table or procedure" aria-label="Find a table or procedure">
        <fieldset aria-label="Lines that are shown">
            ${toggle("read", "reads")}
            ${toggle("scan", "scans")}
            ${toggle("write", "writes")}
            ${toggle("call", "calls")}
        </fieldset>
        <span class="spacer"></span>
        <button id="fit" type="button">Fit</button>
        <button id="refresh" type="button">Refresh</button>
    </header>
    <main>
        <div id="stage">
            <div id="graph" tabindex="0" role="application" aria-label="Graph of the project: arrow keys move between tables, indexes and procedures, Enter opens the place. The list beside it says the same as text."></div>
            <p id="notice" role="status" hidden></p>
        </div>
        <aside aria-label="Tables and procedures">
            <section id="details" aria-live="polite" hidden></section>
            <nav id="list"></nav>
        </aside>
    </main>
    <script nonce="${nonce}" src="${script}"></script>
</body>
</html>`;
}
