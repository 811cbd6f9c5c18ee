import PostgresDialect
import ScoutMonitors
import ScoutStorage
import Testing

@Suite struct ShareLossTests {
  /// Net sales per day in pesos and units of a category: over 28 days before, and over the seven complete days.
  struct Brand {
    var name: String
    var before: Int64
    var after: Int64
  }

  static let today = 20_323

  private func rows(
    _ brands: [Brand], units: Int64 = 100, days: Int = 28, quietDay: Bool = false, copies: Int64 = 1,
    now: String = "2025-08-23 09:00:00+00"
  ) throws -> [[String: String]] {
    let database = try goldDatabase(clock: TestClock(now))
    return try database.write { connection in
      for brand in brands {
        for day in 1...(7 + days) {
          var amount = (day <= 7 ? brand.after : brand.before) * 100 * copies
          // A day of next to no sales, in which the first brand sells nothing.
          if quietDay && day == 8 { amount = brand.name == brands[0].name ? 0 : 100 }
          if amount == 0 { continue }
          try connection.run(
            "insert into \"scout.gold_brand_share_daily\" values (?1, 'Dairy', ?2, ?3, ?4, '0')",
            [.integer(Int64(Self.today - day)), .text(brand.name), .integer(units * copies), .integer(amount)])
        }
      }
      return try connection.fires("share_loss_vs_rival")
    }
  }

  private static let loss = [
    Brand(name: "Alaska", before: 400, after: 300), Brand(name: "Bear Brand", before: 300, after: 390),
    Brand(name: "Nestle", before: 300, after: 310),
  ]

  @Test func `a loss that one rival takes fires and explains itself`() throws {
    #expect(
      try rows(Self.loss) == [
        [
          "category": "Dairy", "brand": "Alaska", "rival": "Bear Brand", "window_start": "2025-08-16",
          "window_end": "2025-08-22", "value": "10.0", "baseline": "40.0", "limit": "8", "share_before": "40.0",
          "share_after": "30.0", "rival_share_before": "30.0", "rival_share_after": "39.0",
        ]
      ])
  }

  @Test func `equal shares are silent, also when the category halves`() throws {
    #expect(try rows(Self.loss.map { Brand(name: $0.name, before: $0.before, after: $0.before) }).isEmpty)
    #expect(try rows(Self.loss.map { Brand(name: $0.name, before: $0.before * 2, after: $0.before) }).isEmpty)
  }

  @Test func `a loss that scatters over many has no rival`() throws {
    let scattered =
      [Brand(name: "Alaska", before: 400, after: 300)]
      + (1...4).map { Brand(name: "Rival \($0)", before: 150, after: 175) }
    #expect(try rows(scattered).isEmpty)
  }

  @Test func `a small brand and a small category are silent`() throws {
    let small = [Brand(name: "Tiny", before: 95, after: 5), Brand(name: "Big", before: 905, after: 995)]
    #expect(try rows(small).isEmpty)
    #expect(try rows(Self.loss, units: 71).isEmpty)  // 3 · 7 · 71 = 1491
    #expect(try rows(Self.loss, units: 72).count == 1)
    #expect(try rows(Self.loss, days: 13).isEmpty)
    #expect(try rows(Self.loss, days: 14).count == 1)
  }

  @Test func `shares are quotients of sums, so a quiet day weighs little`() throws {
    #expect(try rows(Self.loss, quietDay: true).first?["share_before"] == "40.0")
  }

  @Test func `the tested week is not in its own baseline`() throws {
    // With it the baseline would be (28 · 400 + 7 · 300) / 35 = 38.0.
    #expect(try rows(Self.loss).first?["baseline"] == "40.0")
  }

  @Test func `a brand that vanishes has lost its share`() throws {
    let gone = [Brand(name: "Alaska", before: 400, after: 0), Brand(name: "Bear Brand", before: 600, after: 1000)]
    #expect(try rows(gone, units: 300).first?["share_after"] == "0.0")
  }

  @Test func `twice the stores change no verdict`() throws {
    #expect(try rows(Self.loss) == rows(Self.loss, copies: 2))
  }
}
