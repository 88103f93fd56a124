/**
 * From the graph of a project to what is drawn: procedures on the left, indexes in the middle, tables on the right, and between them one
 * line for each thing that a procedure does to a table or index. Operations and helper functions become the places behind a line.
 */

import { placeOf } from "./document";
import type { GraphEdge, GraphNode, Place, ProjectGraph } from "./document";

export interface Drawing {
    readonly nodes: readonly DrawnNode[];
    readonly edges: readonly DrawnEdge[];
}

export type NodeKind = "table" | "index" | "procedure";

export interface DrawnNode {
    readonly id: string;
    readonly kind: NodeKind;
    readonly label: string;
    /** The module of a procedure, the table of an index. */
    readonly group?: string;
    /** Short facts for the panel beside the drawing. */
    readonly facts: readonly string[];
    readonly place?: Place;
    /** Of a table: whether something scans it. Of an index: whether nothing reads by it. */
    readonly flag?: "scanned" | "unused";
}

export type EdgeKind = "read" | "scan" | "write" | "call" | "belongs";

export interface DrawnEdge {
    readonly id: string;
    readonly from: string;
    readonly to: string;
    readonly kind: EdgeKind;
    /** Where it happens, each once, in the order of the source. */
    readonly operations: readonly Operation[];
}

export interface Operation {
    readonly name: string;
    readonly place?: Place;
}

export function draw(project: ProjectGraph): Drawing {
    const graph = new Index(project);
    const edges = new EdgeList();
    for (const node of project.nodes) {
        if (node.kind === "index" && node.table !== undefined) {
            edges.add(node.id, `table:${node.table}`, "belongs");
        } else if (node.kind === "read") {
            drawRead(node, graph, edges);
        } else if (node.kind === "write" || node.kind === "dispatch") {
            drawOthers(node, graph, edges);
        } else if (node.kind === "procedure") {
            drawDirect(node, graph, edges);
        }
    }
    const drawn = edges.list();
    const scanned = new Set(drawn.filter(({ kind }) => kind === "scan").map(({ to }) => to));
    const used = new Set(drawn.filter(({ kind }) => kind === "read" || kind === "scan").map(({ to }) => to));
    const nodes: DrawnNode[] = [];
    for (const node of project.nodes) {
        const made = drawNode(node, graph, scanned, used);
        if (made !== undefined) {
            nodes.push(made);
        }
    }
    const ids = new Set(nodes.map(({ id }) => id));
    return { nodes, edges: drawn.filter(({ from, to }) => ids.has(from) && ids.has(to)) };
}

/** A read reaches its table by an index, or by itself; the table that it loads by the way has a line of its own. */
function drawRead(read: GraphNode, graph: Index, edges: EdgeList): void {
    const operation = operationOf(read);
    const byIndex = graph.from(read.id, "uses", "implies");
    const served = new Set<string>();
    const tables = graph.from(read.id, "reads");
    const scans = tables.some(({ scan }) => scan === true);
    for (const edge of byIndex) {
        for (const procedure of graph.doers(edge)) {
            served.add(procedure);
        }
    }
    // A scan that every procedure does by an index walks that index from end to end.
    const walksIndex = scans && tables.every((edge) => graph.doers(edge).every((procedure) => served.has(procedure)));
    for (const edge of byIndex) {
        for (const procedure of graph.doers(edge)) {
            edges.add(procedure, edge.to, walksIndex ? "scan" : "read", operation);
        }
    }
    for (const edge of tables) {
        for (const procedure of graph.doers(edge).filter((doer) => !served.has(doer))) {
            edges.add(procedure, edge.to, edge.scan === true ? "scan" : "read", operation);
        }
    }
    for (const edge of graph.from(read.id, "loads")) {
        for (const procedure of graph.doers(edge)) {
            edges.add(procedure, edge.to, "read", operation);
        }
    }
}

function drawOthers(node: GraphNode, graph: Index, edges: EdgeList): void {
    const kinds = { writes: "write", schedules: "call", dispatches: "call" } as const;
    for (const edge of graph.from(node.id, "writes", "schedules", "dispatches")) {
        const kind = kinds[edge.kind as keyof typeof kinds];
        for (const procedure of graph.doers(edge)) {
            edges.add(procedure, edge.to, kind, operationOf(node));
        }
    }
}

/** A shape, migration or trigger is about a table; and a procedure may call another as a function. */
function drawDirect(procedure: GraphNode, graph: Index, edges: EdgeList): void {
    for (const edge of graph.from(procedure.id, "concerns")) {
        edges.add(procedure.id, edge.to, "read");
    }
    for (const edge of graph.from(procedure.id, "calls")) {
        if (graph.node(edge.to)?.kind === "procedure") {
            edges.add(procedure.id, edge.to, "call");
        }
    }
}

function drawNode(node: GraphNode, graph: Index, scanned: ReadonlySet<string>, used: ReadonlySet<string>): DrawnNode | undefined {
    const place = placeOf(node);
    const common = { id: node.id, ...(place === undefined ? {} : { place }) };
    if (node.kind === "table") {
        const flag = scanned.has(node.id) ? ({ flag: "scanned" } as const) : {};
        return { ...common, kind: "table", label: node.name, facts: tableFacts(node, graph), ...flag };
    }
    if (node.kind === "index") {
        // That a UNIQUE index is not read by does not make it useless, and other kinds are not read by `ctx.db` at all.
        const flag = !used.has(node.id) && node.unique !== true && node.indexKind === "secondary" ? ({ flag: "unused" } as const) : {};
        return {
            ...common,
            kind: "index",
            label: indexLabel(node),
            ...(node.table === undefined ? {} : { group: node.table }),
            facts: indexFacts(node),
            ...flag,
        };
    }
    if (node.kind === "procedure" && node.procedureKind !== "module") {
        // What has no module, like a trigger of the schema, is with its kind.
        const group = node.name.includes(":") ? node.name.slice(0, node.name.indexOf(":")) : `${node.procedureKind ?? "procedure"}s`;
        return { ...common, kind: "procedure", label: node.name, group, facts: procedureFacts(node) };
    }
    return undefined;
}

/** An index by its name and columns; one that has no name is called by its columns already. */
function indexLabel({ name, fields = [] }: GraphNode): string {
    return name.includes("(") || fields.length === 0 ? name : `${name} (${fields.join(", ")})`;
}

function tableFacts(table: GraphNode, graph: Index): string[] {
    if (table.declared === false) {
        return ["not in the schema"];
    }
    const tier = table.tier === "sharded" && table.shardKey !== undefined ? `sharded by ${table.shardKey}` : (table.tier ?? "");
    const columns = graph
        .from(table.id, "declares")
        .map(({ to }) => graph.node(to))
        .filter((node) => node?.kind === "column")
        .map((node) => `${node?.name ?? ""}${node?.optional === true ? "?" : ""}: ${node?.validator ?? "unknown"}`);
    return [tier, ...columns].filter((fact) => fact !== "");
}

function indexFacts(index: GraphNode): string[] {
    const kind =
        index.indexKind === undefined || index.indexKind === "secondary" || index.indexKind === "uniqueColumn" ? [] : [index.indexKind];
    return [`${index.table ?? ""} (${(index.fields ?? []).join(", ")})`, ...(index.unique === true ? ["unique"] : []), ...kind];
}

function procedureFacts(procedure: GraphNode): string[] {
    return [
        [procedure.visibility, procedure.procedureKind].filter((word) => word !== undefined).join(" "),
        ...(procedure.live === true ? ["live: runs again for each subscriber"] : []),
    ];
}

function operationOf(node: GraphNode): Operation {
    const place = placeOf(node);
    return { name: node.name, ...(place === undefined ? {} : { place }) };
}

/** Nodes by id, and edges by where they start. */
class Index {
    private readonly nodes: ReadonlyMap<string, GraphNode>;
    private readonly outgoing = new Map<string, GraphEdge[]>();
    private readonly holders = new Map<string, string[]>();
    private readonly reaching = new Map<string, readonly string[]>();

    constructor(project: ProjectGraph) {
        this.nodes = new Map(project.nodes.map((node) => [node.id, node]));
        for (const edge of project.edges) {
            append(this.outgoing, edge.from, edge);
            if (edge.kind === "performs" || edge.kind === "calls") {
                append(this.holders, edge.to, edge.from);
            }
        }
    }

    node(id: string): GraphNode | undefined {
        return this.nodes.get(id);
    }

    from(id: string, ...kinds: readonly GraphEdge["kind"][]): GraphEdge[] {
        return (this.outgoing.get(id) ?? []).filter(({ kind }) => kinds.includes(kind));
    }

    /** The procedures that do what an edge from an operation says. */
    doers(edge: GraphEdge): readonly string[] {
        return edge.procedures ?? this.proceduresReaching(edge.from);
    }

    /** The procedures that reach an operation, directly or by helper functions. */
    private proceduresReaching(operation: string): readonly string[] {
        const known = this.reaching.get(operation);
        if (known !== undefined) {
            return known;
        }
        const seen = new Set<string>();
        const procedures: string[] = [];
        const waiting = [...(this.holders.get(operation) ?? [])];
        for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) {
            if (seen.has(id)) {
                continue;
            }
            seen.add(id);
            if (this.nodes.get(id)?.kind === "procedure") {
                procedures.push(id);
            } else {
                waiting.push(...(this.holders.get(id) ?? []));
            }
        }
        this.reaching.set(operation, procedures);
        return procedures;
    }
}

/** Edges, of which those with the same ends and kind are one. */
class EdgeList {
    private readonly edges = new Map<string, { from: string; to: string; kind: EdgeKind; operations: Operation[] }>();

    add(from: string, to: string, kind: EdgeKind, operation?: Operation): void {
        const id = `${kind} ${from} ${to}`;
        const edge = this.edges.get(id) ?? { from, to, kind, operations: [] };
        this.edges.set(id, edge);
        if (operation !== undefined && !edge.operations.includes(operation)) {
            edge.operations.push(operation);
        }
    }

    list(): DrawnEdge[] {
        return [...this.edges].map(([id, edge]) => ({ id, ...edge }));
    }
}

function append<Key, Value>(map: Map<Key, Value[]>, key: Key, value: Value): void {
    const values = map.get(key);
    if (values === undefined) {
        map.set(key, [value]);
    } else {
        values.push(value);
    }
}
