/** The list beside the drawing: everything that is drawn as text, for the keyboard and for screen readers, and what is known of the chosen thing. */

import type { Place } from "../graph/document";
import type { DrawnEdge, DrawnNode, Drawing, EdgeKind } from "../graph/model";

export interface PanelEvents {
    chosen(id: string): void;
    opened(place: Place): void;
}

export class Panel {
    private drawing: Drawing = { nodes: [], edges: [] };
    private wanted = "";

    constructor(
        private readonly details: HTMLElement,
        private readonly list: HTMLElement,
        private readonly events: PanelEvents,
    ) {
        list.addEventListener("keydown", (event) => this.key(event));
    }

    show(drawing: Drawing): void {
        this.drawing = drawing;
        this.filter(this.wanted);
    }

    /** Lists what has `text` in its name; all that has, is returned in the order of the list. */
    filter(text: string): readonly DrawnNode[] {
        this.wanted = text;
        const wanted = text.trim().toLowerCase();
        const nodes = this.drawing.nodes.filter(({ label, group }) => `${group ?? ""}.${label}`.toLowerCase().includes(wanted));
        const tables = nodes.filter(({ kind }) => kind !== "procedure");
        const procedures = nodes.filter(({ kind }) => kind === "procedure");
        this.list.replaceChildren(...this.section("Tables and indexes", tables), ...this.section("Procedures", procedures));
        if (nodes.length === 0) {
            this.list.append(element("p", { className: "muted", textContent: "Nothing has that in its name." }));
        }
        return [...tables, ...procedures];
    }

    /** Says what is known of a node or line. */
    describe(id: string | undefined): void {
        for (const button of this.list.querySelectorAll("button")) {
            button.setAttribute("aria-current", String(button.dataset["id"] === id));
        }
        const node = this.drawing.nodes.find((one) => one.id === id);
        const edge = this.drawing.edges.find((one) => one.id === id);
        this.details.hidden = node === undefined && edge === undefined;
        if (node !== undefined) {
            this.details.replaceChildren(...this.nodeDetails(node));
        } else if (edge !== undefined) {
            this.details.replaceChildren(this.edgeTitle(edge), this.operations(edge));
        }
    }

    private section(title: string, nodes: readonly DrawnNode[]): HTMLElement[] {
        if (nodes.length === 0) {
            return [];
        }
        const list = element("ul", {});
        list.append(
            ...nodes.map((node) => {
                const button = element("button", { type: "button", className: `${node.kind} ${node.flag ?? ""}`, textContent: node.label });
                button.dataset["id"] = node.id;
                button.addEventListener("click", () => {
                    this.events.chosen(node.id);
                    if (node.place !== undefined) {
                        this.events.opened(node.place);
                    }
                });
                const item = element("li", {});
                item.append(button);
                if (node.flag !== undefined) {
                    item.append(element("span", { className: `flag ${node.flag}`, textContent: node.flag }));
                }
                return item;
            }),
        );
        return [element("h2", { textContent: title }), list];
    }

    private nodeDetails(node: DrawnNode): HTMLElement[] {
        const title = element("h2", { textContent: node.label });
        const facts = element("ul", { className: "facts" });
        facts.append(...node.facts.map((fact) => element("li", { textContent: fact })));
        const lines = this.drawing.edges.filter(({ from, to, kind }) => (from === node.id || to === node.id) && kind !== "belongs");
        return [title, facts, ...lines.flatMap((edge) => [this.edgeTitle(edge), this.operations(edge)])];
    }

    private edgeTitle({ from, to, kind }: DrawnEdge): HTMLElement {
        const title = element("h3", { className: kind });
        title.append(`${this.label(from)} `, element("span", { className: "verb", textContent: VERBS[kind] }), ` ${this.label(to)}`);
        return title;
    }

    private operations({ operations }: DrawnEdge): HTMLElement {
        const list = element("ul", { className: "places" });
        for (const { name, place } of operations) {
            const item = element("li", {});
            if (place === undefined) {
                item.append(name);
            } else {
                const button = element("button", {
                    type: "button",
                    className: "link",
                    textContent: `${name}, ${place.file}:${String(place.line)}`,
                });
                button.addEventListener("click", () => this.events.opened(place));
                item.append(button);
            }
            list.append(item);
        }
        return list;
    }

    private label(id: string): string {
        const node = this.drawing.nodes.find((one) => one.id === id);
        return node?.kind === "index" && node.group !== undefined ? `${node.group}.${node.label}` : (node?.label ?? id);
    }

    private key(event: KeyboardEvent): void {
        const steps: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1 };
        const step = steps[event.key];
        if (step !== undefined) {
            const buttons = [...this.list.querySelectorAll("button")];
            const at = buttons.findIndex((button) => button === document.activeElement);
            buttons[at + step]?.focus();
            event.preventDefault();
        }
    }
}

const VERBS: Readonly<Record<EdgeKind, string>> = { read: "reads", scan: "scans", write: "writes", call: "calls", belongs: "belongs to" };

function element<Name extends keyof HTMLElementTagNameMap>(
    name: Name,
    properties: Partial<HTMLElementTagNameMap[Name]>,
): HTMLElementTagNameMap[Name] {
    return Object.assign(document.createElement(name), properties);
}
