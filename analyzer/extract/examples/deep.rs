use oxc_allocator::Allocator;
use oxc_parser::*;
use oxc_semantic::*;
use oxc_span::SourceType;
fn forms() -> Vec<(&'static str, &'static str, &'static str, &'static str)> {
    vec![
        ("x=", "[", "", "]"),
        ("x=", "(", "1", ")"),
        ("x=", "{a:", "1", "}"),
        ("x=", "f(", "1", ")"),
        ("x=", "x => ", "1", ""),
        ("x=", "!", "x", ""),
        ("x=", "await ", "x", ""),
        ("x=", "x?1:", "x", ""),
        ("x=", "x=", "x", ""),
        ("x=", "`${", "x", "}`"),
        ("x=", "function(){return ", "x", "}"),
        ("x=", "x**", "x", ""),
        ("x=", "(x as ", "y", ")"),
        ("x=", "class extends ", "x", "{}"),
        ("x=x", "", "", "+x"),
        ("x=x", "", "", "||x"),
        ("x=x", "", "", ".x"),
        ("x=x", "", "", "()"),
        ("x=x", "", "", "[x]"),
        ("x=x", "", "", "!"),
        ("x=x", "", "", "?.x"),
        ("x=x", "", "", "``"),
        ("x=x", "", "", "!.x"),
        ("x=x", " ", "", " as x"),
        ("", "if(x)", "z", ""),
        ("", "if(x)y;else ", "z", ""),
        ("", "for(;;)", "z", ""),
        ("", "a{", "z", "}"),
        ("", "{", "z", "}"),
        ("", "while(x)", "z", ""),
        ("type T=", "", "x", "[]"),
        ("type T=", "A<", "x", ">"),
        ("type T=", "{a:", "x", "}"),
        ("type T=", "x|(", "x", ")"),
        ("type T=", "keyof ", "x", ""),
        ("type T=", "typeof x extends y?z:", "x", ""),
        ("type T=", "()=>", "x", ""),
        ("const ", "[", "x", "]=1"),
        ("const ", "{a:", "x", "}=1"),
        ("x=", "new ", "x", ""),
        ("x=", "(()=>{", "x", "})"),
        ("x=", "async x=>", "x", ""),
        ("x=", "<T>", "x", ""),
        ("x=", "f<", "x", ">()"),
        ("x=", "class{m(){", "x", "}}"),
        ("x=", "(a=", "x", ")=>1"),
        ("x=", "{m(){", "x", "}}"),
        ("x=", "x<", "x", ""),
        ("x=", "x?", "x", ":y"),
        ("x=", "{a:{b:[", "", "]}}"),
        ("x=", "f({a:[", "1", "]})"),
        ("x=", "yield ", "x", ""),
        ("", "switch(x){case 1:", "x", "}"),
        ("", "try{", "x", "}catch{}"),
        ("namespace a", "{namespace b", "{}", "}"),
        ("", "function f(){", "x", "}"),
        ("x=", "x(`${a=>{", "1", "}}`)"),
    ]
}
fn main() {
    let a: Vec<String> = std::env::args().collect();
    if a.len() == 1 {
        println!("{}", forms().len());
        return;
    }
    let (i, d, s): (usize, usize, usize) = (
        a[1].parse().unwrap(),
        a[2].parse().unwrap(),
        a[3].parse().unwrap(),
    );
    let f = forms()[i];
    let mid = f.1.repeat(d);
    let close = if f.1 == "x=x" {
        String::new()
    } else {
        f.3.repeat(if f.3 == "]=1" || f.3 == "}=1" { 0 } else { d })
    };
    let close = if f.3 == "]=1" {
        format!("{}=1", "]".repeat(d))
    } else if f.3 == "}=1" {
        format!("{}=1", "}".repeat(d))
    } else {
        close
    };
    let text = format!("{}{}{}{};", f.0, mid, f.2, close);
    if a.len() > 4 {
        println!("{}...  bound {}", &text[..text.len().min(60)], text.len());
        return;
    }
    let h = std::thread::Builder::new()
        .stack_size(s)
        .spawn(move || {
            let al = Allocator::new();
            let r = Parser::new(&al, &text, SourceType::ts())
                .with_options(ParseOptions {
                    preserve_parens: false,
                    ..Default::default()
                })
                .parse();
            if r.panicked {
                std::process::exit(3)
            }
            let sem = SemanticBuilder::new()
                .with_stats(Stats::new(0, 10, 10, 10))
                .build(&r.program);
            let n = sem.semantic.scoping().symbols_len();
            std::mem::forget(sem);
            std::mem::forget(r);
            n
        })
        .unwrap();
    h.join().unwrap();
    std::process::exit(0)
}
