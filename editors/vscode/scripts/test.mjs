// Bundles the unit tests and runs them with Node's own runner.

import { spawnSync } from "node:child_process";
import { readdirSync, rmSync } from "node:fs";

import { build } from "esbuild";

const tests = readdirSync("test").filter((name) => name.endsWith(".test.ts"));
rmSync("out", { recursive: true, force: true });
await build({
    entryPoints: tests.map((name) => `test/${name}`),
    outdir: "out",
    outExtension: { ".js": ".mjs" },
    bundle: true,
    platform: "node",
    target: "node20",
    format: "esm",
    sourcemap: "inline",
    logLevel: "warning",
});
const { status } = spawnSync(
    process.execPath,
    ["--enable-source-maps", "--test", ...tests.map((name) => `out/${name.replace(/\.ts$/, ".mjs")}`)],
    { stdio: "inherit" },
);
process.exit(status ?? 1);
