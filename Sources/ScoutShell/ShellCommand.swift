/// A backslash command with its arguments.
struct ShellCommand: Hashable {
  var name: String
  var arguments: [String]
  /// Everything behind the name as it stands.
  var rest: String

  /// Reads `\name argument 'quoted argument'`; a semicolon at the end counts for nothing.
  init(_ line: String) {
    let body = line.dropFirst()
    name = String(body.prefix { !$0.isWhitespace })
    while name.hasSuffix(";") { name.removeLast() }
    var tail = body.dropFirst(body.prefix { !$0.isWhitespace }.count).drop(while: \.isWhitespace)
    while let last = tail.last, last.isWhitespace || last == ";" { tail.removeLast() }
    rest = String(tail)
    arguments = Self.words(rest)
  }

  /// Words between blanks; quotes hold words together, double ones stay as parts of names.
  static func words(_ text: String) -> [String] {
    var words: [String] = []
    var word = ""
    var isWord = false
    var quote: Character?
    for character in text {
      if let open = quote {
        if character == open { quote = nil }
        if character != open || open == "\"" { word.append(character) }
      } else if character == "'" || character == "\"" {
        quote = character
        isWord = true
        if character == "\"" { word.append(character) }
      } else if character.isWhitespace {
        if isWord { words.append(word) }
        word = ""
        isWord = false
      } else {
        word.append(character)
        isWord = true
      }
    }
    if isWord { words.append(word) }
    return words
  }

  static let help = """
    Statements end with a semicolon and may have several lines.

      \\d [PATTERN]      tables, views and sequences, or the one of that name with its columns
      \\dt \\dv \\dm \\di \\ds [PATTERN]
                       tables, views, materialized views, indexes, sequences
      \\dn [PATTERN]     schemas
      \\df [PATTERN]     functions
      \\du [PATTERN]     roles
      \\dp [PATTERN]     privileges
      \\sf FUNCTION      a function's definition
      \\sv VIEW          a view's query
      \\x [on|off|auto]  a record below the other instead of a table
      \\timing [on|off]  how long each statement takes
      \\pset null TEXT   what stands for null
      \\pset format FORMAT
                       table, json, ndjson, csv or markdown
      \\i FILE           run a file
      \\o [FILE]         write results to a file, or to the terminal again
      \\copy TABLE [(COLUMNS)] from|to 'FILE' [csv] [header] [delimiter 'C'] [null 'TEXT']
      \\copy (QUERY) to 'FILE' [csv] [header]
      \\g \\p \\r          run, print or forget the statement being typed
      \\echo TEXT        write the text
      \\conninfo         the database and the role
      \\q                leave

    Patterns: * any characters, ? one, a dot between schema and name.

    """
}
