//! Prints a program as nested lists, one line a top-level statement.

use lunora_facts::{
    BindingId, Block, ClassMemberValue, Expr, ExprId, ForLoop, FunctionId, ListRange, Name, PatternId,
    Program, PropKey, Stmt, StmtId, Try, Type, TypeId,
};

pub(super) fn print(program: &Program) -> String {
    let printer = Printer { program };
    let body = program.function(FunctionId::MODULE).body;
    let lines: Vec<String> = program.block(body).iter().map(|&id| printer.stmt(id)).collect();
    lines.join("\n")
}

pub(super) fn print_type(program: &Program, ty: TypeId) -> String {
    Printer { program }.ty(ty)
}

pub(super) fn print_expr(program: &Program, expr: ExprId) -> String {
    Printer { program }.expr(expr)
}

struct Printer<'p> {
    program: &'p Program,
}

impl Printer<'_> {
    fn text(&self, name: Name) -> &str {
        self.program.text(name)
    }

    fn binding(&self, id: BindingId) -> &str {
        self.text(self.program.binding(id).name)
    }

    fn block(&self, block: Block) -> String {
        let parts: Vec<String> = self.program.block(block).iter().map(|&id| self.stmt(id)).collect();
        format!("{{{}}}", parts.join("; "))
    }

    fn stmt(&self, id: StmtId) -> String {
        match self.program.stmt(id) {
            Stmt::Expr(expr) => self.expr(*expr),
            Stmt::Let { pattern, ty, value } => {
                let ty = ty.map_or(String::new(), |ty| format!(": {}", self.ty(ty)));
                format!("(let {}{ty} {})", self.pattern(*pattern), self.optional(*value))
            }
            Stmt::Function(id) => self.function(*id),
            Stmt::Class(id) => self.class(*id),
            Stmt::Return(value) => format!("(return {})", self.optional(*value)),
            Stmt::Throw(value) => format!("(throw {})", self.expr(*value)),
            Stmt::If { test, consequent, alternate } => {
                format!("(if {} {} {})", self.expr(*test), self.block(*consequent), self.block(*alternate))
            }
            Stmt::For(id) => {
                let ForLoop { init, test, update, body } = *self.program.for_loop(*id);
                let head = [self.block(init), self.optional(test), self.optional(update)];
                format!("(for {} {})", head.join(" "), self.block(body))
            }
            Stmt::ForOf { pattern, iterable, is_await, body } => format!(
                "({} {} {} {})",
                if *is_await { "for-await" } else { "for-of" },
                self.pattern(*pattern),
                self.expr(*iterable),
                self.block(*body)
            ),
            Stmt::ForIn { pattern, object, body } => {
                format!("(for-in {} {} {})", self.pattern(*pattern), self.expr(*object), self.block(*body))
            }
            Stmt::While { test, body, runs_first } => format!(
                "({} {} {})",
                if *runs_first { "do-while" } else { "while" },
                self.expr(*test),
                self.block(*body)
            ),
            Stmt::Break(label) => format!("(break {})", label.map_or("", |name| self.text(name))),
            Stmt::Continue(label) => {
                format!("(continue {})", label.map_or("", |name| self.text(name)))
            }
            Stmt::Switch { discriminant, cases } => {
                let cases: Vec<String> = self.program.switch_cases[cases.range()]
                    .iter()
                    .map(|case| format!("({} {})", self.optional(case.test), self.block(case.body)))
                    .collect();
                format!("(switch {} {})", self.expr(*discriminant), cases.join(" "))
            }
            Stmt::Try(id) => {
                let Try { body, parameter, handler, finalizer } = *self.program.try_statement(*id);
                let parameter = parameter.map_or("-".to_owned(), |pattern| self.pattern(pattern));
                let blocks = [self.block(handler), self.block(finalizer)];
                format!("(try {} {parameter} {})", self.block(body), blocks.join(" "))
            }
            Stmt::Block(block) => self.block(*block),
            Stmt::Labeled { label, body } => {
                format!("(label {} {})", self.text(*label), self.block(*body))
            }
        }
    }

    fn optional(&self, expr: Option<ExprId>) -> String {
        expr.map_or("-".to_owned(), |expr| self.expr(expr))
    }

    fn list(&self, range: impl Into<ListRange>) -> String {
        let parts: Vec<String> = self.program.expr_list(range).iter().map(|&id| self.expr(id)).collect();
        parts.join(" ")
    }

    fn expr(&self, id: ExprId) -> String {
        match self.program.expr(id) {
            Expr::Opaque => "?".to_owned(),
            Expr::Null => "null".to_owned(),
            Expr::Undefined => "undefined".to_owned(),
            Expr::Bool(value) => value.to_string(),
            Expr::Number(number) => number.value().to_string(),
            Expr::BigInt(name) => format!("{}n", self.text(*name)),
            Expr::String(name) => format!("{:?}", self.text(*name)),
            Expr::Regex => "regex".to_owned(),
            Expr::Template(parts) => format!("(template {})", self.list(*parts)),
            Expr::Binding(id) => self.binding(*id).to_owned(),
            Expr::Global(name) => format!("@{}", self.text(*name)),
            Expr::This => "this".to_owned(),
            Expr::Super => "super".to_owned(),
            Expr::Member { object, property, optional } => format!(
                "{}{}{}",
                self.expr(*object),
                if *optional { "?." } else { "." },
                self.text(*property)
            ),
            Expr::Index { object, index, optional } => {
                format!("{}{}[{}]", self.expr(*object), if *optional { "?." } else { "" }, self.expr(*index))
            }
            Expr::Call { callee, arguments, optional } => format!(
                "{}{}({})",
                self.expr(*callee),
                if *optional { "?." } else { "" },
                self.list(*arguments)
            ),
            Expr::New { callee, arguments } => {
                format!("(new {} {})", self.expr(*callee), self.list(*arguments))
            }
            Expr::Tagged { tag, parts } => {
                format!("(tagged {} {})", self.expr(*tag), self.list(*parts))
            }
            Expr::Object(range) => self.object(*range),
            Expr::Array(range) => format!("[{}]", self.list(*range)),
            Expr::Spread(value) => format!("...{}", self.expr(*value)),
            Expr::Function(id) => self.function(*id),
            Expr::Class(id) => self.class(*id),
            Expr::Unary { operator, operand } => {
                format!("({operator:?} {})", self.expr(*operand))
            }
            Expr::Binary { operator, left, right } => {
                format!("({operator:?} {} {})", self.expr(*left), self.expr(*right))
            }
            Expr::Logical { operator, left, right } => {
                format!("({operator:?} {} {})", self.expr(*left), self.expr(*right))
            }
            Expr::Conditional(parts) => {
                let parts = self.program.conditional(*parts).map(|part| self.expr(part));
                format!("(cond {})", parts.join(" "))
            }
            Expr::Assign { target, operator, value } => {
                format!("({operator:?} {} {})", self.pattern(*target), self.expr(*value))
            }
            Expr::Update { target } => format!("(update {})", self.pattern(*target)),
            Expr::Sequence(range) => format!("(seq {})", self.list(*range)),
            Expr::Await(value) => format!("(await {})", self.expr(*value)),
            Expr::Yield(value) => format!("(yield {})", self.optional(*value)),
            Expr::Import(value) => format!("(import {})", self.expr(*value)),
            Expr::Cast { value, ty } => format!("({} as {})", self.expr(*value), self.ty(*ty)),
        }
    }

    fn object(&self, range: ListRange) -> String {
        let props: Vec<String> = self
            .program
            .object(range)
            .map(|(_, prop)| match prop.shorthand {
                true => self.expr(prop.value),
                false => format!("{}{}", self.key(prop.key), self.expr(prop.value)),
            })
            .collect();
        format!("{{{}}}", props.join(", "))
    }

    fn key(&self, key: PropKey) -> String {
        match key {
            PropKey::Name(name) => format!("{}: ", self.text(name)),
            PropKey::Computed(expr) => format!("[{}]: ", self.expr(expr)),
            PropKey::Spread => "...".to_owned(),
            PropKey::Getter(name) => format!("get {}: ", self.text(name)),
        }
    }

    fn pattern(&self, id: PatternId) -> String {
        use lunora_facts::Pattern;
        let rest = |rest: &Option<PatternId>| {
            rest.map_or(String::new(), |rest| format!(" ...{}", self.pattern(rest)))
        };
        match self.program.pattern(id) {
            Pattern::Binding(id) => self.binding(*id).to_owned(),
            Pattern::Object { properties, rest: remaining } => {
                let props: Vec<String> = self.program.pattern_props[properties.range()]
                    .iter()
                    .map(|prop| format!("{}{}", self.key(prop.key), self.pattern(prop.pattern)))
                    .collect();
                format!("{{{}{}}}", props.join(", "), rest(remaining))
            }
            Pattern::Array { elements, rest: remaining } => {
                let parts: Vec<String> = self.program.pattern_lists[elements.range()]
                    .iter()
                    .map(|part| part.map_or("-".to_owned(), |part| self.pattern(part)))
                    .collect();
                format!("[{}{}]", parts.join(" "), rest(remaining))
            }
            Pattern::Default { pattern, value } => {
                format!("{}={}", self.pattern(*pattern), self.expr(*value))
            }
            Pattern::Target(expr) => format!("<{}>", self.expr(*expr)),
        }
    }

    fn function(&self, id: FunctionId) -> String {
        let function = self.program.function(id);
        let parameters: Vec<String> = self
            .program
            .parameters_of(function)
            .iter()
            .map(|parameter| {
                let ty = parameter.ty.map_or(String::new(), |ty| format!(": {}", self.ty(ty)));
                let property = if parameter.is_property { "this." } else { "" };
                format!("{property}{}{ty}", self.pattern(parameter.pattern))
            })
            .collect();
        let name = function.name.map_or(String::new(), |name| format!(" {}", self.text(name)));
        let flags = [
            (function.is_async, " async"),
            (function.is_generator, " generator"),
            (function.has_rest, " rest"),
        ];
        let flags: String = flags.iter().filter(|flag| flag.0).map(|flag| flag.1).collect();
        let returned = function.return_type.map_or(String::new(), |ty| format!(": {}", self.ty(ty)));
        format!(
            "({:?}{name}{flags} ({}){returned} {})",
            function.kind,
            parameters.join(" "),
            self.block(function.body)
        )
    }

    fn class(&self, id: lunora_facts::ClassId) -> String {
        let class = &self.program.classes[id.index()];
        let members: Vec<String> = class
            .members
            .iter()
            .map(|member| {
                let name = member.name.map_or("-", |name| self.text(name));
                let prefix = if member.is_static { "static " } else { "" };
                match member.value {
                    ClassMemberValue::Field { value, ty } => {
                        let ty = ty.map_or(String::new(), |ty| format!(": {}", self.ty(ty)));
                        format!("{prefix}{name}{ty} = {}", self.optional(value))
                    }
                    ClassMemberValue::Constructor(id)
                    | ClassMemberValue::Method(id)
                    | ClassMemberValue::Getter(id)
                    | ClassMemberValue::Setter(id) => format!("{prefix}{}", self.function(id)),
                }
            })
            .collect();
        let name = class.name.map_or("-", |name| self.text(name));
        let superclass = self.optional(class.superclass);
        format!("(class {name} {superclass} {})", members.join(", "))
    }

    fn types(&self, range: ListRange) -> Vec<String> {
        self.program.type_list(range).iter().map(|&ty| self.ty(ty)).collect()
    }

    fn type_arguments(&self, range: ListRange) -> String {
        match range.is_empty() {
            true => String::new(),
            false => format!("<{}>", self.types(range).join(", ")),
        }
    }

    fn ty(&self, id: TypeId) -> String {
        match self.program.ty(id) {
            Type::Opaque => "?".to_owned(),
            Type::Named { binding, arguments } => {
                format!("{}{}", self.binding(*binding), self.type_arguments(*arguments))
            }
            Type::Global { name, arguments } => {
                format!("@{}{}", self.text(*name), self.type_arguments(*arguments))
            }
            Type::Qualified { namespace, name, arguments } => format!(
                "{}.{}{}",
                self.binding(*namespace),
                self.text(*name),
                self.type_arguments(*arguments)
            ),
            Type::Indexed { object, index } => format!("{}[{}]", self.ty(*object), self.ty(*index)),
            Type::String(name) => format!("{:?}", self.text(*name)),
            Type::Union(range) => format!("({})", self.types(*range).join(" | ")),
            Type::Intersection(range) => format!("({})", self.types(*range).join(" & ")),
            Type::Object(range) => {
                let members: Vec<String> = self.program.type_members[range.range()]
                    .iter()
                    .map(|member| format!("{}: {}", self.text(member.name), self.ty(member.ty)))
                    .collect();
                format!("{{{}}}", members.join(", "))
            }
            Type::Array(element) => format!("{}[]", self.ty(*element)),
            Type::TypeOf(binding) => format!("typeof {}", self.binding(*binding)),
            Type::Function(returned) => format!("=> {}", self.ty(*returned)),
            Type::Primitive => "primitive".to_owned(),
        }
    }
}
