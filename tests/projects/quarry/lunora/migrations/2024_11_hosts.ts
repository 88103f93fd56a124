import { defineMigration } from "@lunora/server";

export const hosts = defineMigration({
    id: "2024_11_hosts",
    table: "documents",
    batchSize: 200,
    up: (doc: any) => ({ ...doc, host: doc.host ?? new URL(doc.url).host }),
});

export const labels = defineMigration({
    id: "2024_11_labels",
    table: "api_keys",
    up: (key: any) => ({ ...key, label: key.label ?? "unnamed" }),
});
