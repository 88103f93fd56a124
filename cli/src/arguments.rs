//! The command line.

use std::path::PathBuf;

use clap::{Arg, Args, Parser, Subcommand, ValueEnum};

use lunora_check::{CheckError, FoundProject, SearchOptions, config::FailOn, start_threads};
use lunora_source::FileSystem;

/// Static analysis for Lunora projects: which reads scan, which indexes are missing, which code fails when it runs.
#[derive(Debug, Parser)]
#[command(name = "lunora-advisor", version, max_term_width = 100, arg_required_else_help = true)]
pub(crate) struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: Command,
    /// Whether to use colors.
    #[arg(long, global = true, value_enum, value_name = "WHEN", default_value = "auto")]
    pub(crate) color: Color,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Report what is wrong with projects.
    Check(CheckArguments),
    /// Check findings by running the project's own code on generated rows, before and after their fixes.
    Verify(VerifyArguments),
    /// Run one function of a project on generated rows, and print what it returns, reads and writes.
    Run(RunArguments),
    /// Score the procedures of projects, and compare with an earlier score.
    Score(ScoreArguments),
    /// Write a starter configuration, and a workflow where GitHub runs some.
    Init(InitArguments),
    /// Explain a rule.
    Explain(ExplainArguments),
    /// List the rules.
    Rules(RulesArguments),
    /// Print a project as it is understood: tables, procedures and what connects them.
    Graph(GraphArguments),
    /// Print every access to the database, with the calls that lead there.
    Paths(PathsArguments),
    /// Print for each table the fewest indexes that serve all of its reads: what to add, widen and drop.
    Indexes(IndexesArguments),
    /// Serve an editor: the Language Server Protocol on standard input and output.
    #[command(arg = editor_flag("stdio"), arg = editor_flag("clientProcessId").num_args(1))]
    Lsp,
    /// Print the JSON Schema of the configuration file.
    ConfigSchema,
    /// Print a completion script for a shell.
    Completions(CompletionsArguments),
    /// Print the manual page.
    Man,
}

/// A flag that some editors add to the command of every language server, and that says nothing new.
fn editor_flag(name: &'static str) -> Arg {
    Arg::new(name).long(name).num_args(0).hide(true)
}

/// Which projects, and how to read them.
#[derive(Clone, Debug, Args)]
pub(crate) struct ProjectArguments {
    /// A project, its Lunora folder, or a folder above several projects.
    #[arg(value_name = "PATH", default_value = ".")]
    pub(crate) paths: Vec<PathBuf>,
    /// The configuration file, instead of the nearest lunora-advisor.jsonc or lunora-advisor.json.
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// The name of the Lunora folder [default: lunora].
    #[arg(long, value_name = "NAME")]
    pub(crate) lunora_dir: Option<String>,
    /// How many threads to use [default: one per core].
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) threads: Option<u16>,
}

impl ProjectArguments {
    /// Starts the threads and finds the projects, each once, sorted by root.
    ///
    /// # Errors
    /// If a path leads to no project, or a configuration cannot be used.
    pub(crate) fn find(&self, file_system: &dyn FileSystem) -> Result<Vec<FoundProject>, CheckError> {
        start_threads(self.threads)?;
        let options = SearchOptions {
            paths: self.paths.clone(),
            config: self.config.clone(),
            lunora_dir: self.lunora_dir.clone(),
            working_directory: None,
        };
        lunora_check::find(file_system, &options, &lunora_check::rules())
    }
}

/// Arguments of `check`.
#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("change").multiple(true))]
pub(crate) struct CheckArguments {
    #[command(flatten)]
    pub(crate) project: ProjectArguments,
    /// How to print the findings.
    #[arg(long, value_enum, default_value = "pretty")]
    pub(crate) format: Format,
    /// Write the findings to a file instead of standard output.
    #[arg(long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Exit with status 1 if there is a finding at this level or above [default: error].
    #[arg(long, value_enum, value_name = "LEVEL")]
    pub(crate) fail_on: Option<FailOn>,
    /// Leave out the findings that a baseline holds, and count only new ones.
    #[arg(long, value_name = "FILE")]
    pub(crate) baseline: Option<PathBuf>,
    /// Write the findings of now to a baseline.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["baseline", "prune_baseline"])]
    pub(crate) write_baseline: Option<PathBuf>,
    /// Remove from the baseline what no longer occurs.
    #[arg(long)]
    pub(crate) prune_baseline: bool,
    /// Apply the fixes that change nothing in what the program does.
    #[arg(long, group = "change")]
    pub(crate) fix: bool,
    /// Print the fixes as a unified diff and write nothing.
    #[arg(long, group = "change")]
    pub(crate) diff: bool,
    /// With --fix or --diff: also the fixes after which the program may do something else.
    #[arg(long, requires = "change")]
    pub(crate) unsafe_fixes: bool,
    /// Write a suppression comment at each finding of a rule.
    #[arg(long, value_name = "RULE", conflicts_with_all = ["fix", "diff"], requires = "reason")]
    pub(crate) add_suppressions: Vec<String>,
    /// Why findings are suppressed, for --add-suppressions.
    #[arg(long, value_name = "TEXT", requires = "add_suppressions")]
    pub(crate) reason: Option<String>,
    /// Run the project's own code on generated rows, and put what that shows beside each finding.
    #[arg(long, conflicts_with_all = ["change", "add_suppressions", "watch"])]
    pub(crate) prove: bool,
    /// Report only what touches the lines that changed since a commit, or was caused by that change.
    #[arg(long, value_name = "REF", conflicts_with_all = ["change", "add_suppressions", "write_baseline", "prune_baseline"])]
    pub(crate) changed_since: Option<String>,
    /// With the path `-`: which file standard input holds.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["change", "add_suppressions", "write_baseline", "prune_baseline", "changed_since"])]
    pub(crate) stdin_filepath: Option<PathBuf>,
    /// Check again whenever a file changes.
    #[arg(long, conflicts_with_all = ["change", "add_suppressions", "write_baseline", "prune_baseline", "stdin_filepath", "output"])]
    pub(crate) watch: bool,
    /// Show suppressed findings too (with `--format json`).
    #[arg(long)]
    pub(crate) show_suppressed: bool,
    /// Print to standard error how long each phase took.
    #[arg(long)]
    pub(crate) timing: bool,
    /// Print to standard error what each rule found and cost, and what could not be determined.
    #[arg(long)]
    pub(crate) statistics: bool,
    /// Print to standard error what was read, and all that --statistics and --timing print.
    #[arg(long, short)]
    pub(crate) verbose: bool,
}

/// How many rows are generated, and from what.
#[derive(Clone, Copy, Debug, Args)]
pub(crate) struct RowArguments {
    /// How many rows to generate for the table of a finding; other tables get fewer.
    #[arg(long, value_name = "N", default_value_t = 10_000, value_parser = clap::value_parser!(u32).range(2..=100_000))]
    pub(crate) rows: u32,
    /// What rows and arguments are generated from: the same seed gives the same ones.
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(crate) seed: u64,
}

/// Arguments of `verify`.
#[derive(Debug, Args)]
pub(crate) struct VerifyArguments {
    #[command(flatten)]
    pub(crate) project: ProjectArguments,
    /// Check only findings of this rule.
    #[arg(long, value_name = "RULE")]
    pub(crate) rule: Vec<String>,
    #[command(flatten)]
    pub(crate) rows: RowArguments,
    /// How to print the evidence; `json` is the document of `check` with `evidence` in each finding.
    #[arg(long, value_enum, default_value = "pretty")]
    pub(crate) format: ListFormat,
}

/// Arguments of `run`.
#[derive(Debug, Args)]
pub(crate) struct RunArguments {
    /// The function, such as `posts#list` or `lunora/posts.ts#list`.
    #[arg(value_name = "FILE#EXPORT")]
    pub(crate) function: String,
    /// A project, or its Lunora folder.
    #[arg(long, value_name = "PATH", default_value = ".")]
    pub(crate) project: PathBuf,
    /// The arguments as a JSON object [default: generated ones].
    #[arg(long, value_name = "JSON")]
    pub(crate) args: Option<String>,
    /// Who calls: what `ctx.auth.userId` gives [default: nobody].
    #[arg(long, value_name = "USER", id = "user")]
    pub(crate) r#as: Option<String>,
    /// The shard to run in.
    #[arg(long, value_name = "KEY")]
    pub(crate) shard: Option<String>,
    /// How many rows to generate for each table.
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u32).range(0..=100_000))]
    pub(crate) rows: u32,
    /// What rows and arguments are generated from: the same seed gives the same ones.
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(crate) seed: u64,
    /// Print each operation with its place, index, plan and rows.
    #[arg(long)]
    pub(crate) trace: bool,
    /// How to print the result.
    #[arg(long, value_enum, default_value = "pretty")]
    pub(crate) format: ListFormat,
}

/// Arguments of `score`.
#[derive(Debug, Args)]
pub(crate) struct ScoreArguments {
    #[command(flatten)]
    pub(crate) project: ProjectArguments,
    /// How to print the score.
    #[arg(long, value_enum, default_value = "pretty")]
    pub(crate) format: ListFormat,
    /// Exit with status 1 if the score is below this, from 0 to 100.
    #[arg(long, value_name = "SCORE", value_parser = clap::value_parser!(u32).range(0..=100))]
    pub(crate) min_score: Option<u32>,
    /// Exit with status 1 if the score became worse since this map was written [default file: lunora.advisor.map.json in the project].
    #[arg(long, value_name = "FILE", num_args = 0..=1)]
    pub(crate) baseline: Option<Option<PathBuf>>,
    /// Print only this procedure, such as `posts#list`, and write nothing.
    #[arg(long, value_name = "FILE#EXPORT")]
    pub(crate) entry: Option<String>,
    /// Print every procedure, also those without findings.
    #[arg(long)]
    pub(crate) all: bool,
    /// Do not write the map.
    #[arg(long)]
    pub(crate) no_write: bool,
    /// Where to write the map [default: lunora.advisor.map.json in the project].
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
}

/// Arguments of `init`.
#[derive(Debug, Args)]
pub(crate) struct InitArguments {
    /// The folder that holds package.json.
    #[arg(value_name = "FOLDER", default_value = ".")]
    pub(crate) folder: PathBuf,
}

/// Arguments of `explain`.
#[derive(Debug, Args)]
pub(crate) struct ExplainArguments {
    /// The rule's name, in snake_case or kebab-case.
    pub(crate) rule: String,
}

/// Arguments of `rules`.
#[derive(Debug, Args)]
pub(crate) struct RulesArguments {
    /// How to print the rules.
    #[arg(long, value_enum, default_value = "pretty")]
    pub(crate) format: ListFormat,
}

/// Arguments of `graph`.
#[derive(Debug, Args)]
pub(crate) struct GraphArguments {
    #[command(flatten)]
    pub(crate) project: ProjectArguments,
    /// How to print the graph.
    #[arg(long, value_enum, default_value = "json")]
    pub(crate) format: GraphFormat,
    /// Only what is connected with this table.
    #[arg(long)]
    pub(crate) table: Option<String>,
    /// Only what is connected with this procedure, such as `posts:list`.
    #[arg(long)]
    pub(crate) procedure: Option<String>,
}

/// Arguments of `paths`.
#[derive(Debug, Args)]
pub(crate) struct PathsArguments {
    #[command(flatten)]
    pub(crate) project: ProjectArguments,
    /// How to print the accesses.
    #[arg(long, value_enum, default_value = "pretty")]
    pub(crate) format: ListFormat,
    /// Only accesses to this table.
    #[arg(long)]
    pub(crate) table: Option<String>,
    /// Only accesses by this procedure, such as `posts:list`.
    #[arg(long)]
    pub(crate) procedure: Option<String>,
}

/// Arguments of `indexes`.
#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("change").multiple(true))]
pub(crate) struct IndexesArguments {
    #[command(flatten)]
    pub(crate) project: ProjectArguments,
    /// How to print the indexes.
    #[arg(long, value_enum, default_value = "pretty")]
    pub(crate) format: ListFormat,
    /// Only this table.
    #[arg(long)]
    pub(crate) table: Option<String>,
    /// Add, widen and drop indexes as planned where the program does the same as before; print what is left.
    #[arg(long, group = "change")]
    pub(crate) fix: bool,
    /// Print these changes as a unified diff and write nothing.
    #[arg(long, group = "change")]
    pub(crate) diff: bool,
    /// With --fix or --diff: also the changes after which the program may do something else.
    #[arg(long, requires = "change")]
    pub(crate) unsafe_fixes: bool,
}

/// Arguments of `completions`.
#[derive(Debug, Args)]
pub(crate) struct CompletionsArguments {
    /// The shell.
    #[arg(value_enum)]
    pub(crate) shell: clap_complete::Shell,
}

/// How `check` prints findings.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(crate) enum Format {
    /// For people: the source, with labels.
    Pretty,
    /// One line a finding.
    Concise,
    /// One document, version 1.
    Json,
    /// One JSON object a line, a finding each.
    Ndjson,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// GitHub workflow commands: annotations in a pull request.
    Github,
    /// GitLab code quality report.
    Gitlab,
    /// JUnit XML.
    Junit,
}

/// How lists are printed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(crate) enum ListFormat {
    /// For people.
    Pretty,
    /// For programs.
    Json,
}

/// How `graph` prints.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(crate) enum GraphFormat {
    /// For programs.
    Json,
    /// For Graphviz.
    Dot,
    /// For Markdown.
    Mermaid,
}

/// When to use colors.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(crate) enum Color {
    /// On a terminal, unless `NO_COLOR` is set; also elsewhere if `FORCE_COLOR` is.
    Auto,
    /// In any case.
    Always,
    /// In no case.
    Never,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Arguments::command().debug_assert();
    }
}
