import PostgresDialect
import ScoutPipeline
import ScoutStorage

/// What retention did, or would do, to bronze and silver.
public struct LayerRetention: Hashable, Sendable {
  /// The first day of ingestion that bronze keeps; nil: all.
  public var bronzeBefore: String?
  /// The first business date that silver keeps; nil: all.
  public var silverBefore: String?
  public var dropped: Retention.Report
}

extension Scout {
  /// Drops bronze and silver that are older than the project's policy, in one transaction with a refresh before.
  ///
  /// - Returns: Nil when there is no such policy.
  func layerRetention(isDryRun: Bool) throws -> LayerRetention? {
    let policy = try definitions().retention
    guard policy.bronzeDays != nil || policy.silverDays != nil, try !isBare() else { return nil }
    let (zone, refresher) = (try timeZone(), refresher(try models()))
    func run(_ connection: Connection) throws -> LayerRetention {
      let local = zone.local(fromUTC: connection.now.microseconds)
      let today = (local - (local % 86_400_000_000 + 86_400_000_000) % 86_400_000_000) / 86_400_000_000
      func first(_ days: Int?) -> Int64? { days.map { today - Int64($0) } }
      let retention = Retention(
        refresh: refresher, bronzeBefore: first(policy.bronzeDays), silverBefore: first(policy.silverDays),
        timeZone: zone)
      let dropped = try retention.run(isDryRun: isDryRun, on: connection)
      func text(_ day: Int64?) -> String? { day.map { DateTimeText.text(date: Int($0)) } }
      return LayerRetention(
        bronzeBefore: text(retention.bronzeBefore), silverBefore: text(retention.silverBefore), dropped: dropped)
    }
    if isDryRun { return try database.read(run) }
    try startRun()
    return try database.write(isDurable: true, run)
  }
}
