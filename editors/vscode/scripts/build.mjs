// Bundles the extension and the view of the graph: `node scripts/build.mjs [--watch] [--minify]`.

import { build, context } from "esbuild";

const flags = new Set(process.argv.slice(2));
const common = {
    bundle: true,
    minify: flags.has("--minify"),
    sourcemap: flags.has("--minify") ? false : "linked",
    legalComments: "external",
    logLevel: "warning",
};
const bundles = [
    {
        ...common,
        entryPoints: ["src/extension.ts"],
        outfile: "dist/extension.js",
        platform: "node",
        target: "node20",
        format: "cjs",
        external: ["vscode"],
    },
    { ...common, entryPoints: ["src/webview/main.ts"], outfile: "dist/webview.js", platform: "browser", target: "es2022", format: "iife" },
];

if (flags.has("--watch")) {
    await Promise.all(bundles.map(async (options) => (await context(options)).watch()));
} else {
    await Promise.all(bundles.map((options) => build(options)));
}
