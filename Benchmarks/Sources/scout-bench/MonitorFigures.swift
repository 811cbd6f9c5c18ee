import Foundation
import Scout
import ScoutGenerator
import Synchronization

/// Sweeps of the shipped monitors, and a backtest.
struct MonitorFigures {
  var stores: Int
  var days: Int
  var runs: Int
  var workspace: Workspace

  func measure() async throws -> [Figure] {
    var configuration = GeneratorConfiguration(
      startDate: GeneratorConfiguration.sample.startDate, days: days, stores: stores, transactionsPerStorePerDay: 24)
    configuration.seed = 7
    guard let catalogue = try Definitions.builtIn().catalogue() else {
      throw BenchmarkFailure("the built-in definitions have no catalogue")
    }
    let time = Mutex(Timestamp(microseconds: 0))
    func set(_ seconds: Int) { time.withLock { $0 = Timestamp(microseconds: Int64(seconds) * 1_000_000) } }
    let start = configuration.start
    set(start)
    let scout = try Scout.create(
      at: workspace.freshDatabase("monitors.db"), secret: "bench",
      configuration: Scout.Configuration(clock: EngineClock(isSet: true) { time.withLock { $0 } }))
    // All but the last lines, which come 1,000 at a time between the sweeps.
    let file = workspace.path("monitors.jsonl")
    FileManager.default.createFile(atPath: file, contents: nil)
    guard let handle = FileHandle(forWritingAtPath: file) else { throw BenchmarkFailure("\(file) cannot be written") }
    let generator = try TransactionGenerator(configuration, catalogue: catalogue)
    var pending: [GeneratedLine] = []
    let kept = 1000 * runs
    var buffer = Data()
    while let line = generator.nextLine() {
      pending.append(line)
      guard pending.count >= 2 * kept else { continue }
      for old in pending[..<kept] { buffer += old.bytes + [10] }
      pending.removeFirst(kept)
      if buffer.count > 1 << 22 {
        try handle.write(contentsOf: buffer)
        buffer.removeAll()
      }
    }
    let earlier = max(pending.count - kept, 0)
    for old in pending[..<earlier] { buffer += old.bytes + [10] }
    try handle.write(contentsOf: buffer)
    try handle.close()
    pending.removeFirst(earlier)
    set(pending.first?.arrival ?? configuration.end)
    _ = try await scout.ingest(.path(file), options: Scout.IngestOptions(source: "till"))
    _ = try scout.refresh()
    _ = try scout.runMonitors()

    let label = "\(days) days of \(stores) stores"
    var now = pending.first?.arrival ?? configuration.end
    var failures: Set<String> = []
    func sweep() throws -> Double {
      let (seconds, report) = try timed { try scout.runMonitors() }
      for failure in report.failures { failures.insert("\(failure.name): \(failure.outcome)") }
      for result in report.results {
        parts[result.name, default: []].append(result.duration / .milliseconds(1))
      }
      return seconds * 1000
    }
    var parts: [String: [Double]] = [:]
    let idle = try (0..<max(runs, 11)).map { _ in
      now += 1
      set(now)
      return try sweep()
    }
    let idleParts = parts
    parts = [:]
    var busy: [Double] = []
    for run in 0..<runs {
      let lines = pending[min(run * 1000, pending.count)..<min((run + 1) * 1000, pending.count)]
      guard let last = lines.last else { break }
      now = max(now + 1, last.arrival)
      set(now)
      let text = lines.map { String(decoding: $0.bytes, as: UTF8.self) }.joined(separator: "\n") + "\n"
      _ = try await scout.ingest(.text(text, name: "more.jsonl"), options: Scout.IngestOptions(source: "till"))
      _ = try scout.refresh()
      busy.append(try sweep())
    }
    guard failures.isEmpty else { throw BenchmarkFailure("\(failures.sorted())") }
    let incidents = try scout.query("select count(*) from scout.platinum_monitor_incidents").texts[0][0] ?? ""

    let from = Timestamp(microseconds: Int64(start) * 1_000_000)
    let to = Timestamp(microseconds: Int64(configuration.end) * 1_000_000)
    var found: Set<String> = []
    var ticks = 0
    let backtests = try (0..<max(runs, 5)).map { _ in
      let (seconds, report) = try timed { try scout.backtest("demand_spike_brand", from: from, to: to) }
      ticks = report.ticks
      found.insert(report.incidents.map { "\($0.key) \($0.startedAt.microseconds)" }.joined(separator: ";"))
      return seconds * 1000
    }
    guard found.count == 1, let replayed = found.first else { throw BenchmarkFailure("backtests differ") }
    let worst = { (parts: [String: [Double]]) in
      parts.map { name, samples in (name, samples.sorted()[samples.count / 2]) }.sorted { ($1.1, $0.0) < ($0.1, $1.0) }
        .prefix(4)
    }
    return [
      Figure(
        "sweep of all shipped monitors with nothing new, \(label)", unit: "ms", idle, digest: digest(of: incidents))
    ]
      + worst(idleParts).map { Figure("  of which \($0.0)", unit: "ms", idleParts[$0.0] ?? []) }
      + [Figure("the same after 1,000 new transactions", unit: "ms", busy, digest: digest(of: incidents))]
      + worst(parts).map { Figure("  of which \($0.0)", unit: "ms", parts[$0.0] ?? []) }
      + [Figure("backtest of demand_spike_brand, \(ticks) ticks", unit: "ms", backtests, digest: digest(of: replayed))]
  }
}
