import ArgumentParser
import Scout

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

@main
struct Main {
  static func main() async {
    // A reader that goes away must not end the program by a signal in the middle of a write.
    signal(SIGPIPE, SIG_IGN)
    do {
      var command = try ScoutCommand.parseAsRoot()
      if var asynchronous = command as? any AsyncParsableCommand {
        try await asynchronous.run()
      } else {
        try command.run()
      }
    } catch {
      exit(Failure.report(error).rawValue)
    }
  }
}

struct ScoutCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "scout",
    abstract: "Agentic analytics for retail in one SQLite file, with PostgreSQL's SQL and no server.",
    discussion: """
      Exit codes: 0 fine; 1 the thing asked about is not fine; 2 wrong usage; 3 bad input data; 4 database trouble.

      EXAMPLES
        scout demo                                  a live system in a few seconds
        scout init && scout ingest sales.jsonl.gz   your own data
        scout tick                                  one sweep of the monitors
        scout sql "select * from scout.gold_sales_daily order by date desc limit 5"
      """,
    version: version,
    subcommands: [
      DemoCommand.self,
      InitCommand.self,
      IngestCommand.self,
      RefreshCommand.self,
      ModelsCommand.self,
      WhyCommand.self,
      TickCommand.self,
      CronCommand.self,
      StatusCommand.self,
      AlertsCommand.self,
      MetricsCommand.self,
      FeedCommand.self,
      MonitorsCommand.self,
      ContractsCommand.self,
      ActionsCommand.self,
      LedgerCommand.self,
      QueueCommand.self,
      CatalogCommand.self,
      SQLCommand.self,
      ShellCommand.self,
      DetectCommand.self,
      TestCommand.self,
      GenerateCommand.self,
      RetentionCommand.self,
      CacheCommand.self,
      MatviewsCommand.self,
      AuditCommand.self,
      BackupCommand.self,
      RestoreCommand.self,
      DoctorCommand.self,
    ])

  static let version = "0.1.0"
}

/// Exit codes: a contract with scripts.
enum ExitStatus: Int32 {
  case fine = 0
  case notFine = 1
  case usage = 2
  case badInput = 3
  case databaseTrouble = 4
}

/// Turns errors into words on standard error and into an exit code.
enum Failure {
  /// Already reported: only the code remains to be given.
  struct Reported: Error { var status: ExitStatus }

  static func report(_ error: any Error) -> ExitStatus {
    switch error {
    case let error as Reported:
      return error.status
    case let error as SQLError:
      Console.err("scout: \(error)\n")
      return status(of: error)
    case let error as IngestError:
      Console.err("scout: \(error)\n")
      return .badInput
    case let error as MonitorFileError:
      Console.err("scout: \(error)\n")
      return .badInput
    case let error as SeriesError:
      Console.err("scout: \(error)\n")
      return .badInput
    case let error as DefinitionError:
      Console.err("scout: \(error)\n")
      return .badInput
    case let error as OutputError:
      Console.err("scout: \(error)\n")
      return .notFine
    case let error as BackupError:
      Console.err("scout: \(error)\n")
      return .badInput
    case let error as MonitorFileError:
      Console.err("scout: \(error)\n")
      return .badInput
    case let error as YAMLFileError:
      Console.err("scout: \(error)\n")
      return .badInput
    case let error as ActionError:
      Console.err("scout: \(error)\n")
      return .notFine
    case let error as QueueRefusal:
      Console.err("scout: \(error)\n")
      return .notFine
    case let error as SourceError:
      Console.err("scout: \(error)\n")
      return .badInput
    case let error as CheckpointError:
      Console.err("scout: \(error)\n")
      return .badInput
    case let error as ScoutError:
      Console.err("scout: \(error)\n")
      switch error {
      case .missing, .exists, .isDirectory, .unfinished: return .databaseTrouble
      case .unknownMapping, .unknownMonitor, .unknownModel, .unknownColumn: return .usage
      case .badContract, .noProject, .unreadable: return .badInput
      }
    default:
      let text = ScoutCommand.fullMessage(for: error)
      if ScoutCommand.exitCode(for: error).isSuccess {
        Console.out(examplesLast(text) + "\n")
        return .fine
      }
      Console.err(text.hasPrefix("Error: ") ? "scout: \(text.dropFirst(7))\n" : text + "\n")
      return .usage
    }
  }

  /// A help text with its examples at the end, where the eye stays; the parser puts them above the options.
  private static func examplesLast(_ text: String) -> String {
    var blocks = text.split(separator: "\n\n", omittingEmptySubsequences: false).map(String.init)
    guard let index = blocks.firstIndex(where: { $0.hasPrefix("EXAMPLES\n") }) else { return text }
    let examples = blocks.remove(at: index)
    while blocks.last?.allSatisfy(\.isWhitespace) == true { blocks.removeLast() }
    if let last = blocks.popLast() { blocks.append(last.hasSuffix("\n") ? String(last.dropLast()) : last) }
    return (blocks + [examples]).joined(separator: "\n\n")
  }

  /// Locks, disks and files are the database's trouble; everything else is about the statement.
  static func status(of error: SQLError) -> ExitStatus {
    switch error.state {
    case .lockNotAvailable, .diskFull, .ioError, .dataCorrupted, .internalError: .databaseTrouble
    // A file of a newer program; inside a statement the state is that of some object.
    case .objectNotInPrerequisiteState where error.range == nil && error.context.isEmpty: .databaseTrouble
    // SQLite's refusal, which has no place in a statement: the file may not be written. The flag's refusal has one.
    case .readOnlyTransaction where error.range == nil: .databaseTrouble
    default: .notFine
    }
  }
}
