//! Which program reads: a record that another one wrote may be read otherwise by this one.

use std::io;

use fs_err as fs;

use crate::entity::sha256;

/// SHA-256 of the program that runs, in hex.
///
/// # Errors
///
/// When its file cannot be read any more.
pub fn hash() -> io::Result<String> {
    Ok(sha256(&fs::read(std::env::current_exe()?)?))
}
