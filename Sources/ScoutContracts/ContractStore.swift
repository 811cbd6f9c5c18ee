import FoundationEssentials
import PostgresDialect
import ScoutStorage

/// The contracts of a database: the rows of `scout.gold_contracts`.
///
/// `check_expression` holds what a kind needs beyond its columns: the query of a custom check, a pattern, an interval,
/// `relation.column` of a relationship as they are, everything else as a JSON object. Several columns of a unique
/// check stand in `column_name` with commas between them.
public struct ContractStore {
  let connection: Connection

  public init(_ connection: Connection) { self.connection = connection }

  public struct Stored: Hashable, Sendable {
    public var id: Int64
    public var isActive: Bool
    /// The contract, or what is wrong with its row.
    public var contract: Result<Contract, ContractRowError>

    /// As the row says, also when the rest of it cannot be read.
    public var label: String
  }

  /// A row that is no contract.
  public struct ContractRowError: Error, Hashable, Sendable, CustomStringConvertible {
    public var message: String
    public var description: String { message }
  }

  /// All contracts in order of their numbers.
  public func contracts() throws -> [Stored] {
    try connection.rows(
      """
      select id, table_name, column_name, check_type, check_expression, severity, is_active
      from "scout.gold_contracts" order by id
      """
    ).map { row in
      let (table, column, type) = (row[1].text ?? "", row[2].text, row[3].text ?? "")
      return Stored(
        id: row[0].integer ?? 0, isActive: row[6].integer == 1,
        contract: Result { () throws(ContractRowError) in
          try Self.decode(
            table: table, column: column, type: type, expression: row[4].text, severity: row[5].text ?? "error")
        }, label: type + " on " + table + (column.map { "." + $0 } ?? ""))
    }
  }

  /// The active contracts on a relation that keep a wrong version of it from being published.
  public func blocking(on relation: String) throws -> [Contract] {
    let isThere = try connection.value(
      """
      select 1 from "scout.gold_contracts"
      where table_name = ?1 and is_active and check_expression like '%"blocking"%' limit 1
      """, [.text(relation)])
    guard isThere != .null else { return [] }
    return try contracts().compactMap { stored in
      guard stored.isActive, case .success(let contract) = stored.contract, contract.relation == relation,
        contract.isBlocking
      else { return nil }
      return contract
    }
  }

  /// Adds a contract.
  ///
  /// - Returns: Its number.
  @discardableResult
  public func add(_ contract: Contract) throws -> Int64 {
    let row = Self.encode(contract)
    return try connection.value(
      """
      insert into "scout.gold_contracts" (
        table_name, column_name, check_type, check_expression, severity, is_active, created_at
      ) values (?1, ?2, ?3, ?4, ?5, 1, ?6) returning id
      """,
      [
        .text(contract.relation), SQLValue(row.column), .text(contract.check.type), SQLValue(row.expression),
        .text(contract.severity.rawValue), SQLValue(connection.now),
      ]
    ).integer ?? 0
  }

  /// Adds those of the contracts that are not there yet.
  ///
  /// - Returns: How many were added.
  public func install(_ contracts: [Contract]) throws -> Int {
    var known: Set<Contract> = []
    for stored in try self.contracts() {
      if case .success(let contract) = stored.contract { known.insert(contract) }
    }
    var added = 0
    for contract in contracts where known.insert(contract).inserted {
      try add(contract)
      added += 1
    }
    return added
  }

  /// - Returns: Whether there is a contract with that number.
  public func setActive(_ id: Int64, _ isActive: Bool) throws -> Bool {
    try connection.value(
      "update \"scout.gold_contracts\" set is_active = ?2 where id = ?1 returning 1",
      [.integer(id), .integer(isActive ? 1 : 0)]
    ) != .null
  }

  // MARK: Rows

  /// What `check_expression` holds as a JSON object; every member is optional.
  private struct Options: Codable {
    var values: [String]?
    var min: Bound?
    var max: Bound?
    var condition: String?
    var columns: [String: String]?
    var others: Bool?
    /// What the check would be without the amounts beside it.
    var expression: String?
    var tolerance: String?
    var errorOver: String?
    var blocking: Bool?

    enum CodingKeys: String, CodingKey {
      case values, min, max, condition, columns, others, expression, tolerance, blocking
      case errorOver = "error_over"
    }
  }

  /// A number or a text in JSON.
  private struct Bound: Codable {
    var text: String

    init(_ text: String) { self.text = text }

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let text = try? container.decode(String.self) {
        self.text = text
      } else if let number = try? container.decode(Int64.self) {
        text = String(number)
      } else {
        text = String(try container.decode(Double.self))
      }
    }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.singleValueContainer()
      try container.encode(text)
    }
  }

  static func encode(_ contract: Contract) -> (column: String?, expression: String?) {
    var options = Options()
    var plain: String?
    switch contract.check {
    case .notNull, .positive, .unique, .piiFree: break
    case .acceptedValues(let values): options.values = values
    case .range(let minimum, let maximum):
      (options.min, options.max) = (minimum.map(Bound.init), maximum.map(Bound.init))
    case .pattern(let pattern): plain = pattern
    case .relationship(let relation, let column): plain = relation + "." + column
    case .rowCount(let minimum, let maximum):
      (options.min, options.max) = (minimum.map { Bound(String($0)) }, maximum.map { Bound(String($0)) })
    case .freshness(let age): plain = age.description
    case .share(let condition, let minimum, let maximum):
      options.condition = condition
      (options.min, options.max) = (minimum.map { Bound(String($0)) }, maximum.map { Bound(String($0)) })
    case .custom(let sql): plain = sql
    case .schema(let columns, let allowsOthers):
      options.columns = Dictionary(columns.map { ($0.name, $0.type) }) { first, _ in first }
      options.others = allowsOthers
    }
    options.tolerance = contract.tolerance.map(\.text)
    options.errorOver = contract.errorOver.map(\.text)
    let column = contract.columns.isEmpty ? nil : contract.columns.joined(separator: ", ")
    if contract.isBlocking { options.blocking = true }
    if options.tolerance == nil && options.errorOver == nil && options.blocking == nil, let plain {
      return (column, plain)
    }
    options.expression = plain
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let text = (try? encoder.encode(options)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
    return (column, text == "{}" ? nil : text)
  }

  static func decode(table: String, column: String?, type: String, expression: String?, severity: String)
    throws(ContractRowError) -> Contract
  {
    var options = Options()
    var plain = expression
    if let expression, expression.hasPrefix("{") {
      guard let decoded = try? JSONDecoder().decode(Options.self, from: Data(expression.utf8)) else {
        throw ContractRowError(message: "its check_expression is no JSON object of a contract's options")
      }
      options = decoded
      plain = decoded.expression
    }
    func needed() throws(ContractRowError) -> String {
      guard let plain, !plain.isEmpty else { throw ContractRowError(message: "\(type) needs a check_expression") }
      return plain
    }
    func integer(_ bound: Bound?) throws(ContractRowError) -> Int64? {
      guard let bound else { return nil }
      guard let number = Int64(bound.text) else {
        throw ContractRowError(message: "\"\(bound.text)\" is no whole number")
      }
      return number
    }
    func share(_ bound: Bound?) throws(ContractRowError) -> Double? {
      guard let bound else { return nil }
      guard let number = Double(bound.text), (0...1).contains(number) else {
        throw ContractRowError(message: "\"\(bound.text)\" is no share from 0 to 1")
      }
      return number
    }
    func bounded(_ isThere: Bool) throws(ContractRowError) {
      if !isThere { throw ContractRowError(message: "\(type) needs min, max or both") }
    }
    let check: Contract.Check
    switch type {
    case "not_null": check = .notNull
    case "positive": check = .positive
    case "unique": check = .unique
    case "accepted_values":
      guard let values = options.values, !values.isEmpty else { throw ContractRowError(message: "it names no values") }
      check = .acceptedValues(values)
    case "range":
      try bounded(options.min != nil || options.max != nil)
      check = .range(minimum: options.min?.text, maximum: options.max?.text)
    case "pattern": check = .pattern(try needed())
    case "relationship":
      let parts = try needed().split(separator: ".").map(String.init)
      guard parts.count == 3 else { throw ContractRowError(message: "expected schema.relation.column to refer to") }
      check = .relationship(relation: parts[0] + "." + parts[1], column: parts[2])
    case "row_count":
      try bounded(options.min != nil || options.max != nil)
      check = .rowCount(minimum: try integer(options.min), maximum: try integer(options.max))
    case "freshness":
      guard let age = try? Interval(try needed()) else { throw ContractRowError(message: "its age is no interval") }
      check = .freshness(age)
    case "share":
      try bounded(options.min != nil || options.max != nil)
      guard let condition = options.condition else { throw ContractRowError(message: "share needs a condition") }
      check = .share(condition: condition, minimum: try share(options.min), maximum: try share(options.max))
    case "custom": check = .custom(try needed())
    case "pii_free": check = .piiFree
    case "schema":
      guard let columns = options.columns, !columns.isEmpty else {
        throw ContractRowError(message: "it names no columns")
      }
      check = .schema(
        columns.sorted { $0.key < $1.key }.map { Contract.Check.SchemaColumn(name: $0.key, type: $0.value) },
        allowsOthers: options.others ?? true)
    default:
      throw ContractRowError(
        message: "there is no check \"\(type)\"; there are " + Contract.Check.types.joined(separator: ", "))
    }
    func amount(_ text: String?) throws(ContractRowError) -> Contract.Amount? {
      guard let text else { return nil }
      guard let amount = Contract.Amount(text) else {
        throw ContractRowError(message: "\"\(text)\" is no number of rows and no percentage")
      }
      return amount
    }
    let columns = (column ?? "").split(separator: ",").map { $0.filter { $0 != " " } }
    var contract = Contract(
      relation: table.contains(".") ? table : "public." + table, columns: columns, check: check,
      severity: Contract.Severity(rawValue: severity) ?? .error, tolerance: try amount(options.tolerance),
      errorOver: try amount(options.errorOver))
    contract.isBlocking = options.blocking ?? false
    return contract
  }
}

extension Contract.Check {
  /// All kinds, as `check_type` writes them.
  public static let types = [
    "not_null", "positive", "unique", "accepted_values", "range", "pattern", "relationship", "row_count", "freshness",
    "share", "custom", "pii_free", "schema",
  ]
}

extension Contract.Amount {
  /// `20` rows or `0.5%` of them.
  public init?(_ text: String) {
    if text.hasSuffix("%") {
      guard let percent = Double(text.dropLast()), (0...100).contains(percent) else { return nil }
      self = .share(percent / 100)
    } else {
      guard let rows = Int64(text), rows >= 0 else { return nil }
      self = .rows(rows)
    }
  }

  public var text: String {
    switch self {
    case .rows(let rows): String(rows)
    case .share(let share): "\(share * 100)%"
    }
  }
}
