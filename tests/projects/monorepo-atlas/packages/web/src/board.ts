import { dueLabel } from "@atlas/shared";

type Card = { title: string; dueAt: number; state: string };

export function lateCards(cards: Card[], now: number): string[] {
  return cards.filter((card) => card.state === "open").map((card) => `${card.title}: ${dueLabel(card.dueAt, now)}`);
}
