/// The bytes of rows in each machine form; ``RowWriter`` and ``Table/rendered(as:options:)`` share it.
struct RowEncoder {
  private let format: RowWriter.Format
  private let columns: [Table.Column]
  private let kinds: [ValueKind]
  /// For NDJSON: `"name":` of each column, made once.
  private let keys: [[UInt8]]
  private var isFirst = true

  init(_ format: RowWriter.Format, columns: [Table.Column]) {
    self.format = format
    self.columns = columns
    self.kinds = columns.map { ValueKind(type: $0.type) }
    self.keys = Self.uniqueNames(columns.map(\.name)).map { name in
      var key: [UInt8] = []
      JSONFormat.append(string: name, to: &key)
      return key + [UInt8(ascii: ":")]
    }
  }

  /// The names with `_2`, `_3`, … after repeated ones, since an object with two equal keys loses a value in most readers.
  static func uniqueNames(_ names: [String]) -> [String] {
    var taken = Set(names)
    var seen: Set<String> = []
    return names.map { name in
      guard !seen.insert(name).inserted else { return name }
      var suffix = 2
      while !taken.insert("\(name)_\(suffix)").inserted { suffix += 1 }
      return "\(name)_\(suffix)"
    }
  }

  /// Writes what stands before the first row.
  mutating func begin(into bytes: inout [UInt8]) {
    switch format {
    case .ndjson: break
    case .csv: appendCSV(columns.map { Optional($0.name) }, to: &bytes)
    case .json:
      bytes += #"{"columns":["#.utf8
      for (position, column) in columns.enumerated() {
        bytes += (position == 0 ? #"{"name":"# : #",{"name":"#).utf8
        JSONFormat.append(string: column.name, to: &bytes)
        bytes += #","type":"#.utf8
        JSONFormat.append(string: column.type, to: &bytes)
        bytes.append(UInt8(ascii: "}"))
      }
      bytes += #"],"rows":["#.utf8
    case .markdown:
      guard !columns.isEmpty else { return }
      appendMarkdown(columns.map { Optional($0.name) }, to: &bytes)
      bytes += "|".utf8
      for column in columns { bytes += (column.alignment == .trailing ? " ---: |" : " --- |").utf8 }
      bytes.append(UInt8(ascii: "\n"))
    }
  }

  /// Writes one row.
  mutating func append(_ row: [String?], to bytes: inout [UInt8]) {
    switch format {
    case .csv: appendCSV(row, to: &bytes)
    case .markdown: if !columns.isEmpty { appendMarkdown(row, to: &bytes) }
    case .json:
      bytes += (isFirst ? "[" : ",[").utf8
      for position in columns.indices {
        if position > 0 { bytes.append(UInt8(ascii: ",")) }
        JSONFormat.append(value: value(row, position), kind: kinds[position], to: &bytes)
      }
      bytes.append(UInt8(ascii: "]"))
    case .ndjson:
      bytes.append(UInt8(ascii: "{"))
      for position in columns.indices {
        if position > 0 { bytes.append(UInt8(ascii: ",")) }
        bytes += keys[position]
        JSONFormat.append(value: value(row, position), kind: kinds[position], to: &bytes)
      }
      bytes += "}\n".utf8
    }
    isFirst = false
  }

  /// Writes what stands after the last row.
  func end(into bytes: inout [UInt8]) {
    if format == .json { bytes += "]}\n".utf8 }
  }

  private func value(_ row: [String?], _ position: Int) -> String? {
    position < row.count ? row[position] : nil
  }

  // MARK: - CSV

  /// One record. A null is empty and an empty text is `""`, as PostgreSQL's COPY writes them, so both can be read back.
  ///
  /// Source: <https://www.rfc-editor.org/rfc/rfc4180> (section 2: CR LF, quotes doubled).
  private func appendCSV(_ row: [String?], to bytes: inout [UInt8]) {
    for position in columns.indices {
      if position > 0 { bytes.append(UInt8(ascii: ",")) }
      guard let text = value(row, position) else { continue }
      let needsQuotes =
        text.isEmpty
        || text.utf8.contains { byte in
          byte == UInt8(ascii: ",") || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\n")
            || byte == UInt8(ascii: "\r")
        }
      guard needsQuotes else {
        bytes += text.utf8
        continue
      }
      bytes.append(UInt8(ascii: "\""))
      for byte in text.utf8 {
        if byte == UInt8(ascii: "\"") { bytes.append(byte) }
        bytes.append(byte)
      }
      bytes.append(UInt8(ascii: "\""))
    }
    bytes += "\r\n".utf8
  }

  // MARK: - Markdown

  private func appendMarkdown(_ row: [String?], to bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "|"))
    for position in columns.indices {
      bytes.append(UInt8(ascii: " "))
      if let text = value(row, position), !text.isEmpty {
        bytes += MarkdownText.escaped(text).utf8
        bytes.append(UInt8(ascii: " "))
      }
      bytes.append(UInt8(ascii: "|"))
    }
    bytes.append(UInt8(ascii: "\n"))
  }
}

/// Escaping for a cell of a Markdown table.
///
/// Source: <https://github.github.com/gfm/#tables-extension-> and its section 6.1 (backslash escapes).
enum MarkdownText {
  /// `text` on one line, with nothing in it that Markdown or HTML would act on.
  static func escaped(_ text: String) -> String {
    var result = ""
    let scalars = Array(text.unicodeScalars)
    for (position, scalar) in scalars.enumerated() {
      switch scalar {
      case "\\", "|", "`", "*", "[", "]", "~": result += "\\\(scalar)"
      case "_":
        // Within a word an underscore is plain, which keeps snake_case names readable.
        let isInside = position > 0 && position + 1 < scalars.count
        let joinsWords = isInside && isWord(scalars[position - 1]) && isWord(scalars[position + 1])
        result += joinsWords ? "_" : "\\_"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "&": result += "&amp;"
      case "\r" where position + 1 < scalars.count && scalars[position + 1] == "\n": break
      case "\n", "\r": result += "<br>"
      default: result += TerminalText.escape(for: scalar).map { $0 == "\\t" ? " " : "\\" + $0 } ?? String(scalar)
      }
    }
    return result
  }

  private static func isWord(_ scalar: Unicode.Scalar) -> Bool {
    scalar.properties.isAlphabetic || scalar.properties.numericType != nil
  }
}
