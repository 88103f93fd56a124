export function today(): string {
  return new Date().toISOString().slice(0, 10);
}

export const isoOf = (ms: number) => new Date(ms).toISOString();

export const stamp = () => Date.now();
