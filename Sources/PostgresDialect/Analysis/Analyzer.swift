/// Resolves names and types of one statement and lowers it to SQLite's tree.
///
/// One instance analyses one statement. The work is spread over extensions by subject: ``Analyzer`` queries, FROM,
/// expressions, calls, and statements that write.
final class Analyzer {
  let catalog: any Catalog
  var context: LoweringContext
  private var usedAliases: Set<String> = []
  /// Views under expansion, to notice one that contains itself.
  var openViews: [String] = []
  /// The stored tables that the statement has named so far in FROM, also under views, by their names in SQLite.
  var readTables: Set<String> = []
  /// What each `*` of the statement stands for, by its place; a view keeps that and not the star.
  var starExpansions: [SourceRange: String] = [:]
  /// The columns of the catalog that the statement itself uses, views under expansion aside; nil when nobody asks.
  var columnUses: Set<ColumnUseInText>?
  /// The types of the statement's own parameters, as far as the caller gives them.
  let parameterTypes: [ParameterList.Source: SQLType]
  /// The variables of the routine around the statement.
  var variables: RoutineVariables?
  /// What the statement sees as a step of a command.
  let step: StepEnvironment
  /// The names of common tables that cannot be used yet, of each WITH around.
  var laterTables: [Set<String>] = []
  /// The snapshots through which changed tables are read, by the tables' names in SQLite.
  var snapshots: [String: String]

  init(
    catalog: any Catalog, timeZone: TimeZoneRules, parameterTypes: [ParameterList.Source: SQLType] = [:],
    variables: RoutineVariables? = nil, step: StepEnvironment = StepEnvironment()
  ) {
    self.step = step
    snapshots = step.snapshots
    self.variables = variables
    self.catalog = catalog
    self.parameterTypes = parameterTypes
    context = LoweringContext(
      timeZone: timeZone, range: SourceRange(start: 0, end: 0), parameters: ParameterList())
    context.searchPath = catalog.searchPath
  }

  var parameterNames: [String] {
    parameterTypes.keys.compactMap { if case .named(let name) = $0 { name } else { nil } }.sorted()
  }

  /// An alias that no other FROM item of the statement has.
  func uniqueAlias(_ wanted: String) -> String {
    var alias = wanted
    var number = 1
    while !usedAliases.insert(alias.lowercased()).inserted {
      number += 1
      alias = "\(wanted):\(number)"
    }
    return alias
  }

  /// The type that a written name stands for.
  ///
  /// - Throws: 42704 for a name that no type has.
  func type(_ name: TypeName) throws(SQLError) -> SQLType { try SQLType(name) }

  /// The boolean that WHERE, ON, HAVING, FILTER and WHEN need.
  func condition(_ expression: Expression, _ clause: Clause, _ scope: Scope, name: String) throws(SQLError)
    -> SQLiteExpression
  {
    let value = try lower(expression, clause, scope)
    guard value.type.isUnknown || value.type == .boolean else {
      throw SQLError(
        .datatypeMismatch, "argument of \(name) must be type boolean, not type \(value.type.displayName)",
        at: expression.range)
    }
    return try context.cast(value, to: .boolean, in: .implicit).sql
  }
}

/// What `from` is to SQLite after one FROM item more.
func joined(_ from: SQLiteTable?, _ next: SQLiteTable) -> SQLiteTable {
  guard let from else { return next }
  // SQLite keeps the order of a "cross join"; a plain join leaves the order to its planner.
  return .join("join", from, next, on: nil)
}
