/** The world as the finder sees it: this machine. */

import { execFile } from "node:child_process";
import { stat } from "node:fs/promises";
import { homedir } from "node:os";
import { promisify } from "node:util";

import type { FinderHost } from "./finder";

/** Long enough for a cold start behind a virus scanner. */
const VERSION_TIMEOUT_MS = 10_000;

/** @param workingFolder where the program is asked for its version: never the workspace, so that nothing in it can bear on that. */
export function machine(workingFolder: string): FinderHost {
    return {
        platform: process.platform,
        home: homedir(),
        environment: process.env,
        async isFile(file) {
            try {
                return (await stat(file)).isFile();
            } catch {
                return false;
            }
        },
        async version(file) {
            const { command, shell } = commandLine(file);
            const { stdout } = await promisify(execFile)(command, ["--version"], {
                cwd: workingFolder,
                shell,
                timeout: VERSION_TIMEOUT_MS,
                windowsHide: true,
            });
            return stdout;
        },
    };
}

/** How to start `file`: Windows runs a `.cmd` by its shell only, which splits at spaces. */
export function commandLine(file: string, platform: NodeJS.Platform = process.platform): { command: string; shell: boolean } {
    return platform === "win32" && /\.(cmd|bat)$/i.test(file) ? { command: `"${file}"`, shell: true } : { command: file, shell: false };
}
