/** What the extension and the view of the graph say to each other. */

import type { Place } from "./document";
import type { Drawing } from "./model";

export type ToView =
    | { readonly kind: "show"; readonly projects: readonly DrawnProject[]; readonly focus?: Focus }
    /** Instead of a graph: why there is none. */
    | { readonly kind: "say"; readonly text: string };

export interface DrawnProject {
    readonly root: string;
    readonly rootUri: string;
    readonly drawing: Drawing;
}

/** What to bring into view: a node of a project. */
export interface Focus {
    readonly rootUri: string;
    readonly node: string;
}

export type FromView =
    { readonly kind: "ready" } | { readonly kind: "refresh" } | { readonly kind: "open"; readonly rootUri: string; readonly place: Place };
