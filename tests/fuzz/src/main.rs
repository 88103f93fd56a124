//! `lunora-fuzz FOLDER`: writes what each target's mutations start from, a folder a target, for `cargo fuzz` to read.

use std::error::Error;
use std::fs;
use std::path::PathBuf;

use lunora_fuzz::{TARGETS, seeds};

fn main() -> Result<(), Box<dyn Error>> {
    let folder =
        std::env::args_os().nth(1).map(PathBuf::from).ok_or("say into which folder: lunora-fuzz FOLDER")?;
    for target in TARGETS {
        let folder = folder.join(target.name);
        fs::create_dir_all(&folder)?;
        for (name, bytes) in seeds(target)? {
            fs::write(folder.join(name), bytes)?;
        }
    }
    Ok(())
}
