//! Cells of PostgreSQL, from the binary form in which the server sends them, to text.

use std::sync::Arc;

use sqlx::postgres::{PgColumn, PgRow, PgTypeInfo, PgTypeKind};
use sqlx::{Column as _, Row as _, TypeInfo as _, ValueRef as _};

use crate::store::sql::answer::unreadable;
use crate::store::sql::cell::{bytes, civil, date, text as utf8, time};
use crate::store::sql::failure::{Failure, of_library};

/// Days from 1970-01-01 to 2000-01-01, from which PostgreSQL counts.
const EPOCH_DAYS: i64 = 10_957;
const DAY_MICROSECONDS: i64 = 86_400_000_000;

/// A cell; `None` for NULL.
pub(super) fn text(row: &PgRow, index: usize, column: &PgColumn) -> Result<Option<Arc<str>>, Failure> {
    let value = row.try_get_raw(index).map_err(|error| of_library(&error))?;
    if value.is_null() {
        return Ok(None);
    }
    let kind = column.type_info();
    let raw = value.as_bytes().map_err(|error| Failure::Query(error.to_string()))?;
    written(kind, raw).map(Some).ok_or_else(|| unreadable(column.name(), &kind.name().to_lowercase()))
}

fn written(kind: &PgTypeInfo, raw: &[u8]) -> Option<Arc<str>> {
    match kind.kind() {
        PgTypeKind::Domain(of) => return written(of, raw),
        PgTypeKind::Enum(_) => return utf8(raw),
        _ => {}
    }
    if kind.name().eq_ignore_ascii_case("citext") {
        return utf8(raw);
    }
    // Numbers of types never change [pg_type.dat].
    Some(match kind.oid()?.0 {
        16 => if *raw.first()? == 0 { "false" } else { "true" }.into(),
        17 => bytes(raw),
        18 | 19 | 25 | 114 | 142 | 705 | 1043 => utf8(raw)?,
        20 => i64::from_be_bytes(raw.try_into().ok()?).to_string().into(),
        21 => i16::from_be_bytes(raw.try_into().ok()?).to_string().into(),
        23 => i32::from_be_bytes(raw.try_into().ok()?).to_string().into(),
        26 => u32::from_be_bytes(raw.try_into().ok()?).to_string().into(),
        700 => f32::from_be_bytes(raw.try_into().ok()?).to_string().into(),
        701 => f64::from_be_bytes(raw.try_into().ok()?).to_string().into(),
        // The server's own cast to `text` takes the padding off, too.
        1042 => utf8(raw)?.trim_end_matches(' ').into(),
        1082 => day(i32::from_be_bytes(raw.try_into().ok()?).into())?.into(),
        1083 => clock(i64::from_be_bytes(raw.try_into().ok()?)).into(),
        1114 => moment(i64::from_be_bytes(raw.try_into().ok()?), "")?.into(),
        1184 => moment(i64::from_be_bytes(raw.try_into().ok()?), "Z")?.into(),
        1700 => decimal(raw)?.into(),
        2950 => uuid(raw)?.into(),
        // One byte tells the version of the form.
        3802 => utf8(raw.strip_prefix(&[1])?)?,
        _ => return None,
    })
}

/// `infinity` is no day.
fn day(days: i64) -> Option<String> {
    if [i64::from(i32::MAX), i64::from(i32::MIN)].contains(&days) {
        return None;
    }
    let (year, month, day) = civil(days + EPOCH_DAYS);
    Some(date(year, month, day))
}

fn clock(microseconds: i64) -> String {
    let part = |number: i64| u32::try_from(number).unwrap_or_default();
    let seconds = microseconds / 1_000_000;
    time(part(seconds / 3_600), part(seconds / 60 % 60), part(seconds % 60), part(microseconds % 1_000_000))
}

fn moment(microseconds: i64, zone: &str) -> Option<String> {
    if microseconds == i64::MAX || microseconds == i64::MIN {
        return None;
    }
    let date = day(microseconds.div_euclid(DAY_MICROSECONDS))?;
    Some(format!("{date}T{}{zone}", clock(microseconds.rem_euclid(DAY_MICROSECONDS))))
}

fn uuid(raw: &[u8]) -> Option<String> {
    let number = u128::from_be_bytes(raw.try_into().ok()?);
    let hex = format!("{number:032x}");
    let part = |from: usize, to: usize| hex.get(from..to).unwrap_or_default();
    Some(format!("{}-{}-{}-{}-{}", part(0, 8), part(8, 12), part(12, 16), part(16, 20), part(20, 32)))
}

/// `numeric`: digits in base 10,000 with a weight, a sign, and how many decimals are shown [PostgreSQL `numeric.c`,
/// `numeric_send`].
fn decimal(raw: &[u8]) -> Option<String> {
    let mut words = raw.chunks_exact(2).map(|word| word.try_into().map(u16::from_be_bytes).unwrap_or_default());
    let count = usize::from(words.next()?);
    let weight = i16::from_be_bytes(words.next()?.to_be_bytes());
    let sign = words.next()?;
    let decimals = usize::from(words.next()?);
    let digits: Vec<u16> = words.collect();
    if digits.len() != count {
        return None;
    }
    let sign = match sign {
        0 => "",
        0x4000 => "-",
        _ => return Some("NaN".to_owned()).filter(|_| sign == 0xC000),
    };
    let digit = |place: i32| usize::try_from(place).ok().and_then(|place| digits.get(place)).copied().unwrap_or(0);
    let mut whole = String::new();
    for place in 0..=i32::from(weight) {
        whole.extend(four(digit(place)));
    }
    let whole = match whole.trim_start_matches('0') {
        "" => "0",
        whole => whole,
    };
    let mut fraction = String::new();
    let mut place = i32::from(weight) + 1;
    while fraction.len() < decimals {
        fraction.extend(four(digit(place)));
        place += 1;
    }
    fraction.truncate(decimals);
    let point = if fraction.is_empty() { "" } else { "." };
    Some(format!("{sign}{whole}{point}{fraction}"))
}

/// The four digits of one place.
fn four(place: u16) -> impl Iterator<Item = char> {
    [1_000, 100, 10, 1].into_iter().filter_map(move |unit| char::from_digit(u32::from(place / unit % 10), 10))
}
