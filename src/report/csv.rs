//! Comma-separated values [RFC 4180], safe to open in a spreadsheet.

use std::io::{self, Write};

/// Writes one row, ended by CR LF.
///
/// # Errors
///
/// `out` cannot be written.
pub fn row(out: &mut dyn Write, fields: &[&str]) -> io::Result<()> {
    let fields: Vec<String> = fields.iter().map(|text| field(text)).collect();
    write!(out, "{}\r\n", fields.join(","))
}

/// One field, in quotes where it must be. A spreadsheet runs a field that begins like a formula, so an apostrophe goes
/// before it, which spreadsheets take for "this is text".
fn field(text: &str) -> String {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let guarded = if formula { format!("'{text}") } else { text.to_owned() };
    if guarded.contains(['"', ',', '\r', '\n']) { format!("\"{}\"", guarded.replace('"', "\"\"")) } else { guarded }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_comes_out_as_it_went_in() {
        let mut out = Vec::new();
        row(&mut out, &["alice", "a,b", "say \"hi\"", "two\nlines", ""]).unwrap();
        assert_eq!(out, b"alice,\"a,b\",\"say \"\"hi\"\"\",\"two\nlines\",\r\n");
    }

    #[test]
    fn no_field_is_a_formula() {
        for (text, written) in [
            ("=1+1", "'=1+1"),
            ("+1", "'+1"),
            ("-1", "'-1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("=HYPERLINK(\"x\",1)", "\"'=HYPERLINK(\"\"x\"\",1)\""),
            ("a=b", "a=b"),
        ] {
            assert_eq!(field(text), written);
        }
    }
}
