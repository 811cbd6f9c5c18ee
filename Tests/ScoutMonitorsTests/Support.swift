import FoundationEssentials
import PostgresDialect
import ScoutMonitors
import ScoutStorage
import Synchronization

/// A clock that a test sets.
final class TestClock: Sendable {
  private let time: Mutex<Timestamp>

  init(_ text: String) throws { time = Mutex(try Timestamp(text)) }

  var now: Timestamp {
    get { time.withLock { $0 } }
    set { time.withLock { $0 = newValue } }
  }

  func set(_ text: String) throws { now = try Timestamp(text) }
}

/// The repository's folder.
let repository = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
  .deletingLastPathComponent()

let shippedMonitors = ["demand_spike_brand", "promo_lift_anomaly", "share_loss_vs_rival"]

/// The shipped file of a monitor.
func shippedFile(_ name: String) throws -> (file: String, text: String) {
  let file = "schemas/monitors/\(name).yaml"
  return (file, String(decoding: try Data(contentsOf: repository.appending(path: file)), as: UTF8.self))
}

/// The definition of a shipped monitor.
func shipped(_ name: String, on connection: Connection) throws -> MonitorDefinition {
  try MonitorDefinition.read([try shippedFile(name)], compiler: connection.compiler())[0]
}

/// A database in memory, with the gold tables that the monitors read.
func goldDatabase(clock: TestClock, path: String? = nil, runner: MonitorRunner = MonitorRunner()) throws -> Database {
  let database = try Database(
    path: path,
    configuration: Database.Configuration(
      clock: EngineClock { clock.now }, identifiers: .seeded(1), functions: [runner.function]))
  try database.write { connection in
    for relation in goldRelations where try database.relation(relation.qualifiedName, on: connection) == nil {
      try connection.createDerivedTable(relation)
    }
  }
  return database
}

extension Database {
  /// Whether the relation is there, asked inside a transaction.
  func relation(_ name: String, on connection: Connection) throws -> String? {
    try connection.value("select name from sqlite_schema where name = ?1", [.text(name)]).text
  }
}

/// The gold tables as DOMAIN.md section 4 has them.
let goldRelations: [Relation] = {
  func column(_ name: String, _ type: SQLType) -> RelationColumn {
    RelationColumn(name: name, type: type, isNotNull: true)
  }
  let money = SQLType(.numeric, precision: 18, scale: 2)
  return [
    Relation(
      schema: "scout", name: "gold_sales_15min",
      columns: [
        column("ts", .timestamptz), column("brand", .text), column("units", .int8), column("qty", .int8),
        column("net_amount", money), column("transactions", .int8), column("stores", .int8),
      ], primaryKey: ["ts", "brand"]),
    Relation(
      schema: "scout", name: "gold_sales_daily",
      columns: [
        column("date", .date), column("store_id", .text), column("brand", .text), column("promo_flag", .boolean),
        column("units", .int8), column("qty", .int8), column("net_amount", money), column("transactions", .int8),
      ], primaryKey: ["date", "store_id", "brand", "promo_flag"]),
    Relation(
      schema: "scout", name: "gold_brand_share_daily",
      columns: [
        column("date", .date), column("category", .text), column("brand", .text), column("units", .int8),
        column("net_amount", money), column("share", .numeric),
      ], primaryKey: ["date", "category", "brand"]),
  ]
}()

extension Connection {
  /// A monitor as the runbook adds one.
  func addMonitor(_ name: String, _ sql: String, definition: String? = nil) throws {
    _ = try query(
      "insert into scout.platinum_monitors (name, sql, definition) values (:name, :sql, :definition)",
      parameters: [
        "name": (.text, .text(name)), "sql": (.text, .text(sql)), "definition": (.jsonb, SQLValue(definition)),
      ])
  }

  /// The first column of a query's rows as text.
  func texts(_ sql: String) throws -> [String?] { try execute(sql).texts.map { $0[0] } }
}

/// A path for a database that does not exist yet.
func temporaryPath() -> String {
  FileManager.default.temporaryDirectory.appending(path: "scout-monitors-\(UUID().uuidString).db").path
}

/// Removes a database with its log.
func removeDatabase(_ path: String) {
  for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + suffix) }
}
