/** The colours of the editor's theme, for a canvas, which knows no CSS variables. */

export interface Theme {
    readonly text: string;
    readonly muted: string;
    readonly background: string;
    readonly nodeFill: string;
    readonly tableFill: string;
    readonly tableText: string;
    readonly border: string;
    readonly focus: string;
    readonly read: string;
    readonly scan: string;
    readonly write: string;
    readonly call: string;
    readonly font: string;
}

export function currentTheme(): Theme {
    const style = getComputedStyle(document.documentElement);
    /** The first variable that the theme sets: high contrast themes leave many out. */
    const color = (fallback: string, ...names: readonly string[]): string => {
        const found = names.map((name) => style.getPropertyValue(`--vscode-${name}`).trim()).find((value) => value !== "");
        return found ?? fallback;
    };
    const text = color("#888888", "editor-foreground", "foreground");
    return {
        text,
        muted: color(text, "descriptionForeground"),
        background: color("#1e1e1e", "editor-background"),
        nodeFill: color("#2d2d2d", "editorWidget-background", "editor-background"),
        tableFill: color("#3a3d41", "badge-background", "button-secondaryBackground"),
        tableText: color(text, "badge-foreground", "button-secondaryForeground"),
        border: color(text, "contrastBorder", "editorWidget-border", "widget-border"),
        focus: color(text, "focusBorder"),
        read: color("#3794ff", "charts-blue"),
        scan: color("#f14c4c", "charts-red", "editorError-foreground"),
        write: color("#d18616", "charts-orange", "charts-yellow"),
        call: color("#b180d7", "charts-purple"),
        font: color("sans-serif", "font-family"),
    };
}

/** Calls back when the theme changes: VS Code then sets other classes on the body and other variables on the root. */
export function onThemeChange(changed: () => void): void {
    const observer = new MutationObserver(changed);
    observer.observe(document.body, { attributes: true, attributeFilter: ["class"] });
    observer.observe(document.documentElement, { attributes: true, attributeFilter: ["style"] });
}
