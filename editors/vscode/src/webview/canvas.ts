/** The drawing itself. */

import cytoscape from "cytoscape";
import type { CollectionReturnValue, Core, ElementDefinition, NodeSingular, StylesheetJson } from "cytoscape";
import dagre from "cytoscape-dagre";

import type { DrawnEdge, DrawnNode, Drawing, EdgeKind } from "../graph/model";
import { currentTheme, onThemeChange } from "./theme";
import type { Theme } from "./theme";

cytoscape.use(dagre);

/** Above this many nodes a drawing says nothing, and takes long to lay out: only what is around the chosen node is drawn. */
export const MAX_NODES = 350;

export interface CanvasEvents {
    /** A node or line was chosen, or nothing any more. */
    chosen(id: string | undefined): void;
    /** The place of a node or line is wanted. */
    opened(id: string): void;
}

export class Canvas {
    private readonly cy: Core;
    private drawing: Drawing = { nodes: [], edges: [] };
    private hidden: ReadonlySet<EdgeKind> = new Set();
    private chosen: string | undefined;

    constructor(
        private readonly container: HTMLElement,
        private readonly events: CanvasEvents,
    ) {
        this.cy = cytoscape({
            container,
            style: styles(currentTheme()),
            minZoom: 0.1,
            maxZoom: 2.5,
            boxSelectionEnabled: false,
            autoungrabify: true,
        });
        this.cy.on("tap", "node, edge", ({ target }: { target: NodeSingular }) => {
            this.choose(target.id());
            this.events.opened(target.id());
        });
        this.cy.on("tap", (event) => {
            if (event.target === this.cy) {
                this.choose(undefined);
            }
        });
        this.cy.on("mouseover", "node, edge", () => (container.style.cursor = "pointer"));
        this.cy.on("mouseout", "node, edge", () => (container.style.cursor = ""));
        container.addEventListener("keydown", (event) => this.key(event));
        onThemeChange(() => this.cy.style(styles(currentTheme())));
    }

    /** Whether all of the drawing is shown, or only what is around the chosen node. */
    get isPartial(): boolean {
        return this.drawing.nodes.length > MAX_NODES;
    }

    show(drawing: Drawing, chosen: string | undefined): void {
        this.drawing = drawing;
        this.chosen = drawing.nodes.some(({ id }) => id === chosen) ? chosen : undefined;
        this.lay();
    }

    /** Leaves lines of some kinds out. */
    hide(kinds: ReadonlySet<EdgeKind>): void {
        this.hidden = kinds;
        this.lay();
    }

    /** Marks a node or line and what it is connected with. */
    choose(id: string | undefined): void {
        const changed = id !== this.chosen;
        this.chosen = id;
        if (changed && this.isPartial && !this.drawing.edges.some((edge) => edge.id === id)) {
            this.lay();
        }
        this.mark();
        this.events.chosen(id);
    }

    /** Brings a node into view, if it is not. */
    reveal(id: string): void {
        const node = this.cy.getElementById(id);
        const box = node.renderedBoundingBox();
        if (!node.empty() && (box.x1 < 0 || box.y1 < 0 || box.x2 > this.cy.width() || box.y2 > this.cy.height())) {
            this.cy.animate({ center: { eles: node } }, { duration: motion() });
        }
    }

    fit(): void {
        this.cy.fit(undefined, 24);
        // A small graph is not blown up.
        if (this.cy.zoom() > 1.2) {
            this.cy.zoom(1.2);
            this.cy.center();
        }
    }

    private lay(): void {
        const { nodes, edges } = this.visible();
        this.cy.batch(() => {
            this.cy.elements().remove();
            this.cy.add([...nodes.map(nodeElement), ...edges.map(edgeElement)]);
        });
        // Calls between procedures would pull their columns apart, so they don't take part.
        this.cy
            .elements()
            .not('edge[kind = "call"]')
            .layout({
                name: "dagre",
                rankDir: "LR",
                nodeSep: 10,
                rankSep: 110,
                edgeSep: 6,
                minLen: minimumLength,
                fit: false,
                animate: false,
            } as cytoscape.LayoutOptions)
            .run();
        this.fit();
        this.mark();
    }

    private visible(): Drawing {
        const edges = this.drawing.edges.filter(({ kind }) => !this.hidden.has(kind));
        if (!this.isPartial) {
            return { nodes: this.drawing.nodes, edges };
        }
        const near = new Set(this.chosen === undefined ? [] : [this.chosen]);
        // Two steps: from a table over its indexes to the procedures, and from a procedure over an index to the table.
        for (let step = 0; step < 2; step += 1) {
            const before = new Set(near);
            for (const { from, to, kind } of edges) {
                if (before.has(from) && (kind !== "write" || from === this.chosen)) {
                    near.add(to);
                } else if (before.has(to) && (to === this.chosen || kind !== "belongs")) {
                    near.add(from);
                }
            }
        }
        return {
            nodes: this.drawing.nodes.filter(({ id }) => near.has(id)),
            edges: edges.filter(({ from, to }) => near.has(from) && near.has(to)),
        };
    }

    private mark(): void {
        this.cy.batch(() => {
            this.cy.elements().removeClass("chosen near far");
            const chosen = this.chosen === undefined ? this.cy.collection() : this.cy.getElementById(this.chosen);
            if (chosen.empty()) {
                return;
            }
            const all = around(chosen);
            this.cy.elements().difference(all).addClass("far");
            all.addClass("near");
            chosen.addClass("chosen");
        });
    }

    private key(event: KeyboardEvent): void {
        const directions: Readonly<Record<string, readonly [number, number]>> = {
            ArrowLeft: [-1, 0],
            ArrowRight: [1, 0],
            ArrowUp: [0, -1],
            ArrowDown: [0, 1],
        };
        const direction = directions[event.key];
        if (direction !== undefined) {
            this.step(direction);
        } else if (event.key === "Enter" && this.chosen !== undefined) {
            this.events.opened(this.chosen);
        } else if (event.key === "Escape") {
            this.choose(undefined);
        } else if (event.key === "+" || event.key === "-") {
            const level = this.cy.zoom() * (event.key === "+" ? 1.2 : 1 / 1.2);
            this.cy.zoom({ level, renderedPosition: { x: this.container.clientWidth / 2, y: this.container.clientHeight / 2 } });
        } else if (event.key === "0") {
            this.fit();
        } else {
            return;
        }
        event.preventDefault();
    }

    /** Chooses the nearest node in a direction. */
    private step([x, y]: readonly [number, number]): void {
        const chosen = this.chosen === undefined ? this.cy.collection() : this.cy.getElementById(this.chosen);
        const from = chosen.nodes().nonempty() ? chosen.nodes().first() : undefined;
        if (from === undefined) {
            const first = this.cy.nodes().min((node) => node.position("x") + node.position("y"));
            this.choose(first.ele.id());
            return;
        }
        const start = from.position();
        const distance = (node: NodeSingular): number => {
            const along = (node.position("x") - start.x) * x + (node.position("y") - start.y) * y;
            const across = Math.abs((node.position("x") - start.x) * y) + Math.abs((node.position("y") - start.y) * x);
            return along <= 1 ? Number.POSITIVE_INFINITY : along + 2 * across;
        };
        const next = this.cy.nodes().difference(from).min(distance);
        if (Number.isFinite(next.value)) {
            this.choose(next.ele.id());
            this.reveal(next.ele.id());
        }
    }
}

/**
 * What belongs to a node or line: its neighbours. An index lies between procedures and a table, so a procedure's neighbourhood goes on to
 * the table behind the index, and a table's over its indexes to the procedures.
 */
function around(chosen: CollectionReturnValue): CollectionReturnValue {
    if (chosen.edges().nonempty()) {
        return chosen.union(chosen.connectedNodes());
    }
    const indexes = chosen.neighborhood('node[kind = "index"]');
    const beyond = chosen.data("kind") === "table" ? indexes.incomers() : indexes.outgoers();
    return chosen.closedNeighborhood().union(beyond);
}

const LINE_HEIGHT = 26;

function nodeElement(node: DrawnNode): ElementDefinition {
    return { data: { id: node.id, kind: node.kind, label: node.label, flag: node.flag ?? "", width: textWidth(node.label) + 20 } };
}

function edgeElement(edge: DrawnEdge): ElementDefinition {
    return { data: { id: edge.id, source: edge.from, target: edge.to, kind: edge.kind } };
}

/** Lines to a table pass the column of the indexes. */
function minimumLength(edge: cytoscape.EdgeSingular): number {
    return edge.data("kind") !== "belongs" && edge.target().data("kind") === "table" ? 2 : 1;
}

const measure = document.createElement("canvas").getContext("2d");

function textWidth(text: string): number {
    if (measure === null) {
        return text.length * 7;
    }
    measure.font = `12px ${currentTheme().font}`;
    return measure.measureText(text).width;
}

function motion(): number {
    return matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 150;
}

function styles(theme: Theme): StylesheetJson {
    const line = (kind: EdgeKind, color: string, width: number): StylesheetJson[number] => ({
        selector: `edge[kind = "${kind}"]`,
        style: { "line-color": color, "target-arrow-color": color, width },
    });
    return [
        {
            selector: "node",
            style: {
                shape: "round-rectangle",
                width: "data(width)",
                height: LINE_HEIGHT,
                label: "data(label)",
                color: theme.text,
                "font-family": theme.font,
                "font-size": 12,
                "text-valign": "center",
                "text-halign": "center",
                "background-color": theme.nodeFill,
                "border-width": 1,
                "border-color": theme.border,
            },
        },
        {
            selector: 'node[kind = "table"]',
            style: { "background-color": theme.tableFill, color: theme.tableText, "font-weight": "bold", height: LINE_HEIGHT + 6 },
        },
        { selector: 'node[kind = "index"]', style: { shape: "cut-rectangle", "border-color": theme.muted } },
        { selector: 'node[flag = "unused"]', style: { "border-style": "dashed", color: theme.muted } },
        { selector: 'node[flag = "scanned"]', style: { "border-color": theme.scan, "border-width": 2 } },
        {
            selector: "edge",
            style: { "curve-style": "bezier", "target-arrow-shape": "triangle", "arrow-scale": 0.8, width: 1.5, opacity: 0.85 },
        },
        line("read", theme.read, 1.5),
        line("scan", theme.scan, 2.5),
        line("write", theme.write, 1.5),
        line("call", theme.call, 1.5),
        line("belongs", theme.muted, 1),
        {
            selector: 'edge[kind = "call"]',
            style: {
                "curve-style": "unbundled-bezier",
                "control-point-distances": [-60],
                "control-point-weights": [0.5],
                "line-style": "dashed",
            },
        },
        { selector: 'edge[kind = "belongs"]', style: { "target-arrow-shape": "none", "line-style": "dotted" } },
        { selector: 'edge[kind = "write"]', style: { "target-arrow-shape": "diamond" } },
        { selector: ".far", style: { opacity: 0.12 } },
        { selector: "edge.chosen", style: { width: 4, opacity: 1 } },
        { selector: "node.chosen", style: { "border-color": theme.focus, "border-width": 3 } },
    ];
}
