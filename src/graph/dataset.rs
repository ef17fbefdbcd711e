//! The engine in memory: the quads of a generation as sorted numbers, and how oxigraph's evaluator reads them.
//!
//! A generation holds its quads sorted and its terms once a part, so opening it is giving the terms numbers in common and
//! sorting by them; nothing is parsed. The default graph is the union of all graphs as a set: triples that several documents
//! state stand beside each other in the sorted rows, and all but the first are passed over.

use std::convert::Infallible;
use std::sync::Arc;

use foldhash::fast::RandomState;
use indexmap::IndexSet;
use oxigraph::model::Term;
use spareval::{InternalQuad, QueryableDataset};

use super::segment::Segment;
use super::term::{self, Line};

/// A position in a quad: subject, predicate, object, graph.
const S: usize = 0;
const P: usize = 1;
const O: usize = 2;
const G: usize = 3;

/// Quads in memory, to be queried.
#[derive(Debug)]
pub struct Dataset {
    terms: IndexSet<Box<str>, RandomState>,
    spog: Index,
    posg: Index,
    ospg: Index,
    gspo: Index,
}

/// Collects the quads of a dataset.
#[derive(Default)]
pub(super) struct Collector {
    terms: IndexSet<Box<str>, RandomState>,
    quads: Vec<[u32; 4]>,
}

impl Collector {
    /// Takes the quads of `segment` whose subject `wanted` lets pass.
    pub(super) fn take(&mut self, segment: &Segment<'_>, wanted: impl Fn(&str) -> bool) {
        const UNKNOWN: u32 = u32::MAX;
        let mut numbers = vec![UNKNOWN; segment.terms.len()];
        let mut last = None;
        for quad in &segment.quads {
            let subject = quad[S];
            // Quads of one subject stand together.
            let keep = match last {
                Some((same, keep)) if same == subject => keep,
                _ => wanted(segment.terms[subject as usize]),
            };
            last = Some((subject, keep));
            if keep {
                let quad = quad.map(|place| {
                    let number = &mut numbers[place as usize];
                    if *number == UNKNOWN {
                        *number = self.number(segment.terms[place as usize]);
                    }
                    *number
                });
                self.quads.push(quad);
            }
        }
    }

    fn number(&mut self, term: &str) -> u32 {
        let place = self.terms.get_index_of(term).unwrap_or_else(|| self.terms.insert_full(term.into()).0);
        u32::try_from(place).expect("fewer than 2^32 terms fit into memory")
    }

    /// Sorts the quads.
    pub(super) fn finish(self) -> Dataset {
        let Self { terms, quads } = self;
        let index = |order| Index::new(&quads, terms.len(), order);
        let ((spog, posg), (ospg, gspo)) =
            rayon::join(|| (index([S, P, O, G]), index([P, O, S, G])), || (index([O, S, P, G]), index([G, S, P, O])));
        Dataset { terms, spog, posg, ospg, gspo }
    }

    /// Goes through the quads, those of one subject together, without making a dataset.
    pub(super) fn each(self, mut each: impl FnMut(Line<'_>)) {
        let rows = Index::new(&self.quads, self.terms.len(), [S, P, O, G]);
        for subject in 0..self.terms.len() as u32 {
            for [predicate, object, graph] in rows.of(subject) {
                let [subject, predicate, object, graph] =
                    [subject, *predicate, *object, *graph].map(|number| &*self.terms[number as usize]);
                each(Line { subject, predicate, object, graph });
            }
        }
    }
}

/// Quads sorted by their parts in some order. Where the rows of a first part begin is looked up, not searched.
#[derive(Debug)]
struct Index {
    order: [usize; 4],
    starts: Vec<usize>,
    rows: Vec<[u32; 3]>,
}

impl Index {
    fn new(quads: &[[u32; 4]], terms: usize, order: [usize; 4]) -> Self {
        let [first, a, b, c] = order;
        let mut starts = vec![0; terms + 1];
        for quad in quads {
            starts[quad[first] as usize + 1] += 1;
        }
        for n in 1..starts.len() {
            starts[n] += starts[n - 1];
        }
        let mut next = starts.clone();
        let mut rows = vec![[0; 3]; quads.len()];
        for quad in quads {
            let place = &mut next[quad[first] as usize];
            rows[*place] = [quad[a], quad[b], quad[c]];
            *place += 1;
        }
        for n in 0..terms {
            rows[starts[n]..starts[n + 1]].sort_unstable();
        }
        Self { order, starts, rows }
    }

    /// The rows of a first part.
    fn of(&self, first: u32) -> &[[u32; 3]] {
        let first = first as usize;
        &self.rows[self.starts[first]..self.starts[first + 1]]
    }

    /// The rows that begin with `prefix`.
    fn find(&self, prefix: &[u32]) -> Rows<'_> {
        let Some((first, rest)) = prefix.split_first() else {
            return Rows { index: self, first: 0, at: 0, end: self.rows.len() };
        };
        let rows = self.of(*first);
        let low = rows.partition_point(|row| row[..rest.len()] < *rest);
        let high = low + rows[low..].partition_point(|row| row[..rest.len()] == *rest);
        let start = self.starts[*first as usize];
        Rows { index: self, first: *first, at: start + low, end: start + high }
    }
}

/// Some rows of an index, one after the other.
struct Rows<'a> {
    index: &'a Index,
    /// The first part of the row at `at`.
    first: u32,
    at: usize,
    end: usize,
}

impl Rows<'_> {
    fn len(&self) -> usize {
        self.end - self.at
    }
}

impl Iterator for Rows<'_> {
    type Item = [u32; 4];

    fn next(&mut self) -> Option<[u32; 4]> {
        if self.at == self.end {
            return None;
        }
        while self.index.starts[self.first as usize + 1] <= self.at {
            self.first += 1;
        }
        let [a, b, c] = self.index.rows[self.at];
        self.at += 1;
        let mut quad = [0; 4];
        for (place, part) in self.index.order.into_iter().zip([self.first, a, b, c]) {
            quad[place] = part;
        }
        Some(quad)
    }
}

/// Which graph a pattern is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Graph {
    /// The union of all, each triple once.
    Union,
    /// Each one by itself.
    Any,
    /// One.
    One(u32),
}

impl Dataset {
    /// Number of quads.
    pub(super) fn len(&self) -> usize {
        self.spog.rows.len()
    }

    /// The line of a quad.
    pub(super) fn line(&self, quad: [u32; 4]) -> Line<'_> {
        let [subject, predicate, object, graph] = quad.map(|number| &*self.terms[number as usize]);
        Line { subject, predicate, object, graph }
    }

    /// The quads of the named graphs that fit a pattern of terms.
    pub(super) fn matching(&self, pattern: [Option<String>; 4]) -> Vec<Line<'_>> {
        let mut numbers = [None; 4];
        for (number, term) in numbers.iter_mut().zip(pattern) {
            if let Some(term) = term {
                let Some(place) = self.terms.get_index_of(term.as_str()) else { return Vec::new() };
                *number = Some(place as u32);
            }
        }
        let [s, p, o, g] = numbers;
        self.find([s, p, o], g.map_or(Graph::Any, Graph::One)).map(|quad| self.line(quad)).collect()
    }

    fn find(&self, pattern: [Option<u32>; 3], graph: Graph) -> impl Iterator<Item = [u32; 4]> + use<'_> {
        let rows = match (pattern, graph) {
            ([Some(s), Some(p), Some(o)], Graph::One(g)) => self.gspo.find(&[g, s, p, o]),
            ([Some(s), Some(p), None], Graph::One(g)) => self.gspo.find(&[g, s, p]),
            ([Some(s), None, _], Graph::One(g)) => self.gspo.find(&[g, s]),
            ([Some(s), Some(p), Some(o)], _) => self.spog.find(&[s, p, o]),
            ([Some(s), Some(p), None], _) => self.spog.find(&[s, p]),
            ([Some(s), None, Some(o)], _) => self.ospg.find(&[o, s]),
            ([Some(s), None, None], _) => self.spog.find(&[s]),
            ([None, p, o], graph) => {
                let all = match (p, o) {
                    (Some(p), Some(o)) => self.posg.find(&[p, o]),
                    (Some(p), None) => self.posg.find(&[p]),
                    (None, Some(o)) => self.ospg.find(&[o]),
                    (None, None) => self.spog.find(&[]),
                };
                match graph {
                    // Either the graph is small or what fits the pattern is.
                    Graph::One(g) => {
                        let own = self.gspo.find(&[g]);
                        if own.len() < all.len() { own } else { all }
                    }
                    Graph::Union | Graph::Any => all,
                }
            }
        };
        let mut last = None;
        rows.filter(move |quad| {
            let fits = pattern.iter().zip(quad).all(|(wanted, part)| wanted.is_none_or(|wanted| wanted == *part));
            match graph {
                Graph::One(g) => fits && quad[G] == g,
                Graph::Any => fits,
                Graph::Union => {
                    let triple = [quad[S], quad[P], quad[O]];
                    fits && last.replace(triple) != Some(triple)
                }
            }
        })
    }
}

/// A term as the evaluator passes it around.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Number {
    /// One of the dataset.
    Known(u32),
    /// One that a query made, as N-Quads writes it.
    New(Arc<str>),
}

impl<'a> QueryableDataset<'a> for &'a Dataset {
    type InternalTerm = Number;
    type Error = Infallible;

    fn internal_quads_for_pattern(
        &self,
        subject: Option<&Number>,
        predicate: Option<&Number>,
        object: Option<&Number>,
        graph_name: Option<Option<&Number>>,
    ) -> impl Iterator<Item = Result<InternalQuad<Number>, Infallible>> + use<'a> {
        let dataset: &'a Dataset = self;
        // No quad has a term that is not in the dataset.
        let known = |number: Option<&Number>| match number {
            None => Some(None),
            Some(Number::Known(number)) => Some(Some(*number)),
            Some(Number::New(_)) => None,
        };
        let graph = match graph_name {
            None => Some(Graph::Any),
            Some(None) => Some(Graph::Union),
            Some(Some(Number::Known(number))) => Some(Graph::One(*number)),
            Some(Some(Number::New(_))) => None,
        };
        let found = (|| Some(dataset.find([known(subject)?, known(predicate)?, known(object)?], graph?)))();
        let union = graph_name == Some(None);
        found.into_iter().flatten().map(move |quad| {
            let [subject, predicate, object, graph] = quad.map(Number::Known);
            Ok(InternalQuad { subject, predicate, object, graph_name: (!union).then_some(graph) })
        })
    }

    fn internal_named_graphs(&self) -> impl Iterator<Item = Result<Number, Infallible>> + use<'a> {
        let starts = &self.gspo.starts;
        let graphs = (0_u32..).zip(starts.windows(2)).filter(|(_, ends)| ends[0] < ends[1]);
        graphs.map(|(number, _)| Ok(Number::Known(number)))
    }

    fn contains_internal_graph_name(&self, graph_name: &Number) -> Result<bool, Infallible> {
        Ok(matches!(graph_name, Number::Known(number) if !self.gspo.of(*number).is_empty()))
    }

    fn internalize_term(&self, term: Term) -> Result<Number, Infallible> {
        let text = term.to_string();
        Ok(match self.terms.get_index_of(text.as_str()) {
            Some(place) => Number::Known(place as u32),
            None => Number::New(text.into()),
        })
    }

    fn externalize_term(&self, term: Number) -> Result<Term, Infallible> {
        let text: &str = match &term {
            Number::Known(number) => &self.terms[*number as usize],
            Number::New(text) => text,
        };
        Ok(term::term(text).expect("what was written as a term reads as one"))
    }
}
