//! The rules as they stand in `ontology/rules/*.toml`. Unknown keys are refused; what a key means is said here.

use serde::{Deserialize, Serialize};

use crate::search::{Expression, Words};

/// What every rule says of itself.
pub trait Rule {
    /// Its name: stands at every fact that it made.
    fn id(&self) -> &str;
    /// Why it exists and what it reads.
    fn why(&self) -> &str;
    /// Texts in which it must find something, each followed by `=>` and what.
    fn matches(&self) -> &[String];
    /// Texts in which it must find nothing.
    fn rejects(&self) -> &[String];
    /// Which of the rule families it belongs to.
    fn family(&self) -> &'static str;
    /// What the rules of its family read: lines, and an empty line between paragraphs.
    fn family_about(&self) -> &'static str;
    /// Local name of the class or relation that it reads; empty when it is not always the same.
    fn kind(&self) -> String;
    /// How often it is right, from 0 to 1, as it was set by hand; `None` when that depends on what it reads.
    fn confidence(&self) -> Option<f64>;
    /// What it needs: its keys in the rule file.
    fn fields(&self) -> Vec<Field>;
}

/// A key of a rule with what it is for.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    /// The key.
    pub key: &'static str,
    /// What it is for, in lines.
    pub about: &'static str,
    /// Its value.
    pub value: serde_json::Value,
}

/// Declares a family of rules: the fields given here, and those that every rule has.
macro_rules! rule {
    ($(#[doc = $doc:literal])+ $name:ident, $family:literal, {
        $($(#[doc = $about:literal])+ $(#[serde($($serde:tt)*)])? $field:ident: $type:ty,)*
    }) => {
        $(#[doc = $doc])+
        #[derive(Clone, Debug, Deserialize, Serialize)]
        #[serde(deny_unknown_fields)]
        pub struct $name {
            /// See [`Rule::id`].
            pub id: String,
            /// See [`Rule::why`].
            pub why: String,
            $($(#[doc = $about])+ $(#[serde($($serde)*)])? pub $field: $type,)*
            /// How often it is right, from 0 to 1.
            #[serde(default = "fair")]
            pub confidence: f64,
            /// See [`Rule::matches`].
            #[serde(default)]
            pub matches: Vec<String>,
            /// See [`Rule::rejects`].
            #[serde(default)]
            pub rejects: Vec<String>,
        }

        impl Rule for $name {
            fn id(&self) -> &str {
                &self.id
            }
            fn why(&self) -> &str {
                &self.why
            }
            fn matches(&self) -> &[String] {
                &self.matches
            }
            fn rejects(&self) -> &[String] {
                &self.rejects
            }
            fn family(&self) -> &'static str {
                $family
            }
            fn family_about(&self) -> &'static str {
                concat!($($doc, "\n"),+).trim()
            }
            fn kind(&self) -> String {
                let kind = self.fields().into_iter().find(|f| matches!(f.key, "class" | "predicate"));
                kind.and_then(|f| f.value.as_str().map(str::to_owned)).unwrap_or_default()
            }
            fn confidence(&self) -> Option<f64> {
                Some(self.confidence)
            }
            fn fields(&self) -> Vec<Field> {
                vec![$(Field {
                    key: stringify!($field),
                    about: concat!($($about, "\n"),+).trim(),
                    value: serde_json::to_value(&self.$field).unwrap_or_default(),
                }),*]
            }
        }
    };
}

/// How much of a proper name the words before a head noun must hold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Need {
    /// Any words but generic ones.
    #[default]
    Specific,
    /// Any words at all.
    Any,
    /// A place, an organ, a known name, a quotation, a bracket, Latin letters or a number.
    Proper,
    /// Characters that make no common word, as those of brands do.
    Coined,
}

pub(super) use rule;

rule!(
    /// A name by its shape: a head noun and the words before it.
    Shape,
    "shape",
    {
        /// Class of what is found.
        class: String,
        /// Head nouns.
        heads: Vec<String>,
        /// The fewest characters before the head.
        #[serde(default = "two")]
        min: usize,
        /// The most characters before the head.
        #[serde(default = "twenty")]
        max: usize,
        /// What the words before the head must hold.
        #[serde(default)]
        need: Need,
        /// Whether 和, 与, 及 and 、 may stand inside the name.
        #[serde(default)]
        conjunctions: bool,
        /// Verbs that are boundaries elsewhere but may stand inside these names.
        #[serde(default)]
        inside: Words,
        /// The head counts only when none of these follows it.
        #[serde(default)]
        unless_before: Words,
        /// Words that such a name does not hold.
        #[serde(default)]
        without: Words,
        /// What the name begins with; empty: anything.
        #[serde(default)]
        starts: Words,
        /// The name begins behind the last place in it.
        #[serde(default)]
        after_place: bool,
        /// The name begins behind the place at its head when another place or a coined word follows (两江新区|鱼复工业园).
        #[serde(default)]
        behind_outer: bool,
        /// The name begins behind the country or region at its head (荷兰|瓦赫宁根大学), but for that of the documents.
        #[serde(default)]
        behind_regions: bool,
        /// A function word of one character right behind a place is part of the name: 吉林正方农牧股份有限公司.
        #[serde(default)]
        small_words: bool,
        /// Nouns before which a place alone makes no name: 中山模式.
        #[serde(default)]
        more_than_place: Words,
        /// Those of the nouns that are no part of the name: 商业航天|产业.
        #[serde(default)]
        apart: Words,
        /// Words with which such a name opens wherever they stand before the head: 第三届.
        #[serde(default)]
        opens: Option<Expression>,
        /// Nouns that stand before such a name, never inside of it: 农机企业|某某有限公司.
        #[serde(default)]
        behind: Words,
        /// The name counts only right after one of these; empty: anywhere.
        #[serde(default)]
        only_after: Words,
        /// Right after one of these the words only describe something: 国内最大的交易市场.
        #[serde(default)]
        not_after: Words,
    }
);

rule!(
    /// A list whose members are typed by the noun that closes it: `A、B等企业`.
    List,
    "list",
    {
        /// Class of the members.
        class: String,
        /// Nouns that close the list.
        heads: Vec<String>,
        /// What a member must look like, when given.
        #[serde(default)]
        member: Option<Expression>,
        /// What a member must hold.
        #[serde(default)]
        need: Need,
        /// What stands before the first member and says what the list is of, where neither 等 nor a count
        /// closes it: 主导产业为.
        #[serde(default)]
        led: Option<Expression>,
        /// What stands behind the last member and says so: 为主导.
        #[serde(default)]
        then: Option<Expression>,
        /// The noun that a member's full name ends with, though the list says it only once.
        #[serde(default)]
        complete: String,
    }
);

rule!(
    /// A name by the words around it: a regular expression with a group `name`.
    Context,
    "context",
    {
        /// Class of what is found.
        class: String,
        /// The expression; `{word}` stands for the entry of that name in the table `words` of the same file.
        pattern: String,
        /// The name is cut at its left side after the last boundary word in it.
        #[serde(default)]
        trim: bool,
        /// The name is cut at its right side before the first boundary word in it.
        #[serde(default)]
        cut: bool,
        /// What the name must hold.
        #[serde(default)]
        need: Option<Need>,
        /// Wins over a name of the lists or of another class that has the same words: 依托某某云 names a platform, whoever
        /// the firm is.
        #[serde(default)]
        over_lists: bool,
        /// The words are no name but stand for something else, as those of an anaphor do.
        #[serde(default)]
        refers: Option<Refers>,
    }
);

rule!(
    /// A verb and what stands around it: who acts, and on what.
    Frame,
    "frame",
    {
        /// The relation that is stated.
        predicate: String,
        /// The verbs.
        verbs: Vec<String>,
        /// Classes of the one who acts; empty: what the relation allows.
        #[serde(default)]
        subject: Vec<String>,
        /// Whoever stands behind one of `givers` gives, and is not the one of whom the frame speaks (由某厅认定为).
        #[serde(default)]
        given: bool,
        /// Who may be carried over from an earlier sentence; whoever else acted there is looked past. Empty: all.
        #[serde(default)]
        onward: Vec<String>,
        /// Of those, who may be carried over from the clauses before; whoever else acted last is then looked past. Empty:
        /// all, and nobody is looked past.
        #[serde(default)]
        carried: Vec<String>,
        /// Classes of what is acted on; empty: what the relation allows.
        #[serde(default)]
        object: Vec<String>,
        /// The one who acts is the object of the relation (出台《X》: X issuedBy 我市).
        #[serde(default)]
        reversed: bool,
        /// The one who acts must stand in the same clause, right before the verb; nobody is carried over.
        #[serde(default)]
        stated: bool,
        /// Whether whoever acts when nobody is stated must stand in an earlier clause of the same sentence.
        #[serde(default)]
        near: bool,
        /// Whoever is made to act by somebody else acts in the clauses behind, also where the relation is one of `by_hosts`.
        #[serde(default)]
        guests: bool,
        /// Whether the issuing place acts when nobody acted in the section.
        #[serde(default = "yes")]
        defaults: bool,
        /// When nobody is stated to act, nothing but filler words may stand before the verb.
        #[serde(default)]
        alone: bool,
        /// What is acted on may stand before the verb (《X》印发实施; 博览会在我市召开).
        #[serde(default)]
        before: bool,
        /// The most characters of other words between the verb and what it acts on.
        #[serde(default = "gap")]
        gap: usize,
        /// What the name of the object must look like (a regular expression).
        #[serde(default)]
        named: Option<Expression>,
        /// What must follow the object, when given (a regular expression matched right behind it).
        #[serde(default)]
        then: Option<Expression>,
        /// A second relation, from what is acted on to the place that acts, for the classes in `also_for`.
        #[serde(default)]
        also: Option<String>,
        /// See `also`.
        #[serde(default)]
        also_for: Vec<String>,
        /// The second relation holds only when the one who acts is of these classes; empty: always.
        #[serde(default)]
        also_from: Vec<String>,
    }
);

rule!(
    /// A relation by the words around two names: a regular expression over a sentence in which names are slots.
    ///
    /// `{s:Class|Class}` is the subject, `{o:…}` the object; `{_:…}` a name that takes no part; a `+` behind the classes stands for a list of names. `~9`
    /// stands for up to nine characters of other words inside the clause, `*9` for the same with names among them.
    Pattern,
    "pattern",
    {
        /// The relation that is stated.
        predicate: String,
        /// The expression.
        pattern: String,
        /// Lists of equal length go in pairs: the first one with the first one.
        #[serde(default)]
        pairs: bool,
    }
);

rule!(
    /// A relation between what a section names and the one thing of a class that its heading names.
    Heading,
    "heading",
    {
        /// The relation that is stated.
        predicate: String,
        /// Classes of what the section names.
        subject: Vec<String>,
        /// Of those, classes that are none: a bank in a section about an industry lends to it.
        #[serde(default)]
        except: Vec<String>,
        /// Classes of what the heading names: exactly one of them.
        object: Vec<String>,
        /// Where no heading names one, the one that the title of the document or of what it answers names counts.
        #[serde(default)]
        titled: bool,
        /// The name of the subject holds that of the object (某某机器人有限公司).
        #[serde(default)]
        in_name: bool,
        /// The heading holds hardly more than that name: 激光领域。
        #[serde(default)]
        alone: bool,
        /// What must stand before the names in the section (a regular expression over the sentence up to them).
        #[serde(default)]
        led: Option<Expression>,
        /// What must follow the names in the section (a regular expression matched right behind them).
        #[serde(default)]
        then: Option<Expression>,
    }
);

rule!(
    /// A relation that a name states by itself: `招商银行中山分行`.
    Inner,
    "inner",
    {
        /// Classes of the whole name.
        of: Vec<String>,
        /// The relation that is stated.
        predicate: String,
        /// The relation runs from the part to the whole.
        #[serde(default)]
        reversed: bool,
        /// Where in the name the other end stands.
        part: Where,
        /// For `pattern`: a regular expression over the name with a group `part`. For `whole` and `place`: one over what
        /// follows the place. For `contains`: one that the whole name matches.
        #[serde(default)]
        pattern: String,
        /// Classes of the other end.
        to: Vec<String>,
        /// For `contains` and `starts`: words that make something else of the other name when they follow it (海洋|装备).
        /// For `whole`: words with which a whole does not end.
        #[serde(default)]
        unless_before: Words,
        /// Words that the whole does not hold.
        #[serde(default)]
        unless_holds: Words,
        /// For `contains`: words behind which another name of a single character counts (茶|产业).
        #[serde(default)]
        single_before: Words,
        /// For `contains`: listed forms of the other name count too that elsewhere need support from the words beside them.
        #[serde(default)]
        weak: bool,
        /// Whether the other end becomes an entity of the document when it does not stand alone.
        #[serde(default)]
        creates: bool,
        /// Whether a town of the issuing place is meant by its bare form too, though the document does not speak of it.
        #[serde(default)]
        bare_towns: bool,
        /// Whether of the rest of a name what the lists have at its end is meant: 晨辉湾|新材料|产业园.
        #[serde(default)]
        at_end: bool,
    }
);

/// Where in a name another name stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Where {
    /// At its beginning.
    Starts,
    /// Anywhere in it.
    Contains,
    /// What is left behind the place at its beginning and before its class noun; without `creates` a known name only,
    /// and the place may be missing.
    Rest,
    /// Where the expression says.
    Pattern,
    /// The words before a place inside of it, when what follows the place matches the expression.
    Whole,
    /// The place inside of it, behind other words, when what follows matches the expression.
    Place,
}

/// To whom a word such as 我市 or 该校 refers.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Anaphor {
    /// The words.
    pub words: Vec<String>,
    /// `place`: the place of the issuing body; `province`: its province; `state`: the country; `sender`: the issuing
    /// body; `last`: what was named last among `classes`.
    pub refers: Refers,
    /// For `last`: the classes meant.
    #[serde(default)]
    pub classes: Vec<String>,
}

/// See [`Anaphor::refers`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Refers {
    /// The place of the issuing body.
    Place,
    /// The province of the issuing body.
    Province,
    /// The country.
    State,
    /// The issuing body.
    Sender,
    /// What was named last.
    Last,
    /// The first of the two that were named last.
    Former,
    /// The second of the two that were named last.
    Latter,
}

/// `rules/names.toml`
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NameRules {
    /// Words that make no name of their own: a name must hold more than these.
    pub generic: Words,
    /// Nouns that end a firm's short name (科技, 电子): a brand before them is the same firm.
    pub firm_tails: Words,
    /// The word that ends an open list (等).
    pub list_close: String,
    /// Words by which what is said goes on behind the noun that closes a list: 等行业|绿色转型.
    pub list_goes_on: Words,
    /// Classes whose members in a list type their unknown neighbours.
    pub list_spreading: Vec<String>,
    /// Measure words: what is counted by one of these is not named.
    pub classifiers: Words,
    /// Units that stand, behind a number, at the head of a name (8英寸晶圆).
    pub measures: Words,
    /// Classes whose names may begin so.
    pub measured: Vec<String>,
    /// An expression for dates, which are no part of a name.
    pub dates: String,
    /// Classes whose names are told apart by the level before them.
    pub levelled: Vec<String>,
    /// An expression for such levels, right before the name.
    pub level_before: Expression,
    /// An expression for the batch in which titles were given (第五批): no part of a name.
    pub batch: Expression,
    /// Classes whose names are common nouns: they make no longer name a proper one.
    pub common_classes: Vec<String>,
    /// By class, the nouns that follow its names (产业 after an industry): part of the mention, and support for a weak
    /// name.
    pub class_nouns: std::collections::BTreeMap<String, Words>,
    /// By class, further words that support a weak name right before them, without being part of it (乳业|振兴).
    pub class_support: std::collections::BTreeMap<String, Words>,
    /// A class noun counts only when none of these follows it.
    pub class_noun_unless_before: Words,
    /// A bracket that begins like this stands behind a name, not inside of it.
    pub afterthoughts: Words,
    /// Function words that also stand in brands (欧为照明).
    pub brand_words: Words,
    /// Named pieces of expressions, for the contexts below.
    #[serde(default)]
    pub words: std::collections::BTreeMap<String, String>,
    /// Rules by shape.
    #[serde(default)]
    pub shape: Vec<Shape>,
    /// Rules by list.
    #[serde(default)]
    pub list: Vec<List>,
    /// Rules by context.
    #[serde(default)]
    pub context: Vec<Context>,
}

/// `rules/references.toml`
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReferenceRules {
    /// Pronoun-like references.
    pub anaphor: Vec<Anaphor>,
    /// Words before an organ that stand for the place of the issuing body, by rank.
    pub level: Vec<Level>,
    /// Words before a rank by which all places of that rank are meant (各区政府).
    pub every: Words,
    /// Organs that are named only with their place.
    pub only_with_place: Words,
    /// Words that define a short name: the group `short`, right behind the full name.
    pub defines: Expression,
    /// What stands right before the title of a proposal.
    pub proposal_before: Expression,
    /// The title of a proposal, in quotation marks or without: a group `title`, or `words` for one that does not say that it
    /// is one.
    pub quoted_proposal: Expression,
    /// The number of a proposal, with a group `number`.
    pub proposal_number: Expression,
    /// Titles in 《》 that are no policy documents: a regular expression, and the class instead (empty: none).
    pub title_not_policy: Vec<TitleClass>,
    /// The deputies in an addressee: a regular expression with a group `name`.
    pub deputies: Expression,
    /// Organizations in an addressee.
    pub party_committee: Expression,
    /// A group of deputies in an addressee: an expression with a group `name`.
    pub delegation: Expression,
    /// Long endings of divisions and the short ones that stand behind their bare form instead (红河州).
    pub division_endings: Vec<(String, String)>,
    /// Words for a level at the head of a scheme or title, each with the rank of the place whose it then is.
    pub level_prefix: Vec<Level>,
    /// Divisions of the table that are no administrative places but zones: by an expression over the name, their class.
    pub division_class: Vec<TitleClass>,
    /// Organs whose offices are part of them.
    pub organs_with_offices: Words,
    /// Endings that two spellings of one name may differ in.
    pub equal_endings: Vec<(String, String)>,
    /// Titles of reply letters.
    pub reply_title: Expression,
    /// Titles of documents that are policy documents themselves.
    pub policy_title: Expression,
    /// Classes whose names have a short form without the place or the ordinal at the front.
    pub short_by_prefix: Vec<String>,
    /// Classes whose names are also said with the place right before them.
    pub named_with_place: Vec<String>,
    /// Classes whose names may begin with the word for the rank of the issuing place instead of its name: 市钢铁工业协会.
    pub named_by_rank: Vec<String>,
    /// The bodies whose opinions went in: an expression with a group `bodies`.
    pub consulted: Expression,
    /// Classes of which a bracket that holds nothing but another name says what the one before it is called as well.
    pub one_by_bracket: Vec<String>,
    /// Classes of which a document names one thing by one quotation.
    pub one_by_quotation: Vec<String>,
    /// What stands behind the title of a work of art or a paper, which is no policy document.
    pub title_unless_before: Words,
    /// What behind one or several 《…》 says that they are films or games, by an expression over the text that follows, and
    /// their class.
    #[serde(default)]
    pub title_of_work: Vec<TitleClass>,
    /// Words before 《…》 that say it is a play, a song or a book.
    pub title_unless_after: Words,
    /// Regions in the country of the documents: they stay in the names that they open (赣南卫生健康职业学院).
    pub home_regions: Words,
    /// One-character names of places and the full names they stand for, where several stand in a row.
    pub initials: std::collections::BTreeMap<char, String>,
    /// What follows such a row.
    pub initials_before: Vec<String>,
    /// What the names of zones end with that are on the level of towns in a city without counties, and the classes they
    /// have elsewhere.
    pub town_level_zone: Expression,
    /// What in a document says that zones are on the level of towns also in a city that has counties or in a county.
    pub zones_beside_towns: Expression,
    /// See `town_level_zone`.
    pub zone_classes: Vec<String>,
    /// What stands between the names of towns in a list: the list shows that a bare form is meant as a town.
    pub town_joiners: Words,
    /// A place's name is also that of its people and speech: words after which a short place name does not count.
    pub place_unless_before: Words,
    /// Words before which a short place name does not count.
    pub place_unless_after: Words,
    /// Parts by which a full name is longer than its short form, as a regular expression.
    pub prefix_of_full: Expression,
    /// The country of the documents: name and class.
    pub state: String,
}

/// A word for a rank of government.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Level {
    /// The word (市, 省, 县).
    pub word: String,
    /// The rank: `province`, `city`, `county`, `town`.
    pub rank: String,
}

/// Class of a title that is no policy document, or of a division that is no administrative place.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TitleClass {
    /// Matched against the title or name.
    pub pattern: Expression,
    /// The class; empty when the title names no entity.
    pub class: String,
}

/// `rules/relations.toml`
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RelationRules {
    /// Prepositions: a name behind one does not act.
    pub prepositions: Words,
    /// Words that join the members of a list.
    pub joiners: Words,
    /// What may stand between the names of a list in a pattern: a regular expression.
    pub between: String,
    /// Sentences that state nothing (headings that repeat the proposal).
    pub skip_sentence: Expression,
    /// Notes in brackets of who is answerable for a measure: nobody in them acts in what stands around them.
    pub assigned: Expression,
    /// Classes of those who are carried over as the one who acts.
    pub actors: Vec<String>,
    /// Characters that may stand before a subject: parts of dates and of numbering.
    pub filler_marks: String,
    /// Words that deny what follows in the clause.
    pub denied: Words,
    /// Words that only wish for what follows in the clause.
    pub wished: Words,
    /// A clause that only says what was proposed: 至于设立甲中心的建议.
    pub proposed: Expression,
    /// Words that hold one of `wished` or `denied` and mean neither: 工作建议, 未来.
    pub noted: Words,
    /// Words behind the verb by which the sentence takes back what it said: 一并取消, 暂缓.
    pub revoked: Words,
    /// Words right behind a verb that name what a whole includes: 支持包括甲、乙在内的…….
    pub including: Words,
    /// How a clause begins that is about something without a read name (该站由……): nobody is carried over into what
    /// follows in its sentence.
    pub unread_topic: Expression,
    /// Nouns right behind a place that begin no name: 深圳|企业.
    pub behind_place: Words,
    /// What follows two of whom only the first is helped: 支持甲与乙合作.
    pub partnered: Expression,
    /// What follows the first name of a clause that only lists: 等15个协会，.
    pub only_listed: Expression,
    /// What follows names that are only counted.
    pub only_counted: Expression,
    /// What follows places of which a clause says what they are.
    pub only_described: Expression,
    /// Words that make two lists of equal length go in pairs: 分别.
    pub pairwise: Words,
    /// What follows an object when its clause only describes the next name: 被认定为某某(企业)的.
    pub attribute: Expression,
    /// What may follow the name that a sentence is about, up to the end of its first clause.
    pub behind_topic: Expression,
    /// What stands right before the name that a sentence is about, when its first words only describe it.
    pub topic_lead: Expression,
    /// How a clause begins that only describes the name that the sentence is about.
    pub topic_opens: Expression,
    /// What stands right before a product of which the clause goes on to speak: that somebody makes it.
    pub made_lead: Words,
    /// Words at the beginning of a clause for whoever was named before: 其, 由其.
    pub theirs: Words,
    /// Titles of sites, firms and places, which no product has.
    pub title_of_site: Expression,
    /// Words at the beginning of a clause that go on about what the clause before named last: 其, 占地.
    pub goes_on: Words,
    /// Words before a title that is only sought (争取将甲区列入): see [`Frame::given`].
    pub sought: Words,
    /// Words before the one who does what the verb behind says (由某厅认定为): see [`Frame::given`].
    pub givers: Words,
    /// Words before the place where something is done.
    pub whereabouts: Words,
    /// Verbs right behind whoever leads others in what follows: 由甲牵头，联合乙…….
    pub leads: Words,
    /// Words right before a name that say to whom something belongs: the clauses behind go on about the something.
    pub belongs: Words,
    /// Words right before a name that say what something is: whoever follows does not act from there on.
    pub copulas: Words,
    /// Industries too broad to be the field of whatever a document with them in its title names.
    pub too_broad: Words,
    /// Verbs by which somebody has the next one do something: 支持甲公司牵头…….
    pub causatives: Words,
    /// Relations in which whoever has somebody do something goes on acting in the clauses behind.
    pub by_hosts: Vec<String>,
    /// Words that stand for so many of those who were named last: 两家企业.
    #[serde(default)]
    pub counted: Vec<Counted>,
    /// Words that carry the verb of the clause before over to a list: 培育了三个集群，分别是A、B.
    pub carries_on: Words,
    /// What verbs of joint action begin with (共建), and the words before the partners of such an action.
    pub joint: Words,
    /// See `joint`.
    pub joint_with: Words,
    /// Named pieces of expressions: `{word}` in a pattern.
    #[serde(default)]
    pub words: std::collections::BTreeMap<String, String>,
    /// What stands between an industry and the firm of whose kind it speaks: 产业链主企业.
    pub kind_of_firm: Expression,
    /// Nouns for somebody without a name: right before a verb they act, and nobody named does.
    pub unnamed_actors: Words,
    /// Prepositions before whoever is given something: somebody without a name behind them does not act.
    pub recipients: Words,
    /// Words by which several who do the same thing do it together: 共同, 联合.
    pub jointly: Words,
    /// Relations in which those who act on the same thing together cooperate.
    pub joint_in: Vec<String>,
    /// Relations that another one between the same two says as well.
    pub implied: Vec<Implied>,
    /// Words right before a quotation that say whose it is: 其, 旗下.
    pub owners: Words,
    /// Relations that say what somebody is, not what he does: nobody is it together with somebody else.
    pub states: Vec<String>,
    /// Relations of aid: of two who are to work together the first one gets it, and whoever has somebody help helps.
    pub helps: Vec<String>,
    /// Relations of bringing somebody in: whoever made what is brought in is not brought in with it.
    pub brings_in: Vec<String>,
    /// Words right before a verb by which it only describes what is spoken of: 对新建某项目给予…….
    pub directed: Words,
    /// Relations in which nobody is implied where the document says elsewhere who acts on the same thing.
    pub said_once: Vec<String>,
    /// What numbers the items of a sentence (一是): whoever acts before the first one acts in each of them.
    pub enumerator: Expression,
    /// 联合, 会同: whoever follows acts together with the subject.
    pub together: Words,
    /// Relations by a verb.
    #[serde(default)]
    pub frame: Vec<Frame>,
    /// Relations of the names in a section to its heading.
    #[serde(default)]
    pub heading: Vec<Heading>,
    /// Relations by the words around two names.
    #[serde(default)]
    pub pattern: Vec<Pattern>,
    /// Relations that a name states by itself.
    #[serde(default)]
    pub inner: Vec<Inner>,
}

/// Words for several who were named before.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Counted {
    /// The words.
    pub words: Words,
    /// For how many they stand.
    pub number: usize,
    /// Of which classes these are.
    pub classes: Vec<String>,
}

/// A relation that another one between the same two says as well.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Implied {
    /// The relation that is stated.
    pub given: String,
    /// Classes of the one who acts; empty: all.
    #[serde(default)]
    pub from: Vec<String>,
    /// A relation in which what is acted on stands in turn: whoever runs a fund that aids an industry aids the industry.
    #[serde(default)]
    pub through: Option<String>,
    /// Classes of what stands at the end; empty: all.
    #[serde(default)]
    pub to: Vec<String>,
    /// The one that follows, where the ontology allows it.
    pub predicate: String,
}

fn yes() -> bool {
    true
}

fn two() -> usize {
    2
}

fn twenty() -> usize {
    20
}

fn gap() -> usize {
    18
}

pub(super) fn fair() -> f64 {
    0.7
}
