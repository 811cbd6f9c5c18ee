import ArgumentParser
import Scout
import ScoutReport

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

struct SQLCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sql", abstract: "Run PostgreSQL SQL.",
    discussion: """
      The statements come from the argument, from --file, or from standard input. Those of the argument are one
      transaction, as with psql -c; those of a file or of standard input are each their own, unless BEGIN opens one.

      EXAMPLES
        scout sql "select brand, sum(units) from scout.gold_sales_daily group by 1"
        scout sql -f report.sql --format csv > report.csv
        echo "select now()" | scout sql --format json
        scout sql "create role analyst; grant usage on schema scout to analyst"
        scout sql --role analyst "select has_schema_privilege('scout', 'usage')"
      """)

  @OptionGroup var global: GlobalOptions
  @OptionGroup var output: FormatOptions

  @Option(name: [.short, .long], help: ArgumentHelp("Read the statements from a file.", valueName: "path"))
  var file: String?

  @Flag(help: "Refuse statements that write.")
  var readOnly = false

  @Option(help: ArgumentHelp("Run under this role, with its rights only.", valueName: "name"))
  var role: String?

  @Option(help: "More rows than that are an error.")
  var maxRows: Int?

  @Option(
    help: ArgumentHelp("Stop a statement that takes longer.", valueName: "milliseconds"))
  var timeout: Int?

  @Argument(help: "The statements.")
  var statements: String?

  func validate() throws {
    if file != nil && statements != nil { throw ValidationError("give the statements or --file, not both") }
    if let timeout, timeout <= 0 { throw ValidationError("--timeout is a number of milliseconds above zero") }
    if let maxRows, maxRows < 0 { throw ValidationError("--max-rows is a number of rows") }
  }

  func run() throws {
    let sql = try text()
    do {
      let scout = try global.open(role: role)
      let options = Scout.SQLOptions(
        isReadOnly: readOnly, rowLimit: maxRows ?? .max, timeout: timeout.map { .milliseconds($0) },
        isOneTransaction: statements != nil)
      try scout.run(sql, options: options) { result in
        for notice in result.notices { Console.err(notice.rendered + "\n") }
        if result.columns.isEmpty {
          if output.format == .table { global.note(result.tag) }
          return
        }
        result.table.show(as: output.format)
        if output.format == .table { global.note("(\(result.rows.count) \(result.rows.count == 1 ? "row" : "rows"))") }
      }
    } catch let error as SQLError {
      if output.format == .json {
        Console.line(error.json(in: sql))
      } else {
        Console.err(error.rendered(in: sql) + "\n")
      }
      throw Failure.Reported(status: Failure.status(of: error))
    }
  }

  private func text() throws -> String {
    if let statements { return statements }
    if let file { return try InputText.read(path: file) }
    if isatty(0) != 0 {
      throw ValidationError("there is no statement: give it as an argument, with --file, or on standard input")
    }
    return try InputText.read(path: nil)
  }
}

/// Whole small texts, such as scripts.
enum InputText {
  /// - Parameter path: Nil for standard input.
  static func read(path: String?) throws -> String {
    let descriptor: Int32 = path.map { open($0, O_RDONLY) } ?? 0
    guard descriptor >= 0 else {
      throw IngestError(.notFound, source: path ?? "", String(cString: strerror(errno)))
    }
    defer { if path != nil { close(descriptor) } }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = systemRead(descriptor, &buffer)
      if count < 0 {
        throw IngestError(.readFailed, source: path ?? "<standard input>", String(cString: strerror(errno)))
      }
      if count == 0 { break }
      bytes += buffer[..<count]
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw SQLError(.characterNotInRepertoire, "invalid byte sequence for encoding \"UTF8\"")
    }
    return text
  }
}

private func systemRead(_ descriptor: Int32, _ buffer: inout [UInt8]) -> Int {
  buffer.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
}

extension SQLError {
  /// The error as an object, for programs.
  func json(in sql: String) -> String {
    var fields = ["\"sqlstate\":\(JSONFormat.string(state.rawValue))", "\"message\":\(JSONFormat.string(message))"]
    if let detail { fields.append("\"detail\":\(JSONFormat.string(detail))") }
    if let hint { fields.append("\"hint\":\(JSONFormat.string(hint))") }
    if let position = position(in: sql) {
      fields.append("\"position\":{\"line\":\(position.line),\"column\":\(position.column)}")
    }
    return "{\"error\":{\(fields.joined(separator: ","))}}"
  }
}
