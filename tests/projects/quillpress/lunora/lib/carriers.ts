export function carrierConfig(): any {
  const env = (globalThis as any).CARRIER_ENV ?? "prod";
  return { binding: env === "prod" ? "PG" : "PG_STAGING", query: "select * from carriers", tenantBy: (key: string) => [key] };
}
