import ScoutGenerator
import ScoutMonitors
import ScoutStorage

/// What an experiment said about a monitor: whether its verdicts follow what happens, or how the data are cut.
///
/// A monitor is judged by what it does, never by how it is written. It is replayed, through the evaluator that runs live,
/// over made-up weeks with planted incidents, and again over the same weeks changed in a way that must not matter.
public struct LintFinding: Hashable, Sendable {
  /// What is changed. The names are part of the JSON output.
  public enum Experiment: String, Hashable, Sendable, CaseIterable {
    /// Every store has a twin that sells the same: shares, ratios and single stores are as before.
    case duplicatedStores = "duplicated_stores"
    /// Each row of a relation by the quarter of an hour becomes three rows of a third of the length, with the same sums.
    case finerBuckets = "finer_buckets"
    /// Every hour of every day sells the same: nothing is wrong.
    case flatDemand = "flat_demand"
    /// The shops, the project and the clock lie in another time zone; every local time is as before.
    case movedTimeZone = "moved_time_zone"
  }

  public enum Verdict: String, Hashable, Sendable {
    case steady, warning
    /// The monitor cannot be run over the made-up weeks.
    case untested
  }

  public var monitor: String
  public var experiment: Experiment
  public var verdict: Verdict
  /// Pairs of a moment and a key for which the monitor spoke over the unchanged weeks.
  public var spoke: Int
  /// Those that are gone after the change, and those that are new. Over flat demand all that it says is new.
  public var lost: Int
  public var gained: Int
  /// One sentence; of a warning, what it means.
  public var explanation: String
}

/// How large the made-up weeks are.
public struct LintOptions: Hashable, Sendable {
  public var stores = 24
  public var transactionsPerStorePerDay = 24.0
  /// Of which the last third, and 14 at the most, have incidents.
  public var days = 35
  public var seed: UInt64 = 7
  /// The time between the moments at which a monitor is asked.
  public var every: Duration = .seconds(3 * 3600)
  /// Of flat demand: transactions of each store in a quarter of an hour.
  public var flatTransactions = 2
  public var flatStores = 4

  public init() {}
}

extension Scout {
  /// Warns of meaningless monitors by experiments on data.
  ///
  /// Builds four small shops in memory with this database's definitions, which takes some seconds; the database itself is
  /// only read for its monitors.
  ///
  /// - Parameter names: Nil for every monitor, also those that are off.
  /// - Returns: For each monitor, in the order of the names, one finding for each experiment.
  /// - Throws: ``ScoutError`` `unknownMonitor`.
  public func lintMonitors(_ names: [String]? = nil, options: LintOptions = LintOptions()) async throws
    -> [LintFinding]
  {
    let all = try database.read { try MonitorStore.all(on: $0) }.sorted { $0.name < $1.name }
    for name in names ?? [] where !all.contains(where: { $0.name == name }) {
      throw ScoutError.unknownMonitor(name, known: all.map(\.name))
    }
    let monitors = all.filter { names?.contains($0.name) ?? true }
    let laboratory = LintLaboratory(definitions: try definitions(), options: options)
    return try await laboratory.findings(monitors)
  }
}

/// Runs the experiments.
struct LintLaboratory {
  let definitions: Definitions
  let options: LintOptions

  /// For what moment and key a monitor spoke.
  private struct Spoken: Hashable {
    var tick: Int
    var key: String
  }

  /// What a monitor said over some weeks, or why it could not.
  private enum Answer {
    case spoken(Set<Spoken>, ticks: Int)
    case failed(String)
  }

  /// A share of the verdicts that may change: the edges of windows, and evidence that two stores have and one has not.
  private static let tolerance = 0.1

  func findings(_ monitors: [StoredMonitor]) async throws -> [LintFinding] {
    var answers: [LintFinding.Experiment?: [Answer]] = [:]
    func ask(_ experiment: LintFinding.Experiment?, _ world: LintWorld) throws {
      answers[experiment] = try monitors.map { try answer($0, world) }
    }
    let plain = try await LintWorld.planted(definitions, options)
    try ask(nil, plain)
    let columns = try await additiveColumns()
    try plain.splitBuckets(columns)
    try ask(.finerBuckets, plain)
    try ask(.duplicatedStores, try await LintWorld.planted(definitions, options, copies: [.twinStore]))
    try ask(.movedTimeZone, try await LintWorld.planted(definitions, options, zone: .far))
    try ask(.flatDemand, try await LintWorld.flat(definitions, options))
    return monitors.indices.flatMap { index in
      LintFinding.Experiment.allCases.map { experiment in
        finding(monitors[index].name, experiment, answers[nil]?[index], answers[experiment]?[index])
      }
    }
  }

  /// The columns that a bucket's parts add up to: found by delivering every sale a second time under another number.
  private func additiveColumns() async throws -> [String: Set<String>] {
    var small = options
    small.stores = 3
    small.days = 2
    let once = try await LintWorld.planted(definitions, small).totals()
    let twice = try await LintWorld.planted(definitions, small, copies: [.secondSale]).totals()
    var columns: [String: Set<String>] = [:]
    for (relation, total) in once {
      // A relation that has twice as many rows has no buckets.
      guard let other = twice[relation], total.rows > 0, other.rows == total.rows else { continue }
      for (column, sum) in total.sums where sum != 0 && abs((other.sums[column] ?? 0) - 2 * sum) < 1e-6 * abs(sum) {
        columns[relation, default: []].insert(column)
      }
    }
    return columns
  }

  private func answer(_ monitor: StoredMonitor, _ world: LintWorld) throws -> Answer {
    let report: MonitorBacktest
    do {
      report = try world.backtest(monitor, every: options.every)
    } catch let error as SQLError {
      return .failed("\(error.state): \(error.message)")
    }
    if let failure = report.firstFailure { return .failed(failure) }
    let step = options.every.components.seconds * 1_000_000
    func tick(_ time: Timestamp) -> Int { Int((time.microseconds - report.from.microseconds) / step) }
    var spoken: Set<Spoken> = []
    for incident in report.incidents {
      let key = incident.key.split(separator: LintWorld.twinMark, omittingEmptySubsequences: false).joined()
      let first = tick(incident.startedAt)
      let end = incident.resolvedAt.map(tick) ?? report.ticks
      for tick in first..<max(end, first + 1) { spoken.insert(Spoken(tick: tick, key: key)) }
    }
    return .spoken(spoken, ticks: report.ticks)
  }

  private func finding(
    _ monitor: String, _ experiment: LintFinding.Experiment, _ before: Answer?, _ after: Answer?
  ) -> LintFinding {
    func made(_ verdict: LintFinding.Verdict, _ spoke: Int, _ lost: Int, _ gained: Int, _ text: String) -> LintFinding {
      LintFinding(
        monitor: monitor, experiment: experiment, verdict: verdict, spoke: spoke, lost: lost, gained: gained,
        explanation: text)
    }
    guard case .spoken(let old, let ticks) = before, case .spoken(let new, _) = after else {
      for case .failed(let reason) in [before, after].compactMap(\.self) { return made(.untested, 0, 0, 0, reason) }
      return made(.untested, 0, 0, 0, "")
    }
    if experiment == .flatDemand {
      return new.isEmpty
        ? made(.steady, old.count, 0, 0, "silent while every hour sells the same")
        : made(
          .warning, old.count, 0, new.count,
          "speaks while every hour of every day sells the same: what it compares are not like things")
    }
    let lost = old.subtracting(new).count
    let gained = new.subtracting(old).count
    let places = Double(ticks * max(Set(old.union(new).map(\.key)).count, 1))
    let isWarning =
      switch experiment {
      case .duplicatedStores:
        // More evidence may make what was too little; it must not silence, nor speak at any time.
        Double(lost) > Self.tolerance * Double(old.count) || Double(gained) >= Self.tolerance * places
      default: Double(lost + gained) > Self.tolerance * Double(old.union(new).count)
      }
    guard isWarning else {
      return made(
        .steady, old.count, lost, gained, old.isEmpty && new.isEmpty ? "says nothing in either" : "says the same")
    }
    let meaning =
      switch experiment {
      case .duplicatedStores:
        "depends on how many stores there are: an absolute limit on what grows with the business"
      case .finerBuckets: "depends on how the rows are cut: a sum is compared with a mean of rows, or rows are counted"
      default: "depends on the time zone: its days or hours are not those of the shops"
      }
    return made(.warning, old.count, lost, gained, meaning)
  }
}
