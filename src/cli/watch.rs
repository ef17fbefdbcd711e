//! `wenmai build --watch`: a build whenever documents or rules change, and what ends it.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::{Duration, Instant};

use anyhow::Context as _;
use notify::{Event, EventKind, RecursiveMode, Watcher as _};

/// How long nothing must change before a build begins: an archive that is copied in is read once.
const QUIET: Duration = Duration::from_millis(500);
/// A build begins at the latest so long after the first change, also when changes go on.
const LATEST: Duration = Duration::from_secs(10);
/// How often the wish to end is looked for.
const LOOK: Duration = Duration::from_millis(100);

/// How often the user asked to end.
static ENDS: AtomicUsize = AtomicUsize::new(0);

/// Lets an interrupt (Ctrl-C) or a termination end the build at its next chance, with nothing half written; a second one ends
/// the program at once.
///
/// # Errors
///
/// When the system does not let signals be handled.
pub(super) fn handle_signals() -> anyhow::Result<()> {
    let ask = || {
        if ENDS.fetch_add(1, Ordering::SeqCst) > 0 {
            // What is half written has a passing name and is swept by the next build.
            std::process::exit(130);
        }
    };
    ctrlc::set_handler(ask).context("signals cannot be handled")
}

/// Whether the user asked to end.
pub(super) fn ends() -> bool {
    ENDS.load(Ordering::SeqCst) > 0
}

/// Calls `build` now and whenever something below `paths` changes, except below `store`, until the user ends it.
///
/// # Errors
///
/// When a path cannot be watched.
pub(super) fn watch(paths: &[PathBuf], store: &Path, mut build: impl FnMut()) -> anyhow::Result<()> {
    let (sender, receiver) = mpsc::channel();
    let mut watcher = notify::recommended_watcher(sender).context("changes of files cannot be watched")?;
    for path in paths {
        watcher
            .watch(path, RecursiveMode::Recursive)
            .with_context(|| format!("{}: cannot be watched", path.display()))?;
    }
    let store = std::path::absolute(store).unwrap_or_else(|_| store.to_owned());
    let matters = |event: &notify::Result<Event>| match event {
        Ok(event) => {
            let outside = |path: &PathBuf| !std::path::absolute(path).is_ok_and(|path| path.starts_with(&store));
            !matches!(event.kind, EventKind::Access(_)) && event.paths.iter().any(outside)
        }
        // Events may have been lost.
        Err(_) => true,
    };
    build();
    let mut first: Option<Instant> = None;
    let mut last = Instant::now();
    while !ends() {
        match receiver.recv_timeout(LOOK) {
            Ok(event) if matters(&event) => {
                last = Instant::now();
                first.get_or_insert(last);
            }
            Ok(_) | Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => break,
        }
        if first.is_some_and(|first| last.elapsed() >= QUIET || first.elapsed() >= LATEST) {
            first = None;
            build();
        }
    }
    Ok(())
}
