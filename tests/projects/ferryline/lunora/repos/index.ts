export { BookingRepo } from "./booking-repo";
export { SailingRepo } from "./sailing-repo";
export type { Reader } from "./base";
