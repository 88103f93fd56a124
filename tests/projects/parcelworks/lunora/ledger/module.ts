import { defineModule } from '@lunora/server'

export default defineModule({ description: 'What parcels cost', tables: ['charges'] })
