/// The text of a one-dimensional array of texts, `{a,"b c",NULL}`.
/// Source: <https://www.postgresql.org/docs/15/arrays.html#ARRAYS-IO>
package enum TextArrayLiteral {
  /// The elements as a JSON array of strings and nulls, the form in which arrays are stored.
  ///
  /// - Throws: 22P02 for other text; 0A000 for more than one dimension.
  package static func json(_ text: String) throws(SQLError) -> String {
    "[" + (try elements(text)).map { $0.map(JSONEscape.quoted) ?? "null" }.joined(separator: ", ") + "]"
  }

  package static func elements(_ text: String) throws(SQLError) -> [String?] {
    func malformed(_ detail: String) -> SQLError {
      SQLError(.invalidTextRepresentation, "malformed array literal: \"\(text)\"", detail: detail)
    }
    func isSpace(_ character: Unicode.Scalar) -> Bool { " \t\n\r\u{0B}\u{0C}".unicodeScalars.contains(character) }
    let scalars = Array(text.unicodeScalars)
    var index = 0
    func skipSpace() { while index < scalars.count, isSpace(scalars[index]) { index += 1 } }
    skipSpace()
    guard index < scalars.count, scalars[index] == "{" else {
      throw malformed("Array value must start with \"{\" or dimension information.")
    }
    index += 1
    var elements: [String?] = []
    skipSpace()
    if index < scalars.count, scalars[index] == "}" {
      index += 1
    } else {
      while true {
        skipSpace()
        var element = String.UnicodeScalarView()
        var isQuoted = false
        var trailing = 0
        scan: while index < scalars.count {
          let scalar = scalars[index]
          switch scalar {
          case "\"":
            if isQuoted || !element.isEmpty { throw malformed("Unexpected array element.") }
            isQuoted = true
            index += 1
            while index < scalars.count, scalars[index] != "\"" {
              if scalars[index] == "\\" { index += 1 }
              if index < scalars.count { element.append(scalars[index]) }
              index += 1
            }
            index += 1
          case ",", "}": break scan
          case "{":
            if isQuoted || !element.isEmpty { throw malformed("Unexpected \"{\" character.") }
            throw SQLError(.featureNotSupported, "arrays of several dimensions are not supported here")
          case "\\":
            index += 1
            if index < scalars.count { element.append(scalars[index]) }
            trailing = 0
            index += 1
          default:
            if isQuoted {
              guard isSpace(scalar) else { throw malformed("Unexpected array element.") }
            } else {
              trailing = isSpace(scalar) ? trailing + 1 : 0
              element.append(scalar)
            }
            index += 1
          }
        }
        guard index < scalars.count else { throw malformed("Unexpected end of input.") }
        if !isQuoted {
          element.removeLast(trailing)
          if element.isEmpty { throw malformed("Unexpected \"\(scalars[index])\" character.") }
        }
        let value = String(element)
        elements.append(!isQuoted && value.lowercased() == "null" ? nil : value)
        index += 1
        if scalars[index - 1] == "}" { break }
      }
    }
    skipSpace()
    guard index == scalars.count else { throw malformed("Junk after closing right brace.") }
    return elements
  }
}
