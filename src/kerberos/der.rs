//! As much of DER as the head of a token needs [ITU-T X.690 8.1, 10.1].

/// One element: its tag byte, its content, and what follows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Element<'a> {
    pub(super) tag: u8,
    pub(super) content: &'a [u8],
    pub(super) rest: &'a [u8],
}

/// The first element of `bytes`. `None` if there is no whole one, or its tag or length is longer than tokens have.
pub(super) fn element(bytes: &[u8]) -> Option<Element<'_>> {
    let (&tag, rest) = bytes.split_first()?;
    if tag & 0x1F == 0x1F {
        return None;
    }
    let (&first, mut rest) = rest.split_first()?;
    let length = if first < 0x80 {
        usize::from(first)
    } else {
        let digits = usize::from(first & 0x7F);
        if digits == 0 || digits > 4 {
            return None;
        }
        let (length, after) = rest.split_at_checked(digits)?;
        rest = after;
        length.iter().try_fold(0_usize, |sum, &byte| sum.checked_mul(256)?.checked_add(byte.into()))?
    };
    let (content, rest) = rest.split_at_checked(length)?;
    Some(Element { tag, content, rest })
}

/// The content of the first element, if it has that tag.
pub(super) fn content(bytes: &[u8], tag: u8) -> Option<&[u8]> {
    element(bytes).filter(|element| element.tag == tag).map(|element| element.content)
}

/// An object identifier in dots. `None` if it is not whole.
pub(super) fn dotted(content: &[u8]) -> Option<String> {
    let mut arcs: Vec<u64> = Vec::new();
    let mut arc = 0_u64;
    for &byte in content {
        arc = arc.checked_mul(128)?.checked_add(u64::from(byte & 0x7F))?;
        if byte & 0x80 == 0 {
            arcs.push(arc);
            arc = 0;
        }
    }
    let is_whole = content.last().is_some_and(|last| last & 0x80 == 0);
    let (&first, others) = arcs.split_first().filter(|_| is_whole)?;
    let top = (first / 40).min(2);
    let mut text = format!("{top}.{}", first - top * 40);
    for arc in others {
        text.push('.');
        text.push_str(&arc.to_string());
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_follow_one_another() {
        let first = element(&[0x04, 2, 7, 8, 0x05, 0]).unwrap();
        assert_eq!((first.tag, first.content), (4, &[7, 8][..]));
        assert_eq!(element(first.rest), Some(Element { tag: 5, content: &[], rest: &[] }));
        let long = [&[0x04, 0x82, 1, 0][..], &[9; 256]].concat();
        assert_eq!(content(&long, 4).map(<[u8]>::len), Some(256));
    }

    #[test]
    fn what_is_not_whole_is_no_element() {
        for bytes in [&[][..], &[4], &[4, 1], &[4, 0x80, 0, 0], &[4, 0x85, 0, 0, 0, 0, 1, 9], &[0x1F, 1, 0], &[4, 0x81]]
        {
            assert_eq!(element(bytes), None, "{bytes:?}");
        }
    }

    #[test]
    fn identifiers_are_written_in_dots() {
        assert_eq!(dotted(&[0x2B, 6, 1, 5, 5, 2]).as_deref(), Some("1.3.6.1.5.5.2"));
        assert_eq!(dotted(&[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x12, 1, 2, 2]).as_deref(), Some("1.2.840.113554.1.2.2"));
        assert_eq!(dotted(&[0x2A, 0x86]), None);
        assert_eq!(dotted(&[]), None);
        assert_eq!(dotted(&[0xFF; 12]), None);
    }
}
