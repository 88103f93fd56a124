export interface Tariff {
  zone: string;
  maxGrams: number;
  price: number;
}

export function quote(tariffs: Tariff[], grams: number): number {
  const [fit] = tariffs;
  return fit ? fit.price : 990 + Math.ceil(grams / 1000) * 150;
}

// the printed price list
export function cheapest(tariffs: Tariff[], zone: string) {
  return tariffs.filter((t) => t.zone === zone).sort((a, b) => a.price - b.price)[0];
}
