/** The client of the hosted search service. Its collections happen to be called like our tables. */
export class SearchClient {
  private readonly pending: { collection: string; row: object }[] = [];

  insert(collection: string, row: object) {
    this.pending.push({ collection, row });
  }

  async flush(fetcher: typeof fetch, url: string) {
    await fetcher(url, { method: "POST", body: JSON.stringify(this.pending) });
  }
}
