//! Diagnostics, pushed and pulled.

use lunora_lsp::Ending;
use serde_json::{Value, json};

use crate::project::{POSTS, PROJECT, SCHEMA, renamed};
use crate::support::{Client, codes, full, offset, pulling};

#[tokio::test]
async fn a_client_that_only_listens_sees_everything() {
    let mut client = Client::open(PROJECT, full()).await;
    let closed = client.published("lunora/posts.ts", None).await;
    assert_eq!(codes(&closed), ["filter_without_index"]);
    let diagnostic = &closed[0];
    assert_eq!(diagnostic["source"], "lunora-advisor");
    assert_eq!(diagnostic["severity"], 2);
    assert_eq!(
        diagnostic["codeDescription"]["href"],
        "https://lunora-advisor.dev/rules/filter_without_index"
    );
    assert!(
        diagnostic["data"]["cacheKey"].as_str().is_some_and(|key| key.starts_with("filter_without_index:"))
    );
    let related = &diagnostic["relatedInformation"][0]["location"];
    assert_eq!(related["uri"], client.uri("lunora/schema.ts"));
    let start = offset(POSTS, &diagnostic["range"]["start"]);
    assert!(POSTS[start..].starts_with("filter("), "{}", &POSTS[start..]);

    // The buffer of the schema counts for what the closed file reports, and the disk again once it is closed.
    client.open_text("lunora/schema.ts", 7, SCHEMA).await;
    client.change("lunora/schema.ts", 8, &renamed()).await;
    assert_eq!(codes(&client.published("lunora/posts.ts", None).await), ["unknown_table"]);
    client.close("lunora/schema.ts").await;
    assert_eq!(codes(&client.published("lunora/posts.ts", None).await), ["filter_without_index"]);
    assert_eq!(client.shut_down().await, Ending::Orderly);
}

#[tokio::test]
async fn a_place_in_another_file_moves_with_it_and_goes_by_the_name_that_the_client_gave_it() {
    let mut client = Client::open(PROJECT, full()).await;
    let elsewhere = |published: &[Value]| {
        let location = &published[0]["relatedInformation"][0]["location"];
        (location["uri"].as_str().map(str::to_owned), location["range"]["start"]["line"].as_u64())
    };
    let (uri, line) = elsewhere(&client.published("lunora/posts.ts", None).await);
    assert_eq!(uri.as_deref(), Some(client.uri("lunora/schema.ts").as_str()));
    // Nothing but the name is other than on the disk.
    let named = client.uri("lunora/schema.ts").replace("schema.ts", "%73chema.ts");
    let document = json!({ "uri": named, "languageId": "typescript", "version": 1, "text": SCHEMA });
    client.notify("textDocument/didOpen", json!({ "textDocument": document })).await;
    assert_eq!(elsewhere(&client.published("lunora/posts.ts", None).await), (Some(named.clone()), line));
    let document = json!({ "uri": named, "version": 2 });
    let changes = json!([{ "text": format!("// One line more.\n{SCHEMA}") }]);
    client
        .notify("textDocument/didChange", json!({ "textDocument": document, "contentChanges": changes }))
        .await;
    let moved = elsewhere(&client.published("lunora/posts.ts", None).await);
    assert_eq!(moved, (Some(named), line.map(|line| line + 1)));
}

#[tokio::test]
async fn published_diagnostics_carry_the_version_they_are_for() {
    let mut client = Client::open(PROJECT, full()).await;
    client.open_text("lunora/posts.ts", 3, POSTS).await;
    assert_eq!(client.published("lunora/posts.ts", Some(3)).await.len(), 1);
    client.change("lunora/posts.ts", 4, &format!("\n{POSTS}")).await;
    let moved = client.published("lunora/posts.ts", Some(4)).await;
    assert_eq!(moved[0]["range"]["start"]["line"], 4);
    client.change("lunora/posts.ts", 5, "").await;
    assert!(client.published("lunora/posts.ts", Some(5)).await.is_empty());
    // Nothing that is said is about the past.
    let late = client.take_told("textDocument/publishDiagnostics");
    assert!(
        late.iter().all(|told| told["params"]["version"].as_i64().is_none_or(|version| version >= 5)),
        "{late:?}"
    );
}

#[tokio::test]
async fn a_pull_is_right_at_once() {
    let mut client = Client::open(PROJECT, pulling()).await;
    assert_eq!(
        client.pulled("lunora/posts.ts").await,
        ["filter_without_index"],
        "before the first pass is through"
    );
    client.open_text("lunora/schema.ts", 1, &renamed()).await;
    assert_eq!(client.pulled("lunora/posts.ts").await, ["unknown_table"]);
    client.change("lunora/schema.ts", 2, SCHEMA).await;
    let document = client.document("lunora/posts.ts");
    let first = client.result("textDocument/diagnostic", json!({ "textDocument": document })).await;
    assert_eq!(first["kind"], "full");
    assert_eq!(codes(first["items"].as_array().expect("items")), ["filter_without_index"]);
    let again = json!({ "textDocument": document, "previousResultId": first["resultId"] });
    let second = client.result("textDocument/diagnostic", again.clone()).await;
    assert_eq!(second, json!({ "kind": "unchanged", "resultId": first["resultId"] }));
    client.change("lunora/schema.ts", 3, &renamed()).await;
    assert_eq!(client.result("textDocument/diagnostic", again).await["kind"], "full");
    assert!(client.take_told("textDocument/publishDiagnostics").is_empty(), "nobody is told twice");
}

#[tokio::test]
async fn a_workspace_pull_gives_all_files_and_then_what_changed() {
    let mut client = Client::open(PROJECT, pulling()).await;
    client.open_text("lunora/schema.ts", 5, SCHEMA).await;
    let first = client.result("workspace/diagnostic", json!({ "previousResultIds": [] })).await;
    let items = first["items"].as_array().expect("items");
    let posts = items.iter().find(|item| item["uri"] == client.uri("lunora/posts.ts")).expect("the file");
    assert_eq!((&posts["kind"], &posts["version"]), (&json!("full"), &Value::Null));
    let known: Vec<Value> =
        items.iter().map(|item| json!({ "uri": item["uri"], "value": item["resultId"] })).collect();
    let second = client.result("workspace/diagnostic", json!({ "previousResultIds": known })).await;
    assert!(
        second["items"].as_array().expect("items").iter().all(|item| item["kind"] == "unchanged"),
        "{second}"
    );
    client.change("lunora/schema.ts", 6, &renamed()).await;
    client.open_text("lunora/posts.ts", 9, "").await;
    let third = client.result("workspace/diagnostic", json!({ "previousResultIds": known })).await;
    let items = third["items"].as_array().expect("items");
    let posts = items.iter().find(|item| item["uri"] == client.uri("lunora/posts.ts")).expect("the file");
    assert_eq!((&posts["kind"], &posts["version"], &posts["items"]), (&json!("full"), &json!(9), &json!([])));
}

#[tokio::test]
async fn positions_count_what_was_agreed_on() {
    for (encoding, fish) in [("utf-8", 4), ("utf-16", 2)] {
        let mut capabilities = full();
        capabilities["general"]["positionEncodings"] = json!([encoding]);
        let text = POSTS.replace('\n', "\r\n");
        let mut client = Client::start(&[("lunora/schema.ts", SCHEMA), ("lunora/posts.ts", &text)]);
        let answer = client.initialize(capabilities).await;
        assert_eq!(answer["result"]["capabilities"]["positionEncoding"], encoding);
        client.notify("initialized", json!({})).await;
        let start = &client.published("lunora/posts.ts", None).await[0]["range"]["start"];
        let line = "  const fish = \"\"; return ctx.db.query(\"posts\").";
        assert_eq!((&start["line"], &start["character"]), (&json!(3), &json!(line.len() + fish)));
        // An edit behind the fish, by its position in that encoding.
        client.open_text("lunora/posts.ts", 1, &text).await;
        let column = "  const fish = \"\"".len() + fish;
        let change = json!({
            "range": { "start": { "line": 3, "character": column }, "end": { "line": 3, "character": column + 1 } },
            "text": ";\r\n",
        });
        let document = json!({ "uri": client.uri("lunora/posts.ts"), "version": 2 });
        client
            .notify("textDocument/didChange", json!({ "textDocument": document, "contentChanges": [change] }))
            .await;
        let start = &client.published("lunora/posts.ts", Some(2)).await[0]["range"]["start"];
        assert_eq!(
            (&start["line"], &start["character"]),
            (&json!(4), &json!(" return ctx.db.query(\"posts\").".len()))
        );
    }
}

#[tokio::test]
async fn what_could_go_is_tagged_and_a_client_without_related_places_gets_none() {
    let schema = SCHEMA.replace("v.string() }),", "v.string() }).index(\"by_title\", [\"title\"]),");
    let mut capabilities = full();
    capabilities["textDocument"]["publishDiagnostics"]["relatedInformation"] = json!(false);
    let mut client =
        Client::open(&[("lunora/schema.ts", &schema), ("lunora/posts.ts", POSTS)], capabilities).await;
    let of_schema = client.published("lunora/schema.ts", None).await;
    let unused = of_schema.iter().find(|item| item["code"] == "unused_index").expect("the finding");
    assert_eq!(unused["tags"], json!([1]), "unnecessary");
    let scan = client.published("lunora/posts.ts", None).await;
    assert_eq!((codes(&scan), scan[0].get("tags")), (vec!["filter_without_index".to_owned()], None));
    assert_eq!(scan[0].get("relatedInformation"), None);
}

#[tokio::test]
async fn a_client_that_pulls_is_told_to_ask_again_where_others_were_edited() {
    let mut client = Client::open(PROJECT, pulling()).await;
    client.open_file("lunora/posts.ts").await;
    client.open_file("lunora/schema.ts").await;
    assert_eq!(client.pulled("lunora/posts.ts").await, ["filter_without_index"]);
    client.change("lunora/schema.ts", 2, &renamed()).await;
    client.wait_for("workspace/diagnostic/refresh", |_| true).await;
    assert_eq!(client.pulled("lunora/posts.ts").await, ["unknown_table"]);
}

#[tokio::test]
async fn a_pull_of_the_workspace_that_streams_stays_open_until_there_is_news() {
    let mut client = Client::open(PROJECT, pulling()).await;
    let first = client.result("workspace/diagnostic", json!({ "previousResultIds": [] })).await;
    let known = |report: &Value| -> Vec<Value> {
        let items = report["items"].as_array().expect("items").iter();
        items.map(|item| json!({ "uri": item["uri"], "value": item["resultId"] })).collect()
    };
    let patient = json!({ "previousResultIds": known(&first), "partialResultToken": "stream" });
    let open = client.ask("workspace/diagnostic", patient).await;
    client.open_file("lunora/schema.ts").await;
    // An edit that changes nothing that is reported is no news either.
    client.change("lunora/schema.ts", 2, &format!("{SCHEMA}// a note\n")).await;
    let again = json!({ "previousResultIds": known(&first) });
    let unchanged = client.result("workspace/diagnostic", again).await;
    assert!(unchanged["items"].as_array().expect("items").iter().all(|item| item["kind"] == "unchanged"));
    assert!(!client.has_answer(open), "nothing new was reported");
    client.change("lunora/schema.ts", 3, &renamed()).await;
    let answer = client.answer(open).await;
    let items = answer["result"]["items"].as_array().expect("items");
    let posts = items.iter().find(|item| item["uri"] == client.uri("lunora/posts.ts")).expect("the file");
    assert_eq!(codes(posts["items"].as_array().expect("items")), ["unknown_table"]);
}
