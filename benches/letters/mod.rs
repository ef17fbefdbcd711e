//! Letters for measuring: composed from parts with names and numbers of their own, by a seeded sequence, so that a number and
//! a seed always give the same letters. The wording is made up; what they say is not true of anybody.

use std::fmt::Write as _;

/// A sequence of numbers that only the seed decides (an LCG with the constants of Knuth).
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        let mut dice = Self(seed ^ 0x9E37_79B9_7F4A_7C15);
        dice.below(2);
        dice
    }

    /// A number below `most`.
    pub fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % most
    }

    /// One of several; the first ones come more often, as some names do in every archive.
    fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        let place = self.below(from.len()).min(self.below(from.len()));
        from[place]
    }
}

const CITIES: &[&str] = &["中山市", "佛山市", "东莞市", "惠州市", "江门市", "珠海市", "肇庆市", "湛江市"];
const TOWNS: &[&str] =
    &["小榄镇", "古镇镇", "横栏镇", "南头镇", "东凤镇", "黄圃镇", "三乡镇", "坦洲镇", "沙溪镇", "板芙镇"];
const BUREAUS: &[&str] = &[
    "工业和信息化局",
    "科学技术局",
    "发展和改革局",
    "财政局",
    "商务局",
    "自然资源局",
    "教育和体育局",
    "市场监督管理局",
    "人力资源和社会保障局",
    "生态环境局",
    "交通运输局",
    "农业农村局",
    "金融工作局",
    "文化广电旅游局",
];
const INDUSTRIES: &[&str] = &[
    "灯饰照明",
    "智能家电",
    "生物医药",
    "新能源",
    "高端装备",
    "半导体",
    "低空经济",
    "智能家居",
    "人工智能",
    "光电",
    "新材料",
    "集成电路",
    "纺织服装",
    "软件",
    "机器人",
];
const SOUNDS: &[&str] = &[
    "恒", "远", "盛", "瑞", "嘉", "泰", "宏", "凯", "信", "德", "华", "锐", "科", "达", "美", "晟", "朗", "博", "金",
    "迅", "川", "岭", "澜", "舟", "禾", "森", "启", "欣", "坤", "腾",
];
const TRADES: &[&str] = &["科技", "照明", "电器", "智能装备", "生物", "新材料", "电子", "光电", "能源", "软件"];
const HONOURS: &[&str] =
    &["国家级专精特新“小巨人”企业", "广东省制造业单项冠军企业", "省级工业设计中心", "国家高新技术企业"];
const UNIVERSITIES: &[&str] = &["华南理工大学", "中山大学", "广东工业大学", "电子科技大学", "武汉理工大学", "五邑大学"];

fn firm(dice: &mut Dice, variety: usize) -> String {
    // The number decides the name, so that a firm comes up in many letters.
    let number = dice.below(variety).min(dice.below(variety));
    let sounds = [number % SOUNDS.len(), number / SOUNDS.len() % SOUNDS.len()];
    let trade = TRADES[(number / 7) % TRADES.len()];
    format!("{}{}{trade}有限公司", SOUNDS[sounds[0]], SOUNDS[sounds[1]])
}

/// The length of the five published letters is near this, in bytes.
#[allow(dead_code, reason = "each bench compiles this module by itself")]
pub const USUAL: usize = 10_000;

/// The letter with a number among `count`, as its file name and its text, which goes on until it has `bytes` bytes: 0 gives
/// a short one.
pub fn letter(number: usize, count: usize, seed: u64, bytes: usize) -> (String, String) {
    let mut dice = Dice::new(seed.wrapping_add((number as u64).wrapping_mul(0x2545_F491_4F6C_DD1D)));
    let dice = &mut dice;
    let variety = 300 + count / 2;
    let (city, year) = (dice.pick(CITIES), 2021 + dice.below(5));
    let bureau = dice.pick(BUREAUS);
    let sender = format!("{city}{bureau}");
    let code: String = city.chars().take(1).collect();
    let mut text = String::new();
    let t = &mut text;
    let _ = writeln!(t, "{sender}\n\n{code}函〔{year}〕{}号\n", number + 1);
    let _ = writeln!(t, "{sender}关于市政协第{year}{:03}号提案答复的函\n", dice.below(900) + 100);
    let asked = (dice.pick(BUREAUS), dice.pick(BUREAUS));
    let _ = writeln!(t, "某某委员：\n\n您提出的提案收悉。经会同{city}{}、{city}{}研究，答复如下。\n", asked.0, asked.1);
    let fewest = 2 + dice.below(2);
    for (n, section) in ["一", "二", "三", "四", "五", "六", "七", "八", "九", "十"].iter().enumerate() {
        if n >= fewest && t.len() >= bytes {
            break;
        }
        let industry = dice.pick(INDUSTRIES);
        let _ = writeln!(t, "{section}、{industry}产业方面\n");
        for _ in 0..2 + dice.below(2) {
            // In a letter of the usual length a paragraph has several sentences.
            for _ in 0..bytes / 1_250 {
                match dice.below(8) {
                    0 | 1 => t.push_str(&sentence(dice, city, industry, variety)),
                    _ => t.push_str(dice.pick(GENERAL)),
                }
            }
            let _ = writeln!(t, "{}\n", sentence(dice, city, industry, variety));
        }
    }
    let (month, day) = (1 + dice.below(12), 1 + dice.below(28));
    let _ = writeln!(t, "专此答复。\n\n{sender}\n\n{year}年{month}月{day}日\n");
    let _ = writeln!(t, "抄送：{city}{}，{city}{}。", dice.pick(BUREAUS), dice.pick(BUREAUS));
    (format!("{number:05}.txt"), text)
}

/// What letters say between their facts.
const GENERAL: &[&str] = &[
    "这项工作涉及面广、周期较长，需要各方面形成合力，久久为功。",
    "从实际情况看，要素保障仍显不足，服务的精细化程度有待提高。",
    "围绕您关心的问题，有关单位多次座谈并实地走访，逐条梳理了意见。",
    "一方面完善制度，把责任落实到岗；另一方面优化流程，让办事的人少跑路。",
    "在人才、资金和场地方面，将按照急用先行的原则分步安排，避免重复投入。",
    "今后将定期评估效果，及时调整做法，并向社会通报进展。",
    "对条件尚不成熟的事项，先行研究储备，待时机合适再稳妥推进。",
];

fn sentence(dice: &mut Dice, city: &str, industry: &str, variety: usize) -> String {
    let (one, other) = (firm(dice, variety), firm(dice, variety));
    let town = dice.pick(TOWNS);
    let plan = format!("《{city}{}产业高质量发展行动方案》", dice.pick(INDUSTRIES));
    let figure = format!("{}.{}亿元", 1 + dice.below(90), dice.below(10));
    match dice.below(9) {
        0 => format!("我市支持{one}建设{town}{industry}产业园，总投资{figure}。"),
        1 => format!("{city}印发{plan}，支持{one}、{other}等企业做大做强。"),
        2 => format!("{one}获评{}，产值达{figure}。", dice.pick(HONOURS)),
        3 => format!("我市引进{one}，落户{town}，主营{industry}产业。"),
        4 => format!("{city}商务局牵头建设{city}{industry}公共服务平台，服务企业{}家。", 10 + dice.below(900)),
        5 => format!("{one}与{}合作建设{industry}联合实验室。", dice.pick(UNIVERSITIES)),
        6 => format!("{industry}产业链主企业{one}带动{other}等企业数字化转型。"),
        7 => format!("根据{plan}，{town}举办{industry}产业对接会，签约{figure}。"),
        _ => format!("{city}支持{other}研发推出新产品，{one}位于{town}。"),
    }
}
