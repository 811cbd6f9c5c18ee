import PostgresDialect
import ScoutStorage
import Testing

/// Arrays, bytes and bit strings as columns: what is written comes back, and another SQLite tool can read it.
@Suite struct ArrayTests {
  private let database: Database

  init() throws {
    let now = try Timestamp("2025-08-23 09:00:00+00")
    database = try Database(
      path: nil, configuration: Database.Configuration(clock: .fixed(now), identifiers: .seeded(1)))
    let setup = """
      create table tagged (id int primary key, tags text[], amounts numeric(6,2)[], days date[], flags boolean[],
        data bytea, mask bit(4), code char(3));
      insert into tagged values
        (1, array['a', 'b c', null], '{1.5,22.345}', array[date '2025-08-23'], '{t,f}', '\\xdead', b'1010', 'x'),
        (2, '{}', null, '{}', null, '', b'0000', 'yz'),
        (3, '{{a,b},{c,d}}', array[7], null, array[true], null, null, null);
      """
    _ = try database.write { try $0.execute(setup) }
  }

  private func rows(_ sql: String) throws -> [[String?]] {
    try database.write { try $0.execute(sql).texts }
  }

  @Test func `arrays come back as PostgreSQL writes them`() throws {
    #expect(
      try rows("select tags, amounts, days, flags, data, mask, code from tagged order by id") == [
        [#"{a,"b c",NULL}"#, "{1.50,22.35}", "{2025-08-23}", "{t,f}", #"\xdead"#, "1010", "x  "],
        ["{}", nil, "{}", nil, #"\x"#, "0000", "yz "],
        ["{{a,b},{c,d}}", "{7.00}", nil, "{t}", nil, nil, nil],
      ])
  }

  @Test func `an array is a JSON array to other tools`() throws {
    let stored = try database.read { connection in
      try connection.rows("select tags, amounts, days, flags from \"public.tagged\" where id = 1")
    }
    #expect(
      stored == [[.text(#"["a","b c",null]"#), .text("[1.50,22.35]"), .text("[20323]"), .text("[true,false]")]])
  }

  @Test(arguments: [
    ("select id from tagged where 'b c' = any(tags)", ["1"]),
    ("select id from tagged where 22.35 = any(amounts)", ["1"]),
    ("select id from tagged where tags @> '{c}'", ["3"]),
    ("select id from tagged where array_ndims(tags) = 2", ["3"]),
    ("select id from tagged where amounts[1] > 5", ["3"]),
    ("select id from tagged where tags = '{}'", ["2"]),
    ("select id from tagged where code = 'yz'", ["2"]),
    ("select id from tagged where mask & b'0010' = b'0010'", ["1"]),
    ("select t.id from tagged t, unnest(t.amounts) a where a < 2", ["1"]),
    ("select id from tagged order by amounts nulls last", ["1", "3", "2"]),
  ])
  func `columns of arrays are searched`(_ sql: String, _ ids: [String]) throws {
    #expect(try rows(sql).map { $0[0] } == ids)
  }

  @Test func `arrays are updated`() throws {
    _ = try rows("update tagged set tags = array_append(tags, 'z'), amounts = amounts || 0.5 where id = 1")
    #expect(
      try rows("select tags, amounts from tagged where id = 1") == [[#"{a,"b c",NULL,z}"#, "{1.50,22.35,0.50}"]])
  }

  @Test(arguments: [
    ("insert into tagged (id, amounts) values (9, '{12345.6}')", "22003"),
    ("insert into tagged (id, mask) values (9, b'101')", "22026"),
    ("insert into tagged (id, code) values (9, 'abcd')", "22001"),
    ("insert into tagged (id, days) values (9, '{yesterdays}')", "22007"),
    ("select '[0:1]={1,2}'::int[]", "0A000"),
    ("select '{1'::int[]", "22P02"),
    ("select array_agg(t) from tagged t", "0A000"),
  ])
  func `what does not fit is an error`(_ sql: String, _ state: String) throws {
    let error = #expect(throws: SQLError.self) { try rows(sql) }
    #expect(error?.state.rawValue == state)
  }
}
