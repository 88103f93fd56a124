/**
 * Uses the extension as a person does, in a real VS Code: sees the findings, hovers, adds an index and takes that back, fixes all, suppresses with a
 * reason, looks at the graph; kills the server, and sees it come back; and sees that nothing of an untrusted folder is run. Takes a picture of
 * each step.
 *
 * usage: drive.mjs --program FILE --vsix FILE --code FOLDER --example FOLDER --pictures FOLDER
 */

import assert from "node:assert/strict";
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";

import { until, Workbench } from "./workbench.mjs";

const names = ["program", "vsix", "code", "example", "pictures"];
const { values: options } = parseArgs({ options: Object.fromEntries(names.map((name) => [name, { type: "string" }])) });
for (const name of names) {
    assert.ok(options[name] !== undefined, `--${name} is missing`);
}
mkdirSync(options.pictures, { recursive: true });
const scratch = mkdtempSync(join(tmpdir(), "lunora-advisor-vscode-"));

try {
    await scenario("use", use, { "lunora-advisor.path": options.program });
    await scenario("mend", mend, { "lunora-advisor.path": options.program });
    await scenario("trust", trust, { "security.workspace.trust.enabled": true, "security.workspace.trust.startupPrompt": "never" });
} finally {
    rmSync(scratch, { recursive: true, force: true });
}

/** Runs some steps on a fresh copy of the example in a fresh VS Code; on failure there is a picture, and the editor's own log. */
async function scenario(name, steps, settings) {
    const folder = join(scratch, name);
    const project = join(folder, "chat");
    cpSync(options.example, project, { recursive: true });
    const marker = join(folder, "was-run");
    plantProgram(project, marker);
    const started = Date.now();
    const workbench = await Workbench.open({ code: options.code, scratch: folder, vsix: options.vsix, folder: project, settings });
    const picture = (title) => workbench.screenshot(join(options.pictures, `${title}.png`));
    try {
        await steps({ workbench, page: workbench.page, project, marker, picture });
        console.log(`ok: ${name} (${((Date.now() - started) / 1000).toFixed(0)} s)`);
    } catch (error) {
        await picture(`failed-${name}`);
        console.error(workbench.log.join("").slice(-4000));
        throw error;
    } finally {
        await workbench.close();
    }
}

/** Puts into the project a program that leaves a trace when it is run, and is the real one otherwise. */
function plantProgram(project, marker) {
    const bin = join(project, "node_modules", ".bin");
    mkdirSync(bin, { recursive: true });
    const file = join(bin, "lunora-advisor");
    writeFileSync(file, `#!/bin/sh\ntouch "${marker}"\nexec "${options.program}" "$@"\n`);
    chmodSync(file, 0o755);
}

async function use({ workbench, page, project, marker, picture }) {
    const file = "lunora/presence.ts";
    const status = await workbench.statusItem();
    await until("the status bar counts findings", async () => /Lunora[^]*\d/.test(await status.innerText()));

    await workbench.openAt(file, 38, 12);
    const problems = await workbench.problems("begins with `seenAt`");
    const finding = problems.locator(".monaco-list-row", { hasText: "so this filter looks at every row" });
    await finding.waitFor();
    await page.locator(".squiggly-info").first().waitFor();
    await picture("diagnostics");

    await workbench.command("Toggle Panel Visibility");
    await workbench.openAt(file, 38, 12);
    await workbench.command("Show or Focus Hover");
    const hover = page.locator(".monaco-hover-content:visible", { hasText: "looks at every row" });
    await hover.waitFor();
    // Other servers have their say as well; ours says what the read does.
    await page.locator(".monaco-hover-content:visible", { hasText: "wakes on" }).waitFor();
    await picture("hover");
    await page.keyboard.press("Escape");

    await workbench.openAt("lunora/schema.ts", 91, 7);
    await page.locator(".codelens-decoration:visible", { hasText: "1 scan" }).first().waitFor();
    await workbench.command("Show or Focus Hover");
    const table = page.locator(".monaco-hover-content:visible", { hasText: "Read by" });
    await table.first().waitFor();
    await table.locator(".monaco-tokenized-source").first().waitFor();
    await picture("schema");
    await page.keyboard.press("Escape");

    await workbench.command("Lunora Advisor: Show Access Paths of the Table Here");
    await page.locator(".tab", { hasText: "Access paths of presence" }).waitFor();
    await page.locator(".view-line", { hasText: "SCAN" }).first().waitFor();
    await picture("access-paths");
    await workbench.command("View: Close Editor");

    await workbench.command("Lunora Advisor: Show Graph of the Project");
    const graph = await workbench.webview();
    await graph.locator("#list button", { hasText: "presence:online" }).waitFor();
    await until("lines are drawn", async () => (await graph.locator("#graph canvas").count()) > 0);
    await workbench.command("View: Toggle Primary Side Bar Visibility");
    await graph.locator("#search").fill("messages:permalink");
    await graph.locator("#search").press("Enter");
    await graph.locator("#details h3.scan", { hasText: "messages:permalink scans messages" }).waitFor();
    await graph.locator("#search").fill("");
    await page.waitForTimeout(500);
    await picture("graph");
    await graph.locator("#list button", { hasText: /^presence$/ }).click();
    await graph.locator("#details h3.scan", { hasText: "presence:online scans presence" }).waitFor();
    await page.locator(".tab", { hasText: "schema.ts" }).first().waitFor();
    await page.waitForTimeout(500);
    await picture("graph-and-code");
    await graph.locator("#details button.link", { hasText: "lunora/presence.ts:" }).first().click();
    await page.locator(".tab.active", { hasText: "presence.ts" }).first().waitFor();
    await workbench.command("View: Close All Editors");

    await (await workbench.statusItem()).click();
    await page.locator(".tab", { hasText: "Lunora Advisor status" }).waitFor();
    await picture("status");
    assert.ok(!existsSync(marker), "the setting comes before the workspace");
}

/** What changes files: adding an index, taking that back, fixing all, suppressing; and the end of the server in the middle of it. */
async function mend({ workbench, page, project, picture }) {
    const file = "lunora/presence.ts";
    const text = (name) => readFileSync(join(project, name), "utf8");
    const before = { code: text(file), schema: text("lunora/schema.ts") };
    await until("the status bar counts findings", async () => /Lunora[^]*\d/.test(await (await workbench.statusItem()).innerText()));
    await workbench.openAt(file, 38, 12);
    const squiggle = page.locator(".squiggly-info").first();
    await squiggle.waitFor();

    // The preferred action comes first.
    await workbench.quickFix("Add index", () => picture("actions"));
    await page.locator(".view-line", { hasText: 'withIndex("by_seen"' }).first().waitFor();
    const panel = await workbench.problems("begins with `seenAt`");
    const finding = panel.locator(".monaco-list-row", { hasText: "so this filter looks at every row" });
    await finding.waitFor({ state: "detached" });
    await picture("fixed");
    await workbench.command("File: Save All");
    await until("both files are saved", () => text(file).includes("withIndex") && text("lunora/schema.ts").includes('.index("by_seen"'));

    await workbench.openAt(file, 37, 12);
    await page.keyboard.press("Control+Z");
    await finding.waitFor();
    await workbench.command("File: Save All");
    await until("one step takes both edits back", () => text(file) === before.code && text("lunora/schema.ts") === before.schema);
    await picture("undone");

    const killed = workbench.serverProcess(options.program);
    process.kill(killed, "SIGKILL");
    await until("the server is started anew", () => ![undefined, killed].includes(workbench.serverProcess(options.program)));
    // What the old one reported may still be shown; of a table that is named now only a new one can know.
    await workbench.openAt(file, 1, 1);
    await page.keyboard.insertText('export const afterwards = memberQuery.query(({ ctx }) => ctx.db.query("restarted_rows").first());\n');
    const news = (await workbench.problems("restarted_rows")).locator(".monaco-list-row", { hasText: "restarted_rows" });
    await news.first().waitFor();
    await picture("restarted");
    await workbench.openAt(file, 1, 1);
    await page.keyboard.press("Control+Shift+K");
    await news.first().waitFor({ state: "detached" });
    await workbench.problems("begins with `seenAt`");
    await finding.waitFor();

    await workbench.openAt(file, 38, 12);
    await squiggle.waitFor();
    await workbench.quickFix("Suppress `filter_without_index` on this line");
    const input = page.locator(".quick-input-widget:visible input");
    await input.waitFor();
    await picture("reason");
    await page.keyboard.press("Enter");
    await page.locator(".quick-input-message", { hasText: "A suppression needs a reason" }).waitFor();
    await page.keyboard.type("twenty rows at most");
    await page.keyboard.press("Enter");
    await page.locator(".view-line", { hasText: "-- twenty rows at most" }).first().waitFor();
    await finding.waitFor({ state: "detached" });
    await picture("suppressed");

    await workbench.openAt("lunora/schema.ts", 80, 12);
    await page.locator(".squiggly-info").first().waitFor();
    await workbench.command("Fix All");
    // Other servers offer theirs as well; ours comes first.
    await page.locator(".action-widget .monaco-list-row.action.focused", { hasText: "Lunora" }).waitFor();
    await page.keyboard.press("Enter");
    await until("what is safe to fix is fixed", async () => (await page.locator(".view-line", { hasText: '.index("by_message",' }).count()) === 0);
    await picture("fixed-all");

    writeFileSync(join(project, "lunora-advisor.jsonc"), '{\n  "rules": {  }\n}\n');
    await workbench.openAt("lunora-advisor.jsonc", 2, 14);
    await page.keyboard.type('"unused_ind');
    const suggested = page.locator(".suggest-widget.visible .monaco-list-row", { hasText: "unused_index" });
    // What VS Code has for JSON starts with the first such file, and knows nothing until then.
    await until("the rule is suggested", async () => {
        await page.keyboard.press("Escape");
        await workbench.command("Trigger Suggest");
        await page.waitForTimeout(1000);
        return (await suggested.count()) > 0;
    });
    assert.equal(await suggested.count(), 1, "the schema and the server do not both offer it");
    await picture("configuration");
}

async function trust({ workbench, page, marker, picture }) {
    await page.locator(".statusbar-item", { hasText: "Restricted Mode" }).waitFor();
    const status = await workbench.statusItem();
    const message = page.locator(".notification-list-item", { hasText: "did not find the program" });
    await message.waitFor();
    await page.waitForTimeout(500);
    await picture("not-found");
    await message.locator(".monaco-button", { hasText: "See all places" }).click();
    await page.locator(".view-line", { hasText: "not run, since the workspace is not trusted" }).first().waitFor();
    await picture("untrusted");
    assert.ok(!existsSync(marker), "nothing of the folder is run before it is trusted");

    await workbench.command("Workspaces: Manage Workspace Trust");
    await page.locator(".workspace-trust-editor .monaco-button", { hasText: /^Trust$/ }).click();
    await until("the program of the folder is run once it is trusted", () => existsSync(marker));
    await until("it reports", async () => /Lunora[^]*\d/.test(await status.innerText()));
    await picture("trusted");
}
