//! The `wenmai` program: parses the arguments, runs the command, turns its outcome into an exit code.

use std::process::ExitCode;

use clap::Parser as _;

fn main() -> ExitCode {
    wenmai::cli::Cli::parse().run()
}
