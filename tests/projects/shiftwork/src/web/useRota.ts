import { useQuery, useQueryClient } from "@tanstack/react-query";

import { api } from "@/lunora/_generated/api";

export function useRota(client: any, venueId: string, from: number, to: number) {
	const cache = useQueryClient();
	return useQuery({
		queryKey: ["rota", venueId, from, to],
		queryFn: () => client.query(api.shifts.rota, { venueId, from, to }),
		initialData: () => cache.getQueryData(["rota", venueId]),
		select: (rows: any[]) => rows.filter((r) => r.venueId === venueId),
	});
}
