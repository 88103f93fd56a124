//! One QuickJS machine with a project loaded.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use rquickjs::promise::PromiseState;
use rquickjs::{
    CatchResultExt, CaughtError, Context, Ctx, Function, Module, Object, Persistent, Promise, Runtime, Value,
};

use crate::error::EngineError;
use crate::options::{Limits, Switches};
use crate::outcome::Limit;
use crate::vm::commonjs;
use crate::vm::host::{self, Host};
use crate::vm::modules::{Modules, Shared, runtime_name};
use crate::vm::{plain, platform};

/// Bytes after which the first search for cycles of dead values begins: more than large projects take when they are loaded, where all is
/// alive.
const GARBAGE: usize = 64 * 1024 * 1024;

/// A machine. After it ran into a limit it must not be used again: what it was doing is lost.
pub(crate) struct Machine {
    /// Before the context, since it must be dropped while that is alive.
    main: Persistent<Object<'static>>,
    context: Context,
    budget: Rc<Budget>,
}

/// How far a run may go.
struct Budget {
    /// Shared with the host, whose operations count too.
    used: Rc<Cell<u64>>,
    allowed: Cell<u64>,
}

/// How a run of code ended.
pub(crate) enum Ended<T> {
    /// It came to this.
    With(T),
    /// It threw.
    Threw {
        /// What the error says.
        message: String,
        /// What is needed that isn't there, if that is what it says.
        needs: Option<String>,
    },
    /// It ran into a limit.
    Exceeded(Limit),
    /// It waits for nothing.
    NeverSettled,
}

impl Machine {
    /// A machine with the runtime loaded, and nothing of the project yet.
    pub(crate) fn new(
        modules: &Rc<Modules>,
        host: &Rc<RefCell<Host>>,
        limits: Limits,
        switches: Switches,
    ) -> Result<Self, EngineError> {
        let runtime = Runtime::new().map_err(|error| broken("making a machine", &error))?;
        runtime.set_memory_limit(limits.memory);
        runtime.set_max_stack_size(limits.stack);
        runtime.set_gc_threshold(GARBAGE);
        runtime.set_loader(Shared(Rc::clone(modules)), Shared(Rc::clone(modules)));
        let used = Rc::new(Cell::new(0));
        host.borrow_mut().steps = Rc::clone(&used);
        let budget = Rc::new(Budget { used, allowed: Cell::new(limits.steps) });
        let own = Rc::clone(&budget);
        runtime.set_interrupt_handler(Some(Box::new(move || own.step())));
        let context = Context::full(&runtime).map_err(|error| broken("making a context", &error))?;
        let main = context
            .with(|context| {
                let functions = host::bind(&context, host, switches)?;
                commonjs::bind(&context, modules, &functions)?;
                plain::bind(&context, &functions)?;
                platform::bind(&context, &functions)?;
                context.globals().set("__lunoraHost", functions)?;
                let import = Module::import(&context, runtime_name("main"))?;
                while context.execute_pending_job() {}
                let main: Object<'_> = import.finish()?;
                commonjs::remember_names_of(&context, main.get("namesOfScript")?)?;
                let names: Function<'_> = main.get("namesOfAll")?;
                let names: String = names.call(())?;
                modules.set_exports(serde_json::from_str(&names).unwrap_or_default());
                Ok(Persistent::save(&context, main))
            })
            .map_err(|error: rquickjs::Error| broken("loading the runtime", &error))?;
        Ok(Self { context, main, budget })
    }

    /// Runs a module and what it imports.
    pub(crate) fn import(&self, module: &str) -> Ended<()> {
        self.run(|context, _| {
            let import = Module::import(context, module)?;
            self.settle(context, &import);
            if import.state() == PromiseState::Pending {
                return Ok(Ended::NeverSettled);
            }
            import.finish::<Object<'_>>()?;
            Ok(Ended::With(()))
        })
    }

    /// Changes how many steps each run may take.
    pub(crate) fn allow(&self, steps: u64) {
        self.budget.allowed.set(steps);
    }

    /// Loads a module and calls a function of the runtime with these texts and the module's namespace.
    pub(crate) fn load(&self, module: &str, function: &str, texts: &[&str]) -> Ended<Option<String>> {
        self.run(|context, main| {
            let import = Module::import(context, module)?;
            self.settle(context, &import);
            if import.state() == PromiseState::Pending {
                return Ok(Ended::NeverSettled);
            }
            let namespace: Object<'_> = import.finish()?;
            let mut arguments = rquickjs::function::Args::new(context.clone(), texts.len() + 1);
            for text in texts {
                arguments.push_arg(*text)?;
            }
            arguments.push_arg(namespace)?;
            let function: Function<'_> = main.get(function)?;
            Ok(Ended::With(function.call_arg::<Option<String>>(arguments)?))
        })
    }

    /// Calls a function of the runtime that gives a promise of a text.
    pub(crate) fn call(&self, function: &str, text: &str) -> Ended<String> {
        self.run(|context, main| {
            let function: Function<'_> = main.get(function)?;
            let promise: Promise<'_> = function.call((text,))?;
            self.settle(context, &promise);
            if promise.state() == PromiseState::Pending {
                return Ok(Ended::NeverSettled);
            }
            // What the call left behind must not go on in the next one.
            while !self.budget.is_used_up() && context.execute_pending_job() {}
            Ok(Ended::With(promise.finish()?))
        })
    }

    /// Calls a function of the runtime that gives a text at once.
    pub(crate) fn ask(&self, function: &str, texts: (&str, &str, &str)) -> Ended<String> {
        self.run(|_, main| {
            let function: Function<'_> = main.get(function)?;
            Ok(Ended::With(function.call(texts)?))
        })
    }

    fn run<T>(
        &self,
        body: impl for<'js> FnOnce(&Ctx<'js>, &Object<'js>) -> rquickjs::Result<Ended<T>>,
    ) -> Ended<T> {
        self.budget.used.set(0);
        let ended = self.context.with(|context| {
            let main = match self.main.clone().restore(&context) {
                Ok(main) => main,
                Err(error) => return Ended::Threw { message: error.to_string(), needs: None },
            };
            match body(&context, &main).catch(&context) {
                Ok(ended) => ended,
                Err(error) => describe(&error),
            }
        });
        if self.budget.is_used_up() {
            return Ended::Exceeded(Limit::Steps);
        }
        match ended {
            Ended::Threw { message, .. } if limit_of(&message).is_some() => {
                limit_of(&message).map_or(Ended::NeverSettled, Ended::Exceeded)
            }
            ended => ended,
        }
    }

    /// Runs what is pending until the promise is settled; timers run when nothing else is left, with the clock moved to them.
    fn settle<'js>(&self, context: &Ctx<'js>, promise: &Promise<'js>) {
        loop {
            while promise.state() == PromiseState::Pending
                && !self.budget.is_used_up()
                && context.execute_pending_job()
            {}
            if promise.state() != PromiseState::Pending || self.budget.is_used_up() {
                return;
            }
            let Ok(main) = self.main.clone().restore(context) else {
                return;
            };
            let next = main.get::<_, Function<'_>>("runNextTimer").and_then(|run| run.call::<_, bool>(()));
            match next {
                Ok(true) => {}
                Ok(false) => return,
                // A timer that throws ends nothing but itself.
                Err(_) => drop(context.catch()),
            }
        }
    }
}

impl Budget {
    /// Counts a step; says whether the run must end.
    fn step(&self) -> bool {
        self.used.set(self.used.get() + 1);
        self.is_used_up()
    }

    fn is_used_up(&self) -> bool {
        self.used.get() > self.allowed.get()
    }
}

/// The limit that an error of QuickJS stands for.
pub(crate) fn limit_of(message: &str) -> Option<Limit> {
    match message {
        "out of memory" => Some(Limit::Memory),
        "stack overflow" | "Maximum call stack size exceeded" => Some(Limit::Stack),
        "interrupted" => Some(Limit::Steps),
        _ => None,
    }
}

fn describe<T>(error: &CaughtError<'_>) -> Ended<T> {
    match error {
        CaughtError::Exception(exception) => {
            let name = exception.as_object().get::<_, String>("name").unwrap_or_default();
            let message = exception.message().unwrap_or_default();
            let is_limit = limit_of(&message).is_some();
            Ended::Threw {
                message: if is_limit || name.is_empty() || name == "Error" {
                    message
                } else {
                    format!("{name}: {message}")
                },
                needs: exception.as_object().get("needs").ok().filter(|_| name == "NotVerifiable"),
            }
        }
        CaughtError::Value(value) => Ended::Threw { message: text_of(value), needs: None },
        CaughtError::Error(error) => Ended::Threw { message: error.to_string(), needs: None },
    }
}

fn text_of(value: &Value<'_>) -> String {
    value
        .as_string()
        .and_then(|text| text.to_string().ok())
        .unwrap_or_else(|| "a value that is no error".to_owned())
}

fn broken(doing: &'static str, error: &rquickjs::Error) -> EngineError {
    EngineError::Machine { doing, message: error.to_string() }
}
