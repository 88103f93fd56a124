//! Every feature through the protocol: what it can tell is tested beside its code, here that it is reached.

#![expect(clippy::expect_used, reason = "a test stops where the server is not as it expects")]

use serde_json::{Value, json};

use crate::project::SCHEMA;
use crate::support::{Client, applied, full, position, write};

const POSTS: &str = "import { query, v } from \"./_generated/server\";

// lunora-advisor-disable-next-line unbounded_collect -- few rows
export const all = query.query(({ ctx }) => ctx.db.query(\"posts\").collect());
export const titled = query.input({ title: v.string() }).query(({ ctx, args }) =>
  ctx.db.query(\"posts\").withIndex(\"by_title\", (q) => q.eq(\"title\", args.title)).collect(),
);
";

/// The parameters for a place in the file with the queries.
fn at(client: &Client, text: &str) -> Value {
    let place = position(POSTS, POSTS.find(text).expect("a part of the text") + 1);
    json!({ "textDocument": client.document("lunora/posts.ts"), "position": place })
}

#[tokio::test]
async fn every_feature_is_advertised_and_answers() {
    let schema = SCHEMA.replace("v.string() }),", "v.string() }).index(\"by_title\", [\"title\"]),");
    let mut client = Client::start(&[("lunora/schema.ts", &schema), ("lunora/posts.ts", POSTS)]);
    let capabilities = client.initialize(full()).await["result"]["capabilities"].take();
    client.notify("initialized", json!({})).await;
    client.open_text("lunora/posts.ts", 1, POSTS).await;

    let table = at(&client, "\"posts\"");
    let mut with_context = table.clone();
    with_context["context"] = json!({ "includeDeclaration": true });
    let document = json!({ "textDocument": client.document("lunora/posts.ts") });
    let mut whole = document.clone();
    whole["range"] = json!({ "start": { "line": 0, "character": 0 }, "end": { "line": 9, "character": 0 } });
    let mut renaming = table.clone();
    renaming["newName"] = json!("articles");
    for (provider, method, parameters) in [
        ("hoverProvider", "textDocument/hover", &table),
        ("definitionProvider", "textDocument/definition", &table),
        ("referencesProvider", "textDocument/references", &with_context),
        ("documentHighlightProvider", "textDocument/documentHighlight", &table),
        ("completionProvider", "textDocument/completion", &table),
        ("renameProvider", "textDocument/prepareRename", &table),
        ("renameProvider", "textDocument/rename", &renaming),
        ("documentSymbolProvider", "textDocument/documentSymbol", &document),
        ("workspaceSymbolProvider", "workspace/symbol", &json!({ "query": "posts" })),
        ("codeLensProvider", "textDocument/codeLens", &document),
        ("inlayHintProvider", "textDocument/inlayHint", &whole),
        ("documentLinkProvider", "textDocument/documentLink", &document),
        ("callHierarchyProvider", "textDocument/prepareCallHierarchy", &at(&client, "titled")),
    ] {
        assert!(!capabilities[provider].is_null(), "{provider}");
        let answer = client.result(method, parameters.clone()).await;
        let is_empty = answer.is_null() || answer.as_array().is_some_and(Vec::is_empty);
        assert!(!is_empty, "{method}: {answer}");
    }
    let item = client.result("textDocument/prepareCallHierarchy", at(&client, "titled")).await[0].take();
    for method in ["callHierarchy/incomingCalls", "callHierarchy/outgoingCalls"] {
        client.result(method, json!({ "item": item })).await;
    }

    let definition = client.result("textDocument/definition", table.clone()).await;
    assert_eq!(definition["uri"], client.uri("lunora/schema.ts"), "one place: {definition}");
    let renamed = client.result("textDocument/rename", renaming).await;
    let posts = applied(POSTS, &renamed, &client.uri("lunora/posts.ts"));
    let schema = applied(&schema, &renamed, &client.uri("lunora/schema.ts"));
    assert_eq!(posts, POSTS.replace("\"posts\"", "\"articles\""));
    write(&client.path("lunora/schema.ts"), &schema);
    client.touch("lunora/schema.ts", 2).await;
    client.change("lunora/posts.ts", 2, &posts).await;
    assert!(client.pulled("lunora/posts.ts").await.is_empty());
}

#[tokio::test]
async fn lenses_and_hints_can_be_turned_off() {
    let schema = SCHEMA.replace("v.string() }),", "v.string() }).index(\"by_title\", [\"title\"]),");
    let mut client = Client::open(&[("lunora/schema.ts", &schema), ("lunora/posts.ts", POSTS)], full()).await;
    let settings = json!({ "codeLens": { "enable": false }, "inlayHints": false });
    client.notify("workspace/didChangeConfiguration", json!({ "settings": settings })).await;
    let document = client.document("lunora/posts.ts");
    let whole = json!({ "start": { "line": 0, "character": 0 }, "end": { "line": 9, "character": 0 } });
    for method in ["textDocument/codeLens", "textDocument/inlayHint"] {
        let answer = client.result(method, json!({ "textDocument": document, "range": whole })).await;
        assert!(answer.is_null() || answer == json!([]), "{method}: {answer}");
    }
}
