//! Texts made of other texts by chance: cut, doubled, mixed, with odd characters in between. It knows nothing of what the
//! code does with them; cargo-fuzz does, and finds more. This needs nothing but a test.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

/// What tends to be read otherwise than it was meant.
const ODD: [&str; 36] = [
    "'",
    "\"",
    "`",
    "[",
    "]",
    "(",
    ")",
    "{",
    "}",
    ";",
    ",",
    ".",
    "--",
    "/*",
    "*/",
    "\\",
    "\n",
    "\r\n",
    "\0",
    "ü",
    "🦀",
    "\u{feff}",
    "\u{202e}",
    "$tag$",
    "$$",
    "=",
    "@",
    "+9",
    "-9",
    "99999999999999999999",
    "BEGIN",
    "END",
    "CHECK (",
    "AS (",
    "''",
    "\"\"\"",
];

/// A generator of texts that is the same for the same seed.
pub(crate) struct Mutation {
    seeds: Vec<String>,
    state: u64,
}

impl Mutation {
    /// With every file below `folders` as a seed.
    pub(crate) fn new(folders: &[&Path], seed: u64) -> Self {
        let mut seeds = Vec::new();
        folders.iter().for_each(|folder| gather(folder, &mut seeds));
        assert!(!seeds.is_empty(), "there are no seeds in {folders:?}");
        Self { seeds, state: seed }
    }

    /// With these texts as seeds.
    #[allow(dead_code, reason = "each test uses one of the two")]
    pub(crate) fn of(seeds: &[&str], seed: u64) -> Self {
        Self { seeds: seeds.iter().map(|text| (*text).to_owned()).collect(), state: seed }
    }

    /// Hands texts to `check`: as many as `count`, or for as long as `LIMBECK_FUZZ_SECONDS` says.
    pub(crate) fn run(&mut self, count: usize, check: impl Fn(&str)) {
        let seconds = std::env::var("LIMBECK_FUZZ_SECONDS").ok();
        let limit = seconds.map(|text| Duration::from_secs(text.parse().expect("a number of seconds")));
        let begun = Instant::now();
        let mut tried = 0;
        while limit.map_or(tried < count, |limit| begun.elapsed() < limit) {
            let text = self.text();
            if std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| check(&text))).is_err() {
                panic!("this text, number {tried}:\n{text:?}");
            }
            tried += 1;
        }
        println!("{tried} texts");
    }

    fn below(&mut self, end: usize) -> usize {
        // SplitMix64
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((mixed ^ (mixed >> 31)) % u64::try_from(end.max(1)).expect("it fits"))
            .expect("it is below")
    }

    /// A piece of a seed, not too long.
    fn piece(&mut self) -> String {
        let which = self.below(self.seeds.len());
        let (from, length) = (self.below(self.seeds[which].len()), 1 + self.below(60));
        let seed = &self.seeds[which];
        seed[boundary(seed, from)..].chars().take(length).collect()
    }

    fn text(&mut self) -> String {
        let which = self.below(self.seeds.len());
        let mut text = self.seeds[which].clone();
        for _ in 0..1 + self.below(6) {
            let at = boundary(&text, self.below(text.len() + 1));
            match self.below(5) {
                0 => text.insert_str(at, ODD[self.below(ODD.len())]),
                1 => {
                    let end = boundary(&text, at + self.below(40).min(text.len() - at));
                    text.replace_range(at..end, "");
                }
                2 => {
                    let piece = self.piece();
                    text.insert_str(at, &piece);
                }
                3 => {
                    let end = boundary(&text, at + self.below(20).min(text.len() - at));
                    text.replace_range(at..end, ODD[self.below(ODD.len())]);
                }
                _ => text.truncate(at),
            }
        }
        text
    }
}

/// The last place of a character's beginning at `at` or before it.
fn boundary(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}

fn gather(path: &Path, seeds: &mut Vec<String>) {
    if path.is_dir() {
        let mut entries: Vec<_> = fs::read_dir(path)
            .expect("the folder can be read")
            .map(|entry| entry.expect("an entry").path())
            .collect();
        entries.sort();
        entries.iter().for_each(|entry| gather(entry, seeds));
    } else if let Ok(text) = fs::read_to_string(path) {
        seeds.push(text);
    }
}
