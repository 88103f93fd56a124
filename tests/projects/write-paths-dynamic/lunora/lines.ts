export function parseLine(line: string): { table: string; row: Record<string, unknown> } {
  const tab = line.indexOf("\t");
  return { table: line.slice(0, tab), row: JSON.parse(line.slice(tab + 1)) };
}
