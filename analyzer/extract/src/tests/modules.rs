use lunora_facts::{Export, ImportName};

use super::facts;

/// One line an import: what, local name, specifier.
fn imports(text: &str) -> Vec<String> {
    let file = facts(text);
    let program = &file.program;
    let line = |import: &lunora_facts::Import| {
        let what = match import.what {
            ImportName::Named(name) => program.text(name),
            ImportName::Namespace => "*",
            ImportName::SideEffect => "-",
        };
        let local = import.binding.map_or("-", |id| program.text(program.binding(id).name));
        let ty = if import.is_type { " type" } else { "" };
        format!("{what} {local} {}{ty}", program.text(import.specifier))
    };
    program.imports.iter().map(line).collect()
}

/// One line an export.
fn exports(text: &str) -> Vec<String> {
    let file = facts(text);
    let program = &file.program;
    let name = |name| program.text(name);
    let line = |export: &Export| match export {
        Export::Binding { exported, binding, is_type } => {
            let ty = if *is_type { " type" } else { "" };
            format!("{} {}{ty}", name(*exported), name(program.binding(*binding).name))
        }
        Export::Default(expr) => {
            format!("default = {}", super::printer::print_expr(program, *expr))
        }
        Export::From { exported, imported, specifier, is_type } => {
            let ty = if *is_type { " type" } else { "" };
            format!("{} {} from {}{ty}", name(*exported), name(*imported), name(*specifier))
        }
        Export::NamespaceFrom { exported, specifier } => {
            format!("{} * from {}", name(*exported), name(*specifier))
        }
        Export::StarFrom { specifier } => format!("* from {}", name(*specifier)),
    };
    program.exports.iter().map(line).collect()
}

#[test]
fn every_form_of_import_is_read() {
    let text = "import a, { b as c, type d } from 'x'; import * as e from 'y'; import 'z'; import type f from 'w'; import g = require('v'); import { 'h-i' as j } from 'u';";
    assert_eq!(
        imports(text),
        [
            "default a x",
            "b c x",
            "d d x type",
            "* e y",
            "- - z",
            "default f w type",
            "default g v",
            "h-i j u"
        ]
    );
}

#[test]
fn every_form_of_export_is_read() {
    let text = concat!(
        "export const a = 1, { b, c: [d] } = x; export function e() {} export class f {} export type g = 1; export interface h {} ",
        "export enum i {} const j = 1; export { j, j as 'k', j as default }; export { l, m as n, default as o } from './x'; ",
        "export * from './y'; export * as p from './z'; export type { q } from './w'; export declare const r: number;",
    );
    assert_eq!(
        exports(text),
        [
            "a a",
            "b b",
            "d d",
            "e e",
            "f f",
            "g g type",
            "h h type",
            "i i",
            "j j",
            "k j",
            "default j",
            "l l from ./x",
            "n m from ./x",
            "o default from ./x",
            "* from ./y",
            "p * from ./z",
            "q q from ./w type",
            "r r"
        ]
    );
}

#[test]
fn a_default_export_is_an_expression() {
    assert_eq!(exports("export default defineSchema({})"), ["default = @defineSchema({})"]);
    assert_eq!(exports("const a = 1; export default a"), ["default = a"]);
    assert_eq!(exports("export default class {}"), ["default = (class default - )"]);
    assert_eq!(exports("export = f()"), ["default = @f()"]);
    assert_eq!(exports("export default interface A {}"), ["default A type"]);
    let named = "export default function f() { return f }";
    assert_eq!(exports(named), ["default = (Function f () {(return f)})"]);
    assert!(facts(named).program.bindings.len() == 1);
}

#[test]
fn an_exported_variable_is_also_a_statement() {
    assert_eq!(super::printed("export const a = 1; export let b;"), "(let a 1)\n(let b -)");
}
