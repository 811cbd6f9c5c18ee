/// The forms in which a table can leave the program; the raw values are those of the flag `--format`.
public enum OutputFormat: String, CaseIterable, Hashable, Sendable {
  /// Aligned columns for people.
  case table
  /// One document: `{"columns":[{"name":…,"type":…}],"rows":[[…]]}`.
  case json
  /// One object per row, one row per line.
  case ndjson
  /// RFC 4180.
  case csv
  /// A table for issues, wikis and pull requests.
  case markdown
}

extension Table {
  /// The whole table as text in `format`, ending in a newline.
  ///
  /// For more rows than memory should hold, write them one by one with ``RowWriter``; the bytes are the same.
  ///
  /// - Parameters:
  ///   - format: The form.
  ///   - options: How ``OutputFormat/table`` looks; the other forms have no options.
  public func rendered(as format: OutputFormat, options: TerminalTable = TerminalTable()) -> String {
    guard let machineFormat = RowWriter.Format(format) else { return options.text(of: self) }
    var encoder = RowEncoder(machineFormat, columns: columns)
    var bytes: [UInt8] = []
    encoder.begin(into: &bytes)
    for row in rows { encoder.append(row, to: &bytes) }
    encoder.end(into: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }
}
