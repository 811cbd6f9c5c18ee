import FoundationEssentials
import PostgresDialect
import ScoutSchemas
import ScoutYAML
import Yams

/// A user's project: a folder of definitions that is layered over the built-in ones.
///
/// ```yaml
/// # scout.yaml
/// name: my-project
/// time_zone: Asia/Manila
/// schemas: [schemas]
/// tests: [tests]
/// retention:
///   bronze: 90
///   silver: 400
/// disabled:
///   monitors: [promo_lift_anomaly]
/// ```
public struct Project: Sendable {
  /// Names of built-in definitions that the project switches off.
  public struct Disabled: Hashable, Sendable {
    public var models: [Name] = []
    public var monitors: [Name] = []
    /// Labels of contracts as `scout contracts list` shows them, or relations for all contracts on them.
    public var contracts: [Name] = []
    public var alerts: [Name] = []
    /// Rules of the policy.
    public var policy: [Name] = []

    public init() {}
  }

  /// A name and its place in the project file.
  public struct Name: Hashable, Sendable {
    public var name: String
    public var line: Int
    public var column: Int
  }

  /// How many days of bronze and of silver are kept, by the business date; nil: for ever.
  public struct Retention: Hashable, Sendable {
    public var bronzeDays: Int?
    public var silverDays: Int?

    public init(bronzeDays: Int? = nil, silverDays: Int? = nil) {
      self.bronzeDays = bronzeDays
      self.silverDays = silverDays
    }
  }

  /// A file of the project: its path inside the folder, and its text.
  public typealias File = SchemaFile

  public static let fileName = "scout.yaml"

  /// The folder as messages name it.
  public var folder: String
  public var name: String
  public var timeZone: String?
  public var disabled = Disabled()
  public var retention = Retention()
  /// The definitions, as ``Definitions`` takes them.
  public var schemas: [SchemaFile] = []
  /// The files with tests.
  public var tests: [SchemaFile] = []
  /// Every file that was read, by its path inside the folder; what a database keeps of the project.
  public let files: [File]

  /// Reads a project from its folder.
  ///
  /// - Throws: ``YAMLFileError`` for a mistake in scout.yaml, ``ScoutError`` `noProject` and `unreadable`.
  public static func load(_ folder: String) throws -> Project {
    let root = folder.count > 1 && folder.hasSuffix("/") ? String(folder.dropLast()) : folder
    guard FileStatus.isDirectory(root), FileStatus.exists(root + "/" + fileName) else {
      throw ScoutError.noProject(folder)
    }
    let text = try Self.text(root + "/" + fileName)
    let layout = try Layout(text, file: label(root, fileName))
    var files = [File(path: fileName, text: text)]
    for part in Set(layout.schemas.map(\.name) + layout.tests.map(\.name)).sorted() {
      let path = root + "/" + part
      if FileStatus.exists(path) { try read(path, part, into: &files) }
    }
    for part in layout.schemas where !FileStatus.isDirectory(root + "/" + part.name) {
      throw YAMLFileError(
        file: label(root, fileName), line: part.line, column: part.column,
        message: "there is no folder \"\(part.name)\" in the project; create it, or correct schemas")
    }
    return try Project(folder: root, files: files)
  }

  /// A project from its files.
  ///
  /// - Parameter files: Their paths are those inside the folder; one of them is scout.yaml.
  public init(folder: String, files: [File]) throws {
    self.folder = folder
    self.files = files.sorted { $0.path < $1.path }
    guard let main = files.first(where: { $0.path == Self.fileName }) else { throw ScoutError.noProject(folder) }
    let layout = try Layout(main.text, file: Self.label(folder, Self.fileName))
    name = layout.name
    timeZone = layout.timeZone
    disabled = layout.disabled
    retention = layout.retention
    func inside(_ roots: [Name]) -> [SchemaFile] {
      roots.flatMap { root in
        self.files.filter { $0.path.hasPrefix(root.name + "/") }.map { file in
          SchemaFile(
            path: String(file.path.dropFirst(root.name.count + 1)), text: file.text,
            origin: Self.label(folder, file.path))
        }
      }
    }
    schemas = inside(layout.schemas)
    tests = inside(layout.tests).filter { $0.path.hasSuffix(".yaml") || $0.path.hasSuffix(".yml") }
  }

  /// Whether a folder holds a project.
  public static func isFolder(_ folder: String) -> Bool { FileStatus.exists(folder + "/" + fileName) }

  /// A path inside the project as messages name it.
  static func label(_ folder: String, _ path: String) -> String { folder == "." ? path : folder + "/" + path }

  // MARK: Files

  private static func text(_ path: String) throws -> String {
    let bytes: Data
    do { bytes = try Data(contentsOf: URL(filePath: path)) } catch {
      throw ScoutError.unreadable(path, reason: "it cannot be read")
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw ScoutError.unreadable(path, reason: "it is not UTF-8 text")
    }
    return text
  }

  /// The files of a folder and of those in it; hidden ones and those that are no definitions stay out.
  private static func read(_ path: String, _ inner: String, into files: inout [File]) throws {
    guard FileStatus.isDirectory(path) else { return }
    let names: [String]
    do { names = try FileManager.default.contentsOfDirectory(atPath: path) } catch {
      throw ScoutError.unreadable(path, reason: "the folder cannot be read")
    }
    for name in names.sorted() where !name.hasPrefix(".") {
      if FileStatus.isDirectory(path + "/" + name) {
        try read(path + "/" + name, inner + "/" + name, into: &files)
      } else if [".sql", ".yaml", ".yml", ".csv"].contains(where: name.hasSuffix) {
        files.append(File(path: inner + "/" + name, text: try text(path + "/" + name)))
      }
    }
  }
}

/// What scout.yaml says.
private struct Layout {
  var name = ""
  var timeZone: String?
  var schemas: [Project.Name] = []
  var tests: [Project.Name] = []
  var disabled = Project.Disabled()
  var retention = Project.Retention()
  private let reader: YAMLReader

  init(_ text: String, file: String) throws(YAMLFileError) {
    reader = YAMLReader(file: file)
    let root = try YAMLReader.compose(text, file: file)
    let fields = try reader.fields(
      root, keys: ["name", "time_zone", "schemas", "tests", "retention", "disabled"])
    guard let nameNode = fields["name"] else { throw reader.error(root, "\"name\" is missing") }
    name = try reader.string(nameNode)
    if let node = fields["time_zone"] {
      let zone = try reader.string(node)
      do { _ = try TimeZoneRules(setting: zone) } catch {
        throw reader.error(node, "\(error.message); write it like Asia/Manila")
      }
      timeZone = zone
    }
    schemas = try folders(fields["schemas"], "schemas", root)
    tests = try folders(fields["tests"], "tests", root)
    let all = schemas + tests
    for (index, folder) in all.enumerated() {
      guard let other = all[..<index].first(where: { (folder.name + "/").hasPrefix($0.name + "/") }) else { continue }
      throw YAMLFileError(
        file: file, line: folder.line, column: folder.column,
        message: "the folder \"\(folder.name)\" is read already, as \"\(other.name)\"")
    }
    if let node = fields["retention"] { retention = try retention(node) }
    if let node = fields["disabled"] { disabled = try disabled(node) }
  }

  private func folders(_ node: Node?, _ standard: String, _ root: Node) throws(YAMLFileError) -> [Project.Name] {
    guard let node else {
      return [Project.Name(name: standard, line: root.mark?.line ?? 1, column: root.mark?.column ?? 1)]
    }
    let folders = try names(node)
    for folder in folders {
      let parts = folder.name.split(separator: "/", omittingEmptySubsequences: false)
      guard !parts.contains(""), !parts.contains(".."), !parts.contains(".") else {
        throw YAMLFileError(
          file: reader.file, line: folder.line, column: folder.column,
          message: "\"\(folder.name)\" is no folder inside the project; write it like schemas or more/schemas")
      }
    }
    return folders
  }

  private func names(_ node: Node) throws(YAMLFileError) -> [Project.Name] {
    var nodes = [node]
    if node.scalar == nil { nodes = try reader.sequence(node) }
    var names: [Project.Name] = []
    for node in nodes {
      names.append(
        Project.Name(
          name: try reader.string(node), line: node.mark?.line ?? 1, column: node.mark?.column ?? 1))
    }
    return names
  }

  private func retention(_ node: Node) throws(YAMLFileError) -> Project.Retention {
    let fields = try reader.fields(node, keys: ["bronze", "silver"])
    func days(_ name: String) throws(YAMLFileError) -> Int? {
      guard let node = fields[name] else { return nil }
      let text = try reader.string(node)
      let number = text.hasSuffix(" days") ? String(text.dropLast(5)) : text
      guard let days = Int(number), (1...36_500).contains(days) else {
        throw reader.error(node, "\"\(text)\" is no number of days from 1 to 36500")
      }
      return days
    }
    return Project.Retention(bronzeDays: try days("bronze"), silverDays: try days("silver"))
  }

  private func disabled(_ node: Node) throws(YAMLFileError) -> Project.Disabled {
    let fields = try reader.fields(node, keys: ["models", "monitors", "contracts", "alerts", "policy"])
    func list(_ name: String) throws(YAMLFileError) -> [Project.Name] {
      guard let node = fields[name] else { return [] }
      if let sequence = node.sequence, sequence.isEmpty { return [] }
      return try names(node)
    }
    var disabled = Project.Disabled()
    disabled.models = try list("models")
    disabled.monitors = try list("monitors")
    disabled.contracts = try list("contracts")
    disabled.alerts = try list("alerts")
    disabled.policy = try list("policy")
    return disabled
  }
}

extension YAMLReader {
  /// The values of a mapping by their keys; a key that is not among `keys` is refused with the nearest one.
  func fields(_ node: Node, keys: [String]) throws(YAMLFileError) -> [String: Node] {
    if let mapping = node.mapping {
      for (key, _) in mapping {
        guard let name = key.string, !keys.contains(name) else { continue }
        let hint = nearest(name, in: keys).map { "; did you mean \"\($0)\"?" } ?? ""
        throw error(key, "unknown key \"\(name)\"; expected one of \(keys.joined(separator: ", "))\(hint)")
      }
    }
    return try mapping(node, keys: keys)
  }
}
