import PostgresDialect
import ScoutReport
import ScoutStorage

/// What `\copy` says: `\copy t (a, b) from 'file.csv' with (format csv, header)`.
/// Source: <https://www.postgresql.org/docs/15/sql-copy.html>
struct CopyCommand: Hashable {
  /// A table with columns, or a query in parentheses.
  var source: String
  var isFrom: Bool
  var path: String
  var isCSV = false
  var hasHeader = false
  var delimiter: Character = "\t"
  var nullText = "\\N"

  init(_ text: String) throws {
    var rest = Substring(text).drop(while: \.isWhitespace)
    var source = ""
    if rest.first == "(" {
      let length = Self.parenthesised(rest)
      source = String(rest.prefix(length))
      rest = rest.dropFirst(length)
    } else {
      let name = rest.prefix { !$0.isWhitespace && $0 != "(" }
      source = String(name)
      rest = rest.dropFirst(name.count).drop(while: \.isWhitespace)
      if rest.first == "(" {
        let length = Self.parenthesised(rest)
        source += " " + rest.prefix(length)
        rest = rest.dropFirst(length)
      }
    }
    var words = ShellCommand.words(rest.map { "(),".contains($0) ? " " : String($0) }.joined())
    func next() -> String? { words.isEmpty ? nil : words.removeFirst() }
    guard !source.isEmpty, let direction = next()?.lowercased(), ["from", "to"].contains(direction), let path = next()
    else { throw ShellError("\\copy: write \\copy TABLE [(COLUMNS)] from|to 'FILE' [csv] [header]") }
    self.source = source
    self.path = path
    isFrom = direction == "from"
    if isFrom && source.hasPrefix("(") { throw ShellError("\\copy: a query can only be copied to a file") }
    var delimiter: Character?
    var nullText: String?
    while let word = next() {
      switch word.lowercased() {
      case "with", "format", "as", "text", "true", "on": break
      case "csv": isCSV = true
      case "header":
        hasHeader = true
        if words.first?.lowercased() == "false" {
          hasHeader = false
          words.removeFirst()
        }
      case "delimiter":
        guard let value = next(), value.count == 1, let character = value.first else {
          throw ShellError("\\copy: the delimiter is one character")
        }
        delimiter = character
      case "null":
        guard let value = next() else { throw ShellError("\\copy: null needs a text") }
        nullText = value
      default: throw ShellError("\\copy: the option \"\(word)\" is not supported")
      }
    }
    if hasHeader && !isCSV { throw ShellError("\\copy: header needs csv") }
    self.delimiter = delimiter ?? (isCSV ? "," : "\t")
    self.nullText = nullText ?? (isCSV ? "" : "\\N")
  }

  /// How many characters a text in parentheses has, quotes considered.
  private static func parenthesised(_ text: Substring) -> Int {
    var depth = 0
    var count = 0
    var quote: Character?
    for character in text {
      count += 1
      if let open = quote {
        if character == open { quote = nil }
      } else if character == "'" || character == "\"" {
        quote = character
      } else if character == "(" {
        depth += 1
      } else if character == ")" {
        depth -= 1
        if depth == 0 { return count }
      }
    }
    return count
  }

  // MARK: Text of rows

  /// One row as a line without its end.
  func line(_ values: [String?]) -> String {
    values.map { value in
      guard let value else { return nullText }
      return isCSV ? quoted(value) : escaped(value)
    }.joined(separator: String(delimiter))
  }

  private func quoted(_ value: String) -> String {
    let needsQuotes = value == nullText || value.contains { $0 == delimiter || $0 == "\"" || $0.isNewline }
    return needsQuotes ? "\"" + value.replacing("\"", with: "\"\"") + "\"" : value
  }

  private func escaped(_ value: String) -> String {
    var text = ""
    for character in value {
      switch character {
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case "\r": text += "\\r"
      case "\r\n": text += "\\r\\n"
      case "\t": text += "\\t"
      case delimiter: text += "\\\(character)"
      default: text.append(character)
      }
    }
    return text
  }

  /// The rows of a file.
  func rows(_ text: String) throws -> [[String?]] {
    var rows = isCSV ? try csvRows(text) : textRows(text)
    if hasHeader, !rows.isEmpty { rows.removeFirst() }
    return rows
  }

  private func textRows(_ text: String) -> [[String?]] {
    var rows: [[String?]] = []
    for line in text.split(omittingEmptySubsequences: false, whereSeparator: { $0 == "\n" || $0 == "\r\n" }) {
      if line == "\\." { break }
      rows.append(fields(line))
    }
    if rows.last.map({ $0 == [""] }) == true { rows.removeLast() }
    return rows
  }

  private func fields(_ line: Substring) -> [String?] {
    var fields: [String?] = []
    var raw = ""
    var value = ""
    var isEscaped = false
    func finished() -> String? { raw == nullText ? nil : value }
    for character in line {
      if isEscaped {
        let names: [Character: Character] = ["n": "\n", "r": "\r", "t": "\t", "b": "\u{8}", "f": "\u{C}", "v": "\u{B}"]
        value.append(names[character] ?? character)
        raw.append(character)
        isEscaped = false
      } else if character == "\\" {
        raw.append(character)
        isEscaped = true
      } else if character == delimiter {
        fields.append(finished())
        raw = ""
        value = ""
      } else {
        raw.append(character)
        value.append(character)
      }
    }
    fields.append(finished())
    return fields
  }

  private func csvRows(_ text: String) throws -> [[String?]] {
    var rows: [[String?]] = []
    var row: [String?] = []
    var value = ""
    var wasQuoted = false
    var isOpen = false
    var characters = text.makeIterator()
    var next = characters.next()
    func field() -> String? { !wasQuoted && value == nullText ? nil : value }
    while let character = next {
      next = characters.next()
      if isOpen {
        if character == "\"" {
          if next == "\"" {
            value.append("\"")
            next = characters.next()
          } else {
            isOpen = false
          }
        } else {
          value.append(character)
        }
      } else if character == "\"" {
        isOpen = true
        wasQuoted = true
      } else if character == delimiter {
        row.append(field())
        (value, wasQuoted) = ("", false)
      } else if character == "\n" || character == "\r\n" || character == "\r" {
        row.append(field())
        rows.append(row)
        (row, value, wasQuoted) = ([], "", false)
      } else {
        value.append(character)
      }
    }
    if isOpen { throw ShellError("\\copy: unterminated CSV quoted field") }
    if !row.isEmpty || !value.isEmpty || wasQuoted {
      row.append(field())
      rows.append(row)
    }
    return rows
  }
}

extension Shell {
  func copy(_ text: String) throws {
    let command = try CopyCommand(text)
    if command.isFrom { try read(command) } else { try export(command) }
  }

  private func export(_ command: CopyCommand) throws {
    var sql = command.source
    if sql.hasPrefix("(") {
      sql = String(sql.dropFirst().dropLast())
    } else if let start = sql.firstIndex(of: "(") {
      let columns = sql[start...].dropFirst().dropLast()
      sql = "select \(columns) from \(sql[..<start])"
    } else {
      sql = "select * from \(sql)"
    }
    let result = try session.query(sql)
    var lines = command.hasHeader ? command.line(result.columns.map(\.name)) + "\n" : ""
    for row in result.texts { lines += command.line(row) + "\n" }
    if command.path.lowercased() == "stdout" {
      console.output(lines)
    } else {
      try console.writeFile(command.path, lines, false)
    }
    console.errors("COPY \(result.rows.count)\n")
  }

  private func read(_ command: CopyCommand) throws {
    let rows = try command.rows(try console.readFile(command.path))
    let ownsTransaction = session.status == .idle
    if ownsTransaction { try session.run("begin") }
    do {
      for start in stride(from: 0, to: rows.count, by: 200) {
        let batch = rows[start..<min(start + 200, rows.count)]
        let values = batch.map { row in
          "(" + row.map { $0.map(QuotedText.literal) ?? "null" }.joined(separator: ", ") + ")"
        }
        try session.run("insert into \(command.source) values \(values.joined(separator: ", "))")
      }
      if ownsTransaction { try session.run("commit") }
    } catch {
      if ownsTransaction { try? session.run("rollback") }
      // The place is one in a statement that nobody wrote.
      if var error = error as? SQLError {
        error.range = nil
        throw error
      }
      throw error
    }
    console.errors("COPY \(rows.count)\n")
  }
}
