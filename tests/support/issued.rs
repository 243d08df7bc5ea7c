//! What a page sends to AWS.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;

/// The response that a page sends, as XML; `None` if it sends none.
pub fn xml(page: &str) -> Option<String> {
    let (_, rest) = page.split_once("name=\"SAMLResponse\" value=\"")?;
    Some(String::from_utf8(BASE64.decode(rest.split('"').next()?).unwrap()).unwrap())
}

/// The ARNs of the roles that a page sends, sorted.
///
/// # Panics
///
/// If it sends no response.
pub fn roles(page: &str) -> Vec<String> {
    let xml = xml(page).unwrap_or_else(|| panic!("no response in:\n{page}"));
    let pairs = xml.split(['<', '>']).filter(|text| text.starts_with("arn:"));
    let arns = pairs.flat_map(|pair| pair.split(',')).filter(|arn| arn.contains(":role/"));
    let mut roles: Vec<String> = arns.map(str::to_owned).collect();
    roles.sort();
    roles
}
