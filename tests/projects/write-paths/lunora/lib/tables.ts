export const TABLES = {
  plans: "plans",
  tiers: "tiers",
} as const;

export const DAILY = ["counters", "badges"] as const;
