import { defineModule } from '@lunora/server'

export default defineModule({ description: 'Routes and their stops', tables: ['routes', 'stops'] })
