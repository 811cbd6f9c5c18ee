import PostgresDialect
import ScoutStorage
import Testing

@Suite struct QueryTests {
  let database: Database

  init() throws {
    let now = try Timestamp("2025-08-23 09:00:00+00")
    database = try Database(
      path: nil, configuration: Database.Configuration(clock: .fixed(now), identifiers: .seeded(1)))
  }

  private func rows(_ sql: String) throws -> [[String?]] {
    do {
      return try database.write { try $0.execute(sql).texts }
    } catch let error as SQLError {
      Issue.record("\(error.rendered(in: sql))")
      return []
    }
  }

  @Test(arguments: [
    ("select 1 + 1", [["2"]]),
    ("select 7 / 2, -7 / 2, 7 % 3", [["3", "-3", "1"]]),
    ("select 0.1 + 0.2 = 0.3, round(2.675, 2), 1.0 / 3", [["t", "2.68", "0.33333333333333333333"]]),
    (
      "select now(), date_trunc('hour', timestamptz '1969-12-31 23:30:00+00')",
      [["2025-08-23 09:00:00+00", "1969-12-31 23:00:00+00"]]
    ),
    (
      "select interval '15 minutes' + interval '1 day', date '2024-01-31' + interval '1 month'",
      [["1 day 00:15:00", "2024-02-29 00:00:00"]]
    ),
    ("select coalesce(null, 'x'), nullif(1, 1), greatest(1, null, 3)", [["x", nil, "3"]]),
    ("select x from (values (3), (1), (null)) as t(x) order by x", [["1"], ["3"], [nil]]),
    (
      "select n, sum(n) over (order by n rows between 1 preceding and current row) from generate_series(1, 3) as n",
      [["1", "1"], ["2", "3"], ["3", "5"]]
    ),
    (
      "with recursive t(n) as (values (1) union all select n + 1 from t where n < 4) select count(*), sum(n), avg(n), stddev(n) from t",
      [["4", "10", "2.5000000000000000", "1.2909944487358056"]]
    ),
    ("select 'abc' like 'a%', 'ABC' like 'a%', 'ABC' ilike 'a_c'", [["t", "f", "t"]]),
    ("select percentile_cont(0.5) within group (order by n) from generate_series(1, 4) n", [["2.5"]]),
    ("select extract(epoch from interval '1 hour'), extract(dow from date '2025-08-23')", [["3600.000000", "6"]]),
    ("select '{\"a\": [1, 2]}'::jsonb -> 'a' -> 1, '{\"a\":\"x\"}'::jsonb ->> 'a'", [["2", "x"]]),
    ("select true, false::text, 'yes'::boolean", [["t", "false", "t"]]),
  ])
  func `a query gives PostgreSQL's text`(_ sql: String, _ expected: [[String?]]) throws {
    #expect(try rows(sql) == expected)
  }

  @Test func `a row goes in with its defaults and comes out`() throws {
    _ = try rows("insert into scout.platinum_monitors (name, sql, threshold) values ('m', 'SELECT ...', 2.5)")
    let monitors = try rows("select name, threshold, window_minutes, is_enabled from scout.platinum_monitors")
    #expect(monitors == [["m", "2.5", "60", "t"]])
    _ = try rows("update scout.platinum_monitors set is_enabled = false where name = 'm'")
    #expect(try rows("select count(*) filter (where is_enabled) from scout.platinum_monitors") == [["0"]])
    #expect(try rows("delete from scout.platinum_monitors returning id, name") == [["1", "m"]])
  }

  @Test(arguments: [
    ("select 1 / 0", "22012"), ("select busines_date from scout.silver_transactions", "42703"),
    ("select * from scout.gold", "42P01"), ("select 2147483647 + 1", "22003"),
    ("select brand, count(*) from scout.silver_line_items", "42803"), ("select 'a' + 1", "22P02"),
  ])
  func `an error has PostgreSQL's code`(_ sql: String, _ state: String) throws {
    let error = #expect(throws: SQLError.self) { try database.write { try $0.execute(sql) } }
    #expect(error?.state.rawValue == state)
  }
}
