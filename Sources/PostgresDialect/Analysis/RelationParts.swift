/// A named constraint of a table.
public struct RelationConstraint: Hashable, Sendable {
  public enum Kind: String, Hashable, Sendable {
    case primaryKey = "primary key"
    case unique, check
    case foreignKey = "foreign key"
  }

  /// The key that a foreign key points to.
  public struct Reference: Hashable, Sendable {
    public var schema: String
    public var relation: String
    public var columns: [String]
    /// `cascade`, `set null` …; nil means `no action`.
    public var onDelete: String?
    public var onUpdate: String?

    public init(
      schema: String, relation: String, columns: [String], onDelete: String? = nil, onUpdate: String? = nil
    ) {
      self.schema = schema
      self.relation = relation
      self.columns = columns
      self.onDelete = onDelete
      self.onUpdate = onUpdate
    }

    public var qualifiedName: String { "\(schema).\(relation)" }
  }

  public var name: String
  public var kind: Kind
  /// The key's columns in order; for CHECK the columns that it mentions.
  public var columns: [String]
  /// The condition of CHECK, in PostgreSQL SQL.
  public var expression: String?
  public var reference: Reference?
  public var isDeferrable: Bool
  public var isInitiallyDeferred: Bool

  public init(
    name: String, kind: Kind, columns: [String], expression: String? = nil, reference: Reference? = nil,
    isDeferrable: Bool = false, isInitiallyDeferred: Bool = false
  ) {
    self.name = name
    self.kind = kind
    self.columns = columns
    self.expression = expression
    self.reference = reference
    self.isDeferrable = isDeferrable
    self.isInitiallyDeferred = isInitiallyDeferred
  }

  /// Whether two rows must not have the same values in the columns.
  public var isUniqueKey: Bool { kind == .primaryKey || kind == .unique }
}

/// An index that a statement made; those behind constraints are not among them.
public struct RelationIndex: Hashable, Sendable {
  public struct Key: Hashable, Sendable {
    /// A column's name or an expression, in PostgreSQL SQL.
    public var expression: String
    /// The column, when the key is no expression.
    public var column: String?
    public var isDescending: Bool
    public var nullsFirst: Bool?

    public init(expression: String, column: String?, isDescending: Bool = false, nullsFirst: Bool? = nil) {
      self.expression = expression
      self.column = column
      self.isDescending = isDescending
      self.nullsFirst = nullsFirst
    }
  }

  /// The schema is always the table's.
  public var schema: String
  public var name: String
  public var isUnique: Bool
  public var keys: [Key]
  /// The predicate of a partial index, in PostgreSQL SQL.
  public var condition: String?

  public init(schema: String, name: String, isUnique: Bool, keys: [Key], condition: String? = nil) {
    self.schema = schema
    self.name = name
    self.isUnique = isUnique
    self.keys = keys
    self.condition = condition
  }

  public var qualifiedName: String { "\(schema).\(name)" }
  public var storageName: String { Relation.storageName(schema: schema, name: name) }
  /// The columns, when every key is one.
  public var columns: [String]? {
    let columns = keys.compactMap(\.column)
    return columns.count == keys.count ? columns : nil
  }
}

/// A sequence, with what CREATE SEQUENCE says of it; its value is the storage's business.
public struct SequenceDefinition: Hashable, Sendable {
  public var schema: String
  public var name: String
  public var type: SQLType
  public var start: Int64
  public var increment: Int64
  public var minimum: Int64
  public var maximum: Int64
  public var cycles: Bool
  /// The column that it numbers and with which it goes; in the sequence's schema.
  public var owner: Owner?

  public struct Owner: Hashable, Sendable {
    public var relation: String
    public var column: String
    /// The column is SQLite's rowid, which holds the value.
    public var isRowKey: Bool

    public init(relation: String, column: String, isRowKey: Bool) {
      self.relation = relation
      self.column = column
      self.isRowKey = isRowKey
    }
  }

  public init(
    schema: String, name: String, type: SQLType = .int8, start: Int64 = 1, increment: Int64 = 1, minimum: Int64 = 1,
    maximum: Int64 = .max, cycles: Bool = false, owner: Owner? = nil
  ) {
    self.schema = schema
    self.name = name
    self.type = type
    self.start = start
    self.increment = increment
    self.minimum = minimum
    self.maximum = maximum
    self.cycles = cycles
    self.owner = owner
  }

  public var qualifiedName: String { "\(schema).\(name)" }
  /// The name as SQL writes it, as in `nextval('d.s')`.
  public var writtenName: String { SQLType.quotedIdentifier(schema) + "." + SQLType.quotedIdentifier(name) }

  /// What the options say, checked as PostgreSQL checks them.
  ///
  /// - Throws: 22023.
  init(schema: String, name: String, options: SequenceOptions, columnType: SQLType? = nil, at range: SourceRange)
    throws(SQLError)
  {
    self.init(schema: schema, name: name)
    if let columnType { type = columnType } else if let written = options.type { type = try SQLType(written) }
    guard let bounds = type.integerBounds else {
      throw SQLError(
        .invalidParameterValue, "sequence type must be smallint, integer, or bigint", at: options.type?.range ?? range)
    }
    increment = options.increment ?? 1
    maximum = options.maximum ?? (increment > 0 ? bounds.upperBound : -1)
    minimum = options.minimum ?? (increment > 0 ? 1 : bounds.lowerBound)
    start = options.start ?? (increment > 0 ? minimum : maximum)
    cycles = options.cycles ?? false
    try check(bounds, at: range)
  }

  /// The sequence after ALTER SEQUENCE: what is not said stays.
  ///
  /// - Throws: 22023.
  func changed(by options: SequenceOptions, at range: SourceRange) throws(SQLError) -> SequenceDefinition {
    var new = self
    let oldBounds = type.integerBounds
    if let written = options.type { new.type = try SQLType(written) }
    guard let bounds = new.type.integerBounds else {
      throw SQLError(
        .invalidParameterValue, "sequence type must be smallint, integer, or bigint", at: options.type?.range ?? range)
    }
    new.increment = options.increment ?? increment
    // Bounds that the type gave follow it.
    let followsMaximum = options.type != nil && maximum == oldBounds?.upperBound
    let followsMinimum = options.type != nil && minimum == oldBounds?.lowerBound
    if options.clearsMaximum || followsMaximum { new.maximum = new.increment > 0 ? bounds.upperBound : -1 }
    if options.clearsMinimum || followsMinimum { new.minimum = new.increment > 0 ? 1 : bounds.lowerBound }
    new.maximum = options.maximum ?? new.maximum
    new.minimum = options.minimum ?? new.minimum
    new.start = options.start ?? new.start
    new.cycles = options.cycles ?? cycles
    try new.check(bounds, at: range)
    return new
  }

  private func check(_ bounds: ClosedRange<Int64>, at range: SourceRange) throws(SQLError) {
    guard increment != 0 else {
      throw SQLError(.invalidParameterValue, "INCREMENT must not be zero", at: range)
    }
    for (value, word) in [(maximum, "MAXVALUE"), (minimum, "MINVALUE")] where !bounds.contains(value) {
      throw SQLError(
        .invalidParameterValue, "\(word) (\(value)) is out of range for sequence data type \(type.displayName)",
        at: range)
    }
    guard minimum < maximum else {
      throw SQLError(
        .invalidParameterValue, "MINVALUE (\(minimum)) must be less than MAXVALUE (\(maximum))", at: range)
    }
    if start < minimum {
      throw SQLError(
        .invalidParameterValue, "START value (\(start)) cannot be less than MINVALUE (\(minimum))", at: range)
    }
    if start > maximum {
      throw SQLError(
        .invalidParameterValue, "START value (\(start)) cannot be greater than MAXVALUE (\(maximum))", at: range)
    }
  }
}

extension Relation {
  /// The name that PostgreSQL gives an object of this table: `t_a_b_key`, cut to 63 bytes, numbered when it is taken.
  static func objectName(_ first: String, _ second: String, _ label: String, taken: (String) -> Bool) -> String {
    var number = 0
    while true {
      let suffix = label + (number == 0 ? "" : String(number))
      var first = first
      var second = second
      // The longer of the two parts is cut first.
      let overhead = (second.isEmpty ? 0 : 1) + (suffix.isEmpty ? 0 : 1) + suffix.utf8.count
      while first.utf8.count + second.utf8.count + overhead > 63 {
        if first.utf8.count > second.utf8.count { first.removeLast() } else { second.removeLast() }
      }
      let name = [first, second, suffix].filter { !$0.isEmpty }.joined(separator: "_")
      if !taken(name) { return name }
      number += 1
    }
  }

  /// The name of a constraint inside the SQLite table: it says in errors whose constraint it is.
  public func storageName(of constraint: RelationConstraint) -> String { "\(storageName):\(constraint.name)" }

  public func constraint(named name: String) -> RelationConstraint? { constraints.first { $0.name == name } }

  /// The identity or serial key that SQLite's rowid holds.
  public var rowKey: RelationColumn? {
    columns.first { primaryKey == [$0.name] && $0.isIdentity && $0.defaultExpression == nil }
  }
}
