//! What scripts of packages need: to be compiled, and to find each other.

use std::rc::Rc;

use rquickjs::context::EvalOptions;
use rquickjs::{Ctx, Error, Function, Object};
use serde_json::{Value, json};

use crate::vm::imports::lunora_kind;
use crate::vm::modules::Modules;
use crate::vm::packages::{Format, Found};

/// Puts the functions on the object of the host.
pub(crate) fn bind<'js>(
    context: &Ctx<'js>,
    modules: &Rc<Modules>,
    object: &Object<'js>,
) -> rquickjs::Result<()> {
    let own = Rc::clone(modules);
    let find = move |importer: String, specifier: String| {
        describe(&own.required(&importer, &specifier), &specifier).to_string()
    };
    object.set("findRequired", Function::new(context.clone(), find)?)?;
    let own = Rc::clone(modules);
    let read = move |name: String| own.package_file(&name).map(|file| file.code.clone());
    object.set("readData", Function::new(context.clone(), read)?)?;
    let own = Rc::clone(modules);
    object.set("compileScript", Function::new(context.clone(), Compile(own))?)
}

/// Remembers the function of the runtime that gives the names which a script exports.
pub(crate) fn remember_names_of<'js>(context: &Ctx<'js>, names: Function<'js>) -> rquickjs::Result<()> {
    match context.store_userdata(names) {
        Ok(_) => Ok(()),
        Err(_) => Err(Error::Unknown),
    }
}

/// The names that a script of a package exports. Runs it, if it did not run yet.
pub(crate) fn names_of(context: &Ctx<'_>, name: &str) -> rquickjs::Result<Vec<String>> {
    let names = context.userdata::<Function<'_>>().map(|names| (*names).clone()).ok_or(Error::Unknown)?;
    names.call((name,))
}

/// Compiles a script to a function of what scripts may use.
struct Compile(Rc<Modules>);

impl<'js> rquickjs::function::IntoJsFunc<'js, (String,)> for Compile {
    fn param_requirements() -> rquickjs::function::ParamRequirement {
        rquickjs::function::ParamRequirement::single()
    }

    fn call<'a>(
        &self,
        params: rquickjs::function::Params<'a, 'js>,
    ) -> rquickjs::Result<rquickjs::Value<'js>> {
        let context = params.ctx().clone();
        let name: String = params.arg(0).map_or(Ok(String::new()), |argument| argument.get())?;
        let file = self.0.package_file(&name).ok_or(Error::Unknown)?;
        let mut options = EvalOptions::default();
        options.strict = false;
        options.filename = Some(name);
        let code = file.code.strip_prefix('\u{feff}').unwrap_or(&file.code);
        let code = if code.starts_with("#!") { format!("//{code}") } else { code.to_owned() };
        let parameters = "exports, require, module, __filename, __dirname";
        context.eval_with_options(format!("(function ({parameters}) {{{code}\n}})"), options)
    }
}

/// What was found, as the runtime reads it.
fn describe(found: &Found, specifier: &str) -> Value {
    match found {
        Found::File(name, file) => {
            let kind = match file.format {
                Format::Module => "module",
                Format::CommonJs => "script",
                Format::Json => "data",
            };
            json!({ "kind": kind, "name": name })
        }
        Found::Lunora(module) => {
            json!({ "kind": "provided", "name": lunora_kind(module).map_or_else(|| format!("absent:{specifier}"), str::to_owned) })
        }
        Found::Empty => json!({ "kind": "empty" }),
        Found::Missing(needs) => json!({ "kind": "provided", "name": format!("absent:{needs}") }),
    }
}
