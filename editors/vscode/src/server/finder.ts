/**
 * Finds the program `lunora-advisor`, and keeps account of every place it looked at, so that "not found" can say all of them.
 *
 * Nothing here knows VS Code: what it needs of the world comes in as a {@link FinderHost}.
 */

import * as path from "node:path";

/** What was found, or all the places where it was not. */
export type FinderResult =
    | { readonly found: FoundBinary; readonly tried: readonly Attempt[] }
    | { readonly found?: undefined; readonly tried: readonly Attempt[] };

export interface FoundBinary {
    readonly path: string;
    readonly version: string;
    readonly source: Source;
}

/** Where a candidate comes from, in the order in which they are tried. */
export type Source = "setting" | "workspace" | "bundled" | "path";

/** One place that was looked at. */
export interface Attempt {
    readonly source: Source;
    /** A file, or a folder of `PATH`, or what was asked for. */
    readonly place: string;
    /** Why it is not the one, or that it is. */
    readonly outcome: string;
}

export interface FinderQuery {
    /** The setting `lunora-advisor.path`, as it is written. */
    readonly setting: string | undefined;
    /** The folders that are open. */
    readonly workspaceFolders: readonly string[];
    /** Folders below them that hold a Lunora project: packages of a monorepo have a `node_modules` of their own. */
    readonly projectFolders: readonly string[];
    /** Without trust, no program that lies in the workspace is run. */
    readonly trusted: boolean;
    /** The folder of the extension. */
    readonly extensionFolder: string;
}

export interface FinderHost {
    readonly platform: NodeJS.Platform;
    readonly home: string;
    readonly environment: Readonly<Record<string, string | undefined>>;
    isFile(file: string): Promise<boolean>;
    /** Runs `file --version`, gives what it prints; rejects with a reason if that can't be done. */
    version(file: string): Promise<string>;
}

/** What the sources are called in messages. */
export const SOURCE_NAMES: Readonly<Record<Source, string>> = {
    setting: "setting lunora-advisor.path",
    workspace: "workspace",
    bundled: "bundled with the extension",
    path: "PATH",
};

/** Tries the setting, the workspace's `node_modules/.bin`, the bundled program, then `PATH`; the first that runs is taken. */
export async function findBinary(query: FinderQuery, host: FinderHost): Promise<FinderResult> {
    const tried: Attempt[] = [];
    for (const candidate of candidates(query, host)) {
        if (candidate.refused !== undefined) {
            tried.push({ source: candidate.source, place: candidate.place, outcome: candidate.refused });
            continue;
        }
        const found = await firstThatRuns(candidate, host, tried);
        if (found !== undefined) {
            return { found, tried };
        }
        // Whoever names a program wants that one: to take another in silence would hide the mistake.
        if (candidate.source === "setting") {
            return { tried };
        }
    }
    return { tried };
}

/** Every place that was looked at, one a line. */
export function describeAttempts(tried: readonly Attempt[]): string {
    return tried.map(({ source, place, outcome }) => `- ${SOURCE_NAMES[source]}: ${place}: ${outcome}`).join("\n");
}

interface Candidate {
    readonly source: Source;
    readonly place: string;
    readonly files: readonly string[];
    /** Why it is not looked at. */
    readonly refused?: string;
}

function candidates(query: FinderQuery, host: FinderHost): Candidate[] {
    const paths = host.platform === "win32" ? path.win32 : path.posix;
    const list: Candidate[] = [];
    const setting = query.setting?.trim();
    if (setting !== undefined && setting !== "") {
        const file = resolveSetting(setting, query, host, paths);
        // A path relative to the workspace names a file of the workspace, whoever wrote the setting.
        const inWorkspace = query.workspaceFolders.some((folder) => isInside(file, folder, paths));
        list.push({ source: "setting", place: file, files: [file], ...(inWorkspace && !query.trusted ? { refused: UNTRUSTED } : {}) });
    }
    for (const folder of new Set([...query.workspaceFolders, ...query.projectFolders])) {
        const bin = paths.join(folder, "node_modules", ".bin");
        list.push({
            source: "workspace",
            place: bin,
            files: namesOn(host.platform).map((name) => paths.join(bin, name)),
            ...(query.trusted ? {} : { refused: UNTRUSTED }),
        });
    }
    const bundled = paths.join(query.extensionFolder, "server", executableName(host.platform));
    list.push({ source: "bundled", place: bundled, files: [bundled] });
    for (const folder of searchPath(host, paths)) {
        // A relative entry means the working directory, which may be the workspace.
        const refused = paths.isAbsolute(folder) ? undefined : "skipped, since it is not absolute";
        const inWorkspace = query.workspaceFolders.some((workspace) => isInside(folder, workspace, paths));
        list.push({
            source: "path",
            place: folder,
            files: namesOn(host.platform).map((name) => paths.join(folder, name)),
            ...(refused !== undefined ? { refused } : inWorkspace && !query.trusted ? { refused: UNTRUSTED } : {}),
        });
    }
    return list;
}

async function firstThatRuns(candidate: Candidate, host: FinderHost, tried: Attempt[]): Promise<FoundBinary | undefined> {
    for (const file of candidate.files) {
        if (!(await host.isFile(file))) {
            continue;
        }
        try {
            const version = parseVersion(await host.version(file));
            tried.push({ source: candidate.source, place: file, outcome: `found, version ${version}` });
            return { path: file, version, source: candidate.source };
        } catch (error) {
            tried.push({
                source: candidate.source,
                place: file,
                outcome: `does not run: ${error instanceof Error ? error.message : String(error)}`,
            });
            return undefined;
        }
    }
    tried.push({ source: candidate.source, place: candidate.place, outcome: "not there" });
    return undefined;
}

/** What `lunora-advisor --version` prints is `lunora-advisor 1.2.3`; anything else is another program. */
function parseVersion(output: string): string {
    const version = /^lunora-advisor (\S+)/.exec(output.trim())?.[1];
    if (version === undefined) {
        throw new Error(`it is another program (\`--version\` prints \`${output.trim().slice(0, 60)}\`)`);
    }
    return version;
}

function resolveSetting(setting: string, query: FinderQuery, host: FinderHost, paths: path.PlatformPath): string {
    const [first] = query.workspaceFolders;
    const expanded = setting.replace(/^~(?=$|[/\\])/, () => host.home).replaceAll("${workspaceFolder}", () => first ?? "");
    return paths.isAbsolute(expanded) || first === undefined ? paths.normalize(expanded) : paths.join(first, expanded);
}

function searchPath(host: FinderHost, paths: path.PlatformPath): string[] {
    // On Windows the name of the variable is `Path` as often as `PATH`.
    const name = Object.keys(host.environment).find((key) => key.toUpperCase() === "PATH") ?? "PATH";
    return [...new Set((host.environment[name] ?? "").split(paths.delimiter).filter((folder) => folder !== ""))];
}

function isInside(file: string, folder: string, paths: path.PlatformPath): boolean {
    const relative = paths.relative(folder, file);
    return !paths.isAbsolute(relative) && relative !== ".." && !relative.startsWith(`..${paths.sep}`);
}

function executableName(platform: NodeJS.Platform): string {
    return platform === "win32" ? "lunora-advisor.exe" : "lunora-advisor";
}

/** npm puts a `.cmd` into `node_modules/.bin` on Windows. */
function namesOn(platform: NodeJS.Platform): readonly string[] {
    return platform === "win32" ? ["lunora-advisor.exe", "lunora-advisor.cmd"] : ["lunora-advisor"];
}

const UNTRUSTED = "not run, since the workspace is not trusted";
