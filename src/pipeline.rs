//! The only place where the stages meet: a pure function from a text and the knowledge to what was read out of it.

use std::sync::Arc;

use foldhash::{HashSet, HashSetExt as _};
use oxigraph::model::NamedNode;

use crate::diag::Diagnostic;
use crate::document;
use crate::entity::{Entities, Named, sha256};
use crate::figure::Counter;
use crate::graph::Extraction;
use crate::identity::{Authority, Decisions, Identity, Summary, resolve};
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
        let (reader, counter) = rayon::join(|| Reader::new(&knowledge), || Counter::new(&knowledge));
        let finder = Finder::new(&knowledge, &[&reader.words(&knowledge)[..], &counter.words()].concat());
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
        let (mentions, setting, hits) = self.finder.find(knowledge, &document, trace);
        let (of_reader, of_counter) = hits.split_at(Reader::LISTS);
        let mut entities = Entities::resolve(knowledge, &document, &mentions, &setting);
        let mut claims = self.reader.read(knowledge, &document, &mentions, of_reader, &mut entities, &setting, trace);
        let figures = self.counter.read(knowledge, &document, &mentions, of_counter, &mut entities, &setting);
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
        let sha256 = sha256(bytes);
        let code = setting.place.map(|id| knowledge.divisions.get(id).code.as_str()).unwrap_or_default();
        let summary = Summary::of(knowledge, path, &document, &entities, code);
        let (path, place) = (path.to_owned(), setting.place);
        Ok((Extraction { path, sha256, document, entities, claims, figures, place, summary }, mentions))
    }

    /// Makes one thing of what is one thing across `extractions`: gives their entities IRIs and names in common, and leaves
    /// out what they state twice or no longer fits. The result depends on the set of documents only.
    pub fn unify(&self, extractions: &mut [Extraction], decisions: &Decisions, authority: &Authority) -> Identity {
        let summaries: Vec<Summary> = extractions.iter_mut().map(|e| std::mem::take(&mut e.summary)).collect();
        let identity = resolve(&self.knowledge, &summaries, decisions, authority);
        for (n, (extraction, summary)) in extractions.iter_mut().zip(summaries).enumerate() {
            extraction.summary = summary;
            self.settle(extraction, &identity.names(n));
        }
        identity
    }

    /// Gives the entities of `extraction` the names that they have across all documents, in their order, and leaves out what
    /// is stated twice or no longer fits.
    pub fn settle(&self, extraction: &mut Extraction, names: &[&Named]) {
        let schema = &self.knowledge.schema;
        extraction.entities.name_all(names.iter().map(|named| (*named).clone()));
        let entities = &extraction.entities;
        let mut stated: HashSet<(NamedNode, Arc<str>, NamedNode)> = HashSet::new();
        extraction.claims.retain(|claim| {
            let [s, o] = [claim.subject, claim.object].map(|id| entities.in_graph(schema, id));
            let property = schema.property(&claim.predicate);
            let fits = property.zip(schema.class(&s.class)).zip(schema.class(&o.class));
            let fits = fits.is_none_or(|((p, s), o)| p.domain.contains(s) && p.range.contains(o));
            let both_ways = property.is_some_and(|p| p.domain == p.range);
            let back = (o.iri.clone(), Arc::from(&*claim.predicate), s.iri.clone());
            let twice = s.iri == o.iri || (both_ways && stated.contains(&back));
            fits && !twice && stated.insert((s.iri, Arc::from(&*claim.predicate), o.iri))
        });
    }
}
