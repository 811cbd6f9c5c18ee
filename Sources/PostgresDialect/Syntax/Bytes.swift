/// The classes of bytes that PostgreSQL's lexer tells apart.
///
/// Source: <https://www.postgresql.org/docs/15/sql-syntax-lexical.html>
extension UInt8 {
  var isSQLSpace: Bool {
    switch self {
    case 0x20, 0x09, 0x0A, 0x0C, 0x0D: true
    default: false
    }
  }

  var isLineEnd: Bool { self == 0x0A || self == 0x0D }

  var isASCIIDigit: Bool { self >= 0x30 && self <= 0x39 }

  /// A letter, an underscore or a part of any character beyond ASCII.
  var isNameStart: Bool {
    switch self {
    case 0x41...0x5A, 0x61...0x7A, 0x5F, 0x80...0xFF: true
    default: false
    }
  }

  var isNamePart: Bool { isNameStart || isASCIIDigit || self == UInt8(ascii: "$") }

  var isOperatorPart: Bool {
    switch self {
    case UInt8(ascii: "~"), UInt8(ascii: "!"), UInt8(ascii: "@"), UInt8(ascii: "#"), UInt8(ascii: "^"),
      UInt8(ascii: "&"), UInt8(ascii: "|"), UInt8(ascii: "`"), UInt8(ascii: "?"), UInt8(ascii: "+"),
      UInt8(ascii: "-"), UInt8(ascii: "*"), UInt8(ascii: "/"), UInt8(ascii: "%"), UInt8(ascii: "<"),
      UInt8(ascii: ">"), UInt8(ascii: "="):
      true
    default: false
    }
  }

  /// An operator with one of these may end in a plus or minus sign.
  var allowsTrailingSign: Bool {
    switch self {
    case UInt8(ascii: "~"), UInt8(ascii: "!"), UInt8(ascii: "@"), UInt8(ascii: "#"), UInt8(ascii: "^"),
      UInt8(ascii: "&"), UInt8(ascii: "|"), UInt8(ascii: "`"), UInt8(ascii: "?"), UInt8(ascii: "%"):
      true
    default: false
    }
  }

  /// Only ASCII is folded: in UTF-8, PostgreSQL leaves all other letters alone.
  var lowercasedASCII: UInt8 { self >= 0x41 && self <= 0x5A ? self | 0x20 : self }

  /// The value of a hexadecimal digit.
  var hexadecimalValue: UInt32? {
    switch self {
    case 0x30...0x39: UInt32(self - 0x30)
    case 0x41...0x46: UInt32(self - 0x41 + 10)
    case 0x61...0x66: UInt32(self - 0x61 + 10)
    default: nil
    }
  }
}
