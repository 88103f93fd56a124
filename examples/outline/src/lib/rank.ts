// Ranks are strings over a-z that sort in the order of the siblings; there is always room between two of them.
const FIRST = "a".charCodeAt(0);
const LAST = "z".charCodeAt(0);

export function between(before: string | null, after: string | null): string {
  let rank = "";
  for (let at = 0; at < 64; at += 1) {
    const low = before !== null && at < before.length ? before.charCodeAt(at) : FIRST;
    const high = after !== null && at < after.length ? after.charCodeAt(at) : LAST + 1;
    if (high - low > 1) {
      return rank + String.fromCharCode(Math.floor((low + high) / 2));
    }
    rank += String.fromCharCode(low);
    if (low < high) after = null;
  }
  return rank;
}
