/// A command whose common tables write, taken apart: INSERT, UPDATE and DELETE in WITH are steps of their own.
///
/// The steps stand in the order in which PostgreSQL's executor comes to them: first what the statement itself reads,
/// then the statement, then what nobody reads, the last first. A common table that several steps read is a step too, so
/// that it is computed once. PostgreSQL takes the rows of a step as the next one asks for them and says that the order
/// of writes is open; here a step is complete before the next begins.
/// Source: <https://www.postgresql.org/docs/15/queries-with.html#QUERIES-WITH-MODIFYING>, and `ExecPostprocessPlan` in
/// PostgreSQL's `src/backend/executor/execMain.c`.
public struct CommandSteps: Hashable, Sendable {
  public struct Step: Hashable, Sendable {
    /// The common table that the step is; nil for the statement itself.
    public var name: String?
    public var statement: Statement
    /// The common tables around it that do not write.
    public var commonTables: WithClause?
    /// The names of the common tables that it uses.
    public var needs: Set<String> = []
    /// The statements that begin before the step runs: those that use it begin before it, and then ask for its rows.
    public var starts: [Statement] = []
    /// What it returns, under the names that later steps use.
    public var columns: [ResultColumn] = []
    public var description: StepDescription

    /// Whether the step changes a table.
    public var writes: Bool { !statement.isQueryStatement }
  }

  public var steps: [Step]

  /// What the command returns.
  public var columns: [ResultColumn] { steps.first { $0.name == nil }?.description.columns ?? [] }
}

extension Statement {
  /// The WITH in front of the statement.
  public var with: WithClause? {
    switch kind {
    case .query(let query): query.with
    case .insert(let insert): insert.with
    case .update(let update): update.with
    case .delete(let delete): delete.with
    case .merge(let merge): merge.with
    default: nil
    }
  }

  /// Whether common tables of the statement write.
  public var writesInWith: Bool { with?.tables.contains { !$0.statement.isQueryStatement } ?? false }

  var isQueryStatement: Bool { if case .query = kind { true } else { false } }

  var hasReturning: Bool {
    switch kind {
    case .query: true
    case .insert(let insert): !insert.returning.isEmpty
    case .update(let update): !update.returning.isEmpty
    case .delete(let delete): !delete.returning.isEmpty
    default: false
    }
  }

  var withoutWith: Statement {
    var statement = self
    switch kind {
    case .query(var query):
      query.with = nil
      statement.kind = .query(query)
    case .insert(var insert):
      insert.with = nil
      statement.kind = .insert(insert)
    case .update(var update):
      update.with = nil
      statement.kind = .update(update)
    case .delete(var delete):
      delete.with = nil
      statement.kind = .delete(delete)
    case .merge(var merge):
      merge.with = nil
      statement.kind = .merge(merge)
    default: break
    }
    return statement
  }

  /// Where FROM has that name.
  fileprivate func use(of name: String) -> SourceRange? {
    var names: [QualifiedName] = []
    SyntaxWalker.relations(in: self, commonTables: [], &names)
    return names.first { $0.parts.count == 1 && $0.name == name }?.range
  }

  /// The names without a schema that the statement has in FROM, in their order, common tables of its own left out.
  fileprivate var plainNames: [String] {
    var names: [QualifiedName] = []
    SyntaxWalker.relations(in: self, commonTables: [], &names)
    return names.filter { $0.parts.count == 1 }.map(\.name)
  }
}

extension Compiler {
  /// The steps of a command whose common tables write, all of them analysed.
  ///
  /// - Throws: What PostgreSQL finds wrong before it runs anything.
  func steps(of statement: Statement, sql: String) throws(SQLError) -> CommandSteps {
    let with = statement.with ?? WithClause(isRecursive: false, tables: [])
    if case .merge = statement.kind, with.isRecursive {
      throw SQLError(
        .syntaxError, "WITH RECURSIVE is not supported for MERGE statement", at: statement.range)
    }
    var environment = step
    environment.isStep = true
    var plain: [CommonTable] = []
    var steps: [CommandSteps.Step] = []
    try checkNames(with)
    for table in with.tables {
      let name = table.name.name
      if table.statement.isQueryStatement {
        plain.append(table)
        continue
      }
      if case .merge = table.statement.kind {
        throw SQLError(.featureNotSupported, "MERGE not supported in WITH query", at: table.name.range)
      }
      if with.isRecursive, table.statement.plainNames.contains(name) {
        throw SQLError(
          .invalidRecursion, "recursive query \"\(name)\" must not contain data-modifying statements",
          at: table.name.range)
      }
      environment.commonTables = plain.isEmpty ? nil : WithClause(isRecursive: with.isRecursive, tables: plain)
      let described = try describe(table.statement, in: environment, sql: sql)
      let columns = try table.named(described.columns)
      if table.statement.hasReturning {
        environment.rows[name] = columns
      } else {
        try checkUnread(name, in: with.tables, statement)
      }
      steps.append(
        CommandSteps.Step(name: name, statement: table.statement, columns: columns, description: described))
    }
    environment.commonTables = plain.isEmpty ? nil : WithClause(isRecursive: with.isRecursive, tables: plain)
    let main = statement.withoutWith
    let last = CommandSteps.Step(statement: main, description: try describe(main, in: environment, sql: sql))
    return try ordered(steps, last, with, environment, sql: sql)
  }

  /// - Throws: 42712 for two common tables of one name; 0A000 where one is used before its place, which in PostgreSQL
  ///   means a stored table of that name, or with RECURSIVE the common table.
  private func checkNames(_ with: WithClause) throws(SQLError) {
    var names: Set<String> = []
    for (index, table) in with.tables.enumerated() {
      guard names.insert(table.name.name).inserted else {
        throw SQLError(
          .duplicateAlias, "WITH query name \"\(table.name.name)\" specified more than once", at: table.name.range)
      }
      let used = table.statement.plainNames
      for later in with.tables[(index + 1)...] where used.contains(later.name.name) {
        let isQuery = table.statement.isQueryStatement && later.statement.isQueryStatement
        if with.isRecursive, isQuery { continue }
        if !with.isRecursive, catalog.relation(schema: nil, name: later.name.name) == nil {
          throw .forwardReference(later.name.name, at: table.statement.use(of: later.name.name) ?? table.name.range)
        }
        throw SQLError(
          .featureNotSupported, "\"\(later.name.name)\" is used in WITH before its place, which is not supported",
          at: later.name.range)
      }
    }
  }

  /// - Throws: 0A000 where a common table without RETURNING is read.
  private func checkUnread(_ name: String, in tables: [CommonTable], _ statement: Statement) throws(SQLError) {
    for reader in tables.map(\.statement) + [statement.withoutWith] {
      guard let use = reader.use(of: name) else { continue }
      throw SQLError(.featureNotSupported, "WITH query \"\(name)\" does not have a RETURNING clause", at: use)
    }
  }

  private func ordered(
    _ writing: [CommandSteps.Step], _ main: CommandSteps.Step, _ with: WithClause, _ environment: StepEnvironment,
    sql: String
  ) throws(SQLError) -> CommandSteps {
    let plain = with.tables.filter(\.statement.isQueryStatement)
    let plainNames = Set(plain.map(\.name.name))
    var uses: [String: [String]] = [:]
    var known = Set(with.isRecursive ? with.tables.map(\.name.name) : [])
    for table in with.tables {
      uses[table.name.name] = table.statement.plainNames.filter(known.contains)
      known.insert(table.name.name)
    }
    /// The common tables that a step needs, over any number of others that do not write, in the order of their use.
    func needs(of step: CommandSteps.Step) -> [String] {
      var found: [String] = []
      func add(_ names: [String]) {
        for name in names where uses[name] != nil && !found.contains(name) {
          found.append(name)
          if plainNames.contains(name) { add(uses[name] ?? []) }
        }
      }
      add(step.name.flatMap { uses[$0] } ?? step.statement.plainNames)
      return found
    }
    var readers: [String: Int] = [:]
    for step in writing + [main] {
      for name in needs(of: step) { readers[name, default: 0] += 1 }
    }
    // What several steps read is computed once.
    var shared: [CommandSteps.Step] = []
    for table in plain where (readers[table.name.name] ?? 0) > 1 {
      let star = Expression(.star(nil), at: table.name.range)
      let select = Select(
        items: [SelectItem(expression: star)],
        from: [.relation(QualifiedName([table.name]), alias: nil, isOnly: false)], range: table.name.range)
      let statement = Statement(.query(Query(body: .select(select), range: table.name.range)), at: table.name.range)
      let described = try describe(statement, in: environment, sql: sql)
      shared.append(
        CommandSteps.Step(
          name: table.name.name, statement: statement, columns: described.columns, description: described))
    }
    var ordered: [CommandSteps.Step] = []
    var done: Set<String> = []
    var starts: [Statement] = []
    func add(_ step: CommandSteps.Step) {
      if let name = step.name { guard done.insert(name).inserted else { return } }
      let needs = needs(of: step)
      starts.append(step.statement)
      for name in needs { if let other = (writing + shared).first(where: { $0.name == name }) { add(other) } }
      var step = step
      let tables = plain.filter { table in
        let name = table.name.name
        return name == step.name || needs.contains(name) && !done.contains(name)
      }
      step.commonTables = tables.isEmpty ? nil : WithClause(isRecursive: with.isRecursive, tables: tables)
      step.needs = Set(needs)
      step.starts = starts
      starts = []
      ordered.append(step)
    }
    add(main)
    for step in writing.reversed() { add(step) }
    return CommandSteps(steps: ordered)
  }
}

extension SQLError {
  /// A common table that stands further on.
  static func forwardReference(_ name: String, at range: SourceRange) -> SQLError {
    SQLError(
      .undefinedTable, "relation \"\(name)\" does not exist",
      detail: "There is a WITH item named \"\(name)\", but it cannot be referenced from this part of the query.",
      hint: "Use WITH RECURSIVE, or re-order the WITH items to remove forward references.", at: range)
  }
}

extension CommonTable {
  /// The columns under the names that the common table gives them.
  fileprivate func named(_ columns: [ResultColumn]) throws(SQLError) -> [ResultColumn] {
    guard self.columns.count <= columns.count else {
      throw SQLError(
        .invalidColumnReference,
        "WITH query \"\(name.name)\" has \(columns.count) columns available but \(self.columns.count) columns specified",
        at: name.range)
    }
    var columns = columns
    for (index, column) in self.columns.enumerated() { columns[index].name = column.name }
    return columns
  }
}
