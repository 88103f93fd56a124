export type Currency = "EUR" | "USD" | "CHF";

export const HOME: Currency = "EUR";

export function pairOf(from: Currency, to: Currency): string {
  return `${from}/${to}`;
}
