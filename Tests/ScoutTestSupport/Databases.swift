import GRDBSQLite
import Scout
import ScoutGenerator

/// The evening of the sample's last day: the time at which tests stand still.
public let sampleEnd = Timestamp(microseconds: Int64(GeneratorConfiguration.sample.end) * 1_000_000)

extension Scout {
  /// A database whose clock stands at the end of the sample.
  public static func make(at path: String? = nil, definitions: Definitions? = nil) throws -> Scout {
    try create(
      at: path, secret: "test",
      configuration: Configuration(clock: .fixed(sampleEnd), definitions: definitions))
  }

  /// The rows of SQLite SQL as texts, one per row, in the order of the query.
  public func lines(_ sql: String) throws -> [String] {
    try database.read { connection in
      try connection.rows(sql).map { row in row.map(\.shown).joined(separator: "|") }
    }
  }

  /// A number that SQLite SQL gives.
  public func number(_ sql: String) throws -> Int64 {
    try database.read { connection in try connection.value(sql).integer ?? .min }
  }

  /// Everything in the database, table by table, each row as one line, sorted.
  ///
  /// - Parameter leavingOut: Tables, as `scout.ingest_batches`, and columns, as `scout.ingest_batches.batch_id`.
  public func dump(leavingOut: Set<String> = []) throws -> [String: [String]] {
    try database.read { connection in
      let tables = try connection.rows(
        "select name from sqlite_schema where type = 'table' and name not like 'sqlite_%' order by name"
      ).compactMap { $0[0].text }
      var content: [String: [String]] = [:]
      for table in tables where !leavingOut.contains(table) {
        let columns = try connection.rows("select name from pragma_table_info(?1)", [.text(table)])
          .compactMap { $0[0].text }.filter { !leavingOut.contains("\(table).\($0)") }
        let list = columns.map { "\"\($0)\"" }.joined(separator: ", ")
        content[table] = try connection.rows("select \(list) from \"\(table)\"").map { row in
          row.map(\.shown).joined(separator: "|")
        }.sorted()
      }
      return content
    }
  }

  /// Silver and gold, without what only says where a row came from.
  public func derivedContent() throws -> [String: [String]] {
    try dump(leavingOut: ["scout.silver_transactions.source_id", "scout.silver_transactions.ingest_id"])
      .filter { $0.key.hasPrefix("scout.silver_") || $0.key.hasPrefix("scout.gold_") }
  }
}

extension SQLValue {
  /// A text that differs for different values.
  public var shown: String {
    switch self {
    case .null: "∅"
    case .integer(let value): String(value)
    case .real(let value): "\(value)"
    case .text(let value): value
    case .blob(let value): "\(value)"
    }
  }
}

/// The first table whose content differs, and the first rows that only one of the two has; nil when all is equal.
public func firstDifference(_ a: [String: [String]], _ b: [String: [String]]) -> String? {
  for table in Set(a.keys).union(b.keys).sorted() where a[table] != b[table] {
    let left = a[table] ?? []
    let right = b[table] ?? []
    let onlyLeft = Set(left).subtracting(right).sorted().prefix(3)
    let onlyRight = Set(right).subtracting(left).sorted().prefix(3)
    return
      "\(table): \(left.count) and \(right.count) rows; only here \(Array(onlyLeft)); only there \(Array(onlyRight))"
  }
  return nil
}

/// What a generator of the shipped catalogue makes.
public struct GeneratedSet: Sendable {
  public var lines: [GeneratedLine]
  public var truth: GeneratorTruth

  public init(_ configuration: GeneratorConfiguration, format: GeneratedFormat = .jsonLines) throws {
    let generator = try TransactionGenerator(configuration, catalogue: Self.catalogue(), format: format)
    lines = []
    while let line = generator.nextLine() { lines.append(line) }
    truth = generator.truth
  }

  public static func catalogue() throws -> Catalogue {
    guard let catalogue = try Definitions.builtIn().catalogue() else { throw MissingCatalogue() }
    return catalogue
  }

  struct MissingCatalogue: Error {}

  /// The lines as a file holds them.
  public var bytes: [UInt8] { lines.reduce(into: []) { $0 += $1.bytes + [0x0A] } }

  /// A few days of a few stores with many deliveries that went wrong.
  public static func small(seed: UInt64, days: Int = 4, stores: Int = 3) -> GeneratorConfiguration {
    var configuration = GeneratorConfiguration(
      startDate: CivilDate(daysSinceEpoch: 20_300), days: days, stores: stores, transactionsPerStorePerDay: 12)
    configuration.seed = seed
    configuration.rates.duplicates = 0.1
    configuration.rates.corrections = 0.1
    configuration.rates.voids = 0.06
    configuration.rates.late = 0.1
    configuration.rates.malformed = 0.05
    configuration.rates.returns = 0.05
    configuration.rates.unknownValues = 0.05
    configuration.rates.alternativeTimestamps = 0.2
    configuration.incidents = .none
    configuration.promotions = .none
    return configuration
  }
}

/// A SQLite file that SQLite itself makes, with no part of Scout in it.
public func makeSQLiteFile(at path: String, _ sql: String) throws {
  var handle: OpaquePointer?
  defer { sqlite3_close(handle) }
  guard sqlite3_open(path, &handle) == SQLITE_OK, sqlite3_exec(handle, sql, nil, nil, nil) == SQLITE_OK else {
    throw SQLError(.internalError, String(cString: sqlite3_errmsg(handle)))
  }
}
