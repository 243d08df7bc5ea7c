//! Reads what clients send. What is not as the specification has it is a fault, with words for it.

/// Why something cannot be read.
pub type Fault = String;

pub struct Reader<'a>(pub &'a [u8]);

impl<'a> Reader<'a> {
    pub fn take(&mut self, count: usize) -> Result<&'a [u8], Fault> {
        let (taken, rest) =
            self.0.split_at_checked(count).ok_or_else(|| format!("{count} bytes where {} are left", self.0.len()))?;
        self.0 = rest;
        Ok(taken)
    }

    pub fn byte(&mut self) -> Result<u8, Fault> {
        Ok(self.take(1)?[0])
    }

    pub fn u16(&mut self) -> Result<u16, Fault> {
        Ok(u16::from_le_bytes(self.take(2)?.try_into().unwrap()))
    }

    pub fn u32(&mut self) -> Result<u32, Fault> {
        Ok(u32::from_le_bytes(self.take(4)?.try_into().unwrap()))
    }

    pub fn u64(&mut self) -> Result<u64, Fault> {
        Ok(u64::from_le_bytes(self.take(8)?.try_into().unwrap()))
    }

    /// So many characters of UTF-16.
    pub fn text(&mut self, characters: usize) -> Result<String, Fault> {
        utf16(self.take(characters * 2)?)
    }

    /// The descriptor of the transaction in which the client believes to be [MS-TDS 2.2.5.3].
    pub fn headers(&mut self) -> Result<[u8; 8], Fault> {
        let total = self.u32()?;
        let mut headers = Reader(self.take(usize::try_from(total).unwrap().checked_sub(4).ok_or("short headers")?)?);
        let mut descriptor = None;
        while !headers.0.is_empty() {
            let length = usize::try_from(headers.u32()?).unwrap();
            let mut header = Reader(headers.take(length.checked_sub(4).ok_or("a short header")?)?);
            if header.u16()? == 2 {
                descriptor = Some(header.take(8)?.try_into().unwrap());
                if header.u32()? != 1 || !header.0.is_empty() {
                    return Err("more than one outstanding request".to_owned());
                }
            }
        }
        descriptor.ok_or_else(|| "no transaction descriptor".to_owned())
    }

    /// A parameter of a call: its name and its text, if it is one [MS-TDS 2.2.6.6].
    pub fn parameter(&mut self) -> Result<(String, Option<String>), Fault> {
        let length = self.byte()?.into();
        let name = self.text(length)?;
        if self.byte()? != 0 {
            return Err(format!("`{name}` is to be given back"));
        }
        match self.byte()? {
            0xE7 => {
                let most = self.u16()?;
                self.take(5)?;
                let raw = if most == 0xFFFF { self.chunks()? } else { self.short(most)? };
                Ok((name, raw.map(|raw| utf16(&raw)).transpose()?))
            }
            other => Err(format!("the parameter `{name}` is of the type {other:#04x} and no nvarchar")),
        }
    }

    fn short(&mut self, most: u16) -> Result<Option<Vec<u8>>, Fault> {
        let length = self.u16()?;
        if length == 0xFFFF {
            return Ok(None);
        }
        if length > most || most > 8000 {
            return Err(format!("{length} bytes of at most {most}"));
        }
        Ok(Some(self.take(length.into())?.to_vec()))
    }

    /// [MS-TDS 2.2.5.2.3]
    fn chunks(&mut self) -> Result<Option<Vec<u8>>, Fault> {
        let total = self.u64()?;
        if total == u64::MAX {
            return Ok(None);
        }
        let mut value = Vec::new();
        loop {
            match self.u32()? {
                0 => break,
                length => value.extend(self.take(usize::try_from(length).unwrap())?),
            }
        }
        if total != u64::MAX - 1 && total != u64::try_from(value.len()).unwrap() {
            return Err(format!("{} bytes in chunks where {total} were announced", value.len()));
        }
        Ok(Some(value))
    }
}

fn utf16(raw: &[u8]) -> Result<String, Fault> {
    let units: Vec<u16> = raw.chunks(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]])).collect();
    String::from_utf16(&units).map_err(|error| error.to_string())
}

/// What a client says of itself [MS-TDS 2.2.6.4].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Login {
    pub user: String,
    pub password: String,
    pub database: String,
    pub application: String,
    /// Whether it only wants to read.
    pub reads: bool,
    pub packet_size: usize,
}

impl Login {
    pub fn read(message: &[u8]) -> Result<Self, Fault> {
        let mut fixed = Reader(message);
        if usize::try_from(fixed.u32()?).unwrap() != message.len() {
            return Err("the length of the login is another".to_owned());
        }
        if fixed.u32()? != 0x7400_0004 {
            return Err("the client speaks another version than 7.4".to_owned());
        }
        let packet_size = usize::try_from(fixed.u32()?).unwrap();
        let flags = *message.get(26).ok_or("a short login")?;
        let at = |place: usize| -> Result<&[u8], Fault> {
            let mut reader = Reader(message.get(place..).ok_or("a short login")?);
            let (offset, length) = (usize::from(reader.u16()?), usize::from(reader.u16()?) * 2);
            message.get(offset..offset + length).ok_or_else(|| "a field outside of the login".to_owned())
        };
        let password: Vec<u8> = at(44)?.iter().map(|byte| (byte ^ 0xA5).rotate_left(4)).collect();
        Ok(Self {
            user: utf16(at(40)?)?,
            password: utf16(&password)?,
            application: utf16(at(48)?)?,
            database: utf16(at(68)?)?,
            reads: flags & 0x20 != 0,
            packet_size,
        })
    }
}

/// The options of a PRELOGIN message [MS-TDS 2.2.6.5].
pub fn options(message: &[u8]) -> Result<Vec<(u8, Vec<u8>)>, Fault> {
    let mut reader = Reader(message);
    let mut options = Vec::new();
    loop {
        let kind = reader.byte()?;
        if kind == 0xFF {
            return Ok(options);
        }
        let place = Reader(reader.take(4)?).0;
        let offset = usize::from(u16::from_be_bytes([place[0], place[1]]));
        let length = usize::from(u16::from_be_bytes([place[2], place[3]]));
        let value = message.get(offset..offset + length).ok_or("an option outside of the message")?;
        options.push((kind, value.to_vec()));
    }
}
