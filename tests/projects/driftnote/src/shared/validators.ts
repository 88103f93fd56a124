import { v } from 'lunorash/server'

export const nodeKind = v.union(v.literal('bullet'), v.literal('heading'), v.literal('quote'))
export const colour = v.string().pattern(/^#[0-9a-f]{6}$/)
export const rankKey = v.string().min(1).max(128)

export const idArg = v.string()
export const userArg = { userId: v.string() }
