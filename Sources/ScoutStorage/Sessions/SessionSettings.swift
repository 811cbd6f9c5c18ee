import PostgresDialect

/// The configuration parameters of one session: SET, SET LOCAL, RESET and SHOW.
public struct SessionSettings: Sendable {
  /// As SHOW writes them, by name in lower case.
  private var values: [String: String] = [:]
  /// Until the transaction ends.
  private var localValues: [String: String] = [:]
  /// What RESET goes back to, where it is not the parameter's own.
  private let defaults: [String: String]
  private let defaultTimeZone: TimeZoneRules
  /// The zone in which times are read and shown.
  public private(set) var timeZone: TimeZoneRules
  /// The schemas of the search path, `$user` included as written.
  public private(set) var searchPath: [String] = ["$user", "public"]

  public init(timeZone: TimeZoneRules = .utc, defaults: [String: String] = [:]) {
    defaultTimeZone = timeZone
    self.timeZone = timeZone
    self.defaults = defaults.merging(["timezone": timeZone.identifier]) { $1 }
  }

  /// The value of a parameter as SHOW writes it; nil for one that does not exist.
  public subscript(name: String) -> String? {
    let key = name.lowercased()
    return localValues[key] ?? values[key] ?? defaults[key] ?? SettingDefinition.all[key]?.initial
  }

  /// Sets a parameter.
  ///
  /// - Parameters:
  ///   - value: Nil for the default.
  ///   - isLocal: Only until the transaction ends.
  /// - Throws: 42704 for a parameter that does not exist; 22023, 0A000 or 55P02 for a value.
  public mutating func set(_ name: String, to value: String?, isLocal: Bool = false) throws(SQLError) {
    let key = name.lowercased()
    let text = try value.map { value throws(SQLError) in try Self.normalized(value, for: name) }
    if value == nil { try Self.checkName(name) }
    if isLocal {
      localValues[key] = text ?? defaults[key] ?? SettingDefinition.all[key]?.initial ?? ""
    } else {
      localValues[key] = nil
      values[key] = text
    }
    try update(key)
  }

  /// RESET ALL: everything but the role and what belongs to the transaction.
  public mutating func resetAll() throws(SQLError) {
    values = values.filter { ["role", "session_authorization"].contains($0.key) }
    localValues = localValues.filter { $0.key.hasPrefix("transaction_") }
    try update("timezone")
    try update("search_path")
  }

  /// Ends the transaction's own values.
  mutating func endTransaction() {
    guard !localValues.isEmpty else { return }
    localValues = [:]
    try? update("timezone")
    try? update("search_path")
  }

  private mutating func update(_ key: String) throws(SQLError) {
    switch key {
    case "timezone":
      let name = self["timezone"] ?? "UTC"
      timeZone = name == defaultTimeZone.identifier ? defaultTimeZone : try Self.zone(name)
    case "search_path": searchPath = SettingDefinition.path(self["search_path"] ?? "")
    default: break
    }
  }

  /// A zone by the name that SHOW writes, also for one of a fixed offset: `<+08>-08`.
  private static func zone(_ name: String) throws(SQLError) -> TimeZoneRules {
    try TimeZoneRules(setting: name)
  }

  private static func checkName(_ name: String) throws(SQLError) {
    let key = name.lowercased()
    guard SettingDefinition.all[key] == nil, !key.contains(".") else { return }
    throw SQLError(
      .undefinedObject, "unrecognized configuration parameter \"\(name)\"",
      hint: nearest(key, in: SettingDefinition.all.keys.sorted()).map { "Perhaps you meant \"\($0)\"." })
  }

  private static func normalized(_ value: String, for name: String) throws(SQLError) -> String {
    try checkName(name)
    return try SettingDefinition.all[name.lowercased()]?.normalized(value) ?? value
  }

  /// The statement timeout in milliseconds; zero for none.
  var statementTimeout: Int64 {
    SettingDefinition.Unit.milliseconds.value(self["statement_timeout"] ?? "0")
  }

  /// Whether a parameter of a boolean kind is on.
  func isOn(_ name: String) -> Bool { self[name] == "on" }

  /// The values by which compiled statements differ.
  var compilationKey: String { "\(timeZone.identifier)\u{1}\(searchPath.joined(separator: "\u{1}"))" }
}

/// A message beside a result: a warning, a notice.
public struct SQLNotice: Hashable, Sendable {
  public enum Severity: String, Hashable, Sendable {
    case debug = "DEBUG", log = "LOG", notice = "NOTICE", warning = "WARNING", info = "INFO"

    /// Whether a client with that `client_min_messages` sees it.
    func isShown(at level: String) -> Bool {
      switch self {
      case .info: true
      case .warning: level != "error"
      case .notice: !["warning", "error"].contains(level)
      case .log: level == "log" || level.hasPrefix("debug")
      case .debug: level.hasPrefix("debug")
      }
    }
  }

  public var severity: Severity
  public var state: SQLState
  public var message: String
  public var detail: String?
  public var hint: String?

  public init(
    _ severity: Severity, _ state: SQLState, _ message: String, detail: String? = nil, hint: String? = nil
  ) {
    self.severity = severity
    self.state = state
    self.message = message
    self.detail = detail
    self.hint = hint
  }

  /// The lines that a person reads: `WARNING:  there is already a transaction in progress`.
  public var rendered: String {
    var lines = ["\(severity.rawValue):  \(message)"]
    if let detail { lines.append("DETAIL:  \(detail)") }
    if let hint { lines.append("HINT:  \(hint)") }
    return lines.joined(separator: "\n")
  }
}
