import GRDBSQLite
import PostgresDialect
import ScoutStorage

/// Reads the rows of a plan's source within a span of local time.
final class SourceScan {
  /// The columns of the key, and their rendering.
  private let keyColumns: [ResultColumn]
  private let json: RowJSON
  private let zone: TimeZoneRules
  private let timeType: SQLType.Base
  private let compiled: CompiledStatement
  private let statement: PreparedStatement
  private let connection: Connection
  private let plan: WindowedPlan
  /// 10 to the scale of each of the plan's columns; 1 where they are no scaled integers.
  let units: [Double]
  /// The relation itself, when the source is one.
  let relation: Relation?
  /// The columns of the plan's filter, by name.
  private(set) var filterColumns: [ResultColumn] = []
  private static let filterTypes: Set<SQLType.Base> = [.text, .varchar, .uuid, .boolean, .int2, .int4, .int8, .date]

  /// The keys that were seen, by their numbers: a JSON object, and the columns with their texts.
  private(set) var keys: [(json: String, fields: [(name: String, text: String?)])] = []
  private var textKeys: [String: Int] = [:]
  private var numbers: [[SQLValue]: Int] = [:]
  private var slot = Int64.min
  private var offset: Int64 = 0

  /// The most rows of one sweep or backtest.
  static let mostRows = 20_000_000

  /// - Parameter isOrdered: Whether the rows come in the order of their times.
  /// - Throws: ``SQLError`` when the source or a column does not exist, or cannot be measured.
  init(_ plan: WindowedPlan, zone: TimeZoneRules, isOrdered: Bool, on connection: Connection) throws {
    self.plan = plan
    self.zone = zone
    self.connection = connection
    let compiler = try connection.compiler()
    let outline = try compiler.compileQuery(Self.sql(plan))
    let time = outline.columns[0].type
    guard !time.isArray, [.timestamptz, .timestamp, .date].contains(time.base) else {
      throw SQLError(
        .datatypeMismatch,
        "the time column \"\(plan.time)\" is \(time); a monitor's time is a timestamptz, a timestamp or a date")
    }
    timeType = time.base
    let day: Int64 = 86_400_000_000
    if time.base == .date, plan.step % day != 0 || plan.width % day != 0 {
      throw SQLError(
        .invalidParameterValue, "windows over the date \"\(plan.time)\" are whole days",
        hint: "Use a window such as {tumbling: 1d}.")
    }
    keyColumns = Array(outline.columns[1..<(1 + plan.by.count)])
    let measured = Array(outline.columns[(1 + plan.by.count)...])
    for (column, name) in zip(measured, plan.columns) { try Self.checkMeasured(column, name, plan) }
    units = measured.map { column in
      var unit = 1.0
      for _ in 0..<(column.fixedPoint?.scale ?? 0) { unit *= 10 }
      return unit
    }
    json = RowJSON(columns: keyColumns, zone: .utc)
    let ranged = try connection.compiler(parameters: ["from": time, "to": time])
    let name = Self.quoted(plan.time)
    var sql = Self.sql(plan) + (plan.filter.isEmpty ? " where " : " and ") + "\(name) >= :from and \(name) < :to"
    if isOrdered { sql += " order by \(name)" }
    compiled = try ranged.compileQuery(sql)
    statement = try connection.bound(compiled)
    if case .relation(let name) = plan.source { relation = try connection.relation(name) } else { relation = nil }
    if !plan.filter.isEmpty {
      let names = plan.filter.keys.sorted()
      let outline = try compiler.compileQuery(Self.sql(plan, columns: names))
      for column in outline.columns where column.type.isArray || !Self.filterTypes.contains(column.type.base) {
        throw SQLError(
          .featureNotSupported, "where compares texts, booleans and whole numbers; \"\(column.name)\" is \(column.type)"
        )
      }
      filterColumns = outline.columns
    }
  }

  /// What a monitor shows as its query.
  static func sql(_ plan: WindowedPlan) -> String { sql(plan, columns: [plan.time] + plan.by + plan.columns) }

  private static func sql(_ plan: WindowedPlan, columns names: [String]) -> String {
    let columns = names.map(quoted)
    let source =
      switch plan.source {
      case .relation(let name): name.split(separator: ".").map { quoted(String($0)) }.joined(separator: ".")
      case .query(let sql): "(\(trimmed(sql))) as source"
      }
    var text = "select \(columns.joined(separator: ", ")) from \(source)"
    let conditions = plan.filter.keys.sorted().map { name in
      "\(quoted(name)) = '\((plan.filter[name] ?? "").split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''"))'"
    }
    if !conditions.isEmpty { text += " where " + conditions.joined(separator: " and ") }
    return text
  }

  private static func trimmed(_ sql: String) -> Substring {
    var text = sql[...]
    while let last = text.last, last.isWhitespace || last == ";" { text.removeLast() }
    return text
  }

  private static func quoted(_ name: String) -> String {
    "\"" + name.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
  }

  private static func checkMeasured(_ column: ResultColumn, _ name: String, _ plan: WindowedPlan) throws {
    let numeric: Set<SQLType.Base> = [.int2, .int4, .int8, .numeric, .float4, .float8, .boolean]
    if !column.type.isArray, numeric.contains(column.type.base) { return }
    let isOnlyCounted = plan.measures.allSatisfy { measure in
      measure.column != name && measure.divisor != name || measure.aggregate == .distinct || measure.aggregate == .count
    }
    if !isOnlyCounted {
      throw SQLError(.datatypeMismatch, "the column \"\(name)\" is \(column.type) and can only be counted")
    }
  }

  /// A local time as the source's column stores it.
  func stored(_ local: Int64) -> Int64 {
    switch timeType {
    case .date: floorDivision(local + 86_400_000_000 - 1, 86_400_000_000)
    case .timestamp: local
    default: zone.utc(fromLocal: local)
    }
  }

  /// A stored time as local time.
  func local(_ stored: Int64) -> Int64 {
    switch timeType {
    case .date: return stored * 86_400_000_000
    case .timestamp: return stored
    default:
      // Clocks change at quarters of an hour.
      let own = floorDivision(stored, 900_000_000)
      if own != slot {
        slot = own
        offset = zone.local(fromUTC: stored) - stored
      }
      return stored + offset
    }
  }

  /// Reads the rows with `from` <= time < `to`.
  ///
  /// - Parameters:
  ///   - body: Takes the number of the key, the local time, and the values by column: NaN for null, otherwise in the unit
  ///     of ``units``.
  func rows(
    from: Int64, to: Int64, _ body: (Int, Int64, UnsafeBufferPointer<Double>, OpaquePointer) throws -> Void
  ) throws {
    statement.bind(
      try compiled.parameters.map { source in
        switch source {
        case .named("from"): .integer(stored(from))
        case .named("to"): .integer(stored(to))
        case .transactionTime, .statementTime: SQLValue(connection.now)
        default: throw SQLError(.undefinedParameter, "a monitor's source has no parameters")
        }
      })
    try consume(statement, body)
  }

  /// Reads the rows of a statement that begins with the columns of ``sql(_:)``.
  func consume(
    _ statement: PreparedStatement,
    _ body: (Int, Int64, UnsafeBufferPointer<Double>, OpaquePointer) throws -> Void
  ) throws {
    let handle = statement.handle
    let first = Int32(1 + plan.by.count)
    let count = plan.columns.count
    var rows = 0
    try withUnsafeTemporaryAllocation(of: Double.self, capacity: max(count, 1)) { values in
      while try statement.step() {
        rows += 1
        if rows > Self.mostRows {
          throw SQLError(
            .programLimitExceeded, "the source has more than \(Self.mostRows) rows in this span",
            hint: "Give a shorter span.")
        }
        guard sqlite3_column_type(handle, 0) == SQLITE_INTEGER else { continue }
        let time = local(sqlite3_column_int64(handle, 0))
        let key = try self.key(handle)
        for index in 0..<count { values[index] = Self.number(handle, first + Int32(index)) }
        try body(key, time, UnsafeBufferPointer(rebasing: values[..<count]), handle)
      }
    }
  }

  /// NaN for null and for what is no number.
  static func number(_ handle: OpaquePointer, _ column: Int32) -> Double {
    switch sqlite3_column_type(handle, column) {
    case SQLITE_INTEGER: Double(sqlite3_column_int64(handle, column))
    case SQLITE_FLOAT: sqlite3_column_double(handle, column)
    case SQLITE_TEXT: Double(text(handle, column)) ?? .nan
    default: .nan
    }
  }

  static func text(_ handle: OpaquePointer, _ column: Int32) -> String {
    let start = sqlite3_column_text(handle, column)
    return String(
      decoding: UnsafeBufferPointer(start: start, count: Int(sqlite3_column_bytes(handle, column))), as: UTF8.self)
  }

  /// The text of a column of the plan, for distinct counts; nil for null.
  func identity(_ handle: OpaquePointer, column: Int) -> String? {
    let index = Int32(1 + plan.by.count + column)
    return sqlite3_column_type(handle, index) == SQLITE_NULL ? nil : Self.text(handle, index)
  }

  private func key(_ handle: OpaquePointer) throws -> Int {
    if plan.by.count == 1, sqlite3_column_type(handle, 1) == SQLITE_TEXT {
      let text = Self.text(handle, 1)
      if let known = textKeys[text] { return known }
      let new = try number(of: [.text(text)])
      textKeys[text] = new
      return new
    }
    return try number(
      of: (0..<plan.by.count).map { index in
        let column = Int32(1 + index)
        return switch sqlite3_column_type(handle, column) {
        case SQLITE_INTEGER: .integer(sqlite3_column_int64(handle, column))
        case SQLITE_FLOAT: .real(sqlite3_column_double(handle, column))
        case SQLITE_NULL: .null
        default: .text(Self.text(handle, column))
        }
      })
  }

  private func number(of values: [SQLValue]) throws -> Int {
    if let known = numbers[values] { return known }
    let fields = zip(keyColumns, values).map { column, value in
      (name: column.name, text: Self.shown(column, value))
    }
    keys.append((try json.object(values), fields))
    numbers[values] = keys.count - 1
    return keys.count - 1
  }

  /// Whether stored values of the filter's columns are those that the plan asks for.
  func passesFilter(_ values: ArraySlice<SQLValue>) -> Bool {
    zip(filterColumns, values).allSatisfy { column, value in
      let wanted = plan.filter[column.name].map {
        column.type.base == .boolean ? (["t", "true"].contains($0) ? "true" : "false") : $0
      }
      return Self.shown(column, value) == wanted
    }
  }

  private static func shown(_ column: ResultColumn, _ value: SQLValue) -> String? {
    guard let text = column.text(value, zone: .utc) else { return nil }
    return column.type.base == .boolean ? (text == "t" ? "true" : "false") : text
  }
}
