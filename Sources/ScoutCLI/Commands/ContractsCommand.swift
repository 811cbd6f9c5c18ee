import ArgumentParser
import Scout
import ScoutReport

struct ContractsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "contracts", abstract: "What must hold for the data: verify it, list it, add to it.",
    discussion: """
      EXAMPLES
        scout contracts verify
        scout contracts list
      """,
    subcommands: [
      Verify.self, List.self, Show.self, Add.self, Enable.self, Disable.self, Import.self, Export.self,
    ], defaultSubcommand: List.self)

  struct Verify: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Check the active contracts; exit code 1 when one is violated or cannot be checked.",
      discussion: """
        EXAMPLES
          scout contracts verify
          scout contracts verify --relation scout.silver_transactions --format json
        """)

    @OptionGroup var global: GlobalOptions
    @OptionGroup var output: FormatOptions
    @Option(help: ArgumentHelp("Only those on this relation; may be given several times.", valueName: "relation"))
    var relation: [String] = []

    func run() throws {
      let report = try global.open().verifyContracts(relations: relation.isEmpty ? nil : Set(relation))
      report.table(sampleLength: output.format == .table ? 60 : .max).show(as: output.format)
      if !report.isFine { throw Failure.Reported(status: .notFine) }
    }
  }

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "All contracts.",
      discussion: """
        EXAMPLES
          scout contracts list
        """)

    @OptionGroup var global: GlobalOptions
    @OptionGroup var output: FormatOptions

    func run() throws {
      let contracts = try global.open(isReadOnly: true).contracts()
      Table(
        columns: [
          Table.Column("id", type: "bigint"), Table.Column("contract", type: "text"),
          Table.Column("severity", type: "text"), Table.Column("is_active", type: "boolean"),
          Table.Column("problem", type: "text"),
        ],
        rows: contracts.map { stored in
          switch stored.contract {
          case .success(let contract):
            [String(stored.id), stored.label, contract.severity.rawValue, stored.isActive ? "t" : "f", nil]
          case .failure(let error): [String(stored.id), stored.label, nil, stored.isActive ? "t" : "f", error.message]
          }
        }
      ).show(as: output.format)
    }
  }

  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "The history of a contract's violations, with sample rows.",
      discussion: """
        EXAMPLES
          scout contracts show 1
        """)

    @OptionGroup var global: GlobalOptions
    @OptionGroup var output: FormatOptions
    @Argument(help: "The contract's number.") var id: Int64

    func run() throws {
      let scout = try global.open(isReadOnly: true)
      guard let stored = try scout.contracts().first(where: { $0.id == id }) else { throw missing(id) }
      if output.format == .table { Console.line(stored.label) }
      try scout.contractHistory(id).table.show(as: output.format)
    }
  }

  struct Add: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Add the contracts of a file, after checking that each can be run.",
      discussion: """
        The file is written as those in schemas/contracts: a relation, and a list of checks.

        EXAMPLES
          scout contracts add my-contracts.yaml
        """)

    @OptionGroup var global: GlobalOptions
    @Argument(help: "A YAML file.", completion: .file(extensions: ["yaml", "yml"])) var file: String

    func run() throws {
      let contracts = try ContractFile.read(try textFile(file), file: file)
      let scout = try global.open()
      for contract in contracts { global.note("contract \(try scout.addContract(contract)): \(contract.label)") }
    }
  }

  struct Enable: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Switch a contract on.",
      discussion: """
        EXAMPLES
          scout contracts enable 3
        """)

    @OptionGroup var global: GlobalOptions
    @Argument(help: "The contract's number.") var id: Int64

    func run() throws {
      guard try global.open().setContract(id, isActive: true) else { throw missing(id) }
    }
  }

  struct Disable: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Switch a contract off.",
      discussion: """
        EXAMPLES
          scout contracts disable 3
        """)

    @OptionGroup var global: GlobalOptions
    @Argument(help: "The contract's number.") var id: Int64

    func run() throws {
      guard try global.open().setContract(id, isActive: false) else { throw missing(id) }
    }
  }

  struct Import: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Add the contracts of an Open Data Contract (ODCS v3); lists what cannot be executed.",
      discussion: """
        EXAMPLES
          scout contracts import sales.odcs.yaml
        """)

    @OptionGroup var global: GlobalOptions
    @Argument(help: "An ODCS file.", completion: .file(extensions: ["yaml", "yml"])) var file: String

    func run() throws {
      let document = try OpenDataContract.read(try textFile(file), file: file)
      for what in document.skipped { Console.err("scout: not executed: \(what)\n") }
      let added = try global.open().addContracts(document.contracts)
      Console.line("\(added) contracts added, \(document.skipped.count) rules not executed")
    }
  }

  struct Export: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "The contracts as an Open Data Contract (ODCS v3.1).",
      discussion: """
        EXAMPLES
          scout contracts export
        """)

    @OptionGroup var global: GlobalOptions

    func run() throws {
      let contracts = try global.open(isReadOnly: true).contracts().compactMap { try? $0.contract.get() }
      Console.out(OpenDataContract.write(contracts, id: "scout"))
    }
  }
}

private func missing(_ id: Int64) -> Failure.Reported {
  Console.err("scout: there is no contract \(id); list them with: scout contracts list\n")
  return Failure.Reported(status: .notFine)
}

extension ContractReport {
  /// What is not kept first, each with its rows.
  func table(sampleLength: Int) -> Table {
    let order = violated + failed + items.filter { $0.outcome == .kept }
    return Table(
      columns: [
        Table.Column("id", type: "bigint"), Table.Column("contract", type: "text"),
        Table.Column("outcome", type: "text"), Table.Column("rows", type: "bigint"),
        Table.Column("detail", type: "text"),
      ],
      rows: order.map { item in
        switch item.outcome {
        case .kept: [String(item.id), item.label, "kept", "0", nil]
        case .violated(let rows, let severity, let sample):
          [
            String(item.id), item.label, severity.rawValue, String(rows),
            sample.count > sampleLength ? sample.prefix(sampleLength) + "…" : sample,
          ]
        case .failed(let reason): [String(item.id), item.label, "failed", nil, reason]
        }
      })
  }
}

/// The text of a definition's file.
func textFile(_ path: String) throws -> String {
  guard let text = LedgerFiles.read(path) else {
    throw YAMLFileError(file: path, line: 1, column: 1, message: "the file is not there, or is no text in UTF-8")
  }
  return text
}
