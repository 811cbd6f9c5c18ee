import ScoutGenerator
import Testing

@Suite struct TruthTests {
  @Test(arguments: [1, 2, 3, 20_250_831] as [UInt64])
  func `the truth equals a slow recount of the lines`(seed: UInt64) throws {
    var configuration = smallConfiguration(seed: seed)
    configuration.incidents = .plantedExtended
    try expectTruth(configuration)
  }

  @Test func `the truth holds west of Greenwich, where a date begins in another UTC day`() throws {
    var configuration = smallConfiguration()
    configuration.utcOffsetMinutes = -570
    try expectTruth(configuration)
  }

  private func expectTruth(_ configuration: GeneratorConfiguration) throws {
    let catalogue = try shippedCatalogue()
    let (lines, truth) = try lines(configuration, catalogue: catalogue)
    let reader = SlowReader(utcOffsetMinutes: configuration.utcOffsetMinutes)
    var final: [String: SlowReader.Transaction] = [:]
    var malformed = 0
    for line in lines {
      let transaction = reader.transaction(line.bytes)
      #expect((transaction == nil) == (line.kind == .malformed), "\(String(decoding: line.bytes, as: UTF8.self))")
      if let transaction { final[transaction.identifier] = transaction } else { malformed += 1 }
    }
    #expect(truth.counts.lines == lines.count)
    #expect(truth.counts.malformed == malformed)
    #expect(truth.counts.transactions == final.count)

    var total = GeneratorTruth.Totals()
    var byKey: [String: GeneratorTruth.Totals] = [:]
    for transaction in final.values where !transaction.isVoid {
      let date = reader.date(transaction.instant)
      total.transactions += 1
      byKey[date, default: .init()].transactions += 1
      for brand in Set(transaction.lines.map(\.brand)) {
        byKey["\(date) \(brand)", default: .init()].transactions += 1
        byKey[brand, default: .init()].transactions += 1
      }
      for line in transaction.lines {
        total.add(line)
        byKey[date, default: .init()].add(line)
        byKey[line.brand, default: .init()].add(line)
        byKey["\(date) \(line.brand)", default: .init()].add(line)
      }
    }
    #expect(truth.total == total)
    var compared = 0
    for (brand, totals) in zip(truth.brands, truth.byBrand) where totals.lineItems > 0 {
      #expect(byKey[brand] == totals, "\(brand)")
      compared += 1
    }
    for day in truth.days where day.total.lineItems > 0 {
      let (year, month, dayOfMonth) = day.date.components
      func padded(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
      let date = "\(year)-\(padded(month))-\(padded(dayOfMonth))"
      #expect(byKey[date] == day.total, "\(date)")
      compared += 1
      for (brand, totals) in zip(truth.brands, day.byBrand) where totals.lineItems > 0 {
        #expect(byKey["\(date) \(brand)"] == totals, "\(date) \(brand)")
        compared += 1
      }
    }
    #expect(compared == byKey.count)
  }

  @Test func `the CSV form holds the same final state`() throws {
    let catalogue = try shippedCatalogue()
    let json = try lines(smallConfiguration(), catalogue: catalogue).truth
    let (rows, csv) = try lines(smallConfiguration(), catalogue: catalogue, format: .csv)
    #expect(csv.total == json.total)
    #expect(csv.days == json.days)
    #expect(csv.counts.duplicates == 0 && csv.counts.malformed == 0 && csv.counts.voids == 0)
    #expect(rows.first?.kind == .header)
    let text = rows.map { String(decoding: $0.bytes, as: UTF8.self) }.joined(separator: "\n")
    let fields = text.split(separator: "\n").map { $0.split(separator: ",", omittingEmptySubsequences: false) }
    #expect(fields.count == csv.total.lineItems + 1)
    #expect(fields.allSatisfy { $0.count == 28 })
    let quantities = fields.dropFirst().compactMap { Int($0[23]) }
    #expect(quantities.reduce(0, +) == csv.total.quantity)
  }

  @Test func `the truth is written as JSON with its incidents`() throws {
    let catalogue = try shippedCatalogue()
    let text = String(decoding: try lines(smallConfiguration(), catalogue: catalogue).truth.json(), as: UTF8.self)
    #expect(text.hasPrefix("{\n  \"generator\": {\n    \"seed\": \"7\","))
    for monitor in ["demand_spike_brand", "promo_lift_anomaly", "share_loss_vs_rival"] {
      #expect(text.contains("\"monitor\": \"\(monitor)\""))
    }
  }
}

extension GeneratorTruth.Totals {
  fileprivate mutating func add(_ line: SlowReader.Line) {
    lineItems += 1
    quantity += line.quantity
    units += line.units
    netAmountCentavos += line.netCentavos
    promotionLineItems += line.isPromotion ? 1 : 0
    returnLineItems += line.quantity < 0 ? 1 : 0
    substitutedLineItems += line.isSubstituted ? 1 : 0
  }
}
