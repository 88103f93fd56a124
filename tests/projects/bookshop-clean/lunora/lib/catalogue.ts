type Entry = { _id: string; shelf: string; title: string };

/** In-memory catalogue of the till, filled at start; looks like a database and is none. */
export class Till {
  private entries: Entry[] = [];

  readonly db = {
    query: (table: string) => this.entries.filter((entry) => entry.shelf === table),
  };

  collect() {
    return this.entries;
  }

  find(id: string) {
    return this.db.query("books").filter((entry) => entry._id === id);
  }
}

export const till = new Till();

export function draw(ctx: { query(selector: string): { filter(f: (e: Entry) => boolean): Entry[] } }, shelf: string) {
  return ctx.query("books").filter((entry) => entry.shelf === shelf);
}
