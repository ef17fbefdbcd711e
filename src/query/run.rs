//! Running a query within limits.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use oxigraph::model::{Term, Triple, Variable};
use oxigraph::sparql::{CancellationToken, QueryResults, SparqlEvaluator};
use spargebra::term::GroundTerm;
use spargebra::{Query, SparqlParser};

use super::error::QueryError;
use super::{algebra, guard, syntax};
use crate::diag::nearest;
use crate::graph::Store;
use crate::ontology::vocab::{ONTOLOGY, WM};

/// The parser and the evaluator descend with the query. Only what is used of this is ever taken from the machine.
const STACK: usize = 256 << 20;
/// How long a cancelled query may take to notice before it is left behind.
const GRACE: Duration = Duration::from_secs(2);
/// How long the parser may take. The guard keeps it far below this; the limit is for what the guard does not know.
const PARSE_TIME: Duration = Duration::from_secs(10);

/// Declared in every query text, so that a short question stays short; a query may declare them otherwise.
pub const PREFIXES: [(&str, &str); 8] = [
    ("wm", WM),
    ("id", crate::ontology::vocab::ID),
    ("rdf", "http://www.w3.org/1999/02/22-rdf-syntax-ns#"),
    ("rdfs", "http://www.w3.org/2000/01/rdf-schema#"),
    ("owl", "http://www.w3.org/2002/07/owl#"),
    ("xsd", "http://www.w3.org/2001/XMLSchema#"),
    ("skos", "http://www.w3.org/2004/02/skos/core#"),
    ("dcterms", "http://purl.org/dc/terms/"),
];

/// How much a query may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Time to run; `None` is no limit.
    pub timeout: Option<Duration>,
    /// Rows, or triples.
    pub rows: usize,
    /// Bytes of text in all cells together.
    pub bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { timeout: Some(Duration::from_secs(60)), rows: 1_000_000, bytes: 512 << 20 }
    }
}

/// What a query answers.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// To SELECT.
    Rows(Rows),
    /// To ASK.
    Boolean(bool),
    /// To CONSTRUCT and DESCRIBE: sorted, each triple once.
    Graph(Vec<Triple>),
}

impl Answer {
    /// Whether there is neither a row nor a triple.
    pub fn is_empty(&self) -> bool {
        match self {
            Self::Rows(rows) => rows.rows.is_empty(),
            Self::Boolean(_) => false,
            Self::Graph(triples) => triples.is_empty(),
        }
    }
}

/// The answer to a SELECT.
#[derive(Clone, Debug, PartialEq)]
pub struct Rows {
    /// The columns, in the order of the query.
    pub columns: Vec<Variable>,
    /// The cells; a cell without a value is `None`.
    pub rows: Vec<Vec<Option<Term>>>,
}

/// A query that has passed the guard and has its parameters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prepared {
    query: Arc<Query>,
    /// Parameters that must name a term of the ontology, with their values.
    terms: Vec<(String, GroundTerm)>,
}

impl Prepared {
    /// A query without parameters.
    ///
    /// # Errors
    ///
    /// When the guard or the parser refuses the text.
    pub fn parse(text: &str) -> Result<Self, QueryError> {
        Self::new(text, &BTreeMap::new(), Vec::new())
    }

    pub(super) fn new(
        text: &str,
        values: &BTreeMap<String, GroundTerm>,
        terms: Vec<(String, GroundTerm)>,
    ) -> Result<Self, QueryError> {
        guard::check_text(text)?;
        let job = {
            let (text, values) = (text.to_owned(), values.clone());
            move || parse(&text, &values)
        };
        let query = on_deep_stack(job)?.recv_timeout(PARSE_TIME).map_err(|e| match e {
            RecvTimeoutError::Timeout => QueryError::ParseTimeout(PARSE_TIME),
            RecvTimeoutError::Disconnected => QueryError::BrokenOff,
        })??;
        Ok(Self { query: Arc::new(query), terms })
    }
}

/// Starts `job` on a thread with a stack that bears its recursion; what it returns can be received.
fn on_deep_stack<T: Send + 'static>(job: impl FnOnce() -> T + Send + 'static) -> Result<Receiver<T>, QueryError> {
    let (sender, receiver) = mpsc::channel();
    // After a timeout nobody listens any more, and the result is dropped.
    let job = move || drop(sender.send(job()));
    thread::Builder::new().stack_size(STACK).spawn(job).map_err(QueryError::Thread)?;
    Ok(receiver)
}

fn parse(text: &str, values: &BTreeMap<String, GroundTerm>) -> Result<Query, QueryError> {
    let mut query = parser().parse_query(text).map_err(|e| syntax_error(text, &e.to_string()))?;
    guard::check_algebra(&mut query)?;
    algebra::bind(&mut query, values)?;
    Ok(query)
}

fn parser() -> SparqlParser {
    PREFIXES.iter().fold(SparqlParser::new(), |parser, (name, iri)| {
        parser.with_prefix(*name, *iri).expect("the prefixes are IRIs")
    })
}

fn syntax_error(text: &str, message: &str) -> QueryError {
    // The updates of SPARQL begin with words of their own; the prologue and comments may stand before them.
    let updates = ["INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH"];
    let lines = text.lines().map(str::trim_start);
    let first = lines
        .filter(|l| !l.is_empty() && !l.starts_with('#'))
        .find(|l| !["PREFIX", "BASE"].iter().any(|p| starts_with_word(l, p)));
    if first.is_some_and(|l| updates.iter().any(|u| starts_with_word(l, u))) {
        return QueryError::Update;
    }
    QueryError::Syntax { origin: String::new(), message: syntax::explain(text, message, parser) }
}

fn starts_with_word(line: &str, word: &str) -> bool {
    line.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word))
        && !line[word.len()..].starts_with(|c: char| c.is_alphanumeric())
}

/// A store ready to be asked.
///
/// The default graph holds every triple of all named graphs, each once. The union that oxigraph could make while it
/// runs yields a triple once for each graph that has it, so that counts would be wrong and joins over entities that
/// many documents name would grow with the square of their number.
pub struct Engine {
    store: Store,
}

impl Engine {
    /// Opens the store at `dir` for queries.
    ///
    /// # Errors
    ///
    /// When there is no sound store at `dir`.
    pub fn open(dir: &Path) -> Result<Self, QueryError> {
        Ok(Self { store: Store::open(dir)? })
    }

    /// The store that is asked.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// Answers `query`. The whole answer is there, or an error: never a part.
    ///
    /// # Errors
    ///
    /// When a limit is passed, when a parameter names nothing in the ontology, and when the engine refuses.
    pub fn run(&self, query: &Prepared, limits: &Limits) -> Result<Answer, QueryError> {
        self.check_terms(&query.terms)?;
        let token = CancellationToken::new();
        let job = {
            let (store, query) = (self.store.clone(), Arc::clone(&query.query));
            let (token, limits) = (token.clone(), *limits);
            move || evaluate(&store, &query, token, &limits)
        };
        let receiver = on_deep_stack(job)?;
        let Some(timeout) = limits.timeout else {
            return receiver.recv().unwrap_or(Err(QueryError::BrokenOff));
        };
        match receiver.recv_timeout(timeout) {
            Ok(answer) => answer,
            Err(RecvTimeoutError::Disconnected) => Err(QueryError::BrokenOff),
            Err(RecvTimeoutError::Timeout) => {
                token.cancel();
                // The engine looks at the token only when it reads the store; a query that does not is left behind.
                let _ = receiver.recv_timeout(GRACE);
                Err(QueryError::Timeout(timeout))
            }
        }
    }

    fn check_terms(&self, terms: &[(String, GroundTerm)]) -> Result<(), QueryError> {
        if terms.is_empty() {
            return Ok(());
        }
        let known = self.ontology_terms()?;
        for (name, term) in terms {
            let GroundTerm::NamedNode(node) = term else { continue };
            // Without an ontology in the store nothing can be checked.
            if !known.is_empty() && !known.contains(&node.as_str().to_owned()) {
                let local = |iri: &str| iri.strip_prefix(WM).unwrap_or(iri).to_owned();
                let (value, names) = (local(node.as_str()), known.iter().map(|k| local(k)).collect::<Vec<_>>());
                let nearest =
                    nearest(&value, names.iter().map(String::as_str)).into_iter().map(str::to_owned).collect();
                return Err(QueryError::UnknownTerm { name: name.clone(), value, nearest });
            }
        }
        Ok(())
    }

    /// IRIs of all that the ontology in the store describes, sorted.
    fn ontology_terms(&self) -> Result<Vec<String>, QueryError> {
        let mut terms = Vec::new();
        for quad in self.store.matching(None, None, None, Some(ONTOLOGY))? {
            if let oxigraph::model::NamedOrBlankNode::NamedNode(node) = quad.subject {
                terms.push(node.into_string());
            }
        }
        terms.sort();
        terms.dedup();
        Ok(terms)
    }
}

fn evaluate(store: &Store, query: &Query, token: CancellationToken, limits: &Limits) -> Result<Answer, QueryError> {
    let evaluator = SparqlEvaluator::new().with_cancellation_token(token);
    let results = store.execute(evaluator.for_query(query.clone())).map_err(QueryError::Evaluation)?;
    let mut budget = Budget { rows: limits.rows, bytes: limits.bytes };
    let too_large = || QueryError::AnswerTooLarge { rows: limits.rows, megabytes: limits.bytes >> 20 };
    match results {
        QueryResults::Boolean(value) => Ok(Answer::Boolean(value)),
        QueryResults::Solutions(solutions) => {
            let columns = solutions.variables().to_vec();
            let mut rows = Vec::new();
            for solution in solutions {
                let row = solution.map_err(QueryError::Evaluation)?.values().to_vec();
                let bytes = row.iter().flatten().map(term_bytes).sum();
                budget.take(bytes).ok_or_else(too_large)?;
                rows.push(row);
            }
            Ok(Answer::Rows(Rows { columns, rows }))
        }
        QueryResults::Graph(triples) => {
            let mut sorted = BTreeMap::new();
            for triple in triples {
                let triple = triple.map_err(QueryError::Evaluation)?;
                let line = triple.to_string();
                budget.take(line.len()).ok_or_else(too_large)?;
                sorted.insert(line, triple);
            }
            Ok(Answer::Graph(sorted.into_values().collect()))
        }
    }
}

struct Budget {
    rows: usize,
    bytes: usize,
}

impl Budget {
    fn take(&mut self, bytes: usize) -> Option<()> {
        self.rows = self.rows.checked_sub(1)?;
        self.bytes = self.bytes.checked_sub(bytes)?;
        Some(())
    }
}

fn term_bytes(term: &Term) -> usize {
    match term {
        Term::NamedNode(node) => node.as_str().len(),
        Term::BlankNode(node) => node.as_str().len(),
        Term::Literal(literal) => literal.value().len(),
    }
}
