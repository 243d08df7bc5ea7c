//! Which statements a SQL Server is asked to run.
//!
//! It has no read-only transactions, and needs no `;` between two statements. So the words that change something, or end
//! a transaction, are looked for here: they are reserved, and stand in no query as a name [Reserved keywords
//! (Transact-SQL)]. Stored procedures, `OPENQUERY` and `OPENROWSET` are not seen through; what they change
//! in this database is rolled back.

use crate::store::sql::text::QueryText;

/// Words that change something, or end the transaction that is rolled back.
const CHANGING: &[&str] = &[
    "ALTER",
    "BACKUP",
    "COMMIT",
    "CREATE",
    "DBCC",
    "DELETE",
    "DENY",
    "DROP",
    "GRANT",
    "INSERT",
    "KILL",
    "MERGE",
    "RECONFIGURE",
    "RESTORE",
    "REVERT",
    "REVOKE",
    "ROLLBACK",
    "SAVE",
    "SETUSER",
    "SHUTDOWN",
    "TRUNCATE",
    "UPDATE",
    "UPDATETEXT",
    "WRITETEXT",
];
/// Words that begin another statement after a `SELECT`.
const BEGINNING: &[&str] =
    &["BEGIN", "DECLARE", "EXEC", "EXECUTE", "IF", "PRINT", "RAISERROR", "RETURN", "SET", "USE", "WAITFOR", "WHILE"];

/// Whether a query may be run.
///
/// # Errors
///
/// What it must not do, and what to do instead.
pub(in crate::store::sql) fn check(text: &QueryText, read_only: bool) -> Result<(), String> {
    let words: Vec<String> = text
        .bare
        .split(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '@' | '#' | '$')))
        .filter(|word| !word.is_empty())
        .map(|word| behind_a_number(word.to_uppercase()))
        .collect();
    let stands_before = |at: usize, next: &[&str]| words.get(at + 1).is_some_and(|word| next.contains(&word.as_str()));
    let is_hint = |at: usize, word: &str| match word {
        // `INNER MERGE JOIN` and `OPTION (MERGE UNION)` say how to join.
        "MERGE" => stands_before(at, &["JOIN", "UNION"]),
        "USE" => stands_before(at, &["HINT", "PLAN"]),
        _ => false,
    };
    let first_of = |reserved: &[&str]| {
        let mut all = words.iter().enumerate();
        all.find(|(at, word)| reserved.contains(&word.as_str()) && !is_hint(*at, word)).map(|(_, word)| word)
    };
    let changing = first_of(CHANGING);
    let (is_selection, is_with) = match words.first().map(String::as_str) {
        Some("SELECT") => (true, false),
        Some("WITH") => (false, true),
        _ => (false, false),
    };
    if is_selection && changing.is_some() || (is_selection || is_with) && first_of(BEGINNING).is_some() {
        return Err("it has more than one statement; write one".to_owned());
    }
    match changing.or_else(|| first_of(&["INTO"])) {
        Some(word) if read_only => Err(format!(
            "`{word}` changes something; the store is read-only, and `read_only: false` lets queries write"
        )),
        _ => Ok(()),
    }
}

/// A word ends a number that it follows at once: `1DELETE` is `1 DELETE`, and `$1.5E3DROP` ends in `DROP`.
fn behind_a_number(word: String) -> String {
    if !word.starts_with(|first: char| first.is_ascii_digit() || first == '$') {
        return word;
    }
    let reserved = CHANGING.iter().chain(BEGINNING).chain(&["INTO"]);
    reserved
        .filter(|reserved| word.ends_with(**reserved))
        .max_by_key(|found| found.len())
        .map_or(word.clone(), |found| (*found).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::sql::text::Dialect;

    fn asked(text: &str, read_only: bool) -> Result<(), String> {
        check(&QueryText::parse(text, Dialect::SqlServer, 2)?, read_only)
    }

    #[test]
    fn what_only_reads_is_run() {
        for text in [
            "SELECT a FROM t WHERE b = {0}",
            "select [Delete], \"Drop\", 'INSERT' /* UPDATE */ FROM t -- COMMIT",
            "SELECT create_date, @@SERVERNAME, dbo.Deleted(1) FROM #Update",
            "SELECT a FROM t INNER MERGE JOIN u ON t.i = u.i OPTION (MERGE JOIN, MERGE UNION)",
            "SELECT a FROM t ORDER BY a OFFSET 1 ROWS FETCH NEXT 1 ROWS ONLY",
            "WITH x AS (SELECT 1 AS a) SELECT a FROM x;",
            "EXEC dbo.RolesOf @login = {0}",
            "dbo.RolesOf {0}, {1}",
            "IF EXISTS (SELECT 1) SELECT 1 ELSE SELECT 2",
            "SELECT 0x1F, 1e5, $1 FROM t2 OPTION (USE HINT ('FORCE_LEGACY_CARDINALITY_ESTIMATION'))",
        ] {
            assert_eq!(asked(text, true), Ok(()), "{text}");
            assert_eq!(asked(text, false), Ok(()), "{text}");
        }
    }

    #[test]
    fn what_writes_needs_a_store_that_may() {
        for text in [
            "INSERT INTO t OUTPUT inserted.a VALUES ({0})",
            "delete FROM t",
            "WITH x AS (SELECT 1 AS a) DELETE FROM x",
            "EXEC p {0} UPDATE t SET a = 1",
            "MERGE t USING u ON t.i = u.i WHEN MATCHED THEN DELETE",
            "COMMIT",
            "SELECT a INTO t2 FROM t",
        ] {
            let told = asked(text, true).unwrap_err();
            assert!(told.contains("`read_only: false` lets queries write"), "{text}: {told}");
            assert_eq!(asked(text, false), Ok(()), "{text}");
        }
    }

    #[test]
    fn two_statements_are_seen_without_a_semicolon() {
        for text in [
            "SELECT 1 DELETE FROM t",
            "SELECT a FROM t WHERE b = {0} COMMIT",
            "SELECT 1\nEXEC sp_who",
            "SELECT 1/**/DROP/**/TABLE t",
            "SELECT 1 WAITFOR DELAY '0:1'",
            "SELECT 1DELETE FROM t",
            "SELECT a FROM t WHERE b = 1COMMIT",
            "SELECT 1.5DROP TABLE t",
            "SELECT 1eDROP TABLE t",
            "SELECT $1DROP TABLE t",
            "SELECT 0xUPDATE t SET a = 1",
            "SELECT a FROM t USE master",
            "WITH x AS (SELECT 1 AS a) SELECT a FROM x EXEC p",
        ] {
            for read_only in [true, false] {
                assert!(asked(text, read_only).unwrap_err().contains("more than one statement"), "{text}");
            }
        }
    }
}
