type Row = { id: string; kind: string; at: number };

class Shelf {
	constructor(private readonly rows: readonly Row[]) {}
	filter(test: (row: Row) => boolean) {
		return new Shelf(this.rows.filter(test));
	}
	collect() {
		return [...this.rows];
	}
}

class MemoryStore {
	readonly #shelves = new Map<string, Row[]>();
	insert(shelf: string, row: Row) {
		this.#shelves.set(shelf, [...(this.#shelves.get(shelf) ?? []), row]);
	}
	query(shelf: string) {
		return new Shelf(this.#shelves.get(shelf) ?? []);
	}
}

export function previewOf(kinds: string[], at: number) {
	const store = new MemoryStore();
	kinds.forEach((kind, i) => store.insert("previews", { id: `p${i}`, kind, at }));
	return store
		.query("previews")
		.filter((row) => row.kind === "open")
		.collect();
}
