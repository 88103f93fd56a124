const dayMs = 86_400_000;

/** "3 days left", "due today", "2 days late". */
export function dueLabel(dueAt: number, now: number): string {
  const days = Math.round((dueAt - now) / dayMs);
  if (days === 0) return "due today";
  return days > 0 ? `${days} days left` : `${-days} days late`;
}

export const initials = (name: string): string =>
  name
    .split(" ")
    .filter((part) => part.length > 0)
    .map((part) => part[0])
    .join("");
