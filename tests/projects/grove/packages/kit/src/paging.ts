export interface PageArgs {
  cursor?: string | null;
  numItems?: number;
}

export const pageOf = ({ cursor = null, numItems = 25 }: PageArgs = {}) => ({ cursor, numItems: Math.max(1, Math.min(numItems, 100)) });
