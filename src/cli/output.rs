//! Where a command writes: results to one stream, everything else to the other.

use std::io::{self, Write};

/// When to use colour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Colour {
    /// On a terminal, unless `NO_COLOR` is set.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

impl From<Colour> for anstream::ColorChoice {
    fn from(colour: Colour) -> Self {
        match colour {
            Colour::Auto => Self::Auto,
            Colour::Always => Self::Always,
            Colour::Never => Self::Never,
        }
    }
}

/// The two streams of a command.
pub struct Output {
    /// Results, and nothing else.
    pub results: Stream,
    /// Progress, summaries, and why something could not be done.
    pub messages: Stream,
}

impl Output {
    /// Standard output for results, standard error for messages.
    #[must_use]
    pub fn standard(colour: Colour) -> Self {
        Self {
            results: Stream::new(Box::new(io::stdout()), colours(&io::stdout(), colour)),
            messages: Stream::new(Box::new(io::stderr()), colours(&io::stderr(), colour)),
        }
    }
}

fn colours(stream: &impl anstream::stream::RawStream, colour: Colour) -> bool {
    let choice = match colour {
        Colour::Auto => anstream::AutoStream::choice(stream),
        chosen => chosen.into(),
    };
    choice != anstream::ColorChoice::Never
}

/// A stream that stays quiet when its reader has gone.
///
/// `rulecheck check . | head -1` ends the reader first. What is written after that is dropped, so that the exit
/// code still tells what was found.
pub struct Stream {
    inner: io::BufWriter<Box<dyn Write>>,
    /// Whether to write colours.
    pub colour: bool,
    gone: bool,
}

impl Stream {
    /// A stream to `inner`.
    #[must_use]
    pub fn new(inner: Box<dyn Write>, colour: bool) -> Self {
        Self { inner: io::BufWriter::new(inner), colour, gone: false }
    }

    /// Whether nobody reads it any more.
    #[must_use]
    pub const fn is_gone(&self) -> bool {
        self.gone
    }

    fn note<T>(&mut self, outcome: io::Result<T>, when_gone: T) -> io::Result<T> {
        match outcome {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
                self.gone = true;
                Ok(when_gone)
            }
            other => other,
        }
    }
}

impl Write for Stream {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.gone {
            return Ok(bytes.len());
        }
        let written = self.inner.write(bytes);
        self.note(written, bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.gone {
            return Ok(());
        }
        let flushed = self.inner.flush();
        self.note(flushed, ())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Closed(io::ErrorKind);

    impl Write for Closed {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(self.0.into())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_reader_that_has_gone_is_no_error() {
        let mut stream = Stream::new(Box::new(Closed(io::ErrorKind::BrokenPipe)), false);
        stream.write_all(&vec![b'x'; 100_000]).unwrap();
        stream.flush().unwrap();
        stream.write_all(b"more").unwrap();
    }

    #[test]
    fn a_full_disk_is_one() {
        let mut stream = Stream::new(Box::new(Closed(io::ErrorKind::StorageFull)), false);
        assert_eq!(stream.write_all(&vec![b'x'; 100_000]).unwrap_err().kind(), io::ErrorKind::StorageFull);
    }
}
