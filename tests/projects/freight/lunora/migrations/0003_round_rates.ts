import { defineMigration } from 'lunorash/server'

export const roundRates = defineMigration({
  id: '0003_round_rates',
  table: 'rate_cards',
  up(doc: any) {
    return { ...doc, perKm: Math.round(doc.perKm * 100) / 100 }
  },
})
