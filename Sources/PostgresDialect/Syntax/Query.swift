/// A query: SELECT, VALUES or a set operation, with what may stand around it.
public struct Query: Hashable, Sendable {
  public var with: WithClause?
  public var body: QueryBody
  public var orderBy: [OrderItem]
  public var limit: Expression?
  public var offset: Expression?
  /// `fetch first n rows with ties`.
  public var limitWithTies: Bool
  /// `for update`, `for share`: accepted, without effect where one writer holds the file.
  public var isLocking: Bool
  public var range: SourceRange

  public init(
    with: WithClause? = nil, body: QueryBody, orderBy: [OrderItem] = [], limit: Expression? = nil,
    offset: Expression? = nil, limitWithTies: Bool = false, isLocking: Bool = false, range: SourceRange
  ) {
    self.with = with
    self.body = body
    self.orderBy = orderBy
    self.limit = limit
    self.offset = offset
    self.limitWithTies = limitWithTies
    self.isLocking = isLocking
    self.range = range
  }
}

public indirect enum QueryBody: Hashable, Sendable {
  case select(Select)
  case values([[Expression]])
  case setOperation(SetOperator, isAll: Bool, QueryBody, QueryBody)
  /// A query in parentheses with clauses of its own.
  case nested(Query)
}

public enum SetOperator: String, Hashable, Sendable {
  case union, intersect, except
}

public struct WithClause: Hashable, Sendable {
  public var isRecursive: Bool
  public var tables: [CommonTable]

  public init(isRecursive: Bool, tables: [CommonTable]) {
    self.isRecursive = isRecursive
    self.tables = tables
  }
}

public struct CommonTable: Hashable, Sendable {
  public var name: Identifier
  public var columns: [Identifier]
  public var isMaterialized: Bool?
  /// A query, or INSERT, UPDATE, DELETE with RETURNING.
  public var statement: Statement

  public init(name: Identifier, columns: [Identifier] = [], isMaterialized: Bool? = nil, statement: Statement) {
    self.name = name
    self.columns = columns
    self.isMaterialized = isMaterialized
    self.statement = statement
  }
}

public struct Select: Hashable, Sendable {
  public enum Distinct: Hashable, Sendable {
    case all
    case distinct
    case on([Expression])
  }

  public var distinct: Distinct
  /// May be empty, as PostgreSQL allows.
  public var items: [SelectItem]
  public var from: [TableExpression]
  public var condition: Expression?
  public var groupBy: [GroupingElement]
  /// `group by distinct`: equal grouping sets count once.
  public var isGroupByDistinct: Bool
  public var having: Expression?
  public var windows: [NamedWindow]
  public var range: SourceRange

  public init(
    distinct: Distinct = .all, items: [SelectItem], from: [TableExpression] = [], condition: Expression? = nil,
    groupBy: [GroupingElement] = [], isGroupByDistinct: Bool = false, having: Expression? = nil,
    windows: [NamedWindow] = [], range: SourceRange
  ) {
    self.distinct = distinct
    self.items = items
    self.from = from
    self.condition = condition
    self.groupBy = groupBy
    self.isGroupByDistinct = isGroupByDistinct
    self.having = having
    self.windows = windows
    self.range = range
  }
}

/// One output of a SELECT or RETURNING; `*` and `t.*` are the expression kind `star`.
public struct SelectItem: Hashable, Sendable {
  public var expression: Expression
  public var alias: Identifier?

  public init(expression: Expression, alias: Identifier? = nil) {
    self.expression = expression
    self.alias = alias
  }
}

public indirect enum GroupingElement: Hashable, Sendable {
  case expression(Expression)
  /// `()`.
  case empty
  /// `(a, b)` inside grouping sets, rollup or cube.
  case group([Expression])
  case rollup([GroupingElement])
  case cube([GroupingElement])
  case sets([GroupingElement])
}

public struct NamedWindow: Hashable, Sendable {
  public var name: Identifier
  public var specification: WindowSpecification

  public init(name: Identifier, specification: WindowSpecification) {
    self.name = name
    self.specification = specification
  }
}

public struct TableAlias: Hashable, Sendable {
  public var name: Identifier
  public var columns: [Identifier]
  /// The types in `as t(a int, b text)`, parallel to `columns`; empty otherwise.
  public var columnTypes: [TypeName]

  public init(name: Identifier, columns: [Identifier] = [], columnTypes: [TypeName] = []) {
    self.name = name
    self.columns = columns
    self.columnTypes = columnTypes
  }
}

public indirect enum TableExpression: Hashable, Sendable {
  case relation(QualifiedName, alias: TableAlias?, isOnly: Bool)
  case subquery(Query, alias: TableAlias?, isLateral: Bool, range: SourceRange)
  /// One or more functions (`rows from (…)` has several).
  case functions([FunctionCall], alias: TableAlias?, withOrdinality: Bool, isLateral: Bool, range: SourceRange)
  case join(JoinKind, TableExpression, TableExpression, JoinCondition, range: SourceRange)
  /// `(a join b on …) as t`.
  case aliased(TableExpression, TableAlias)
}

public enum JoinKind: String, Hashable, Sendable {
  case inner, left, right, full, cross
}

public enum JoinCondition: Hashable, Sendable {
  case none
  case on(Expression)
  case using([Identifier], alias: Identifier?)
  case natural
}
