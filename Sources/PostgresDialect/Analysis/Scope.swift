/// The names that one query level sees, and what analysis learns about that level.
final class Scope {
  let parent: Scope?
  var relations: [ScopeRelation] = []
  /// Columns merged by USING and NATURAL, in front of the others.
  var merged: [ScopeColumn] = []
  /// The names of relations that the statement has but that have no row here: MERGE's target where nothing matched.
  var unreachable: Set<String> = []
  var commonTables: [String: CommonTableBinding] = [:]
  var windows: [String: WindowSpecification] = [:]
  /// Set when an aggregate of this level was met.
  var hasAggregates = false
  var hasWindowFunctions = false
  /// The direct arguments of aggregates with WITHIN GROUP: one value for the whole group.
  var directArguments: [SQLiteExpression] = []
  /// Set when an aggregate was met that belongs to a level further out.
  var hasOuterAggregates = false
  /// The set-returning functions met in this level's select list.
  var expansions: [SetExpansion] = []
  /// Whether analysis stands inside an aggregate's arguments.
  var isInsideAggregate = false

  init(parent: Scope?) { self.parent = parent }

  /// The aliases that SQLite sees of this level's FROM items.
  var tables: Set<String> { Set(relations.flatMap(\.tables)) }

  /// The common table of that name here or further out.
  func commonTable(_ name: String) -> CommonTableBinding? {
    commonTables[name] ?? parent?.commonTable(name)
  }
}

/// One item of FROM.
struct ScopeRelation {
  /// The name by which the statement calls it.
  var name: String
  /// The schema of an unaliased table: `scout.t.column` may name it.
  var schema: String?
  /// The alias in the SQLite statement.
  var table: String
  /// The further aliases of a join that has one name.
  var otherTables: [String] = []
  var columns: [ScopeColumn]
  /// The stored relation, for functional dependency on its primary key.
  var relation: Relation?
  /// Whether its rows are plain values, as those of `generate_series`: then its name alone is the value.
  var isScalarFunction = false
  /// Whether it is a record variable whose whole value is null.
  var isNull = false
  /// Whether an outer join may have filled the row with nulls.
  var isNullExtended = false
  /// Whether a recursive term names its own query.
  var isRecursiveReference = false

  var tables: [String] { [table] + otherTables }
}

struct ScopeColumn {
  var name: String
  var expression: TypedExpression
  /// Merged into another by USING: `*` shows it once.
  var isMerged = false
  /// The column of the catalog that it is.
  var origin: ColumnOrigin?
}

/// A column of a relation of the catalog.
public struct ColumnOrigin: Hashable, Sendable {
  /// The relation's qualified name.
  public var relation: String
  public var column: String

  public init(relation: String, column: String) {
    self.relation = relation
    self.column = column
  }
}

/// A common table as later references see it.
struct CommonTableBinding {
  var storageName: String
  var columns: [ResultColumn]
  /// The column names in SQLite, parallel to `columns`.
  var storageColumns: [String]
  /// Set while the recursive term is analysed.
  var isRecursiveReference = false
}

/// Where an expression stands: decides whether aggregates and window functions are allowed.
enum Clause: Sendable {
  case select, from, joinCondition, whereCondition, groupBy, having, orderBy, limit, values, windowDefinition,
    aggregateArguments, filter, distinctOn, defaultValue, check, indexKey, indexPredicate, generated, assignment,
    returning, mergeCondition

  var name: String {
    switch self {
    case .select: "SELECT"
    case .from: "functions in FROM"
    case .joinCondition: "JOIN conditions"
    case .whereCondition: "WHERE"
    case .groupBy: "GROUP BY"
    case .having: "HAVING"
    case .orderBy: "ORDER BY"
    case .limit: "LIMIT"
    case .values: "VALUES"
    case .windowDefinition: "window definitions"
    case .aggregateArguments: "aggregate arguments"
    case .filter: "FILTER"
    case .distinctOn: "DISTINCT ON"
    case .defaultValue: "DEFAULT expressions"
    case .check: "check constraints"
    case .indexKey: "index expressions"
    case .indexPredicate: "index predicates"
    case .generated: "column generation expressions"
    case .assignment: "UPDATE"
    case .returning: "RETURNING"
    case .mergeCondition: "MERGE WHEN conditions"
    }
  }

  var allowsAggregates: Bool {
    switch self {
    case .select, .having, .orderBy, .windowDefinition, .distinctOn: true
    default: false
    }
  }

  var allowsWindowFunctions: Bool { self == .select || self == .orderBy || self == .distinctOn }

  var allowsSetFunctions: Bool { self == .select || self == .orderBy || self == .groupBy || self == .distinctOn }
}

/// A query after analysis.
struct LoweredQuery {
  var query: SQLiteQuery
  var columns: [ResultColumn]
  /// The column names in SQLite, unique, parallel to `columns`.
  var storageColumns: [String]
  /// Whether aggregates without GROUP BY make one row of all.
  var isAggregate = false
  /// Whether it has aggregates of a query around it.
  var hasOuterAggregates = false
}

/// Column names with repetitions made unique, as SQLite needs them in subqueries.
func uniqueNames(_ names: [String]) -> [String] {
  var seen: Set<String> = []
  return names.map { name in
    var candidate = name
    var number = 1
    // SQLite's column names do not distinguish case.
    while !seen.insert(candidate.lowercased()).inserted {
      candidate = "\(name):\(number)"
      number += 1
    }
    return candidate
  }
}
