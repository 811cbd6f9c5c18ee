/// ALTER of tables, views, materialized views, indexes and sequences, as far as it is about relations.
public struct AlterTable: Hashable, Sendable {
  public enum Action: Hashable, Sendable {
    case addColumn(ColumnDefinition, ifNotExists: Bool)
    case dropColumn(Identifier, ifExists: Bool, cascade: Bool)
    case renameColumn(Identifier, to: Identifier)
    case renameTable(Identifier)
    case renameConstraint(Identifier, to: Identifier)
    case setSchema(Identifier)
    case setDefault(Identifier, Expression?)
    case setNotNull(Identifier, Bool)
    case setType(Identifier, TypeName, using: Expression?)
    case addIdentity(Identifier, ColumnDefinition.Generated)
    case dropIdentity(Identifier, ifExists: Bool)
    case dropExpression(Identifier, ifExists: Bool)
    case addConstraint(TableConstraint)
    case dropConstraint(Identifier, ifExists: Bool, cascade: Bool)
    case validateConstraint(Identifier)
    case rowLevelSecurity(Bool)
    case owner(Identifier)
    /// `enable trigger name` and `disable trigger all`: nil stands for all.
    case trigger(Identifier?, isEnabled: Bool)
    /// `set (fillfactor = 70)`, `alter a set statistics 100`: about PostgreSQL's pages and planner, without meaning here.
    case storage
  }

  /// The kind of relation that the statement names.
  public enum ObjectKind: String, Hashable, Sendable {
    case table, view, index, sequence
    case materializedView = "materialized view"
  }

  public var kind: ObjectKind
  public var table: QualifiedName
  public var ifExists: Bool
  public var actions: [Action]

  public init(kind: ObjectKind = .table, table: QualifiedName, ifExists: Bool, actions: [Action]) {
    self.kind = kind
    self.table = table
    self.ifExists = ifExists
    self.actions = actions
  }
}

/// What becomes of a temporary table when a transaction ends.
public enum OnCommit: String, Hashable, Sendable {
  case preserveRows = "preserve rows"
  case deleteRows = "delete rows"
  case drop
}

/// ALTER TYPE of an enum, and RENAME TO, SET SCHEMA and OWNER TO of every type.
public struct AlterType: Hashable, Sendable {
  public enum Action: Hashable, Sendable {
    /// The new label stands before or behind another; at the end when none is named.
    case addValue(String, ifNotExists: Bool, before: String?, after: String?)
    case renameValue(String, to: String)
    case rename(Identifier)
    case setSchema(Identifier)
    case owner(Identifier)
  }

  public var name: QualifiedName
  public var action: Action
  /// Whether it was written ALTER DOMAIN.
  public var isDomain: Bool

  public init(name: QualifiedName, action: Action, isDomain: Bool = false) {
    self.name = name
    self.action = action
    self.isDomain = isDomain
  }
}

/// CREATE DOMAIN: a type with constraints of its own.
public struct CreateDomain: Hashable, Sendable {
  public struct Check: Hashable, Sendable {
    public var name: Identifier?
    /// `value` is a column of that name.
    public var condition: Expression

    public init(name: Identifier?, condition: Expression) {
      self.name = name
      self.condition = condition
    }
  }

  public var name: QualifiedName
  public var type: TypeName
  public var defaultValue: Expression?
  public var isNotNull: Bool
  public var checks: [Check]

  public init(
    name: QualifiedName, type: TypeName, defaultValue: Expression? = nil, isNotNull: Bool = false, checks: [Check] = []
  ) {
    self.name = name
    self.type = type
    self.defaultValue = defaultValue
    self.isNotNull = isNotNull
    self.checks = checks
  }
}

/// PREPARE: a statement under a name, with parameters.
public struct PrepareStatement: Hashable, Sendable {
  public var name: Identifier
  /// The types of `$1`, `$2` …, as far as they are written.
  public var types: [TypeName]
  public var statement: Statement

  public init(name: Identifier, types: [TypeName], statement: Statement) {
    self.name = name
    self.types = types
    self.statement = statement
  }
}
