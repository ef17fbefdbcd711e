//! DOT → a picture: formats and the program `dot`.
//!
//! `graphviz-rust` can run `dot` too, but by way of a temporary file and without an end to waiting; here the text goes
//! to standard input, no shell is involved, and a layout that takes too long is stopped.

use std::io::{self, Read, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use super::Picture;

/// The layout of a very large graph may take long; beyond this it is of no use.
const PATIENCE: Duration = Duration::from_secs(300);
const PAUSE: Duration = Duration::from_millis(4);

/// Why a picture could not be drawn or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RenderError {
    /// The ending of the file names no format.
    #[error("{}: the name does not say which format is wanted; end it in .dot, .svg, .png, .pdf, .graphml, .gexf or .mmd, or give --format", .0.display())]
    NoFormat(PathBuf),
    /// There is no program `dot`.
    #[error(
        "Graphviz is not installed: get it with `apt-get install graphviz fonts-noto-cjk` or `brew install graphviz`, \
         or write the picture as `-o picture.svg` or `-o picture.dot`"
    )]
    NoGraphviz,
    /// The program `dot` failed.
    #[error("Graphviz could not draw the picture: {0}")]
    Failed(String),
    /// The layout took too long.
    #[error("Graphviz was stopped after {} seconds; show fewer entities with --top", .0.as_secs())]
    TooLong(Duration),
    /// The system refused.
    #[error("{context}")]
    Io {
        /// What was being done.
        context: String,
        /// The refusal.
        #[source]
        source: io::Error,
    },
}

impl RenderError {
    fn run(source: io::Error) -> Self {
        match source.kind() {
            io::ErrorKind::NotFound => Self::NoGraphviz,
            _ => Self::Io { context: "cannot run `dot`".to_owned(), source },
        }
    }
}

/// A format of pictures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// The text that Graphviz reads.
    Dot,
    /// Vector graphics for browsers; text under the pointer shows the quotes.
    Svg,
    /// Pixels.
    Png,
    /// Vector graphics for print.
    Pdf,
    /// For yEd, Cytoscape and libraries for graphs.
    GraphMl,
    /// For Gephi.
    Gexf,
    /// For Markdown files.
    Mermaid,
}

impl Format {
    /// The format that the ending of a file names.
    ///
    /// # Errors
    ///
    /// When it names none.
    pub fn of_path(path: &Path) -> Result<Self, RenderError> {
        let ending = path.extension().unwrap_or_default().to_string_lossy().to_ascii_lowercase();
        match ending.as_str() {
            "dot" | "gv" => Ok(Self::Dot),
            "svg" => Ok(Self::Svg),
            "png" => Ok(Self::Png),
            "pdf" => Ok(Self::Pdf),
            "graphml" => Ok(Self::GraphMl),
            "gexf" => Ok(Self::Gexf),
            "mmd" | "mermaid" => Ok(Self::Mermaid),
            _ => Err(RenderError::NoFormat(path.to_owned())),
        }
    }

    /// Whether Graphviz has to draw it.
    pub fn is_drawn(self) -> bool {
        matches!(self, Self::Svg | Self::Png | Self::Pdf)
    }
}

/// A file's bytes, and how they came about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rendered {
    /// What the file holds.
    pub bytes: Vec<u8>,
    /// Whether the picture was laid out without Graphviz, because there is none.
    pub plain: bool,
}

/// The picture in a format. Without Graphviz an SVG is laid out by this program itself.
///
/// # Errors
///
/// When Graphviz fails or takes too long, and for pixels and print when it is not installed.
pub fn render(picture: &Picture, format: Format, dpi: u32) -> Result<Rendered, RenderError> {
    let text = |text: String| Ok(Rendered { bytes: text.into_bytes(), plain: false });
    let density = format!("-Gdpi={dpi}");
    let drawn = |arguments: &[&str]| run(Command::new("dot").args(arguments), picture.dot.as_bytes(), PATIENCE);
    match format {
        Format::Dot => text(picture.dot.clone()),
        Format::GraphMl => text(picture.graphml()),
        Format::Gexf => text(picture.gexf()),
        Format::Mermaid => text(picture.mermaid()),
        Format::Png => Ok(Rendered { bytes: drawn(&["-Tpng", &density])?, plain: false }),
        Format::Pdf => Ok(Rendered { bytes: drawn(&["-Tpdf"])?, plain: false }),
        Format::Svg => match drawn(&["-Tsvg"]) {
            Ok(bytes) => text(picture.accessible(&String::from_utf8_lossy(&bytes))),
            Err(RenderError::NoGraphviz) => Ok(Rendered { bytes: picture.plain_svg().into_bytes(), plain: true }),
            Err(error) => Err(error),
        },
    }
}

/// Whether the system has a font with Chinese characters; nothing where it cannot be asked. Graphviz draws empty boxes
/// without one and says nothing.
pub fn has_chinese_font() -> Option<bool> {
    let fonts = run(Command::new("fc-list").args([":lang=zh", "family"]), &[], Duration::from_secs(10)).ok()?;
    Some(!fonts.trim_ascii().is_empty())
}

/// Runs a program with `input`, and gives its output.
fn run(command: &mut Command, input: &[u8], patience: Duration) -> Result<Vec<u8>, RenderError> {
    let command = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().map_err(RenderError::run)?;
    let (stdin, stdout, stderr) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
    let (output, complaint, finished) = thread::scope(|scope| {
        // The program may stop reading before the end, which shows in how it ends; so a broken pipe is no error here.
        scope.spawn(move || stdin.map(|mut stdin| stdin.write_all(input)));
        let output = scope.spawn(move || drain(stdout));
        let complaint = scope.spawn(move || drain(stderr));
        let finished = wait(&mut child, patience);
        (output.join().unwrap_or_default(), complaint.join().unwrap_or_default(), finished)
    });
    match finished {
        Ok(true) => Ok(output),
        Ok(false) => {
            let text = String::from_utf8_lossy(&complaint);
            let first = text.lines().map(str::trim).find(|line| !line.is_empty());
            Err(RenderError::Failed(first.unwrap_or("it did not say why").to_owned()))
        }
        Err(error) => Err(error),
    }
}

fn drain(stream: Option<impl Read>) -> Vec<u8> {
    let mut bytes = Vec::new();
    if let Some(mut stream) = stream {
        // What was read before a failure is still there to be shown.
        let _ = stream.read_to_end(&mut bytes);
    }
    bytes
}

/// Waits for the end of `child`; says whether it ended well. Stops it when it takes too long.
fn wait(child: &mut Child, patience: Duration) -> Result<bool, RenderError> {
    let start = Instant::now();
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return Ok(status.success()),
            Ok(None) if start.elapsed() < patience => thread::sleep(PAUSE),
            Ok(None) => {
                // It may have ended just now; then there is nothing to stop.
                let _ = child.kill();
                let _ = child.wait();
                return Err(RenderError::TooLong(patience));
            }
            Err(error) => return Err(RenderError::run(error)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ending_names_the_format() {
        assert_eq!(Format::of_path(Path::new("a/b.SVG")).unwrap(), Format::Svg);
        assert_eq!(Format::of_path(Path::new("x.gv")).unwrap(), Format::Dot);
        for bad in ["x", "x.jpeg", ".svg", ""] {
            assert!(matches!(Format::of_path(Path::new(bad)), Err(RenderError::NoFormat(_))), "{bad}");
        }
    }

    #[test]
    fn a_missing_program_is_told_apart_from_a_failing_one() {
        let missing = run(&mut Command::new("wenmai-no-such-program"), b"", PATIENCE);
        assert!(matches!(missing, Err(RenderError::NoGraphviz)), "{missing:?}");
        let failing = run(Command::new("cat").arg("/no/such/file"), b"", PATIENCE);
        assert!(matches!(&failing, Err(RenderError::Failed(why)) if why.contains("/no/such/file")), "{failing:?}");
    }

    #[test]
    fn a_program_that_takes_too_long_is_stopped() {
        let slow = run(Command::new("sleep").arg("30"), b"", Duration::from_millis(50));
        assert!(matches!(slow, Err(RenderError::TooLong(_))), "{slow:?}");
    }

    #[test]
    fn more_input_than_a_pipe_holds_passes_through() {
        let much = vec![b'x'; 1 << 20];
        assert_eq!(run(&mut Command::new("cat"), &much, PATIENCE).unwrap(), much);
    }
}
