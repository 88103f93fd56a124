/** The graph as the language server gives it: what `lunora-advisor graph --format json` prints, version 1, and where each project lies. */

export interface GraphDocument {
    readonly version: number;
    readonly projects: readonly ProjectGraph[];
}

export interface ProjectGraph {
    readonly root: string;
    /** The root as an absolute URI. */
    readonly rootUri: string;
    readonly nodes: readonly GraphNode[];
    readonly edges: readonly GraphEdge[];
}

/** A piece of source: 1-based, columns in UTF-16 code units, the end exclusive. */
export interface Place {
    readonly file: string;
    readonly line: number;
    readonly column: number;
    readonly endLine: number;
    readonly endColumn: number;
}

export interface GraphNode extends Partial<Place> {
    readonly id: string;
    readonly kind: "table" | "column" | "index" | "procedure" | "function" | "read" | "write" | "dispatch";
    readonly name: string;
    /** Of columns and indexes. */
    readonly table?: string;
    /** Of tables: whether the schema has it. */
    readonly declared?: boolean;
    readonly tier?: string;
    readonly shardKey?: string;
    /** Of columns. */
    readonly validator?: string;
    readonly optional?: boolean;
    /** Of indexes. */
    readonly indexKind?: string;
    readonly fields?: readonly string[];
    readonly unique?: boolean;
    /** Of procedures. */
    readonly procedureKind?: string;
    readonly visibility?: string;
    readonly live?: boolean;
    /** Of operations. */
    readonly method?: string;
}

export interface GraphEdge {
    readonly from: string;
    readonly to: string;
    readonly kind:
        | "declares"
        | "covers"
        | "references"
        | "concerns"
        | "calls"
        | "performs"
        | "reads"
        | "loads"
        | "uses"
        | "implies"
        | "writes"
        | "schedules"
        | "dispatches";
    readonly scan?: boolean;
    /** Of an edge from an operation: the procedures for which it holds, if not for all that reach the operation. */
    readonly procedures?: readonly string[];
}

/** The place of a node, if it has one. */
export function placeOf(node: GraphNode): Place | undefined {
    const { file, line, column, endLine, endColumn } = node;
    if (file === undefined || line === undefined || column === undefined || endLine === undefined || endColumn === undefined) {
        return undefined;
    }
    return { file, line, column, endLine, endColumn };
}
