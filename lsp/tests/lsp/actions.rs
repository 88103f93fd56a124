//! Code actions and commands.

use serde_json::{Value, json};

use crate::project::{POSTS, PROJECT, SCHEMA};
use crate::support::{Client, applied, full, position, pulling};

#[tokio::test]
async fn adding_an_index_edits_schema_and_call_in_one_action() {
    for capabilities in [full(), pulling()] {
        let resolves = capabilities["textDocument"].get("codeAction").is_some();
        let mut client = Client::open(PROJECT, capabilities).await;
        client.open_text("lunora/posts.ts", 4, POSTS).await;
        let actions = client.actions("lunora/posts.ts", POSTS, "filter(", &[]).await;
        let mut action = actions[0].clone();
        assert!(
            action["title"].as_str().is_some_and(|title| title.starts_with("Add index `by_author`")),
            "{actions}"
        );
        assert_eq!((&action["kind"], &action["isPreferred"]), (&json!("quickfix"), &json!(true)));
        assert_eq!(action["diagnostics"][0]["code"], "filter_without_index");
        assert_eq!(action.get("edit").is_none(), resolves);
        if resolves {
            action = client.result("codeAction/resolve", action).await;
        }
        let changes = action["edit"]["documentChanges"].as_array().expect("changes");
        let version = |file: &str| {
            let uri = client.uri(file);
            changes.iter().find(|change| change["textDocument"]["uri"] == uri).expect("an edit")["textDocument"]["version"]
                .clone()
        };
        assert_eq!(version("lunora/posts.ts"), json!(4));
        assert_eq!(version("lunora/schema.ts"), Value::Null);

        let posts = applied(POSTS, &action["edit"], &client.uri("lunora/posts.ts"));
        let schema = applied(SCHEMA, &action["edit"], &client.uri("lunora/schema.ts"));
        assert!(posts.contains("withIndex(\"by_author\""), "{posts}");
        assert!(schema.contains(".index(\"by_author\", [\"author\"])"), "{schema}");
        client.open_text("lunora/schema.ts", 1, &schema).await;
        client.change("lunora/posts.ts", 5, &posts).await;
        assert!(client.pulled("lunora/posts.ts").await.is_empty());
    }
}

#[tokio::test]
async fn an_action_for_a_text_that_has_changed_is_refused() {
    let mut client = Client::open(PROJECT, pulling()).await;
    client.open_text("lunora/posts.ts", 1, POSTS).await;
    let parameters = client.about_actions("lunora/posts.ts", POSTS, "filter(", &[]);
    let actions = client.result("textDocument/codeAction", parameters.clone()).await;
    client.change("lunora/posts.ts", 2, &format!("// moved\n{POSTS}")).await;
    let answer = client.request("codeAction/resolve", actions[0].clone()).await;
    assert_eq!(answer["error"]["code"], -32801, "{answer}");
    // A request whose document changes before it is answered, too.
    let id = client.ask("textDocument/codeAction", parameters).await;
    client.change("lunora/posts.ts", 3, POSTS).await;
    let answer = client.answer(id).await;
    assert!(answer["error"]["code"] == -32801 || answer["result"].is_array(), "{answer}");
}

#[tokio::test]
async fn all_that_is_safe_is_fixed_at_once() {
    let second = POSTS.replace("byAuthor", "byTitle").replace("author", "title");
    let files = [PROJECT, &[("lunora/titles.ts", second.as_str())]].concat();
    let mut client = Client::open(&files, full()).await;
    client.open_text("lunora/posts.ts", 1, POSTS).await;
    let actions = client.actions("lunora/posts.ts", POSTS, "", &["source.fixAll"]).await;
    assert_eq!(actions.as_array().map(Vec::len), Some(1), "{actions}");
    assert_eq!(actions[0]["kind"], "source.fixAll.lunora-advisor");
    let posts = applied(POSTS, &actions[0]["edit"], &client.uri("lunora/posts.ts"));
    assert!(posts.contains("by_author"), "{posts}");
    assert_eq!(
        applied(&second, &actions[0]["edit"], &client.uri("lunora/titles.ts")),
        second,
        "other files stay"
    );

    let actions = client.actions("lunora/posts.ts", POSTS, "filter(", &["quickfix"]).await;
    let titled = |start: &str| {
        let actions = actions.as_array().expect("actions").iter();
        let mut titled =
            actions.filter(|action| action["title"].as_str().is_some_and(|title| title.starts_with(start)));
        titled.next().unwrap_or(&Value::Null).clone()
    };
    let project = titled("Fix all `filter_without_index` in this project (2)");
    let titles = applied(&second, &project["edit"], &client.uri("lunora/titles.ts"));
    assert!(titles.contains("by_title"), "{titles}");
    let suppress = titled("Suppress `filter_without_index` on this line");
    let suppressed = applied(POSTS, &suppress["edit"], &client.uri("lunora/posts.ts"));
    client.change("lunora/posts.ts", 2, &suppressed).await;
    assert!(client.pulled("lunora/posts.ts").await.is_empty(), "{suppressed}");
    let page = titled("Open the page of `filter_without_index`");
    client.result("workspace/executeCommand", page["command"].clone()).await;
    let shown = client.wait_for("window/showDocument", |_| true).await;
    assert_eq!(shown["uri"], "https://lunora-advisor.dev/rules/filter_without_index");
}

#[tokio::test]
async fn without_lazy_actions_dear_ones_become_commands() {
    let second = POSTS.replace("byAuthor", "byTitle").replace("author", "title");
    let files = [PROJECT, &[("lunora/titles.ts", second.as_str())]].concat();
    let mut client = Client::open(&files, full()).await;
    client.open_text("lunora/posts.ts", 1, POSTS).await;
    let actions = client.actions("lunora/posts.ts", POSTS, "filter(", &[]).await;
    let actions = actions.as_array().expect("actions");
    let action = actions
        .iter()
        .find(|action| action["title"].as_str().is_some_and(|title| title.contains("in this project")));
    let command = action.expect("the action")["command"].clone();
    client.result("workspace/executeCommand", command).await;
    client.wait_for("workspace/applyEdit", |_| true).await;
    let titles = applied(&second, &client.edits[0], &client.uri("lunora/titles.ts"));
    assert!(titles.contains("by_title"), "{titles}");
}

#[tokio::test]
async fn commands_show_what_is_known() {
    let mut client = Client::open(PROJECT, full()).await;
    let status = json!({ "command": "lunora-advisor.status", "arguments": [{}] });
    let status = client.result("workspace/executeCommand", status).await;
    assert!(status["text"].as_str().is_some_and(|text| text.contains("files: 2")), "{status}");
    let graph = json!({ "command": "lunora-advisor.graph", "arguments": [] });
    let graph = client.result("workspace/executeCommand", graph).await;
    assert_eq!(graph["projects"][0]["rootUri"], client.uri("").trim_end_matches('/'));
    let place = position(SCHEMA, SCHEMA.find("posts").expect("a table"));
    let place = json!({ "uri": client.uri("lunora/schema.ts"), "position": place });
    let paths = json!({ "command": "lunora-advisor.accessPaths", "arguments": [place] });
    let paths = client.result("workspace/executeCommand", paths).await;
    assert_eq!(paths, json!({ "title": "Access paths of posts", "text": "paths of posts" }));
    let place = json!({ "uri": client.uri("lunora/posts.ts"), "position": { "line": 0, "character": 0 } });
    let verify = json!({ "command": "lunora-advisor.verify", "arguments": [place] });
    let verified = client.result("workspace/executeCommand", verify).await;
    assert!(
        verified["text"].as_str().is_some_and(|text| text.ends_with("\n  filter_without_index runs\n")),
        "{verified}"
    );
    let unknown =
        client.request("workspace/executeCommand", json!({ "command": "rm", "arguments": [] })).await;
    assert_eq!(unknown["error"]["code"], -32602);
}

#[tokio::test]
async fn the_index_plan_of_a_table_is_applied_at_its_declaration() {
    let schema = SCHEMA.replace(
        "v.string() }),",
        "v.string() }).index(\"by_author\", [\"author\"]).index(\"by_author_title\", [\"author\", \"title\"]),",
    );
    let posts = POSTS.replace(
        ".filter((post) => post.author === args.author)",
        ".withIndex(\"by_author_title\", (q) => q.eq(\"author\", args.author).eq(\"title\", \"x\"))",
    );
    let mut client =
        Client::open(&[("lunora/schema.ts", &schema), ("lunora/posts.ts", &posts)], full()).await;
    client.open_text("lunora/schema.ts", 1, &schema).await;
    let actions = client.actions("lunora/schema.ts", &schema, "posts", &["refactor"]).await;
    let title = actions[0]["title"].as_str().unwrap_or_default();
    assert!(title.starts_with("Apply the index plan of `posts`: drop 1 (unsafe: "), "{actions}");
    let planned = applied(&schema, &actions[0]["edit"], &client.uri("lunora/schema.ts"));
    assert!(!planned.contains("\"by_author\"") && planned.contains("by_author_title"), "{planned}");
}

#[tokio::test]
async fn a_client_that_can_ask_for_the_reason_of_a_suppression_does() {
    let mut capabilities = pulling();
    capabilities["experimental"]["commands"]["commands"] = json!(["lunora-advisor.suppress"]);
    for (capabilities, asks) in [(full(), false), (capabilities, true)] {
        let mut client = Client::open(PROJECT, capabilities).await;
        client.open_text("lunora/posts.ts", 1, POSTS).await;
        let actions = client.actions("lunora/posts.ts", POSTS, "filter(", &[]).await;
        let mut named = actions.as_array().expect("actions").iter();
        let action = named.find(|action| {
            action["title"]
                .as_str()
                .is_some_and(|title| title.starts_with("Suppress") && title.ends_with("line"))
        });
        let action = action.expect("an action").clone();
        let edit = if asks {
            assert_eq!(action["command"]["command"], "lunora-advisor.suppress");
            let mut ticket = action["command"]["arguments"][0].clone();
            ticket["task"]["reason"] = json!("few\n posts */ as yet");
            let command = json!({ "command": "lunora-advisor.apply", "arguments": [ticket] });
            client.result("workspace/executeCommand", command).await;
            client.wait_for("workspace/applyEdit", |_| true).await["edit"].take()
        } else {
            action["edit"].clone()
        };
        let text = applied(POSTS, &edit, &client.uri("lunora/posts.ts"));
        let reason = if asks { "few posts * / as yet" } else { "TODO: say why" };
        let comment = format!("// lunora-advisor-disable-next-line filter_without_index -- {reason}\n");
        assert!(text.contains(&comment), "{text}");
        client.change("lunora/posts.ts", 2, &text).await;
        assert!(client.pulled("lunora/posts.ts").await.is_empty());
    }
}

#[tokio::test]
async fn a_lens_leads_to_the_places_that_it_counts() {
    let schema = SCHEMA.replace("() }),", "() }).index(\"by_author\", [\"author\"]),");
    let posts = POSTS.replace(
        ".filter((post) => post.author === args.author)",
        ".withIndex(\"by_author\", (q) => q.eq(\"author\", args.author))",
    );
    let mut capabilities = full();
    capabilities["experimental"]["commands"]["commands"] = json!(["lunora-advisor.showReferences"]);
    let mut client =
        Client::open(&[("lunora/schema.ts", &schema), ("lunora/posts.ts", &posts)], capabilities).await;
    for (file, title) in [("lunora/schema.ts", "serves 1 read"), ("lunora/posts.ts", "reads 1 table")] {
        let document = client.document(file);
        let lenses = client.result("textDocument/codeLens", json!({ "textDocument": document })).await;
        let mut commands = lenses.as_array().expect("lenses").iter().map(|lens| &lens["command"]);
        let named = |command: &&Value| command["title"].as_str().is_some_and(|text| text.starts_with(title));
        let command = commands.find(named).expect("a lens");
        assert_eq!(command["command"], "lunora-advisor.showReferences");
        let places = json!({ "command": "lunora-advisor.places", "arguments": command["arguments"] });
        let places = client.result("workspace/executeCommand", places).await;
        assert_eq!(places.as_array().map(Vec::len), Some(1), "{places}");
        assert_eq!(places[0]["uri"], client.uri("lunora/posts.ts"));
        assert_eq!(places[0]["range"]["start"]["line"], 3);
    }
}
