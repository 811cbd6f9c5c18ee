import PostgresDialect
import ScoutStorage
import Testing

/// Roles, GRANT, and what a role may do.
@Suite struct PrivilegeTests {
  private static let setup = """
    create schema s;
    create table s.t (id int, secret text);
    create table s.other (id int);
    create view s.v as select id from s.other;
    insert into s.t values (1, 'x'); insert into s.other values (7);
    create function s.f() returns int language sql as 'select id from s.other';
    create function s.d() returns int language sql security definer as 'select id from s.other';
    create role analyst; create role team; create role boss superuser;
    grant usage on schema s to team;
    grant team to analyst;
    """

  private static func run(_ grants: String, as role: String, _ sql: String) throws -> [[String?]] {
    let database = try Database(
      path: nil,
      configuration: Database.Configuration(clock: .fixed(Timestamp(microseconds: 0)), identifiers: .seeded(1)))
    _ = try database.write { try $0.execute(setup + grants) }
    _ = try database.write { try $0.execute("set role \(role)") }
    return try database.write { try $0.execute(sql).texts }
  }

  private static let allowed: [(grants: String, role: String, sql: String)] = [
    ("grant select on s.t to analyst", "analyst", "select id from s.t"),
    ("grant select on s.t to team", "analyst", "select id from s.t"),
    ("grant select on s.t to public", "analyst", "select id from s.t"),
    ("grant select on all tables in schema s to analyst", "analyst", "select t.id from s.t join s.other using (id)"),
    ("grant select on s.v to analyst", "analyst", "select id from s.v"),
    ("grant insert (id) on s.t to analyst", "analyst", "insert into s.t (id) values (2)"),
    ("grant update (id), select on s.t to analyst", "analyst", "update s.t set id = 3 where id = 1"),
    ("grant delete, select on s.t to analyst", "analyst", "delete from s.t where id = 1"),
    ("", "analyst", "select s.d()"),
    ("", "boss", "select id from s.t"),
    ("", "analyst", "with t as (select 1 as id) select id from t"),
    ("grant update (id) on s.t to analyst", "analyst", "update s.t set id = 3"),
    ("grant update, select (id) on s.t to analyst", "analyst", "update s.t as q set id = 3 returning q.id"),
    ("grant delete on s.t to analyst", "analyst", "delete from s.t returning 1"),
    (
      "grant select, delete on s.t to analyst; grant insert on s.other to analyst", "analyst",
      "with gone as (delete from s.t returning id) insert into s.other select id from gone"
    ),
    (
      "grant select, update, insert, delete on s.t to analyst; grant select on s.other to analyst", "analyst",
      """
      merge into s.t using s.other o on t.id = o.id when matched and o.id = 8 then delete
      when matched then update set secret = 'y' when not matched then insert values (o.id, 'z')
      """
    ),
    (
      "grant select, insert on s.t to analyst", "analyst",
      "merge into s.t using (values (5)) v(id) on t.id = v.id when not matched then insert values (v.id, 'z')"
    ),
    (
      "grant select, update on s.t to analyst; grant select on s.other to analyst", "analyst",
      "update s.t set id = o.id from s.other o where o.id > t.id returning t.*, o.id, (select count(*) from s.t)"
    ),
  ]

  @Test(arguments: allowed) func `a role may do what it was granted`(grants: String, role: String, sql: String) throws {
    _ = try Self.run(grants, as: role, sql)
  }

  private static let denied: [(grants: String, role: String, sql: String, message: String)] = [
    ("", "analyst", "select id from s.t", "permission denied for table t"),
    ("", "analyst", "select 1 where exists (select 1 from s.t)", "permission denied for table t"),
    ("", "analyst", "with x as (select * from s.t) select 1 from x", "permission denied for table t"),
    (
      "grant select on s.t to analyst; revoke usage on schema s from team", "analyst", "select id from s.t",
      "permission denied for schema s"
    ),
    (
      "grant select on s.t to analyst; revoke select on s.t from analyst", "analyst", "select id from s.t",
      "permission denied for table t"
    ),
    ("", "analyst", "select id from s.v", "permission denied for view v"),
    ("grant select on s.t to analyst", "analyst", "insert into s.t values (1, 'x')", "permission denied for table t"),
    (
      "grant insert (id) on s.t to analyst", "analyst", "insert into s.t (id, secret) values (1, 'x')",
      "permission denied for table t"
    ),
    (
      "grant update on s.t to analyst", "analyst", "update s.t set id = 1 where id = 2", "permission denied for table t"
    ),
    (
      "grant insert on s.t to analyst", "analyst", "insert into s.t select id, 'x' from s.other",
      "permission denied for table other"
    ),
    ("", "analyst", "select s.f()", "permission denied for table other"),
    ("revoke execute on function s.d() from public", "analyst", "select s.d()", "permission denied for function d"),
    ("", "analyst", "create role x", "permission denied to create role"),
    ("", "analyst", "grant select on s.t to analyst", "permission denied for table t"),
    ("", "analyst", "do $$ begin perform 1 from s.t; end $$", "permission denied for table t"),
    ("grant update on s.t to analyst", "analyst", "update s.t set id = id + 1", "permission denied for table t"),
    (
      "grant update, select (id) on s.t to analyst", "analyst", "update s.t set id = 3 returning secret",
      "permission denied for table t"
    ),
    (
      "grant delete, select (id) on s.t to analyst", "analyst", "delete from s.t returning *",
      "permission denied for table t"
    ),
    (
      "grant update, select (id) on s.t to analyst; grant select on s.other to analyst", "analyst",
      "update s.t set id = 3 from s.other o where o.id = t.id returning o.id, upper(t.secret)",
      "permission denied for table t"
    ),
    (
      "grant insert, select on s.t to analyst", "analyst",
      "insert into s.t values (2) returning (select id from s.other)",
      "permission denied for table other"
    ),
    (
      "grant select on s.t to analyst", "analyst", "with gone as (delete from s.t returning id) select * from gone",
      "permission denied for table t"
    ),
    (
      "grant delete on s.t to analyst", "analyst", "with gone as (delete from s.t returning id) select * from gone",
      "permission denied for table t"
    ),
    (
      "grant select, delete on s.t to analyst", "analyst",
      "with gone as (delete from s.t returning id) insert into s.other select id from gone",
      "permission denied for table other"
    ),
    (
      "grant select, insert, delete on s.t to analyst", "analyst",
      "merge into s.t using (values (1)) v(id) on t.id = v.id when matched then update set secret = 'x'",
      "permission denied for table t"
    ),
    (
      "grant select, update, delete on s.t to analyst", "analyst",
      "merge into s.t using (values (9)) v(id) on t.id = v.id when not matched then insert values (v.id)",
      "permission denied for table t"
    ),
    (
      "grant select, update, insert on s.t to analyst", "analyst",
      "merge into s.t using (values (9)) v(id) on t.id = v.id when matched then delete",
      "permission denied for table t"
    ),
    (
      "grant update, insert, delete on s.t to analyst", "analyst",
      "merge into s.t using (values (9)) v(id) on t.id = v.id when matched then delete",
      "permission denied for table t"
    ),
    (
      "grant select, update, insert, delete on s.t to analyst", "analyst",
      "merge into s.t using s.other o on t.id = o.id when matched then delete", "permission denied for table other"
    ),
  ]

  @Test(arguments: denied) func `a role may not do the rest`(grants: String, role: String, sql: String, message: String)
    throws
  {
    let error = #expect(throws: SQLError.self) { try Self.run(grants, as: role, sql) }
    #expect(error?.state == .insufficientPrivilege)
    #expect(error?.message == message)
  }

  private static let questions: [(grants: String, sql: String, value: String)] = [
    ("grant select on s.t to analyst", "select has_table_privilege('analyst', 's.t', 'select')", "t"),
    ("grant select on s.t to analyst", "select has_table_privilege('analyst', 's.t', 'insert')", "f"),
    ("grant select on s.t to analyst", "select has_table_privilege('analyst', 's.t', 'INSERT, SELECT')", "t"),
    ("grant select on s.t to analyst", "select has_table_privilege('analyst', 's.t', 'select with grant option')", "f"),
    (
      "grant select on s.t to analyst with grant option",
      "select has_table_privilege('analyst', 's.t', 'select with grant option')", "t"
    ),
    (
      "grant select (id) on s.t to analyst",
      "select has_column_privilege('analyst', 's.t', 'id', 'select') and not has_column_privilege('analyst', 's.t', 'secret', 'select')",
      "t"
    ),
    (
      "", "select has_schema_privilege('analyst', 's', 'usage') and not has_schema_privilege('analyst', 's', 'create')",
      "t"
    ),
    ("", "select has_function_privilege('analyst', 's.f()', 'execute')", "t"),
    (
      "revoke all on all functions in schema s from public",
      "select has_function_privilege('analyst', 's.f()', 'execute')", "f"
    ),
    ("", "select pg_has_role('analyst', 'team', 'member') and not pg_has_role('team', 'analyst', 'member')", "t"),
  ]

  @Test(arguments: questions) func `rights can be asked for`(grants: String, sql: String, value: String) throws {
    #expect(try Self.run(grants, as: "boss", sql) == [[value]])
  }

  private static let faults: [(sql: String, state: String, message: String)] = [
    ("grant select on s.t to nobody", "42704", "role \"nobody\" does not exist"),
    ("grant select on s.nothing to analyst", "42P01", "relation \"s.nothing\" does not exist"),
    ("grant usage on schema nothing to analyst", "3F000", "schema \"nothing\" does not exist"),
    ("create role analyst", "42710", "role \"analyst\" already exists"),
    ("drop role nobody", "42704", "role \"nobody\" does not exist"),
    ("grant usage on s.t to analyst", "0LP01", "invalid privilege type USAGE for relation"),
    ("select has_table_privilege('nobody', 's.t', 'select')", "42704", "role \"nobody\" does not exist"),
    ("set role nobody", "42704", "role \"nobody\" does not exist"),
  ]

  @Test(arguments: faults) func `raises PostgreSQL's error`(sql: String, state: String, message: String) throws {
    let error = #expect(throws: SQLError.self) { try Self.run("", as: "owner", sql) }
    #expect(error?.state.rawValue == state)
    #expect(error?.message == message)
  }
}
