import PostgresDialect
import Testing

@testable import ScoutPipeline

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Sales that nobody on this project wrote, read by configuration alone.
@Suite struct OnlineRetailTests {
  private struct Expected: Decodable {
    struct Total: Decodable {
      var rows: Int
      var invoices: Int
      var cancel_rows: Int
      var negative_not_cancel: Int
      var no_customer: Int
      var zero_price: Int
      var net_all_rows: Double
    }
    struct Month: Decodable {
      var month: String
      var rows: Int
      var invoices: Int
      var net_all_rows: Double
    }
    struct Day: Decodable {
      var day: String
      var rows: Int
      var net: Double
    }
    var total: Total
    var invoices_with_two_timestamps: Int
    var by_month: [Month]
    var by_day: [Day]
  }

  /// Lines and hundredths of pounds.
  private struct Figures: Equatable {
    var rows = 0
    var invoices = 0
    var net: Int64 = 0
  }

  private static let realData: String? = {
    let files = FileManager.default
    if let named = ProcessInfo.processInfo.environment["SCOUT_REALDATA"] {
      return files.fileExists(atPath: named + "/online-retail") ? named : nil
    }
    var folder = TestFiles.package
    for _ in 0..<6 {
      let candidate = folder + "/shared/realdata"
      if files.fileExists(atPath: candidate + "/online-retail") { return candidate }
      folder += "/.."
    }
    return nil
  }()

  private func decoders(in folder: String) throws -> [RecordDecoder] {
    let mapping = try SourceMapping.load(path: TestFiles.package + "/schemas/sources/online-retail.yaml")
    var options = try testOptions()
    options.timeZone = try TimeZoneRules(identifier: "Europe/London")
    return try InputFile.expand(folder).files.map { try RecordDecoder.open($0, mapping: mapping, options: options) }
  }

  private func date(_ days: Int32?) -> String {
    let civil = CivilCalendar.civil(days: Int(days ?? 0))
    func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
    return "\(civil.year)-\(two(civil.month))-\(two(civil.day))"
  }

  @Test func `three days match the published figures to the cent`() throws {
    var days: [String: Figures] = [:]
    var conflicts = 0
    for decoder in try decoders(in: TestFiles.fixtures + "/online-retail") {
      for record in try decoder.all(limit: 100) {
        let transaction = try #require(record.accepted, "\(record)")
        let day = date(transaction.silver?.businessDateDays)
        days[day, default: Figures()].rows += transaction.items.count
        days[day, default: Figures()].invoices += 1
        days[day, default: Figures()].net += transaction.silver?.netAmountHundredths ?? 0
        conflicts += transaction.issues.filter { $0.kind == .conflictingValue && $0.fieldName == "ts" }.count
      }
    }
    // by_day of online-retail-expected.json.
    #expect(
      days == [
        "2010-12-22": Figures(rows: 291, invoices: 22, net: 613_457),
        "2011-02-01": Figures(rows: 1574, invoices: 86, net: 2_843_322),
        "2011-05-15": Figures(rows: 809, invoices: 31, net: 992_428),
      ])
    #expect(conflicts == 2)
  }

  @Test func `an invoice whose rows are apart is one transaction`() throws {
    let decoder = try #require(try decoders(in: TestFiles.fixtures + "/online-retail/2011-02-01.csv.gz").first)
    let ids = try decoder.all().compactMap(\.accepted?.transactionID)
    #expect(ids.count == Set(ids).count)
  }

  @Test(.enabled(if: realData != nil, "no shared/realdata here; name it in SCOUT_REALDATA"))
  func `all 245,903 rows come in, and every month and day matches to the cent`() throws {
    let folder = try #require(Self.realData)
    let expected = try JSONDecoder().decode(
      Expected.self, from: Data(contentsOf: URL(filePath: folder + "/online-retail-expected.json")))
    var total = Figures()
    var months: [String: Figures] = [:]
    var days: [String: Figures] = [:]
    var withTwoTimes = 0
    var returns = 0
    var writeOffs = 0
    var withoutCustomer = 0
    var free = 0
    var rejected = 0
    for decoder in try decoders(in: folder + "/online-retail") {
      while let batch = try decoder.nextBatch(limit: 1000) {
        rejected += batch.rejectedCount
        for case .accepted(let transaction) in batch.records {
          let day = date(transaction.silver?.businessDateDays)
          let net = transaction.silver?.netAmountHundredths ?? 0
          for (key, isMonth) in [(day, false), (String(day.prefix(7)), true)] {
            var figures = (isMonth ? months[key] : days[key]) ?? Figures()
            figures.rows += transaction.items.count
            figures.invoices += 1
            figures.net += net
            if isMonth { months[key] = figures } else { days[key] = figures }
          }
          total.rows += transaction.items.count
          total.invoices += 1
          total.net += net
          let isCancel = transaction.transactionID.hasPrefix("C")
          if isCancel { returns += transaction.items.count }
          if !isCancel { writeOffs += transaction.items.filter { $0.qty < 0 }.count }
          if transaction.silver?.customerHash == nil { withoutCustomer += transaction.items.count }
          free += transaction.items.filter { $0.unitPriceHundredths == 0 }.count
          if transaction.issues.contains(where: { $0.kind == .conflictingValue }) { withTwoTimes += 1 }
        }
      }
    }
    func hundredths(_ amount: Double) -> Int64 { Int64((amount * 100).rounded()) }
    #expect(rejected == 0)
    #expect(total == Figures(rows: 245_903, invoices: 12_795, net: 439_795_076))
    #expect(
      total
        == Figures(
          rows: expected.total.rows, invoices: expected.total.invoices, net: hundredths(expected.total.net_all_rows)))
    #expect(withTwoTimes == expected.invoices_with_two_timestamps)
    #expect(returns == expected.total.cancel_rows)
    #expect(writeOffs == expected.total.negative_not_cancel)
    #expect(withoutCustomer == expected.total.no_customer)
    // One price of 0.001 is stored as 0.00.
    #expect(free == expected.total.zero_price + 1)
    for month in expected.by_month {
      #expect(
        months[month.month] == Figures(rows: month.rows, invoices: month.invoices, net: hundredths(month.net_all_rows)))
    }
    #expect(days.count == expected.by_day.count)
    for day in expected.by_day {
      #expect(days[day.day]?.rows == day.rows && days[day.day]?.net == hundredths(day.net), "\(day.day)")
    }
  }
}
