export function must<T>(value: T | null | undefined, what = "row"): T {
  if (value == null) throw new Error(`${what} not found`);
  return value;
}
