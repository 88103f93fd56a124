/** The language server: found, started, stopped, and what state it is in. */

import { EventEmitter, ProgressLocation, RelativePattern, window, workspace } from "vscode";
import type { Disposable, Event, ExtensionContext, LogOutputChannel } from "vscode";
import { LanguageClient, RevealOutputChannelOn, State } from "vscode-languageclient/node";
import type { LanguageClientOptions, Middleware, StaticFeature } from "vscode-languageclient/node";

import { OFFERED_COMMANDS } from "./commands";
import { describeAttempts, findBinary, SOURCE_NAMES } from "./finder";
import type { Attempt, FoundBinary } from "./finder";
import { commandLine, machine } from "./host";

export type ServerState =
    | { readonly kind: "stopped" }
    | { readonly kind: "starting" }
    | { readonly kind: "running"; readonly binary: FoundBinary }
    | { readonly kind: "missing"; readonly tried: readonly Attempt[] }
    | { readonly kind: "failed"; readonly reason: string };

/** The section of the settings, the id of the client, and the source of its diagnostics. */
export const NAME = "lunora-advisor";

export class Server implements Disposable {
    readonly onDidChangeState: Event<ServerState>;
    private readonly stateChanged = new EventEmitter<ServerState>();
    private current: ServerState = { kind: "stopped" };
    private client: LanguageClient | undefined;
    /** Starts and stops follow one another: of two at a time one would be lost. */
    private queue: Promise<void> = Promise.resolve();

    constructor(
        private readonly context: ExtensionContext,
        readonly output: LogOutputChannel,
        private readonly middleware: Middleware,
    ) {
        this.onDidChangeState = this.stateChanged.event;
    }

    get state(): ServerState {
        return this.current;
    }

    /** Turns what the running server says into what VS Code understands. */
    get converter(): LanguageClient["protocol2CodeConverter"] | undefined {
        return this.client?.protocol2CodeConverter;
    }

    /** Starts the server, anew if it runs. */
    restart(): Promise<void> {
        return this.enqueue(async () => {
            await this.halt();
            await this.launch();
        });
    }

    stop(): Promise<void> {
        return this.enqueue(() => this.halt());
    }

    /**
     * Runs a command of the server.
     *
     * @throws if the server doesn't run, or doesn't know the command.
     */
    async execute<Result>(command: string, ...args: readonly unknown[]): Promise<Result> {
        const client = this.client;
        if (client === undefined || this.current.kind !== "running") {
            throw new Error("The language server is not running.");
        }
        return client.sendRequest<Result>("workspace/executeCommand", { command, arguments: args });
    }

    /** Whether the server that runs has a command: an older program may lack some. */
    offers(command: string): boolean {
        return this.client?.initializeResult?.capabilities.executeCommandProvider?.commands.includes(command) ?? false;
    }

    dispose(): void {
        this.stateChanged.dispose();
        void this.stop();
    }

    private enqueue(work: () => Promise<void>): Promise<void> {
        this.queue = this.queue.then(work).catch((error: unknown) => {
            this.fail(error instanceof Error ? error.message : String(error));
        });
        return this.queue;
    }

    private async halt(): Promise<void> {
        const client = this.client;
        this.client = undefined;
        this.enter({ kind: "stopped" });
        try {
            await client?.dispose();
        } catch (error) {
            // A server that died can't be shut down; that it is gone is all that is wanted.
            this.output.warn(`stopping: ${String(error)}`);
        }
    }

    private async launch(): Promise<void> {
        if (!workspace.getConfiguration(NAME).get<boolean>("enable", true)) {
            this.output.info("lunora-advisor.enable is off, so the language server is not started.");
            return;
        }
        this.enter({ kind: "starting" });
        const binary = await this.find();
        if (binary === undefined) {
            return;
        }
        const client = this.makeClient(binary);
        this.client = client;
        client.onDidChangeState(({ newState }) => {
            // A client that was replaced has nothing to say any more.
            if (this.client !== client) {
                return;
            }
            if (newState === State.Running) {
                this.enter({ kind: "running", binary });
            } else if (newState === State.Starting) {
                this.enter({ kind: "starting" });
            } else {
                this.enter({ kind: "failed", reason: "The language server ended by itself. The output says more." });
            }
        });
        await window.withProgress({ location: ProgressLocation.Window, title: "Lunora Advisor: starting" }, () => client.start());
    }

    private async find(): Promise<FoundBinary | undefined> {
        const folders = (workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === "file").map(({ uri }) => uri.fsPath);
        const result = await findBinary(
            {
                setting: workspace.getConfiguration(NAME).get<string | null>("path") ?? undefined,
                workspaceFolders: folders,
                projectFolders: await projectFolders(),
                trusted: workspace.isTrusted,
                extensionFolder: this.context.extensionPath,
            },
            machine(this.context.extensionPath),
        );
        this.output.info(`Looking for lunora-advisor:\n${describeAttempts(result.tried)}`);
        if (result.found === undefined) {
            this.enter({ kind: "missing", tried: result.tried });
            return undefined;
        }
        this.output.info(`Using ${result.found.path} ${result.found.version} (${SOURCE_NAMES[result.found.source]})`);
        return result.found;
    }

    private makeClient(binary: FoundBinary): LanguageClient {
        const { command, shell } = commandLine(binary.path);
        const options: LanguageClientOptions = {
            documentSelector: [
                ...["typescript", "typescriptreact", "javascript", "javascriptreact"].map((language) => ({ scheme: "file", language })),
                { scheme: "file", pattern: "**/lunora-advisor.{json,jsonc}" },
            ],
            outputChannel: this.output,
            revealOutputChannelOn: RevealOutputChannelOn.Never,
            diagnosticCollectionName: NAME,
            initializationOptions: workspace.getConfiguration(NAME),
            middleware: this.middleware,
        };
        const client = new LanguageClient(
            NAME,
            "Lunora Advisor",
            { command, args: ["lsp"], options: { cwd: this.workingFolder(), shell } },
            options,
        );
        client.registerFeature(OFFERING);
        return client;
    }

    private workingFolder(): string {
        const [folder] = workspace.workspaceFolders ?? [];
        return folder?.uri.scheme === "file" ? folder.uri.fsPath : this.context.extensionPath;
    }

    private fail(reason: string): void {
        this.output.error(reason);
        this.enter({ kind: "failed", reason });
    }

    private enter(state: ServerState): void {
        this.current = state;
        this.stateChanged.fire(state);
    }
}

/** Tells the server which commands it may have lenses and code actions run here. */
const OFFERING: StaticFeature = {
    fillClientCapabilities: (capabilities) => {
        capabilities.experimental = { commands: { commands: Object.values(OFFERED_COMMANDS) } };
    },
    initialize: () => undefined,
    getState: () => ({ kind: "static" }),
    clear: () => undefined,
};

/** More projects than these have the program in the folder of the workspace. */
const MAX_PROJECT_FOLDERS = 20;

async function projectFolders(): Promise<string[]> {
    const found = await Promise.all(
        (workspace.workspaceFolders ?? []).map((folder) =>
            workspace.findFiles(new RelativePattern(folder, "**/lunora/schema.ts"), "**/node_modules/**", MAX_PROJECT_FOLDERS),
        ),
    );
    return found
        .flat()
        .filter(({ scheme }) => scheme === "file")
        .map((schema) => schema.fsPath.replace(/[/\\]lunora[/\\]schema\.ts$/, ""))
        .sort();
}
