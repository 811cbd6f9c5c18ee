/// How a row of a stored relation leads to the rows of a query that it can influence, by one column of the result.
///
/// With `key` computed over the stored row: a row can only influence result rows whose column lies between
/// `key + low` and `key + high`. Both are 0 unless a window looks back or a join shifts a date.
struct InfluenceKey: Hashable, Sendable {
  var key: SQLiteExpression
  var low: Int64 = 0
  var high: Int64 = 0

  var isExact: Bool { low == 0 && high == 0 }

  /// Covers both ways in which one row may have influence; nil when they use different keys.
  func union(_ other: InfluenceKey) -> InfluenceKey? {
    guard key == other.key else { return nil }
    return InfluenceKey(key: key, low: min(low, other.low), high: max(high, other.high))
  }

  /// The influence on a column that is this one's plus `distance`.
  ///
  /// The unshifted value stays in: an infinite date is its own neighbour.
  func shifted(by distance: Int64) -> InfluenceKey {
    InfluenceKey(key: key, low: min(low, low + distance), high: max(high, high + distance))
  }
}

/// For one column: by the alias under which the query reads a relation. An alias that is missing may influence
/// every value of the column.
typealias ColumnInfluence = [String: InfluenceKey]

/// What the analysis of a query found.
///
/// The property that all of this rests on, and that every rule below preserves: if rows of the relation `a` are added
/// or removed, the result rows whose column `i` is `v` stay the same as long as none of those rows has `v` between its
/// `key + low` and `key + high` of `columns[i][a]`. So the rows to compute again follow from the changed rows, and the
/// rows needed for that from the same keys read backwards.
struct Influence: Sendable {
  var columns: [ColumnInfluence] = []
  /// The stored relations by alias.
  var relations: [String: String] = [:]
  /// Aliases that are read in places where nothing is derived: subqueries in expressions, for example.
  var opaque: Set<String> = []

  init(of query: SQLiteQuery) {
    var analysis = InfluenceAnalysis()
    columns = analysis.columns(of: query)
    relations = analysis.relations
    opaque = analysis.opaque
    for index in columns.indices { columns[index] = columns[index].filter { !opaque.contains($0.key) } }
  }
}

private struct InfluenceAnalysis {
  var relations: [String: String] = [:]
  var opaque: Set<String> = []
  /// The common tables in scope: what they are made of.
  private var commonTables: [String: (names: [String], columns: [ColumnInfluence], aliases: Set<String>)] = [:]

  // MARK: Queries

  /// One influence per column of the result.
  mutating func columns(of query: SQLiteQuery) -> [ColumnInfluence] {
    let outer = commonTables
    defer { commonTables = outer }
    for table in query.commonTables {
      if query.isRecursive {
        ignore(table.query)
        commonTables[table.name] = (table.columns, table.columns.map { _ in [:] }, [])
        continue
      }
      var reached = Set(relations.keys)
      let columns = columns(of: table.query)
      reached = Set(relations.keys).subtracting(reached)
      commonTables[table.name] = (table.columns, columns, reached.union(aliasesOfCommonTables(in: table.query)))
    }
    for term in query.orderBy { ignoreSubqueries(of: term.expression) }
    let columns = columns(of: query.body)
    // Which rows fall under a limit depends on all of them.
    return query.limit == nil && query.offset == nil ? columns : columns.map { _ in [:] }
  }

  private func aliasesOfCommonTables(in query: SQLiteQuery) -> Set<String> {
    var aliases: Set<String> = []
    _ = query.replacingRelations { name, _ in
      if let table = commonTables[name] { aliases.formUnion(table.aliases) }
      return nil
    }
    return aliases
  }

  private mutating func columns(of body: SQLiteBody) -> [ColumnInfluence] {
    switch body {
    case .select(let select): return columns(of: select)
    case .values(let rows):
      for row in rows { for value in row { ignoreSubqueries(of: value) } }
      return (rows.first ?? []).map { _ in [:] }
    case .compound(_, let left, let right):
      let left = columns(of: left)
      let right = columns(of: right)
      // Equal rows have equal columns, so this holds for all set operations.
      return zip(left, right).map { merged($0, $1) }
    case .nested(let query, _): return columns(of: query)
    }
  }

  private mutating func columns(of select: SQLiteSelect) -> [ColumnInfluence] {
    var scope = InfluenceScope()
    if let from = select.from { scope = self.scope(of: from) }
    if let condition = select.condition {
      scope.join(on: condition)
      ignoreSubqueries(of: condition)
    }
    for key in select.groupBy { ignoreSubqueries(of: key) }
    if let having = select.having { ignoreSubqueries(of: having) }
    for item in select.items { ignoreSubqueries(of: item.expression) }
    let isGrouped =
      !select.groupBy.isEmpty || select.having != nil || select.items.contains { $0.expression.containsAggregate }
    let windows = select.items.flatMap { $0.expression.windows }
    return select.items.map { item in
      if isGrouped && !select.groupBy.contains(item.expression) { return [:] }
      guard item.expression.windows.isEmpty else { return [:] }
      var influence = scope.influence(on: item.expression)
      for window in windows { influence = Self.seen(influence, item.expression, through: window) }
      return influence
    }
  }

  /// The influence on a column beside a window function, whose value depends on other rows of the partition.
  private static func seen(
    _ influence: ColumnInfluence, _ column: SQLiteExpression, through window: SQLiteWindow
  ) -> ColumnInfluence {
    if window.partitionBy.contains(column) { return influence }
    guard window.range == nil, window.orderBy.count == 1, let order = window.orderBy.first, order.expression == column,
      let frame = window.frame, let reach = Self.reach(ofRange: frame)
    else { return [:] }
    let (back, ahead) = order.isDescending ? (reach.ahead, reach.back) : reach
    return influence.mapValues { InfluenceKey(key: $0.key, low: $0.low - ahead, high: $0.high + back) }
  }

  /// How far `range between 6 preceding and current row` looks; nil for what looks without limit, and for rows.
  private static func reach(ofRange frame: String) -> (back: Int64, ahead: Int64)? {
    let words = frame.split(separator: " ")
    guard words.count >= 2, words[0] == "range", words[1] == "between" else { return nil }
    func bound(_ words: ArraySlice<Substring>) -> Int64? {
      let words = Array(words)
      if words == ["current", "row"] { return 0 }
      guard words.count == 2, let distance = Int64(words[0]), (0...4000).contains(distance) else { return nil }
      return words[1] == "preceding" ? -distance : words[1] == "following" ? distance : nil
    }
    guard let middle = words.firstIndex(of: "and"), words.count == middle + 3, let start = bound(words[2..<middle]),
      let end = bound(words[(middle + 1)...])
    else { return nil }
    return (back: max(0, -start), ahead: max(0, end))
  }

  // MARK: FROM

  private mutating func scope(of table: SQLiteTable) -> InfluenceScope {
    var scope = InfluenceScope()
    switch table {
    case .relation(let name, let alias):
      if let common = commonTables[name] {
        for (column, influence) in zip(common.names, common.columns) {
          scope.columns[ColumnUse(table: alias, column: column)] = influence
        }
        scope.tables = [alias]
      } else {
        relations[alias] = name
        scope.stored = [alias]
        scope.tables = [alias]
      }
    case .subquery(let query, let alias):
      for (index, influence) in columns(of: query).enumerated() {
        scope.columns[ColumnUse(table: alias, column: query.columnName(at: index))] = influence
      }
      scope.tables = [alias]
    case .function(_, let arguments, let alias):
      arguments.forEach { ignoreSubqueries(of: $0) }
      scope.tables = [alias]
    case .join(let kind, let left, let right, let condition):
      let left = self.scope(of: left)
      let right = self.scope(of: right)
      if let condition { ignoreSubqueries(of: condition) }
      switch kind {
      case "join", "cross join", "inner join":
        scope = left.union(right)
        if let condition { scope.join(on: condition) }
      case "left join", "left outer join": scope = Self.outer(kept: left, filled: right, on: condition)
      case "right join", "right outer join": scope = Self.outer(kept: right, filled: left, on: condition)
      default:
        scope = left.union(right)
        scope.forget(left.tables.union(right.tables))
      }
    }
    return scope
  }

  /// An outer join. A row of the filled side changes result rows of the kept rows that it meets, but it also takes the
  /// place of nulls; so the columns of the filled side tell nothing, and those of the kept side what ON says.
  private static func outer(kept: InfluenceScope, filled: InfluenceScope, on condition: SQLiteExpression?)
    -> InfluenceScope
  {
    var scope = kept.union(filled)
    if let condition { scope.join(on: condition, keeping: kept.tables) }
    scope.forget(filled.tables)
    return scope
  }

  // MARK: What nothing is derived for

  private mutating func ignoreSubqueries(of expression: SQLiteExpression) {
    var queries: [SQLiteQuery] = []
    expression.walk { part in
      switch part {
      case .scalar(let query), .exists(let query), .inQuery(_, let query, _): queries.append(query)
      default: break
      }
      return true
    }
    queries.forEach { ignore($0) }
  }

  /// Notes that a query reads relations in a way that is not followed.
  private mutating func ignore(_ query: SQLiteQuery) {
    var found: [(String, String)] = []
    _ = query.replacingRelations { name, alias in
      found.append((name, alias))
      return nil
    }
    for (name, alias) in found {
      if let common = commonTables[name] {
        opaque.formUnion(common.aliases)
      } else {
        relations[alias] = name
        opaque.insert(alias)
      }
    }
  }

  private func merged(_ a: ColumnInfluence, _ b: ColumnInfluence) -> ColumnInfluence {
    InfluenceScope.merged(a, b)
  }
}

/// The columns of a FROM and what influences them.
struct InfluenceScope {
  var columns: [ColumnUse: ColumnInfluence] = [:]
  /// Aliases of stored relations, whose columns are themselves.
  var stored: Set<String> = []
  var tables: Set<String> = []

  func union(_ other: InfluenceScope) -> InfluenceScope {
    InfluenceScope(
      columns: columns.merging(other.columns) { first, _ in first }, stored: stored.union(other.stored),
      tables: tables.union(other.tables))
  }

  func influence(on column: ColumnUse) -> ColumnInfluence {
    if let known = columns[column] { return known }
    return stored.contains(column.table) ? [column.table: InfluenceKey(key: .column(column))] : [:]
  }

  mutating func forget(_ tables: Set<String>) {
    stored.subtract(tables)
    columns = columns.filter { !tables.contains($0.key.table) }
  }

  /// The influence on a value computed from columns: by the same computation over the keys.
  func influence(on expression: SQLiteExpression) -> ColumnInfluence {
    if case .column(let column) = expression { return influence(on: column) }
    if let (column, distance) = expression.shiftedColumn {
      return influence(on: column).mapValues { $0.shifted(by: distance) }
    }
    guard let used = expression.plainColumns, let first = used.first else { return [:] }
    var result: ColumnInfluence = [:]
    for alias in influence(on: first).keys {
      var keys: [ColumnUse: SQLiteExpression] = [:]
      for column in used {
        if let key = influence(on: column)[alias], key.isExact { keys[column] = key.key }
      }
      guard keys.count == used.count else { continue }
      result[alias] = InfluenceKey(
        key: expression.rewritten { part in
          if case .column(let column) = part { return keys[column] }
          return nil
        })
    }
    return result
  }

  /// Lets equal columns share what is known of each.
  ///
  /// - Parameter keeping: For an outer join, the tables of the kept side: only their columns gain.
  mutating func join(on condition: SQLiteExpression, keeping: Set<String>? = nil) {
    var pairs: [(ColumnUse, ColumnUse, Int64)] = []
    for part in condition.conjuncts {
      guard case .infix("=", let left, let right) = part else { continue }
      // left = right + distance
      if let (a, x) = left.shiftedOrPlainColumn, let (b, y) = right.shiftedOrPlainColumn { pairs.append((a, b, y - x)) }
    }
    var isChanged = true
    var rounds = 0
    while isChanged && rounds < 8 {
      isChanged = false
      rounds += 1
      for (a, b, distance) in pairs {
        for (to, from, distance) in [(a, b, distance), (b, a, -distance)] {
          if let keeping, !keeping.contains(to.table) || keeping.contains(from.table) { continue }
          var known = influence(on: to)
          for (alias, key) in influence(on: from) where known[alias] == nil {
            known[alias] = distance == 0 ? key : key.shifted(by: distance)
            isChanged = true
          }
          columns[to] = known
        }
      }
    }
  }

  /// An alias that both know differently cannot be followed.
  static func merged(_ a: ColumnInfluence, _ b: ColumnInfluence) -> ColumnInfluence {
    var result = a
    for (alias, key) in b {
      if let other = a[alias] { result[alias] = other.union(key) } else { result[alias] = key }
    }
    return result
  }
}

extension SQLiteQuery {
  /// The name of a result column, as a query around it uses it.
  func columnName(at index: Int) -> String {
    var body = body
    while true {
      switch body {
      case .select(let select):
        guard index < select.items.count else { return "" }
        if let alias = select.items[index].alias { return alias }
        if case .column(let column) = select.items[index].expression { return column.column }
        return ""
      case .values: return "column\(index + 1)"
      case .compound(_, let left, _): body = left
      case .nested(let query, _): return query.columnName(at: index)
      }
    }
  }
}

extension SQLiteExpression {
  var conjuncts: [SQLiteExpression] {
    switch self {
    case .chain("and", let parts): parts.flatMap(\.conjuncts)
    case .infix("and", let left, let right): left.conjuncts + right.conjuncts
    default: [self]
    }
  }

  /// The windows of the window functions in it.
  var windows: [SQLiteWindow] {
    var windows: [SQLiteWindow] = []
    walk { part in
      if case .call(let call) = part, let window = call.window { windows.append(window) }
      return true
    }
    return windows
  }

  /// A date column moved by a constant number of days.
  var shiftedColumn: (ColumnUse, Int64)? {
    guard case .call(let call) = self, call.arguments.count == 2, case .column(let column) = call.arguments[0],
      case .integer(let days) = call.arguments[1], (-4000...4000).contains(days)
    else { return nil }
    switch call.name {
    case "pg_date_add": return (column, days)
    case "pg_date_subtract": return (column, -days)
    default: return nil
    }
  }

  var shiftedOrPlainColumn: (ColumnUse, Int64)? {
    if case .column(let column) = self { return (column, 0) }
    return shiftedColumn
  }

  /// The columns of an expression that gives the same value for the same values of these columns; nil for any other.
  var plainColumns: [ColumnUse]? {
    var columns: [ColumnUse] = []
    var isPlain = true
    walk { part in
      switch part {
      case .column(let column): if !columns.contains(column) { columns.append(column) }
      case .parameter, .scalar, .exists, .inQuery, .collate, .real: isPlain = false
      case .call(let call): if call.isAggregate || call.window != nil || call.isVolatile { isPlain = false }
      default: break
      }
      return isPlain
    }
    return isPlain ? columns : nil
  }
}
