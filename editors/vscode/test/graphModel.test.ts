import assert from "node:assert/strict";
import { describe, it } from "node:test";

import type { GraphEdge, GraphNode, ProjectGraph } from "../src/graph/document";
import { draw } from "../src/graph/model";

const PLACE = { file: "lunora/a.ts", line: 1, column: 1, endLine: 1, endColumn: 2 };

function graph(
    nodes: readonly string[],
    edges: readonly string[],
    details: Readonly<Record<string, Partial<GraphNode>>> = {},
    edgeDetails: Readonly<Record<string, Partial<GraphEdge>>> = {},
): ProjectGraph {
    return {
        root: "app",
        rootUri: "file:///app",
        nodes: nodes.map((id) => {
            const [kind, name] = [id.slice(0, id.indexOf(":")), id.slice(id.indexOf(":") + 1)];
            return { id, kind: kind as GraphNode["kind"], name, ...PLACE, ...details[id] };
        }),
        edges: edges.map((edge) => {
            const [from = "", kind, to = ""] = edge.split(" ");
            return { from, kind: kind as GraphEdge["kind"], to, ...edgeDetails[edge] };
        }),
    };
}

function lines(project: ProjectGraph): string[] {
    return draw(project).edges.map(({ from, kind, to }) => `${from} ${kind} ${to}`);
}

describe("the drawing of a graph", () => {
    it("draws a read in a helper from each procedure that reaches it, also by several helpers and round a cycle", () => {
        const project = graph(
            ["table:t", "procedure:a:x", "procedure:a:y", "procedure:a:z", "function:f", "function:g", "read:r"],
            [
                "procedure:a:x calls function:f",
                "procedure:a:y calls function:g",
                "function:g calls function:f",
                "function:f calls function:g",
                "function:f performs read:r",
                "read:r reads table:t",
            ],
        );
        assert.deepEqual(lines(project), ["procedure:a:x read table:t", "procedure:a:y read table:t"]);
    });

    it("draws a read by an index to the index, and a scan to the table", () => {
        const project = graph(
            ["table:t", "index:t.i", "procedure:a:x", "read:r", "read:s"],
            [
                "procedure:a:x performs read:r",
                "procedure:a:x performs read:s",
                "read:r reads table:t",
                "read:r uses index:t.i",
                "read:s reads table:t",
            ],
            { "index:t.i": { table: "t", indexKind: "secondary" } },
            { "read:s reads table:t": { scan: true } },
        );
        assert.deepEqual(lines(project), ["index:t.i belongs table:t", "procedure:a:x read index:t.i", "procedure:a:x scan table:t"]);
        assert.deepEqual(
            draw(project).nodes.map(({ id, flag }) => [id, flag]),
            [
                ["table:t", "scanned"],
                ["index:t.i", undefined],
                ["procedure:a:x", undefined],
            ],
        );
    });

    it("draws what one read does for one procedure by an index and for another by a scan as it is for each", () => {
        const project = graph(
            ["table:t", "index:t.i", "procedure:a:x", "procedure:a:y", "function:f", "read:r"],
            [
                "procedure:a:x calls function:f",
                "procedure:a:y calls function:f",
                "function:f performs read:r",
                "read:r reads table:t",
                "read:r implies index:t.i",
            ],
            { "index:t.i": { table: "t" } },
            { "read:r reads table:t": { scan: true }, "read:r implies index:t.i": { procedures: ["procedure:a:x"] } },
        );
        assert.deepEqual(lines(project), ["index:t.i belongs table:t", "procedure:a:x read index:t.i", "procedure:a:y scan table:t"]);
    });

    it("draws a walk over a whole index as a scan of the index", () => {
        const project = graph(
            ["table:t", "index:t.i", "procedure:a:x", "read:r"],
            ["procedure:a:x performs read:r", "read:r reads table:t", "read:r uses index:t.i"],
            { "index:t.i": { table: "t" } },
            { "read:r reads table:t": { scan: true } },
        );
        assert.deepEqual(lines(project).slice(1), ["procedure:a:x scan index:t.i"]);
    });

    it("gathers the places of operations that are one line", () => {
        const project = graph(
            ["table:t", "procedure:a:x", "write:1", "write:2"],
            ["procedure:a:x performs write:1", "procedure:a:x performs write:2", "write:1 writes table:t", "write:2 writes table:t"],
            { "write:2": { line: 9 } },
        );
        const [line, ...others] = draw(project).edges;
        assert.equal(others.length, 0);
        assert.deepEqual(
            line?.operations.map(({ place }) => place?.line),
            [1, 9],
        );
    });

    it("calls only a plain index that nothing reads by unused", () => {
        const details = {
            "index:t.i": { table: "t", indexKind: "secondary" },
            "index:t.u": { table: "t", indexKind: "secondary", unique: true },
            "index:t.s": { table: "t", indexKind: "search" },
        };
        const flags = draw(graph(["table:t", ...Object.keys(details)], [], details)).nodes.map(({ flag }) => flag);
        assert.deepEqual(flags, [undefined, "unused", undefined, undefined]);
    });

    it("has no line that ends at something that is not drawn", () => {
        const project = graph(["procedure:a:x", "read:r"], ["procedure:a:x performs read:r", "read:r reads table:gone"]);
        assert.deepEqual(lines(project), []);
    });
});
