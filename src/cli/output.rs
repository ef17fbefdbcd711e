//! Files that people ask for: written whole or not at all, and never over another one by mistake.

use std::fs::OpenOptions;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use fs_err as fs;

/// Why a file was not written.
#[derive(Debug, thiserror::Error)]
pub(super) enum OutputError {
    /// There is a file already.
    #[error("{}: the file exists; give --force to replace it", .0.display())]
    Exists(PathBuf),
    /// The system refused.
    #[error("{}: cannot be written", .0.display())]
    Io(PathBuf, #[source] io::Error),
}

/// Refuses a target that exists, unless `force` is given.
///
/// # Errors
///
/// When there is something at `path`.
pub(super) fn check_target(path: &Path, force: bool) -> Result<(), OutputError> {
    if path.is_dir() {
        return Err(OutputError::Io(path.to_owned(), io::ErrorKind::IsADirectory.into()));
    }
    // A link that leads nowhere is something too.
    if !force && path.symlink_metadata().is_ok() {
        return Err(OutputError::Exists(path.to_owned()));
    }
    Ok(())
}

/// Writes `bytes` to `path`, as [`write_by`] does.
pub(super) fn write(path: &Path, bytes: &[u8], force: bool) -> Result<(), OutputError> {
    write_by(path, force, |file| file.write_all(bytes).map_err(|e| OutputError::Io(path.to_owned(), e)))
}

/// Writes what `fill` writes to `path`: first to a file beside it, which then takes its name, so that there is never half
/// of it. Gives what `fill` gave.
///
/// # Errors
///
/// When there is something at `path` and `force` is not given, when the file system refuses, and the error of `fill`.
pub(super) fn write_by<T, E: From<OutputError>>(
    path: &Path,
    force: bool,
    fill: impl FnOnce(&mut BufWriter<std::fs::File>) -> Result<T, E>,
) -> Result<T, E> {
    check_target(path, force)?;
    let refused = |source| OutputError::Io(path.to_owned(), source);
    let mut beside = path.as_os_str().to_owned();
    beside.push(format!(".{}.tmp", std::process::id()));
    let beside = PathBuf::from(beside);
    let put = || {
        let file = OpenOptions::new().write(true).create_new(true).open(&beside).map_err(refused)?;
        let mut file = BufWriter::new(file);
        let given = fill(&mut file)?;
        file.flush().map_err(refused)?;
        fs::rename(&beside, path).map_err(refused)?;
        Ok(given)
    };
    put().inspect_err(|_| {
        // The failure to report is the first one.
        let _ = fs::remove_file(&beside);
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_replaced_only_by_force_and_nothing_is_left_beside_them() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("p.dot");
        write(&path, b"one", false).unwrap();
        assert!(matches!(write(&path, b"two", false), Err(OutputError::Exists(_))));
        assert_eq!(fs::read(&path).unwrap(), b"one");
        write(&path, b"two", true).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"two");
        let failing = write_by(&path, true, |file| {
            file.write_all(b"half").unwrap();
            Err::<(), _>(OutputError::Exists(PathBuf::new()))
        });
        assert!(failing.is_err());
        assert_eq!(fs::read(&path).unwrap(), b"two");
        assert!(write(dir.path(), b"x", true).is_err(), "a folder is no target");
        assert!(write(&dir.path().join("no/p.dot"), b"x", false).is_err(), "folders are not made");
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
    }
}
