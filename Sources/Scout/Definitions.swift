import PostgresDialect
import ScoutContracts
import ScoutLedger
import ScoutPipeline
import ScoutSchemas
import ScoutYAML

/// The definitions that an engine works with: models, source mappings and monitors, parsed and checked.
public struct Definitions: Sendable {
  public var models: ModelGraph
  /// Source mappings by name, as the file is called.
  public var sources: [String: SourceMapping]
  /// The monitors' files: path and text.
  public var monitorFiles: [SchemaFile]
  /// Everything else, such as master data.
  public var files: [SchemaFile]
  /// Monitors as another database stores them.
  public var storedMonitors: [StoredMonitorRow]
  /// What is switched off; it is not among the others.
  public var disabled = Project.Disabled()
  public var retention = Project.Retention()

  /// The definitions inside the program, parsed once.
  public static func builtIn() throws -> Definitions { try parsed.get() }
  private static let parsed = Result { try Definitions(files: Array(Schemas.files)) }

  /// - Throws: ``DefinitionError`` or ``IngestError`` with the place of the fault.
  public init(files: [SchemaFile]) throws {
    self.files = files
    models = try ModelGraph(
      files.filter { $0.path.hasSuffix(".sql") }.map { file in
        try ModelDefinition(path: file.path, text: file.text, label: file.label)
      })
    sources = [:]
    for file in files where file.path.hasPrefix("sources/") && file.path.hasSuffix(".yaml") {
      let name = String(file.path.dropFirst("sources/".count).dropLast(".yaml".count))
      sources[name] = try SourceMapping(yaml: file.text, fileName: file.label)
    }
    storedMonitors = try files.filter { $0.path == StoredMonitorRow.fileName }.flatMap {
      try StoredMonitorRow.read($0.text, file: $0.label)
    }
    let stored = Set(storedMonitors.map { "monitors/\($0.name).yaml" })
    monitorFiles = files.filter {
      $0.path.hasPrefix("monitors/") && $0.path.hasSuffix(".yaml") && !stored.contains($0.path)
    }
  }

  /// The built-in definitions with a project's over them.
  ///
  /// A model replaces the built-in one of its schema and name, a monitor, contract, source mapping or master data file
  /// the one of its path, `policy.yaml` the built-in policy; alerts are replaced one by one, by their names.
  ///
  /// - Throws: ``DefinitionError`` or ``YAMLFileError`` with the place of the fault: in scout.yaml for a name that is
  ///   switched off but not there, or that something else needs.
  public init(project: Project, over builtIn: [SchemaFile] = Array(Schemas.files)) throws {
    for file in project.schemas { try Self.checkPlace(file) }
    let own = Set(project.schemas.map(Self.identity))
    let kept = builtIn.filter { $0.path == "alerts.yaml" || !own.contains(Self.identity($0)) }
    try self.init(files: kept + project.schemas)
    try disable(project)
    retention = project.retention
  }

  /// What a file defines: of two with the same, the project's counts.
  private static func identity(_ file: SchemaFile) -> String {
    let parts = file.path.split(separator: "/")
    guard file.path.hasSuffix(".sql"), parts.count >= 3, let name = parts.last else { return file.path }
    return "model \(parts[parts.count - 3]).\(name)"
  }

  private static func checkPlace(_ file: SchemaFile) throws(DefinitionError) {
    if file.path.hasSuffix(".sql") || ["alerts.yaml", "policy.yaml", StoredMonitorRow.fileName].contains(file.path) {
      return
    }
    let folder = file.path.split(separator: "/").first.map(String.init) ?? ""
    let kinds = ["monitors": ".yaml", "contracts": ".yaml", "sources": ".yaml", "masterdata": ".csv"]
    if let ending = kinds[folder], file.path.hasSuffix(ending) { return }
    throw DefinitionError(
      path: file.label,
      message: "no definition lies here; expected <schema>/<layer>/<relation>.sql, monitors/<name>.yaml, "
        + "contracts/<name>.yaml, sources/<name>.yaml, masterdata/<name>.csv, alerts.yaml, policy.yaml or "
        + "stored_monitors.yaml")
  }

  private mutating func disable(_ project: Project) throws {
    disabled = project.disabled
    let file = Project.label(project.folder, Project.fileName)
    func check(_ name: Project.Name, _ kind: String, _ known: [String]) throws(YAMLFileError) {
      guard !known.contains(name.name) else { return }
      let hint = nearest(name.name, in: known).map { "; did you mean \"\($0)\"?" } ?? ""
      throw YAMLFileError(
        file: file, line: name.line, column: name.column, message: "there is no \(kind) \"\(name.name)\"\(hint)")
    }
    let off = Set(disabled.models.map(\.name))
    for name in disabled.models { try check(name, "model", models.models.map(\.qualifiedName)) }
    for name in disabled.models {
      if let reader = models.models.first(where: { !off.contains($0.qualifiedName) && $0.inputs.contains(name.name) }) {
        throw YAMLFileError(
          file: file, line: name.line, column: name.column,
          message: "\(reader.qualifiedName) reads \(name.name); switch it off too, or override it")
      }
    }
    if !off.isEmpty { models = try ModelGraph(models.models.filter { !off.contains($0.qualifiedName) }) }

    func monitorName(_ file: SchemaFile) -> String { String(file.path.dropFirst("monitors/".count).dropLast(5)) }
    let monitors = monitorFiles.map(monitorName) + storedMonitors.map(\.name)
    for name in disabled.monitors { try check(name, "monitor", monitors) }
    let monitorsOff = Set(disabled.monitors.map(\.name))
    monitorFiles = monitorFiles.filter { !monitorsOff.contains(monitorName($0)) }
    storedMonitors = storedMonitors.filter { !monitorsOff.contains($0.name) }

    let contracts = try allContracts()
    for name in disabled.contracts { try check(name, "contract", contracts.flatMap { [$0.label, $0.relation] }) }
    if !disabled.alerts.isEmpty {
      let rules = try allAlertRules().map(\.name)
      for name in disabled.alerts { try check(name, "alert", rules) }
    }
    if !disabled.policy.isEmpty, let policy = try wholePolicy() {
      for name in disabled.policy { try check(name, "rule of the policy", policy.rules.map(\.name)) }
    }
  }

  /// The text of a file, such as `masterdata/products.csv`.
  public func text(_ path: String) -> String? { file(path)?.text }

  private func file(_ path: String) -> SchemaFile? { files.last { $0.path == path } }

  // MARK: Contracts, alerts, policy

  /// Also those that are switched off.
  func allContracts() throws -> [Contract] {
    try files.filter { $0.path.hasPrefix("contracts/") && $0.path.hasSuffix(".yaml") }.flatMap {
      try ContractFile.read($0.text, file: $0.label)
    }
  }

  func isDisabled(_ contract: Contract) -> Bool {
    disabled.contracts.contains { $0.name == contract.label || $0.name == contract.relation }
  }

  /// - Throws: ``YAMLFileError`` with the place of a mistake.
  public func contracts() throws -> [Contract] { try allContracts().filter { !isDisabled($0) } }

  private func allAlertRules() throws -> [AlertRule] {
    var rules: [AlertRule] = []
    for file in files where file.path == "alerts.yaml" {
      for rule in try AlertRule.read(file.text, file: file.label) {
        if let index = rules.firstIndex(where: { $0.name == rule.name }) {
          rules[index] = rule
        } else {
          rules.append(rule)
        }
      }
    }
    return rules
  }

  /// - Throws: ``YAMLFileError`` with the place of a mistake.
  public func alertRules() throws -> [AlertRule] {
    let off = Set(disabled.alerts.map(\.name))
    return try allAlertRules().filter { !off.contains($0.name) }
  }

  private func wholePolicy() throws -> Policy? {
    try file("policy.yaml").map { try Policy(yaml: $0.text, file: $0.label) }
  }

  /// The policy without the rules that are switched off; nil when there is none.
  ///
  /// - Throws: ``YAMLFileError`` with the place of a mistake.
  public func policy() throws -> Policy? {
    guard let file = file("policy.yaml"), var policy = try wholePolicy() else { return nil }
    let off = disabled.policy.map(\.name).sorted()
    guard !off.isEmpty, policy.rules.contains(where: { off.contains($0.name) }) else { return policy }
    policy.rules.removeAll { off.contains($0.name) }
    // The hash that each entry of the ledger holds has to tell this policy from the whole one.
    policy.hash = LedgerHash(of: Array((file.text + "\n# disabled: " + off.joined(separator: ", ")).utf8))
    return policy
  }
}
