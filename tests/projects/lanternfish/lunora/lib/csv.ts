export function parse(text: string): any[] {
  const db = new Map<string, string[]>();
  for (const line of text.split("\n")) db.set(line.split(",")[0], line.split(","));
  db.delete("");
  return [...db.values()].filter((cells) => cells[1] === "alive").sort((a, b) => a.length - b.length);
}
