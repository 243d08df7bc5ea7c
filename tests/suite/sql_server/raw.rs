//! How a SQL Server sends the cells of `cases::TYPES` [MS-TDS 2.2.5.4, 2.2.5.5].

use crate::support::fake_sql_server::token::{COLLATION, Type, utf16};

const DECIMAL: u8 = 0x6A;
const NUMERIC: u8 = 0x6C;
const MONEY: u8 = 0x6E;
const DATETIME: u8 = 0x6F;
/// Days from 0001-01-01 to 1970-01-01, and from 1900-01-01.
const FROM_YEAR_1: i64 = 719_162;
const FROM_1900: i64 = 25_567;

/// The type of a cell, and its bytes.
pub fn raw(cell: &str) -> (Type, Vec<u8>) {
    let ten_millionths = |hours: u64, minutes: u64, seconds: u64| (hours * 3_600 + minutes * 60 + seconds) * 10_000_000;
    match cell {
        "CAST(255 AS tinyint)" => (Type::Fixed(0x30), vec![255]),
        "CAST(-32768 AS smallint)" => (Type::Fixed(0x34), i16::MIN.to_le_bytes().to_vec()),
        "CAST(-2147483648 AS int)" => (Type::Short(0x26, vec![4]), i32::MIN.to_le_bytes().to_vec()),
        "CAST(9223372036854775807 AS bigint)" => (Type::Fixed(0x7F), i64::MAX.to_le_bytes().to_vec()),
        "1 + 1" => (Type::Fixed(0x38), 2_i32.to_le_bytes().to_vec()),
        "CAST(1 AS bit)" => (Type::Short(0x68, vec![1]), vec![1]),
        "CAST(0 AS bit)" => (Type::Fixed(0x32), vec![0]),
        "CAST(1.5 AS real)" => (Type::Short(0x6D, vec![4]), 1.5_f32.to_le_bytes().to_vec()),
        "CAST(0.1 AS float)" => (Type::Fixed(0x3E), 0.1_f64.to_le_bytes().to_vec()),
        "CAST(12.5 AS decimal(10, 2))" => {
            (Type::Short(DECIMAL, vec![9, 10, 2]), signed(true, &1_250_u64.to_le_bytes()))
        }
        "CAST(-0.05 AS numeric(5, 2))" => (Type::Short(NUMERIC, vec![5, 5, 2]), signed(false, &5_u32.to_le_bytes())),
        "CAST('-12345678901234567890123456789012345678' AS decimal(38, 0))" => {
            let number = 12_345_678_901_234_567_890_123_456_789_012_345_678_u128;
            (Type::Short(DECIMAL, vec![17, 38, 0]), signed(false, &number.to_le_bytes()))
        }
        "CAST(1234.5 AS money)" => (Type::Short(MONEY, vec![8]), money(12_345_000)),
        "CAST(-0.0001 AS smallmoney)" => (Type::Fixed(0x7A), (-1_i32).to_le_bytes().to_vec()),
        "CAST(922337203685477.5807 AS money)" => (Type::Fixed(0x3C), money(i64::MAX)),
        "CAST('x' AS varchar(9))" => (Type::Long(0xA7, 9), b"x".to_vec()),
        "CAST('AB' AS char(5))" => (Type::Long(0xAF, 5), b"AB   ".to_vec()),
        "CAST('AB' AS nchar(5))" => (Type::Long(0xEF, 10), utf16("AB   ")),
        "CAST(N'\u{540d}\u{524d} \u{1f600}' AS nvarchar(20))" => {
            (Type::Long(0xE7, 40), utf16("\u{540d}\u{524d} \u{1f600}"))
        }
        "CAST(N'long' AS nvarchar(max))" => (Type::nvarchar_max(), utf16("long")),
        "CAST('long' AS varchar(max))" => {
            (Type::Chunks(0xA7, [&[0xFF, 0xFF], &COLLATION[..]].concat()), b"long".to_vec())
        }
        // The code page of the collation is 1252.
        "CAST('\u{dc}' AS varchar(9))" => (Type::Long(0xA7, 9), vec![0xDC]),
        "CAST('2026-02-28' AS date)" => (Type::Short(0x28, vec![]), date(2026, 2, 28)),
        "CAST('0001-01-01' AS date)" => (Type::Short(0x28, vec![]), date(1, 1, 1)),
        "CAST('01:02:03.5' AS time(7))" => (Type::Short(0x29, vec![7]), least(5, ten_millionths(1, 2, 3) + 5_000_000)),
        "CAST('01:02:03' AS time(0))" => (Type::Short(0x29, vec![0]), least(3, 3_723)),
        "CAST('1999-12-31T23:59:59.997' AS datetime)" => {
            (Type::Short(DATETIME, vec![8]), datetime(1999, 12, 31, 25_919_999))
        }
        "CAST('1999-12-31T12:00:00' AS datetime)" => (Type::Fixed(0x3D), datetime(1999, 12, 31, 12_960_000)),
        "CAST('1753-01-01T00:00:00.003' AS datetime)" => (Type::Short(DATETIME, vec![8]), datetime(1753, 1, 1, 1)),
        "CAST('2026-11-21T08:30:00' AS smalldatetime)" => {
            let days = u16::try_from(days(2026, 11, 21) + FROM_1900).unwrap();
            (Type::Short(DATETIME, vec![4]), [days.to_le_bytes(), 510_u16.to_le_bytes()].concat())
        }
        "CAST('9999-12-31T23:59:59.9999999' AS datetime2(7))" => {
            let time = least(5, ten_millionths(24, 0, 0) - 1);
            (Type::Short(0x2A, vec![7]), [time, date(9999, 12, 31)].concat())
        }
        "CAST('2026-06-01T12:00:00.25 +02:00' AS datetimeoffset(3))" => {
            let time = least(4, 36_000_250);
            (Type::Short(0x2B, vec![3]), [time, date(2026, 6, 1), 120_i16.to_le_bytes().to_vec()].concat())
        }
        "CAST('0F8FAD5B-D9CB-469F-A165-70867728950E' AS uniqueidentifier)" => {
            // The first three groups are numbers, and little-endian.
            let groups = [&0x0f8f_ad5b_u32.to_le_bytes()[..], &0xd9cb_u16.to_le_bytes(), &0x469f_u16.to_le_bytes()];
            let rest = [0xa1, 0x65, 0x70, 0x86, 0x77, 0x28, 0x95, 0x0e];
            (Type::Short(0x24, vec![16]), [&groups.concat()[..], &rest].concat())
        }
        "0xFF00" => (Type::Long(0xA5, 2), vec![0xFF, 0]),
        "CAST(0xFF AS binary(2))" => (Type::Long(0xAD, 2), vec![0xFF, 0]),
        "CAST(0xFF00 AS varbinary(max))" => (Type::varbinary_max(), vec![0xFF, 0]),
        "CAST('<a/>' AS xml)" => (Type::Chunks(0xF1, vec![0]), utf16("<a/>")),
        "CAST(N'v' AS sql_variant)" => {
            (Type::Variant, [&[0xE7, 7], &COLLATION[..], &2_u16.to_le_bytes(), &utf16("v")].concat())
        }
        "CAST(42 AS sql_variant)" => (Type::Variant, [&[0x38, 0][..], &42_i32.to_le_bytes()].concat()),
        "hierarchyid::Parse('/1/')" => {
            let mut kind = 892_u16.to_le_bytes().to_vec();
            for name in ["people", "sys", "hierarchyid"] {
                kind.push(u8::try_from(name.len()).unwrap());
                kind.extend(utf16(name));
            }
            kind.extend([0, 0]);
            (Type::Chunks(0xF0, kind), vec![0x58])
        }
        other => panic!("how `{other}` is sent is not known"),
    }
}

fn signed(is_positive: bool, number: &[u8]) -> Vec<u8> {
    [&[u8::from(is_positive)], number].concat()
}

/// The upper half comes first.
fn money(number: i64) -> Vec<u8> {
    let [low, high] = [number & 0xFFFF_FFFF, number >> 32].map(|half| half.to_le_bytes()[..4].to_vec());
    [high, low].concat()
}

/// The lowest bytes of a number.
fn least(bytes: usize, number: u64) -> Vec<u8> {
    number.to_le_bytes()[..bytes].to_vec()
}

fn date(year: i64, month: i64, day: i64) -> Vec<u8> {
    least(3, u64::try_from(days(year, month, day) + FROM_YEAR_1).unwrap())
}

fn datetime(year: i64, month: i64, day: i64, three_hundredths: u32) -> Vec<u8> {
    let days = i32::try_from(days(year, month, day) + FROM_1900).unwrap();
    [days.to_le_bytes(), three_hundredths.to_le_bytes()].concat()
}

/// Days from 1970-01-01, counted one by one.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let is_leap = |year: i64| year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let length = |year: i64| if is_leap(year) { 366 } else { 365 };
    let years: i64 = if year >= 1970 { (1970..year).map(length).sum() } else { -(year..1970).map(length).sum::<i64>() };
    let months = [31, if is_leap(year) { 29 } else { 28 }, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    years + months[..usize::try_from(month - 1).unwrap()].iter().sum::<i64>() + day - 1
}
