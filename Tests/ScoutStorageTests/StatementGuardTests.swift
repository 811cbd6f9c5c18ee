import PostgresDialect
import Testing

@testable import ScoutStorage

/// What SQLite refuses by itself, also where the check of privileges has overlooked something.
@Suite struct StatementGuardTests {
  private func database() throws -> Database {
    let database = try Database(
      path: nil, configuration: Database.Configuration(clock: .fixed(Timestamp("2025-08-23 09:00:00+08"))))
    try database.write { connection in
      _ = try connection.execute(
        """
        create table secret (id int primary key, phone text);
        create table shown (id int primary key, phone text);
        create table open (id int primary key, secret_id int references secret (id), note text);
        create view seen as select id from shown;
        create role reader; grant select on open, seen to reader;
        create role writer; grant insert on open to writer;
        insert into secret values (1, '0917')
        """)
    }
    return database
  }

  private func attempt(_ sql: String, as role: String) throws -> String? {
    let database = try database()
    return try database.write { connection -> String? in
      connection.session.role = role
      // Compiled without asking what the role may do.
      guard case .statement(let compiled) = try connection.compiler().compile(Parser.parseStatement(sql), sql: sql)
      else { return "no statement" }
      do {
        _ = try connection.execute(compiled)
        return nil
      } catch let error as SQLError {
        return "\(error.state.rawValue) \(error.message)"
      }
    }
  }

  @Test(arguments: [
    ("select phone from secret", "reader", "42501 permission denied for table secret"),
    ("select id from seen", "reader", nil),
    ("select o.note from open o", "reader", nil),
    ("select (select phone from secret limit 1) from open", "reader", "42501 permission denied for table secret"),
    ("insert into open values (1, 1, 'x')", "reader", "42501 permission denied for table open"),
    ("insert into open values (1, 1, 'x')", "writer", nil),
    ("insert into open select id, id, phone from secret", "owner", nil),
    ("delete from open", "writer", "42501 permission denied for table open"),
    ("delete from secret", "owner", nil),
    (
      "delete from scout.ledger_payloads", "owner",
      "42501 scout.ledger_payloads is append-only: only the engine adds to it"
    ),
    (
      "update scout.ledger_entries set actor = 'x'", "owner",
      "42501 scout.ledger_entries is append-only: only the engine adds to it"
    ),
  ])
  func `a statement touches only what its role may touch`(sql: String, role: String, refusal: String?) throws {
    #expect(try attempt(sql, as: role) == refusal)
  }

  @Test(arguments: [
    "truncate scout.ledger_entries", "truncate scout.ledger_payloads", "drop table scout.ledger_entries",
    "drop table scout.ledger_payloads cascade", "drop table scout.platinum_agent_action_ledger cascade",
    "drop schema scout cascade", "drop index scout.ledger_entries_action",
    "create unique index one_kind on scout.ledger_entries (kind)",
    """
    create function f() returns trigger language plpgsql as $$ begin return null; end $$;
    create trigger t before insert on scout.ledger_payloads for each row execute function f()
    """,
  ])
  func `no definition removes the ledger or its rows, or stands in their way`(sql: String) throws {
    let error = #expect(throws: SQLError.self) {
      try database().write { connection in _ = try connection.execute(sql) }
    }
    #expect(error?.state == .insufficientPrivilege)
  }

  @Test(arguments: [
    """
    merge into scout.ledger_payloads p using (values (1)) v(n) on p.sequence = v.n
    when matched then delete
    """,
    "merge into scout.ledger_entries e using (values (1)) v(n) on false when matched then update set actor = 'x'",
    "with gone as (delete from scout.ledger_payloads returning sequence) select * from gone",
    "with gone as (delete from scout.ledger_entries) select 1",
    "with a as (delete from open), b as (update scout.ledger_entries set actor = 'x') delete from shown",
    "delete from scout.ledger_payloads p using (values (1)) v(n) returning p.sequence, n",
    "update scout.ledger_entries set actor = 'x' returning (select count(*) from scout.ledger_entries)",
  ])
  func `no command writes the ledger, in whatever part of it`(sql: String) throws {
    let database = try database()
    try database.write { connection in
      _ = try connection.execute("insert into shown values (1, '0918')")
      let error = #expect(throws: SQLError.self) { try connection.execute(sql) }
      #expect(error?.state == .insufficientPrivilege)
      #expect(error?.message.hasSuffix("is append-only: only the engine adds to it") == true)
      #expect(try connection.query("select count(*) from shown").texts == [["1"]])
    }
  }

  @Test(arguments: [
    "merge into shown using (values ('1')) v(id) on shown.id = v.id::int when matched then delete",
    "with gone as (delete from shown returning id) select * from gone",
    "update shown set phone = o.note from open o where o.id = shown.id returning *",
  ])
  func `a session that only reads runs no such command`(sql: String) throws {
    let session = try database().makeSession(Session.Options(isReadOnly: true))
    let error = #expect(throws: SQLError.self) { try session.run(sql) }
    #expect(error?.state.rawValue == "25006")
  }
}
