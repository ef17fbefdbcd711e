//! The only place where the stages meet: a pure function from a text and the knowledge to what was read out of it.

use sha2::{Digest as _, Sha256};

use crate::diag::Diagnostic;
use crate::document;
use crate::entity::{Entities, hex};
use crate::figure::Counter;
use crate::graph::Extraction;
use crate::knowledge::Knowledge;
use crate::mention::{Finder, Mention};
use crate::ontology::Classes;
use crate::relation::Reader;
use crate::text::Text;
use crate::trace::Trace;

/// The stages, compiled once for all documents.
pub struct Pipeline {
    knowledge: Knowledge,
    finder: Finder,
    reader: Reader,
    counter: Counter,
    places: Classes,
}

impl Pipeline {
    /// Compiles all rules.
    pub fn new(knowledge: Knowledge) -> Self {
        let (finder, reader, counter) = (Finder::new(&knowledge), Reader::new(&knowledge), Counter::new(&knowledge));
        let places = knowledge.classes(&["Place".to_owned()]);
        Self { knowledge, finder, reader, counter, places }
    }

    /// The knowledge that the stages work with.
    pub fn knowledge(&self) -> &Knowledge {
        &self.knowledge
    }

    /// Reads the document with the name `path` and the content `bytes`. The result depends on these and on the
    /// knowledge only.
    ///
    /// # Errors
    ///
    /// A diagnostic that says why `bytes` are no text.
    pub fn extract(&self, path: &str, bytes: &[u8]) -> Result<Extraction, Diagnostic> {
        self.extract_with_mentions(path, bytes, &Trace::off()).map(|(extraction, _)| extraction)
    }

    /// The same, with the mentions that the entities were gathered from, in the order of the text: which words were taken
    /// for a name, and by which rule. What was considered and not read goes into `trace`.
    ///
    /// # Errors
    ///
    /// See [`Pipeline::extract`].
    pub fn extract_with_mentions(
        &self,
        path: &str,
        bytes: &[u8],
        trace: &Trace,
    ) -> Result<(Extraction, Vec<Mention>), Diagnostic> {
        let text = Text::decode(bytes).map_err(|why| Diagnostic::error("T102", path, why))?;
        let knowledge = &self.knowledge;
        let mut document = document::read(text, &knowledge.cues);
        for diagnostic in &mut document.diagnostics {
            path.clone_into(&mut diagnostic.place);
        }
        let (mentions, setting) = self.finder.find(knowledge, &document, trace);
        let mut entities = Entities::resolve(knowledge, &document, &mentions, &setting);
        let mut claims = self.reader.read(knowledge, &document, &mentions, &mut entities, &setting, trace);
        let figures = self.counter.read(knowledge, &document, &mentions, &mut entities, &setting);
        let used = claims.iter().flat_map(|c| [c.subject, c.object]).chain(figures.iter().filter_map(|f| f.subject));
        entities.forget_bare_references(self.places, &mentions, &used.collect());
        // Choosing among readings goes by the rules' own confidences; what is written is what was observed of them.
        entities.calibrate(&knowledge.calibration);
        for claim in &mut claims {
            let observed = knowledge.calibration.confidence(&claim.rule, claim.reading, claim.confidence);
            // Whoever is not sure of a name cannot be surer of what is said of it.
            let ends = [claim.subject, claim.object].map(|id| entities.get(id).confidence);
            claim.confidence = ends.into_iter().fold(observed, f64::min);
        }
        let sha256 = hex(&Sha256::digest(bytes));
        Ok((
            Extraction { path: path.to_owned(), sha256, document, entities, claims, figures, place: setting.place },
            mentions,
        ))
    }
}
