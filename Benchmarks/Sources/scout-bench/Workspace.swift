import Foundation
import Scout
import ScoutGenerator

/// What stops a benchmark.
struct BenchmarkFailure: Error, CustomStringConvertible {
  var description: String

  init(_ description: String) { self.description = description }
}

/// A temporary folder with generated input.
final class Workspace {
  let folder: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory.appending(
      path: "scout-bench-\(ProcessInfo.processInfo.processIdentifier)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  func remove() { try? FileManager.default.removeItem(at: folder) }

  func path(_ name: String) -> String { folder.appending(path: name).path }

  /// A path for a database that does not exist.
  func freshDatabase(_ name: String = "bench.db") -> String {
    let path = path(name)
    for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + suffix) }
    return path
  }

  /// The bytes of a file and of the log beside it.
  func size(_ path: String) -> Double {
    ["", "-wal"].reduce(0) { sum, suffix in
      let attributes = try? FileManager.default.attributesOfItem(atPath: path + suffix)
      return sum + ((attributes?[.size] as? NSNumber)?.doubleValue ?? 0)
    }
  }

  /// The last instant of generated data.
  static let endOfData = Timestamp(microseconds: Int64(GeneratorConfiguration.sample.end) * 1_000_000)

  /// Writes about `transactions` transactions of the sample's six weeks: more sales are sales of more stores.
  ///
  /// - Returns: The file's path.
  func generate(_ transactions: Int, _ format: GeneratedFormat) throws -> String {
    let path = path("sales-\(transactions).\(format == .csv ? "csv" : "jsonl")")
    guard !FileManager.default.fileExists(atPath: path) else { return path }
    var configuration = GeneratorConfiguration.sample
    let perStore = Double(configuration.days) * configuration.transactionsPerStorePerDay
    configuration.stores = max(1, Int((Double(transactions) / perStore).rounded(.up)))
    configuration.transactionsPerStorePerDay = Double(transactions) / Double(configuration.days * configuration.stores)
    guard let catalogue = try Definitions.builtIn().catalogue() else {
      throw BenchmarkFailure("the built-in definitions have no catalogue")
    }
    FileManager.default.createFile(atPath: path, contents: nil)
    guard let file = FileHandle(forWritingAtPath: path) else { throw BenchmarkFailure("\(path) cannot be written") }
    defer { try? file.close() }
    let generator = try TransactionGenerator(configuration, catalogue: catalogue, format: format)
    try generator.write { piece in try file.write(contentsOf: Data(piece)) }
    return path
  }
}
