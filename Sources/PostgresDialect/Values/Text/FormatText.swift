/// What `format` writes: `%s`, `%I` and `%L` with positions, widths and `-`.
/// Source: <https://www.postgresql.org/docs/15/functions-string.html#FUNCTIONS-STRING-FORMAT>
public enum FormatText {
  /// The text with its specifiers filled in; nil arguments are nulls.
  ///
  /// - Throws: 22023 for a faulty specifier or too few arguments, 22004 for a null as an identifier.
  public static func text(_ format: String, _ arguments: [String?]) throws(SQLError) -> String {
    var reader = Reader(scalars: Array(format.unicodeScalars), arguments: arguments)
    return try reader.run()
  }

  private struct Reader {
    let scalars: [Unicode.Scalar]
    let arguments: [String?]
    var position = 0
    var next = 0

    init(scalars: [Unicode.Scalar], arguments: [String?]) {
      self.scalars = scalars
      self.arguments = arguments
    }

    mutating func run() throws(SQLError) -> String {
      var result = String.UnicodeScalarView()
      while position < scalars.count {
        let scalar = scalars[position]
        position += 1
        guard scalar == "%" else {
          result.append(scalar)
          continue
        }
        let first = try current()
        if first == "%" {
          result.append("%")
          position += 1
          continue
        }
        result.append(contentsOf: try specifier().unicodeScalars)
      }
      return String(result)
    }

    private func current() throws(SQLError) -> Unicode.Scalar {
      guard position < scalars.count else {
        throw SQLError(
          .invalidParameterValue, "unterminated format() type specifier", hint: "For a single \"%\" use \"%%\".")
      }
      return scalars[position]
    }

    private mutating func number() throws(SQLError) -> Int? {
      var value: Int?
      while position < scalars.count, let digit = Int(String(scalars[position])),
        ("0"..."9").contains(scalars[position])
      {
        let grown = (value ?? 0) * 10 + digit
        guard grown <= Int(Int32.max) else {
          throw SQLError(.numericValueOutOfRange, "number is out of range")
        }
        value = grown
        position += 1
      }
      if value != nil { _ = try current() }
      return value
    }

    private func argument(at number: Int) throws(SQLError) -> String? {
      guard number != 0 else {
        throw SQLError(
          .invalidParameterValue, "format specifies argument 0, but arguments are numbered from 1")
      }
      guard number <= arguments.count else {
        throw SQLError(.invalidParameterValue, "too few arguments for format()")
      }
      return arguments[number - 1]
    }

    private mutating func specifier() throws(SQLError) -> String {
      var place: Int?
      var width = 0
      var isLeft = false
      let leading = try number()
      if let leading, try current() == "$" {
        place = leading
        if leading == 0 { _ = try argument(at: 0) }
        position += 1
        _ = try current()
      } else if let leading {
        width = leading
      }
      if leading == nil || place != nil {
        while try current() == "-" {
          isLeft = true
          position += 1
        }
        if try current() == "*" {
          position += 1
          let given = try number()
          var widthPlace = next + 1
          if let given {
            guard try current() == "$" else {
              throw SQLError(
                .invalidParameterValue, "width argument position must be ended by \"$\"")
            }
            position += 1
            widthPlace = given
          }
          next = widthPlace
          width = try argument(at: widthPlace).map { text throws(SQLError) in Int(try ValueText.int32(text)) } ?? 0
          if width < 0 { (width, isLeft) = (-width, true) }
        } else {
          width = try number() ?? 0
        }
      }
      let kind = try current()
      guard ["s", "I", "L"].contains(kind) else {
        throw SQLError(
          .invalidParameterValue, "unrecognized format() type specifier \"\(kind)\"",
          hint: "For a single \"%\" use \"%%\".")
      }
      position += 1
      let number = place ?? next + 1
      let value = try argument(at: number)
      next = number
      return padded(try shown(value, kind), width, isLeft: isLeft)
    }

    private func shown(_ value: String?, _ kind: Unicode.Scalar) throws(SQLError) -> String {
      switch kind {
      case "I":
        guard let value else {
          throw SQLError(
            SQLState(rawValue: "22004"), "null values cannot be formatted as an SQL identifier")
        }
        return QuotedText.identifier(value)
      case "L": return value.map(QuotedText.literal) ?? "NULL"
      default: return value ?? ""
      }
    }

    private func padded(_ text: String, _ width: Int, isLeft: Bool) -> String {
      let missing = width - text.unicodeScalars.count
      guard missing > 0 else { return text }
      let blanks = String(repeating: " ", count: missing)
      return isLeft ? text + blanks : blanks + text
    }
  }
}

/// Texts as SQL writes them.
public enum QuotedText {
  /// The name, in quotes where it needs them: capitals, special characters, and words of SQL.
  public static func identifier(_ name: String) -> String {
    let isPlain =
      name.utf8.first.map { $0 == ASCII.underscore || ($0 >= UInt8(ascii: "a") && $0 <= UInt8(ascii: "z")) } ?? false
      && name.utf8.allSatisfy {
        $0 == ASCII.underscore || ASCII.isDigit($0) || ($0 >= UInt8(ascii: "a") && $0 <= UInt8(ascii: "z"))
      }
    if isPlain && !words.contains(name) { return name }
    return "\"" + name.replacing("\"", with: "\"\"") + "\""
  }

  private static let words = Set(
    (Keyword.columnNames + Keyword.typesAndFunctions + Keyword.reservedWords).map(\.rawValue))

  /// The text as a literal; with backslashes it becomes an `E'…'`.
  public static func literal(_ text: String) -> String {
    let hasBackslash = text.utf8.contains(UInt8(ascii: "\\"))
    let escaped = text.replacing("'", with: "''")
    return (hasBackslash ? "E'" + escaped.replacing("\\", with: "\\\\") : "'" + escaped) + "'"
  }
}
