#[global_allocator]
static GLOBAL: mimalloc::MiMalloc = mimalloc::MiMalloc;
use std::sync::Arc;
fn main() {
    let path = std::path::PathBuf::from(std::env::args().nth(1).unwrap());
    let fs = lunora_source::Disk;
    let options = lunora_source::DiscoveryOptions::default();
    for location in lunora_source::find_projects(&fs, &[path], &options).unwrap() {
        let t = std::time::Instant::now();
        let tree = lunora_source::load(&fs, &location, &options).unwrap();
        let loaded = t.elapsed();
        let rss = || {
            std::fs::read_to_string("/proc/self/statm")
                .unwrap()
                .split(' ')
                .nth(1)
                .unwrap()
                .parse::<usize>()
                .unwrap()
                * 4
                / 1024
        };
        eprintln!("rss after load {} MB", rss());
        let mut n = [0usize; 12];
        for f in &tree.files {
            let p = &f.facts.program;
            n[0] += p.exprs.len();
            n[1] += p.exprs.capacity();
            n[2] += p.strings.len();
            n[3] += p.stmts.len();
            n[4] += p.bindings.len();
            n[5] += p.functions.len();
            n[6] += p.props.len();
            n[7] += p.strings.iter().map(|s| s.len()).sum::<usize>();
            n[8] += p.props.capacity();
            n[9] += p.strings.capacity();
            n[10] += p.types.len();
            n[11] += f.text.len();
        }
        println!(
            "exprs {}/{} strings {}/{} stmts {} bindings {} functions {} props {}/{} bytes {} types {} text {}",
            n[0], n[1], n[2], n[9], n[3], n[4], n[5], n[6], n[8], n[7], n[10], n[11]
        );
        let t = std::time::Instant::now();
        let project = lunora_project::Project::link(Arc::new(tree));
        println!(
            "== {:?} load {loaded:?} link {:?} complete={}",
            location.root,
            t.elapsed(),
            project.schema.is_complete
        );
        let line = |place: lunora_project::Place| {
            let text = &project.file(place.file).text;
            let start = project.span(place).start as usize;
            format!("{}:{}", project.file(place.file).relative, text[..start].matches('\n').count() + 1)
        };
        for t in &project.schema.tables {
            println!(
                "table {} {:?} cols={}{} idx={:?} rel={} opaque={}",
                t.name,
                t.tier,
                t.columns.len(),
                if t.has_all_columns { "" } else { "+" },
                t.indexes
                    .iter()
                    .map(|i| format!(
                        "{:?}{:?}",
                        i.name.as_deref().unwrap_or("-"),
                        i.fields.iter().map(|f| f.name.as_str()).collect::<Vec<_>>()
                    ))
                    .collect::<Vec<_>>(),
                t.relations.len(),
                t.is_opaque
            );
        }
        for p in &project.procedures {
            if p.export_name.is_some() || p.kind != lunora_project::ProcedureKind::Module {
                println!(
                    "proc {} {:?} {:?} inputs={:?}",
                    p.name,
                    p.kind,
                    p.visibility,
                    p.inputs.iter().map(|i| i.name.as_str()).collect::<Vec<_>>()
                );
            }
        }
        for r in &project.reads {
            println!(
                "read {} in {:?} reached={:?}",
                line(r.place),
                r.function.name,
                r.reached_from
                    .iter()
                    .map(|x| format!(
                        "{}{}",
                        project.procedure(x.procedure).name,
                        x.calls
                            .iter()
                            .map(|c| format!(" > {}", c.function.name.as_deref().unwrap_or("?")))
                            .collect::<String>()
                    ))
                    .collect::<Vec<_>>()
            );
            for p in &r.paths {
                println!(
                    "   {:?} {} {:?} known={} idx={:?} limit={:?} sel={:?} res={} open={} alt={} filters={:?} order={:?} loops={} unk={:?}",
                    p.surface,
                    p.method,
                    p.tables.iter().map(|t| t.name.as_str()).collect::<Vec<_>>(),
                    p.is_table_known,
                    p.index.as_ref().map(|i| (
                        i.name.as_ref().map(|n| n.0.clone()),
                        match &i.range {
                            lunora_project::access::Range::Known(b) => b
                                .iter()
                                .map(|b| format!(
                                    "{:?}:{}",
                                    b.operator,
                                    b.column.as_ref().map_or("?", |c| &c.name)
                                ))
                                .collect::<Vec<_>>(),
                            other => vec![format!("{other:?}")],
                        }
                    )),
                    p.limit,
                    p.selection
                        .conditions
                        .iter()
                        .map(|c| format!(
                            "{}{:?}{}",
                            c.column,
                            c.operator,
                            if c.is_conditional { "?" } else { "" }
                        ))
                        .collect::<Vec<_>>(),
                    p.selection.has_residual,
                    p.selection.is_open,
                    p.selection.alternatives.len(),
                    p.filters
                        .iter()
                        .map(|f| (
                            line(f.place),
                            f.conditions
                                .iter()
                                .map(|c| format!("{}{:?}", c.column, c.operator))
                                .collect::<Vec<_>>(),
                            f.has_residual,
                            f.is_readable
                        ))
                        .collect::<Vec<_>>(),
                    p.order_by.iter().map(|c| c.name.as_str()).collect::<Vec<_>>(),
                    p.loops.len(),
                    p.unknown
                );
            }
            for f in &r.row_filters {
                println!(
                    "   row {} {} {:?} residual={} readable={}",
                    line(f.place),
                    f.method,
                    f.conditions.iter().map(|c| format!("{}{:?}", c.column, c.operator)).collect::<Vec<_>>(),
                    f.has_residual,
                    f.is_readable
                );
            }
            for f in &r.row_sorts {
                println!("   sort {} {:?}", line(f.place), f.columns);
            }
        }
        for w in &project.writes {
            println!(
                "write {} {} {:?} known={} certain={} reached={}",
                line(w.place),
                w.method,
                w.tables.iter().map(|t| t.name.as_str()).collect::<Vec<_>>(),
                w.is_table_known,
                w.is_database_certain,
                w.reached_from.len()
            );
        }
        for d in &project.dispatches {
            println!(
                "dispatch {} {} {:?} reached={}",
                line(d.place),
                d.method,
                d.target,
                d.reached_from.len()
            );
        }
    }
}
