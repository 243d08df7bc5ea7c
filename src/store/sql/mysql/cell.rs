//! Cells of MySQL and MariaDB, from the binary form in which servers send them, to text.

use std::sync::Arc;

use sqlx::mysql::{MySqlColumn, MySqlRow};
use sqlx::{Column as _, MySql, Row as _, Type, TypeInfo as _, ValueRef as _};

use crate::store::sql::answer::unreadable;
use crate::store::sql::cell::{bytes, date, text as utf8, time};
use crate::store::sql::failure::{Failure, of_library};

/// A cell; `None` for NULL, and for the date `0000-00-00`, which is none.
pub(super) fn text(row: &MySqlRow, index: usize, column: &MySqlColumn) -> Result<Option<Arc<str>>, Failure> {
    let value = row.try_get_raw(index).map_err(|error| of_library(&error))?;
    if value.is_null() {
        return Ok(None);
    }
    let kind = column.type_info();
    let raw: &[u8] = row.try_get_unchecked(index).map_err(|error| of_library(&error))?;
    // The name tells bytes from texts only roughly: a text that is compared by its bytes is also called binary.
    let is_text = <str as Type<MySql>>::compatible(kind);
    written(kind.name(), is_text, raw).map(Some).ok_or_else(|| unreadable(column.name(), &kind.name().to_lowercase()))
}

fn written(kind: &str, is_text: bool, raw: &[u8]) -> Option<Arc<str>> {
    Some(match kind {
        // Only the width of the column is known, and not whether it has a sign.
        "BOOLEAN" => raw.first().filter(|byte| byte.is_ascii())?.to_string().into(),
        "TINYINT" => i8::from_le_bytes(raw.try_into().ok()?).to_string().into(),
        "TINYINT UNSIGNED" => u8::from_le_bytes(raw.try_into().ok()?).to_string().into(),
        "SMALLINT" => i16::from_le_bytes(raw.try_into().ok()?).to_string().into(),
        "SMALLINT UNSIGNED" | "YEAR" => u16::from_le_bytes(raw.try_into().ok()?).to_string().into(),
        "MEDIUMINT" | "INT" => i32::from_le_bytes(raw.try_into().ok()?).to_string().into(),
        "MEDIUMINT UNSIGNED" | "INT UNSIGNED" => u32::from_le_bytes(raw.try_into().ok()?).to_string().into(),
        "BIGINT" => i64::from_le_bytes(raw.try_into().ok()?).to_string().into(),
        "BIGINT UNSIGNED" => u64::from_le_bytes(raw.try_into().ok()?).to_string().into(),
        "FLOAT" => f32::from_le_bytes(raw.try_into().ok()?).to_string().into(),
        "DOUBLE" => f64::from_le_bytes(raw.try_into().ok()?).to_string().into(),
        "DECIMAL" | "JSON" | "SET" => utf8(raw)?,
        "DATE" => day(raw)?.into(),
        // The session's time zone is UTC, and only a `TIMESTAMP` is a moment.
        "DATETIME" => moment(raw)?.into(),
        "TIMESTAMP" => format!("{}Z", moment(raw)?).into(),
        "TIME" => span(raw)?.into(),
        "BIT" if raw.len() <= 8 => raw.iter().fold(0_u64, |bits, byte| bits << 8 | u64::from(*byte)).to_string().into(),
        _ if is_text => utf8(raw)?,
        "BINARY" | "VARBINARY" | "TINYBLOB" | "BLOB" | "MEDIUMBLOB" | "LONGBLOB" => bytes(raw),
        _ => return None,
    })
}

/// A length, then year, month, day [MySQL protocol, binary values].
fn day(raw: &[u8]) -> Option<String> {
    let [_, year_low, year_high, month, day, ..] = raw else { return None };
    Some(date(u16::from_le_bytes([*year_low, *year_high]).into(), (*month).into(), (*day).into()))
}

fn moment(raw: &[u8]) -> Option<String> {
    let time = match raw.get(5..)? {
        [] => time(0, 0, 0, 0),
        [hour, minute, second, rest @ ..] => {
            time((*hour).into(), (*minute).into(), (*second).into(), microseconds(rest)?)
        }
        _ => return None,
    };
    Some(format!("{}T{time}", day(raw)?))
}

/// A span of time, which may be longer than a day, and negative.
fn span(raw: &[u8]) -> Option<String> {
    let (sign, days, clock) = match raw {
        [0] => return Some(time(0, 0, 0, 0)),
        [_, sign, d0, d1, d2, d3, clock @ ..] => (*sign, u32::from_le_bytes([*d0, *d1, *d2, *d3]), clock),
        _ => return None,
    };
    let [hour, minute, second, rest @ ..] = clock else { return None };
    let hours = days.checked_mul(24)?.checked_add((*hour).into())?;
    let text = time(hours, (*minute).into(), (*second).into(), microseconds(rest)?);
    Some(if sign == 0 { text } else { format!("-{text}") })
}

fn microseconds(rest: &[u8]) -> Option<u32> {
    if rest.is_empty() { Some(0) } else { rest.try_into().ok().map(u32::from_le_bytes) }
}
