//! Attributes whose values are bytes and not text, whatever they happen to look like.

/// Attributes of syntax Octet String and SID, in lower case [MS-ADA1, MS-ADA2, MS-ADA3; RFC 2798 2.6; RFC 4523 4]. Bytes of
/// other attributes are known by not being UTF-8.
const OCTETS: [&str; 20] = [
    "audio",
    "authorityrevocationlist",
    "cacertificate",
    "certificaterevocationlist",
    "jpegphoto",
    "logonhours",
    "ms-ds-consistencyguid",
    "ms-ds-creatorsid",
    "msds-generationid",
    "msexcharchiveguid",
    "msexchmailboxguid",
    "msrtcsip-userroutinggroupid",
    "netbootguid",
    "objectguid",
    "objectsid",
    "sidhistory",
    "thumbnaillogo",
    "thumbnailphoto",
    "usercertificate",
    "usersmimecertificate",
];
/// Bytes of a GUID. None of the ways to write one as text is so short.
const GUID_BYTES: usize = 16;

/// Whether a directory server sends bytes as values of an attribute, its name in lower case, perhaps with options.
pub(super) fn is_of_octets(name: &str) -> bool {
    let (name, _) = name.split_once(';').unwrap_or((name, ""));
    OCTETS.binary_search(&name).is_ok()
}

/// Whether a value that a file states for an attribute, its name in lower case, is a GUID in bytes.
pub(super) fn is_guid(name: &str, value: &[u8]) -> bool {
    value.len() == GUID_BYTES && name.ends_with("guid") && is_of_octets(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found() {
        assert!(OCTETS.is_sorted());
        for name in OCTETS {
            assert!(is_of_octets(name) && is_of_octets(&format!("{name};binary")), "{name}");
        }
        for name in ["", "mail", "objectguids", ";binary"] {
            assert!(!is_of_octets(name), "{name}");
        }
    }

    #[test]
    fn a_guid_that_is_written_is_text() {
        assert!(is_guid("ms-ds-consistencyguid", b"0123456789abcdef"));
        assert!(!is_guid("ms-ds-consistencyguid", b"MDEyMzQ1Njc4OWFiY2RlZg=="));
        assert!(!is_guid("logonhours", b"0123456789abcdef"));
    }
}
