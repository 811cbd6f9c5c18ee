import Foundation

/// The built program as a process: how long it takes to start, how much memory it takes.
struct ProgramFigures {
  var scout: String
  var workspace: Workspace
  var runs: Int

  func start() throws -> [Figure] {
    let demo = workspace.path("demo")
    _ = try ChildProcess.run(scout, ["demo", demo])
    let empty = try samples("/bin/true", [])
    let floor = Figure("start of /bin/true", unit: "ms", empty)
    let version = Figure("start of scout --version", unit: "ms", try samples(scout, ["--version"]))
    let status = Figure(
      "start of scout status, demo database", unit: "ms", try samples(scout, ["status", "--db", demo + "/scout.db"]))
    return [floor, version.compared(with: floor).aiming(at: 15), status.compared(with: floor).aiming(at: 30)]
  }

  private func samples(_ path: String, _ arguments: [String]) throws -> [Double] {
    _ = try ChildProcess.run(path, arguments)
    return try (0..<runs).map { _ in try ChildProcess.run(path, arguments).seconds * 1000 }
  }

  /// To be measured before anything that makes this process large; see ``ChildProcess/run(_:_:)``.
  func memory(ingesting transactions: Int) throws -> [Figure] {
    let input = try workspace.generate(transactions, .jsonLines)
    defer { try? FileManager.default.removeItem(atPath: input) }
    let database = workspace.freshDatabase("memory.db")
    defer { _ = workspace.freshDatabase("memory.db") }
    let floor = try ChildProcess.run(scout, ["init", "--db", database])
    let process = try ChildProcess.run(scout, ["ingest", input, "--db", database, "--quiet"])
    let bare = Figure("peak memory, scout init", unit: "MB", [floor.peakBytes / 1e6])
    return [
      bare,
      Figure("peak memory, scout ingest, \(transactions) JSON Lines", unit: "MB", [process.peakBytes / 1e6])
        .compared(with: bare).aiming(at: 150),
    ]
  }
}
