//! What a session lives through: folders, projects, configuration, settings, files, nonsense.

use lunora_lsp::Ending;
use serde_json::{Value, json};

use crate::project::{POSTS, PROJECT, SCHEMA, renamed};
use crate::support::{Client, codes, full, write};

#[tokio::test]
async fn projects_appear_and_vanish() {
    let mut client = Client::open(&[("readme.md", "")], full()).await;
    assert!(client.pulled("lunora/posts.ts").await.is_empty());
    // First as buffers, then on the disk, then not at all.
    client.open_text("lunora/posts.ts", 1, POSTS).await;
    client.open_text("lunora/schema.ts", 1, SCHEMA).await;
    assert_eq!(client.pulled("lunora/posts.ts").await, ["filter_without_index"]);
    client.close("lunora/schema.ts").await;
    assert!(client.pulled("lunora/posts.ts").await.is_empty());
    for (file, text) in [("packages/a/lunora/schema.ts", SCHEMA), ("packages/a/lunora/posts.ts", POSTS)] {
        write(&client.path(file), text);
        client.touch(file, 1).await;
    }
    assert_eq!(codes(&client.published("packages/a/lunora/posts.ts", None).await), ["filter_without_index"]);
    std::fs::remove_dir_all(client.path("packages/a")).expect("removed");
    client.touch("packages/a", 3).await;
    assert!(client.published("packages/a/lunora/posts.ts", None).await.is_empty());
}

#[tokio::test]
async fn every_folder_and_every_project_in_it_counts() {
    let packages: Vec<(String, &str)> = ["a", "b"]
        .iter()
        .flat_map(|name| PROJECT.iter().map(move |(file, text)| (format!("packages/{name}/{file}"), *text)))
        .collect();
    let files: Vec<(&str, &str)> = packages.iter().map(|(file, text)| (file.as_str(), *text)).collect();
    let mut client = Client::open(&files, full()).await;
    for name in ["a", "b"] {
        let posts = format!("packages/{name}/lunora/posts.ts");
        assert_eq!(codes(&client.published(&posts, None).await), ["filter_without_index"]);
    }
    let other = tempfile::tempdir().expect("a folder");
    for (file, text) in PROJECT {
        write(&other.path().join(file), text);
    }
    let folder = json!({ "uri": format!("file://{}", other.path().display()), "name": "other" });
    let event = json!({ "event": { "added": [folder], "removed": [] } });
    client.notify("workspace/didChangeWorkspaceFolders", event).await;
    let uri = format!("file://{}/lunora/posts.ts", other.path().display());
    let told = client.wait_for("textDocument/publishDiagnostics", |told| told["uri"] == uri).await;
    assert_eq!(told["diagnostics"].as_array().map(Vec::len), Some(1));
    let event = json!({ "event": { "added": [], "removed": [folder] } });
    client.notify("workspace/didChangeWorkspaceFolders", event).await;
    let told = client.wait_for("textDocument/publishDiagnostics", |told| told["uri"] == uri).await;
    assert_eq!(told["diagnostics"], json!([]));
}

#[tokio::test]
async fn a_folder_within_a_project_and_a_file_outside_of_all_folders_lead_to_their_projects() {
    let mut client =
        Client::start(&[("lunora/schema.ts", SCHEMA), ("lunora/posts.ts", POSTS), ("src/a.ts", "")]);
    let inner = client.uri("src");
    client
        .request("initialize", json!({ "processId": null, "rootUri": inner, "capabilities": full() }))
        .await;
    client.notify("initialized", json!({})).await;
    assert_eq!(client.pulled("lunora/posts.ts").await, ["filter_without_index"]);

    let other = tempfile::tempdir().expect("a folder");
    for (file, text) in PROJECT {
        write(&other.path().join(file), text);
    }
    let uri = format!("file://{}/lunora/posts.ts", other.path().display());
    let document = json!({ "uri": uri, "languageId": "typescript", "version": 1, "text": POSTS });
    client.notify("textDocument/didOpen", json!({ "textDocument": document })).await;
    let told = client.wait_for("textDocument/publishDiagnostics", |told| told["uri"] == uri).await;
    assert_eq!(told["diagnostics"].as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn names_that_a_uri_must_not_hold_are_understood() {
    let mut client = Client::open(PROJECT, full()).await;
    for file in ["lunora/my posts/[id].ts", "lunora/größe.ts"] {
        client.open_text(file, 1, POSTS).await;
        assert_eq!(client.pulled(file).await, ["filter_without_index"]);
        let encoded = |told: &Value| {
            told["version"] == 1
                && told["uri"].as_str().is_some_and(|uri| uri.is_ascii() && !uri.contains('['))
        };
        client.wait_for("textDocument/publishDiagnostics", encoded).await;
    }
}

#[tokio::test]
async fn configuration_is_reloaded_and_its_errors_are_shown_in_it() {
    let mut client = Client::open(PROJECT, full()).await;
    assert_eq!(client.pulled("lunora/posts.ts").await, ["filter_without_index"]);
    let config = "lunora-advisor.jsonc";
    write(&client.path(config), "{ \"rules\": { \"filter_without_index\": \"off\" } }");
    client.touch(config, 1).await;
    assert!(client.pulled("lunora/posts.ts").await.is_empty());
    client.open_text(config, 1, "{ \"rules\": { \"filter_without_indx\": \"off\" } }").await;
    let problem = &client.published(config, Some(1)).await[0];
    assert!(
        problem["message"].as_str().is_some_and(|text| text.contains("`filter_without_index`")),
        "{problem}"
    );
    assert_eq!(problem["range"]["start"], json!({ "line": 0, "character": 13 }));
    assert!(
        client.pulled("lunora/posts.ts").await.is_empty(),
        "the last configuration that made sense counts"
    );
    client.change(config, 2, "{}").await;
    assert!(client.published(config, Some(2)).await.is_empty());
    assert_eq!(client.pulled("lunora/posts.ts").await, ["filter_without_index"]);
}

#[tokio::test]
async fn what_a_baseline_knows_is_left_out() {
    let mut client = Client::open(PROJECT, full()).await;
    assert_eq!(client.pulled("lunora/posts.ts").await, ["filter_without_index"]);
    let report = client.result("workspace/diagnostic", json!({ "previousResultIds": [] })).await;
    let items = report["items"].as_array().map_or(&[][..], Vec::as_slice).iter();
    let keys = items.flat_map(|item| item["items"].as_array().cloned().unwrap_or_default());
    let mut baseline = "{\"lunoraAdvisorBaseline\":1}\n".to_owned();
    for diagnostic in keys {
        let entry = json!({ "project": ".", "key": diagnostic["data"]["cacheKey"], "count": 1 });
        baseline.push_str(&format!("{entry}\n"));
    }
    write(&client.path("known.ndjson"), &baseline);
    write(&client.path("lunora-advisor.json"), "{ \"baseline\": \"known.ndjson\" }");
    client.touch("lunora-advisor.json", 1).await;
    assert!(client.pulled("lunora/posts.ts").await.is_empty());
    write(&client.path("known.ndjson"), "{\"lunoraAdvisorBaseline\":1}\n");
    client.touch("known.ndjson", 2).await;
    assert_eq!(client.pulled("lunora/posts.ts").await, ["filter_without_index"]);
}

#[tokio::test]
async fn settings_of_the_editor_count() {
    let mut client = Client::open(PROJECT, full()).await;
    assert_eq!(client.published("lunora/posts.ts", None).await.len(), 1);
    client.settings = json!({ "workspaceDiagnostics": false });
    client.notify("workspace/didChangeConfiguration", json!({ "settings": null })).await;
    assert!(client.published("lunora/posts.ts", None).await.is_empty());
    client.open_text("lunora/posts.ts", 1, POSTS).await;
    assert_eq!(client.published("lunora/posts.ts", Some(1)).await.len(), 1, "open files are always checked");
    client.close("lunora/posts.ts").await;
    assert!(client.published("lunora/posts.ts", None).await.is_empty());
    write(&client.path("ci/advisor.json"), "{ \"rules\": { \"filter_without_index\": \"off\" } }");
    let settings = json!({ "lunora-advisor": { "configPath": "ci/advisor.json" } });
    client.notify("workspace/didChangeConfiguration", json!({ "settings": settings })).await;
    assert!(client.pulled("lunora/posts.ts").await.is_empty());
}

#[tokio::test]
async fn files_that_change_outside_count_unless_they_are_open() {
    let mut client = Client::open(PROJECT, full()).await;
    let registration = client.wait_for("client/registerCapability", |_| true).await;
    assert_eq!(registration["registrations"][0]["method"], "workspace/didChangeWatchedFiles");
    client.open_file("lunora/posts.ts").await;
    write(&client.path("lunora/posts.ts"), "");
    client.touch("lunora/posts.ts", 2).await;
    assert_eq!(client.pulled("lunora/posts.ts").await, ["filter_without_index"], "the buffer counts");
    write(&client.path("lunora/schema.ts"), &renamed());
    client.touch("lunora/schema.ts", 2).await;
    assert_eq!(client.pulled("lunora/posts.ts").await, ["unknown_table"]);
    client.close("lunora/posts.ts").await;
    assert!(client.pulled("lunora/posts.ts").await.is_empty());
}

#[tokio::test]
async fn the_first_pass_shows_progress() {
    let mut client = Client::open(PROJECT, full()).await;
    client.wait_for("window/workDoneProgress/create", |_| true).await;
    client.wait_for("$/progress", |told| told["value"]["kind"] == "begin").await;
    let end = client.wait_for("$/progress", |told| told["value"]["kind"] == "end").await;
    assert_eq!(end["value"]["message"], "1 Lunora project");
}

#[tokio::test]
async fn a_handler_that_fails_is_answered_and_logged_and_the_session_goes_on() {
    let mut client = Client::open(PROJECT, full()).await;
    let place = json!({ "uri": client.uri("lunora/schema.ts"), "table": "panic" });
    let command = json!({ "command": "lunora-advisor.accessPaths", "arguments": [place] });
    let answer = client.request("workspace/executeCommand", command).await;
    assert_eq!(answer["error"]["code"], -32603);
    let logged = client.wait_for("window/logMessage", |_| true).await;
    assert!(logged["message"].as_str().is_some_and(|text| text.contains("a printer that fails")), "{logged}");
    assert_eq!(client.pulled("lunora/posts.ts").await, ["filter_without_index"]);
}

#[tokio::test]
async fn a_client_that_waits_for_nothing_is_served() {
    let mut client = Client::start(PROJECT);
    let root = client.uri("");
    let first =
        client.ask("initialize", json!({ "processId": null, "rootUri": root, "capabilities": {} })).await;
    client.notify("initialized", json!({})).await;
    client.open_text("lunora/posts.ts", 1, POSTS).await;
    let document = client.document("lunora/posts.ts");
    let pull = client.ask("textDocument/diagnostic", json!({ "textDocument": document })).await;
    let last = client.ask("shutdown", Value::Null).await;
    assert!(client.answer(first).await.get("result").is_some());
    let pulled = client.answer(pull).await;
    assert!(pulled.get("result").is_some() || pulled.get("error").is_some(), "{pulled}");
    assert_eq!(client.answer(last).await["result"], Value::Null);
    assert_eq!(client.exit().await, Ending::Orderly);
}

#[tokio::test]
async fn what_makes_no_sense_is_refused_and_the_session_goes_on() {
    let mut client = Client::start(PROJECT);
    let early =
        client.request("textDocument/diagnostic", json!({ "textDocument": client.document("a") })).await;
    assert_eq!(early["error"]["code"], -32002);
    client.initialize(full()).await;
    client.notify("initialized", json!({})).await;
    client.send_raw(b"Content-Length: 9\r\n\r\n{\"id\": 1,").await;
    client.send_raw(b"what is this?\r\n\r\n").await;
    client.send_raw(b"Content-Length: 2\r\n\r\n[]").await;
    client.notify("textDocument/didChange", json!({ "textDocument": 7 })).await;
    client.notify("textDocument/didClose", json!({ "textDocument": { "uri": "file:///nowhere.ts" } })).await;
    client.open_text("../../etc/\u{0}", 1, "x").await;
    let odd = json!({ "textDocument": { "uri": "untitled:Untitled-1", "languageId": "x", "version": 1, "text": "" } });
    client.notify("textDocument/didOpen", odd).await;
    assert_eq!(client.request("textDocument/nonsense", json!({})).await["error"]["code"], -32601);
    let wrong = client.request("textDocument/diagnostic", json!({ "textDocument": [] })).await;
    assert_eq!(wrong["error"]["code"], -32602);
    client.notify("$/cancelRequest", json!({ "id": 99 })).await;
    client.notify("$/setTrace", json!({ "value": "verbose" })).await;
    assert_eq!(client.pulled("lunora/posts.ts").await, ["filter_without_index"]);
    assert_eq!(client.exit().await, Ending::Abrupt);
}

#[tokio::test]
async fn a_new_file_that_is_opened_before_anybody_says_that_it_is_there_is_read() {
    let mut client = Client::open(PROJECT, full()).await;
    assert_eq!(client.pulled("lunora/posts.ts").await, ["filter_without_index"]);
    write(&client.path("lunora/new.ts"), POSTS);
    client.open_file("lunora/new.ts").await;
    let document = client.document("lunora/new.ts");
    let lenses = client.result("textDocument/codeLens", json!({ "textDocument": document })).await;
    assert!(lenses.as_array().is_some_and(|lenses| !lenses.is_empty()), "{lenses}");
    client.touch("lunora/new.ts", 1).await;
    assert_eq!(client.pulled("lunora/new.ts").await, ["filter_without_index"]);
}

#[tokio::test]
async fn what_is_shown_beside_the_code_is_refreshed_where_others_are_edited_and_when_settings_change() {
    let mut capabilities = full();
    capabilities["workspace"]["codeLens"] = json!({ "refreshSupport": true });
    capabilities["workspace"]["inlayHint"] = json!({ "refreshSupport": true });
    let mut client = Client::open(PROJECT, capabilities).await;
    let posts = client.open_file("lunora/posts.ts").await;
    let asked = async |client: &mut Client| {
        let document = client.document("lunora/posts.ts");
        let lenses = client.result("textDocument/codeLens", json!({ "textDocument": document })).await;
        // What the server says unasked comes in its order: after this, all from before has come.
        let page = json!({ "command": "lunora-advisor.openRule", "arguments": ["unused_index"] });
        client.result("workspace/executeCommand", page).await;
        client.wait_for("window/showDocument", |_| true).await;
        (lenses.as_array().map_or(0, Vec::len), client.take_told("workspace/codeLens/refresh").len())
    };
    assert_eq!(asked(&mut client).await.0, 1, "after the first pass, or before it");
    client.change("lunora/posts.ts", 2, &format!("{posts}export const x = 1;\n")).await;
    assert_eq!(asked(&mut client).await, (1, 0), "who edits asks again anyway");
    client.open_file("lunora/schema.ts").await;
    client.change("lunora/schema.ts", 2, &renamed()).await;
    client.wait_for("workspace/codeLens/refresh", |_| true).await;
    client.wait_for("workspace/inlayHint/refresh", |_| true).await;
    let off = json!({ "settings": { "codeLens": false } });
    client.notify("workspace/didChangeConfiguration", off).await;
    client.wait_for("workspace/codeLens/refresh", |_| true).await;
    assert_eq!(asked(&mut client).await.0, 0);
}

#[tokio::test]
async fn files_are_watched_for_clients_that_do_not() {
    let mut capabilities = full();
    capabilities["workspace"]["didChangeWatchedFiles"] = json!({});
    let mut client = Client::open(PROJECT, capabilities).await;
    assert_eq!(codes(&client.published("lunora/posts.ts", None).await), ["filter_without_index"]);
    // Also what changes while the watch is being set up.
    write(&client.path("lunora/schema.ts"), &renamed());
    assert_eq!(codes(&client.published("lunora/posts.ts", None).await), ["unknown_table"]);
    write(&client.path("lunora/more/posts.ts"), POSTS);
    assert_eq!(codes(&client.published("lunora/more/posts.ts", None).await), ["unknown_table"]);
    std::fs::remove_dir_all(client.path("lunora/more")).expect("removed");
    assert!(client.published("lunora/more/posts.ts", None).await.is_empty());
    client.open_file("lunora/posts.ts").await;
    assert_eq!(codes(&client.published("lunora/posts.ts", Some(1)).await), ["unknown_table"]);
    write(&client.path("lunora/posts.ts"), "");
    write(&client.path("lunora/schema.ts"), SCHEMA);
    assert_eq!(codes(&client.published("lunora/posts.ts", Some(1)).await), ["filter_without_index"]);
    assert!(
        client
            .take_told("client/registerCapability")
            .iter()
            .all(|told| !told.to_string().contains("watchers"))
    );
}
