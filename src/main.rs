//! The program: parse, run, render, exit code.

use std::process::ExitCode;

fn main() -> ExitCode {
    quorate::cli::main()
}
