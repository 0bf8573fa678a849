//! [`Words`]: the few words of which a key takes one.

/// The words that a key takes.
#[derive(Debug)]
pub struct Words(&'static [&'static str]);

/// How ticks come along a rate.
pub static ARRIVALS: Words = Words(&["uniform", "poisson"]);

/// The clock that a load goes by.
pub static TIME: Words = Words(&["real", "virtual"]);

/// How the items of `data` are handed out.
pub static DATA_ORDER: Words = Words(&["round-robin", "random", "once"]);

impl Words {
    /// Reads the word that was given for a key.
    ///
    /// # Errors
    ///
    /// The words to choose from.
    pub fn read(&self, key: &str, text: &str) -> Result<&'static str, String> {
        self.find(text).ok_or_else(|| self.wrong(key, &format!("{text:?}")))
    }

    /// The word that is this text.
    pub fn find(&self, text: &str) -> Option<&'static str> {
        self.0.iter().copied().find(|word| *word == text)
    }

    /// What to say of a value that is none of them, as it was written: text in quotes.
    pub fn wrong(&self, key: &str, written: &str) -> String {
        let quoted: Vec<String> = self.0.iter().map(|word| format!("{word:?}")).collect();
        let (last, others) = quoted.split_last().expect("there are words");
        format!("{key} is {written}: give {} or {last}", others.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_its_words_alone() {
        assert_eq!(DATA_ORDER.read("data_order", "once"), Ok("once"));
        assert_eq!(
            DATA_ORDER.read("data_order", "Once").unwrap_err(),
            "data_order is \"Once\": give \"round-robin\", \"random\" or \"once\""
        );
        assert_eq!(
            TIME.read("time", "slow").unwrap_err(),
            "time is \"slow\": give \"real\" or \"virtual\""
        );
        assert_eq!(
            ARRIVALS.read("arrivals", "even").unwrap_err(),
            "arrivals is \"even\": give \"uniform\" or \"poisson\""
        );
    }
}
