/** The drawing itself. */

import cytoscape from "cytoscape";
import type { CollectionReturnValue, Core, NodeCollection, NodeSingular } from "cytoscape";

import { place } from "../graph/layout";
import type { Drawing, EdgeKind } from "../graph/model";
import { elements } from "./elements";
import { styles } from "./styles";
import { currentTheme, onThemeChange } from "./theme";

/** Above this many nodes a drawing says nothing, and takes long to lay out: only what is around the chosen node is drawn. */
export const MAX_NODES = 350;

/** Around the drawing, in pixels. */
const MARGIN = 20;
const LARGEST_FIT = 1.2;
const SMALLEST_READABLE = 0.7;

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
    /** Whether the user has set what part is in view. */
    private isMoved = false;

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
        this.cy.on("dragpan scrollzoom pinchzoom", () => (this.isMoved = true));
        // When an editor opens beside the view, it becomes half as wide.
        new ResizeObserver(() => {
            this.cy.resize();
            if (!this.isMoved) {
                this.begin();
            }
        }).observe(container);
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

    /** Shows all of the drawing. */
    fit(): void {
        this.fitTo(this.cy.elements());
    }

    /** Shows all of the drawing if it can be read then; else what is around the chosen node, or the top. */
    private begin(): void {
        this.isMoved = false;
        this.fit();
        if (this.cy.zoom() >= SMALLEST_READABLE) {
            return;
        }
        const chosen = this.chosen === undefined ? this.cy.collection() : this.cy.getElementById(this.chosen);
        if (chosen.nonempty()) {
            this.fitTo(around(chosen));
            return;
        }
        this.cy.zoom(SMALLEST_READABLE);
        const box = this.cy.elements().boundingBox();
        this.cy.pan({ x: this.cy.width() / 2 - ((box.x1 + box.x2) / 2) * SMALLEST_READABLE, y: MARGIN - box.y1 * SMALLEST_READABLE });
    }

    private fitTo(elements: CollectionReturnValue): void {
        this.cy.fit(elements, MARGIN);
        // A small graph is not blown up.
        if (this.cy.zoom() > LARGEST_FIT) {
            this.cy.zoom(LARGEST_FIT);
            this.cy.center(elements);
        }
    }

    private lay(): void {
        const { nodes, edges } = this.visible();
        this.cy.batch(() => {
            this.cy.elements().remove();
            this.cy.add(elements({ nodes, edges }, place({ nodes, edges }, textWidth)));
        });
        this.begin();
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
            const outside = this.cy.elements("[kind != 'card']").difference(all);
            outside.addClass("far");
            const far = new Set(outside.map((element) => element.id()));
            for (const card of this.cy.nodes("[kind = 'card']").toArray()) {
                card.toggleClass(
                    "far",
                    (card.data("rows") as readonly string[]).every((id) => far.has(id)),
                );
            }
            all.addClass("near");
            chosen.addClass("chosen");
        });
    }

    private rows(): NodeCollection {
        return this.cy.nodes("[kind != 'card']");
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
            const first = this.rows().min((node) => node.position("x") + node.position("y"));
            this.choose(first.ele.id());
            return;
        }
        const start = from.position();
        const distance = (node: NodeSingular): number => {
            const along = (node.position("x") - start.x) * x + (node.position("y") - start.y) * y;
            const across = Math.abs((node.position("x") - start.x) * y) + Math.abs((node.position("y") - start.y) * x);
            return along <= 1 ? Number.POSITIVE_INFINITY : along + 2 * across;
        };
        const next = this.rows().difference(from).min(distance);
        if (Number.isFinite(next.value)) {
            this.choose(next.ele.id());
            this.reveal(next.ele.id());
        }
    }
}

/** What belongs to a node or line: its neighbours. Of a table all that is in its card, and of an index the table above it. */
function around(chosen: CollectionReturnValue): CollectionReturnValue {
    if (chosen.edges().nonempty()) {
        return chosen.union(chosen.connectedNodes());
    }
    const table = String(chosen.data("table"));
    const sameTable = chosen.cy().nodes(`[table = ${JSON.stringify(table)}]`);
    if (chosen.data("kind") === "table") {
        return sameTable.closedNeighborhood();
    }
    const near = chosen.closedNeighborhood();
    return near.union(
        near
            .cy()
            .nodes('[kind = "table"]')
            .filter((node) => near.nodes('[kind = "index"]').some((index) => index.data("table") === node.data("table"))),
    );
}

const measure = document.createElement("canvas").getContext("2d");

function textWidth(text: string, bold: boolean): number {
    if (measure === null) {
        return text.length * 7;
    }
    measure.font = `${bold ? "bold " : ""}12px ${currentTheme().font}`;
    return measure.measureText(text).width;
}

function motion(): number {
    return matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 150;
}
