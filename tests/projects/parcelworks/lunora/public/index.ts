export { track } from '../parcels'
export { near } from '../depots'
