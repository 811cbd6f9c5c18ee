import PostgresDialect
import ScoutReport
import ScoutStorage

/// Where a shell's words go, and what it may know of its surroundings.
public struct ShellConsole {
  /// Results.
  public var output: (String) -> Void
  /// Everything else: notices, errors, remarks.
  public var errors: (String) -> Void
  /// The columns of the terminal; nil when nothing is cut.
  public var width: () -> Int?
  public var style: Style
  /// Reads a whole file, for `\i` and `\copy … from`.
  public var readFile: (String) throws -> String
  /// Replaces a file's content, for `\o` and `\copy … to`; true appends.
  public var writeFile: (String, String, _ appends: Bool) throws -> Void
  /// A stopwatch, for `\timing`.
  public var measure: (() throws -> Void) throws -> Duration

  public init(
    output: @escaping (String) -> Void, errors: @escaping (String) -> Void, width: @escaping () -> Int? = { nil },
    style: Style = .plain, readFile: @escaping (String) throws -> String,
    writeFile: @escaping (String, String, Bool) throws -> Void,
    measure: @escaping (() throws -> Void) throws -> Duration = { try ContinuousClock().measure($0) }
  ) {
    self.output = output
    self.errors = errors
    self.width = width
    self.style = style
    self.readFile = readFile
    self.writeFile = writeFile
    self.measure = measure
  }
}

/// What is wrong with a backslash command; the message is whole.
struct ShellError: Error, CustomStringConvertible {
  var description: String

  init(_ description: String) { self.description = description }
}

/// The interpreter behind `scout shell`: takes lines, runs statements and backslash commands as psql does.
///
/// ```swift
/// let shell = Shell(session: try scout.makeSession(), console: console)
/// while let line = readLine(), try shell.accept(line) != .quit {}
/// try shell.finish()
/// ```
///
/// Statements may have any number of lines; each runs when its semicolon is there. An error is told and does not end the
/// shell; ``hasFailed`` remembers it.
public final class Shell {
  public enum Outcome: Hashable, Sendable { case proceed, quit }

  let session: Session
  var console: ShellConsole
  /// The lines of a statement that is not whole yet.
  private(set) var buffer = ""
  /// Whether a statement or a command has failed since the shell began.
  public private(set) var hasFailed = false
  /// Whether the shell ends with the first error, as a script may want it.
  public var stopsOnError = false
  var expansion = TerminalTable.Expansion.whenTooWide
  var format = OutputFormat.table
  var nullText = "∅"
  var showsTiming = false
  /// Where results go instead of the terminal.
  var outputPath: String?
  private var depth = 0

  public init(session: Session, console: ShellConsole) {
    self.session = session
    self.console = console
  }

  /// What stands before the next line: `scout=>`, with `-` or an open quote inside a statement, and `*` or `!` in a
  /// transaction.
  public var prompt: String {
    let state =
      switch session.status {
      case .idle: ""
      case .inTransaction: "*"
      case .failed: "!"
      }
    let place =
      switch SQLScript.completeness(of: buffer) {
      case .empty, .complete: "="
      case .incomplete(.semicolon): "-"
      case .incomplete(.closingParenthesis): "("
      case .incomplete(.closingQuote): "'"
      case .incomplete(.closingDoubleQuote): "\""
      case .incomplete(.closingDollarQuote): "$"
      case .incomplete(.closingComment): "*"
      }
    return "scout\(place)\(state)> "
  }

  /// What was typed of the statement that is not whole yet; empty between statements.
  public var pendingText: String { buffer }

  /// Forgets the statement that is being typed.
  public func cancelLine() { buffer = "" }

  /// Takes one line.
  ///
  /// - Returns: ``Outcome/quit`` after `\q`, and after an error when ``stopsOnError`` is set.
  public func accept(_ line: String) throws -> Outcome {
    let trimmed = line.drop(while: \.isWhitespace)
    let isBetween = SQLScript.completeness(of: buffer) == .empty
    if trimmed.hasPrefix("\\"), isBetween || isInsideStatement {
      return try command(String(trimmed))
    }
    if isBetween, ["exit", "quit", "help"].contains(trimmed.filter { $0 != ";" }.lowercased()) {
      if trimmed.lowercased().hasPrefix("help") { return try command("\\?") }
      return .quit
    }
    buffer += (buffer.isEmpty ? "" : "\n") + line
    guard case .complete = SQLScript.completeness(of: buffer) else { return .proceed }
    return try runBuffer()
  }

  /// Runs what is left without a semicolon, as at the end of a file.
  @discardableResult
  public func finish() throws -> Outcome {
    guard SQLScript.completeness(of: buffer) != .empty else {
      buffer = ""
      return .proceed
    }
    return try runBuffer()
  }

  /// A command may stand behind lines of a statement, but not inside a quote.
  private var isInsideStatement: Bool {
    switch SQLScript.completeness(of: buffer) {
    case .incomplete(.semicolon), .incomplete(.closingParenthesis): true
    default: false
    }
  }

  // MARK: Statements

  private func runBuffer() throws -> Outcome {
    let text = buffer
    buffer = ""
    return run(text)
  }

  /// Runs the statements of a text, each by itself; the first that fails ends it.
  func run(_ text: String) -> Outcome {
    do {
      let time = try console.measure { try session.run(eachOf: text, show) }
      if showsTiming { console.errors("Time: \(Self.milliseconds(time)) ms\n") }
      return .proceed
    } catch let error as SQLError {
      return failed(error.rendered(in: text))
    } catch {
      return failed("\(error)")
    }
  }

  func failed(_ message: String) -> Outcome {
    hasFailed = true
    console.errors(message + "\n")
    return stopsOnError ? .quit : .proceed
  }

  /// Milliseconds with three digits.
  static func milliseconds(_ time: Duration) -> String {
    let thousandths = Int((time / .microseconds(1)).rounded())
    let digits = String(thousandths % 1000)
    return "\(thousandths / 1000)." + String(repeating: "0", count: 3 - digits.count) + digits
  }

  func show(_ result: QueryResult) throws {
    for notice in result.notices { console.errors(notice.rendered + "\n") }
    guard !result.columns.isEmpty else {
      if !result.tag.isEmpty { console.errors(result.tag + "\n") }
      return
    }
    let columns = result.columns.map { Table.Column($0.name, type: $0.type.displayName) }
    try write(rendered(Table(columns: columns, rows: result.texts)))
  }

  func rendered(_ table: Table) -> String {
    let options = TerminalTable(
      border: .box, expansion: expansion, width: outputPath == nil ? console.width() : nil, nullText: nullText,
      showsRowCount: true, style: outputPath == nil ? console.style : .plain)
    return table.rendered(as: format, options: options)
  }

  /// Writes a result where results go.
  func write(_ text: String) throws {
    guard let outputPath else { return console.output(text) }
    try console.writeFile(outputPath, text, true)
  }

  // MARK: Commands

  private func command(_ line: String) throws -> Outcome {
    do {
      return try perform(ShellCommand(line))
    } catch let error as SQLError {
      return failed(error.description)
    } catch let error as ShellError {
      return failed(error.description)
    }
  }

  private func perform(_ command: ShellCommand) throws -> Outcome {
    switch command.name {
    case "q": return .quit
    case "?", "h", "help": try write(ShellCommand.help)
    case "x": expansion = try Self.expansion(command.arguments.first, now: expansion, console)
    case "timing":
      showsTiming = try Self.flag(command.arguments.first, now: showsTiming, "timing")
      console.errors("Timing is \(showsTiming ? "on" : "off").\n")
    case "i", "include": return try include(command)
    case "o", "out": try redirect(command.arguments.first)
    case "copy": try copy(command.rest)
    case "g":
      guard SQLScript.completeness(of: buffer) != .empty else { throw ShellError("\\g: there is no statement") }
      return try runBuffer()
    case "p", "print": console.output(buffer.isEmpty ? "Query buffer is empty.\n" : buffer + "\n")
    case "r", "reset":
      buffer = ""
      console.errors("Query buffer reset (cleared).\n")
    case "echo": try write(command.arguments.joined(separator: " ") + "\n")
    case "qecho": try write(command.arguments.joined(separator: " ") + "\n")
    case "warn": console.errors(command.arguments.joined(separator: " ") + "\n")
    case "pset": try set(command)
    case "conninfo":
      let role = try session.query("select current_user").texts.first?.first ?? nil
      console.output("You are connected to database \"postgres\" as role \"\(role ?? "")\".\n")
    case let name where name.hasPrefix("d") || name == "l" || name == "z" || name == "sf" || name == "sv":
      try describe(command)
    default:
      throw ShellError("invalid command \\\(command.name)\nTry \\? for help.")
    }
    return .proceed
  }

  private static func flag(_ word: String?, now: Bool, _ name: String) throws -> Bool {
    switch word?.lowercased() {
    case nil: return !now
    case "on", "true", "yes", "1": return true
    case "off", "false", "no", "0": return false
    default: throw ShellError("unrecognized value \"\(word ?? "")\" for \"\(name)\": Boolean expected")
    }
  }

  private static func expansion(_ word: String?, now: TerminalTable.Expansion, _ console: ShellConsole) throws
    -> TerminalTable.Expansion
  {
    let next: TerminalTable.Expansion =
      word?.lowercased() == "auto" ? .whenTooWide : try flag(word, now: now == .always, "expanded") ? .always : .never
    let text =
      switch next {
      case .always: "on"
      case .never: "off"
      case .whenTooWide: "used automatically"
      }
    console.errors("Expanded display is \(text).\n")
    return next
  }

  private func set(_ command: ShellCommand) throws {
    switch command.arguments.first {
    case "null": nullText = command.arguments.dropFirst().first ?? ""
    case "format":
      guard let word = command.arguments.dropFirst().first, let chosen = OutputFormat(rawValue: word) else {
        throw ShellError("\\pset: format is one of \(OutputFormat.allCases.map(\.rawValue).joined(separator: ", "))")
      }
      format = chosen
    case "expanded", "x": expansion = try Self.expansion(command.arguments.dropFirst().first, now: expansion, console)
    default: throw ShellError("\\pset: options are null, format and expanded")
    }
  }

  private func include(_ command: ShellCommand) throws -> Outcome {
    guard let path = command.arguments.first else { throw ShellError("\\\(command.name): missing required argument") }
    guard depth < 16 else { throw ShellError("\\\(command.name): files include each other too deeply") }
    depth += 1
    defer { depth -= 1 }
    let text = try console.readFile(path)
    let outer = buffer
    buffer = ""
    defer { buffer = outer }
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      if try accept(String(line)) == .quit { return hasFailed && stopsOnError ? .quit : .proceed }
    }
    return try finish()
  }

  private func redirect(_ path: String?) throws {
    if let path, path.hasPrefix("|") { throw ShellError("\\o: output to a program is not supported") }
    if let path { try console.writeFile(path, "", false) }
    outputPath = path
  }
}
