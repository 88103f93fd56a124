//! Packages in `node_modules`: they run if they are pure, and say what they need otherwise.

use std::path::PathBuf;

use lunora_engine::{CallOptions, Engine, Limits, Options, Outcome};
use lunora_source::{DiscoveryOptions, Memory, find_projects, load};
use serde_json::{Value, json};

use crate::support::{call, thrown, value};

const SCHEMA: &str = "import { defineSchema, defineTable, v } from \"lunorash/server\";\n\
                      export default defineSchema({ notes: defineTable({ title: v.string() }) });\n";

/// A package as a modern one is published: conditions, subpaths, a file of its own for other platforms, a dependency inside.
const MODERN: &[(&str, &str)] = &[
    (
        "modern/package.json",
        r##"{ "name": "modern", "type": "module", "imports": { "#shout": "./shout.js" }, "exports": {
            ".": { "node": "./node.js", "workerd": "./worker.js", "default": "./node.js" },
            "./sub": { "import": "./sub.js", "require": "./sub.cjs" } } }"##,
    ),
    ("modern/node.js", "import fs from 'node:fs'; export const where = fs.cwd();"),
    (
        "modern/worker.js",
        "import inner, { twice } from 'inner'; import { shout } from '#shout';
         export * from './more.js';
         export const where = 'worker';
         export const four = () => twice(inner.two);
         export default shout;",
    ),
    (
        "modern/more.js",
        "export const later = async () => (await import('./late.js')).late; export class Box {}",
    ),
    ("modern/late.js", "export const late = 'late';"),
    ("modern/shout.js", "export const shout = (text) => text.toUpperCase();"),
    ("modern/sub.js", "export const asked = 'import';"),
    ("modern/sub.cjs", "exports.asked = 'require';"),
    ("modern/node_modules/inner/package.json", r#"{ "main": "main" }"#),
    (
        "modern/node_modules/inner/main.js",
        "exports.two = require('./data.json').two; exports.twice = (n) => n * require('./math').two();",
    ),
    ("modern/node_modules/inner/data.json", r#"{ "two": 2 }"#),
    ("modern/node_modules/inner/math/index.js", "module.exports = { two: () => 2 };"),
];

/// Scripts of the three kinds that TypeScript and hand-written code give, two of which ask for each other.
const SCRIPTS: &[(&str, &str)] = &[
    (
        "plain/index.js",
        "#!/usr/bin/env node\nmodule.exports = function plain() { return typeof this + this?.x; };",
    ),
    (
        "compiled/index.js",
        "'use strict'; Object.defineProperty(exports, '__esModule', { value: true });
         exports.default = (n) => n + 1; exports.named = 'named';",
    ),
    (
        "circle/index.js",
        "exports.name = 'a'; exports.other = require('./b').name; exports.own = require('./b').seen;",
    ),
    ("circle/b.js", "const a = require('.'); exports.name = 'b'; exports.seen = a.name;"),
    ("asks/index.js", "exports.asked = require('modern/sub').asked;"),
    (
        "browserly/package.json",
        r#"{ "main": "node.js", "browser": { "./node.js": "./web.js", "./gone.js": false } }"#,
    ),
    ("browserly/node.js", "exports.kind = require('os').type();"),
    ("browserly/web.js", "exports.kind = 'web' + Object.keys(require('./gone.js')).length;"),
    ("browserly/gone.js", "throw new Error('never here');"),
];

const IMPURE: &[(&str, &str)] = &[
    (
        "reads/index.js",
        "const { readFileSync } = require('fs'); exports.text = () => readFileSync('a'); exports.two = () => 2;",
    ),
    ("asks-process/index.js", "const wide = process.stdout.columns; exports.wide = () => wide;"),
    ("fails/index.js", "throw new TypeError('not on this day');"),
    ("endless/index.js", "for (;;) {}"),
    ("calls/index.js", "exports.load = (url) => fetch(url);"),
    (
        "hides/index.js",
        "exports.quietly = () => { try { return require('os').cpus().length; } catch { return 1; } };",
    ),
];

fn engine(functions: &str) -> Engine {
    let functions = format!("import {{ query }} from \"./_generated/server\";\n{functions}");
    let mut memory =
        Memory::new([("/p/lunora/schema.ts", SCHEMA), ("/p/lunora/rows.ts", functions.as_str())]);
    for (path, text) in [MODERN, SCRIPTS, IMPURE].into_iter().flatten() {
        memory.insert(format!("/p/node_modules/{path}"), text);
    }
    let discovery = DiscoveryOptions::default();
    let locations = find_projects(&memory, &[PathBuf::from("/p")], &discovery).unwrap();
    let tree = load(&memory, &locations[0], &discovery).unwrap();
    let limits = Limits { steps: 200, ..Limits::default() };
    let engine = Engine::load(&memory, &tree, Options { limits, ..Options::default() }).unwrap();
    assert_eq!(engine.failed_modules(), []);
    engine
}

fn needs(engine: &mut Engine, name: &str) -> String {
    match call(engine, name, json!({})).outcome {
        Outcome::NotVerifiable { needs } => needs,
        other => panic!("{name}: {other:?}"),
    }
}

#[test]
fn modules_are_found_as_a_worker_is_bundled() {
    let mut engine = engine(
        "import shout, { where, four, later, Box } from 'modern';
         import * as whole from 'modern';
         import { asked } from 'modern/sub';
         import { asked as required } from 'asks';
         import { kind } from 'browserly';
         export const all = query.query(async () => [shout('a'), where, four(), await later(), typeof Box, Object.keys(whole).length, asked, required, kind]);",
    );
    let expected = json!(["A", "worker", 4, "late", "function", 5, "import", "require", "web0"]);
    assert_eq!(value(&mut engine, "all", json!({})), expected);
}

#[test]
fn scripts_are_imported_as_bundlers_do() {
    let mut engine = engine(
        "import plain from 'plain';
         import compiled, { named } from 'compiled';
         import * as whole from 'compiled';
         import { name, other, own, nothing } from 'circle';
         export const all = query.query(async () => {
           const late = await import('compiled');
           return [plain(), compiled(1), named, whole.named, late.named, name, other, own, nothing ?? 'nothing'];
         });",
    );
    let expected = json!(["undefinedundefined", 2, "named", "named", "named", "a", "b", "a", "nothing"]);
    let seen = value(&mut engine, "all", json!({}));
    // A function that is no strict code sees the global object.
    assert_eq!(seen.as_array().map(|all| &all[1..]), expected.as_array().map(|all| &all[1..]));
    assert_eq!(seen[0], "objectundefined");
}

#[test]
fn what_isnt_here_is_named_and_never_guessed() {
    let mut engine = engine(
        "import { text, two } from 'reads';
         import { wide } from 'asks-process';
         import fails from 'fails';
         import endless from 'endless';
         import { load } from 'calls';
         import { quietly } from 'hides';
         import * as missing from 'not-installed';
         import { readFile } from 'node:fs/promises';
         export const file = query.query(() => text());
         export const pure = query.query(() => two());
         export const width = query.query(() => wide());
         export const failing = query.query(() => fails());
         export const loop = query.query(() => endless());
         export const remote = query.query(() => load('https://example.com'));
         export const hidden = query.query(() => quietly());
         export const absent = query.query(() => missing.anything());
         export const late = query.query(async () => (await import('also-not-installed')).anything());
         export const builtin = query.query(() => readFile('a'));
         export const own = query.query(() => 'fine');",
    );
    assert_eq!(value(&mut engine, "own", json!({})), "fine");
    assert_eq!(value(&mut engine, "pure", json!({})), 2);
    for (name, expected) in [
        ("file", "fs"),
        ("width", "asks-process, which needs process.stdout"),
        ("failing", "fails, which does not load here: TypeError: not on this day"),
        ("loop", "endless, which ran into the limit of Steps"),
        ("remote", "the network"),
        ("hidden", "os"),
        ("absent", "`anything` of not-installed"),
        ("late", "`anything` of also-not-installed"),
        ("builtin", "`readFile` of node:fs/promises"),
    ] {
        assert!(needs(&mut engine, name).ends_with(expected), "{name}: {}", needs(&mut engine, name));
    }
}

#[test]
fn an_error_that_a_package_throws_is_an_error() {
    let mut engine = engine(
        "import compiled from 'compiled';
         export const breaks = query.query(() => compiled(1).trim());",
    );
    let error = thrown(&mut engine, "breaks", json!({}));
    assert_eq!((error.code.as_str(), error.is_lunora_error), ("INTERNAL_SERVER_ERROR", false));
}

#[test]
fn randomness_of_packages_comes_from_the_seed() {
    let run = |seed: u64| -> Value {
        let memory = Memory::new([
            ("/p/lunora/schema.ts", SCHEMA),
            (
                "/p/lunora/rows.ts",
                "import { query } from './_generated/server'; import id from 'ids'; export const make = query.query(() => [id(), id()]);",
            ),
            (
                "/p/node_modules/ids/index.mjs",
                "export default () => [...crypto.getRandomValues(new Uint8Array(4)), Math.random(), crypto.randomUUID()].join();",
            ),
            ("/p/node_modules/ids/package.json", r#"{ "exports": "./index.mjs" }"#),
        ]);
        let discovery = DiscoveryOptions::default();
        let locations = find_projects(&memory, &[PathBuf::from("/p")], &discovery).unwrap();
        let tree = load(&memory, &locations[0], &discovery).unwrap();
        let mut engine = Engine::load(&memory, &tree, Options { seed, ..Options::default() }).unwrap();
        match engine.call("rows:make", &json!({}), &CallOptions::default()).unwrap().outcome {
            Outcome::Returned { value } => value.to_value(),
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(run(1), run(1));
    assert_ne!(run(1), run(2));
    assert_ne!(run(1)[0], run(1)[1]);
}
