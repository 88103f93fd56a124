export const MAX_PAGE = 100;
export const clamp = (n: number, max = MAX_PAGE) => Math.max(1, Math.min(n, max));
