const DAY_MS = 86_400_000;

export function addDays(day: string, n: number): string {
  const at = Date.parse(`${day}T00:00:00Z`) + n * DAY_MS;
  return new Date(at).toISOString().slice(0, 10);
}

export const WEEK = [0, 1, 2, 3, 4, 5, 6] as const;
