import ScoutGenerator
import Testing

@Suite struct DeliveryTests {
  @Test func `lines never arrive before those in front of them, and late ones are out of order`() throws {
    let (lines, truth) = try lines(smallConfiguration(), catalogue: shippedCatalogue())
    #expect(zip(lines, lines.dropFirst()).allSatisfy { $0.arrival <= $1.arrival })
    let reader = SlowReader(utcOffsetMinutes: 480)
    var latest = 0.0
    var late = 0
    var overtaken = 0
    for line in lines where line.kind == .transaction {
      guard let instant = reader.transaction(line.bytes)?.instant else { continue }
      if Double(line.arrival) - instant >= 300 { late += 1 }
      if instant < latest { overtaken += 1 }
      latest = max(latest, instant)
    }
    #expect(late == truth.counts.late)
    #expect(late > 20)
    #expect(overtaken > late / 2)
  }

  @Test func `duplicates repeat the content, corrections change it, voids come last`() throws {
    let (lines, truth) = try lines(smallConfiguration(), catalogue: shippedCatalogue())
    var versions: [String: [GeneratedLine]] = [:]
    for line in lines where line.kind != .malformed {
      versions[identifier(line), default: []].append(line)
    }
    var counts: [GeneratedLine.Kind: Int] = [:]
    var reordered = 0
    for history in versions.values {
      #expect(history[0].kind == .transaction)
      for (before, line) in zip(history, history.dropFirst()) {
        counts[line.kind, default: 0] += 1
        switch line.kind {
        case .duplicate:
          if line.bytes != before.bytes { reordered += 1 }
          #expect(line.bytes.filter { $0 != 32 }.sorted() == before.bytes.filter { $0 != 32 }.sorted())
        case .correction: #expect(line.bytes != before.bytes)
        case .void: #expect(line == history.last)
        default: Issue.record("a second first delivery of \(identifier(line))")
        }
      }
    }
    #expect(counts[.duplicate] == truth.counts.duplicates)
    #expect(counts[.correction] == truth.counts.corrections)
    #expect(counts[.void] == truth.counts.voids)
    #expect(reordered == truth.counts.reorderedDuplicates)
    #expect(reordered > 0)
  }

  @Test func `rates come out near their settings`() throws {
    var configuration = smallConfiguration()
    configuration.days = 40
    configuration.stores = 20
    let counts = try lines(configuration, catalogue: shippedCatalogue()).truth.counts
    let expected = 40.0 * 20 * 20
    #expect(abs(Double(counts.transactions) / expected - 1) < 0.06)
    func rate(_ count: Int) -> Double { Double(count) / Double(counts.transactions) }
    #expect(abs(rate(counts.duplicates) - 0.05) < 0.006)
    #expect(abs(rate(counts.corrections) - 0.05) < 0.006)
    #expect(abs(rate(counts.voids) - 0.04) < 0.006)
    #expect(abs(rate(counts.late) - 0.06) < 0.007)
    #expect(abs(rate(counts.malformed) - 0.05) < 0.006)
    #expect(counts.malformedByReason.allSatisfy { $0.count > 20 })
    #expect(counts.malformedByReason.reduce(0) { $0 + $1.count } == counts.malformed)
  }

  @Test func `clean rates give one line per transaction, in order`() throws {
    var configuration = smallConfiguration()
    configuration.rates = .clean
    let (lines, truth) = try lines(configuration, catalogue: shippedCatalogue())
    #expect(lines.allSatisfy { $0.kind == .transaction })
    #expect(truth.total.transactions == lines.count)
    #expect(lines.map(identifier) == lines.map(identifier).sorted())
  }

  private func identifier(_ line: GeneratedLine) -> String {
    let text = String(decoding: line.bytes, as: UTF8.self)
    guard let range = text.firstRange(of: "TXN-") else { return "" }
    return String(text[range.lowerBound...].prefix(12))
  }
}
