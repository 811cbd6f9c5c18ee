import Foundation
import ScoutTestSupport
import Testing

/// `scout sql`: formats are contracts, errors too.
@Suite struct SQLCommandTests {
  private static let query = """
    select 1 as one, 'a|"b",c' as text, null::text as nothing, true as yes, 12.50::numeric(12,2) as money, \
    date '2025-08-01' as day, timestamptz '2025-08-01 09:00:00+08' as at, '{"b": [1, 2], "a": null}'::jsonb as doc
    """

  static let formats: [(String, String)] = [
    (
      "json",
      #"{"columns":[{"name":"one","type":"integer"},{"name":"text","type":"text"},{"name":"nothing","type":"text"},"#
        + #"{"name":"yes","type":"boolean"},{"name":"money","type":"numeric"},{"name":"day","type":"date"},"#
        + #"{"name":"at","type":"timestamp with time zone"},{"name":"doc","type":"jsonb"}],"rows":[[1,"a|\"b\",c",null,"#
        + #"true,12.50,"2025-08-01","2025-08-01 01:00:00+00",{"a":null,"b":[1,2]}]]}"# + "\n"
    ),
    (
      "ndjson",
      #"{"one":1,"text":"a|\"b\",c","nothing":null,"yes":true,"money":12.50,"day":"2025-08-01","#
        + #""at":"2025-08-01 01:00:00+00","doc":{"a":null,"b":[1,2]}}"# + "\n"
    ),
    (
      "csv",
      "one,text,nothing,yes,money,day,at,doc\r\n"
        + #"1,"a|""b"",c",,t,12.50,2025-08-01,2025-08-01 01:00:00+00,"{""a"": null, ""b"": [1, 2]}""# + "\r\n"
    ),
    (
      "markdown",
      "| one | text | nothing | yes | money | day | at | doc |\n| ---: | --- | --- | --- | ---: | --- | --- | --- |\n"
        + #"| 1 | a\|"b",c | | t | 12.50 | 2025-08-01 | 2025-08-01 01:00:00+00 | {"a": null, "b": \[1, 2\]} |"# + "\n"
    ),
  ]

  @Test(arguments: formats) func `a row in every form`(format: String, expected: String) throws {
    let shop = try Shop()
    let outcome = try shop.scout("sql", Self.query, "--format", format)
    #expect(outcome.output == expected)
    #expect(outcome.error == "" && outcome.status == 0)
  }

  @Test func `a table is what comes without a format`() throws {
    let shop = try Shop()
    let outcome = try shop.scout("sql", "select 1 as one, null::int as two union all select 22, 3 order by 1")
    #expect(
      outcome.output == """
        ┌─────┬─────┐
        │ one │ two │
        ├─────┼─────┤
        │   1 │   ∅ │
        │  22 │   3 │
        └─────┴─────┘

        """)
    #expect(outcome.error == "(2 rows)\n" && outcome.status == 0)
  }

  @Test func `no rows are still a document`() throws {
    let shop = try Shop()
    let query = "select severity, created_at from scout.agent_feed"
    #expect(
      try shop.scout("sql", query, "--format", "json").output
        == #"{"columns":[{"name":"severity","type":"text"},{"name":"created_at","type":"timestamp with time zone"}],"rows":[]}"#
        + "\n")
    #expect(try shop.scout("sql", query, "--format", "csv").output == "severity,created_at\r\n")
    #expect(try shop.scout("sql", query, "--format", "ndjson").output == "")
  }

  @Test func `statements come from an argument, a file and standard input`() throws {
    let shop = try Shop()
    let sql = "select 1 as a; select 'x;y' as b -- the end"
    try shop.folder.write(sql, as: "two.sql")
    let expected = "a\r\n1\r\nb\r\nx;y\r\n"
    #expect(try shop.scout("sql", sql, "--format", "csv").output == expected)
    #expect(try shop.scout("sql", "-f", "two.sql", "--format", "csv").output == expected)
    #expect(try shop.scout("sql", "--format", "csv", input: Array(sql.utf8)).output == expected)
    #expect(try shop.scout("sql", "--format", "csv", "").output == "")
    #expect(try shop.scout("sql", "select now() as n", "--format", "csv").output == "n\r\n2025-08-31 16:00:00+00\r\n")

    let both = try shop.scout("sql", "select 1", "-f", "two.sql")
    #expect(both.status == 2 && both.error.hasPrefix("scout: give the statements or --file, not both\n"))
    let missing = try shop.scout("sql", "-f", "no.sql")
    #expect(missing.status == 3 && missing.error == "scout: no.sql: No such file or directory\n")
    let latin = try shop.scout("sql", "--format", "json", input: [0x73, 0xE9])
    #expect(latin.status == 1, "\(latin)")
    #expect(latin.error.contains("22021"))
  }

  @Test func `the argument is one transaction, the statements of standard input are each their own`() throws {
    let shop = try Shop()
    let insert = "insert into masterdata.brands (brand_name) values ('X')"
    let first = try shop.scout("sql", "\(insert); select 1/0; delete from masterdata.brands", "--format", "json")
    #expect(first.status == 1)
    #expect(try shop.rows("select count(*) from masterdata.brands where brand_name = 'X'") == ["0"])
    let script = try shop.scout("sql", input: Array("\(insert); select 1/0; delete from masterdata.brands".utf8))
    #expect(script.status == 1)
    #expect(try shop.rows("select count(*) from masterdata.brands where brand_name = 'X'") == ["1"])
    let second = try shop.scout("sql", "delete from masterdata.brands; selec 1", "--format", "json")
    #expect(second.status == 1)
    #expect(try shop.rows("select count(*) > 1 from masterdata.brands") == ["t"])
  }

  static let errors: [(String, String, String)] = [
    (
      "select nope from scout.gold_sales_daily", "42703",
      #"{"error":{"sqlstate":"42703","message":"column \"nope\" does not exist","position":{"line":1,"column":8}}}"#
    ),
    (
      "select 1\nfrom nowhere", "42P01",
      #"{"error":{"sqlstate":"42P01","message":"relation \"nowhere\" does not exist","position":{"line":2,"column":6}}}"#
    ),
    ("select 1/0", "22012", #"{"error":{"sqlstate":"22012","message":"division by zero"}}"#),
    (
      "selec 1", "42601",
      #"{"error":{"sqlstate":"42601","message":"syntax error at or near \"selec\"","position":{"line":1,"column":1}}}"#
    ),
  ]

  @Test(arguments: errors) func `an error is an object on standard output, or lines with a caret`(
    sql: String, state: String, json: String
  ) throws {
    let shop = try Shop()
    let machine = try shop.scout("sql", sql, "--format", "json")
    #expect(machine.output == json + "\n")
    #expect(machine.error == "" && machine.status == 1)
    let person = try shop.scout("sql", sql)
    #expect(person.error.hasPrefix("ERROR:  \(state): "))
    #expect(person.output == "" && person.status == 1)
  }

  @Test func `read-only refuses what writes, also through a function`() throws {
    let shop = try Shop()
    for sql in [
      "delete from scout.agent_feed", "update scout.agent_feed set status = 'read'",
      "insert into masterdata.brands (brand_name) values ('X')", "create table scout.x (a int)",
      "select scout.run_monitors()",
    ] {
      let before = try shop.content()
      let outcome = try shop.scout("sql", "--read-only", sql, "--format", "json")
      #expect(outcome.status == 1)
      #expect(outcome.output.hasPrefix(#"{"error":{"sqlstate":"25006","#), "\(sql): \(outcome.output)")
      #expect(firstDifference(before, try shop.content()) == nil)
    }
    #expect(try shop.scout("sql", "--read-only", "select 1 as a", "--format", "csv").output == "a\r\n1\r\n")
  }

  @Test func `a query writes nothing at all`() throws {
    let shop = try Shop()
    let before = try shop.content(leavingOut: [])
    #expect(try shop.scout("sql", "select count(*) from scout.agent_feed").status == 0)
    #expect(try shop.scout("status").status == 0)
    #expect(try shop.scout("feed", "list").status == 0)
    #expect(try shop.scout("monitors", "list").status == 0)
    #expect(firstDifference(before, try shop.content(leavingOut: [])) == nil)
  }

  @Test func `more rows than allowed are an error`() throws {
    let shop = try Shop()
    let outcome = try shop.scout(
      "sql", "select brand_name from masterdata.brands", "--max-rows", "2", "--format", "json")
    #expect(outcome.status == 1)
    #expect(outcome.output.hasPrefix(#"{"error":{"sqlstate":"54000","#))
  }

  @Test(.enabled(if: FileManager.default.fileExists(atPath: "/dev/full"), "there is no /dev/full"))
  func `output that cannot be written is not taken for success`() throws {
    let shop = try Shop()
    for command in ["sql 'select 1'", "status", "generate --output - --days 1 --stores 2"] {
      let outcome = try ScoutProgram.shell("exec \"$scout\" \(command) > /dev/full", in: shop.folder.path)
      #expect(outcome.status == 1, "\(command): \(outcome)")
      #expect(outcome.error.contains("scout: the output cannot be written: No space left on device"))
    }
    let file = try shop.scout("sql", "select 1")
    #expect(file.status == 0)
    // A reader that has seen enough is no failure.
    let piped = try ScoutProgram.shell(
      "\"$scout\" generate --output - --days 30 --quiet | head -n 1; echo done", in: shop.folder.path)
    #expect(piped.output.hasSuffix("\ndone\n") && piped.error == "")
  }

  /// The statements of the operational runbook (seed/runbook.md) over relations that exist already.
  static let runbook = [
    "select count(*) from scout.platinum_monitors;",
    "select count(*) from masterdata.brands;",
    "select scout.run_monitors();",
    "select * from scout.agent_feed order by created_at desc limit 5;",
    """

      select severity, source, title, created_at 
      from scout.agent_feed 
      where created_at > now() - interval '12 hours'
      and severity in ('warn', 'error')
      order by created_at desc;

    """,
    """

      select name, window_minutes, is_enabled, last_run_at 
      from scout.platinum_monitors 
      order by name;

    """,
    """

      update scout.platinum_monitors 
      set is_enabled = false 
      where name = 'monitor_name';

    """,
    """

      insert into scout.platinum_monitors (name, sql, threshold, window_minutes)
      values ('new_monitor', 'SELECT ...', 1.0, 60);

    """,
    """

      select 
        date_trunc('day', occurred_at) as day,
        count(*) as events,
        count(distinct monitor_id) as monitors
      from scout.platinum_monitor_events
      where occurred_at > now() - interval '7 days'
      group by 1
      order by 1;

    """,
    """

      insert into masterdata.brands (brand_name, company, category)
      values 
        ('New Brand 1', 'Company A', 'Category X'),
        ('New Brand 2', 'Company B', 'Category Y')
      on conflict (brand_name) do nothing;

    """,
    """

      insert into masterdata.products (brand_id, product_name, category, pack_size)
      select b.id, 'New Product', 'Category', 'Size'
      from masterdata.brands b 
      where brand_name = 'Brand Name';

    """,
    """

      select 
        m.name,
        count(e.id) as event_count,
        avg(jsonb_array_length(e.payload)) as avg_payload_size
      from scout.platinum_monitors m
      left join scout.platinum_monitor_events e on e.monitor_id = m.id
      where e.occurred_at > now() - interval '30 days'
      group by m.name
      order by event_count desc;

    """,
    """

      update scout.platinum_monitors 
      set threshold = 2.0 
      where name = 'demand_spike_brand';

    """,
    """

      select * from scout.platinum_monitors where name = 'monitor_name';

    """,
    """

      select count(*) from scout.gold_sales_15min 
      where ts > now() - interval '1 hour';

    """,
    """

      update scout.agent_feed 
      set status = 'archived' 
      where created_at < now() - interval '30 days' 
      and status = 'read';

    """,
    """

      delete from scout.agent_feed 
      where created_at < now() - interval '90 days';

    """,
  ]

  @Test func `the runbook's simple statements run as they stand`() throws {
    let shop = try Shop()
    for sql in Self.runbook {
      let outcome = try shop.scout("sql", sql)
      #expect(outcome.status == 0, "\(sql)\(outcome.error)")
    }
    #expect(
      try shop.rows("select threshold::text from scout.platinum_monitors where name = 'demand_spike_brand'") == ["2.0"])
    #expect(try shop.rows("select count(*) from masterdata.brands where brand_name like 'New Brand %'") == ["2"])
  }
}
