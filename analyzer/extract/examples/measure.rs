#[global_allocator]
static G: mimalloc::MiMalloc = mimalloc::MiMalloc;
use oxc_allocator::Allocator;
use oxc_parser::*;
use oxc_semantic::*;
use oxc_span::SourceType;
use std::path::Path;
use std::time::Instant;
fn walk(p: &Path, out: &mut Vec<(std::path::PathBuf, String)>) {
    for e in std::fs::read_dir(p).unwrap().flatten() {
        let q = e.path();
        if q.is_dir() {
            walk(&q, out)
        } else if q.extension().is_some_and(|e| e == "ts" || e == "tsx")
            && !q.to_string_lossy().ends_with(".d.ts")
        {
            if let Ok(t) = std::fs::read_to_string(&q) {
                out.push((q, t))
            }
        }
    }
}
fn main() {
    let mut files = vec![];
    for a in std::env::args().skip(1) {
        walk(Path::new(&a), &mut files)
    }
    let bytes: usize = files.iter().map(|f| f.1.len()).sum();
    println!("{} files {} bytes", files.len(), bytes);
    let rounds = (40_000_000 / bytes).max(3);
    if std::env::var("ONLY").is_ok() {
        for _ in 0..rounds * 5 {
            for (p, t) in &files {
                std::hint::black_box(lunora_extract::extract(p, t));
            }
        }
        return;
    }
    let best = |name: &str, f: &mut dyn FnMut()| {
        let mut b = f64::MAX;
        for _ in 0..5 {
            let t = Instant::now();
            for _ in 0..rounds {
                f();
            }
            b = b.min(t.elapsed().as_secs_f64());
        }
        println!("{name:28} {:.2} ns/byte", b * 1e9 / (rounds * bytes) as f64);
    };
    let st = |p: &Path| SourceType::from_path(p).unwrap();
    best("parse fresh arena", &mut || {
        for (p, t) in &files {
            let a = Allocator::new();
            std::hint::black_box(
                Parser::new(&a, t, st(p))
                    .with_options(ParseOptions {
                        preserve_parens: false,
                        ..Default::default()
                    })
                    .parse(),
            );
        }
    });
    let mut a = Allocator::new();
    best("parse kept arena", &mut || {
        for (p, t) in &files {
            {
                std::hint::black_box(
                    Parser::new(&a, t, st(p))
                        .with_options(ParseOptions {
                            preserve_parens: false,
                            ..Default::default()
                        })
                        .parse(),
                );
            }
            a.reset();
        }
    });
    best("parse+semantic fresh", &mut || {
        for (p, t) in &files {
            let a = Allocator::new();
            let r = Parser::new(&a, t, st(p))
                .with_options(ParseOptions {
                    preserve_parens: false,
                    ..Default::default()
                })
                .parse();
            std::hint::black_box(SemanticBuilder::new().build(&r.program));
        }
    });
    best("parse+semantic linter fresh", &mut || {
        for (p, t) in &files {
            let a = Allocator::new();
            let r = Parser::new(&a, t, st(p)).parse();
            std::hint::black_box(SemanticBuilder::new_linter().build(&r.program));
        }
    });
    best("parse+semantic kept", &mut || {
        for (p, t) in &files {
            {
                let r = Parser::new(&a, t, st(p))
                    .with_options(ParseOptions {
                        preserve_parens: false,
                        ..Default::default()
                    })
                    .parse();
                std::hint::black_box(SemanticBuilder::new().build(&r.program));
            }
            a.reset();
        }
    });
    for (x, y, z) in [
        (90, 64, 32),
        (60, 40, 20),
        (120, 100, 50),
        (1000000, 1000000, 1000000),
    ] {
        best(&format!("parse+semantic kept {x} {y} {z}"), &mut || {
            for (p, t) in &files {
                {
                    let r = Parser::new(&a, t, st(p))
                        .with_options(ParseOptions {
                            preserve_parens: false,
                            ..Default::default()
                        })
                        .parse();
                    let n = t.len() as u32;
                    std::hint::black_box(
                        SemanticBuilder::new()
                            .with_stats(Stats::new(0, n / x + 4, n / y + 8, n / z + 16))
                            .build(&r.program),
                    );
                }
                a.reset();
            }
        });
    }
    best("scan", &mut || {
        for (_, t) in &files {
            std::hint::black_box(lunora_extract::scan_only(t));
        }
    });
    best("extract", &mut || {
        for (p, t) in &files {
            std::hint::black_box(lunora_extract::extract(p, t));
        }
    });
    let (mut e, mut sc, mut sy, mut re, mut ex, mut pr, mut st_, mut nm, mut bi) =
        (0, 0, 0, 0, 0, 0, 0, 0, 0);
    for (p, t) in &files {
        let r = Parser::new(&a, t, st(p)).parse();
        let s = SemanticBuilder::new().build(&r.program).semantic;
        sc += s.scoping().scopes_len();
        sy += s.scoping().symbols_len();
        re += s.scoping().references_len();
        let f = lunora_extract::extract(p, t);
        e += f.errors.len();
        if !f.errors.is_empty() {
            eprintln!("{} {:?}", p.display(), f.errors[0]);
        }
        ex += f.program.exprs.len();
        pr += f.program.props.len();
        st_ += f.program.stmts.len();
        nm += f.program.strings.len();
        bi += f.program.bindings.len();
    }
    println!(
        "errors {e}; bytes per: scope {} symbol {} reference {} expr {} prop {} stmt {} name {} binding {}",
        bytes / sc,
        bytes / sy,
        bytes / re,
        bytes / ex,
        bytes / pr.max(1),
        bytes / st_,
        bytes / nm,
        bytes / bi
    );
}
