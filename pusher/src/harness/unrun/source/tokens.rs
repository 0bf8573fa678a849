//! [`tokens`]: the words and signs of a Rust source, without comments, texts and lifetimes.

/// A word, or one sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Token<'a> {
    pub(super) text: &'a str,
    /// Where it begins; the first line and the first column are 1.
    pub(super) line: u32,
    pub(super) column: u32,
}

pub(super) fn tokens(source: &str) -> Vec<Token<'_>> {
    let (mut tokens, mut rest) = (Vec::new(), source);
    let (mut line, mut column) = (1, 1);
    while let Some(first) = rest.chars().next() {
        let (text, behind) = rest.split_at(length(rest, first));
        let is_token = !first.is_whitespace()
            && !text.starts_with("//")
            && !text.starts_with("/*")
            && !text.contains(['"', '\'']);
        if is_token {
            tokens.push(Token { text, line, column });
        }
        for c in text.chars() {
            (line, column) = if c == '\n' { (line + 1, 1) } else { (line, column + 1) };
        }
        rest = behind;
    }
    tokens
}

/// The bytes of the token, comment, text or lifetime that the source begins with.
fn length(source: &str, first: char) -> usize {
    let until = |end: &str| source.find(end).map_or(source.len(), |at| at + end.len());
    match first {
        '/' if source.starts_with("//") => until("\n"),
        '/' if source.starts_with("/*") => length_of_comment(source),
        '"' => length_of_text(source),
        '\'' => length_behind_quote(source),
        _ if is_of_word(first) => {
            let word = source.find(|c| !is_of_word(c)).unwrap_or(source.len());
            length_of_raw(source, word).unwrap_or(word)
        }
        _ => first.len_utf8(),
    }
}

fn is_of_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// One comment may stand in another.
fn length_of_comment(source: &str) -> usize {
    let (mut depth, mut at) = (0, 0);
    while let Some(found) = source[at..].find(['/', '*']).map(|found| at + found) {
        let sign = source.get(found..found + 2).unwrap_or_default();
        at = found + if matches!(sign, "/*" | "*/") { 2 } else { 1 };
        match sign {
            "/*" => depth += 1,
            "*/" if depth == 1 => return at,
            "*/" => depth -= 1,
            _ => (),
        }
    }
    source.len()
}

fn length_of_text(source: &str) -> usize {
    let mut is_escaped = false;
    let end = source.char_indices().skip(1).find(|&(_, c)| {
        let is_end = c == '"' && !is_escaped;
        is_escaped = c == '\\' && !is_escaped;
        is_end
    });
    end.map_or(source.len(), |(at, _)| at + 1)
}

/// That of a letter in quotes, or of a lifetime.
fn length_behind_quote(source: &str) -> usize {
    let mut letters = source.char_indices().skip(1);
    let is_escape = letters.next().is_some_and(|(_, c)| c == '\\');
    match letters.next() {
        Some((at, _)) if is_escape => {
            let behind = at + source[at..].chars().next().map_or(0, char::len_utf8);
            source[behind..].find('\'').map_or(source.len(), |end| behind + end + 1)
        }
        Some((at, '\'')) => at + 1,
        _ => source[1..].find(|c| !is_of_word(c)).map_or(source.len(), |end| end + 1),
    }
}

/// That of a raw text, such as `r#".."#`, or of a raw name, if the word begins one.
fn length_of_raw(source: &str, word: usize) -> Option<usize> {
    let (prefix, behind) = source.split_at(word);
    let text = behind.trim_start_matches('#');
    let hashes = &behind[..behind.len() - text.len()];
    if matches!(prefix, "r" | "br" | "cr") && text.starts_with('"') {
        let begin = word + hashes.len() + 1;
        let end = format!("\"{hashes}");
        return Some(source[begin..].find(&end).map_or(source.len(), |at| begin + at + end.len()));
    }
    let is_name = prefix == "r" && hashes == "#" && text.starts_with(is_of_word);
    is_name.then(|| word + 1 + text.find(|c| !is_of_word(c)).unwrap_or(text.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(source: &str, expected: &[&str]) {
        let texts: Vec<&str> = tokens(source).iter().map(|token| token.text).collect();
        assert_eq!(texts, expected, "{source}");
    }

    #[test]
    fn words_and_signs_are_tokens() {
        check(
            "pub fn größe(a: u8) {}",
            &["pub", "fn", "größe", "(", "a", ":", "u8", ")", "{", "}"],
        );
        check("r#mod::r#fn; r", &["r#mod", ":", ":", "r#fn", ";", "r"]);
        check("", &[]);
    }

    #[test]
    fn comments_texts_and_lifetimes_are_none() {
        check("a // b\nc //", &["a", "c"]);
        check("a /* b /* c */ d **/ e /* f", &["a", "e"]);
        check("a /**/ b /*/ c */ d", &["a", "b", "d"]);
        check("a \"b \\\" c \\\\\" d \"e", &["a", "d"]);
        check(
            "a r\"b \\\" c r#\"d\" e\"# f br##\"\"# g\"## h b\"i\" c\"j\"",
            &["a", "c", "f", "h", "b", "c"],
        );
        check(
            "'a' b '\\'' c '\\\\' d '\\u{7f}' e 'static f b'g' 'ö'",
            &["b", "c", "d", "e", "f", "b"],
        );
        check("<'a>{'b: loop {}}", &["<", ">", "{", ":", "loop", "{", "}", "}"]);
    }

    #[test]
    fn a_token_knows_its_place() {
        let places: Vec<(u32, u32)> =
            tokens("ö a\n  \"b\n\" c").iter().map(|token| (token.line, token.column)).collect();
        assert_eq!(places, [(1, 1), (1, 3), (3, 3)]);
    }
}
