import PostgresDialect
import ScoutGenerator
import ScoutStorage
import ScoutTestSupport
import Testing

@testable import Scout
@testable import ScoutPipeline

/// States that are computed in memory are those that SQL's GROUP BY gives.
@Suite struct StateBuilderTests {
  /// The first limit holds everything, the second has to write parts again and again.
  @Test(arguments: [StateBuilder.memoryLimit, 3000])
  func `every shipped model's state is what its query says`(memoryLimit: Int) async throws {
    let seed: UInt64 = 7
    var random = SeededGenerator(seed: seed)
    let scout = try Scout.make()
    var history = SmallHistory(number: 1)
    for delivery in 0..<200 {
      let lines = (0..<10).map { _ in history.sale("T\(Int.random(in: 0..<1500, using: &random))", using: &random) }
      _ = try await scout.ingest(.text(lines.joined(separator: "\n") + "\n", name: "\(delivery)"))
    }
    let graph = try scout.models()
    _ = try scout.refresh()
    try scout.database.write { connection in
      var inMemory = 0
      for model in graph.models {
        guard let plan = try model.derive(connection).state, plan.sources.values.contains(where: \.isSilver) else {
          continue
        }
        let state = GroupState(
          model: ModelTable(model: model, connection: connection), plan: plan, connection: connection,
          memoryLimit: memoryLimit)
        try state.build { _ in
          inMemory += 1
          return true
        }
        func check(_ table: String, _ query: String) throws {
          let (stored, computed) = ("select * from \(SQLitePrinter.quoted(table))", "select * from (\(query))")
          for (a, b) in [(stored, computed), (computed, stored)] {
            let rows = try connection.rows("\(a) except \(b) limit 1")
            #expect(rows.isEmpty, "seed \(seed), \(table): \(rows)")
          }
          let counts = try [stored, computed].map { try connection.value("select count(*) from (\($0))") }
          #expect(counts[0] == counts[1] && counts[0] != .integer(0), "seed \(seed), \(table)")
        }
        try check(state.table, plan.stateSQL())
        for index in plan.memberIndices { try check("\(state.table):\(index)", plan.memberSQL(index)) }
      }
      #expect(inMemory > 5)
    }
  }

  @Test func `extremes, nulls and an entity whose rows lie apart`() throws {
    let scout = try Scout.make()
    _ = try scout.query(
      """
      create table sales (id text primary key, shop text, brand text, amount bigint, note text, day date);
      insert into sales values ('a', 'S1', 'B1', 5, 'x', '2025-01-02'), ('b', 'S1', null, null, null, '2025-01-01'),
        ('c', null, 'B1', -7, 'ä', null), ('d', 'S2', 'B1', 3, '', '1960-05-05'), ('e', 'S1', 'B1', 5, 'X', null);
      create materialized view totals as
      select shop, brand, count(*) as n, count(amount) as amounts, sum(amount) as amount, min(amount) as least,
        max(note) as last_note, min(note) as first_note, min(day) as first_day, count(distinct note) as notes,
        count(distinct id) as ids, count(*) filter (where amount > 0) as positive
      from sales group by shop, brand;
      """)
    func check() throws {
      let stored = try scout.query("select * from totals order by shop, brand").texts
      let computed = try scout.query(
        """
        select shop, brand, count(*), count(amount), sum(amount), min(amount), max(note), min(note), min(day),
          count(distinct note), count(distinct id), count(*) filter (where amount > 0)
        from sales group by shop, brand order by shop, brand
        """
      ).texts
      #expect(stored == computed)
    }
    try check()
    _ = try scout.query("update sales set note = 'zz' where id = 'd'; refresh materialized view totals")
    try check()
  }

  @Test func `a sum beyond 64 bits is PostgreSQL's error or its number, never a wrong one`() throws {
    let scout = try Scout.make()
    _ = try scout.query(
      """
      create table big (id text primary key, g text, v bigint);
      insert into big values ('a', 'x', 9223372036854775807), ('b', 'x', 9223372036854775807)
      """)
    do {
      _ = try scout.query("create materialized view sums as select g, sum(v) as v from big group by g")
      #expect(try scout.query("select v from sums").texts == [["18446744073709551614"]])
    } catch let error as SQLError {
      #expect(error.state == .numericValueOutOfRange)
    }
  }
}

extension StatePlan.Source {
  fileprivate var isSilver: Bool { relation.hasPrefix("scout.silver_") }
}
