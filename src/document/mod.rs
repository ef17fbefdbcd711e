//! The anatomy of an official document (GB/T 9704-2012): head, numbered sections, sentences, signature, copies.
//!
//! [`read`] is total: a text without any of these parts is one body of sentences.

mod anatomy;
mod cues;
mod split;

use serde::{Deserialize, Serialize};

use crate::diag::{Diagnostic, Span};
use crate::text::Text;
pub use anatomy::read;
pub use cues::{CueError, Cues};

/// A part of the head of a document: its words and where they stand.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// Where it stands in the normalised text; may reach over a line break.
    pub span: Span,
    /// The words, without line breaks.
    pub text: String,
}

/// What identifies a document.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// 发文字号, written `代字〔2025〕1号`.
    pub number: Option<Part>,
    /// The title.
    pub title: Option<Part>,
    /// The body that sends the document.
    pub sender: Option<Part>,
    /// 主送: to whom it is sent, without the colon.
    pub addressee: Option<Part>,
    /// 成文日期, as `YYYY-MM-DD`.
    pub date: Option<Part>,
    /// Class of a reply: A, B or C.
    pub reply_class: Option<Part>,
}

/// What a block of text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum BlockKind {
    /// Part of the head: number, title, addressee; and what a web page puts around the document, wherever it stands.
    Head,
    /// The paragraph after the addressee, before the first numbered section.
    Opening,
    /// Any other paragraph of the body.
    Body,
    /// 抄送: who gets a copy.
    Copies,
    /// Signature, date, notes.
    Closing,
    /// Contact persons: never read.
    Contact,
}

/// One paragraph.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Block {
    /// What it is.
    pub kind: BlockKind,
    /// The whole paragraph, its number included.
    pub span: Span,
    /// The path of the numbered section it belongs to, such as `一（二）`; empty outside of sections.
    pub section: String,
    /// The heading of that section, when the section has one that is not the whole paragraph.
    pub heading: Option<Span>,
    /// Whether the paragraph begins with the number of a section.
    pub numbered: bool,
    /// Its sentences, in order; together they cover the paragraph without its number.
    pub sentences: Vec<Span>,
}

impl Block {
    /// The short first sentence by which a paragraph without a number says what it is about: 新材料产业加快崛起。
    pub fn topic(&self, text: &str) -> Option<Span> {
        let [first, _, ..] = self.sentences.as_slice() else { return None };
        let words = first.of(text);
        let brief = words.chars().nth(TOPIC).is_none() && words.ends_with('。') && !words.contains('，');
        (!self.numbered && brief).then_some(*first)
    }
}

/// The most characters of a sentence that only says what its paragraph is about.
const TOPIC: usize = 20;

/// A document: its text and its parts.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Document {
    /// The text that all spans refer to.
    pub text: Text,
    /// What identifies the document.
    pub head: Head,
    /// All paragraphs, in order.
    pub blocks: Vec<Block>,
    /// What was odd.
    #[serde(skip)]
    pub diagnostics: Vec<Diagnostic>,
}

impl Document {
    /// The block that holds `span`, when one does.
    pub fn block_of(&self, span: Span) -> Option<&Block> {
        let at = self.blocks.partition_point(|b| b.span.end <= span.start);
        self.blocks.get(at).filter(|b| b.span.start <= span.start)
    }

    /// The sentence that holds the start of `span`, or `span` itself outside of all sentences.
    pub fn sentence_of(&self, span: Span) -> Span {
        let sentence = self.block_of(span).and_then(|b| {
            let at = b.sentences.partition_point(|s| s.end <= span.start);
            b.sentences.get(at).filter(|s| s.start <= span.start)
        });
        sentence.copied().unwrap_or(span)
    }

    /// The path of the section that holds `span`; empty outside of sections.
    pub fn section_of(&self, span: Span) -> &str {
        self.block_of(span).map_or("", |b| &b.section)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(text: &str) -> Document {
        let cues = Cues::parse(include_str!("../../ontology/rules/anatomy.toml")).expect("the cues are sound");
        read(Text::new(text), &cues)
    }

    const LETTER: &str = "（A类）\n\n某市商务局\n某商函〔2024〕 7号\n\n某市商务局关于市人大三次会议第12\n号建议答复的函\n\n\
        张某代表：\n您提出的《关于扶持茶产业的建议》收悉，现答复如下：\n一、关于品牌的建议\n吸收采纳。\n\
        （一）建设平台。我市建成平台。\n1.推广。\n二、下一步\n专此答复。\n某市商务局\n二〇二四年十一月三日\n\
        （联系人：李某，12345678）\n公开方式：主动公开。\n抄送：市政府办公室。\n";

    #[test]
    fn reads_the_head() {
        let head = document(LETTER).head;
        let text = |p: Option<Part>| p.map(|p| p.text).unwrap_or_default();
        assert_eq!(text(head.number), "某商函〔2024〕7号");
        assert_eq!(text(head.title), "某市商务局关于市人大三次会议第12号建议答复的函");
        assert_eq!(text(head.sender), "某市商务局");
        assert_eq!(text(head.addressee), "张某代表");
        assert_eq!(text(head.date), "2024-11-03");
        assert_eq!(text(head.reply_class), "A");
    }

    #[test]
    fn gives_sections_and_kinds() {
        let document = document(LETTER);
        let found: Vec<_> = document
            .blocks
            .iter()
            .map(|b| (b.kind, b.section.as_str()))
            .filter(|(k, _)| *k != BlockKind::Head)
            .collect();
        use BlockKind::{Body, Closing, Contact, Copies, Opening};
        assert_eq!(
            found,
            [
                (Opening, ""),
                (Body, "一"),
                (Body, "一"),
                (Body, "一（一）"),
                (Body, "一（一）1."),
                (Body, "二"),
                (Body, "二"),
                (Closing, ""),
                (Closing, ""),
                (Contact, ""),
                (Closing, ""),
                (Copies, "")
            ]
        );
    }

    #[test]
    fn articles_are_items_below_their_chapter() {
        let measures = "某市商务局关于印发办法的通知\n各单位：\n第一章 总则\n第一条 制定本办法。\n（一）某院牵头。\n第二章 附则\n第十二条 本办法即日施行。\n";
        let document = document(measures);
        let body = document.blocks.iter().filter(|b| b.kind == BlockKind::Body);
        let found: Vec<(&str, &str)> =
            body.filter_map(|b| Some((b.section.as_str(), b.sentences.first()?.of(document.text.clean())))).collect();
        assert_eq!(
            found,
            [
                ("第一章", "总则"),
                ("第一章第一条", "制定本办法。"),
                ("第一章第一条（一）", "某院牵头。"),
                ("第二章", "附则"),
                ("第二章第十二条", "本办法即日施行。"),
            ]
        );
    }

    #[test]
    fn what_a_web_page_puts_around_a_document_is_no_part_of_it() {
        let page = "索引号：A-1\n当前位置：首页\n公开 > 提案办理\n提案办理结果\n关于第7号提案的答复\n发布日期：2025-06-25 来源：某局 字号：[大]\n\
            张某委员：\n您提出的提案收悉。\n某市商务局\n2025年6月3日\n上一篇：无\n";
        let document = document(page);
        let text = |p: &Option<Part>| p.as_ref().map(|p| p.text.clone()).unwrap_or_default();
        assert_eq!(text(&document.head.title), "关于第7号提案的答复");
        assert_eq!(text(&document.head.addressee), "张某委员");
        assert_eq!(text(&document.head.sender), "某市商务局");
        let body =
            document.blocks.iter().filter(|b| b.kind != BlockKind::Head).map(|b| b.span.of(document.text.clean()));
        assert_eq!(body.collect::<Vec<_>>(), ["您提出的提案收悉。", "某市商务局", "2025年6月3日"]);
    }

    #[test]
    fn odd_input_is_one_body() {
        for text in ["", "。。。", "一、", "（", "《", "没有标题的一句话"] {
            let document = document(text);
            assert!(document.head.title.is_none(), "{text}");
        }
    }
}
