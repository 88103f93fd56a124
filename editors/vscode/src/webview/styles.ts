/** How things look, in the colours of the theme. */

import type { EdgeSingular, StylesheetJson } from "cytoscape";

import type { EdgeKind } from "../graph/model";
import type { Theme } from "./theme";

export function styles(theme: Theme): StylesheetJson {
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
                height: "data(height)",
                label: "data(label)",
                color: theme.text,
                "font-family": theme.font,
                "font-size": 12,
                "text-valign": "center",
                "background-color": theme.nodeFill,
                "border-color": theme.border,
            },
        },
        {
            selector: 'node[kind = "card"]',
            style: {
                events: "no",
                "border-width": 1,
                "text-valign": "top",
                "text-halign": "center",
                "text-margin-y": 20,
                color: theme.muted,
                "font-weight": "bold",
            },
        },
        {
            selector: 'node[kind != "card"]',
            style: { "background-opacity": 0, "text-halign": "right", "text-margin-x": "data(indent)" as unknown as number },
        },
        {
            selector: 'node[kind = "table"]',
            style: { "background-opacity": 1, "background-color": theme.tableFill, color: theme.tableText, "font-weight": "bold" },
        },
        {
            selector: 'node[flag = "unused"]',
            style: { "border-style": "dashed", "border-width": 1, "border-color": theme.muted, color: theme.muted },
        },
        { selector: 'node[flag = "scanned"]', style: { "border-color": theme.scan, "border-width": 2 } },
        {
            selector: "edge",
            style: {
                "curve-style": "unbundled-bezier",
                "edge-distances": "endpoints" as "intersection", // missing in the types
                "source-endpoint": "data(leaves)",
                "target-endpoint": "data(enters)",
                "control-point-weights": (edge: EdgeSingular) => edge.data("weights") as number[],
                "control-point-distances": (edge: EdgeSingular) => edge.data("distances") as number[],
                "target-arrow-shape": "triangle",
                "arrow-scale": 0.8,
                opacity: 0.8,
            },
        },
        line("read", theme.read, 1.2),
        line("write", theme.write, 1.2),
        line("call", theme.call, 1.2),
        line("scan", theme.scan, 2.4),
        { selector: 'edge[kind = "call"]', style: { "line-style": "dashed" } },
        { selector: 'edge[kind = "write"]', style: { "target-arrow-shape": "diamond" } },
        { selector: 'edge[kind = "scan"]', style: { "z-index": 1 } },
        { selector: ".far", style: { opacity: 0.2 } },
        { selector: "edge.near", style: { opacity: 1 } },
        { selector: "edge.chosen", style: { width: 4 } },
        { selector: "node.chosen", style: { "border-color": theme.focus, "border-width": 3, "border-style": "solid" } },
    ];
}
