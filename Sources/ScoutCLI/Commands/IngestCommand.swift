import ArgumentParser
import Scout
import ScoutReport
import Synchronization

struct IngestCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ingest", abstract: "Bring transactions in: JSON Lines or CSV, plain or gzip.",
    discussion: """
      A folder stands for its files, - for standard input. A file that was ingested before is skipped, an interrupted
      one goes on where it stopped. Records that cannot be read go to scout.bronze_rejects with line and reason; the
      exit code stays 0 for them. It is 3 when a file could not be read to its end.

      EXAMPLES
        scout ingest sales.jsonl.gz
        scout ingest exports/ --mapping online-retail
        zcat day.csv.gz | scout ingest - --input-format csv --source counter-7
      """)

  @OptionGroup var global: GlobalOptions
  @OptionGroup var output: FormatOptions

  @Argument(help: ArgumentHelp("Files, folders, or - for standard input.", valueName: "path"))
  var inputs: [String]

  @Option(help: ArgumentHelp("A source mapping: its name, or the path of its YAML file.", valueName: "name"))
  var mapping: String?

  @Option(help: "The form of the records, where the file's name does not tell.")
  var inputFormat: InputFormat?

  @Option(
    help: ArgumentHelp(
      "The name under which the records are kept (default: the file's or the mapping's).", valueName: "name"))
  var source: String?

  @Option(help: ArgumentHelp("A longer record is refused.", valueName: "bytes"))
  var maxRecordBytes = 16 << 20

  @Option(help: ArgumentHelp("Records per transaction.", valueName: "count"))
  var batchSize = 5000

  enum InputFormat: String, ExpressibleByArgument, CaseIterable {
    case jsonl, csv
    var recordFormat: RecordFormat { self == .jsonl ? .jsonLines : .csv }
  }

  func validate() throws {
    guard (1...100_000).contains(batchSize) else { throw ValidationError("--batch-size is 1 to 100000") }
    guard (1...(256 << 20)).contains(maxRecordBytes) else {
      throw ValidationError("--max-record-bytes is 1 to 268435456")
    }
  }

  func run() async throws {
    let scout = try global.open()
    let options = Scout.IngestOptions(
      format: inputFormat?.recordFormat, mapping: try mapping.map(scout.sourceMapping), source: source,
      batchSize: batchSize, maximumRecordBytes: maxRecordBytes)
    var reports: [IngestReport] = []
    var failed = false
    for input in inputs {
      do {
        for file in try files(input) {
          do {
            let report = try await ingest(file, options, scout)
            reports.append(report)
            if case .failed(let error) = report.outcome {
              Console.err("scout: \(error)\n")
              failed = true
            }
          } catch let error as IngestError {
            Console.err("scout: \(error)\n")
            failed = true
          }
        }
      } catch let error as IngestError {
        // The other inputs are read nevertheless.
        Console.err("scout: \(error)\n")
        failed = true
      }
    }
    if !reports.isEmpty { reports.table.show(as: output.format) }
    if failed { throw Failure.Reported(status: .badInput) }
  }

  private func files(_ input: String) throws -> [InputFile] {
    guard input != "-" else { return [.standardInput] }
    let (files, notices) = try InputFile.expand(input)
    for notice in notices.prefix(3) { global.note("\(notice)") }
    if notices.count > 3 { global.note("\(input): \(notices.count - 3) more files left out") }
    return files
  }

  private func ingest(_ file: InputFile, _ options: Scout.IngestOptions, _ scout: Scout) async throws -> IngestReport {
    let display: ProgressReporter.Display =
      global.quiet
      ? .silent
      : Terminal.isTerminal(Console.errorDescriptor)
        ? .redrawn(width: Terminal.width(Console.errorDescriptor) ?? 80) : .lines(everySeconds: 5)
    // The reporter is made with the first batch, when the size is known, but counts from here.
    let start = Mutex<Duration?>(systemStopwatch())
    var reporter: ProgressReporter?
    let report = try await scout.ingest(file, options: options) { progress in
      if reporter == nil {
        reporter = ProgressReporter(
          progress.source, totalRows: nil, totalBytes: progress.totalBytes.map(Int.init), display: display,
          style: Style(environment: Console.environment, isTerminal: Terminal.isTerminal(Console.errorDescriptor)),
          clock: { (start.withLock { $0.take() } ?? systemStopwatch()) / .seconds(1) }, sink: { Console.err($0) })
      }
      reporter?.update(rows: progress.rowsRead, bytes: Int(progress.bytesRead))
    }
    if case .failed = report.outcome { reporter?.finish(.stopped) } else { reporter?.finish(.completed) }
    report.notices.forEach { global.note("\($0)") }
    if let line = report.resumedAfterLine {
      global.note("\(report.source): continued after line \(humanCount(Int(line)))")
    }
    return report
  }
}

extension [IngestReport] {
  var table: Table {
    Table(
      columns: [
        Table.Column("file", type: "text"), Table.Column("outcome", type: "text"),
        Table.Column("rows_read", type: "bigint"),
        Table.Column("accepted", type: "bigint"), Table.Column("duplicates", type: "bigint"),
        Table.Column("rejected", type: "bigint"),
      ],
      rows: map { report in
        let outcome =
          switch report.outcome {
          case .complete: "complete"
          case .alreadyIngested: "ingested before"
          case .failed: "broke off"
          }
        return [
          report.source, outcome, String(report.rowsRead), String(report.accepted), String(report.duplicates),
          String(report.rejected),
        ]
      })
  }
}
