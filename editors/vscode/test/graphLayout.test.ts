import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { place } from "../src/graph/layout";
import type { Box } from "../src/graph/layout";
import type { DrawnEdge, DrawnNode } from "../src/graph/model";

/** Tables with an index each, modules with some procedures, and lines by a fixed rule. */
function drawing(tables: number, modules: number): { nodes: DrawnNode[]; edges: DrawnEdge[] } {
    const nodes: DrawnNode[] = [];
    const edges: DrawnEdge[] = [];
    for (let table = 0; table < tables; table += 1) {
        const name = `table${String(table)}`;
        nodes.push({ id: `table:${name}`, kind: "table", label: name, facts: [] });
        nodes.push({ id: `index:${name}.i`, kind: "index", label: "by_something", group: name, facts: [] });
    }
    for (let number = 0; number < modules * 3; number += 1) {
        const module = `module${String(number % modules)}`;
        const id = `procedure:${module}:p${String(number)}`;
        nodes.push({ id, kind: "procedure", label: `${module}:p${String(number)}`, group: module, facts: [] });
        const to = `table:table${String((number * 7) % (tables + 1))}`;
        edges.push({ id: `read ${id} ${to}`, from: id, to, kind: "read", operations: [] });
    }
    return { nodes, edges: edges.filter(({ to }) => nodes.some(({ id }) => id === to)) };
}

const width = (text: string): number => text.length * 7;

function overlap(one: Box, other: Box): boolean {
    return Math.abs(one.x - other.x) * 2 < one.width + other.width && Math.abs(one.y - other.y) * 2 < one.height + other.height;
}

describe("the layout of the graph", () => {
    for (const [tables, modules] of [
        [0, 0],
        [1, 0],
        [0, 2],
        [1, 1],
        [5, 12],
        [40, 3],
        [30, 90],
    ] as const) {
        it(`places everything once and apart: ${String(tables)} tables, ${String(modules)} modules`, () => {
            const { nodes, edges } = drawing(tables, modules);
            const { cards, rows } = place({ nodes, edges }, width);
            assert.deepEqual([...rows.keys()].sort(), nodes.map(({ id }) => id).sort());
            for (const [position, card] of cards.entries()) {
                assert.ok(!cards.slice(position + 1).some((other) => overlap(card, other)), `${card.id} lies over another card`);
                const inside = card.rows.map((id) => rows.get(id));
                for (const row of inside) {
                    assert.ok(
                        row !== undefined &&
                            row.y - row.height / 2 >= card.y - card.height / 2 &&
                            row.y + row.height / 2 <= card.y + card.height / 2,
                    );
                }
            }
            const tableColumns = new Set(nodes.filter(({ kind }) => kind !== "procedure").map(({ id }) => rows.get(id)?.x));
            assert.ok(tableColumns.size <= 1, "the tables stand in one column");
        });
    }
});
