import PostgresDialect
import ScoutMonitors
import ScoutStorage
import Testing

@Suite struct PromotionTests {
  /// A world of eight stores over 35 complete days; the promotion runs in the first two of them on the last `promoted`.
  struct World {
    var stores = 8
    var promoStores = 2
    var promoted = 7
    /// Pieces and transactions of a store on a day without promotion.
    var usual = 10
    /// Pieces and transactions in the promotion.
    var lifted = 30
    /// Pieces and transactions beside the promotion while it runs.
    var beside = 10
    /// An earlier promotion in the same stores: days before the last, with what it sold.
    var earlier: (days: ClosedRange<Int>, sold: Int)?
    var closed: Set<Int> = []
    var copies = 1
  }

  /// Complete days end with the 22nd in Manila.
  static let today = 20_323

  private func rows(_ world: World, now: String = "2025-08-23 09:00:00+00") throws -> [[String: String]] {
    let database = try goldDatabase(clock: TestClock(now))
    return try database.write { connection in
      for copy in 0..<world.copies {
        for store in 0..<world.stores {
          for day in 1...35 where !(store == 0 && world.closed.contains(day)) {
            let isTested = day <= world.promoted
            let isEarlier = store < world.promoStores && world.earlier?.days.contains(day) == true
            let isPromoted = store < world.promoStores && (isTested || isEarlier)
            let sold =
              isEarlier ? world.earlier?.sold ?? 0 : isPromoted ? world.lifted : isTested ? world.beside : world.usual
            for brand in ["Oishi", "Other"] {
              let amount = brand == "Oishi" ? sold : 5
              try connection.run(
                "insert into \"scout.gold_sales_daily\" values (?1, ?2, ?3, ?4, ?5, ?5, 0, ?5)",
                [
                  .integer(Int64(Self.today - day)), .text("S\(copy)-\(store)"), .text(brand),
                  SQLValue(brand == "Oishi" && isPromoted), .integer(Int64(amount)),
                ])
            }
          }
        }
      }
      return try connection.fires("promo_lift_anomaly")
    }
  }

  @Test func `three times the usual is too strong and explains itself`() throws {
    #expect(
      try rows(World()) == [
        [
          "brand": "Oishi", "promo_start": "2025-08-16", "promo_end": "2025-08-22", "verdict": "too strong",
          "value": "3.00", "baseline": "1.00", "limit_low": "1.0", "limit_high": "2.6", "raw_lift": "3.00",
          "stores": "2",
          "promo_transactions": "420", "baseline_transactions": "560",
        ]
      ])
  }

  @Test func `a promotion that sells less than usual is too weak`() throws {
    let row = try rows(World(lifted: 7)).first
    #expect(row?["verdict"] == "too weak" && row?["value"] == "0.70")
  }

  @Test(arguments: [11, 16, 25]) func `an ordinary promotion is silent`(_ lifted: Int) throws {
    #expect(try rows(World(lifted: lifted)).isEmpty)
  }

  @Test func `what rises everywhere is not the promotion's doing`() throws {
    #expect(try rows(World(lifted: 30, beside: 20)).isEmpty)
    #expect(try rows(World(lifted: 30, beside: 11)).first?["value"] == "2.73")
  }

  @Test func `days of an earlier promotion are no baseline`() throws {
    #expect(try rows(World(earlier: (8...21, 40))).first?["value"] == "3.00")
    #expect(try rows(World(lifted: 16, earlier: (8...21, 1))).isEmpty)
  }

  @Test func `a closed store's days are no lack of demand`() throws {
    #expect(try rows(World(lifted: 26, closed: Set(1...5))).first?["value"] == "2.60")
  }

  @Test func `little evidence is silent`() throws {
    #expect(try rows(World(promoted: 2, lifted: 19, beside: 6)).isEmpty)  // 76 transactions
    #expect(try rows(World(promoted: 2, usual: 2, lifted: 30)).isEmpty)  // 112 in the baseline
    #expect(try rows(World(promoted: 2, lifted: 30, beside: 12)).count == 0)  // 144 beside, lift 2.5
    #expect(try rows(World(promoted: 2, lifted: 40, beside: 12)).count == 1)
  }

  @Test func `without stores beside it there is nothing to compare with`() throws {
    #expect(try rows(World(promoStores: 8)).isEmpty)
  }

  @Test func `the running day is not judged, and a promotion ends with the day after`() throws {
    // 15:59 UTC is still the 22nd in Manila: six days of the promotion are complete.
    #expect(try rows(World(), now: "2025-08-22 15:59:00+00").first?["promo_end"] == "2025-08-21")
    #expect(try rows(World(), now: "2025-08-22 16:00:00+00").first?["promo_end"] == "2025-08-22")
    #expect(try rows(World(), now: "2025-08-24 15:00:00+00").count == 1)
    #expect(try rows(World(), now: "2025-08-24 16:00:00+00").isEmpty)
  }

  @Test func `twice the stores change no verdict`() throws {
    for lifted in [7, 16, 30] {
      let (once, twice) = (try rows(World(lifted: lifted)), try rows(World(lifted: lifted, copies: 2)))
      #expect(once.map { $0["value"] } == twice.map { $0["value"] })
    }
  }
}
