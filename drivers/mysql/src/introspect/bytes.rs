//! Texts that are no UTF-8: MariaDB shows the bytes of a binary default as they are.

/// The text, with every string in it that is no UTF-8 written by its bytes: `x'00ff'`.
pub(super) fn readable(text: &[u8]) -> String {
    let mut read = String::with_capacity(text.len());
    let mut at = 0;
    while let Some(&first) = text.get(at) {
        let end = match first {
            b'\'' | b'`' => closed(text, at),
            _ => {
                text[at..].iter().position(|byte| matches!(byte, b'\'' | b'`')).map_or(text.len(), |n| at + n)
            }
        };
        let piece = &text[at..end];
        match std::str::from_utf8(piece) {
            Ok(piece) => read.push_str(piece),
            Err(_) if first == b'\'' => {
                read.push_str("x'");
                read.extend(unescaped(piece).iter().map(|byte| format!("{byte:02x}")));
                read.push('\'');
            }
            Err(_) => read.push_str(&String::from_utf8_lossy(piece)),
        }
        at = end;
    }
    read
}

/// Where the string or name ends that begins at `start`.
fn closed(text: &[u8], start: usize) -> usize {
    let quote = text[start];
    let mut at = start + 1;
    while let Some(&byte) = text.get(at) {
        at += 1;
        if byte == b'\\' && quote == b'\'' {
            at += 1;
        } else if byte == quote {
            if text.get(at) != Some(&quote) {
                break;
            }
            at += 1;
        }
    }
    at.min(text.len())
}

/// What a string in its quotes means.
fn unescaped(literal: &[u8]) -> Vec<u8> {
    let mut inner = literal[1..literal.len().saturating_sub(1).max(1)].iter();
    let mut read = Vec::new();
    while let Some(&byte) = inner.next() {
        read.push(match byte {
            b'\\' => match inner.next() {
                Some(b'0') => 0,
                Some(b'n') => b'\n',
                Some(b'r') => b'\r',
                Some(b't') => b'\t',
                Some(b'b') => 8,
                Some(b'Z') => 26,
                Some(&other) => other,
                None => break,
            },
            b'\'' => {
                // The second of a pair.
                inner.next();
                b'\''
            }
            other => other,
        });
    }
    read
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_that_are_no_text_are_written_by_their_bytes() {
        let given = b"CREATE TABLE `t` (\n  `a` varbinary(9) DEFAULT '\\0\xff''x\\'',\n  `\xc3\xbc` text DEFAULT 'it''s')";
        let read =
            "CREATE TABLE `t` (\n  `a` varbinary(9) DEFAULT x'00ff277827',\n  `ü` text DEFAULT 'it''s')";
        assert_eq!(readable(given), read);
        assert_eq!(readable("`a'b` 'x'".as_bytes()), "`a'b` 'x'");
        assert_eq!(readable(b"'\xff"), "x''");
    }
}
