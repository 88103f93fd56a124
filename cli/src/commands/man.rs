//! `lunora-advisor man`: the manual page.

use clap::CommandFactory;

use crate::arguments::Arguments;
use crate::error::CliError;
use crate::output::Outcome;

/// Prints the page with one section for each command.
///
/// # Errors
/// Never: a page in memory can always be written.
pub(crate) fn run() -> Result<Outcome, CliError> {
    let failed = |error: std::io::Error| CliError::Format(error.to_string());
    let mut command = Arguments::command();
    // Gives the subcommands their full names.
    command.build();
    let mut page = Vec::new();
    clap_mangen::Man::new(command.clone()).render(&mut page).map_err(failed)?;
    for subcommand in command.get_subcommands() {
        let man = clap_mangen::Man::new(subcommand.clone());
        man.render_name_section(&mut page).map_err(failed)?;
        man.render_synopsis_section(&mut page).map_err(failed)?;
        man.render_description_section(&mut page).map_err(failed)?;
        man.render_options_section(&mut page).map_err(failed)?;
    }
    Ok(Outcome::text(page))
}
