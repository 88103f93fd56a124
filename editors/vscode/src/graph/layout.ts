/**
 * Where things are drawn. A table and its indexes are one card, and the procedures of a module are one; the tables stand in a column, with the
 * modules on both sides of it where there are many. Which card comes where in its column, so that few lines cross, is left to dagre.
 */

import { Graph, layout } from "@dagrejs/dagre";
import type { EdgeLabel, GraphLabel, NodeLabel } from "@dagrejs/dagre";

import type { DrawnNode, Drawing } from "./model";

export interface Layout {
    readonly cards: readonly Card[];
    /** By the id of the node. */
    readonly rows: ReadonlyMap<string, Row>;
}

/** A box, by its middle and size. */
export interface Box {
    readonly x: number;
    readonly y: number;
    readonly width: number;
    readonly height: number;
}

export interface Card extends Box {
    readonly id: string;
    /** What stands above the rows; a table's card has the table as its first row instead. */
    readonly title: string;
    /** The ids of its nodes, from above. */
    readonly rows: readonly string[];
}

export interface Row extends Box {
    readonly column: Column;
}

const COLUMNS = ["left", "tables", "right"] as const;
export type Column = (typeof COLUMNS)[number];

export const ROW_HEIGHT = 24;
const TITLE_HEIGHT = 26;
const PADDING = 6;
/** Between cards of a column, and between columns. */
const GAP = 20;
const COLUMN_GAP = 190;

/** @param textWidth how wide the label of a node or title of a card is, in pixels. */
export function place(drawing: Drawing, textWidth: (text: string, bold: boolean) => number): Layout {
    const tables = groups(drawing.nodes.filter(({ kind }) => kind !== "procedure"));
    const modules = groups(drawing.nodes.filter(({ kind }) => kind === "procedure"));
    const plans = [...tables.map((group) => plan(group, true, textWidth)), ...modules.map((group) => plan(group, false, textWidth))];
    const links = linksBetween(drawing, plans);
    const columns = chooseColumns(plans, links);
    const rank = crossingOrder(plans, links, columns);
    const cards: Card[] = [];
    const rows = new Map<string, Row>();
    let left = 0;
    for (const column of COLUMNS) {
        const stack = plans.filter(({ id }) => columns.get(id) === column).sort((one, other) => rank(one.id) - rank(other.id));
        const width = Math.max(0, ...stack.map((card) => card.width));
        let top = -heightOf(stack) / 2;
        for (const { id, title, rows: ids, height, isTable } of stack) {
            const x = left + width / 2;
            cards.push({ id, title, rows: ids, x, y: top + height / 2, width, height });
            ids.forEach((row, index) => {
                const y = top + (isTable ? PADDING : TITLE_HEIGHT) + (index + 0.5) * ROW_HEIGHT;
                rows.set(row, { x, y, width: width - 2 * PADDING, height: ROW_HEIGHT, column });
            });
            top += height + GAP;
        }
        left += stack.length === 0 ? 0 : width + COLUMN_GAP;
    }
    return { cards, rows };
}

/** The label of a node in its card. */
export function rowLabel(node: DrawnNode): string {
    return node.kind === "procedure" && node.label.startsWith(`${node.group ?? ""}:`)
        ? node.label.slice(node.label.indexOf(":") + 1)
        : node.label;
}

interface Plan {
    readonly id: string;
    readonly title: string;
    readonly isTable: boolean;
    readonly rows: readonly string[];
    readonly width: number;
    readonly height: number;
}

interface Link {
    readonly module: string;
    readonly table: string;
    readonly count: number;
}

const ROOT = "root";

/** Nodes of one table or module, in the order of the source. */
function groups(nodes: readonly DrawnNode[]): { readonly name: string; readonly nodes: readonly DrawnNode[] }[] {
    const found = new Map<string, DrawnNode[]>();
    for (const node of nodes) {
        const name = node.group ?? node.label;
        const group = found.get(name);
        if (group === undefined) {
            found.set(name, [node]);
        } else {
            group.push(node);
        }
    }
    return [...found].map(([name, members]) => ({ name, nodes: members }));
}

function plan(
    { name, nodes }: ReturnType<typeof groups>[number],
    isTable: boolean,
    textWidth: (text: string, bold: boolean) => number,
): Plan {
    const widths = nodes.map((node) => textWidth(rowLabel(node), node.kind === "table"));
    const title = isTable ? "" : name;
    const width = Math.max(...widths, textWidth(title, true)) + 4 * PADDING;
    const height = nodes.length * ROW_HEIGHT + PADDING + (isTable ? PADDING : TITLE_HEIGHT);
    return { id: `${isTable ? "card" : "module"} ${name}`, title, isTable, rows: nodes.map(({ id }) => id), width, height };
}

function linksBetween(drawing: Drawing, plans: readonly Plan[]): Link[] {
    const planOf = new Map(plans.flatMap((made) => made.rows.map((row) => [row, made] as const)));
    const links = new Map<string, Link>();
    for (const { from, to } of drawing.edges) {
        const module = planOf.get(from);
        const table = planOf.get(to);
        if (module !== undefined && table !== undefined && !module.isTable && table.isTable) {
            const key = `${module.id} ${table.id}`;
            links.set(key, { module: module.id, table: table.id, count: (links.get(key)?.count ?? 0) + 1 });
        }
    }
    return [...links.values()];
}

/** Modules go to the side that is shorter; all to the left, if that is not much higher than the tables. */
function chooseColumns(plans: readonly Plan[], links: readonly Link[]): ReadonlyMap<string, Column> {
    const modules = plans.filter(({ isTable }) => !isTable);
    const both = heightOf(modules) > 1.2 * heightOf(plans.filter(({ isTable }) => isTable));
    const linked = new Set(links.map(({ module }) => module));
    const heights = { left: 0, right: 0 };
    const columns = new Map<string, Column>();
    for (const { id, height, isTable } of [...plans].sort((one, other) => other.height - one.height)) {
        const column = isTable ? "tables" : both && linked.has(id) && heights.right < heights.left ? "right" : "left";
        columns.set(id, column);
        if (column !== "tables") {
            heights[column] += height + GAP;
        }
    }
    return columns;
}

/** Ranks cards by where dagre, which keeps lines from crossing, would put them. */
function crossingOrder(plans: readonly Plan[], links: readonly Link[], columns: ReadonlyMap<string, Column>): (id: string) => number {
    const graph = new Graph<GraphLabel, NodeLabel, EdgeLabel>();
    graph.setGraph({ rankdir: "LR", nodesep: GAP, ranksep: COLUMN_GAP });
    // Hangs before every table, so that the tables are in one column whatever they are connected with.
    graph.setNode(ROOT, { width: 1, height: 1 });
    for (const { id, width, height, isTable } of plans) {
        graph.setNode(id, { width, height });
        if (isTable) {
            graph.setEdge(ROOT, id, { weight: 0 });
        }
    }
    for (const { module, table, count } of links) {
        const [from, to] = columns.get(module) === "right" ? [table, module] : [module, table];
        graph.setEdge(from, to, { weight: count });
    }
    layout(graph);
    return (id) => graph.node(id).y ?? 0;
}

function heightOf(stack: readonly Plan[]): number {
    return stack.reduce((sum, { height }) => sum + height + GAP, -GAP);
}
