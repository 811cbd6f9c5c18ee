/// A small reader of the catalogue's own CSV files: a header row, then rows, as RFC 4180 describes.
///
/// It is not the ingest reader: it holds the whole file, expects UTF-8 and refuses what it does not understand.
struct CSVTable {
  struct Row {
    /// The line on which the row starts, counted from 1.
    let line: Int
    fileprivate let fields: [String]
  }

  let file: String
  let rows: [Row]
  private let columns: [String: Int]

  /// Splits the text and checks that every required column is there and every row is as wide as the header.
  ///
  /// - Throws: ``CatalogueError`` with every problem of the file.
  init(_ text: String, file: String, requiredColumns: [String]) throws(CatalogueError) {
    var problems: [CatalogueError.Problem] = []
    var records = Self.split(text, file: file, problems: &problems)
    guard !records.isEmpty else {
      throw CatalogueError(problems: [.init(file: file, line: 1, message: "the file is empty; expected a header row")])
    }
    let header = records.removeFirst()
    var columns: [String: Int] = [:]
    for (index, name) in header.fields.enumerated() {
      if columns.updateValue(index, forKey: name) != nil {
        problems.append(.init(file: file, line: header.line, message: "column \"\(name)\" appears twice"))
      }
    }
    for name in requiredColumns where columns[name] == nil {
      problems.append(.init(file: file, line: header.line, message: "column \"\(name)\" is missing from the header"))
    }
    for row in records where row.fields.count != header.fields.count {
      let message = "\(row.fields.count) fields where the header has \(header.fields.count)"
      problems.append(.init(file: file, line: row.line, message: message))
    }
    guard problems.isEmpty else { throw CatalogueError(problems: problems) }
    self.file = file
    self.rows = records
    self.columns = columns
  }

  /// The field of a row under a column; empty when the table has no such column.
  func field(_ column: String, of row: Row) -> String {
    guard let index = columns[column], index < row.fields.count else { return "" }
    return row.fields[index]
  }

  private static func split(_ text: String, file: String, problems: inout [CatalogueError.Problem]) -> [Row] {
    var rows: [Row] = []
    var fields: [String] = []
    var field: [UInt8] = []
    var line = 1
    var rowLine = 1
    var isQuoted = false
    var wasQuoted = false

    func endField() {
      fields.append(String(decoding: field, as: UTF8.self))
      field.removeAll(keepingCapacity: true)
      wasQuoted = false
    }
    func endRow() {
      let isBlank = fields.isEmpty && field.isEmpty && !wasQuoted
      if !isBlank {
        endField()
        rows.append(Row(line: rowLine, fields: fields))
      }
      fields.removeAll(keepingCapacity: true)
    }

    let bytes = Array(text.utf8)
    var index = 0
    while index < bytes.count {
      let byte = bytes[index]
      index += 1
      if isQuoted {
        if byte == 10 { line += 1 }
        guard byte == UInt8(ascii: "\"") else {
          field.append(byte)
          continue
        }
        if index < bytes.count, bytes[index] == byte {
          field.append(byte)
          index += 1
        } else {
          isQuoted = false
        }
        continue
      }
      switch byte {
      case UInt8(ascii: "\"") where field.isEmpty && !wasQuoted:
        isQuoted = true
        wasQuoted = true
      case UInt8(ascii: ","): endField()
      case 13 where index < bytes.count && bytes[index] == 10: break
      case 10:
        endRow()
        line += 1
        rowLine = line
      default: field.append(byte)
      }
    }
    if isQuoted { problems.append(.init(file: file, line: rowLine, message: "a quoted field is never closed")) }
    endRow()
    return rows
  }
}
