/* Range callbacks that several reports share. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Range = any;

export const forAccount = (accountId: string) => (q: Range) => q.eq("accountId", accountId);

export function accountAndKind(accountId: string, kind?: string) {
  return function range(q: Range) {
    const start = q.eq("accountId", accountId);
    if (kind === undefined) return start;
    return start.eq("kind", kind);
  };
}
