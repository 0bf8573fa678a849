//! `mask`: an error text without the numbers and ids in it.

/// The end of a text that is cut.
pub(super) const ELLIPSIS: &str = "…";
const MOST_CHARACTERS: usize = 200;
/// The rest of a text is not looked at: the whole page of a server's answer must not slow pusher
/// down.
const MOST_BYTES: usize = 4_000;
/// Words after which a number of three digits is a status.
const STATUS_WORDS: [&str; 3] = ["status", "http", "code"];

/// Writes the text with `#` for each run of digits, hex id or UUID. To mask a masked text again
/// changes nothing.
pub(super) fn mask(text: &str, masked: &mut String) {
    masked.clear();
    let seen = cut(text, MOST_BYTES);
    let mut at = 0;
    while at < seen.len() && masked.len() <= MOST_CHARACTERS * 4 {
        at += mask_next(seen, at, masked);
    }
    if seen.len() < text.len() || masked.chars().nth(MOST_CHARACTERS).is_some() {
        shorten(masked);
    }
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
    if is_hex_id(word) {
        masked.push('#');
    } else {
        mask_word(text, at, at + word.len(), masked);
    }
    word.len()
}

fn mask_word(text: &str, start: usize, end: usize, masked: &mut String) {
    let mut at = start;
    while at < end {
        let rest = &text[at..end];
        let letters = rest.find(|c: char| c.is_ascii_digit()).unwrap_or(rest.len());
        masked.push_str(&rest[..letters]);
        let digits = rest[letters..].bytes().take_while(u8::is_ascii_digit).count();
        let number = at + letters..at + letters + digits;
        if is_status(text, number.start, number.end) {
            masked.push_str(&text[number.clone()]);
        } else if digits > 0 {
            masked.push('#');
        }
        at = number.end;
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

/// Whether the run of digits is likely to be a status: `503 Service Unavailable`, `status: 503`,
/// `HTTP/1.1 503`, `StatusCode(503)`. The `192` of an address is none, nor the `100` of `100,000
/// rows` or of `100ms`.
fn is_status(text: &str, start: usize, end: usize) -> bool {
    let after = &text[end..];
    let goes_on = after.starts_with(char::is_alphanumeric)
        || after
            .strip_prefix(['.', ','])
            .is_some_and(|after| after.starts_with(|c: char| c.is_ascii_digit()));
    end - start == 3 && !goes_on && (start == 0 || follows_status_word(&text[..start]))
}

fn follows_status_word(before: &str) -> bool {
    let before =
        before.trim_end_matches(|c: char| c.is_whitespace() || ":=([{<\"'`,-_/".contains(c));
    // `HTTP/1.1`, or `HTTP/#.#` if it is masked already.
    let version = before.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.' || c == '#');
    let unversioned = version.strip_suffix('/').unwrap_or_default();
    ends_with_word(unversioned, "http")
        || STATUS_WORDS.iter().any(|word| ends_with_word(before, word))
}

fn ends_with_word(text: &str, word: &str) -> bool {
    let tail = text.len().checked_sub(word.len()).map(|start| &text.as_bytes()[start..]);
    tail.is_some_and(|tail| tail.eq_ignore_ascii_case(word.as_bytes()))
}

fn shorten(masked: &mut String) {
    if let Some((end, _)) = masked.char_indices().nth(MOST_CHARACTERS - 1) {
        masked.truncate(end);
    }
    // Half of a status is no status.
    masked.truncate(masked.trim_end_matches(|c: char| c.is_ascii_digit()).len());
    masked.push_str(ELLIPSIS);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn masked(text: &str) -> String {
        let mut masked = String::from("what was there before");
        mask(text, &mut masked);
        masked
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
            ("code 5031", "code #"),
            ("code 503ms", "code #ms"),
            ("status of 503", "status of #"),
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

    proptest! {
        #[test]
        fn masking_again_changes_nothing(
            text in prop_oneof![
                ".{0,300}",
                "([a-f0-9]{1,9}|0x|status|HTTP|code|[0-9]{3}|[/.:=#( é-]){0,90}",
                "x{150,200}(code|http/)?[ 0-9.]{0,60}",
            ]
        ) {
            let once = masked(&text);
            prop_assert_eq!(masked(&once), once.clone());
            prop_assert!(once.chars().count() <= MOST_CHARACTERS);
        }
    }
}
