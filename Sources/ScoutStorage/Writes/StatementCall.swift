import PostgresDialect

/// A statement on its way through execution, alone or as a step of a command.
struct StatementCall {
  var statement: Statement
  /// The text from which the statement was parsed.
  var sql: String
  var parameters: [String: (type: SQLType, value: SQLValue)]
  var rowLimit: Int
  /// What the statement sees as a step.
  var environment = StepEnvironment()
  /// What earlier steps returned, as row sets, by the names of their common tables.
  var rowSets: [String: SQLValue] = [:]

  var values: [String: SQLValue] { parameters.mapValues(\.value) }

  /// - Throws: 54000.
  func checkLimit(_ result: QueryResult) throws {
    guard result.rows.count > rowLimit else { return }
    throw SQLError(
      .programLimitExceeded, "the query returns more than \(rowLimit) rows", hint: "Add a condition or a LIMIT.")
  }
}

extension CommandSteps.Step {
  /// - Parameter known: The columns of what earlier steps returned.
  func environment(_ known: [String: [ResultColumn]]) -> StepEnvironment {
    var environment = StepEnvironment()
    environment.isStep = true
    environment.commonTables = commonTables
    environment.rows = known.filter { needs.contains($0.key) }
    return environment
  }
}

extension CompiledCommand {
  /// Whether the command is one statement of SQL that writes its rows as SQLite comes to them.
  var isOneStatement: Bool {
    switch self {
    case .statement: true
    case .write(let write): if case .statement = write.source { true } else { false }
    case .steps, .definition, .transaction: false
    }
  }
}

extension CompiledStatement.Kind {
  /// The command tag.
  func tag(_ rowCount: Int) -> String {
    switch self {
    case .query: "SELECT \(rowCount)"
    case .insert: "INSERT 0 \(rowCount)"
    case .update: "UPDATE \(rowCount)"
    case .delete: "DELETE \(rowCount)"
    case .merge: "MERGE \(rowCount)"
    }
  }
}
