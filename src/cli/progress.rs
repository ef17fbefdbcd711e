//! What a build says while it runs: a bar on a terminal, JSON lines for programs, nothing in a pipe.

use std::io::{IsTerminal as _, Write as _};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};
use serde_json::{Value, json};

use crate::batch::{Report, Step, Watcher};
use crate::diag::Diagnostic;

/// How often a program is told how far it is.
const EVERY: Duration = Duration::from_secs(1);

/// Follows a build for people or for a program.
pub(super) struct Progress {
    bar: ProgressBar,
    log: bool,
    now: Mutex<Now>,
    done: AtomicUsize,
}

/// The step at work.
struct Now {
    step: Step,
    documents: usize,
    since: Instant,
    said: Instant,
}

impl Progress {
    /// For a program when `log`, else for people, if they are there.
    pub(super) fn new(log: bool) -> Self {
        let bar = if log { ProgressBar::hidden() } else { bar() };
        let now = Now { step: Step::Reading, documents: 0, since: Instant::now(), said: Instant::now() };
        Self { bar, log, now: Mutex::new(now), done: AtomicUsize::new(0) }
    }

    /// Takes the bar away.
    pub(super) fn end(&self) {
        self.bar.finish_and_clear();
    }

    /// Says what the build came to; `others` are diagnostics from before it.
    pub(super) fn report(&self, report: &Report, others: usize, time: Duration) {
        self.line(json!({
            "event": "done",
            "documents": report.manifest.documents,
            "read": report.read,
            "written": report.written,
            "entities": report.entities.values().sum::<usize>(),
            "relations": report.relations.values().sum::<usize>(),
            "figures": report.figures,
            "diagnostics": report.diagnostics + others,
            "quads": report.manifest.quads,
            "sha256": report.manifest.sha256,
            "seconds": time.as_secs_f64(),
        }));
    }

    /// Whoever does not listen any more misses it.
    fn line(&self, value: Value) {
        if self.log {
            let _ = writeln!(std::io::stderr(), "{value}");
        }
    }
}

/// A bar for documents; hidden where nobody looks.
pub(super) fn bar() -> ProgressBar {
    if !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let style = "{msg:10} {bar:30} {human_pos}/{human_len} documents, {per_sec}, {eta} left";
    ProgressBar::new(0).with_style(ProgressStyle::with_template(style).expect("the template is sound"))
}

fn name(step: Step) -> &'static str {
    match step {
        Step::Reading => "reading",
        Step::Joining => "joining",
        Step::Writing => "writing",
        Step::Finishing => "finishing",
    }
}

impl Watcher for Progress {
    fn begin(&self, step: Step, documents: usize) {
        self.done.store(0, Ordering::Relaxed);
        if let Ok(mut now) = self.now.lock() {
            *now = Now { step, documents, since: Instant::now(), said: Instant::now() };
        }
        self.bar.reset();
        self.bar.set_message(name(step));
        self.bar.set_length(documents as u64);
        self.line(json!({ "event": "step", "step": name(step), "documents": documents }));
    }

    fn document(&self) {
        self.bar.inc(1);
        let done = self.done.fetch_add(1, Ordering::Relaxed) + 1;
        // Another thread that is about to say it says it for this one too.
        if self.log
            && let Ok(mut now) = self.now.try_lock()
            && now.said.elapsed() >= EVERY
        {
            now.said = Instant::now();
            let rate = done as f64 / now.since.elapsed().as_secs_f64();
            self.line(json!({
                "event": "progress",
                "step": name(now.step),
                "done": done,
                "documents": now.documents,
                "per_second": rate,
                "seconds_left": now.documents.saturating_sub(done) as f64 / rate,
            }));
        }
    }

    fn goes_on(&self) -> bool {
        !super::watch::ends()
    }

    fn diagnostic(&self, diagnostic: &Diagnostic) {
        if self.log {
            let severity = diagnostic.severity.name();
            let Diagnostic { code, place, message, hint, .. } = diagnostic;
            return self.line(json!({
                "event": "diagnostic", "code": code, "severity": severity, "place": place, "message": message, "hint": hint,
            }));
        }
        self.bar.suspend(|| {
            let _ = writeln!(std::io::stderr(), "{diagnostic}");
        });
    }
}
