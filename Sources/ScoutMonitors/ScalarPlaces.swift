import Yams

/// A line and a column of a file, from 1, the column in characters.
struct FilePlace: Hashable {
  var line: Int
  var column: Int

  /// The beginning of a node; of the file when the parser did not keep it.
  init(_ mark: Mark?) {
    line = mark?.line ?? 1
    column = mark?.column ?? 1
  }
}

/// Finds the place in a YAML file of a place in one of its texts.
struct ScalarPlaces {
  private let lines: [Substring]

  init(_ file: String) {
    lines = file.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" || $0 == "\r" }
  }

  /// The line and column in the file of a line and column in the text, all from 1.
  ///
  /// A text whose file form differs from it (folded lines, escapes) has only one place: where it begins.
  func place(in scalar: Node.Scalar, line: Int = 1, column: Int = 1) -> (line: Int, column: Int) {
    guard let mark = scalar.mark else { return (1, 1) }
    let text = scalar.string.split(separator: "\n", omittingEmptySubsequences: false)
    guard text.indices.contains(line - 1) else { return (mark.line, mark.column) }
    switch scalar.style {
    case .literal:
      // The first line of the text follows the line of the `|`; what the file has before it is the indentation.
      let number = mark.line + line
      guard lines.indices.contains(number - 1), lines[number - 1].hasSuffix(text[line - 1]) else { break }
      return (number, lines[number - 1].count - text[line - 1].count + column)
    case .plain, .any, .singleQuoted, .doubleQuoted:
      let quote = scalar.style == .singleQuoted || scalar.style == .doubleQuoted ? 1 : 0
      guard text.count == 1, lines.indices.contains(mark.line - 1),
        lines[mark.line - 1].dropFirst(mark.column - 1 + quote).hasPrefix(text[0])
      else { break }
      return (mark.line, mark.column + quote + column - 1)
    default: break
    }
    return (mark.line, mark.column)
  }
}
