import PostgresDialect

/// Numbers for products that have none: what `masterdata.synthetic_upc(text)` gives.
public enum SyntheticNumber {
  /// 13 digits that follow from the text: a zero, eleven digits, and an EAN-13 check digit.
  ///
  /// The eleven are production's: the absolute value of PostgreSQL's `hashtextextended(text, 42)`, modulo 10^11.
  public static func upc(_ text: String) -> String {
    let number = JenkinsHash.hash(Array(text.utf8), seed: 42).magnitude % 100_000_000_000
    let digits = String(number)
    let body = String(repeating: "0", count: 12 - digits.count) + digits
    return body + String(GTIN.checkDigit(Array(body.utf8)))
  }
}
