import Scout
import ScoutTestSupport
import Testing

/// `monitors lint`: one good monitor, and one that is bad in each way.
@Suite struct MonitorLintTests {
  private static let monitors: [(name: String, sql: String)] = [
    (
      // A share of the category against the share of the week before: a quotient of sums.
      "good",
      """
      with today as (select (now() at time zone :time_zone)::date as day),
      sums as (
        select s.brand,
          sum(case when s.date >= t.day - 2 then s.net_amount end)::float8 as new,
          sum(case when s.date < t.day - 2 then s.net_amount end)::float8 as old
        from today t join scout.gold_brand_share_daily s on s.date >= t.day - 9 and s.date < t.day
        group by s.brand
      )
      select brand from sums
      where new / (select sum(new) from sums) >= 1.1 * old / (select sum(old) from sums)
      """
    ),
    (
      "absolute",
      "select 'all' as what from scout.gold_sales_daily where date >= (now() at time zone :time_zone)::date - 3 and date < (now() at time zone :time_zone)::date having sum(transactions) > 600"
    ),
    (
      // Production's own: the sum of an hour against the mean of rows.
      "sum_and_mean",
      """
      select brand from scout.gold_sales_15min s where ts >= now() - interval '60 min' group by brand
      having sum(units) > 4.5 * (select coalesce(avg(p.units), 0) from scout.gold_sales_15min p
        where p.brand = s.brand and p.ts between now() - interval '7 day' and now() - interval '1 day')
      """
    ),
    (
      // Speaks whenever there was no promotion at all.
      "no_promotion",
      """
      with base as (
        select brand, avg(case when promo_flag then units end) as a, avg(case when not promo_flag then units end) as b
        from scout.gold_sales_daily where date >= current_date - 30 group by brand)
      select brand from base where (case when b > 0 then coalesce(a, 0) / b else 0 end) < 1.05
      """
    ),
    (
      "utc_hour",
      """
      select store_id from scout.silver_transactions
      where ts > now() - interval '3 hours' and extract(hour from ts at time zone 'UTC') between 0 and 2 group by store_id
      """
    ),
    ("elsewhere", "select id from scout.agent_feed where no_such_column = 1"),
  ]

  @Test func `each experiment warns of what it is made for, and lets a good monitor pass`() async throws {
    let scout = try Scout.make()
    try scout.database.write { connection in
      for (name, sql) in Self.monitors {
        try connection.run(
          "insert into \"scout.platinum_monitors\" (name, sql, threshold, window_minutes, severity, kind, is_enabled, consecutive_failures) values (?1, ?2, '1', 60, 'warn', 'sql', 1, 0)",
          [.text(name), .text(sql)])
      }
    }
    var options = LintOptions()
    options.stores = 6
    options.transactionsPerStorePerDay = 10
    options.days = 18
    options.flatStores = 2
    options.flatTransactions = 1
    let findings = try await scout.lintMonitors(Self.monitors.map(\.name) + ["sales_drop"], options: options)
    func verdicts(_ name: String) -> [LintFinding.Experiment: LintFinding.Verdict] {
      Dictionary(uniqueKeysWithValues: findings.filter { $0.monitor == name }.map { ($0.experiment, $0.verdict) })
    }
    for finding in findings where finding.verdict != .steady { print(finding) }
    for name in ["good", "sales_drop"] {
      #expect(verdicts(name).values.allSatisfy { $0 == .steady } && verdicts(name).count == 4, "\(name)")
    }
    #expect(findings.first { $0.monitor == "good" }?.spoke ?? 0 > 0)
    #expect(verdicts("absolute")[.duplicatedStores] == .warning)
    #expect(verdicts("sum_and_mean")[.finerBuckets] == .warning)
    #expect(verdicts("no_promotion")[.flatDemand] == .warning)
    #expect(verdicts("utc_hour")[.movedTimeZone] == .warning)
    #expect(verdicts("elsewhere").values.allSatisfy { $0 == .untested })
    #expect(findings.first { $0.monitor == "elsewhere" }?.explanation.hasPrefix("42703: ") == true)
    await #expect(throws: ScoutError.self) { try await scout.lintMonitors(["nope"], options: options) }
  }
}
