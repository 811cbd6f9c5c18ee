import ArgumentParser
import Scout
import ScoutReport

/// The options that every command on a database has.
struct GlobalOptions: ParsableArguments {
  @Option(help: ArgumentHelp("The database file (default: $SCOUT_DB, else ./scout.db).", valueName: "file"))
  var db: String?

  @Option(help: ArgumentHelp("Do as if it were this time, such as 2025-08-23T09:00:00+08:00.", valueName: "time"))
  var now: String?

  @Option(help: ArgumentHelp("How long to wait for another process that writes.", valueName: "seconds"))
  var wait = 10.0

  @Option(
    help: ArgumentHelp(
      "A project whose definitions are layered over the built-in ones (default: $SCOUT_PROJECT, else the current folder when it has a scout.yaml, else what the database keeps).",
      valueName: "folder"))
  var project: String?

  @Flag(help: "Only results and errors.")
  var quiet = false

  func validate() throws {
    guard (0...86_400).contains(wait) else { throw ValidationError("--wait is 0 to 86400 seconds") }
  }

  var path: String { db ?? Console.variable("SCOUT_DB").flatMap { $0.isEmpty ? nil : $0 } ?? "./scout.db" }

  /// The project that is asked for; nil when there is none.
  func loadProject() throws -> Project? {
    if let folder = project ?? Console.variable("SCOUT_PROJECT").flatMap({ $0.isEmpty ? nil : $0 }) {
      return try Project.load(folder)
    }
    return Project.isFolder(".") ? try Project.load(".") : nil
  }

  func configuration(isReadOnly: Bool = false) throws -> Scout.Configuration {
    var configuration = Scout.Configuration(busyTimeout: wait, isReadOnly: isReadOnly)
    configuration.project = try loadProject()
    guard let now else { return configuration }
    guard let time = Self.time(now) else {
      throw ValidationError("--now: \"\(now)\" is no time with an offset; write it like 2025-08-23T09:00:00+08:00")
    }
    configuration.clock = .fixed(time)
    return configuration
  }

  /// A time with an offset; nil for anything else.
  static func time(_ text: String) -> Timestamp? { Timestamp(withOffset: text) }

  /// - Parameter role: The role under whose rights SQL runs; nil for the owner.
  func open(isReadOnly: Bool = false, role: String? = nil) throws -> Scout {
    var configuration = try configuration(isReadOnly: isReadOnly)
    if let role { configuration.role = role }
    return try Scout.open(path, configuration: configuration)
  }

  /// A remark for a person, not a result.
  func note(_ text: String) {
    if !quiet { Console.err(text + "\n") }
  }
}

/// How a result is shown.
struct FormatOptions: ParsableArguments {
  @Option(help: "How results are shown.")
  var format: OutputFormat = .table
}

extension OutputFormat: ExpressibleByArgument {}

extension Table {
  /// Writes the table to standard output.
  func show(as format: OutputFormat) {
    let options = TerminalTable(
      border: .box, expansion: .whenTooWide, width: Console.width, nullText: "∅", showsRowCount: false,
      style: Console.style)
    Console.out(rendered(as: format, options: options))
  }
}

extension QueryResult {
  /// The result as a table of texts.
  var table: Table {
    Table(columns: columns.map { Table.Column($0.name, type: $0.type.displayName) }, rows: texts)
  }
}
