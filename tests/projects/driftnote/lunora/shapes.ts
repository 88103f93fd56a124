import { defineShape } from 'lunorash/server'

export const myNodes = defineShape({ table: 'nodes', owner: true })

export const myTags = defineShape({
  table: 'tags',
  owner: true,
  columns: ['label', 'color'],
})

export const myTagLinks = defineShape({ table: 'nodeTags', owner: true, columns: ['nodeRef', 'tagRef', '_creationTime'] })

export const mySettings = defineShape({ table: 'settings', owner: 'userId' })
