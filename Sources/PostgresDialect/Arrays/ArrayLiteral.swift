/// The text of an array, `{a,"b c",NULL}` or `{{1,2},{3,4}}`.
/// Source: <https://www.postgresql.org/docs/15/arrays.html#ARRAYS-IO>
package struct ArrayLiteral {
  /// The length of each dimension; none for the empty array.
  package private(set) var dimensions: [Int] = []
  /// The elements' texts, nil for NULL.
  package private(set) var elements: [String?] = []

  private let text: String
  private let scalars: [Unicode.Scalar]
  private var index = 0
  private var lengths = Array(repeating: -1, count: ArrayValue.maximumDimensions)
  /// The depth at which elements stand; unknown before the first.
  private var leafDepth = -1

  /// - Throws: 22P02 for other text, 54000 for more than six dimensions, 0A000 for lower bounds other than 1.
  package init(_ text: String) throws(SQLError) {
    self.text = text
    scalars = Array(text.unicodeScalars)
    skipSpace()
    let declared = try declaredDimensions()
    guard current == "{" else {
      throw malformed(
        declared == nil
          ? "Array value must start with \"{\" or dimension information." : "Array contents must start with \"{\".")
    }
    try array(0)
    skipSpace()
    guard index == scalars.count else { throw malformed("Junk after closing right brace.") }
    dimensions = elements.isEmpty ? [] : Array(lengths.prefix { $0 >= 0 })
    if let declared, declared != dimensions {
      throw malformed("Specified array dimensions do not match array contents.")
    }
  }

  private var current: Unicode.Scalar? { index < scalars.count ? scalars[index] : nil }

  private func malformed(_ detail: String) -> SQLError {
    SQLError(.invalidTextRepresentation, "malformed array literal: \"\(text)\"", detail: detail)
  }

  static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case " ", "\t", "\n", "\r", "\u{0B}", "\u{0C}": true
    default: false
    }
  }

  private mutating func skipSpace() { while let current, Self.isSpace(current) { index += 1 } }

  /// `[1:2][1:3]=` before the braces.
  private mutating func declaredDimensions() throws(SQLError) -> [Int]? {
    guard current == "[" else { return nil }
    var lengths: [Int] = []
    while current == "[" {
      index += 1
      var bounds = [try number()]
      if current == ":" {
        index += 1
        bounds.append(try number())
      } else {
        bounds.insert(1, at: 0)
      }
      guard current == "]" else { throw malformed("Missing \"]\" after array dimensions.") }
      index += 1
      guard bounds[0] <= bounds[1] else {
        throw SQLError(.arraySubscriptError, "upper bound cannot be less than lower bound")
      }
      guard bounds[0] == 1 else {
        throw SQLError(.featureNotSupported, "arrays with lower bounds other than 1 are not supported")
      }
      lengths.append(bounds[1])
      skipSpace()
    }
    guard current == "=" else { throw malformed("Missing \"=\" after array dimensions.") }
    index += 1
    skipSpace()
    return lengths
  }

  private mutating func number() throws(SQLError) -> Int {
    let start = index
    if current == "-" || current == "+" { index += 1 }
    while let digit = current, ("0"..."9").contains(digit) { index += 1 }
    guard let value = Int(String(String.UnicodeScalarView(scalars[start..<index]))) else {
      throw malformed("\"[\" must introduce explicitly-specified array dimensions.")
    }
    return value
  }

  /// From an opening brace to behind its closing one.
  private mutating func array(_ depth: Int) throws(SQLError) {
    guard depth < ArrayValue.maximumDimensions else { throw ArrayValue.tooManyDimensions(depth + 1) }
    index += 1
    var count = 0
    skipSpace()
    if current == "}" {
      guard depth == 0 else { throw malformed("Unexpected \"}\" character.") }
      index += 1
      return
    }
    while true {
      skipSpace()
      if current == "{" {
        guard leafDepth < 0 || depth < leafDepth else { throw malformed("Unexpected \"{\" character.") }
        try array(depth + 1)
      } else {
        try element(depth)
      }
      count += 1
      skipSpace()
      guard let delimiter = current else { throw malformed("Unexpected end of input.") }
      index += 1
      if delimiter == "}" { break }
      guard delimiter == "," else { throw malformed("Unexpected array element.") }
    }
    guard lengths[depth] < 0 || lengths[depth] == count else {
      throw malformed("Multidimensional arrays must have sub-arrays with matching dimensions.")
    }
    lengths[depth] = count
  }

  private mutating func element(_ depth: Int) throws(SQLError) {
    if leafDepth >= 0, depth != leafDepth {
      throw malformed(
        depth < leafDepth
          ? "Unexpected array element."
          : "Multidimensional arrays must have sub-arrays with matching dimensions.")
    }
    leafDepth = depth
    var element = String.UnicodeScalarView()
    var isQuoted = false
    var hasEscape = false
    var trailing = 0
    scan: while let scalar = current {
      switch scalar {
      case "\"":
        if isQuoted || !element.isEmpty { throw malformed("Unexpected array element.") }
        isQuoted = true
        index += 1
        while let inner = current, inner != "\"" {
          if inner == "\\" { index += 1 }
          if let inner = current { element.append(inner) }
          index += 1
        }
        guard current != nil else { throw malformed("Unexpected end of input.") }
        index += 1
      case ",", "}": break scan
      case "{": throw malformed("Unexpected \"{\" character.")
      case "\\":
        if isQuoted { throw malformed("Unexpected array element.") }
        hasEscape = true
        index += 1
        if let escaped = current { element.append(escaped) }
        trailing = 0
        index += 1
      default:
        if isQuoted {
          guard Self.isSpace(scalar) else { throw malformed("Unexpected array element.") }
        } else {
          trailing = Self.isSpace(scalar) ? trailing + 1 : 0
          element.append(scalar)
        }
        index += 1
      }
    }
    guard let end = current else { throw malformed("Unexpected end of input.") }
    if !isQuoted {
      element.removeLast(trailing)
      if element.isEmpty { throw malformed("Unexpected \"\(end)\" character.") }
    }
    let value = String(element)
    elements.append(!isQuoted && !hasEscape && ASCII.lowercased(Substring(value)) == "null" ? nil : value)
  }

  // MARK: Output

  /// The text of an array of elements' texts.
  package static func text(dimensions: [Int], elements: [String?]) -> String {
    if dimensions.isEmpty { return "{}" }
    var text = ""
    var next = 0
    func write(_ dimension: Int) {
      text += "{"
      for index in 0..<dimensions[dimension] {
        if index > 0 { text += "," }
        if dimension + 1 < dimensions.count {
          write(dimension + 1)
        } else {
          text += elements[next].map(quoted) ?? "NULL"
          next += 1
        }
      }
      text += "}"
    }
    write(0)
    return text
  }

  /// An element as it stands between braces.
  private static func quoted(_ element: String) -> String {
    let needsQuotes =
      element.isEmpty || ASCII.lowercased(Substring(element)) == "null"
      || element.unicodeScalars.contains {
        isSpace($0) || $0 == "{" || $0 == "}" || $0 == "\"" || $0 == "\\" || $0 == ","
      }
    guard needsQuotes else { return element }
    return "\"" + element.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
  }
}
