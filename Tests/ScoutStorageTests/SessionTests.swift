import PostgresDialect
import ScoutStorage
import Testing

/// Transactions, savepoints and settings over several statements.
@Suite struct SessionTests {
  private static func makeDatabase() throws -> Database {
    try Database(
      path: nil,
      configuration: Database.Configuration(
        clock: .fixed(Timestamp(microseconds: 1_700_000_000_000_000)), identifiers: .seeded(1)))
  }

  /// The answers of the statements of a script, one line each: rows by `|`, tags, SQLSTATEs.
  private static func transcript(_ script: String, _ options: Session.Options = Session.Options()) throws -> [String] {
    let session = try makeDatabase().makeSession(options)
    var lines: [String] = []
    for range in SQLScript.split(script) {
      let text = String(decoding: Array(script.utf8)[range.start..<range.end], as: UTF8.self)
      do {
        try session.run(text) { result in
          lines += result.notices.map(\.rendered)
          if result.columns.isEmpty { return lines.append(result.tag) }
          lines += result.texts.map { $0.map { $0 ?? "null" }.joined(separator: "|") }
        }
      } catch let error as SQLError {
        lines.append(error.state.rawValue)
      }
    }
    return lines
  }

  private static let scripts: [(script: String, lines: [String])] = [
    (
      "create table t (a int); begin; insert into t values (1); rollback; select count(*) from t",
      ["CREATE TABLE", "BEGIN", "INSERT 0 1", "ROLLBACK", "0"]
    ),
    (
      "create table t (a int); begin; insert into t values (1); select 1/0; select 1; commit; select count(*) from t",
      ["CREATE TABLE", "BEGIN", "INSERT 0 1", "22012", "25P02", "ROLLBACK", "0"]
    ),
    (
      """
      create table t (a int); begin; insert into t values (1); savepoint s; insert into t values (2); select 1/0;
      rollback to s; insert into t values (3); release s; commit; select a from t order by a
      """,
      [
        "CREATE TABLE", "BEGIN", "INSERT 0 1", "SAVEPOINT", "INSERT 0 1", "22012", "ROLLBACK", "INSERT 0 1", "RELEASE",
        "COMMIT", "1", "3",
      ]
    ),
    ("begin; rollback to nowhere; commit", ["BEGIN", "3B001", "ROLLBACK"]),
    ("savepoint s", ["25P01"]),
    ("commit", ["WARNING:  there is no transaction in progress", "COMMIT"]),
    (
      "begin; begin; rollback",
      [
        "BEGIN", "WARNING:  there is already a transaction in progress", "BEGIN", "ROLLBACK",
      ]
    ),
    ("begin read only; create table t (a int); rollback", ["BEGIN", "25006", "ROLLBACK"]),
    (
      "begin; set transaction isolation level serializable; show transaction_isolation; commit; show transaction_isolation",
      ["BEGIN", "SET", "serializable", "COMMIT", "read committed"]
    ),
    (
      "set timezone = 'Asia/Manila'; select timestamptz '2025-01-01 00:00Z'; reset timezone; show timezone",
      ["SET", "2025-01-01 08:00:00+08", "RESET", "UTC"]
    ),
    (
      "begin; set local timezone to 'Asia/Manila'; show timezone; commit; show timezone",
      ["BEGIN", "SET", "Asia/Manila", "COMMIT", "UTC"]
    ),
    ("begin; set timezone to 'Asia/Manila'; rollback; show timezone", ["BEGIN", "SET", "ROLLBACK", "UTC"]),
    ("select set_config('my.setting', 'x', false); select current_setting('my.setting')", ["x", "x"]),
    ("select current_setting('no.such'); select current_setting('no.such', true)", ["42704", "null"]),
    (
      "set statement_timeout = '90s'; show statement_timeout; set statement_timeout = 1.5; set statement_timeout = 'x'",
      ["SET", "90s", "SET", "22023"]
    ),
    ("set nothing_known = 1; set datestyle = german; set datestyle = iso", ["42704", "0A000", "SET"]),
    (
      "create schema s; create table s.t (a int); select * from t; set search_path = s, public; select count(*) from t; "
        + "create table u (b int); select count(*) from s.u; select current_schema()",
      ["CREATE SCHEMA", "CREATE TABLE", "42P01", "SET", "0", "CREATE TABLE", "0", "s"]
    ),
    (
      "create role analyst; begin; set local role analyst; select current_user, session_user; commit; select current_user",
      ["CREATE ROLE", "BEGIN", "SET", "analyst|owner", "COMMIT", "owner"]
    ),
    ("select set_config('role', 'nobody', false); set role nobody", ["42704", "42704"]),
    ("select now() = statement_timestamp()", ["t"]),
  ]

  @Test(arguments: scripts.indices) func `a script answers as PostgreSQL does`(_ index: Int) throws {
    let (script, lines) = Self.scripts[index]
    #expect(try Self.transcript(script) == lines, "\(script)")
  }

  @Test func `statements of one string are one transaction`() throws {
    let session = try Self.makeDatabase().makeSession()
    try session.run("create table t (a int)")
    #expect(throws: SQLError.self) { try session.run("insert into t values (1); select 1/0") }
    #expect(try session.query("select count(*) from t").texts == [["0"]])
    #expect(throws: SQLError.self) { try session.run(eachOf: "insert into t values (1); select 1/0") }
    #expect(try session.query("select count(*) from t").texts == [["1"]])
  }

  @Test func `a read-only session refuses to write, and cannot be talked out of it`() throws {
    let lines = try Self.transcript(
      "create table t (a int); begin read write; create table t (a int); rollback; set transaction_read_only = off",
      Session.Options(isReadOnly: true))
    #expect(lines == ["25006", "25001", "25P02", "ROLLBACK", "25001"])
  }

  @Test func `a statement that takes too long is cancelled`() throws {
    let session = try Self.makeDatabase().makeSession(Session.Options(statementTimeout: .milliseconds(20)))
    do {
      _ = try session.query("with recursive t as (select 1 as n union all select n + 1 from t) select count(*) from t")
      Issue.record("it ended")
    } catch let error as SQLError {
      #expect(error.state == .queryCanceled)
      #expect(error.message == "canceling statement due to statement timeout")
    }
  }

  @Test func `what a session has not committed nobody else sees`() throws {
    let path = "/tmp/scout-session-\(UInt64.random(in: 0 ... .max)).db"
    let database = try Database(
      path: path, configuration: Database.Configuration(clock: .fixed(Timestamp(microseconds: 0))))
    defer { for suffix in ["", "-wal", "-shm"] { unlink(path + suffix) } }
    let first = try database.makeSession()
    let second = try database.makeSession()
    try first.run("create table t (a int)")
    try first.run("begin; insert into t values (1)")
    #expect(try second.query("select count(*) from t").texts == [["0"]])
    try first.run("commit")
    #expect(try second.query("select count(*) from t").texts == [["1"]])
  }

  @Test func `a plan is told with PostgreSQL's node names`() throws {
    let session = try Self.makeDatabase().makeSession()
    try session.run("create table t (a int primary key, b text)")
    #expect(try session.query("explain select * from t order by b").texts == [["Sort"], ["  ->  Seq Scan on t"]])
    let json = try session.query("explain (format json) select * from t").texts
    #expect(json == [[#"[{"Plan": {"Node Type": "Seq Scan", "Relation Name": "t"}}]"#]])
    #expect(try session.query("explain analyze insert into t values (1)").rows.count == 4)
    #expect(try session.query("select count(*) from t").texts == [["1"]])
  }
}

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif
