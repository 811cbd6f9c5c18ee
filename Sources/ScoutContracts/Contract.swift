import PostgresDialect

/// What must hold for the rows of a relation.
public struct Contract: Hashable, Sendable {
  /// The kinds of checks; the raw values are `check_type` of `scout.gold_contracts`.
  public enum Check: Hashable, Sendable {
    case notNull
    case positive
    /// No two rows agree in all columns of the contract; a row with a null in one of them agrees with none.
    case unique
    case acceptedValues([String])
    /// Bounds as text, read as the column's type; both are inside.
    case range(minimum: String?, maximum: String?)
    /// A regular expression in PostgreSQL's syntax.
    case pattern(String)
    /// Every value occurs in a column of another relation.
    case relationship(relation: String, column: String)
    case rowCount(minimum: Int64?, maximum: Int64?)
    /// The newest value of the column is at most so old.
    case freshness(Interval)
    /// The share of rows that a condition holds for, 0 to 1.
    case share(condition: String, minimum: Double?, maximum: Double?)
    /// A query in PostgreSQL SQL; the rows that it returns are wrong.
    case custom(String)
    /// No e-mail address, phone number or raw customer id in the columns; all text columns where none is named.
    case piiFree
    /// The columns and types that the relation has, by name; whether it may have others.
    case schema([SchemaColumn], allowsOthers: Bool)

    public struct SchemaColumn: Hashable, Sendable {
      public var name: String
      /// As `format_type` writes it, such as `timestamp with time zone`.
      public var type: String

      public init(name: String, type: String) {
        self.name = name
        self.type = type
      }
    }

    public var type: String {
      switch self {
      case .notNull: "not_null"
      case .positive: "positive"
      case .unique: "unique"
      case .acceptedValues: "accepted_values"
      case .range: "range"
      case .pattern: "pattern"
      case .relationship: "relationship"
      case .rowCount: "row_count"
      case .freshness: "freshness"
      case .share: "share"
      case .custom: "custom"
      case .piiFree: "pii_free"
      case .schema: "schema"
      }
    }
  }

  public enum Severity: String, Hashable, Sendable, CaseIterable { case info, warn, error }

  /// How many rows: a number, or a share of the relation's.
  public enum Amount: Hashable, Sendable {
    case rows(Int64)
    /// 0 to 1.
    case share(Double)

    /// Whether `count` of `total` rows are more than that.
    func isExceeded(by count: Int64, of total: Int64) -> Bool {
      switch self {
      case .rows(let limit): count > limit
      case .share(let limit): total > 0 ? Double(count) > limit * Double(total) : count > 0
      }
    }
  }

  /// `schema.name`.
  public var relation: String
  /// Empty for checks of the whole relation.
  public var columns: [String]
  public var check: Check
  public var severity: Severity
  /// Up to so many wrong rows are no violation.
  public var tolerance: Amount?
  /// More wrong rows than that are an error, whatever the severity.
  public var errorOver: Amount?
  /// Whether a model that violates it keeps its previous version, and holds back what reads it.
  public var isBlocking = false

  public init(
    relation: String, columns: [String] = [], check: Check, severity: Severity = .error, tolerance: Amount? = nil,
    errorOver: Amount? = nil
  ) {
    self.relation = relation
    self.columns = columns
    self.check = check
    self.severity = severity
    self.tolerance = tolerance
    self.errorOver = errorOver
  }

  /// `not_null on scout.silver_transactions.store_id`.
  public var label: String {
    check.type + " on " + relation + (columns.isEmpty ? "" : "." + columns.joined(separator: ","))
  }
}

/// How a contract fared.
public struct ContractResult: Hashable, Sendable {
  public enum Outcome: Hashable, Sendable {
    case kept
    /// `sample`: at most ten of the rows as a JSON array, without personal data.
    case violated(rows: Int64, severity: Contract.Severity, sample: String)
    /// It could not be checked.
    case failed(String)
  }

  public var contract: Contract
  public var outcome: Outcome

  public init(contract: Contract, outcome: Outcome) {
    self.contract = contract
    self.outcome = outcome
  }
}
