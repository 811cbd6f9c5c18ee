/// One SQL statement as written.
public struct Statement: Hashable, Sendable {
  public var kind: Kind
  /// From the first token to the last, without the semicolon.
  public var range: SourceRange

  public init(_ kind: Kind, at range: SourceRange) {
    self.kind = kind
    self.range = range
  }

  public indirect enum Kind: Hashable, Sendable {
    case query(Query)
    case insert(Insert)
    case update(Update)
    case delete(Delete)
    case merge(Merge)
    case truncate([QualifiedName], restartIdentity: Bool, cascade: Bool)
    case explain(Statement, options: [String])
    case transaction(TransactionCommand)
    case set(SetCommand)
    case show(String)
    /// `all`, `plans`, `sequences` or `temp`.
    case discard(String)
    /// Nil for ALL.
    case deallocate(Identifier?)
    case createTable(CreateTable)
    case createTableAs(CreateTableAs)
    case createView(CreateView)
    case refreshMaterializedView(QualifiedName, concurrently: Bool, withData: Bool)
    case createIndex(CreateIndex)
    case createSchema(Identifier, ifNotExists: Bool)
    case createSequence(QualifiedName, ifNotExists: Bool, options: SequenceOptions)
    case createEnum(QualifiedName, labels: [String])
    case createExtension(Identifier, ifNotExists: Bool)
    case createRole(Identifier, options: [String])
    case createFunction(CreateFunction)
    case createTrigger(CreateTrigger)
    case alterTable(AlterTable)
    case alterSequence(QualifiedName, ifExists: Bool, options: SequenceOptions)
    case alterSchema(Identifier, to: Identifier)
    case alterType(AlterType)
    case createDomain(CreateDomain)
    case prepare(PrepareStatement)
    case execute(Identifier, [Expression])
    case drop(Drop)
    case grant(Grant)
    case comment(CommentTarget, text: String?)
    case doBlock(body: String, language: String)
    case call(FunctionCall)
  }
}

public struct Insert: Hashable, Sendable {
  public enum Source: Hashable, Sendable {
    case defaultValues
    case query(Query)
  }

  public enum Overriding: Hashable, Sendable { case system, user }

  public var with: WithClause?
  public var table: QualifiedName
  public var alias: Identifier?
  /// As written; empty means every column in order.
  public var columns: [Identifier]
  public var overriding: Overriding?
  public var source: Source
  public var onConflict: OnConflict?
  public var returning: [SelectItem]

  public init(
    with: WithClause? = nil, table: QualifiedName, alias: Identifier? = nil, columns: [Identifier] = [],
    overriding: Overriding? = nil, source: Source, onConflict: OnConflict? = nil, returning: [SelectItem] = []
  ) {
    self.with = with
    self.table = table
    self.alias = alias
    self.columns = columns
    self.overriding = overriding
    self.source = source
    self.onConflict = onConflict
    self.returning = returning
  }
}

public struct OnConflict: Hashable, Sendable {
  public enum Target: Hashable, Sendable {
    case columns([Expression], condition: Expression?)
    case constraint(Identifier)
  }

  public enum Action: Hashable, Sendable {
    case nothing
    case update([Assignment], condition: Expression?)
  }

  public var target: Target?
  public var action: Action

  public init(target: Target?, action: Action) {
    self.target = target
    self.action = action
  }
}

/// `column = value`, or `(a, b) = (select …)` / `(a, b) = row(…)` with several columns.
public struct Assignment: Hashable, Sendable {
  public var columns: [Identifier]
  /// The element of a single column that is assigned, as in `set settings['theme'] = …`; empty for the whole column.
  public var subscripts: [Expression.Subscript]
  public var value: Expression
  /// Whether the columns stand in parentheses, so that the value must be a row or a subquery.
  public var isRow: Bool

  public init(
    columns: [Identifier], subscripts: [Expression.Subscript] = [], value: Expression, isRow: Bool = false
  ) {
    self.columns = columns
    self.subscripts = subscripts
    self.value = value
    self.isRow = isRow
  }
}

public struct Update: Hashable, Sendable {
  public var with: WithClause?
  public var table: QualifiedName
  public var alias: Identifier?
  public var assignments: [Assignment]
  public var from: [TableExpression]
  public var condition: Expression?
  public var returning: [SelectItem]

  public init(
    with: WithClause? = nil, table: QualifiedName, alias: Identifier? = nil, assignments: [Assignment],
    from: [TableExpression] = [], condition: Expression? = nil, returning: [SelectItem] = []
  ) {
    self.with = with
    self.table = table
    self.alias = alias
    self.assignments = assignments
    self.from = from
    self.condition = condition
    self.returning = returning
  }
}

public struct Delete: Hashable, Sendable {
  public var with: WithClause?
  public var table: QualifiedName
  public var alias: Identifier?
  public var using: [TableExpression]
  public var condition: Expression?
  public var returning: [SelectItem]

  public init(
    with: WithClause? = nil, table: QualifiedName, alias: Identifier? = nil, using: [TableExpression] = [],
    condition: Expression? = nil, returning: [SelectItem] = []
  ) {
    self.with = with
    self.table = table
    self.alias = alias
    self.using = using
    self.condition = condition
    self.returning = returning
  }
}

public struct Merge: Hashable, Sendable {
  public enum Action: Hashable, Sendable {
    case update([Assignment])
    case delete
    case insert(columns: [Identifier], overriding: Insert.Overriding?, values: [Expression]?)
    case nothing
  }

  public struct Branch: Hashable, Sendable {
    public var isMatched: Bool
    public var condition: Expression?
    public var action: Action

    public init(isMatched: Bool, condition: Expression?, action: Action) {
      self.isMatched = isMatched
      self.condition = condition
      self.action = action
    }
  }

  public var with: WithClause?
  public var table: QualifiedName
  public var alias: Identifier?
  public var source: TableExpression
  public var on: Expression
  public var branches: [Branch]

  public init(
    with: WithClause? = nil, table: QualifiedName, alias: Identifier? = nil, source: TableExpression, on: Expression,
    branches: [Branch]
  ) {
    self.with = with
    self.table = table
    self.alias = alias
    self.source = source
    self.on = on
    self.branches = branches
  }
}

public enum TransactionCommand: Hashable, Sendable {
  case begin(TransactionModes)
  case commit
  case rollback
  case savepoint(Identifier)
  case release(Identifier)
  case rollbackTo(Identifier)
}

/// What stands behind BEGIN and SET TRANSACTION; nil where nothing is said.
public struct TransactionModes: Hashable, Sendable {
  public var isReadOnly: Bool?
  /// `serializable`, `repeatable read`, `read committed` or `read uncommitted`.
  public var isolation: String?
  public var isDeferrable: Bool?

  public init(isReadOnly: Bool? = nil, isolation: String? = nil, isDeferrable: Bool? = nil) {
    self.isReadOnly = isReadOnly
    self.isolation = isolation
    self.isDeferrable = isDeferrable
  }

  /// Reads the parser's list, such as `isolation level serializable, read only`.
  public init(_ list: String) {
    for mode in list.split(separator: ", ") {
      switch mode {
      case "read only": isReadOnly = true
      case "read write": isReadOnly = false
      case "deferrable": isDeferrable = true
      case "not deferrable": isDeferrable = false
      default: if mode.hasPrefix("isolation level ") { isolation = String(mode.dropFirst("isolation level ".count)) }
      }
    }
  }
}

public struct SetCommand: Hashable, Sendable {
  /// The setting in lower case; `timezone` for SET TIME ZONE.
  public var name: String
  /// The values as text; nil for DEFAULT and RESET.
  public var value: String?
  public var isLocal: Bool

  public init(name: String, value: String?, isLocal: Bool) {
    self.name = name
    self.value = value
    self.isLocal = isLocal
  }
}

public struct ColumnDefinition: Hashable, Sendable {
  public enum Generated: Hashable, Sendable {
    case identityAlways(SequenceOptions)
    case identityByDefault(SequenceOptions)
    case stored(Expression)
  }

  public var name: Identifier
  public var type: TypeName
  public var isNotNull: Bool
  public var defaultValue: Expression?
  public var generated: Generated?
  /// Primary key, unique, check and references written behind the column.
  public var constraints: [TableConstraint]
  /// `collate "C"` behind the type.
  public var collation: QualifiedName?

  public init(
    name: Identifier, type: TypeName, isNotNull: Bool = false, defaultValue: Expression? = nil,
    generated: Generated? = nil, constraints: [TableConstraint] = [], collation: QualifiedName? = nil
  ) {
    self.name = name
    self.type = type
    self.isNotNull = isNotNull
    self.defaultValue = defaultValue
    self.generated = generated
    self.constraints = constraints
    self.collation = collation
  }
}

public struct SequenceOptions: Hashable, Sendable {
  public var start: Int64?
  public var increment: Int64?
  public var minimum: Int64?
  public var maximum: Int64?
  /// Nil when nothing is said.
  public var cycles: Bool?
  /// `restart`, and `restart with n`; only ALTER SEQUENCE has it.
  public var restart: Restart?
  /// `no minvalue` and `no maxvalue`: back to what the type and the direction give.
  public var clearsMinimum = false
  public var clearsMaximum = false
  /// The values kept ready in memory; without effect where one writer holds the file.
  public var cache: Int64?
  public var type: TypeName?
  /// `owned by table.column`; `none` is the name `none`.
  public var ownedBy: QualifiedName?

  public enum Restart: Hashable, Sendable {
    case atStart
    case at(Int64)
  }

  public init(
    start: Int64? = nil, increment: Int64? = nil, minimum: Int64? = nil, maximum: Int64? = nil, cycles: Bool? = nil,
    cache: Int64? = nil, type: TypeName? = nil, ownedBy: QualifiedName? = nil
  ) {
    self.start = start
    self.increment = increment
    self.minimum = minimum
    self.maximum = maximum
    self.cycles = cycles
    self.cache = cache
    self.type = type
    self.ownedBy = ownedBy
  }
}

public struct TableConstraint: Hashable, Sendable {
  public enum Kind: Hashable, Sendable {
    case primaryKey([Identifier])
    case unique([Identifier])
    case check(Expression)
    case foreignKey([Identifier], references: QualifiedName, [Identifier], onDelete: String?, onUpdate: String?)
  }

  public var name: Identifier?
  public var kind: Kind
  /// `deferrable`: may be checked at the end of the transaction.
  public var isDeferrable: Bool
  /// `initially deferred`: is checked at the end of the transaction.
  public var isInitiallyDeferred: Bool
  /// `not valid`: rows that are there already are not checked.
  public var isNotValid = false
  public var range: SourceRange

  public init(
    name: Identifier? = nil, kind: Kind, isDeferrable: Bool = false, isInitiallyDeferred: Bool = false,
    range: SourceRange
  ) {
    self.name = name
    self.kind = kind
    self.isDeferrable = isDeferrable
    self.isInitiallyDeferred = isInitiallyDeferred
    self.range = range
  }
}

public struct CreateTable: Hashable, Sendable {
  public var name: QualifiedName
  public var ifNotExists: Bool
  public var isTemporary: Bool
  /// What becomes of a temporary table at the end of a transaction.
  public var onCommit = OnCommit.preserveRows
  public var columns: [ColumnDefinition]
  public var constraints: [TableConstraint]
  /// `like other including all`.
  public var like: QualifiedName?
  /// What `like` takes over beside the columns: `including all`, `excluding indexes` …, in order, in lower case.
  public var likeOptions: [String]

  public init(
    name: QualifiedName, ifNotExists: Bool = false, isTemporary: Bool = false, columns: [ColumnDefinition],
    constraints: [TableConstraint] = [], like: QualifiedName? = nil, likeOptions: [String] = []
  ) {
    self.name = name
    self.ifNotExists = ifNotExists
    self.isTemporary = isTemporary
    self.columns = columns
    self.constraints = constraints
    self.like = like
    self.likeOptions = likeOptions
  }
}

public struct CreateTableAs: Hashable, Sendable {
  public var name: QualifiedName
  public var ifNotExists: Bool
  public var isTemporary: Bool
  /// What becomes of a temporary table at the end of a transaction.
  public var onCommit = OnCommit.preserveRows
  public var columns: [Identifier]
  public var query: Query
  public var withData: Bool

  public init(
    name: QualifiedName, ifNotExists: Bool, isTemporary: Bool, columns: [Identifier], query: Query, withData: Bool
  ) {
    self.name = name
    self.ifNotExists = ifNotExists
    self.isTemporary = isTemporary
    self.columns = columns
    self.query = query
    self.withData = withData
  }
}

public struct CreateView: Hashable, Sendable {
  public var name: QualifiedName
  public var orReplace: Bool
  public var isMaterialized: Bool
  public var ifNotExists: Bool
  public var isTemporary: Bool
  public var columns: [Identifier]
  public var query: Query
  public var withData: Bool

  public init(
    name: QualifiedName, orReplace: Bool = false, isMaterialized: Bool = false, ifNotExists: Bool = false,
    isTemporary: Bool = false, columns: [Identifier] = [], query: Query, withData: Bool = true
  ) {
    self.name = name
    self.orReplace = orReplace
    self.isMaterialized = isMaterialized
    self.ifNotExists = ifNotExists
    self.isTemporary = isTemporary
    self.columns = columns
    self.query = query
    self.withData = withData
  }
}

public struct CreateIndex: Hashable, Sendable {
  public var name: Identifier?
  public var table: QualifiedName
  public var isUnique: Bool
  public var ifNotExists: Bool
  public var concurrently: Bool
  /// The access method as written, such as `btree` or `gin`.
  public var method: String?
  public var keys: [OrderItem]
  public var included: [Identifier]
  public var condition: Expression?

  public init(
    name: Identifier?, table: QualifiedName, isUnique: Bool = false, ifNotExists: Bool = false,
    concurrently: Bool = false, method: String? = nil, keys: [OrderItem], included: [Identifier] = [],
    condition: Expression? = nil
  ) {
    self.name = name
    self.table = table
    self.isUnique = isUnique
    self.ifNotExists = ifNotExists
    self.concurrently = concurrently
    self.method = method
    self.keys = keys
    self.included = included
    self.condition = condition
  }
}

public struct FunctionParameter: Hashable, Sendable {
  public enum Mode: String, Hashable, Sendable { case in_ = "in", out, inout_ = "inout", variadic, table }

  public var mode: Mode
  public var name: Identifier?
  public var type: TypeName
  public var defaultValue: Expression?

  public init(mode: Mode = .in_, name: Identifier?, type: TypeName, defaultValue: Expression? = nil) {
    self.mode = mode
    self.name = name
    self.type = type
    self.defaultValue = defaultValue
  }
}

public struct CreateFunction: Hashable, Sendable {
  public var name: QualifiedName
  public var orReplace: Bool
  public var isProcedure: Bool
  public var parameters: [FunctionParameter]
  /// Nil for `returns table` and procedures: the parameters of mode `table` or `out` say it.
  public var returns: TypeName?
  public var language: String
  public var body: String
  /// The range of the text inside the body's quotes, so that errors in it point into the statement.
  public var bodyRange: SourceRange
  /// `immutable`, `stable`, `strict`, `security definer` …, in lower case.
  public var attributes: [String]

  public init(
    name: QualifiedName, orReplace: Bool, isProcedure: Bool, parameters: [FunctionParameter], returns: TypeName?,
    language: String, body: String, bodyRange: SourceRange, attributes: [String]
  ) {
    self.name = name
    self.orReplace = orReplace
    self.isProcedure = isProcedure
    self.parameters = parameters
    self.returns = returns
    self.language = language
    self.body = body
    self.bodyRange = bodyRange
    self.attributes = attributes
  }
}

public struct CreateTrigger: Hashable, Sendable {
  public enum Timing: String, Hashable, Sendable { case before, after, insteadOf = "instead of" }
  public enum Event: Hashable, Sendable { case insert, delete, truncate, update(of: [Identifier]) }

  public var name: Identifier
  public var orReplace: Bool
  public var timing: Timing
  public var events: [Event]
  public var table: QualifiedName
  public var isForEachRow: Bool
  public var condition: Expression?
  public var function: QualifiedName
  public var arguments: [String]

  public init(
    name: Identifier, orReplace: Bool, timing: Timing, events: [Event], table: QualifiedName, isForEachRow: Bool,
    condition: Expression?, function: QualifiedName, arguments: [String]
  ) {
    self.name = name
    self.orReplace = orReplace
    self.timing = timing
    self.events = events
    self.table = table
    self.isForEachRow = isForEachRow
    self.condition = condition
    self.function = function
    self.arguments = arguments
  }
}

public struct Drop: Hashable, Sendable {
  public enum ObjectKind: String, Hashable, Sendable {
    case table, view, materializedView = "materialized view", index, schema, sequence, type, domain, extension_ =
      "extension",
      role, function, procedure, trigger
  }

  public var kind: ObjectKind
  public var names: [QualifiedName]
  /// Argument types of functions, parallel to `names`; nil where no parentheses were written.
  public var signatures: [[TypeName]?]
  /// The table of a trigger.
  public var table: QualifiedName?
  public var ifExists: Bool
  public var cascade: Bool

  public init(
    kind: ObjectKind, names: [QualifiedName], signatures: [[TypeName]?] = [], table: QualifiedName? = nil,
    ifExists: Bool = false, cascade: Bool = false
  ) {
    self.kind = kind
    self.names = names
    self.signatures = signatures
    self.table = table
    self.ifExists = ifExists
    self.cascade = cascade
  }
}

public struct Grant: Hashable, Sendable {
  public enum Target: Hashable, Sendable {
    case tables([QualifiedName])
    case allTables(inSchemas: [Identifier])
    case sequences([QualifiedName])
    case allSequences(inSchemas: [Identifier])
    case functions([QualifiedName], signatures: [[TypeName]?])
    case allFunctions(inSchemas: [Identifier])
    case schemas([Identifier])
    /// `grant role to role`.
    case roles([Identifier])
  }

  public struct Privilege: Hashable, Sendable {
    /// In lower case: `select`, `insert`, `usage`, `all` …
    public var name: String
    public var columns: [Identifier]
    public var range: SourceRange

    public init(name: String, columns: [Identifier] = [], range: SourceRange = SourceRange(start: 0, end: 0)) {
      self.name = name
      self.columns = columns
      self.range = range
    }
  }

  public var isRevoke: Bool
  public var privileges: [Privilege]
  public var target: Target
  /// `public` is the name `public`.
  public var grantees: [Identifier]
  /// `with grant option`, `with admin option`, `grant option for`.
  public var withGrantOption: Bool
  /// `revoke … cascade`.
  public var cascade: Bool

  public init(
    isRevoke: Bool, privileges: [Privilege], target: Target, grantees: [Identifier], withGrantOption: Bool = false,
    cascade: Bool = false
  ) {
    self.isRevoke = isRevoke
    self.privileges = privileges
    self.target = target
    self.grantees = grantees
    self.withGrantOption = withGrantOption
    self.cascade = cascade
  }
}

public enum CommentTarget: Hashable, Sendable {
  case relation(String, QualifiedName)
  case column(QualifiedName)
  case other(String, QualifiedName)
}
