import ArgumentParser
import Scout
import ScoutGenerator
import ScoutReport

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

struct GenerateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "generate", abstract: "Write made-up transactions with planted incidents, and the truth about them.",
    discussion: """
      The same options give the same bytes on any machine. The truth (planted incidents, final totals) lies beside the
      data as <output>.truth.json unless --truth names another place.

      EXAMPLES
        scout generate --output sales.jsonl
        scout generate --days 90 --stores 300 --seed 7 --output big.jsonl
        scout generate --output-format csv --clean --output day.csv --days 1
      """)

  @Option(name: [.short, .long], help: ArgumentHelp("Where to write; - is standard output.", valueName: "path"))
  var output: String

  @Option(help: ArgumentHelp("Where to write the truth.", valueName: "path"))
  var truth: String?

  @Option(help: "Start of the random sequence.")
  var seed: UInt64 = GeneratorConfiguration.sample.seed

  @Option(help: ArgumentHelp("First business date.", valueName: "date"))
  var start: String?

  @Option(help: "Number of business dates.")
  var days = GeneratorConfiguration.sample.days

  @Option(help: "Number of stores.")
  var stores = GeneratorConfiguration.sample.stores

  @Option(help: "Mean transactions per store and day.")
  var transactionsPerDay = GeneratorConfiguration.sample.transactionsPerStorePerDay

  @Option(
    name: .customLong("output-format"),
    help: "JSON Lines, or CSV with one row per line item (default: by the ending of the output's name, else jsonl).")
  var outputFormat: IngestCommand.InputFormat?

  @Flag(help: "No duplicates, corrections, voids, late or malformed records.")
  var clean = false

  @Flag(help: "No incidents.")
  var noIncidents = false

  @Flag(help: "Write nothing but errors.")
  var quiet = false

  func run() throws {
    var configuration = GeneratorConfiguration(
      startDate: try startDate(), days: days, stores: stores, transactionsPerStorePerDay: transactionsPerDay)
    configuration.seed = seed
    if clean { configuration.rates = .clean }
    if noIncidents { configuration.incidents = .none }
    let generated = try GeneratedFile.write(
      configuration, format: isCSV ? .csv : .jsonLines, to: output,
      truth: truth ?? (output == "-" ? nil : output + ".truth.json"))
    if !quiet {
      Console.err("\(humanCount(generated.lines)) lines, \(humanBytes(generated.bytes)) to \(output)\n")
    }
  }

  private var isCSV: Bool { outputFormat.map { $0 == .csv } ?? (RecordFormat(fileName: output) == .csv) }

  private func startDate() throws -> CivilDate {
    guard let start else { return GeneratorConfiguration.sample.startDate }
    do {
      let days = try DateTimeText.date(start, in: DateTimeText.Session(zone: .utc, now: 0))
      return CivilDate(daysSinceEpoch: days)
    } catch {
      throw ValidationError("--start: \(error.message); write it like 2025-07-21")
    }
  }
}

/// Generated transactions on their way into a file.
enum GeneratedFile {
  static func write(
    _ configuration: GeneratorConfiguration, format: GeneratedFormat = .jsonLines, to path: String, truth: String?
  ) throws -> (lines: Int, bytes: Int) {
    guard let catalogue = try Definitions.builtIn().catalogue() else {
      throw DefinitionError(path: "schemas/masterdata", message: "the catalogue is missing")
    }
    let generator: TransactionGenerator
    do {
      generator = try TransactionGenerator(configuration, catalogue: catalogue, format: format)
    } catch {
      throw ValidationError("\(error)")
    }
    let sink = try FileSink(path: path)
    var lines = 0
    while let line = generator.next() {
      try sink.write(line + [UInt8(ascii: "\n")])
      lines += 1
    }
    try sink.finish()
    if let truth {
      let file = try FileSink(path: truth)
      try file.write(generator.truth.json())
      try file.finish()
    }
    return (lines, sink.bytes)
  }
}

/// A file that could not be written.
struct OutputError: Error, CustomStringConvertible {
  var path: String
  /// The system's error number.
  var code: Int32

  var description: String { "\(path): cannot be written: \(String(cString: strerror(code)))" }
}

/// A file that is written in large pieces.
final class FileSink {
  private let descriptor: Int32
  private let path: String
  private var buffer: [UInt8] = []
  private(set) var bytes = 0

  /// - Parameter path: `-` is standard output.
  init(path: String) throws {
    self.path = path
    descriptor = path == "-" ? Console.outputDescriptor : open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
    guard descriptor >= 0 else {
      throw OutputError(path: path, code: errno)
    }
    buffer.reserveCapacity(1 << 17)
  }

  func write(_ piece: [UInt8]) throws {
    buffer += piece
    bytes += piece.count
    if buffer.count >= 1 << 16 { try flush() }
  }

  func finish() throws {
    try flush()
    if descriptor != Console.outputDescriptor { close(descriptor) }
  }

  private func flush() throws {
    if descriptor == Console.outputDescriptor {
      Console.write(buffer, to: descriptor)
    } else if let code = Terminal.writeAll(buffer, to: descriptor) {
      throw OutputError(path: path, code: code)
    }
    buffer.removeAll(keepingCapacity: true)
  }
}
