//! The IRIs that the program itself writes or reads. A test compares them with `ontology/wenmai.ttl`.

use oxigraph::model::NamedNodeRef;

/// Namespace of the ontology (prefix `wm:`).
pub const WM: &str = "https://w3id.org/wenmai/ontology#";
/// Under this IRI live entities, documents, passages, claims and figures.
pub const ID: &str = "https://w3id.org/wenmai/id/";
/// The ontology itself; also the name of the graph that holds it in a store.
pub const ONTOLOGY: NamedNodeRef<'_> = NamedNodeRef::new_unchecked("https://w3id.org/wenmai/ontology");
/// Units of measure in QUDT.
pub const QUDT: &str = "http://qudt.org/vocab/unit/";
/// The graph of all that was found by comparing documents.
pub const FINDINGS: NamedNodeRef<'_> = NamedNodeRef::new_unchecked("https://w3id.org/wenmai/id/findings");

/// The graph that says what is one thing, and why.
pub const IDENTITY: NamedNodeRef<'_> = NamedNodeRef::new_unchecked("https://w3id.org/wenmai/id/identity");

/// `skos:exactMatch`
pub const EXACT_MATCH: NamedNodeRef<'_> = NamedNodeRef::new_unchecked("http://www.w3.org/2004/02/skos/core#exactMatch");
/// `dcterms:identifier`
pub const IDENTIFIER: NamedNodeRef<'_> = NamedNodeRef::new_unchecked("http://purl.org/dc/terms/identifier");
/// `skos:prefLabel`
pub const PREF_LABEL: NamedNodeRef<'_> = NamedNodeRef::new_unchecked("http://www.w3.org/2004/02/skos/core#prefLabel");
/// `skos:altLabel`
pub const ALT_LABEL: NamedNodeRef<'_> = NamedNodeRef::new_unchecked("http://www.w3.org/2004/02/skos/core#altLabel");
/// `dcterms:title`
pub const TITLE: NamedNodeRef<'_> = NamedNodeRef::new_unchecked("http://purl.org/dc/terms/title");

/// `owl:SymmetricProperty`
pub const SYMMETRIC_PROPERTY: NamedNodeRef<'_> =
    NamedNodeRef::new_unchecked("http://www.w3.org/2002/07/owl#SymmetricProperty");

/// Declares constants for terms of the ontology and the list of their local names.
macro_rules! terms {
    ($($constant:ident = $local:literal),* $(,)?) => {
        $(
            #[doc = concat!("`wm:", $local, "`")]
            pub const $constant: NamedNodeRef<'_> =
                NamedNodeRef::new_unchecked(concat!("https://w3id.org/wenmai/ontology#", $local));
        )*
        /// Local names of all terms above.
        pub const TERMS: &[&str] = &[$($local),*];
    };
}

terms! {
    DOCUMENT = "Document",
    PASSAGE = "Passage",
    CLAIM = "Claim",
    FIGURE = "Figure",
    PATH = "path",
    SHA256 = "sha256",
    CHARACTERS = "characters",
    NUMBER = "number",
    SENDER_NAME = "senderName",
    ADDRESSEE_NAME = "addresseeName",
    DATE = "date",
    REPLY_CLASS = "replyClass",
    RECORDS = "records",
    MENTIONS = "mentions",
    NAMES = "names",
    IN_DOCUMENT = "inDocument",
    SECTION = "section",
    START = "start",
    END = "end",
    QUOTE = "quote",
    RULE = "rule",
    CONFIDENCE = "confidence",
    VALUE = "value",
    UNIT = "unit",
    QUALIFIER = "qualifier",
    INDICATOR = "indicator",
    ABOUT = "about",
    PERIOD = "period",
    FROM = "from",
    TO = "to",
    QUANTITY = "unitIri",
    FINDING = "Finding",
    KIND = "kind",
    SEVERITY = "severity",
    MESSAGE = "message",
    CONCERNS = "concerns",
    OTHER_DOCUMENT = "otherDocument",
    OTHER_QUOTE = "otherQuote",
    OTHER_START = "otherStart",
    OTHER_END = "otherEnd",
    PLANNED = "planned",
    MERGE = "Merge",
    DOUBT = "Doubt",
    MERGED_BECAUSE = "mergedBecause",
    DOUBTS_OF = "doubtsOf",
    LEFT = "left",
    RIGHT = "right",
    LEFT_EVIDENCE = "leftEvidence",
    RIGHT_EVIDENCE = "rightEvidence",
    JOINED = "joined",
    GUARD = "guard",
    WEIGHT = "weight",
    REVISES = "revises",
    DIVISION_CODE = "divisionCode",
    COLOUR = "colour",
    SHAPE = "shape",
    FAMILY = "family",
    ENTERPRISE = "Enterprise",
    POLICY_DOCUMENT = "PolicyDocument",
    GOVERNMENT_BODY = "GovernmentBody",
    TOWN = "Town",
    PLACE = "Place",
    INDUSTRY = "Industry",
    PLATFORM = "Platform",
    PARK = "Park",
    INDUSTRIAL_CLUSTER = "IndustrialCluster",
    ISSUED_BY = "issuedBy",
    CONSULTED = "consulted",
    IN_INDUSTRY = "inIndustry",
    CHAIN_LEADER_OF = "chainLeaderOf",
    BUILDS = "builds",
}
