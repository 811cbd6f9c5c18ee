import ArgumentParser
import Scout
import ScoutReport

struct LedgerCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ledger", abstract: "The append-only record of actions: read it, prove it.",
    discussion: """
      EXAMPLES
        scout ledger list
        scout ledger verify
      """,
    subcommands: [List.self, Show.self, Verify.self, CheckpointCommand.self, Proof.self, Export.self, Redact.self],
    defaultSubcommand: List.self)

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Entries in order.",
      discussion: """
        EXAMPLES
          scout ledger list
          scout ledger list --from 100 --limit 20 --format json
        """)

    @OptionGroup var global: GlobalOptions
    @OptionGroup var output: FormatOptions
    @Option(help: "The first entry's number.") var from = 1
    @Option(help: "How many, 1 to 10000.") var limit = 100

    func validate() throws {
      guard (1...10_000).contains(limit) else { throw ValidationError("--limit is 1 to 10000") }
    }

    func run() throws {
      let scout = try global.open(isReadOnly: true)
      let zone = try scout.timeZone()
      try scout.readLedger { try $0.records(from: from, limit: limit) }.table(zone).show(as: output.format)
    }
  }

  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "One entry with all that is hashed, as JSON.",
      discussion: """
        EXAMPLES
          scout ledger show 1
        """)

    @OptionGroup var global: GlobalOptions
    @Argument(help: "The entry's number.") var sequence: Int

    func run() throws {
      guard let record = try global.open(isReadOnly: true).readLedger({ try $0.record(sequence) }) else {
        Console.err("scout: there is no ledger entry \(sequence)\n")
        throw Failure.Reported(status: .notFine)
      }
      Console.line(record.json)
    }
  }

  struct Verify: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Recompute every hash; exit code 1 when something was touched.",
      discussion: """
        A checkpoint that was kept elsewhere also shows that the end was not cut off or written anew.

        EXAMPLES
          scout ledger verify
        """)

    @OptionGroup var global: GlobalOptions
    @Option(help: ArgumentHelp("A checkpoint that was kept elsewhere.", valueName: "file")) var checkpoint: String?
    @Option(
      help: ArgumentHelp(
        "The verifier key, name+hash+base64 (default: the public half of the key file).", valueName: "text"))
    var verifier: String?
    @OptionGroup var keyFile: KeyOptions

    func run() throws {
      let scout = try global.open(isReadOnly: true)
      var note: String?
      var key: CheckpointVerifier?
      if let checkpoint {
        note = try readText(checkpoint)
        key =
          try verifier.map { try CheckpointVerifier(text: $0) }
          ?? keyFile.key(beside: global.path, mayCreate: false).publicKey
      }
      let report = try scout.verifyLedger(checkpoint: note, verifier: key)
      for problem in report.problems { Console.line("\(problem)") }
      guard report.isIntact else { throw Failure.Reported(status: .notFine) }
      Console.line("\(report.size) entries, intact; root \(report.root)")
    }
  }

  struct KeyOptions: ParsableArguments {
    @Option(
      help: ArgumentHelp(
        "The file of the signing key (default: $SCOUT_LEDGER_KEY, else beside the database).", valueName: "file"))
    var key: String?

    func path(beside database: String) -> String {
      key ?? Console.variable("SCOUT_LEDGER_KEY") ?? database + ".ledger-key"
    }

    func key(beside database: String, mayCreate: Bool) throws -> CheckpointKey {
      let path = path(beside: database)
      if !mayCreate && !LedgerFiles.exists(path) {
        throw CheckpointError.badKey("there is no key file \(path); name it with --key, or give --verifier")
      }
      return try LedgerFiles.key(at: path, name: "scout")
    }
  }

  struct CheckpointCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "checkpoint", abstract: "Sign the ledger's size and root; keep the result elsewhere.",
      discussion: """
        The key is made on first use. Keep it, and the checkpoints, where who can write the database cannot.

        EXAMPLES
          scout ledger checkpoint
        """)

    @OptionGroup var global: GlobalOptions
    @OptionGroup var keyFile: KeyOptions
    @Option(help: ArgumentHelp("Write it there instead of to standard output.", valueName: "file")) var output: String?
    @Flag(help: "Print the verifier key instead.") var verifierKey = false

    func run() throws {
      let scout = try global.open()
      let key = try keyFile.key(beside: global.path, mayCreate: true)
      if verifierKey { return Console.line(key.publicKey.text) }
      let note = try scout.ledgerCheckpoint(key: key)
      if let output { try LedgerFiles.write(note, to: output) } else { Console.out(note) }
    }
  }

  struct Proof: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "The proof that an entry is in the ledger, as JSON.",
      discussion: """
        EXAMPLES
          scout ledger proof 1
        """)

    @OptionGroup var global: GlobalOptions
    @Argument(help: "The entry's number.") var sequence: Int
    @Option(help: "The ledger's size to which the proof leads (default: now).") var size: Int?

    func run() throws {
      let line = try global.open(isReadOnly: true).readLedger { ledger in
        let size = try size ?? ledger.size
        let proof = try ledger.inclusionProof(sequence: sequence, size: size)
        let leaf = try ledger.record(sequence)?.entry.hash
        let hashes = proof.map { "\"\($0)\"" }.joined(separator: ", ")
        return "{\"sequence\": \(sequence), \"size\": \(size), \"root\": \"\(try ledger.root(size: size))\", "
          + "\"entry_hash\": \"\(leaf.map(\.description) ?? "")\", \"proof\": [\(hashes)]}"
      }
      Console.line(line)
    }
  }

  struct Export: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Everything as JSON lines that a stranger can verify.",
      discussion: """
        EXAMPLES
          scout ledger export
        """)

    @OptionGroup var global: GlobalOptions

    func run() throws {
      let scout = try global.open()
      let origin = try scout.ledgerOrigin()
      try scout.readLedger { try $0.export(origin: origin) { Console.line($0) } }
    }
  }

  struct Redact: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Take out what an entry says, for good; every proof still verifies.",
      discussion: """
        EXAMPLES
          scout ledger redact 1 --as "Data protection" --reason "asked for by the customer"
        """)

    @OptionGroup var global: GlobalOptions
    @OptionGroup var actor: ActionsCommand.ActorOptions
    @Argument(help: "The entry's number.") var sequence: Int
    @Option(help: "Why.") var reason: String

    func run() throws {
      let entry = try global.open().redactLedger(sequence: sequence, by: actor.principal, reason: reason)
      global.note("entry \(sequence) is redacted; entry \(entry.sequence) says so")
    }
  }
}

private func readText(_ path: String) throws -> String {
  guard let text = LedgerFiles.read(path) else {
    throw CheckpointError.malformed("\(path) cannot be read")
  }
  return text
}

extension [Ledger.Record] {
  func table(_ zone: TimeZoneRules) -> Table {
    Table(
      columns: [
        Table.Column("sequence", type: "bigint"), Table.Column("recorded_at", type: "timestamp with time zone"),
        Table.Column("kind", type: "text"), Table.Column("actor", type: "text"),
        Table.Column("action_id", type: "uuid"), Table.Column("payload", type: "jsonb"),
        Table.Column("entry_hash", type: "text"),
      ],
      rows: map { record in
        [
          String(record.entry.sequence), record.entry.recordedAt.text(in: zone), record.entry.kind.rawValue,
          record.entry.actor, record.entry.action, record.payload?.text, record.storedHash.description,
        ]
      })
  }
}
