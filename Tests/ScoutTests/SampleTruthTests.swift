import Foundation
import Scout
import ScoutGenerator
import ScoutTestSupport
import Testing

/// The shipped sample: the generator's own truth, and what the layers make of it.
@Suite struct SampleTruthTests {
  private struct Truth: Decodable {
    struct Counts: Decodable {
      var lines: Int
      var transactions: Int
      var duplicates: Int
      var corrections: Int
      var voids: Int
      var malformed: Int
    }
    struct Totals: Decodable, Equatable {
      var transactions: Int
      var line_items: Int
      var qty: Int
      var units: Int
      var net_amount_centavos: Int
      var promo_line_items: Int
      var return_line_items: Int
      var substituted_line_items: Int
    }
    struct Day: Decodable {
      var total: Totals
      var by_brand: [String: Totals]
    }
    var counts: Counts
    var total: Totals
    var by_brand: [String: Totals]
    var by_date: [String: Day]

    static func shipped() throws -> Truth {
      try JSONDecoder().decode(Truth.self, from: Data(contentsOf: URL(fileURLWithPath: Repository.truth)))
    }
  }

  @Test func `the sample is what the generator writes`() throws {
    let generated = try GeneratedSet(.sample)
    #expect(gunzip(try fileBytes(Repository.sample)) == generated.bytes)
    #expect(try fileBytes(Repository.truth) == generated.truth.json())
  }

  @Test func `every total of the truth comes out, from JSON Lines and from CSV`() async throws {
    let truth = try Truth.shipped()
    let scout = try Scout.make()
    let report = try await scout.ingest(.path(Repository.sample))
    #expect(report.outcome == .complete)
    #expect(report.rowsRead == truth.counts.lines)
    #expect(report.rejected == truth.counts.malformed)
    #expect(report.duplicates == truth.counts.duplicates)
    #expect(report.accepted == truth.counts.transactions + truth.counts.corrections + truth.counts.voids)
    #expect(try scout.number("select count(*) from \"scout.bronze_transactions\"") == Int64(report.accepted))
    #expect(try scout.number("select count(*) from \"scout.bronze_rejects\"") == Int64(truth.counts.malformed))
    #expect(
      try scout.number(
        "select count(*) from \"scout.bronze_rejects\" where line_no > 0 and reason <> '' and file_name is not null")
        == Int64(truth.counts.malformed))

    #expect(try totals(scout, by: "''") == ["": truth.total])
    #expect(try totals(scout, by: "brand") == truth.by_brand.filter { $0.value.line_items > 0 })
    let days = "date(business_date * 86400, 'unixepoch')"
    #expect(try totals(scout, by: days) == truth.by_date.mapValues(\.total))
    let byDateAndBrand = truth.by_date.reduce(into: [String: Truth.Totals]()) { result, day in
      for (brand, totals) in day.value.by_brand { result["\(day.key) \(brand)"] = totals }
    }
    #expect(try totals(scout, by: "\(days) || ' ' || brand") == byDateAndBrand)
    #expect(
      try scout.lines(
        "select count(*), sum(units), sum(net_amount), sum(basket_size) from \"scout.silver_transactions\"")
        == [
          "\(truth.total.transactions)|\(truth.total.units)|\(truth.total.net_amount_centavos)|\(truth.total.line_items)"
        ])

    // Gold adds up to the same.
    _ = try scout.refresh()
    for model in ["gold_sales_15min", "gold_sales_daily", "gold_brand_share_daily"] {
      #expect(
        try scout.lines("select sum(units), sum(net_amount) from \"scout.\(model)\"")
          == ["\(truth.total.units)|\(truth.total.net_amount_centavos)"])
    }

    // The CSV form holds each transaction's last state, and nothing else.
    let folder = try TemporaryFolder()
    let csv = try Scout.make()
    let path = try folder.write(GeneratedSet(.sample, format: .csv).bytes, as: "sample.csv")
    let csvReport = try await csv.ingest(.path(path))
    #expect(csvReport.accepted == truth.total.transactions && csvReport.rejected == 0 && csvReport.duplicates == 0)
    #expect(csvReport.rowsRead == truth.total.line_items)
    _ = try csv.refresh()
    #expect(firstDifference(try scout.derivedContent(), try csv.derivedContent()) == nil)
  }

  /// Silver's sums in the form of the truth.
  private func totals(_ scout: Scout, by key: String) throws -> [String: Truth.Totals] {
    let rows = try scout.database.read { connection in
      try connection.rows(
        """
        select \(key), count(distinct transaction_id), count(*), sum(qty), sum(units), sum(net_amount), sum(promo_flag),
          sum(qty < 0), sum(is_substituted)
        from "scout.silver_line_items" group by 1
        """)
    }
    return rows.reduce(into: [:]) { result, row in
      let numbers = row.dropFirst().map { Int($0.integer ?? .min) }
      result[row[0].text ?? "?"] = Truth.Totals(
        transactions: numbers[0], line_items: numbers[1], qty: numbers[2], units: numbers[3],
        net_amount_centavos: numbers[4], promo_line_items: numbers[5], return_line_items: numbers[6],
        substituted_line_items: numbers[7])
    }
  }
}
