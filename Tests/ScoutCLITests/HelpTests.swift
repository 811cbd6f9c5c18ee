import Foundation
import ScoutTestSupport
import Testing

/// Every command explains itself, and what it prints as an example works.
@Suite struct HelpTests {
  static let commands = [
    [], ["demo"], ["init"], ["ingest"], ["refresh"], ["tick"], ["status"], ["feed"], ["feed", "list"], ["monitors"],
    ["models"], ["models", "list"], ["models", "show"], ["models", "graph"], ["models", "lineage"], ["models", "runs"],
    ["monitors", "list"], ["monitors", "run"], ["sql"], ["shell"], ["generate"], ["actions"], ["ledger"], ["queue"],
    ["why"], ["test"], ["retention"],
    ["queue", "work"],
    ["monitors", "show"], ["monitors", "test"], ["monitors", "explain"], ["monitors", "backtest"], ["monitors", "add"],
    ["monitors", "set"], ["monitors", "enable"], ["monitors", "disable"], ["monitors", "silence"], ["monitors", "ack"],
    ["monitors", "lint"],
    ["queue", "list"], ["queue", "show"], ["queue", "enqueue"], ["queue", "retry"], ["queue", "cancel"],
    ["queue", "reset-stuck"], ["queue", "dead"], ["queue", "stats"], ["catalog"], ["catalog", "brands"],
    ["catalog", "products"], ["catalog", "import"], ["catalog", "generate"], ["catalog", "export"],
    ["catalog", "extract"],
    ["audit"], ["audit", "list"], ["cache"], ["cache", "list"], ["cache", "purge"], ["matviews"], ["matviews", "list"],
    ["matviews", "refresh"], ["backup"], ["backup", "make"], ["backup", "verify"], ["backup", "drill"], ["restore"],
    ["doctor"], ["retention"], ["alerts"], ["metrics"], ["cron"],
  ]

  /// The lines under EXAMPLES, each without the remark behind it.
  private func examples(_ help: String) -> [String] {
    guard let start = help.range(of: "\nEXAMPLES\n") else { return [] }
    return help[start.upperBound...].split(separator: "\n").map { line in
      let text = line.trimmingCharacters(in: .whitespaces)
      return text.components(separatedBy: "   ").first ?? text
    }
  }

  @Test(arguments: commands) func `help ends with examples of this command`(_ command: [String]) throws {
    for arguments in [command + ["--help"], ["help"] + command] {
      let outcome = try ScoutProgram.run(arguments, environment: ["COLUMNS": "80"])
      #expect(outcome.status == 0 && outcome.error == "")
      #expect(outcome.output.hasSuffix("\n") && !outcome.output.hasSuffix("\n\n"))
      #expect(outcome.output.components(separatedBy: "\nEXAMPLES\n").count == 2)
      let examples = examples(outcome.output)
      #expect(!examples.isEmpty)
      #expect(examples.allSatisfy { $0.contains((["scout"] + command).joined(separator: " ")) }, "\(examples)")
      #expect(outcome.output.contains("USAGE: scout"))
    }
  }

  /// In one folder, in an order in which a person would come to them.
  @Test func `the examples work`() throws {
    let folder = try TemporaryFolder()
    _ = try folder.makeFolder("bin")
    try FileManager.default.createSymbolicLink(
      atPath: folder["bin/scout"], withDestinationPath: ScoutProgram.path())
    let path = folder["bin"] + ":" + (ProcessInfo.processInfo.environment["PATH"] ?? "")
    // What the examples take for granted.
    let prepare = """
      set -e
      scout generate --output sales.jsonl --days 2 --stores 2 --quiet && gzip -k sales.jsonl
      scout generate --output day.csv --output-format csv --clean --days 1 --stores 2 --quiet && gzip day.csv
      mkdir exports && cp '\(Repository.onlineRetail)/2010-12-22.csv.gz' exports/
      echo 'select 1' > report.sql
      """
    let prepared = try ScoutProgram.shell(prepare, environment: ["PATH": path], in: folder.path)
    #expect(prepared.status == 0, "\(prepared)")
    for command in [
      ["init"], ["ingest"], ["refresh"], ["models"], ["models", "list"], ["models", "show"], ["models", "graph"],
      ["models", "lineage"], ["models", "runs"], ["retention"], ["test"], ["tick"], ["status"], ["feed"],
      ["feed", "list"], ["monitors"],
      ["monitors", "list"], ["monitors", "run"], ["sql"], ["shell"], ["actions"], ["actions", "list"],
      ["actions", "propose"],
      ["ledger"], ["ledger", "list"], ["ledger", "show"], ["ledger", "verify"], ["ledger", "checkpoint"],
      ["ledger", "proof"], ["ledger", "export"], ["ledger", "redact"], ["queue"], ["queue", "enqueue"],
      ["queue", "work"], ["queue", "list"], ["queue", "retry"], ["queue", "reset-stuck"], ["queue", "dead"],
      ["queue", "stats"], ["catalog"], ["catalog", "brands"], ["catalog", "products"], ["catalog", "generate"],
      ["catalog", "export"], ["catalog", "import"], ["audit"], ["audit", "list"], ["cache"], ["cache", "list"],
      ["matviews", "list"], ["retention"], ["backup"], ["doctor"], ["metrics"],
    ] {
      let help = try ScoutProgram.run(command + ["--help"], environment: ["COLUMNS": "200"]).output
      for example in examples(help) {
        let outcome = try ScoutProgram.shell(example, environment: ["PATH": path], in: folder.path)
        #expect(outcome.status == 0, "\(example)\n\(outcome)")
      }
    }
  }

  @Test func `the examples of generate work`() throws {
    let help = try ScoutProgram.run(["generate", "--help"], environment: ["COLUMNS": "200"]).output
    let folder = try TemporaryFolder()
    for example in examples(help) {
      let arguments = example.split(separator: " ").dropFirst().map(String.init)
      // The large one only as far as its options are understood.
      let isLarge = arguments.contains("90")
      let outcome = try ScoutProgram.run(isLarge ? arguments + ["--days", "2"] : arguments, in: folder.path)
      #expect(outcome.status == 0, "\(example)\n\(outcome)")
    }
    #expect(FileManager.default.fileExists(atPath: folder["sales.jsonl.truth.json"]))
  }

  static let misuses: [([String], String)] = [
    (["frobnicate"], "scout: Unexpected argument 'frobnicate'\n"),
    (["sql", "--frob"], "scout: Unknown option '--frob'"),
    (["feed", "list", "--limit", "0"], "scout: --limit is 1 to 200\n"),
    (["feed", "list", "--status", "old"], "scout: "),
    (["sql", "select 1", "--format", "xml"], "scout: "),
    (["status", "--now", "yesterday-ish"], "scout: --now: "),
    (["status", "--wait", "-1"], "scout: "),
    (["ingest"], "scout: Missing expected argument '<path> ...'\n"),
    (["generate"], "scout: Missing expected argument '--output <path>'\n"),
    (
      ["generate", "--output", "a", "--days", "0"],
      "scout: generator configuration: days is out of range; expected 1 to 3660\n"
    ),
    (["monitors", "run", "nope"], "scout: there is no monitor \"nope\"; known are basket_size_shift, "),
  ]

  @Test(arguments: misuses) func `wrong usage is exit code 2 and a sentence`(arguments: [String], message: String)
    throws
  {
    let shop = try Shop()
    let outcome = try ScoutProgram.run(arguments, in: shop.folder.path)
    #expect(outcome.status == 2, "\(outcome)")
    #expect(outcome.error.hasPrefix(message), "\(outcome.error)")
    #expect(outcome.output == "")
  }

  @Test func `the version is a number`() throws {
    let outcome = try ScoutProgram.run(["--version"])
    #expect(outcome.status == 0)
    #expect(outcome.output.wholeMatch(of: /\d+\.\d+\.\d+\n/) != nil)
  }
}
