import { internalQuery, mutation, query as publicQuery } from './_generated/server'
import { v } from 'lunorash/server'

export const list = publicQuery({
  args: {},
  handler: async (ctx) => {
    return await ctx.db.query('products').collect()
  },
})

export const current = publicQuery({
  args: {},
  async handler(c) {
    return await c.db.query('products').filter((p) => !p.discontinued).collect()
  },
})

export const bySku = publicQuery({
  args: { sku: v.string() },
  async handler({ db }, { sku }) {
    return await db
      .query('products')
      .withIndex('by_sku', (q) => q.eq('sku', sku))
      .unique()
  },
})

export const fromSupplier = publicQuery({
  args: { supplier: v.string() },
  handler: supplierRows,
})

export const named = publicQuery({
  args: { text: v.string() },
  handler: async function (context, args) {
    return await context.db
      .query('products')
      .withSearchIndex('search_name', (q) => q.search('name', args.text))
      .collect()
  },
})

export const exact = internalQuery({
  args: { name: v.string() },
  handler: async ({ db: store }, { name }) => {
    const hit = await store
      .query('products')
      .filter((p) => p.name === name)
      .first()
    return hit
  },
})

async function supplierRows(ctx, { supplier }) {
  const rows = await ctx.db
    .query('products')
    .filter((p) => p.supplier === supplier)
    .collect()
  return rows.map((row) => row.sku)
}

const add = mutation({
  args: { sku: v.string(), name: v.string(), supplier: v.string() },
  handler: async (ctx, args) => await ctx.db.insert('products', args),
})

const archiveReport = publicQuery({
  args: {},
  handler: async (ctx) => await ctx.db.query('products').filter((p) => p.supplier === 'none').collect(),
})

export { add as addProduct }
