import PostgresDialect
import ScoutStorage

/// Runs one contract: its query, the number of wrong rows, a sample of them.
///
/// Pure reading. Everything is PostgreSQL SQL, so that a contract means here what it means there.
struct ContractCheck {
  static let sampleSize = 10

  let connection: Connection
  private let mask = PersonalData.Mask()

  init(_ connection: Connection) { self.connection = connection }

  func run(_ contract: Contract) -> ContractResult {
    do {
      return ContractResult(contract: contract, outcome: try outcome(contract))
    } catch let error as SQLError {
      let hint = error.hint.map { " (\($0))" } ?? ""
      return ContractResult(contract: contract, outcome: .failed("\(error.state.rawValue): \(error.message)\(hint)"))
    } catch {
      return ContractResult(contract: contract, outcome: .failed("\(error)"))
    }
  }

  private func outcome(_ contract: Contract) throws -> ContractResult.Outcome {
    if case .custom(let sql) = contract.check { return try judge(contract, wrongRows: sql) }
    guard let relation = try connection.relation(contract.relation) else {
      throw SQLError(.undefinedTable, "relation \"\(contract.relation)\" does not exist")
    }
    for name in contract.columns where !relation.columns.contains(where: { $0.name == name }) {
      throw SQLError(
        .undefinedColumn, "column \"\(name)\" of relation \"\(contract.relation)\" does not exist",
        hint: nearest(name, relation.columns.map(\.name)).map { "Perhaps you meant \"\($0)\"." })
    }
    let table = tableName(contract.relation)
    let column = contract.columns.first.map { quoted($0) }
    func needed() throws -> String {
      guard let column else { throw SQLError(.invalidParameterValue, "\(contract.check.type) needs a column") }
      return column
    }
    func all(where condition: String) throws -> ContractResult.Outcome {
      try judge(contract, wrongRows: "select * from \(table) t where \(condition)")
    }
    switch contract.check {
    case .notNull:
      let name = try needed()
      if relation.columns.first(where: { $0.name == contract.columns[0] })?.isNotNull == true, relation.kind == .table {
        return .kept
      }
      return try all(where: "\(name) is null")
    case .positive: return try all(where: "\(try needed()) <= 0")
    case .unique:
      _ = try needed()
      // What the table's own constraint forbids is not there; SQLite checks it at every write.
      if relation.kind == .table, relation.primaryKey == contract.columns { return .kept }
      let list = contract.columns.map { quoted($0) }.joined(separator: ", ")
      let noNulls = contract.columns.map { "\(quoted($0)) is not null" }.joined(separator: " and ")
      let repeated = "select \(list) from \(table) where \(noNulls) group by \(list) having count(*) > 1"
      if try connection.query("select exists (\(repeated))").rows.first?.first != .integer(1) { return .kept }
      return try all(where: "(\(list)) in (\(repeated))")
    case .acceptedValues(let values):
      let name = try needed()
      return try all(where: "\(name) not in (\(values.map { literal($0) }.joined(separator: ", ")))")
    case .range(let minimum, let maximum):
      let name = try needed()
      let bounds = [minimum.map { "\(name) < \(literal($0))" }, maximum.map { "\(name) > \(literal($0))" }]
      return try all(where: bounds.compactMap { $0 }.joined(separator: " or "))
    case .pattern(let pattern): return try all(where: "\(try needed())::text !~ \(literal(pattern))")
    case .relationship(let other, let key):
      let name = try needed()
      return try all(
        where: "\(name) is not null and not exists "
          + "(select 1 from \(tableName(other)) o where o.\(quoted(key)) = t.\(name))")
    case .rowCount(let minimum, let maximum):
      let count = try integer("select count(*) from \(table)")
      let isWrong = minimum.map { count < $0 } ?? false || maximum.map { count > $0 } ?? false
      return isWrong ? violated(contract, "{\"row_count\": \(count)}") : .kept
    case .freshness(let age): return try freshness(contract, table, try needed(), age)
    case .share(let condition, let minimum, let maximum):
      let row = try connection.query("select count(*) filter (where \(condition)), count(*) from \(table) t").rows[0]
      let (part, total) = (row[0].integer ?? 0, row[1].integer ?? 0)
      guard total > 0 else { return .kept }
      let share = Double(part) / Double(total)
      let isWrong = minimum.map { share < $0 } ?? false || maximum.map { share > $0 } ?? false
      return isWrong ? violated(contract, "{\"share\": \(share), \"rows\": \(total)}") : .kept
    case .piiFree: return try piiFree(contract, relation, table)
    case .schema(let wanted, let allowsOthers): return schema(contract, relation, wanted, allowsOthers)
    case .custom: return .kept
    }
  }

  // MARK: Judging

  private func judge(_ contract: Contract, wrongRows sql: String) throws -> ContractResult.Outcome {
    let sql = withoutSemicolon(sql)
    let count = try integer("select count(*) from (\(sql)) q")
    guard count > 0 else { return .kept }
    var total: Int64 = 0
    if [contract.tolerance, contract.errorOver].contains(where: { if case .share = $0 { true } else { false } }) {
      total = try integer("select count(*) from \(tableName(contract.relation))")
    }
    if let tolerance = contract.tolerance, !tolerance.isExceeded(by: count, of: total) { return .kept }
    let isError = contract.errorOver?.isExceeded(by: count, of: total) ?? false
    return .violated(
      rows: count, severity: isError ? .error : contract.severity, sample: try sample(contract, sql))
  }

  /// A violation that concerns the relation as a whole: it counts as one row.
  private func violated(_ contract: Contract, _ what: String) -> ContractResult.Outcome {
    let sample = (try? JSONText.normalized("[\(what)]")) ?? "[]"
    return .violated(rows: 1, severity: contract.severity, sample: sample)
  }

  private func sample(_ contract: Contract, _ sql: String) throws -> String {
    let result = try connection.query("select * from (\(sql)) q limit \(Self.sampleSize)")
    let json = RowJSON(columns: result.columns, zone: result.timeZone)
    var hidden = Set(result.columns.indices.filter { PersonalData.isPersonal(column: result.columns[$0].name) })
    if contract.check == .piiFree, !contract.columns.isEmpty {
      hidden.formUnion(result.columns.indices.filter { contract.columns.contains(result.columns[$0].name) })
    }
    let shown = result.columns.indices.filter { !hidden.contains($0) }
    let rows = try result.rows.map { row in
      try json.object(
        row.enumerated().map { _, value in
          if case .text(let text) = value { return .text(mask.masked(text)) }
          return value
        }, shown)
    }
    return "[" + rows.joined(separator: ", ") + "]"
  }

  // MARK: Kinds with a reading of their own

  private func freshness(_ contract: Contract, _ table: String, _ column: String, _ age: Interval) throws
    -> ContractResult.Outcome
  {
    let result = try connection.query(
      "select max(\(column)), max(\(column)) < now() - \(literal(age.description))::interval from \(table)")
    let (newest, isOld) = (result.texts[0][0], result.rows[0][1])
    if newest != nil, isOld != .integer(1) { return .kept }
    return violated(contract, "{\"newest\": \(newest.map(RowJSON.quoted) ?? "null")}")
  }

  private func piiFree(_ contract: Contract, _ relation: Relation, _ table: String) throws -> ContractResult.Outcome {
    let named = contract.columns
    var conditions: [String] = []
    for column in relation.columns where named.isEmpty || named.contains(column.name) {
      let isText = [.text, .varchar, .bpchar, .json, .jsonb].contains(column.type.base) || column.type.isArray
      guard isText else { continue }
      let name = "t." + quoted(column.name)
      if PersonalData.rawIdentifiers.contains(column.name) { conditions.append("\(name) is not null") }
      conditions.append("\(name)::text ~* \(literal(PersonalData.pattern))")
    }
    guard !conditions.isEmpty else { return .kept }
    return try judge(contract, wrongRows: "select * from \(table) t where \(conditions.joined(separator: " or "))")
  }

  private func schema(
    _ contract: Contract, _ relation: Relation, _ wanted: [Contract.Check.SchemaColumn], _ allowsOthers: Bool
  ) -> ContractResult.Outcome {
    var faults: [String] = []
    for column in wanted {
      guard let found = relation.columns.first(where: { $0.name == column.name }) else {
        faults.append("{\"column\": \(RowJSON.quoted(column.name)), \"fault\": \"missing\"}")
        continue
      }
      guard found.type.displayName != column.type else { continue }
      faults.append(
        "{\"column\": \(RowJSON.quoted(column.name)), \"fault\": "
          + RowJSON.quoted("is \(found.type.displayName), not \(column.type)") + "}")
    }
    if !allowsOthers {
      let names = Set(wanted.map(\.name))
      for column in relation.columns where !names.contains(column.name) {
        faults.append("{\"column\": \(RowJSON.quoted(column.name)), \"fault\": \"unexpected\"}")
      }
    }
    guard !faults.isEmpty else { return .kept }
    let shown = faults.prefix(Self.sampleSize).joined(separator: ", ")
    return .violated(
      rows: Int64(faults.count), severity: contract.severity, sample: (try? JSONText.normalized("[\(shown)]")) ?? "[]")
  }

  // MARK: SQL

  private func integer(_ sql: String) throws -> Int64 { try connection.query(sql).rows.first?.first?.integer ?? 0 }

  private func withoutSemicolon(_ sql: String) -> String {
    var text = sql[...]
    while let last = text.last, last == ";" || last.isWhitespace { text.removeLast() }
    return String(text)
  }

  private func quoted(_ name: String) -> String {
    "\"" + name.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
  }

  private func tableName(_ relation: String) -> String {
    relation.split(separator: ".", maxSplits: 1).map { quoted(String($0)) }.joined(separator: ".")
  }

  private func literal(_ text: String) -> String {
    "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''") + "'"
  }

  private func nearest(_ name: String, _ known: [String]) -> String? {
    PostgresDialect.nearest(name, in: known)
  }
}

/// What counts as personal in this system's data.
public enum PersonalData {
  /// Columns that hold a customer's own identifier; `customer_hash` is what stands for it from silver on.
  static let rawIdentifiers: Set<String> = ["customer_id", "customerid", "facial_id", "member_id"]

  private static let personalNames: Set<String> = [
    "customer_name", "name_of_customer", "phone", "phone_number", "mobile", "mobile_number", "contact_number", "email",
    "email_address", "address", "birthdate", "payload",
  ]

  /// An e-mail address, or a phone number of the Philippines: +63 or 0, a nine, nine more digits, in groups or not.
  /// Digits on either side are another kind of number.
  static let pattern =
    #"[a-z0-9._%+-]+@[a-z0-9-]+(\.[a-z0-9-]+)*\.[a-z]{2,}|(^|[^0-9a-z])(\+?63|0)[- ]?9[0-9]{2}[- ]?[0-9]{3}[- ]?[0-9]{4}([^0-9a-z]|$)"#

  static func isPersonal(column: String) -> Bool { rawIdentifiers.contains(column) || personalNames.contains(column) }

  /// Takes personal data out of texts.
  struct Mask {
    private let regex: PostgresRegex?

    init() {
      var options = RegexOptions()
      options.ignoresCase = true
      options.isGlobal = true
      regex = try? PostgresRegex(pattern, options: options)
    }

    /// The text with what ``PersonalData/pattern`` matches replaced by asterisks.
    func masked(_ text: String) -> String {
      guard text.utf8.count >= 6, let regex else { return text }
      return (try? regex.replacing(text, with: "***")) ?? "***"
    }
  }
}
