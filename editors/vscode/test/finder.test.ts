import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { describeAttempts, findBinary } from "../src/server/finder";
import type { FinderHost, FinderQuery } from "../src/server/finder";
import { commandLine } from "../src/server/host";

/** A machine with some files, each of which prints something for `--version` (or, with an error, does not run). */
function machineWith(
    files: Readonly<Record<string, string | Error>>,
    overrides: Partial<FinderHost> = {},
): FinderHost & { readonly ran: string[] } {
    const ran: string[] = [];
    return {
        platform: "linux",
        home: "/home/ada",
        environment: { PATH: "/usr/local/bin:/usr/bin" },
        isFile: (file) => Promise.resolve(file in files),
        version: (file) => {
            ran.push(file);
            const output = files[file];
            return output instanceof Error ? Promise.reject(output) : Promise.resolve(output ?? "");
        },
        ...overrides,
        ran,
    };
}

const QUERY: FinderQuery = {
    setting: undefined,
    workspaceFolders: ["/projects/app"],
    projectFolders: ["/projects/app/packages/api"],
    trusted: true,
    extensionFolder: "/ext",
};
const OURS = "lunora-advisor 1.2.3\n";
const EVERYWHERE = {
    "/opt/lunora-advisor": OURS,
    "/projects/app/node_modules/.bin/lunora-advisor": OURS,
    "/projects/app/packages/api/node_modules/.bin/lunora-advisor": OURS,
    "/ext/server/lunora-advisor": OURS,
    "/usr/bin/lunora-advisor": OURS,
};

describe("finding the program", () => {
    it("goes from the setting over the workspace and the bundled one to PATH", async () => {
        const gone = new Set<string>();
        const order = [];
        let setting: string | undefined = "/opt/lunora-advisor";
        for (;;) {
            const { found } = await findBinary(
                { ...QUERY, setting },
                machineWith(Object.fromEntries(Object.entries(EVERYWHERE).filter(([file]) => !gone.has(file)))),
            );
            if (found === undefined) {
                break;
            }
            order.push([found.source, found.path]);
            gone.add(found.path);
            setting = undefined;
        }
        assert.deepEqual(order, [
            ["setting", "/opt/lunora-advisor"],
            ["workspace", "/projects/app/node_modules/.bin/lunora-advisor"],
            ["workspace", "/projects/app/packages/api/node_modules/.bin/lunora-advisor"],
            ["bundled", "/ext/server/lunora-advisor"],
            ["path", "/usr/bin/lunora-advisor"],
        ]);
    });

    it("names every place when nothing is there", async () => {
        const { found, tried } = await findBinary(QUERY, machineWith({}));
        assert.equal(found, undefined);
        assert.equal(
            describeAttempts(tried),
            [
                "- workspace: /projects/app/node_modules/.bin: not there",
                "- workspace: /projects/app/packages/api/node_modules/.bin: not there",
                "- bundled with the extension: /ext/server/lunora-advisor: not there",
                "- PATH: /usr/local/bin: not there",
                "- PATH: /usr/bin: not there",
            ].join("\n"),
        );
    });

    it("does not replace the program that the setting names by another", async () => {
        const { found, tried } = await findBinary({ ...QUERY, setting: "/opt/missing" }, machineWith(EVERYWHERE));
        assert.equal(found, undefined);
        assert.deepEqual(tried, [{ source: "setting", place: "/opt/missing", outcome: "not there" }]);
    });

    it("goes on where a program does not run or is another one, and says so", async () => {
        const host = machineWith({
            "/projects/app/node_modules/.bin/lunora-advisor": new Error("spawn EACCES"),
            "/ext/server/lunora-advisor": "some-tool 4\n",
            "/usr/bin/lunora-advisor": OURS,
        });
        const { found, tried } = await findBinary(QUERY, host);
        assert.equal(found?.path, "/usr/bin/lunora-advisor");
        assert.equal(found.version, "1.2.3");
        assert.match(describeAttempts(tried), /\.bin\/lunora-advisor: does not run: spawn EACCES/);
        assert.match(describeAttempts(tried), /another program \(`--version` prints `some-tool 4`\)/);
    });
});

describe("a workspace that is not trusted", () => {
    const untrusted = { ...QUERY, trusted: false };

    it("has none of its programs run, wherever the path comes from", async () => {
        const host = machineWith(EVERYWHERE, { environment: { PATH: "/projects/app/bin:node_modules/.bin:/usr/bin" } });
        const found = await findBinary(untrusted, host);
        assert.equal(found.found?.path, "/ext/server/lunora-advisor");
        for (const setting of [
            "tools/lunora-advisor",
            "/projects/app/tools/lunora-advisor",
            "${workspaceFolder}/tools/lunora-advisor",
            "/opt/../projects/app/x",
        ]) {
            const { tried } = await findBinary({ ...untrusted, setting }, host);
            assert.match(tried[0]?.outcome ?? "", /not trusted/, setting);
        }
        assert.ok(
            host.ran.every((file) => !file.startsWith("/projects/app")),
            host.ran.join(),
        );
    });

    it("does not hinder a program elsewhere, nor a folder whose name only begins alike", async () => {
        const host = machineWith({ "/projects/app-tools/lunora-advisor": OURS });
        const { found } = await findBinary({ ...untrusted, setting: "/projects/app-tools/lunora-advisor" }, host);
        assert.equal(found?.source, "setting");
    });
});

describe("paths", () => {
    it("are never taken from a relative entry of PATH", async () => {
        const host = machineWith({ "bin/lunora-advisor": OURS, "./lunora-advisor": OURS }, { environment: { PATH: "bin:." } });
        const { found, tried } = await findBinary(QUERY, host);
        assert.equal(found, undefined);
        assert.equal(tried.filter(({ outcome }) => outcome.includes("not absolute")).length, 2);
    });

    it("in the setting may begin with ~ or the workspace folder, or be relative to it", async () => {
        const cases = {
            "~/bin/la": "/home/ada/bin/la",
            "${workspaceFolder}/bin/la": "/projects/app/bin/la",
            "bin/la": "/projects/app/bin/la",
            "~ada/la": "/projects/app/~ada/la",
        };
        for (const [setting, expected] of Object.entries(cases)) {
            const { found } = await findBinary({ ...QUERY, setting }, machineWith({ [expected]: OURS }));
            assert.equal(found?.path, expected, setting);
        }
    });

    it("on Windows have other names, separators and a shell for .cmd", async () => {
        const query = { ...QUERY, workspaceFolders: ["C:\\work\\app"], projectFolders: [], extensionFolder: "C:\\ext" };
        const host = machineWith(
            { "C:\\work\\app\\node_modules\\.bin\\lunora-advisor.cmd": OURS },
            { platform: "win32", environment: { Path: "C:\\bin;D:\\tools" } },
        );
        const { found } = await findBinary(query, host);
        assert.equal(found?.path, "C:\\work\\app\\node_modules\\.bin\\lunora-advisor.cmd");
        assert.deepEqual(commandLine("C:\\my app\\lunora-advisor.cmd", "win32"), {
            command: '"C:\\my app\\lunora-advisor.cmd"',
            shell: true,
        });
        const { tried } = await findBinary(query, machineWith({}, { platform: "win32", environment: { Path: "C:\\bin;D:\\tools" } }));
        assert.deepEqual(
            tried.filter(({ source }) => source === "path").map(({ place }) => place),
            ["C:\\bin", "D:\\tools"],
        );
    });
});
