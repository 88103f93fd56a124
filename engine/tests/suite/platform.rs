//! The platform that functions run on: what computes is there and gives what a worker gives, and the rest is named.

use lunora_engine::{Options, Outcome};
use serde_json::json;

use crate::support::{call, project, value};

const SCHEMA: &str = "defineSchema({ notes: defineTable({ title: v.string() }) })";

/// The values are those that V8 gives in UTC.
#[test]
fn texts_dates_addresses_and_digests_are_those_of_the_platform() {
    let code = r##"
export const all = query.query(async () => {
  const u = new URL("../b c?x=1&x=2#h", "HTTPS://user@Ex%41mple.com:443/a/z");
  u.searchParams.append("y", "ä &");
  const v = new URL("https://a.b/c"); v.port = "8080"; v.pathname = "/x y"; v.search = "q=1"; v.hash = "z";
  const hex = (b) => [...new Uint8Array(b)].map((x) => x.toString(16).padStart(2, "0")).join("");
  const enc = new TextEncoder();
  const key = await crypto.subtle.importKey("raw", enc.encode("key"), { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  const cyc = { m: new Map([[1, new Set([2])]]), d: new Date(5), a: new Uint8Array([1, 2]) }; cyc.self = cyc;
  const c = structuredClone(cyc);
  const tried = (f) => { try { return f(); } catch (e) { return e.name; } };
  return [
    u.href, [...u.searchParams.keys()], v.href, URL.canParse("nope"),
    ["b", "a", "B", "A", "ä", "z", "_", "10", "9", "é"].sort((x, y) => x.localeCompare(y)),
    ["a10", "a9"].sort(new Intl.Collator("en", { numeric: true }).compare), "a".localeCompare("Á", "en", { sensitivity: "base" }), "resume".localeCompare("résumé", "de", { sensitivity: "accent" }),
    ["zebra", "ödla"].sort(Intl.Collator("sv").compare),
    (1234567.8915).toLocaleString(), (0).toLocaleString("en-US", { minimumFractionDigits: 2 }), (-999.5).toLocaleString("en-US", { maximumFractionDigits: 0 }), (1.0005).toLocaleString(),
    new Date(2020, 0, 31, 13).toISOString(), new Date("2020-03-01T10:00:00").getTime(), new Date("Mar 1, 2020 10:00").getTime(), new Date(0).toString(), new Date(0).getHours(), new Date("2020-01-01").getDate(), String(new Date(NaN)), new Date(86400000).toDateString(), Date.UTC(2020, 1), new Date(2020, 5).getTimezoneOffset(), new Date(0) instanceof Date, Object.prototype.toString.call(new Date()), (() => { const C = new Date(7).constructor; return new C(8).getTime(); })(),
    hex(await crypto.subtle.digest("SHA-256", enc.encode("abc"))), hex(await crypto.subtle.digest({ name: "SHA-1" }, enc.encode("abc"))), hex(await crypto.subtle.sign("HMAC", key, enc.encode("data"))),
    c.self === c, c.m.get(1).has(2), c.d.getTime(), c.a[1], tried(() => structuredClone(() => 1)),
    btoa("hi!"), atob("aGkh"), atob(" aGk "), tried(() => atob("a")), tried(() => btoa("€")),
    new TextDecoder().decode(new Uint8Array([0xef, 0xbb, 0xbf, 0x61, 0xff])), tried(() => new TextDecoder("utf-8", { fatal: true }).decode(new Uint8Array([0xff]))), enc.encode("a\ud800").length, enc.encodeInto("aä", new Uint8Array(2)),
    tried(() => AbortSignal.abort().throwIfAborted()), typeof Buffer === "undefined" ? "no" : "no", tried(() => { const e = new DOMException("a", "AbortError"); throw e; }),
    new Headers([["a", "1"], ["A", "2"]]).get("a"),
  ];
});
"##;
    let mut engine = project(SCHEMA, code, Options::default());
    let expected = json!([
        "https://user@example.com/b%20c?x=1&x=2&y=%C3%A4+%26#h",
        ["x", "x", "y"],
        "https://a.b:8080/x%20y?q=1#z",
        false,
        ["_", "10", "9", "a", "A", "ä", "b", "B", "é", "z"],
        ["a9", "a10"],
        0,
        -1,
        ["zebra", "ödla"],
        "1,234,567.892",
        "0.00",
        "-1,000",
        "1.001",
        "2020-01-31T13:00:00.000Z",
        1583056800000_i64,
        1583056800000_i64,
        "Thu Jan 01 1970 00:00:00 GMT+0000 (Coordinated Universal Time)",
        0,
        1,
        "Invalid Date",
        "Fri Jan 02 1970",
        1580515200000_i64,
        0,
        true,
        "[object Date]",
        8,
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        "a9993e364706816aba3e25717850c26c9cd0d89d",
        "5031fe3d989c6d1537a013fa6e739da23463fdaec3b70137d828e36ace221bd0",
        true,
        true,
        5,
        2,
        "DataCloneError",
        "aGkh",
        "hi!",
        "hi",
        "InvalidCharacterError",
        "InvalidCharacterError",
        "a�",
        "TypeError",
        4,
        {"read": 1, "written": 1},
        "AbortError",
        "no",
        "AbortError",
        "1, 2"
    ]);
    let seen = value(&mut engine, "all", json!({}));
    let pairs = seen.as_array().into_iter().flatten().zip(expected.as_array().into_iter().flatten());
    for (position, (seen, expected)) in pairs.enumerate() {
        assert_eq!(seen, expected, "value {position}");
    }
    assert_eq!(seen.as_array().map(Vec::len), expected.as_array().map(Vec::len));
}

#[test]
fn what_a_worker_has_and_a_run_has_not_is_named() {
    let cases = [
        ("new Date(0).toLocaleString()", "Intl, for Date.prototype.toLocaleString"),
        ("new Intl.DateTimeFormat('de').format()", "Intl.DateTimeFormat of de"),
        (
            "new Date(0).toLocaleDateString('en', { timeZone: 'Asia/Tokyo' })",
            "Intl.DateTimeFormat in Asia/Tokyo",
        ),
        ("new Date(0).toLocaleDateString('en', { hour: 'numeric' })", "Intl.DateTimeFormat with hour"),
        ("new Intl.Segmenter()", "Intl.Segmenter"),
        ("(1.5).toLocaleString('de')", "Intl.NumberFormat of de"),
        ("(1.5).toLocaleString('en', { notation: 'compact' })", "Intl.NumberFormat with notation"),
        ("'I'.toLocaleLowerCase('tr')", "Intl, for toLocaleLowerCase of tr"),
        ("crypto.subtle.generateKey()", "crypto.subtle.generateKey"),
        ("new ReadableStream()", "ReadableStream"),
        ("new WritableStream()", "WritableStream"),
        ("Buffer.from('a')", "Buffer"),
        ("process.cwd()", "process.cwd"),
        ("new TextDecoder('latin1')", "TextDecoder for latin1"),
        ("fetch('https://example.com').catch(() => 1)", "the network"),
    ];
    let functions: String = cases
        .iter()
        .enumerate()
        .map(|(position, (code, _))| format!("export const f{position} = query.query(async () => {code});\n"))
        .collect();
    let mut engine = project(SCHEMA, &functions, Options::default());
    for (position, (code, expected)) in cases.iter().enumerate() {
        let outcome = call(&mut engine, &format!("f{position}"), json!({})).outcome;
        assert_eq!(outcome, Outcome::NotVerifiable { needs: (*expected).to_owned() }, "{code}");
    }
}

/// The values are those that V8 gives in UTC; the day is the fifth of September 2026.
#[test]
fn numbers_and_days_are_written_as_american_english_has_them() {
    let cases = [
        (
            r#"new Intl.NumberFormat("en-US", { style: "currency", currency: "USD" }).format(-1234.5)"#,
            json!("-$1,234.50"),
        ),
        (
            r#"new Intl.NumberFormat("en-US", { style: "currency", currency: "EUR", maximumFractionDigits: 0 }).format(1234.5)"#,
            json!("€1,235"),
        ),
        (r#"new Intl.NumberFormat("en", { style: "percent" }).format(0.255)"#, json!("26%")),
        (
            r#"new Intl.NumberFormat("en", { style: "percent", maximumFractionDigits: 1 }).format(0.12345)"#,
            json!("12.3%"),
        ),
        (r#"new Intl.NumberFormat("en", { style: "percent" }).format(12)"#, json!("1,200%")),
        (
            r#"new Intl.NumberFormat(undefined, { useGrouping: false, minimumFractionDigits: 1 }).format(12345)"#,
            json!("12345.0"),
        ),
        (r#"Intl.NumberFormat().format(1e15)"#, json!("1,000,000,000,000,000")),
        (r#"[1e9, 2.5].map(new Intl.NumberFormat().format)"#, json!(["1,000,000,000", "2.5"])),
        (r#"(0.1+0.2).toLocaleString("en-US", { style: "currency", currency: "GBP" })"#, json!("£0.30")),
        (r#"new Intl.DateTimeFormat("en-US").format(day)"#, json!("9/5/2026")),
        (r#"day.toLocaleDateString()"#, json!("9/5/2026")),
        (
            r#"day.toLocaleDateString("en-US", { dateStyle: "full", timeZone: "UTC" })"#,
            json!("Saturday, September 5, 2026"),
        ),
        (
            r#"day.toLocaleDateString("en-US", { dateStyle: "long", timeZone: "UTC" })"#,
            json!("September 5, 2026"),
        ),
        (
            r#"day.toLocaleDateString("en-US", { dateStyle: "medium", timeZone: "UTC" })"#,
            json!("Sep 5, 2026"),
        ),
        (r#"day.toLocaleDateString("en-US", { dateStyle: "short", timeZone: "UTC" })"#, json!("9/5/26")),
        (r#"day.toLocaleDateString("en-US", { month: "short", day: "numeric" })"#, json!("Sep 5")),
        (r#"day.toLocaleDateString("en-US", { month: "long", year: "numeric" })"#, json!("September 2026")),
        (
            r#"day.toLocaleDateString("en-US", { weekday: "short", month: "short", day: "numeric" })"#,
            json!("Sat, Sep 5"),
        ),
        (r#"day.toLocaleDateString("en-US", { weekday: "long" })"#, json!("Saturday")),
        (
            r#"day.toLocaleDateString("en-US", { year: "numeric", month: "2-digit", day: "2-digit" })"#,
            json!("09/05/2026"),
        ),
        (r#"day.toLocaleDateString("en-US", { year: "numeric", month: "numeric" })"#, json!("9/2026")),
        (
            r#"day.toLocaleDateString("en-US", { weekday: "short", year: "numeric", month: "numeric", day: "numeric" })"#,
            json!("Sat, 9/5/2026"),
        ),
        (
            r#"day.toLocaleDateString("en-US", { weekday: "long", year: "numeric", month: "long", day: "numeric" })"#,
            json!("Saturday, September 5, 2026"),
        ),
        (r#"day.toLocaleDateString("en-US", { month: "short" })"#, json!("Sep")),
        (r#"day.toLocaleDateString("en-US", { month: "numeric", day: "numeric" })"#, json!("9/5")),
        (r#"day.toLocaleDateString("en-US", { day: "numeric" })"#, json!("5")),
        (r#"day.toLocaleDateString("en-US", { year: "numeric" })"#, json!("2026")),
        (r#"day.toLocaleDateString("en-US", { month: "2-digit", day: "2-digit" })"#, json!("09/05")),
        (
            r#"day.toLocaleDateString("en-US", { year: "2-digit", month: "2-digit", day: "2-digit" })"#,
            json!("09/05/26"),
        ),
        (
            r#"day.toLocaleDateString("en-US", { month: "long", day: "2-digit", year: "numeric" })"#,
            json!("September 05, 2026"),
        ),
        (
            r#"day.toLocaleDateString("en-US", { weekday: "short", day: "numeric", month: "2-digit" })"#,
            json!("Sat, 09/5"),
        ),
        (
            r#"day.toLocaleDateString("en-US", { month: "short", weekday: "long", day: "numeric", year: "numeric" })"#,
            json!("Saturday, Sep 5, 2026"),
        ),
        (r#"day.toLocaleDateString("en-US", {year: "2-digit"})"#, json!("26")),
        (r#"day.toLocaleDateString("en-US", {day: "2-digit"})"#, json!("05")),
        (r#"day.toLocaleDateString("en-US", {month: "2-digit"})"#, json!("09")),
        (r#"day.toLocaleDateString("en-US", {month:"2-digit", year:"2-digit"})"#, json!("09/26")),
        (r#"Intl.DateTimeFormat().resolvedOptions().timeZone"#, json!("UTC")),
        (
            r#"[0,1,2,1.5].map((n) => new Intl.PluralRules("en").select(n))"#,
            json!(["other", "one", "other", "other"]),
        ),
        (
            r#"[1,2,3,4,11,12,13,21,22,103,111].map((n) => new Intl.PluralRules("en-US", { type: "ordinal" }).select(n))"#,
            json!(["one", "two", "few", "other", "other", "other", "other", "one", "two", "few", "other"]),
        ),
        (
            r#"[[], ["a"], ["a","b"], ["a","b","c"]].map((l) => new Intl.ListFormat("en").format(l))"#,
            json!(["", "a", "a and b", "a, b, and c"]),
        ),
        (
            r#"new Intl.ListFormat("en", { type: "disjunction" }).format(["a", "b", "c"])"#,
            json!("a, b, or c"),
        ),
        (
            r#"[-1, 0, 1, -3, 1500].map((n) => new Intl.RelativeTimeFormat("en").format(n, "days"))"#,
            json!(["1 day ago", "in 0 days", "in 1 day", "3 days ago", "in 1,500 days"]),
        ),
        (r#"new Intl.RelativeTimeFormat("en-US").format(-2, "hour")"#, json!("2 hours ago")),
    ];
    let functions: String = cases
        .iter()
        .enumerate()
        .map(|(position, (code, _))| format!("export const f{position} = query.query(() => {code});\n"))
        .collect();
    let functions = format!("const day = new Date(1788613200000);\n{functions}");
    let mut engine = project(SCHEMA, &functions, Options::default());
    for (position, (code, expected)) in cases.iter().enumerate() {
        assert_eq!(value(&mut engine, &format!("f{position}"), json!({})), *expected, "{code}");
    }
}

#[test]
fn what_is_asked_without_being_used_is_no_need() {
    let code = "
export const all = query.query(() => [
  typeof Buffer, typeof process.env.KEY, process.env.NODE_ENV, navigator.userAgent, [] instanceof ReadableStream, typeof window,
]);
export const makes = query.query(() => new Function('return 1')());";
    let mut engine = project(SCHEMA, code, Options::default());
    let expected = json!(["undefined", "undefined", "production", "Cloudflare-Workers", false, "undefined"]);
    assert_eq!(value(&mut engine, "all", json!({})), expected);
    let made = call(&mut engine, "makes", json!({})).outcome;
    assert!(matches!(made, Outcome::Threw(ref thrown) if thrown.message.contains("disallowed")), "{made:?}");
}
