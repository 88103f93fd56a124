const DEFAULT_LIMIT = 25;
const MAX_LIMIT = 100;

interface PageArgs {
    cursor?: string;
    limit?: number;
}

export function page({ cursor, limit }: PageArgs) {
    return { cursor, limit: Math.min(limit ?? DEFAULT_LIMIT, MAX_LIMIT) };
}
