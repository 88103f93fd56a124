import { cronJobs } from '@lunora/scheduler'
import { internal, api } from './_generated/api'

const crons = cronJobs()

crons.daily('lose stale parcels', { hourUTC: 2, minuteUTC: 30 }, internal.parcels.loseStale, {})
crons.hourly('release held', { minuteUTC: 5 }, internal.parcels.releaseHeld, {})
crons.weekly('depot report', { dayOfWeek: 'monday', hourUTC: 6, minuteUTC: 0 }, api.depots.near, { parentId: 'root' })
crons.interval('rollups', { minutes: 30 }, internal.ledger.charges.rolup, {})

export default crons
