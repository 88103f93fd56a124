import { cronJobs } from 'lunorash/server'
import { internal } from './_generated/api.js'

const crons = cronJobs()
crons.daily('drop drafts', { hourUTC: 4, minuteUTC: 0 }, internal.billing.dropDrafts)

export default crons
