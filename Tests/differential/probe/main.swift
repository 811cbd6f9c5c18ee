import Foundation
import PostgresDialect
import ScoutStorage

// Runs statements on Scout and prints what came back, for comparison with a real PostgreSQL (Tests/differential/run).
//
// Standard input: one statement a line as `zone<TAB>JSON string`. Standard output: one JSON object a line with
// columns, types and rows of texts, or error with sqlstate and message. Each zone has a database of its own, in memory;
// with `--corpus FOLDER` it has the tables and rows of the conformance corpus, and every line is undone behind it.

/// What one statement gave.
struct Answer: Encodable {
  var columns: [String] = []
  var types: [String] = []
  var rows: [[String?]] = []
  /// The command tag, such as `INSERT 0 1`.
  var tag: String?
  var error: Failure?
  /// The SQLite statement, when SCOUT_PROBE_SQL is set.
  var sqlite: String?

  struct Failure: Encodable {
    var sqlstate: String
    var message: String
    var text: String
    var detail: String?
    var hint: String?
    /// The place in the statement, counted in characters from 1, as PostgreSQL's protocol has it.
    var position: Int?
  }
}

/// The databases by zone, each with one session, made when first used.
struct Databases {
  private let clock: EngineClock
  private var byZone: [String: (database: Database, session: Session)] = [:]
  private let showsSQL = ProcessInfo.processInfo.environment["SCOUT_PROBE_SQL"] != nil

  /// The folder of the conformance corpus, when its tables and rows are asked for.
  private let corpus: String?

  init(corpus: String?) throws {
    clock = .fixed(try Timestamp("2025-08-23 09:00:00+00"))
    self.corpus = corpus
  }

  /// Takes the corpus's tables in place of the engine's own, which have more columns and stricter checks.
  private func loadCorpus(_ folder: String, into database: Database) throws {
    let schema = try String(contentsOfFile: folder + "/schema.sql", encoding: .utf8)
    let fixture = try String(contentsOfFile: folder + "/fixture.sql", encoding: .utf8)
    try database.write { connection in
      let tables = "select schema || '.' || name from \"engine.relations\" where kind = 'table' order by rowid desc"
      for row in try connection.rows(tables) {
        try connection.run("drop table " + SQLitePrinter.quoted(row[0].text ?? ""))
      }
      for table in [
        "columns", "relations", "constraints", "indexes", "index_keys", "sequences", "routines", "triggers",
      ] {
        try connection.run("delete from \"engine.\(table)\"")
      }
      for statement in try Parser.parse(schema) {
        do {
          _ = try connection.execute(statement, sql: schema)
        } catch let error as SQLError where error.state == .duplicateSchema {
          // The engine's own migrations have made it.
        }
      }
      try connection.execute(fixture)
    }
  }

  private mutating func open(_ zone: String) throws -> (database: Database, session: Session) {
    if let known = byZone[zone] { return known }
    let database = try Database(
      path: nil,
      configuration: Database.Configuration(
        clock: clock, identifiers: .seeded(1), timeZone: try TimeZoneRules(identifier: zone)))
    if let corpus { try loadCorpus(corpus, into: database) }
    let made = (database, try database.makeSession())
    byZone[zone] = made
    return made
  }

  mutating func answer(_ sql: String, _ zone: String) throws -> Answer {
    var answer = Answer()
    let (database, session) = try open(zone)
    if showsSQL, let statement = try? Parser.parseStatement(sql) {
      answer.sqlite = try? database.read { connection in
        guard case .statement(let compiled) = try connection.compiler().compile(statement, sql: sql) else { return nil }
        return compiled.sql
      }
    }
    if corpus != nil { try session.run("begin") }
    defer { if corpus != nil { session.close() } }
    do {
      try session.run(sql) { result in
        answer.columns = result.columns.map(\.name)
        answer.types = result.columns.map(\.type.displayName)
        answer.rows = result.texts
        answer.tag = result.tag
      }
    } catch let error as SQLError {
      answer = Answer(sqlite: answer.sqlite)
      answer.error = Answer.Failure(
        sqlstate: error.state.rawValue, message: error.description, text: error.message, detail: error.detail,
        hint: error.hint,
        position: error.range.map {
          String(decoding: Array(sql.utf8.prefix($0.start)), as: UTF8.self).unicodeScalars.count + 1
        })
    }
    return answer
  }
}

func serve() throws {
  let arguments = CommandLine.arguments
  let corpus = arguments.firstIndex(of: "--corpus").flatMap { $0 + 1 < arguments.count ? arguments[$0 + 1] : nil }
  var databases = try Databases(corpus: corpus)
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
  while let line = readLine(strippingNewline: true) {
    guard let tab = line.firstIndex(of: "\t") else { continue }
    let sql = try JSONDecoder().decode(String.self, from: Data(line[line.index(after: tab)...].utf8))
    let answer = try encoder.encode(databases.answer(sql, String(line[..<tab])))
    FileHandle.standardOutput.write(answer + Data("\n".utf8))
  }
}

/// Compiles the statement on standard input again and again, and prints the mean time.
func measure() throws {
  var sql = ""
  while let line = readLine(strippingNewline: false) { sql += line }
  let database = try Database(
    path: nil, configuration: Database.Configuration(clock: .fixed(Timestamp(microseconds: 0))))
  let rounds = 500
  let elapsed = try ContinuousClock().measure {
    for _ in 0..<rounds {
      try database.read { connection in
        for statement in try Parser.parse(sql) { _ = try connection.compiler().compile(statement, sql: sql) }
      }
    }
  }
  print("\(elapsed / rounds) a translation")
}

if CommandLine.arguments.contains("--measure") { try measure() } else { try serve() }
