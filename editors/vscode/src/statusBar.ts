/** The entry in the status bar: whether the server runs, and how much it has found. */

import { languages, MarkdownString, StatusBarAlignment, ThemeColor, window } from "vscode";
import type { Disposable } from "vscode";

import { CLIENT_COMMANDS } from "./commandNames";
import { countBySeverity } from "./counts";
import type { Counts } from "./counts";
import { SOURCE_NAMES } from "./server/finder";
import { NAME } from "./server/server";
import type { Server, ServerState } from "./server/server";

export class StatusBar implements Disposable {
    private readonly item = window.createStatusBarItem("lunoraAdvisor.status", StatusBarAlignment.Left, 0);
    private readonly subscriptions: Disposable[];

    constructor(private readonly server: Server) {
        this.item.name = "Lunora Advisor";
        this.item.command = CLIENT_COMMANDS.showStatus;
        this.subscriptions = [server.onDidChangeState(() => this.update()), languages.onDidChangeDiagnostics(() => this.update())];
        this.update();
        this.item.show();
    }

    dispose(): void {
        this.item.dispose();
        for (const subscription of this.subscriptions) {
            subscription.dispose();
        }
    }

    private update(): void {
        const { state } = this.server;
        const counts = countBySeverity(
            languages.getDiagnostics().flatMap(([, diagnostics]) => diagnostics.filter(({ source }) => source === NAME)),
        );
        this.item.text = text(state, counts);
        this.item.tooltip = tooltip(state, counts);
        this.item.accessibilityInformation = { label: `Lunora Advisor: ${inWords(state, counts)}` };
        this.item.backgroundColor =
            state.kind === "missing" || state.kind === "failed" ? new ThemeColor("statusBarItem.errorBackground") : undefined;
    }
}

function text(state: ServerState, counts: Counts): string {
    switch (state.kind) {
        case "starting":
            return "$(loading~spin) Lunora";
        case "running":
            return counts.total === 0 ? "$(pass) Lunora" : `$(database) Lunora ${shown(counts)}`;
        case "stopped":
            return "$(circle-slash) Lunora";
        case "missing":
        case "failed":
            return "$(error) Lunora";
    }
}

function shown({ error, warning, information }: Counts): string {
    const parts: readonly (readonly [string, number])[] = [
        ["error", error],
        ["warning", warning],
        ["info", information],
    ];
    return parts
        .filter(([, count]) => count > 0)
        .map(([icon, count]) => `$(${icon}) ${String(count)}`)
        .join(" ");
}

function inWords(state: ServerState, { error, warning, information }: Counts): string {
    switch (state.kind) {
        case "starting":
            return "starting";
        case "running":
            return `${String(error)} errors, ${String(warning)} warnings, ${String(information)} notes`;
        case "stopped":
            return "stopped";
        case "missing":
            return "lunora-advisor was not found";
        case "failed":
            return state.reason;
    }
}

function tooltip(state: ServerState, counts: Counts): MarkdownString {
    const tip = new MarkdownString(undefined, true);
    tip.isTrusted = { enabledCommands: Object.values(CLIENT_COMMANDS) };
    tip.appendMarkdown(`**Lunora Advisor**: `).appendText(inWords(state, counts));
    if (state.kind === "running") {
        const { version, path, source } = state.binary;
        tip.appendMarkdown(`\n\n`).appendText(`${version}, ${SOURCE_NAMES[source]}: ${path}`);
    }
    const link = (name: string, command: string): string => `[${name}](command:${command})`;
    tip.appendMarkdown(
        `\n\n${[link("Status", CLIENT_COMMANDS.showStatus), link("Graph", CLIENT_COMMANDS.showGraph), link("Output", CLIENT_COMMANDS.showOutput), link("Restart", CLIENT_COMMANDS.restart)].join(" · ")}`,
    );
    return tip;
}
