/** What cytoscape is given to draw: cards, their rows, and lines from the side of one row to the side of another. */

import type { ElementDefinition } from "cytoscape";

import { rowLabel } from "../graph/layout";
import type { Box, Column, Layout, Row } from "../graph/layout";
import type { DrawnEdge, DrawnNode, Drawing } from "../graph/model";

export function elements({ nodes, edges }: Drawing, { cards, rows }: Layout): ElementDefinition[] {
    const made: ElementDefinition[] = cards.map((card) => ({
        data: { id: card.id, kind: "card", label: card.title, width: card.width, height: card.height, rows: card.rows },
        position: { x: card.x, y: card.y },
    }));
    for (const node of nodes) {
        const row = rows.get(node.id);
        if (row !== undefined) {
            const { width, height, x, y } = row;
            // A label to the right of the row, moved back over it: cytoscape sets text within a node in its middle only.
            const data = {
                id: node.id,
                kind: node.kind,
                label: rowLabel(node),
                flag: node.flag ?? "",
                table: tableOf(node),
                width,
                height,
                indent: INDENT - width,
            };
            made.push({ data, position: { x, y } });
        }
    }
    for (const edge of edges) {
        const from = rows.get(edge.from);
        const to = rows.get(edge.to);
        if (from !== undefined && to !== undefined && edge.kind !== "belongs") {
            made.push(line(edge, from, to));
        }
    }
    return made;
}

/** The table that a row of a table's card stands for or belongs to. */
function tableOf(node: DrawnNode): string | undefined {
    return node.kind === "procedure" ? undefined : (node.group ?? node.label);
}

const INDENT = 6;
/** How far a line between two rows of one column swings out. */
const SWING = 60;

/** A line that leaves and enters level. */
function line({ id, from, to, kind }: DrawnEdge, start: Row, end: Row): ElementDefinition {
    const [leaves, enters] = sides(start.column, end.column);
    const source = { x: start.x + (leaves * start.width) / 2, y: start.y };
    const target = { x: end.x + (enters * end.width) / 2, y: end.y };
    const reach = start.column === end.column ? SWING : Math.abs(target.x - source.x) / 2;
    const bends = [
        { x: source.x + leaves * reach, y: source.y },
        { x: target.x + enters * reach, y: target.y },
    ].map((point) => relative(point, source, target));
    return {
        data: {
            id,
            source: from,
            target: to,
            kind,
            leaves: endpoint(leaves),
            enters: endpoint(enters),
            weights: bends.map(({ weight }) => weight),
            distances: bends.map(({ distance }) => distance),
        },
    };
}

type Side = -1 | 1;

/** On which side a line leaves and enters: towards the other column, and outwards if there is none. */
function sides(from: Column, to: Column): [Side, Side] {
    const order: Readonly<Record<Column, number>> = { left: 0, tables: 1, right: 2 };
    if (from === to) {
        return from === "right" ? [1, 1] : [-1, -1];
    }
    return order[from] < order[to] ? [1, -1] : [-1, 1];
}

function endpoint(side: Side): string {
    return `${String(50 * side)}% 0%`;
}

type Point = Pick<Box, "x" | "y">;

/** A point as cytoscape wants it: how far along the way from source to target, and how far beside it. */
function relative(point: Point, source: Point, target: Point): { weight: number; distance: number } {
    const way = { x: target.x - source.x, y: target.y - source.y };
    const length = Math.hypot(way.x, way.y) || 1;
    const offset = { x: point.x - source.x, y: point.y - source.y };
    return { weight: (offset.x * way.x + offset.y * way.y) / length ** 2, distance: (offset.y * way.x - offset.x * way.y) / length };
}
