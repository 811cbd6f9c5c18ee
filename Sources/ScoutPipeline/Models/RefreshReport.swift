import PostgresDialect
import ScoutStorage

/// The result of a refresh.
public struct RefreshReport: Sendable {
  /// How a model was brought up to date.
  public enum Method: String, Sendable {
    /// Nothing to do.
    case none
    /// From all rows of its inputs.
    case whole
    /// The groups that changed rows touch, from the inputs' rows of these groups.
    case groups
    /// Sums and counts moved by what the changed entities gave before and give now.
    case differences
    /// Not: something that it reads, or itself, failed its contract.
    case held
    /// Not: it was not selected, and the next refresh computes it.
    case deferred
  }

  public struct Model: Sendable {
    public var relation: String
    /// Why it was computed, or that nothing had changed.
    public var reason: String
    public var isRefreshed: Bool
    /// Rows written: those that went and those that came.
    public var rows: Int
    public var duration: Duration
    public var method = Method.none
    /// Changed rows of the inputs, or all rows of the inputs where the whole model was computed.
    public var rowsRead = 0
    /// Keys or groups that were computed again.
    public var groups = 0
  }

  public var models: [Model]

  /// The models whose previous version stays.
  public var held: [Model] { models.filter { $0.method == .held } }
}

/// What a refresh is to do.
public struct RefreshOptions: Sendable {
  /// Computes everything from all rows, also what has not changed.
  public var isFull: Bool
  /// Only these relations; nil for all. Others that would have to change are computed anew by the next refresh.
  public var selection: Set<String>?
  /// Does all of it and takes it back: the report says what a refresh would do.
  public var isDryRun: Bool

  public init(isFull: Bool = false, selection: Set<String>? = nil, isDryRun: Bool = false) {
    self.isFull = isFull
    self.selection = selection
    self.isDryRun = isDryRun
  }
}
