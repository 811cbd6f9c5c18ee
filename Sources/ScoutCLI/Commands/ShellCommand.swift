import ArgumentParser
import Dispatch
import Scout
import ScoutReport
import ScoutShell

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

struct ShellCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "shell", abstract: "Type SQL and see its answers, as in psql.",
    discussion: """
      At a terminal there are a history, completion with Tab, and a pager for long results. Without one, standard input
      is a script: statements and backslash commands, each statement its own transaction unless BEGIN opens one. An error
      is told and the script goes on; the exit code is 1 then. Type \\? for the commands.

      EXAMPLES
        scout shell
        scout shell --role analyst
        printf '%s\\n' '\\dt scout.*' '\\d scout.agent_feed' | scout shell
        scout shell --stop-on-error < report.sql
      """)

  @OptionGroup var global: GlobalOptions

  @Flag(help: "Refuse statements that write.")
  var readOnly = false

  @Option(help: ArgumentHelp("Run under this role, with its rights only.", valueName: "name"))
  var role: String?

  @Option(help: ArgumentHelp("Stop a statement that takes longer.", valueName: "milliseconds"))
  var timeout: Int?

  @Flag(help: "Leave at the first error.")
  var stopOnError = false

  @Flag(help: "Show long results without a pager.")
  var noPager = false

  func validate() throws {
    if let timeout, timeout <= 0 { throw ValidationError("--timeout is a number of milliseconds above zero") }
  }

  func run() throws {
    let isInteractive = isatty(0) != 0
    let scout = try global.open(role: role)
    let session = try scout.makeSession(
      Scout.SQLOptions(isReadOnly: readOnly, timeout: timeout.map { .milliseconds($0) }))
    let usesPager = isInteractive && !noPager && Terminal.isTerminal(1)
    let console = ShellConsole(
      output: { text in
        if !(usesPager && Pager.show(text)) { Console.out(text) }
      }, errors: { Console.err($0) }, width: { Console.width }, style: Console.style,
      readFile: { try InputText.read(path: $0) },
      writeFile: { path, text, appends in try Self.write(text, to: path, appends: appends) })
    let shell = Shell(session: session, console: console)
    shell.stopsOnError = stopOnError
    if isInteractive {
      // While a statement runs the terminal sends a signal for Ctrl-C; the line editor takes it as a key.
      signal(SIGINT, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: SIGINT, queue: .global())
      source.setEventHandler { session.cancel() }
      source.resume()
      defer { source.cancel() }
      global.note("scout shell: SQL as in PostgreSQL 15 on \(global.path). Type \\? for help, \\q to leave.")
      let path = ShellHistory.defaultPath(environment: Console.homeEnvironment)
      try TerminalSession(
        shell: shell, history: ShellHistory(path: path), names: { try CompletionNames(reading: session) },
        write: { Console.out($0) }
      ).run()
      return
    }
    let text = try InputText.read(path: nil)
    var outcome = Shell.Outcome.proceed
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) where outcome == .proceed {
      outcome = try shell.accept(String(line))
    }
    if outcome == .proceed { try shell.finish() }
    if shell.hasFailed { throw Failure.Reported(status: .notFine) }
  }

  private static func write(_ text: String, to path: String, appends: Bool) throws {
    let descriptor = open(path, O_WRONLY | O_CREAT | (appends ? O_APPEND : O_TRUNC), 0o644)
    guard descriptor >= 0 else { throw OutputFileError(path: path, reason: String(cString: strerror(errno))) }
    defer { close(descriptor) }
    if let failure = Terminal.writeAll(Array(text.utf8), to: descriptor) {
      throw OutputFileError(path: path, reason: String(cString: strerror(failure)))
    }
  }
}

/// A file that a shell's command cannot write.
struct OutputFileError: Error, CustomStringConvertible {
  var path: String
  var reason: String

  var description: String { "\(path): \(reason)" }
}

extension Console {
  /// What tells where a user's files are.
  static var homeEnvironment: [String: String] {
    ["XDG_STATE_HOME", "HOME"].reduce(into: [:]) { result, name in result[name] = variable(name) }
  }
}

/// Shows a text that is longer than the screen through the user's pager.
enum Pager {
  /// - Returns: False when the text fits, or there is no pager.
  static func show(_ text: String) -> Bool {
    var size = winsize()
    guard ioctl(1, UInt(TIOCGWINSZ), &size) == 0, size.ws_row > 0 else { return false }
    guard text.utf8.count(where: { $0 == UInt8(ascii: "\n") }) >= Int(size.ws_row) else { return false }
    let command = Console.variable("PAGER").flatMap { $0.isEmpty ? nil : $0 } ?? "less -FRSX"
    guard let stream = popen(command, "w") else { return false }
    // A user who leaves the pager early has seen enough: what cannot be written is left.
    _ = text.withCString { fputs($0, stream) }
    pclose(stream)
    return true
  }
}
