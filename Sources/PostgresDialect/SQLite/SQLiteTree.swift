/// An expression of the SQLite statement that a PostgreSQL statement becomes.
///
/// Only what SQLite 3.40 has; everything else was lowered to calls of registered functions before.
/// Equality disregards where a column came from in the source, so that a select item can be recognised in GROUP BY.
public indirect enum SQLiteExpression: Hashable, Sendable {
  case null
  case integer(Int64)
  case real(Double)
  case text(String)
  case parameter(Int)
  case column(ColumnUse)
  case call(SQLiteCall)
  case prefix(String, SQLiteExpression)
  case infix(String, SQLiteExpression, SQLiteExpression)
  /// A flat chain of `and` or `or`.
  case chain(String, [SQLiteExpression])
  case postfix(SQLiteExpression, String)
  case between(SQLiteExpression, SQLiteExpression, SQLiteExpression, negated: Bool)
  case caseWhen([SQLiteBranch], otherwise: SQLiteExpression?)
  case inList(SQLiteExpression, [SQLiteExpression], negated: Bool)
  case inQuery(SQLiteExpression, SQLiteQuery, negated: Bool)
  case scalar(SQLiteQuery)
  case exists(SQLiteQuery)
  case row([SQLiteExpression])
  case collate(SQLiteExpression, String)
  case cast(SQLiteExpression, String)

  static func call(_ name: String, _ arguments: SQLiteExpression...) -> SQLiteExpression {
    .call(SQLiteCall(name: name, arguments: arguments))
  }

  static func call(_ name: String, _ arguments: [SQLiteExpression]) -> SQLiteExpression {
    .call(SQLiteCall(name: name, arguments: arguments))
  }

  /// Whether the expression is a literal.
  var isLiteral: Bool {
    switch self {
    case .null, .integer, .real, .text: true
    default: false
    }
  }
}

/// A column of one FROM item; `table` is the item's alias, unique in the whole statement.
public struct ColumnUse: Hashable, Sendable {
  public var table: String
  public var column: String
  /// Where the source names it; not part of equality.
  public var range: SourceRange?

  public static func == (a: ColumnUse, b: ColumnUse) -> Bool { a.table == b.table && a.column == b.column }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(table)
    hasher.combine(column)
  }
}

public struct SQLiteBranch: Hashable, Sendable {
  public var condition: SQLiteExpression
  public var result: SQLiteExpression
}

public struct SQLiteCall: Hashable, Sendable {
  public var name: String
  public var arguments: [SQLiteExpression]
  public var isStar = false
  public var isDistinct = false
  public var filter: SQLiteExpression?
  public var window: SQLiteWindow?
  /// Set for aggregate functions (also when a window follows), so that grouping can be checked.
  public var isAggregate = false

  /// Whether another call in the same statement may give another value.
  var isVolatile: Bool {
    ["pg_random", "pg_gen_random_uuid", "pg_clock_timestamp", "pg_nextval", "pg_currval", "pg_setval", "pg_lastval"]
      .contains(name) || name.hasPrefix("app_")
  }
}

public struct SQLiteWindow: Hashable, Sendable {
  public var partitionBy: [SQLiteExpression]
  public var orderBy: [SQLiteOrderTerm]
  /// The frame clause as SQLite writes it.
  public var frame: String?
  /// A frame that SQLite lacks; it is gone before the text is written.
  var range: SQLiteFrameRange?

  init(partitionBy: [SQLiteExpression], orderBy: [SQLiteOrderTerm], frame: String? = nil) {
    self.partitionBy = partitionBy
    self.orderBy = orderBy
    self.frame = frame
  }
}

/// A frame as a condition on the rows of the partition.
struct SQLiteFrameRange: Hashable, Sendable {
  /// The sort key of the row whose frame it is.
  var key: SQLiteExpression
  /// Which rows belong to the frame; their sort key is ``otherKey``. Nil: all.
  var condition: SQLiteExpression?

  /// Stands for the sort key of another row of the partition.
  static let otherKey = SQLiteExpression.column(ColumnUse(table: "frame", column: "key"))
}

public struct SQLiteOrderTerm: Hashable, Sendable {
  public var expression: SQLiteExpression
  public var isDescending: Bool
  /// Written out only where SQLite's default differs.
  public var nullsFirst: Bool?
}

/// A SELECT of SQLite with its clauses.
public struct SQLiteQuery: Hashable, Sendable {
  public var commonTables: [SQLiteCommonTable] = []
  public var isRecursive = false
  public var body: SQLiteBody
  public var orderBy: [SQLiteOrderTerm] = []
  public var limit: SQLiteExpression?
  public var offset: SQLiteExpression?
}

public struct SQLiteCommonTable: Hashable, Sendable {
  public var name: String
  public var columns: [String]
  public var isMaterialized: Bool?
  public var query: SQLiteQuery
}

public indirect enum SQLiteBody: Hashable, Sendable {
  case select(SQLiteSelect)
  case values([[SQLiteExpression]])
  /// Operands are simple selects or nested queries; SQLite evaluates chains from the left.
  case compound(String, SQLiteBody, SQLiteBody)
  /// A query with clauses of its own, printed as a subquery.
  case nested(SQLiteQuery, columnCount: Int)
}

public struct SQLiteSelect: Hashable, Sendable {
  public var isDistinct = false
  public var items: [SQLiteItem]
  public var from: SQLiteTable?
  public var condition: SQLiteExpression?
  public var groupBy: [SQLiteExpression] = []
  public var having: SQLiteExpression?
}

public struct SQLiteItem: Hashable, Sendable {
  public var expression: SQLiteExpression
  public var alias: String?
}

public indirect enum SQLiteTable: Hashable, Sendable {
  case relation(String, alias: String)
  case subquery(SQLiteQuery, alias: String)
  /// A table-valued function, whose arguments may use the columns of items before it.
  case function(String, [SQLiteExpression], alias: String)
  case join(String, SQLiteTable, SQLiteTable, on: SQLiteExpression?)
}
