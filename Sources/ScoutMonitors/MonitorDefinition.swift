import PostgresDialect

/// A monitor as a file describes it: `schemas/monitors/<name>.yaml`.
public struct MonitorDefinition: Hashable, Sendable {
  /// Unique, and the name of its file.
  public var name: String
  /// What the monitor watches, and on what evidence it speaks.
  public var description: String
  public var severity: MonitorSeverity
  /// What `:threshold` stands for in the query.
  public var threshold: Numeric
  /// What `:window_minutes` stands for in the query.
  public var windowMinutes: Int32
  /// The columns of the result that tell one incident from another.
  public var key: [String]
  /// The feed item's title, with the first offending row's values in place of `{column}`.
  public var title: MessageTemplate
  /// The feed item's text, likewise.
  public var message: MessageTemplate
  /// One query in PostgreSQL SQL; the rows that it returns are what is wrong. Of a windowed monitor: what it measures.
  public var sql: String
  /// The form of a ``WindowedPlan``; nil for a monitor that is a query.
  var windowed: PlanNode?
  /// As they are written, such as `30m`.
  var lifeCycle: (holdFor: String?, keepFiring: String?, cooldown: String?) {
    get { (lengths[0], lengths[1], lengths[2]) }
    set { lengths = [newValue.holdFor, newValue.keepFiring, newValue.cooldown] }
  }
  private var lengths: [String?] = [nil, nil, nil]
  var inhibitedBy: [String] = []
  var labels: [String: String] = [:]

  /// How ``StoredMonitor/kind`` names it.
  public var kind: String { windowed == nil ? "sql" : "windowed" }

  public init(
    name: String, description: String, severity: MonitorSeverity, threshold: Numeric, windowMinutes: Int32,
    key: [String], title: MessageTemplate, message: MessageTemplate, sql: String
  ) {
    self.name = name
    self.description = description
    self.severity = severity
    self.threshold = threshold
    self.windowMinutes = windowMinutes
    self.key = key
    self.title = title
    self.message = message
    self.sql = sql
  }

  /// The parameters of every monitor's query.
  public static let parameterTypes: [String: SQLType] = [
    "threshold": .numeric, "window_minutes": .int4, "time_zone": .text,
  ]
}

/// How much a reader should care; the names are those of `scout.agent_feed.severity`.
public enum MonitorSeverity: String, Hashable, Sendable, CaseIterable {
  case info, warn, error, success
}
