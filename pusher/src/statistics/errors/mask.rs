//! `Masked`: an error text without the numbers and ids in it.

use super::reason_phrase::reason_phrase;

/// The end of a text that is cut.
pub(super) const ELLIPSIS: &str = "…";
const MOST_CHARACTERS: usize = 200;
/// The most characters of a cause that are put at the end of a text that is cut.
const MOST_OF_CAUSE: usize = 120;
/// The rest of a text is not looked at: the whole page of a server's answer must not slow pusher
/// down.
const MOST_BYTES: usize = 4_000;
/// Words beside which a number is a status.
const STATUS_WORDS: [&str; 4] = ["status", "http", "code", "error"];
/// How Rust writes the code of an error of the operating system, which is never more than a code.
const OS_ERROR: &str = "(os error ";
/// What makes a number before it an amount, and so no status.
const UNITS: [&str; 12] =
    ["%", "ns", "us", "µs", "ms", "s", "sec", "seconds", "milliseconds", "min", "minutes", "bytes"];
/// Random letters and digits are at least so long.
const SHORTEST_TOKEN: usize = 8;
/// From this length on they need not mix cases.
const LONG_TOKEN: usize = 16;

/// A buffer for masked texts, so that each costs no allocation.
#[derive(Clone, Debug, Default)]
pub(super) struct Masked {
    text: String,
    cause: String,
}

impl Masked {
    /// The text with `#` for each run of digits, hex id, UUID or random token. To mask a masked
    /// text again changes nothing. A text that is too long ends in its cause, if that is known.
    pub(super) fn of(&mut self, text: &str, cause: Option<&str>) -> &str {
        if mask(text, &mut self.text) == Length::TooLong {
            shorten(&mut self.text, MOST_CHARACTERS);
            if let Some(cause) = cause {
                self.end_in(cause);
            }
        }
        &self.text
    }

    /// A text of pusher's own, whose times are the same for all calls.
    pub(super) fn of_our_own(&mut self, text: &str) -> &str {
        self.text.clear();
        self.text.push_str(cut(text, MOST_CHARACTERS));
        &self.text
    }

    fn end_in(&mut self, cause: &str) {
        if mask(cause, &mut self.cause) == Length::TooLong || length(&self.cause) > MOST_OF_CAUSE {
            shorten(&mut self.cause, MOST_OF_CAUSE);
        }
        if !self.text.contains(&self.cause) {
            shorten(&mut self.text, MOST_CHARACTERS - length(&self.cause) - 1);
            self.text.push(' ');
            self.text.push_str(&self.cause);
        }
    }
}

#[derive(PartialEq)]
enum Length {
    Fits,
    TooLong,
}

/// Writes the masked text, of which there may be more than fits.
fn mask(text: &str, masked: &mut String) -> Length {
    masked.clear();
    let seen = cut(text, MOST_BYTES);
    let mut at = 0;
    while at < seen.len() && masked.len() <= MOST_CHARACTERS * 4 {
        at += mask_next(seen, at, masked);
    }
    let is_too_long = seen.len() < text.len() || length(masked) > MOST_CHARACTERS;
    if is_too_long { Length::TooLong } else { Length::Fits }
}

fn length(text: &str) -> usize {
    text.chars().count()
}

/// The start of a text, whole characters only.
pub(super) fn cut(text: &str, most_bytes: usize) -> &str {
    let end = (0..=most_bytes.min(text.len())).rev().find(|end| text.is_char_boundary(*end));
    &text[..end.unwrap_or_default()]
}

/// Masks the id, the word, or the one character between words that begins at `at`. Returns its
/// number of bytes.
fn mask_next(text: &str, at: usize, masked: &mut String) -> usize {
    let rest = &text[at..];
    if is_uuid(rest) {
        masked.push('#');
        return UUID_LENGTH;
    }
    let word = word(rest);
    if word.is_empty() {
        let between = rest.chars().next().unwrap_or_default();
        masked.push(between);
        return between.len_utf8();
    }
    if is_hex_id(word) || is_random(word) {
        masked.push('#');
    } else {
        mask_word(word, &rest[word.len()..], masked);
    }
    word.len()
}

fn mask_word(word: &str, behind: &str, masked: &mut String) {
    let mut rest = word;
    while !rest.is_empty() {
        let letters = rest.find(|c: char| c.is_ascii_digit()).unwrap_or(rest.len());
        masked.push_str(&rest[..letters]);
        let number = &rest[letters..];
        let digits = number.bytes().take_while(u8::is_ascii_digit).count();
        let (number, goes_on) = number.split_at(digits);
        let after = if goes_on.is_empty() { behind } else { goes_on };
        if is_status(&Number { before: masked, digits: number, after }) {
            masked.push_str(number);
        } else if digits > 0 {
            masked.push('#');
        }
        rest = goes_on;
    }
}

/// The letters and digits at the start of the text.
fn word(text: &str) -> &str {
    &text[..text.find(|c: char| !c.is_alphanumeric()).unwrap_or(text.len())]
}

const UUID_LENGTH: usize = 36;

fn is_uuid(text: &str) -> bool {
    let Some(uuid) = text.get(..UUID_LENGTH) else { return false };
    let is_alone = !text[UUID_LENGTH..].starts_with(char::is_alphanumeric);
    is_alone
        && uuid.bytes().enumerate().all(|(index, byte)| match index {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

/// `0x` and hex digits, or at least eight hex digits with both digits and letters among them.
fn is_hex_id(word: &str) -> bool {
    let is_hex = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    match word.strip_prefix("0x").or_else(|| word.strip_prefix("0X")) {
        Some(digits) => is_hex(digits),
        None => {
            let is_mixed = || {
                word.bytes().any(|byte| byte.is_ascii_digit())
                    && word.bytes().any(|byte| byte.is_ascii_alphabetic())
            };
            word.len() >= 8 && is_hex(word) && is_mixed()
        }
    }
}

/// Letters and digits that nobody can pronounce: at least eight that mix cases and digits, or at
/// least sixteen with digits all over.
fn is_random(word: &str) -> bool {
    let has = |is: fn(&u8) -> bool| word.bytes().any(|byte| is(&byte));
    let mixes_cases = || has(u8::is_ascii_lowercase) && has(u8::is_ascii_uppercase);
    let runs_of_digits =
        || word.split(|c: char| !c.is_ascii_digit()).filter(|digits| !digits.is_empty()).count();
    let is_token = word.len() >= SHORTEST_TOKEN && has(u8::is_ascii_digit) && mixes_cases()
        || word.len() >= LONG_TOKEN && runs_of_digits() >= 3;
    is_token && !ends_in_status(word)
}

fn is_number(word: &str) -> bool {
    word.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether it is a word such as `HttpError503`.
fn ends_in_status(word: &str) -> bool {
    let letters = word.trim_end_matches(|c: char| c.is_ascii_digit());
    is_code(&word[letters.len()..]) && STATUS_WORDS.iter().any(|end| ends_with_word(letters, end))
}

/// A run of digits in a text.
struct Number<'a> {
    /// What stands before it, masked.
    before: &'a str,
    digits: &'a str,
    /// What stands behind it, as it came.
    after: &'a str,
}

/// Whether the number is likely to be a status: `503 Service Unavailable`, `status: 503`, `HTTP/1.1
/// 503`, `StatusCode(503)`, `os error 111`. The `192` of an address is none, nor the `100` of
/// `100,000 rows` or of `100 ms`.
fn is_status(number: &Number<'_>) -> bool {
    let Number { before, digits, after } = number;
    if before.ends_with(OS_ERROR) {
        return !digits.is_empty() && !is_part_of_more(number);
    }
    is_code(digits)
        && !is_part_of_more(number)
        && !is_amount(after)
        && (before.is_empty()
            || follows_status_word(before)
            || !before.ends_with(|c: char| c.is_alphanumeric() || c == '#')
                && (precedes_status_word(after) || is_beside_its_phrase(number)))
}

fn is_code(digits: &str) -> bool {
    digits.len() == 3 && is_number(digits) && matches!(digits.as_bytes()[0], b'1'..=b'5')
}

/// Whether it goes on, as `503rd`, or is a part of a number with a point, as `1.503`, `503,000`.
fn is_part_of_more(Number { before, after, .. }: &Number<'_>) -> bool {
    let points = ['.', ','];
    // What stands before the number is masked already.
    let was_digit = |c: char| c.is_ascii_digit() || c == '#';
    after.starts_with(char::is_alphanumeric)
        || after
            .strip_prefix(points)
            .is_some_and(|after| after.starts_with(|c: char| c.is_ascii_digit()))
        || before.strip_suffix(points).is_some_and(|before| before.ends_with(was_digit))
}

fn is_amount(after: &str) -> bool {
    let after = after.trim_start();
    UNITS.iter().any(|unit| starts_with_words(after, unit))
}

fn follows_status_word(before: &str) -> bool {
    let before = before.trim_end_matches(is_between);
    // `HTTP/1.1`, which is masked already.
    let version = before.trim_end_matches(['.', '#']);
    let unversioned = version.strip_suffix('/').unwrap_or_default();
    ends_with_word(unversioned, "http")
        || STATUS_WORDS.iter().any(|word| ends_with_word(before, word))
}

fn precedes_status_word(after: &str) -> bool {
    let after = after.trim_start_matches(|c: char| c.is_whitespace() || "-_".contains(c));
    STATUS_WORDS.iter().any(|word| starts_with_words(after, word))
}

fn is_beside_its_phrase(Number { before, digits, after }: &Number<'_>) -> bool {
    reason_phrase(digits).is_some_and(|phrase| {
        starts_with_words(after.trim_start_matches(is_between), phrase)
            || ends_with_word(before.trim_end_matches(is_between), phrase)
    })
}

/// What may stand between a status and the words beside it.
fn is_between(c: char) -> bool {
    c.is_whitespace() || ":=([{<\"'`,-_/".contains(c)
}

fn ends_with_word(text: &str, word: &str) -> bool {
    let tail = text.len().checked_sub(word.len()).map(|start| &text.as_bytes()[start..]);
    tail.is_some_and(|tail| tail.eq_ignore_ascii_case(word.as_bytes()))
}

/// Whether the text begins with these words, whole.
fn starts_with_words(text: &str, words: &str) -> bool {
    text.get(..words.len()).is_some_and(|start| start.eq_ignore_ascii_case(words))
        && !text[words.len()..].starts_with(|c: char| c.is_alphanumeric() || c == '#')
}

/// Cuts a text to so many characters, the last of which says so.
fn shorten(masked: &mut String, most: usize) {
    if let Some((end, _)) = masked.char_indices().nth(most - 1) {
        masked.truncate(end);
    }
    // Half of a status is no status.
    let kept = masked.trim_end_matches(ELLIPSIS).trim_end_matches(|c: char| c.is_ascii_digit());
    masked.truncate(kept.len());
    masked.push_str(ELLIPSIS);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn masked(text: &str) -> String {
        let mut masked = Masked { text: "what was there before".to_string(), ..Masked::default() };
        masked.of(text, None).to_string()
    }

    #[track_caller]
    fn check(cases: &[(&str, &str)]) {
        for (text, expected) in cases {
            assert_eq!(masked(text), *expected, "{text}");
            assert_eq!(masked(expected), *expected, "{expected}, masked again");
        }
    }

    #[test]
    fn digits_become_a_hash() {
        check(&[
            ("", ""),
            ("timeout after 1032 ms", "timeout after # ms"),
            ("timeout after 987ms", "timeout after #ms"),
            ("took 1.25s of 2", "took #.#s of #"),
            ("v1beta2", "v#beta#"),
            ("größe 12 €", "größe # €"),
            ("#", "#"),
        ]);
    }

    #[test]
    fn ids_become_a_hash() {
        check(&[
            ("order 67e55044-10b1-426f-9247-bb680e5fe0c8 is gone", "order # is gone"),
            ("67E55044-10B1-426F-9247-BB680E5FE0C8", "#"),
            ("no-67e55044-10b1-426f-9247-bb680e5fe0c8x", "no-#-#b#-#f-#-bb#e#fe#c#x"),
            ("at 0xdeadbeef, 0X1F", "at #, #"),
            ("0x, 0xyz", "#x, #xyz"),
            ("commit 7f3a9b2c", "commit #"),
            ("req-7F3A9B2C0d/x", "req-#/x"),
            ("deadbeef facade", "deadbeef facade"),
            ("7f3a9b2", "#f#a#b#"),
            ("7f3a9b2g", "#f#a#b#g"),
            ("7f3a9b2cé", "#f#a#b#cé"),
            ("12345678", "#"),
        ]);
    }

    #[test]
    fn tokens_that_mix_cases_and_digits_become_a_hash() {
        check(&[
            ("session aB3dE5gH is gone", "session # is gone"),
            ("session aB3dE5g", "session aB#dE#g"),
            ("req_7Hf9aKq2Lm:x", "req_#:x"),
            ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0", "#.#"),
            ("01ARZ3NDEKTSV4RRFFQ69G5FAV", "#"),
            ("sold out of Chairs42", "sold out of #"),
            ("ORDER2024 is sold", "ORDER# is sold"),
            ("order2024 is sold", "order# is sold"),
            ("OutOfStock is no id", "OutOfStock is no id"),
            ("HttpError503, HttpError903", "HttpError503, #"),
        ]);
    }

    #[test]
    fn a_status_stays() {
        check(&[
            ("503 Service Unavailable", "503 Service Unavailable"),
            ("503", "503"),
            ("status: 503", "status: 503"),
            ("status=503 after 12", "status=503 after #"),
            ("HTTP Status 404: no item 404", "HTTP Status 404: no item #"),
            ("HTTP/1.1 503", "HTTP/#.# 503"),
            ("http/2 429 for 2 s", "http/# 429 for # s"),
            ("HTTP503", "HTTP503"),
            ("Failed(StatusCode(503))", "Failed(StatusCode(503))"),
            ("{\"code\":\"401\"}", "{\"code\":\"401\"}"),
            ("http_status-500.", "http_status-500."),
            ("exit code 101, 102", "exit code 101, #"),
            ("Connection refused (os error 111)", "Connection refused (os error 111)"),
            ("Too many open files (os error 24)", "Too many open files (os error 24)"),
            ("os error 24", "os error #"),
            ("error 404, 404 error", "error 404, 404 error"),
            ("a 404 status, a 500-error, 302 HTTP", "a 404 status, a 500-error, 302 HTTP"),
            (
                "HTTP status server error (503 Service Unavailable) for url (http://a:80/1)",
                "HTTP status server error (503 Service Unavailable) for url (http://a:#/#)",
            ),
            ("got 429: too many requests", "got 429: too many requests"),
            ("Not Found (404) after 3", "Not Found (404) after #"),
            ("it said \"500 Internal Server Error\"", "it said \"500 Internal Server Error\""),
        ]);
    }

    #[test]
    fn what_is_no_status_does_not() {
        check(&[
            ("192.168.0.1 refused", "#.#.#.# refused"),
            ("100,000 rows", "#,# rows"),
            ("100ms", "#ms"),
            ("5031 items", "# items"),
            ("50 items", "# items"),
            (" 503", " #"),
            ("item 503", "item #"),
            ("no 503 Not Found", "no # Not Found"),
            ("Not Found 503", "Not Found #"),
            ("a 404 Not Foundling", "a # Not Foundling"),
            ("404 errors of 404 errors", "404 errors of # errors"),
            ("status 999, 600, 099", "status #, #, #"),
            ("took 1.503 error", "took #.# error"),
            ("error 100 ms, 100 % error", "error # ms, # % error"),
            ("503 ms", "# ms"),
            ("x503 error", "x# error"),
            ("code 5031", "code #"),
            ("code 503ms", "code #ms"),
            ("status of 503", "status of #"),
            ("100.a00aaa0astatus0x", "100.#"),
            ("https 503", "https #"),
            ("v/1.1 503", "v/#.# #"),
        ]);
    }

    #[test]
    fn long_text_is_cut() {
        let long = format!("{}é", "x".repeat(200));
        check(&[(&"x".repeat(200), &"x".repeat(200)), (&long, &format!("{}…", "x".repeat(199)))]);
        // The cut would leave `status 50`.
        let padding = "x".repeat(190);
        check(&[(&format!("{padding} status 503 and more"), &format!("{padding} status …"))]);
        check(&[(&"1".repeat(5_000), "#…")]);
        let wide = "é".repeat(1_000_000);
        check(&[(&wide, &format!("{}…", "é".repeat(199)))]);
    }

    #[test]
    fn a_long_text_ends_in_its_cause() {
        let long = format!("no shop at http://{}/7", "x".repeat(300));
        let with_cause = |text: &str, cause: &str| {
            Masked::default().of(&format!("{text}: {cause}"), Some(cause)).to_string()
        };
        let refused = "refused (os error 111)";
        let head = format!("no shop at http://{}", "x".repeat(158));
        assert_eq!(with_cause(&long, refused), format!("{head}… {refused}"));
        assert_eq!(length(&with_cause(&long, refused)), MOST_CHARACTERS);
        assert_eq!(with_cause("no shop", refused), format!("no shop: {refused}"));
        // A cause that is long itself leaves room for what it caused.
        let text = with_cause(&long, &format!("{}7", "é".repeat(500)));
        assert_eq!(length(&text), MOST_CHARACTERS);
        assert!(text.starts_with("no shop at http://xxx"), "{text}");
        assert!(text.ends_with(&format!("x… {}…", "é".repeat(119))), "{text}");
        // One that the text has before it is cut is not repeated.
        let text = format!("{refused} {}", "x".repeat(300));
        assert_eq!(
            Masked::default().of(&text, Some(refused)),
            format!("{refused} {}…", "x".repeat(200 - 1 - 23))
        );
    }

    #[test]
    fn words_of_our_own_stay() {
        let own = "no answer within 2s 500ms";
        assert_eq!(Masked::default().of_our_own(own), own);
    }

    proptest! {
        #[test]
        fn masking_again_changes_nothing(
            text in prop_oneof![
                ".{0,300}",
                "([a-f0-9]{1,9}|0x|status|HTTP|code|[0-9]{3}|[/.:=#( é-]){0,90}",
                "([a-zA-Z]{1,6}|[0-9]{1,3}|error|50[34]|Not Found|OK|[ .,#:_ms-]){0,12}",
                "x{150,200}(code|http/)?[ 0-9.]{0,60}",
            ]
        ) {
            let once = masked(&text);
            prop_assert_eq!(masked(&once), once.clone());
            prop_assert!(once.chars().count() <= MOST_CHARACTERS);
        }
    }
}
