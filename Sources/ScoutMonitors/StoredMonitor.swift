import FoundationEssentials
import PostgresDialect
import ScoutStorage

/// A row of `scout.platinum_monitors`.
public struct StoredMonitor: Hashable, Sendable {
  public var id: Int64
  public var name: String
  public var sql: String
  /// As it is stored: a decimal text.
  public var threshold: String
  public var windowMinutes: Int64
  public var isEnabled: Bool
  public var lastRunAt: Timestamp?
  public var severity: MonitorSeverity
  public var kind: String
  /// The jsonb text; nil for a monitor that came by INSERT.
  public var definition: String?
  public var consecutiveFailures: Int64
  public var lastError: String?

  /// What it watches, and on what evidence it speaks; nil when nobody wrote it down.
  public var explanation: String? { definition.flatMap { try? MonitorDetails(json: $0) }?.description }
}

/// What `platinum_monitors.definition` holds beyond the table's columns. Every member is optional: users write it too.
struct MonitorDetails: Codable, Hashable {
  var description: String?
  var key: [String]?
  var title: String?
  var message: String?
  /// The fingerprint of the row as it was shipped.
  var shipped: String?
  /// What a windowed monitor measures: ``WindowedPlan``.
  var windowed: PlanNode?
  /// Lengths such as `30m`: ``LifeCycleRules``.
  var holdFor: String?
  var keepFiring: String?
  var cooldown: String?
  /// Monitors whose open incidents keep this one's out of the feed, where their keys agree.
  var inhibitedBy: [String]?
  var labels: [String: String]?

  enum CodingKeys: String, CodingKey {
    case description, key, title, message, shipped, windowed, cooldown, labels
    case holdFor = "for"
    case keepFiring = "keep_firing"
    case inhibitedBy = "inhibited_by"
  }

  static let empty = MonitorDetails()

  private init() {}

  init(_ definition: MonitorDefinition, shipped: String) {
    description = definition.description
    key = definition.key
    title = definition.title.source
    message = definition.message.source
    windowed = definition.windowed
    holdFor = definition.lifeCycle.holdFor
    keepFiring = definition.lifeCycle.keepFiring
    cooldown = definition.lifeCycle.cooldown
    inhibitedBy = definition.inhibitedBy.isEmpty ? nil : definition.inhibitedBy
    labels = definition.labels.isEmpty ? nil : definition.labels
    self.shipped = shipped
  }

  /// - Throws: ``SQLError`` 22023 when a member has another type.
  init(json: String) throws(SQLError) {
    do {
      self = try JSONDecoder().decode(MonitorDetails.self, from: Data(json.utf8))
    } catch {
      throw SQLError(
        .invalidParameterValue, "the monitor's definition cannot be read",
        detail: "Its members are texts, and \"key\" is an array of column names.")
    }
  }

  /// - Throws: ``SQLError`` 22023 for what is no length of time.
  func lifeCycleRules() throws(SQLError) -> LifeCycleRules {
    func length(_ text: String?, _ name: String) throws(SQLError) -> Int64 {
      guard let text else { return 0 }
      guard let length = PlanReader.duration(text) else {
        throw SQLError(.invalidParameterValue, "\(name) is \"\(text)\"; expected a length such as 15m, 1h or 7d")
      }
      return length
    }
    return LifeCycleRules(
      holdFor: try length(holdFor, "for"), keepFiring: try length(keepFiring, "keep_firing"),
      cooldown: try length(cooldown, "cooldown"))
  }

  /// Refuses templates that name what is not there: an event in such words would say nothing.
  ///
  /// - Parameter known: The fields of a row.
  /// - Throws: ``SQLError`` 42703 with the field, 42601 for a brace without its partner.
  func checkTemplates(_ known: [String]) throws(SQLError) {
    let fields = known + ["threshold", "window_minutes"] + (labels ?? [:]).keys.sorted()
    for (name, source) in [("title", title), ("description", message)] {
      guard let source else { continue }
      let template: MessageTemplate
      do { template = try MessageTemplate(source) } catch {
        throw SQLError(.syntaxError, "the \(name) cannot be read: \(error)")
      }
      for place in template.places where !fields.contains(place.name) {
        throw SQLError(
          .undefinedColumn, "the \(name) names {\(place.name)}, which is no field of the monitor's rows",
          hint: nearest(place.name, in: fields).map { "Perhaps you meant {\($0)}." })
      }
    }
  }

  /// The jsonb text.
  func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return try normalizedJSON(String(decoding: encoder.encode(self), as: UTF8.self))
  }
}
