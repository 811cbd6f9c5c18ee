import GRDBSQLite
import PostgresDialect

/// A value as SQLite stores it.
public enum SQLValue: Hashable, Sendable {
  case null
  case integer(Int64)
  case real(Double)
  case text(String)
  case blob([UInt8])

  public var integer: Int64? { if case .integer(let value) = self { value } else { nil } }
  public var text: String? { if case .text(let value) = self { value } else { nil } }
  public var isNull: Bool { self == .null }

  /// The text, or null.
  public init(_ text: String?) { self = text.map(SQLValue.text) ?? .null }
  /// The number, or null.
  public init(_ integer: Int64?) { self = integer.map(SQLValue.integer) ?? .null }
  /// 1 or 0, or null.
  public init(_ boolean: Bool?) { self = boolean.map { .integer($0 ? 1 : 0) } ?? .null }
  public init(_ time: Timestamp) { self = .integer(time.microseconds) }
}

/// The rows of a query with PostgreSQL's names and types.
public struct QueryResult: Sendable {
  public var columns: [ResultColumn]
  public var rows: [[SQLValue]]
  /// Rows written by INSERT, UPDATE or DELETE; rows returned by a query.
  public var rowCount: Int
  /// PostgreSQL's command tag: `SELECT 3`, `INSERT 0 1`, `CREATE TABLE`.
  public var tag: String
  /// The zone in which times are shown.
  public var timeZone: TimeZoneRules
  /// Warnings and notices.
  public var notices: [SQLNotice] = []

  public init(
    columns: [ResultColumn], rows: [[SQLValue]], rowCount: Int, tag: String, timeZone: TimeZoneRules,
    notices: [SQLNotice] = []
  ) {
    self.columns = columns
    self.rows = rows
    self.rowCount = rowCount
    self.tag = tag
    self.timeZone = timeZone
    self.notices = notices
  }

  /// A cell as PostgreSQL's text output writes it; nil for null.
  public func text(row: Int, column: Int) -> String? {
    columns[column].text(rows[row][column], zone: timeZone)
  }

  /// Every cell as PostgreSQL's text.
  public var texts: [[String?]] {
    rows.map { row in zip(columns, row).map { $0.text($1, zone: timeZone) } }
  }
}

extension ResultColumn {
  /// The value as PostgreSQL's output function for the column's type writes it; nil for null.
  public func text(_ value: SQLValue, zone: TimeZoneRules) -> String? {
    switch value {
    case .null: return nil
    case .text(let text):
      if let fields { return recordText(text, fields, zone: zone) }
      if type.vectorArray != nil { return ArrayValue.vectorText(text) }
      if type.isArray { return ArrayValue(json: text)?.text(type.base, zone: zone) ?? text }
      return text
    case .blob(let bytes): return ValueText.bytea(bytes)
    case .real(let number): return type.base == .float4 ? ValueText.text(Float(number)) : ValueText.text(number)
    case .integer(let number):
      switch type.base {
      case .boolean: return number == 0 ? "f" : "t"
      case .numeric: return fixedPoint.map { Numeric(scaled: number, scale: $0.scale).description } ?? String(number)
      case .timestamptz: return DateTimeText.text(timestampWithTimeZone: number, in: zone)
      case .timestamp: return DateTimeText.text(timestamp: number)
      case .date: return DateTimeText.text(date: Int(number))
      case .time: return DateTimeText.text(time: number)
      case .float4, .float8: return ValueText.text(Double(number))
      default: return String(number)
      }
    }
  }
}
