import PostgresDialect
import ScoutStorage
import Testing

/// Functions in SQL and PL/pgSQL, and DO blocks.
@Suite struct RoutineTests {
  private static func database() throws -> Database {
    try Database(
      path: nil,
      configuration: Database.Configuration(
        clock: .fixed(try Timestamp("2025-08-23 09:00:00+00")), identifiers: .seeded(1)))
  }

  /// A script and the one value of its last statement, as PostgreSQL 15 gives it.
  struct Script: Sendable, CustomTestStringConvertible {
    var id: String
    var sql: String
    var value: String?

    var testDescription: String { id }
  }

  private static func plpgsql(_ body: String, _ header: String = "f() returns text") -> String {
    "create function \(header) language plpgsql as $$ \(body) $$; select f();"
  }

  private static let scripts: [Script] = [
    Script(
      id: "sql", sql: "create function f(a int, b int) returns int language sql as 'select a + b'; select f(1, 2)",
      value: "3"),
    Script(
      id: "positional", sql: "create function f(int, int) returns int language sql as 'select $1 - $2'; select f(5, 2)",
      value: "3"),
    Script(
      id: "named and default",
      sql:
        "create function f(a int, b int default 10, c text default 'x') returns text language sql as $$ select a || c || b $$; select f(1, c => 'y')",
      value: "1y10"),
    Script(
      id: "column before parameter",
      sql:
        "create table t (a int); insert into t values (7); create function f(a int) returns int language sql as 'select a from t where a <> f.a'; select f(1)",
      value: "7"),
    Script(
      id: "strict", sql: "create function f(a int) returns int language sql strict as 'select 1'; select f(null)",
      value: nil),
    Script(
      id: "first row", sql: "create function f() returns int language sql as 'values (3), (4)'; select f()", value: "3"),
    Script(
      id: "numeric",
      sql: "create function f(a numeric) returns numeric(12,2) language sql as 'select a * 1.5'; select f(2.05)",
      value: "3.075"),
    Script(
      id: "writes",
      sql:
        "create table t (a int); create function f(n int) returns int language sql as 'insert into t values (n), (n + 1); select count(*)::int from t'; select f(1)",
      value: "2"),
    Script(
      id: "returning",
      sql:
        "create table t (id int, a text default 'd'); create function f() returns text language sql as 'insert into t (id) values (1) returning a'; select f()",
      value: "d"),
    Script(
      id: "overload",
      sql:
        "create function f(a int) returns text language sql as $$ select 'int' $$; create function f(a text) returns text language sql as $$ select 'text' $$; select f('x') || f(1)",
      value: "textint"),
    Script(
      id: "replace",
      sql:
        "create function f() returns int language sql as 'select 1'; create or replace function f() returns int language sql as 'select 2'; select f()",
      value: "2"),
    Script(
      id: "assignment", sql: plpgsql("declare a int := 2; b a%type; begin b := a * 2.6; a = b + 1; return a; end"),
      value: "6"),
    Script(
      id: "if",
      sql: plpgsql("begin if 1 > 2 then return 'a'; elsif 2 > 1 then return 'b'; else return 'c'; end if; end"),
      value: "b"),
    Script(
      id: "case",
      sql: plpgsql(
        "declare x int := 3; begin case x when 1, 2 then return 'low'; when 3 then return 'three'; else return 'high'; end case; end"
      ), value: "three"),
    Script(
      id: "while",
      sql: plpgsql(
        "declare i int := 0; begin while i < 5 loop i := i + 1; continue when i = 2; exit when i = 4; end loop; return i; end"
      ), value: "4"),
    Script(
      id: "for",
      sql: plpgsql(
        "declare s int := 0; begin for i in reverse 10..1 by 3 loop s := s * 100 + i; end loop; return s; end"),
      value: "10070401"),
    Script(
      id: "labels",
      sql: plpgsql(
        "declare n int := 0; begin <<outer>> for i in 1..3 loop for j in 1..3 loop n := n + 1; exit outer when j = 2; end loop; end loop; return n; end"
      ), value: "2"),
    Script(
      id: "records",
      sql: plpgsql(
        "declare r record; s text := ''; begin for r in select n, n * n as q from (values (1), (2), (3)) v(n) order by n loop s := s || r.n || ':' || r.q || ' '; end loop; return s; end"
      ), value: "1:1 2:4 3:9 "),
    Script(
      id: "select into",
      sql: "create table t (a int, b text); insert into t values (1, 'x'), (2, 'y');"
        + plpgsql(
          "declare v t%rowtype; c text; begin select * into v from t where a = 2; select b into strict c from t where a = 1; return v.b || c || found; end"
        ), value: "yxtrue"),
    Script(
      id: "row count",
      sql: "create table t (a int); insert into t values (1), (2), (3);"
        + plpgsql(
          "declare n int; begin update t set a = a + 1 where a > 1; get diagnostics n = row_count; delete from t where a = 99; return n || ' ' || found; end"
        ), value: "2 false"),
    Script(
      id: "returning into",
      sql: "create table t (a int, b text default 'dflt');"
        + plpgsql(
          "declare x int; y text; begin insert into t (a) values (5) returning a + 1, b into x, y; return x || y; end"),
      value: "6dflt"),
    Script(
      id: "execute using",
      sql: plpgsql("declare n int; begin execute 'select $1 + $2' into n using 3, 4; return n; end"), value: "7"),
    Script(
      id: "exception",
      sql: plpgsql(
        "declare x int; begin begin x := 1 / 0; exception when division_by_zero then return sqlstate || ' ' || sqlerrm; end; end"
      ), value: "22012 division by zero"),
    Script(
      id: "savepoint",
      sql: "create table t (a int primary key);"
        + plpgsql(
          "declare n int; begin insert into t values (1); begin insert into t values (2); insert into t values (1); exception when unique_violation then null; end; select count(*) into n from t; return n; end"
        ), value: "1"),
    Script(
      id: "class",
      sql: plpgsql("begin perform 1 / 0; return 'no'; exception when data_exception then return 'class'; end"),
      value: "class"),
    Script(
      id: "raise",
      sql: plpgsql(
        "begin raise exception 'bad % at %%', 7 using errcode = 'unique_violation', hint = 'h'; exception when others then return sqlstate || sqlerrm; end"
      ), value: "23505bad 7 at %"),
    Script(
      id: "again",
      sql: plpgsql(
        "begin begin raise exception 'x'; exception when others then raise; end; exception when raise_exception then return sqlerrm; end"
      ), value: "x"),
    Script(id: "out", sql: plpgsql("begin a := 4; end", "f(out a int)"), value: "4"),
    Script(id: "void", sql: plpgsql("begin null; end", "f() returns void"), value: ""),
    Script(
      id: "recursion",
      sql:
        "create function f(n int) returns int language plpgsql as $$ begin if n <= 1 then return 1; end if; return n * f(n - 1); end $$; select f(10)",
      value: "3628800"),
    Script(
      id: "shadowing", sql: plpgsql("declare x int := 1; begin declare x int := 2; begin x := 5; end; return x; end"),
      value: "1"),
    Script(
      id: "qualified",
      sql:
        "create function f(a int) returns int language plpgsql as $$ <<b>> declare a int := 2; begin return f.a * 10 + b.a; end $$; select f(1)",
      value: "12"),
    Script(
      id: "do",
      sql:
        "create table t (a int); do $$ begin for i in 1..3 loop insert into t values (i); end loop; end $$; select sum(a) from t",
      value: "6"),
  ]

  @Test(arguments: scripts) func `gives PostgreSQL's value`(_ script: Script) throws {
    let result = try Self.database().write { try $0.execute(script.sql) }
    #expect(result.texts == [[script.value]])
  }

  private static let faults: [(sql: String, state: String, message: String)] = [
    (plpgsql("begin end"), "2F005", "control reached end of function without RETURN"),
    (
      plpgsql("declare x int; begin select 1 into strict x where false; return x; end"), "P0002",
      "query returned no rows"
    ),
    (
      plpgsql("declare x int; begin select n into strict x from (values (1), (2)) v(n); return x; end"), "P0003",
      "query returned more than one row"
    ),
    (plpgsql("begin raise exception 'no % here', 'cats'; end"), "P0001", "no cats here"),
    (plpgsql("begin assert 1 > 2, 'wrong'; end"), "P0004", "wrong"),
    (plpgsql("begin case 1 when 2 then return 'x'; end case; end"), "20000", "case not found"),
    (plpgsql("begin select 1; return 'x'; end"), "42601", "query has no destination for result data"),
    (plpgsql("begin if true then return 1 end if; end"), "42601", "syntax error at or near \"if\""),
    (
      "create table t (a int);" + plpgsql("declare a int := 1; begin return (select a from t); end"), "42702",
      "column reference \"a\" is ambiguous"
    ),
    (plpgsql("begin return f(); end"), "54001", "stack depth limit exceeded"),
    (
      "create function f() returns int language sql as $$ select 'x'::text $$", "42P13",
      "return type mismatch in function declared to return integer"
    ),
    (
      "create function f() returns int language sql as 'select 1'; create function f() returns int language sql as 'select 1'",
      "42723", "function \"f\" already exists with same argument types"
    ),
    ("create function f() returns int language perl as 'x'", "42704", "language \"perl\" does not exist"),
    ("drop function g(int)", "42883", "function g(integer) does not exist"),
    (
      "create function f(a int) returns int language sql as 'select 1'; select f(b => 1)", "42883",
      "function f(b => integer) does not exist"
    ),
    (
      "create table t (a int); create function f() returns int language plpgsql stable as 'begin insert into t values (1); return 1; end'; select f()",
      "0A000", "INSERT is not allowed in a non-volatile function"
    ),
  ]

  @Test(arguments: faults) func `raises PostgreSQL's error`(sql: String, state: String, message: String) throws {
    let error = #expect(throws: SQLError.self) { try Self.database().write { try $0.execute(sql) } }
    #expect(error?.state.rawValue == state)
    #expect(error?.message == message)
  }

  @Test func `an error says where inside the function it arose`() throws {
    let sql = """
      create function f() returns int language plpgsql as $$
      begin
        return 1 / 0;
      end $$;
      select f();
      """
    let error = #expect(throws: SQLError.self) { try Self.database().write { try $0.execute(sql) } }
    #expect(error?.context == ["PL/pgSQL function f() line 3 at RETURN"])
  }

  @Test func `a function that is gone does not resolve`() throws {
    let sql = "create function f() returns int language sql as 'select 1'; drop function f(); select f()"
    let error = #expect(throws: SQLError.self) { try Self.database().write { try $0.execute(sql) } }
    #expect(error?.state == .undefinedFunction)
  }
}
