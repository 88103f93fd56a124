/** A real VS Code: code-server on a folder, and Chromium looking at it, driven by the keyboard and mouse as a person would. */

import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";

import { chromium } from "playwright-core";

const SETTINGS = {
    "security.workspace.trust.enabled": false,
    "workbench.startupEditor": "none",
    "workbench.tips.enabled": false,
    "workbench.colorTheme": "Default Dark Modern",
    "workbench.secondarySideBar.defaultVisibility": "hidden",
    "chat.commandCenter.enabled": false,
    "telemetry.telemetryLevel": "off",
    "update.mode": "none",
    "extensions.autoUpdate": false,
    "git.enabled": false,
    "npm.autoDetect": "off",
    "typescript.disableAutomaticTypeAcquisition": true,
    "typescript.validate.enable": false,
    "editor.minimap.enabled": false,
    "files.autoSave": "off",
};

const SLOW_MS = 120_000;

export class Workbench {
    /**
     * Installs the extension into a fresh VS Code and opens a folder.
     *
     * @param options.code the folder in which code-server is installed
     * @param options.scratch a folder for the profile, made anew by the caller
     * @param options.vsix the extension
     * @param options.folder what is opened
     * @param options.settings the user's settings, besides those that keep VS Code quiet
     */
    static async open({ code, scratch, vsix, folder, settings = {}, environment = {} }) {
        const profile = join(scratch, "profile");
        const extensions = join(scratch, "extensions");
        mkdirSync(join(profile, "User"), { recursive: true });
        mkdirSync(extensions, { recursive: true });
        writeFileSync(join(profile, "User", "settings.json"), JSON.stringify({ ...SETTINGS, ...settings }, undefined, 2));
        const config = join(scratch, "config.yaml");
        writeFileSync(config, "auth: none\n");
        const shared = ["--config", config, "--user-data-dir", profile, "--extensions-dir", extensions];
        const program = join(code, "node_modules", "code-server", "out", "node", "entry.js");
        const environmentOfServer = { ...process.env, ...environment, HOME: scratch };
        await run(process.execPath, [program, ...shared, "--install-extension", vsix], environmentOfServer);
        const port = await freePort();
        const quiet = ["--auth", "none", "--disable-telemetry", "--disable-update-check", "--disable-getting-started-override"];
        const server = spawn(process.execPath, [program, ...shared, ...quiet, "--bind-addr", `127.0.0.1:${port}`, folder], {
            env: environmentOfServer,
            stdio: ["ignore", "pipe", "pipe"],
        });
        const log = [];
        server.stdout.on("data", (text) => log.push(String(text)));
        server.stderr.on("data", (text) => log.push(String(text)));
        await until("code-server listens", () => log.join("").includes("HTTP server listening"));
        const browser = await chromium.launch({ executablePath: browserPath(), args: ["--no-sandbox", "--disable-dev-shm-usage"] });
        const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
        page.setDefaultTimeout(SLOW_MS);
        const workbench = new Workbench(page, browser, server, log);
        try {
            await page.goto(`http://127.0.0.1:${port}/?folder=${encodeURIComponent(folder)}`, { timeout: SLOW_MS });
            await page.waitForSelector(".monaco-workbench .statusbar-item");
        } catch (error) {
            await workbench.close();
            throw error;
        }
        return workbench;
    }

    constructor(page, browser, server, log) {
        this.page = page;
        this.browser = browser;
        this.server = server;
        this.log = log;
    }

    async close() {
        await this.browser.close();
        const ended = new Promise((resolve) => this.server.once("exit", resolve));
        this.server.kill();
        await ended;
    }

    /** Runs a command of the palette by its full title. */
    async command(title) {
        await this.page.keyboard.press("F1");
        await this.page.keyboard.type(title, { delay: 5 });
        const row = this.page.locator(".quick-input-list .monaco-list-row", { hasText: title }).first();
        await row.waitFor();
        await row.click();
    }

    /** Opens a file of the folder and puts the cursor at a line and column, 1-based. */
    async openAt(file, line, column) {
        await this.page.keyboard.press("Control+P");
        await this.page.keyboard.type(file, { delay: 5 });
        const row = this.page.locator(".quick-input-list .monaco-list-row", { hasText: file.split("/").at(-1) }).first();
        await row.waitFor();
        await row.click();
        await this.page.locator(".tab.active", { hasText: file.split("/").at(-1) }).waitFor();
        await this.page.keyboard.press("Control+G");
        await this.page.keyboard.type(`${line}:${column}`);
        await this.page.keyboard.press("Enter");
    }

    /** The problems panel, shown; rows that are out of sight are not in the page, so only those with a text are asked for. */
    async problems(text) {
        const panel = this.page.locator(".markers-panel");
        if (!(await panel.isVisible())) {
            await this.page.keyboard.press("Control+Shift+M");
            await panel.waitFor();
        }
        await this.page.locator(".viewpane-filter input").first().fill(text);
        return panel;
    }

    /** Chooses an action at the cursor by the start of its title, by keyboard: the list lies below something that takes clicks. */
    async quickFix(start, look = async () => {}) {
        await this.command("Quick Fix...");
        const rows = this.page.locator(".action-widget .monaco-list-row.action");
        await rows.filter({ hasText: start }).first().waitFor();
        await look();
        const titles = await rows.allInnerTexts();
        const steps = titles.findIndex((title) => title.trim().startsWith(start));
        for (let step = 0; step < steps; step += 1) {
            await this.page.keyboard.press("ArrowDown");
        }
        await this.page.keyboard.press("Enter");
    }

    /** The language server that this VS Code runs, by its id; `undefined` if it runs none. Linux only. */
    serverProcess(program) {
        const isOurs = (id) => {
            for (let current = id; current > 1; current = parentOf(current)) {
                if (current === this.server.pid) {
                    return true;
                }
            }
            return false;
        };
        const processes = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
        return processes.map(Number).find((id) => executableOf(id) === program && isOurs(id));
    }

    /** The document inside a webview whose panel has this title. */
    async webview() {
        const outer = this.page.frameLocator("iframe.webview.ready").last();
        const inner = outer.frameLocator("iframe#active-frame");
        await inner.locator("body").waitFor();
        return inner;
    }

    async statusItem() {
        const item = this.page.locator(".statusbar-item", { hasText: "Lunora" }).first();
        await item.waitFor();
        return item;
    }

    screenshot(file) {
        return this.page.screenshot({ path: file });
    }
}

/** Waits for what no event tells. */
export async function until(what, isTrue, timeout = SLOW_MS) {
    const end = Date.now() + timeout;
    while (!(await isTrue())) {
        if (Date.now() > end) {
            throw new Error(`waited in vain: ${what}`);
        }
        await new Promise((resolve) => setTimeout(resolve, 100));
    }
}

/** The program that a process runs, if the process is there. */
function executableOf(id) {
    try {
        return readlinkSync(`/proc/${id}/exe`);
    } catch {
        return undefined;
    }
}

/** The process that started another one; 0 if that has ended. */
function parentOf(id) {
    try {
        return Number(/^PPid:\s*(\d+)/m.exec(readFileSync(`/proc/${id}/status`, "utf8"))?.[1] ?? 0);
    } catch {
        return 0;
    }
}

function browserPath() {
    const found = [process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find((file) => file !== undefined && existsSync(file));
    if (found === undefined) {
        throw new Error("no Chromium: `apt-get install chromium`, or name one in the variable CHROMIUM");
    }
    return found;
}

function run(program, args, env) {
    return new Promise((resolve, reject) => {
        const child = spawn(program, args, { env, stdio: ["ignore", "pipe", "pipe"] });
        const output = [];
        child.stdout.on("data", (text) => output.push(String(text)));
        child.stderr.on("data", (text) => output.push(String(text)));
        child.on("error", reject);
        child.on("exit", (status) => (status === 0 ? resolve() : reject(new Error(`${args.join(" ")}: status ${status}\n${output.join("")}`))));
    });
}

function freePort() {
    return new Promise((resolve, reject) => {
        const probe = createServer();
        probe.on("error", reject);
        probe.listen(0, "127.0.0.1", () => {
            const { port } = probe.address();
            probe.close(() => resolve(port));
        });
    });
}
