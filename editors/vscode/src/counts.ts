/** How many findings there are of each severity. */

export interface Counts {
    readonly error: number;
    readonly warning: number;
    readonly information: number;
    readonly total: number;
}

/** Severities are numbered as VS Code numbers them: 0 for errors, 1 for warnings, then what is milder. */
export function countBySeverity(diagnostics: readonly { readonly severity: number }[]): Counts {
    const error = diagnostics.filter(({ severity }) => severity === 0).length;
    const warning = diagnostics.filter(({ severity }) => severity === 1).length;
    return { error, warning, information: diagnostics.length - error - warning, total: diagnostics.length };
}
