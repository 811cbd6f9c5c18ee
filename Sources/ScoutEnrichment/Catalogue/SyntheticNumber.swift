import Crypto

/// Numbers for products that have none: what `masterdata.synthetic_upc(text)` gives.
public enum SyntheticNumber {
  /// 13 digits that follow from the text, the last one an EAN-13 check digit.
  ///
  /// The first 60 bits of the text's MD5, modulo 10^12; MD5 because production's function uses it, not for safety.
  public static func upc(_ text: String) -> String {
    var number: UInt64 = 0
    for byte in Insecure.MD5.hash(data: Array(text.utf8)).prefix(8) { number = number << 8 | UInt64(byte) }
    var digits = String((number >> 4) % 1_000_000_000_000)
    digits = String(repeating: "0", count: 12 - digits.count) + digits
    return digits + String(GTIN.checkDigit(Array(digits.utf8)))
  }
}
