export const TABLES = {
  audit: "auditLog",
  bookings: "bookings",
  payments: "payments",
  rooms: "rooms",
  studios: "studios",
  waitlist: "waitlist",
} as const satisfies Record<string, string>;

export enum BookingStatus {
  Requested = "requested",
  Confirmed = "confirmed",
  Cancelled = "cancelled",
}

export const OPEN = "open" as const;

export const LIMITS = { list: 50, max: 200 } as const;
