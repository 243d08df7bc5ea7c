//! Ranges of addresses.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

/// A range of addresses, such as `10.0.0.0/8` or `2001:db8::/32` [RFC 4632].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    first: IpAddr,
    prefix_bits: u8,
}

/// Why a text is no range of addresses.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NetworkError {
    /// It is no address.
    #[error("`{0}` is no IP address; write a range such as `10.0.0.0/8`")]
    Address(String),
    /// The number after the slash does not fit the address.
    #[error("`{0}` has a prefix length that is no number up to {1}")]
    Prefix(String, u8),
    /// Bits are set behind the prefix.
    #[error("`{0}` has bits set behind its prefix; did you mean `{1}`?")]
    HostBits(String, String),
}

impl Network {
    /// Whether `address` lies in the range. An IPv4 address written as IPv6 counts as IPv4.
    #[must_use]
    pub fn contains(&self, address: IpAddr) -> bool {
        masked(address.to_canonical(), self.prefix_bits) == Some(self.first)
            && address.to_canonical().is_ipv4() == self.first.is_ipv4()
    }
}

impl FromStr for Network {
    type Err = NetworkError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (address_text, prefix_text) = text.split_once('/').map_or((text, None), |(a, p)| (a, Some(p)));
        let address: IpAddr = address_text.parse().map_err(|_| NetworkError::Address(text.to_owned()))?;
        let most = if address.is_ipv4() { 32 } else { 128 };
        let prefix_bits = match prefix_text {
            None => most,
            Some(digits) => digits
                .parse()
                .ok()
                .filter(|&bits| bits <= most)
                .ok_or_else(|| NetworkError::Prefix(text.to_owned(), most))?,
        };
        let first = masked(address, prefix_bits).unwrap_or(address);
        if first != address {
            return Err(NetworkError::HostBits(text.to_owned(), format!("{first}/{prefix_bits}")));
        }
        Ok(Self { first, prefix_bits })
    }
}

impl fmt::Display for Network {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}/{}", self.first, self.prefix_bits)
    }
}

/// The first address of the range of `prefix_bits` around `address`. `None` if it has fewer bits than that.
pub(crate) fn masked(address: IpAddr, prefix_bits: u8) -> Option<IpAddr> {
    let bits = u32::from(prefix_bits);
    match address {
        IpAddr::V4(v4) => {
            let mask = u32::MAX.checked_shl(32_u32.checked_sub(bits)?).unwrap_or(0);
            Some(IpAddr::V4((v4.to_bits() & mask).into()))
        }
        IpAddr::V6(v6) => {
            let mask = u128::MAX.checked_shl(128_u32.checked_sub(bits)?).unwrap_or(0);
            Some(IpAddr::V6((v6.to_bits() & mask).into()))
        }
    }
}

/// Whom an address counts for: itself, and one household or server has at least a /64 of IPv6 addresses [RFC 6177].
pub(crate) fn household(address: IpAddr) -> IpAddr {
    let address = address.to_canonical();
    if address.is_ipv6() { masked(address, 64).unwrap_or(address) } else { address }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contains(network: &str, address: &str) -> bool {
        network.parse::<Network>().unwrap().contains(address.parse().unwrap())
    }

    #[test]
    fn a_range_holds_its_addresses_and_no_others() {
        assert!(contains("10.0.0.0/8", "10.255.0.1"));
        assert!(!contains("10.0.0.0/8", "11.0.0.1"));
        assert!(contains("0.0.0.0/0", "192.0.2.1"));
        assert!(!contains("0.0.0.0/0", "2001:db8::1"));
        assert!(contains("10.0.0.0/8", "::ffff:10.1.2.3"));
        assert!(contains("2001:db8::/32", "2001:db8:1::1"));
        assert!(contains("192.0.2.7", "192.0.2.7"));
        assert!(!contains("192.0.2.7", "192.0.2.8"));
    }

    #[test]
    fn a_text_that_is_no_range_is_refused_with_advice() {
        let error = |text: &str| text.parse::<Network>().unwrap_err().to_string();
        assert_eq!(error("intranet"), "`intranet` is no IP address; write a range such as `10.0.0.0/8`");
        assert_eq!(error("10.0.0.0/33"), "`10.0.0.0/33` has a prefix length that is no number up to 32");
        assert_eq!(error("10.0.0.1/8"), "`10.0.0.1/8` has bits set behind its prefix; did you mean `10.0.0.0/8`?");
    }
}
