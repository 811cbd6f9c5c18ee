import ArgumentParser
import Scout

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

struct DetectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "detect", abstract: "Score how unusual each row of a CSV series is, in one pass.",
    discussion: """
      Writes CSV, one row per input row in the same order: timestamp, value, anomaly_score from 0 to 1. A score uses \
      earlier rows only; 0.5 is where the surprise equals the sensitivity. Needs no database.

      EXAMPLES
        scout detect latency.csv
        scout detect sales.csv --time-column hour --value-column units --sensitivity 4
        scout detect sales.csv --detector cusum
      """)

  @Argument(help: "A CSV file with a header row, or - for standard input.")
  var file: String

  @Option(help: ArgumentHelp("The column with the time.", valueName: "name"))
  var timeColumn = "timestamp"

  @Option(help: ArgumentHelp("The column with the value.", valueName: "name"))
  var valueColumn = "value"

  @Option(
    help: ArgumentHelp(
      "How rows are scored: \(DetectorKind.allCases.map(\.rawValue).joined(separator: ", ")).", valueName: "name"))
  var detector = DetectorKind.adaptive

  @Option(help: ArgumentHelp("The first rows, which are learned and score 0.", valueName: "rows"))
  var warmup = 0

  @Option(
    help: ArgumentHelp(
      "Powers of ten of surprise at the score 0.5; 4 is eager, 7.5 quiet.", valueName: "decades"))
  var sensitivity = AnomalyScale.normalSensitivity

  @Option(help: ArgumentHelp("The limit of fixed, or the multiple of the mean of ratio.", valueName: "number"))
  var threshold: Double?

  func validate() throws {
    guard warmup >= 0 else { throw ValidationError("--warmup is a number of rows from 0") }
    guard sensitivity > 0, sensitivity.isFinite else { throw ValidationError("--sensitivity is greater than 0") }
    if detector == .fixed, threshold == nil { throw ValidationError("--detector fixed needs --threshold") }
    if let threshold, !threshold.isFinite || (detector == .ratio && threshold <= 0) {
      throw ValidationError("--threshold is a number, greater than 0 for ratio")
    }
  }

  func run() throws {
    var scorer = SeriesScorer(
      file: file, timeColumn: timeColumn, valueColumn: valueColumn, detector: detector.make(threshold: threshold),
      warmup: warmup, scale: AnomalyScale(sensitivity: sensitivity))
    let descriptor = file == "-" ? 0 : open(file, O_RDONLY)
    guard descriptor >= 0 else {
      throw SeriesError(file: file, line: 0, message: "cannot be opened: \(String(cString: strerror(errno)))")
    }
    defer { if descriptor != 0 { close(descriptor) } }
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = read(descriptor, &buffer, buffer.count)
      if count < 0 {
        if errno == EINTR { continue }
        throw SeriesError(file: file, line: 0, message: "cannot be read: \(String(cString: strerror(errno)))")
      }
      if count == 0 { break }
      try scorer.feed(buffer[..<count]) { Console.write($0, to: Console.outputDescriptor) }
    }
    try scorer.finish { Console.write($0, to: Console.outputDescriptor) }
  }
}

extension DetectorKind: ExpressibleByArgument {}
