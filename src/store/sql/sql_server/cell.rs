//! Cells of SQL Server as text: as .NET writes a value where that is the same in every country, else as the other
//! databases here.

use std::sync::Arc;

use tiberius::time::{Date, DateTime2, Time};
use tiberius::{Column, ColumnData, ColumnType};

use crate::store::sql::answer::unreadable;
use crate::store::sql::cell::{bytes, civil, date, time};
use crate::store::sql::failure::Failure;

/// Days from 0001-01-01 to 1970-01-01, and from 1900-01-01 [MS-TDS 2.2.5.5.1.8].
const DAYS_FROM_YEAR_1: i64 = 719_162;
const DAYS_FROM_1900: i64 = 25_567;
/// Money counts ten-thousandths, and comes as a floating-point number, which is exact up to here.
const MOST_MONEY: f64 = 900_719_925_474.0;

/// A cell; `None` for NULL.
pub(super) fn text(column: &Column, value: &ColumnData<'_>) -> Result<Option<Arc<str>>, Failure> {
    let kind = column.column_type();
    if let ColumnData::Binary(Some(_)) | ColumnData::F64(Some(_)) = value
        && (kind == ColumnType::Udt || !is_exact(kind, value))
    {
        return Err(unreadable(column.name(), name_of(kind)));
    }
    Ok(match value {
        ColumnData::U8(number) => number.map(|number| number.to_string().into()),
        ColumnData::I16(number) => number.map(|number| number.to_string().into()),
        ColumnData::I32(number) => number.map(|number| number.to_string().into()),
        ColumnData::I64(number) => number.map(|number| number.to_string().into()),
        ColumnData::F32(number) => number.map(|number| number.to_string().into()),
        ColumnData::F64(number) if is_money(kind) => number.map(|number| format!("{number:.4}").into()),
        ColumnData::F64(number) => number.map(|number| number.to_string().into()),
        ColumnData::Bit(bit) => bit.map(|bit| if bit { "True" } else { "False" }.into()),
        ColumnData::String(text) => text.as_deref().map(Arc::from),
        ColumnData::Guid(id) => id.map(|id| id.hyphenated().to_string().into()),
        ColumnData::Binary(raw) => raw.as_deref().map(bytes),
        ColumnData::Numeric(number) => number.map(|number| decimal(number.value(), number.scale()).into()),
        ColumnData::Xml(xml) => xml.as_deref().map(|xml| xml.as_ref().trim_start_matches('\u{feff}').into()),
        ColumnData::DateTime(moment) => moment.map(|moment| {
            // Three hundredths of a second, which the server itself shows as milliseconds.
            let milliseconds = (u64::from(moment.seconds_fragments()) * 10 + 1) / 3;
            let day = day(i64::from(moment.days()) - DAYS_FROM_1900);
            format!("{day}T{}", clock(milliseconds, 3)).into()
        }),
        ColumnData::SmallDateTime(moment) => moment.map(|moment| {
            let day = day(i64::from(moment.days()) - DAYS_FROM_1900);
            format!("{day}T{}", clock(u64::from(moment.seconds_fragments()) * 60, 0)).into()
        }),
        ColumnData::Date(date) => date.map(|date| day_of(date).into()),
        ColumnData::Time(time) => time.map(|time| clock_of(time).into()),
        ColumnData::DateTime2(moment) => moment.map(|moment| moment_of(moment).into()),
        // The moment is sent in UTC, beside its offset.
        ColumnData::DateTimeOffset(moment) => moment.map(|moment| format!("{}Z", moment_of(moment.datetime2())).into()),
    })
}

const fn is_money(kind: ColumnType) -> bool {
    matches!(kind, ColumnType::Money | ColumnType::Money4)
}

fn is_exact(kind: ColumnType, value: &ColumnData<'_>) -> bool {
    !matches!(value, ColumnData::F64(Some(number)) if is_money(kind) && number.abs() > MOST_MONEY)
}

const fn name_of(kind: ColumnType) -> &'static str {
    if is_money(kind) { "money" } else { "CLR" }
}

/// A number whose last digits are decimals.
fn decimal(number: i128, decimals: u8) -> String {
    let decimals = usize::from(decimals);
    let digits = format!("{:0>width$}", number.unsigned_abs(), width = decimals + 1);
    let (whole, fraction) = digits.split_at_checked(digits.len() - decimals).unwrap_or((&digits, ""));
    let sign = if number < 0 { "-" } else { "" };
    let point = if fraction.is_empty() { "" } else { "." };
    format!("{sign}{whole}{point}{fraction}")
}

/// The day so many days after 1970-01-01.
fn day(days: i64) -> String {
    let (year, month, day) = civil(days);
    date(year, month, day)
}

fn day_of(date: Date) -> String {
    day(i64::from(date.days()) - DAYS_FROM_YEAR_1)
}

fn clock_of(time: Time) -> String {
    clock(time.increments(), time.scale())
}

fn moment_of(moment: DateTime2) -> String {
    format!("{}T{}", day_of(moment.date()), clock_of(moment.time()))
}

/// The time of day after so many parts of a second: `decimals` says of which.
fn clock(parts: u64, decimals: u8) -> String {
    let unit = 10_u64.pow(decimals.min(9).into());
    let seconds = parts / unit;
    let small = |number: u64| u32::try_from(number).unwrap_or_default();
    let whole = time(small(seconds / 3_600), small(seconds / 60 % 60), small(seconds % 60), 0);
    let fraction = parts % unit;
    if fraction == 0 {
        return whole;
    }
    let fraction = format!("{fraction:0>width$}", width = usize::from(decimals));
    format!("{whole}.{}", fraction.trim_end_matches('0'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_stay() {
        for (number, decimals, expected) in [
            (1_250, 2, "12.50"),
            (-5, 2, "-0.05"),
            (0, 0, "0"),
            (0, 3, "0.000"),
            (i128::from(i64::MAX), 0, "9223372036854775807"),
            (99_999_999_999_999_999_999_999_999_999_999_999_999, 38, "0.99999999999999999999999999999999999999"),
        ] {
            assert_eq!(decimal(number, decimals), expected);
        }
    }

    #[test]
    fn days_count_from_where_the_server_counts() {
        assert_eq!(day_of(Date::new(0)), "0001-01-01");
        assert_eq!(day_of(Date::new(3_652_058)), "9999-12-31");
        assert_eq!(day(-DAYS_FROM_1900), "1900-01-01");
        assert_eq!(clock(863_999_999_999, 7), "23:59:59.9999999");
        assert_eq!(clock(1, 0), "00:00:01");
    }
}
