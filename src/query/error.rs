//! What can go wrong between a question and its answer.

use std::path::PathBuf;
use std::time::Duration;

use oxigraph::sparql::QueryEvaluationError;

use crate::graph::StoreError;

/// Why a query was not answered.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum QueryError {
    /// No named query has this name.
    #[error("there is no query `{name}`{}; `wenmai query --list` shows all", did_you_mean(nearest))]
    UnknownQuery {
        /// The name asked for.
        name: String,
        /// The nearest names, best first.
        nearest: Vec<String>,
    },
    /// The comment lines at the head of a query file are not as `docs/queries.md` wants them.
    #[error("{place}: {message}")]
    Header {
        /// File and line.
        place: String,
        /// What is wrong.
        message: String,
    },
    /// A query file could not be read.
    #[error("{}: the query cannot be read", path.display())]
    Read {
        /// The file or folder.
        path: PathBuf,
        /// The refusal.
        #[source]
        source: std::io::Error,
    },
    /// A parameter was given that the query does not have.
    #[error("query `{query}` has no parameter `{name}`{}", parameter_help(nearest, known))]
    UnknownParameter {
        /// The query.
        query: String,
        /// The name given.
        name: String,
        /// The nearest names, best first.
        nearest: Vec<String>,
        /// All parameters of the query.
        known: Vec<String>,
    },
    /// A parameter was given more than once.
    #[error("parameter `{0}` is given twice")]
    RepeatedParameter(String),
    /// A parameter without a default was not given.
    #[error("query `{query}` needs the parameter `{name}`: add `--param {name}=...` ({about})")]
    MissingParameter {
        /// The query.
        query: String,
        /// The parameter.
        name: String,
        /// What it means.
        about: String,
    },
    /// The value of a parameter is not of its type.
    #[error("parameter `{name}`: `{value}` is not {expected}")]
    BadParameter {
        /// The parameter.
        name: String,
        /// The value given.
        value: String,
        /// What the type asks for.
        expected: &'static str,
    },
    /// A parameter of type `class` or `property` names nothing that the ontology has.
    #[error("parameter `{name}`: the ontology has no `{value}`{}", did_you_mean(nearest))]
    UnknownTerm {
        /// The parameter.
        name: String,
        /// The value given.
        value: String,
        /// The nearest names, best first.
        nearest: Vec<String>,
    },
    /// The query gives a parameter another value itself.
    #[error("the query assigns to its own parameter ?{0}")]
    AssignedParameter(String),
    /// Something is nested deeper than the guard allows.
    #[error("{place}: {what} are nested more than {limit} deep")]
    TooDeep {
        /// Line and column where the limit is passed.
        place: Place,
        /// What is nested.
        what: &'static str,
        /// Levels allowed.
        limit: usize,
    },
    /// A property path is longer than the guard allows.
    #[error("{place}: the property path has more than {limit} steps")]
    LongPath {
        /// Line and column where the limit is passed.
        place: Place,
        /// Steps allowed.
        limit: usize,
    },
    /// There are more operators or clauses than the guard allows.
    #[error("{place}: the query has more than {limit} {what}")]
    TooMany {
        /// Line and column where the limit is passed.
        place: Place,
        /// What there is too much of.
        what: &'static str,
        /// How many are allowed.
        limit: usize,
    },
    /// The whole query has more of something than the guard allows.
    #[error("the query has more than {limit} {what}")]
    TooLarge {
        /// What there is too much of.
        what: &'static str,
        /// How many are allowed.
        limit: usize,
    },
    /// The parser did not come to an end.
    #[error("the query took more than {} s to read; write it in a simpler way", .0.as_secs_f64())]
    ParseTimeout(Duration),
    /// The query asks another server, which this program never does.
    #[error("SERVICE is not supported: a query is answered from the store alone")]
    Service,
    /// The text is an update.
    #[error(
        "this is an update; a store is changed by `wenmai build` only, queries are SELECT, ASK, CONSTRUCT and DESCRIBE"
    )]
    Update,
    /// The text is not SPARQL.
    #[error("{origin}{message}")]
    Syntax {
        /// `FILE: `, or empty.
        origin: String,
        /// Position and what was expected there.
        message: String,
    },
    /// The time ran out.
    #[error("the query was stopped after {} s; give it more with --timeout, or ask for less", .0.as_secs_f64())]
    Timeout(Duration),
    /// The answer is larger than the limits allow.
    #[error("the answer is larger than {rows} rows or {megabytes} MB; ask for less, for example with LIMIT")]
    AnswerTooLarge {
        /// Rows allowed.
        rows: usize,
        /// Megabytes allowed.
        megabytes: usize,
    },
    /// The engine refused the query while it ran.
    #[error("the query failed while it ran")]
    Evaluation(#[source] QueryEvaluationError),
    /// The thread that runs the query could not be started.
    #[error("no thread could be started for the query")]
    Thread(#[source] std::io::Error),
    /// The thread that runs the query ended without an answer.
    #[error("the engine broke off without an answer; please report this query")]
    BrokenOff,
    /// The store could not be opened or prepared.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A line and a column in a query, both counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The line.
    pub line: usize,
    /// The column, in characters.
    pub column: usize,
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.line, self.column)
    }
}

/// `; did you mean a, b or c?`, or nothing.
pub(super) fn did_you_mean(nearest: &[String]) -> String {
    match nearest {
        [] => String::new(),
        [one] => format!("; did you mean `{one}`?"),
        [first @ .., last] => {
            let first: Vec<String> = first.iter().map(|n| format!("`{n}`")).collect();
            format!("; did you mean {} or `{last}`?", first.join(", "))
        }
    }
}

fn parameter_help(nearest: &[String], known: &[String]) -> String {
    match (nearest, known) {
        (_, []) => "; it takes none".to_owned(),
        ([], known) => format!("; it takes {}", known.join(", ")),
        (nearest, _) => did_you_mean(nearest),
    }
}
