// Packs the extension: `npm run package [-- --binary FILE --target TARGET]`.
//
// With a binary, it is put into the extension, which is then for one platform (TARGET: linux-x64, darwin-arm64, win32-x64 …).

import { spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { parseArgs } from "node:util";

const { values } = parseArgs({ options: { binary: { type: "string" }, target: { type: "string" }, out: { type: "string" } } });
if ((values.binary === undefined) !== (values.target === undefined)) {
    console.error("--binary and --target go together: a binary runs on one platform only.");
    process.exit(2);
}

const { name, version } = JSON.parse(readFileSync("package.json", "utf8"));
const out = values.out ?? `${[name, version, values.target].filter((part) => part !== undefined).join("-")}.vsix`;
try {
    if (values.binary !== undefined) {
        const file = `server/lunora-advisor${values.target.startsWith("win32") ? ".exe" : ""}`;
        mkdirSync("server", { recursive: true });
        copyFileSync(values.binary, file);
        chmodSync(file, 0o755);
    }
    const target = values.target === undefined ? [] : ["--target", values.target];
    // All that is needed is bundled, so no dependency is packed.
    const { status } = spawnSync(
        process.execPath,
        ["node_modules/@vscode/vsce/vsce", "package", "--no-dependencies", "--out", out, ...target],
        { stdio: "inherit" },
    );
    process.exitCode = status ?? 1;
} finally {
    rmSync("server", { recursive: true, force: true });
}
