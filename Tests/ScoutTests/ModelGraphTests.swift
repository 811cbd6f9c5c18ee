import Foundation
import Scout
import ScoutTestSupport
import Testing

/// What is made of what: the graph, the lineage of columns, and materialized views of SQL among the models.
@Suite struct ModelGraphTests {
  private func leaves(_ node: ColumnLineage) -> Set<String> {
    if node.isRepeated { return [] }
    if node.inputs.isEmpty { return ["\(node.relation).\(node.column)" + (node.path.map { " \($0)" } ?? "")] }
    return node.inputs.reduce(into: []) { $0.formUnion(leaves($1)) }
  }

  private func sources(_ scout: Scout, _ column: String) throws -> [String] {
    try #require(scout.lineage(of: column).first).column.inputs.map {
      "\($0.relation).\($0.column) \($0.transformation ?? "")"
    }
  }

  @Test func `a column's lineage goes through views, common tables and subqueries`() throws {
    let scout = try Scout.make()
    try scout.run(
      """
      create table public.sales (id int, shop text, amount numeric(12,2), kind text, at date);
      create table public.shops (shop text, town text);
      create view public.towns as select s.shop as code, upper(h.town) as town, s.amount, s.kind, s.at
        from public.sales s join public.shops h on h.shop = s.shop where s.id > 0;
      create view public.report (place, total, first_kind, share, latest, known, lines) as
      with recent as (select town, amount, kind, at from public.towns)
      select town,
        sum(amount),
        min(case when at > date '2025-01-01' then kind end),
        sum(amount) / (select sum(amount) from public.sales),
        max(at) filter (where kind = 'x'),
        town in (select town from public.shops),
        count(*)
      from recent group by town;
      """
    ) { _ in }
    #expect(try sources(scout, "public.report.place") == ["public.shops.town transformation"])
    #expect(try sources(scout, "public.report.total") == ["public.sales.amount aggregation"])
    #expect(
      try sources(scout, "public.report.first_kind") == [
        "public.sales.at conditional", "public.sales.kind aggregation",
      ])
    #expect(try sources(scout, "public.report.share") == ["public.sales.amount aggregation"])
    #expect(
      try sources(scout, "public.report.latest") == ["public.sales.at aggregation", "public.sales.kind conditional"])
    #expect(try sources(scout, "public.report.known") == ["public.shops.town transformation"])
    #expect(try sources(scout, "public.report.lines") == [])
    let rows = try #require(scout.lineage(of: "report.total").first).rows.map {
      "\($0.relation).\($0.column) \($0.use)"
    }
    #expect(
      rows == [
        "public.sales.id filter", "public.sales.shop join", "public.shops.shop join", "public.shops.town group_by",
      ])
  }

  @Test func `lineage follows windows, set operations, recursion and lateral rows`() throws {
    let scout = try Scout.make()
    try scout.run(
      """
      create table public.t (a int, b int, c int, tags text[]);
      create view public.v as
      with recursive steps as (select a as n, b as m from public.t union all select n + 1, m from steps where n < 5)
      select s.n, sum(s.m) over (partition by s.n order by t.c) as running, x.tag
      from steps s join public.t t on t.a = s.n cross join lateral unnest(t.tags) as x(tag)
      union all select c, a, 'none' from public.t;
      """
    ) { _ in }
    #expect(try sources(scout, "v.n") == ["public.t.a identity", "public.t.c identity"])
    #expect(
      try sources(scout, "v.running") == [
        "public.t.a identity", "public.t.b aggregation", "public.t.c window",
      ])
    #expect(try sources(scout, "v.tag") == ["public.t.tags transformation"])
  }

  @Test func `every column of gold and platinum leads to bronze`() throws {
    let scout = try Scout.make()
    for model in ["platinum_brand_momentum", "platinum_features_store_performance", "gold_demographics"] {
      let reports = try scout.lineage(of: model)
      let all = reports.reduce(into: Set<String>()) { $0.formUnion(leaves($1.column)) }
      // What counts rows comes from no column.
      let others = all.filter { !$0.hasPrefix("scout.bronze_transactions.") }.sorted()
      #expect(others.allSatisfy { $0.hasSuffix(".transactions") }, "\(others)")
      #expect(reports.allSatisfy { !$0.column.inputs.isEmpty || $0.column.column == "transactions" }, "\(model)")
    }
    for relation in ["scout.silver_transactions", "scout.silver_line_items"] {
      for report in try scout.lineage(of: relation) {
        #expect(report.column.inputs.allSatisfy { $0.relation == "scout.bronze_transactions" })
        #expect(!report.column.inputs.isEmpty, "\(report.column.column)")
      }
    }
    let share = try #require(scout.lineage(of: "gold_brand_share_daily.share").first)
    #expect(
      leaves(share.column).isSuperset(of: [
        "scout.bronze_transactions.payload $.items[*].qty", "scout.bronze_transactions.payload $.items[*].unit_price",
      ]))
    #expect(throws: ScoutError.self) { try scout.lineage(of: "scout.nowhere.x") }
    #expect(throws: ScoutError.self) { try scout.lineage(of: "scout.gold_sales_daily.pieces") }
  }

  private func sale(_ id: Int, brand: String = "B", quantity: Int = 1) -> String {
    #"{"transaction_id":"T\#(id)","store_id":"S1","ts":"2025-08-01T09:00:00+08:00","items":[{"sku":"A","#
      + #""brand":"\#(brand)","category":"C","qty":\#(quantity),"unit_price":2.50}]}"# + "\n"
  }

  @Test func `a refresh brings materialized views of SQL up to date in their order`() async throws {
    let scout = try Scout.make()
    _ = try await scout.ingest(.text(sale(1) + sale(2, brand: "D"), name: "a"))
    _ = try scout.refresh()
    try scout.run(
      """
      create view public.daily as select brand, units from scout.gold_sales_daily;
      create materialized view public.z_brands as select brand, sum(units) as units from public.daily group by brand;
      create materialized view public.a_top as
        select brand from public.z_brands where units = (select max(units) from public.z_brands);
      create materialized view public.lines as select brand, qty from scout.silver_line_items;
      create materialized view public.empty as select 1 as one with no data;
      """
    ) { _ in }
    let names = try scout.modelStates().map(\.relation)
    let top = try #require(names.firstIndex(of: "public.a_top"))
    let brands = try #require(names.firstIndex(of: "public.z_brands"))
    #expect(brands < top && names.firstIndex(of: "scout.gold_sales_daily").map { $0 < brands } == true)
    #expect(!names.contains("public.empty"))

    _ = try scout.refresh()
    _ = try await scout.ingest(.text(sale(3, brand: "D", quantity: 7) + sale(1), name: "b"))
    let report = try scout.refresh()
    #expect(report.models.first { $0.relation == "public.a_top" }?.isRefreshed == true)
    #expect(try scout.query("select brand from public.a_top").texts == [["D"]])
    #expect(try scout.query("select * from public.z_brands order by 1").texts == [["B", "1"], ["D", "8"]])
    // Equal rows stay as many as there are.
    #expect(
      try scout.query("select * from public.lines order by 1, 2").texts == [["B", "1"], ["D", "1"], ["D", "7"]])
    _ = try await scout.ingest(.text(sale(4, brand: "D", quantity: 7), name: "c"))
    _ = try scout.refresh()
    #expect(try scout.query("select count(*) from public.lines where qty = 7").texts == [["2"]])
    #expect(try scout.refresh().models.allSatisfy { !$0.isRefreshed })
    let graph = try scout.relationGraph()
    #expect(graph.nodes.first { $0.name == "public.daily" }?.kind == .view)
    #expect(graph.nodes.first { $0.name == "public.z_brands" }?.inputs == ["public.daily"])
    #expect(graph.text.contains("public.z_brands [materialized_view] <- public.daily\n"))
    let part = graph.around("public.z_brands").nodes.map(\.name)
    #expect(part.contains("public.a_top") && part.contains("scout.silver_line_items"))
    #expect(!part.contains("scout.gold_basket_pairs") && !part.contains("public.lines"))
  }

  @Test func `SQL refreshes models as well`() async throws {
    let scout = try Scout.make()
    _ = try await scout.ingest(.text(sale(1), name: "a"))
    _ = try scout.query("refresh materialized view scout.gold_sales_daily")
    #expect(try scout.query("select units from scout.gold_sales_daily").texts == [["1"]])
    _ = try await scout.ingest(.text(sale(2, quantity: 4), name: "b"))
    _ = try scout.query("refresh materialized view concurrently scout.gold_sales_15min")
    _ = try await scout.ingest(.text(sale(3, quantity: 10), name: "c"))
    #expect(try scout.query("select scout.refresh_materialized_views()").rows.count == 1)
    #expect(try scout.query("select units from scout.gold_sales_daily").texts == [["15"]])
    #expect(try scout.refresh().models.allSatisfy { !$0.isRefreshed })
    #expect(try scout.refreshHistory(relation: "scout.gold_sales_daily").count == 3)
    // In a transaction it is taken back with the rest.
    _ = try await scout.ingest(.text(sale(4), name: "d"))
    let session = try scout.makeSession()
    for sql in ["begin", "refresh materialized view scout.gold_sales_daily", "rollback"] {
      try session.run(sql) { _ in }
    }
    #expect(try scout.query("select units from scout.gold_sales_daily").texts == [["15"]])
    #expect(throws: SQLError.self) { try scout.query("refresh materialized view scout.gold_sales_daily with no data") }
  }

  @Test func `names are escaped where a graph is drawn`() {
    let graph = RelationGraph(nodes: [
      RelationGraph.Node(name: #"a."q""#, kind: .table),
      RelationGraph.Node(name: #"b.\x"#, kind: .model, layer: "gold", inputs: [#"a."q""#]),
    ])
    #expect(
      graph.mermaid == """
        flowchart LR
          n0[("a.#quot;q#quot;")]
          subgraph gold
            n1["b.\\x"]
          end
          n0 --> n1

        """)
    #expect(graph.dot.contains(#"  "a.\"q\"" -> "b.\\x";"#))
  }

  @Test func `the history of refreshes tells what was done`() async throws {
    let scout = try Scout.make()
    _ = try scout.refresh()
    _ = try await scout.ingest(.text(sale(1), name: "a"))
    _ = try scout.refresh()
    _ = try scout.refresh()
    _ = try scout.refresh(isFull: true)
    let history = try scout.refreshHistory(relation: "scout.gold_sales_daily")
    #expect(history.map(\.run) == [3, 2, 1] && history.map(\.mode) == ["full", "incremental", "incremental"])
    #expect(history[1].rowsRead == 1 && history[1].rowsWritten == 1 && history[1].groupsTouched == 1)
    #expect(history[1].startedAt == sampleEnd && history[1].finishedAt == sampleEnd)
    #expect(try scout.refreshHistory(limit: 3).count == 3)
    #expect(
      try scout.query("select distinct run_id, mode from scout.refresh_runs order by 1").texts.map { $0[1] }
        == ["incremental", "incremental", "full"])
    let state = try scout.modelState("gold_sales_daily")
    #expect(state.lastRun?.run == 3 && state.rows == 1 && state.inputs == ["scout.silver_line_items"])
    #expect(throws: ScoutError.self) { try scout.modelState("gold") }
  }

  @Test func `models in a circle are refused at the place where it begins`() throws {
    func model(_ name: String, reading other: String) -> SchemaFile {
      SchemaFile(
        path: "shop/gold/\(name).sql",
        text: """
          /*---
          description: A model.
          grain: [x]
          columns:
            x: {type: integer, description: A number.}
          ---*/
          select x
          from shop.\(other)
          """)
    }
    let files = [model("a", reading: "b"), model("b", reading: "c"), model("c", reading: "a")]
    let error = #expect(throws: DefinitionError.self) { try Definitions(files: files) }
    #expect(
      error?.description
        == "schemas/shop/gold/a.sql:8:6: the models read each other in a circle: shop.a → shop.b → shop.c → shop.a; "
        + "let one of them read what the others are made of")
    var twice = files[0]
    twice.path = "shop/platinum/a.sql"
    #expect(throws: DefinitionError.self) { try Definitions(files: [files[0], twice]) }
  }
}
