/** The view of the project's graph: a toolbar, the drawing, and a list beside it. */

import type { Place } from "../graph/document";
import type { DrawnProject, FromView, ToView } from "../graph/messages";
import type { EdgeKind } from "../graph/model";
import { Canvas, MAX_NODES } from "./canvas";
import { Panel } from "./panel";

interface ViewState {
    readonly rootUri?: string;
    readonly hidden: readonly EdgeKind[];
    readonly chosen?: string;
}

declare function acquireVsCodeApi(): {
    postMessage(message: FromView): void;
    getState(): ViewState | undefined;
    setState(state: ViewState): void;
};

const editor = acquireVsCodeApi();
let state: ViewState = editor.getState() ?? { hidden: [] };
let projects: readonly DrawnProject[] = [];

const notice = find("#notice", HTMLElement);
const projectChoice = find("#project", HTMLSelectElement);
const search = find("#search", HTMLInputElement);
const toggles = [...document.querySelectorAll<HTMLInputElement>("input[data-edges]")];

const canvas = new Canvas(find("#graph", HTMLElement), {
    chosen(id) {
        remember({ ...(id === undefined ? {} : { chosen: id }) }, ["chosen"]);
        panel.describe(id);
        sayIfPartial();
    },
    opened(id) {
        const place =
            current()?.drawing.nodes.find((node) => node.id === id)?.place ??
            current()?.drawing.edges.find((edge) => edge.id === id)?.operations[0]?.place;
        open(place);
    },
});
const panel = new Panel(find("#details", HTMLElement), find("#list", HTMLElement), {
    chosen(id) {
        canvas.choose(id);
        canvas.reveal(id);
    },
    opened: open,
});

window.addEventListener("message", ({ data }: MessageEvent<ToView>) => {
    if (data.kind === "say") {
        say(data.text);
        return;
    }
    projects = data.projects;
    if (data.focus !== undefined) {
        remember({ rootUri: data.focus.rootUri, chosen: data.focus.node });
    }
    showProjects();
});

projectChoice.addEventListener("change", () => {
    remember({ rootUri: projectChoice.value }, ["chosen"]);
    showCurrent();
});
search.addEventListener("input", () => panel.filter(search.value));
search.addEventListener("keydown", (event) => {
    const [first] = event.key === "Enter" ? panel.filter(search.value) : [];
    if (first !== undefined) {
        canvas.choose(first.id);
        canvas.reveal(first.id);
    }
});
for (const toggle of toggles) {
    toggle.checked = !state.hidden.includes(edgesOf(toggle));
    toggle.addEventListener("change", () => {
        remember({ hidden: toggles.filter(({ checked }) => !checked).map(edgesOf) });
        canvas.hide(new Set(state.hidden));
    });
}
find("#fit", HTMLButtonElement).addEventListener("click", () => canvas.fit());
find("#refresh", HTMLButtonElement).addEventListener("click", () => editor.postMessage({ kind: "refresh" }));

canvas.hide(new Set(state.hidden));
editor.postMessage({ kind: "ready" });

function showProjects(): void {
    projectChoice.replaceChildren(...projects.map(({ root, rootUri }) => new Option(root === "" ? "." : root, rootUri)));
    projectChoice.hidden = projects.length < 2;
    showCurrent();
}

function showCurrent(): void {
    const project = current();
    if (project === undefined) {
        say("No Lunora project is open: none of the folders holds lunora/schema.ts.");
        return;
    }
    projectChoice.value = project.rootUri;
    notice.hidden = true;
    canvas.show(project.drawing, state.chosen);
    panel.show(project.drawing);
    panel.describe(state.chosen);
    sayIfPartial();
}

function sayIfPartial(): void {
    if (canvas.isPartial && state.chosen === undefined) {
        say(
            `This project has more than ${String(MAX_NODES)} tables, indexes and procedures. Choose one in the list to see what is around it.`,
        );
    } else {
        notice.hidden = true;
    }
}

function current(): DrawnProject | undefined {
    return projects.find(({ rootUri }) => rootUri === state.rootUri) ?? projects[0];
}

function open(place: Place | undefined): void {
    const project = current();
    if (place !== undefined && project !== undefined) {
        editor.postMessage({ kind: "open", rootUri: project.rootUri, place });
    }
}

function say(text: string): void {
    notice.textContent = text;
    notice.hidden = false;
}

/** Keeps the state over hiding and showing the view. */
function remember(change: Partial<ViewState>, forget: readonly (keyof ViewState)[] = []): void {
    const kept = Object.fromEntries(Object.entries(state).filter(([key]) => !forget.some((name) => name === key)));
    state = { hidden: state.hidden, ...kept, ...change };
    editor.setState(state);
}

function edgesOf(toggle: HTMLInputElement): EdgeKind {
    return toggle.dataset["edges"] as EdgeKind;
}

function find<Kind extends HTMLElement>(selector: string, kind: new () => Kind): Kind {
    const found = document.querySelector(selector);
    if (!(found instanceof kind)) {
        throw new Error(`the page has no ${selector}`);
    }
    return found;
}
