//! Runs queries in SQLite, and gives the cells types of SQL Server.

use std::path::Path;

use futures_util::TryStreamExt as _;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteRow};
use sqlx::{
    AssertSqlSafe, Column as _, ConnectOptions as _, Executor as _, Row as _, SqlSafeStr as _, Statement as _,
    TypeInfo as _, ValueRef as _,
};
use tokio::runtime::Runtime;

use super::token::{Table, Type, utf16};

/// One connection to the database.
pub struct Engine {
    runtime: Runtime,
    connection: SqliteConnection,
}

impl Engine {
    pub fn open(file: &Path) -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let options = SqliteConnectOptions::new()
            .filename(file)
            .create_if_missing(true)
            .busy_timeout(std::time::Duration::from_secs(20))
            .disable_statement_logging();
        let connection = runtime.block_on(options.connect()).unwrap();
        Self { runtime, connection }
    }

    /// What a statement answers; `None` if it is of a kind that answers nothing. The values are those of the parameters
    /// with these names, by place.
    ///
    /// # Errors
    ///
    /// The words of SQLite.
    pub fn run(&mut self, sql: &str, names: &[String], values: &[Option<String>]) -> Result<Option<Table>, String> {
        let sql = AssertSqlSafe(numbered(sql, names)).into_sql_str();
        let connection = &mut self.connection;
        let work = async {
            let statement = connection.prepare(sql.clone()).await?;
            let names: Vec<String> = statement.columns().iter().map(|column| column.name().to_owned()).collect();
            drop(statement);
            let mut query = sqlx::query(sql);
            for value in values {
                query = query.bind(value.clone());
            }
            let mut rows = connection.fetch(query);
            let mut cells = Vec::new();
            while let Some(row) = rows.try_next().await? {
                cells.push((0..names.len()).map(|index| Cell::of(&row, index)).collect::<Vec<_>>());
            }
            Ok((names, cells))
        };
        let (names, cells) =
            self.runtime.block_on(work).map_err(|error: sqlx::Error| match error.as_database_error() {
                Some(told) => told.message().to_owned(),
                None => error.to_string(),
            })?;
        if names.is_empty() {
            return Ok(None);
        }
        let kinds = (0..names.len()).map(|index| kind_of(cells.iter().map(|row| &row[index])));
        let columns: Vec<_> = names.into_iter().zip(kinds).collect();
        let rows = cells.into_iter().map(|row| row.into_iter().map(Cell::raw).collect()).collect();
        Ok(Some(Table { columns, rows }))
    }
}

/// `@P1` is `?1` to SQLite, outside of constants, if it is the first name.
fn numbered(sql: &str, names: &[String]) -> String {
    let mut marks: Vec<(&String, String)> =
        names.iter().zip(1..).map(|(name, number)| (name, format!("?{number}"))).collect();
    // `@P1` begins `@P10`.
    marks.sort_by_key(|(name, _)| std::cmp::Reverse(name.len()));
    let parts = sql.split('\'').enumerate().map(|(index, part)| {
        let is_constant = index % 2 == 1;
        let marks = marks.iter().filter(|_| !is_constant);
        marks.fold(part.to_owned(), |text, (name, mark)| text.replace(name.as_str(), mark))
    });
    parts.collect::<Vec<_>>().join("'")
}

enum Cell {
    Null,
    Integer(i64),
    Real(f64),
    Text(String),
    Bytes(Vec<u8>),
}

impl Cell {
    fn of(row: &SqliteRow, index: usize) -> Self {
        let value = row.try_get_raw(index).unwrap();
        if value.is_null() {
            return Self::Null;
        }
        match value.type_info().name() {
            "INTEGER" => Self::Integer(row.get_unchecked(index)),
            "REAL" => Self::Real(row.get_unchecked(index)),
            "BLOB" => Self::Bytes(row.get_unchecked(index)),
            _ => Self::Text(row.get_unchecked(index)),
        }
    }

    fn raw(self) -> Option<Vec<u8>> {
        Some(match self {
            Self::Null => return None,
            Self::Integer(number) => number.to_le_bytes().to_vec(),
            Self::Real(number) => number.to_le_bytes().to_vec(),
            Self::Text(text) => utf16(&text),
            Self::Bytes(bytes) => bytes,
        })
    }
}

/// The type of a column by what stands in it. No column of the tests mixes types.
fn kind_of<'a>(cells: impl Iterator<Item = &'a Cell>) -> Type {
    let mut longest = None;
    for cell in cells {
        match cell {
            Cell::Null => {}
            Cell::Integer(_) => return Type::Short(0x26, vec![8]),
            Cell::Real(_) => return Type::Short(0x6D, vec![8]),
            Cell::Bytes(_) => return Type::varbinary_max(),
            Cell::Text(text) => longest = longest.max(Some(text.encode_utf16().count())),
        }
    }
    if longest.unwrap_or(0) > 4000 { Type::nvarchar_max() } else { Type::nvarchar() }
}
