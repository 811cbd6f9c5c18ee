import PostgresDialect

extension DefinitionExecutor {
  func createSequence(_ name: QualifiedName, _ ifNotExists: Bool, _ options: SequenceOptions) throws -> QueryResult {
    guard try isFree(name, ifNotExists: ifNotExists) else { return done("CREATE SEQUENCE") }
    var sequence = try connection.compiler().sequence(name, options)
    if let owner = options.ownedBy, owner.parts.map(\.name) != ["none"] {
      guard owner.parts.count >= 2 else {
        throw SQLError(
          .syntaxError, "invalid OWNED BY option", hint: "Specify OWNED BY table.column or OWNED BY NONE.",
          at: owner.range)
      }
      let relation = try connection.compiler().resolve(QualifiedName(Array(owner.parts.dropLast())))
      guard relation.columns.contains(where: { $0.name == owner.name }) else {
        throw SQLError(
          .undefinedColumn, "column \"\(owner.name)\" of relation \"\(relation.name)\" does not exist", at: owner.range)
      }
      guard relation.schema == sequence.schema else {
        throw SQLError(
          .objectNotInPrerequisiteState, "sequence must be in same schema as table it is linked to", at: owner.range)
      }
      sequence.owner = SequenceDefinition.Owner(relation: relation.name, column: owner.name, isRowKey: false)
    }
    try connection.recordSequence(sequence)
    return done("CREATE SEQUENCE")
  }
}

/// The values of sequences.
///
/// Unlike PostgreSQL's, a sequence goes back when its transaction is rolled back: a number that nobody saw is given
/// again. An identity that is the whole primary key is SQLite's rowid and has its value in `sqlite_sequence`, where a
/// larger key given by hand moves it on.
extension Connection {
  func storedValue(_ sequence: SequenceDefinition) throws -> (last: Int64, isCalled: Bool)? {
    if let owner = sequence.owner, owner.isRowKey {
      let table = Relation.storageName(schema: sequence.schema, name: owner.relation)
      return try value("select seq from sqlite_sequence where name = ?1", [.text(table)]).integer.map { ($0, true) }
    }
    return try rows(
      "select last_value, is_called from \"engine.sequence_values\" where schema = ?1 and name = ?2",
      [.text(sequence.schema), .text(sequence.name)]
    ).first.map { ($0[0].integer ?? 0, $0[1].integer == 1) }
  }

  private func store(_ sequence: SequenceDefinition, _ last: Int64, isCalled: Bool) throws {
    if let owner = sequence.owner, owner.isRowKey {
      let table = SQLValue.text(Relation.storageName(schema: sequence.schema, name: owner.relation))
      try run("delete from sqlite_sequence where name = ?1", [table])
      let value = isCalled ? last : last - 1
      if value > 0 { try run("insert into sqlite_sequence (name, seq) values (?1, ?2)", [table, .integer(value)]) }
      return
    }
    try run(
      """
      insert into "engine.sequence_values" (schema, name, last_value, is_called) values (?1, ?2, ?3, ?4)
      on conflict (schema, name) do update set last_value = excluded.last_value, is_called = excluded.is_called
      """,
      [.text(sequence.schema), .text(sequence.name), .integer(last), SQLValue(isCalled)])
  }

  func restart(_ sequence: SequenceDefinition, at start: Int64) throws {
    try store(sequence, start, isCalled: false)
  }

  /// The sequence that a text such as `scout.t_id_seq` names.
  ///
  /// - Throws: 42P01, 42809.
  func sequence(_ text: String) throws -> SequenceDefinition {
    let expression = try Parser.parseExpression(text)
    guard case .column(let name) = expression.kind else {
      throw SQLError(SQLState(rawValue: "42602"), "invalid name syntax")
    }
    let catalog = try database.catalog(self)
    if let sequence = catalog.sequence(schema: name.schema, name: name.name) { return sequence }
    if let relation = catalog.relation(schema: name.schema, name: name.name) {
      throw SQLError(.wrongObjectType, "\"\(relation.name)\" is not a sequence")
    }
    throw SQLError(.undefinedTable, "relation \"\(text)\" does not exist")
  }

  /// Moves the sequence on.
  ///
  /// - Throws: 2200H at the end of one that does not cycle.
  func nextValue(of sequence: SequenceDefinition) throws -> Int64 {
    let next: Int64
    if let (last, isCalled) = try storedValue(sequence) {
      let (sum, overflow) = last.addingReportingOverflow(isCalled ? sequence.increment : 0)
      if overflow || sum > sequence.maximum || sum < sequence.minimum {
        let isUp = sequence.increment > 0
        guard sequence.cycles else {
          throw SQLError(
            SQLState(rawValue: "2200H"),
            "nextval: reached \(isUp ? "maximum" : "minimum") value of sequence \"\(sequence.name)\" "
              + "(\(isUp ? sequence.maximum : sequence.minimum))")
        }
        next = isUp ? sequence.minimum : sequence.maximum
      } else {
        next = sum
      }
    } else {
      next = sequence.start
    }
    try store(sequence, next, isCalled: true)
    session.noteSequence(sequence.qualifiedName, next)
    return next
  }

  /// - Throws: 22003 for a value out of the sequence's bounds.
  func setValue(of sequence: SequenceDefinition, _ value: Int64, isCalled: Bool) throws {
    guard (sequence.minimum...sequence.maximum).contains(value) else {
      throw SQLError(
        .numericValueOutOfRange,
        "setval: value \(value) is out of bounds for sequence \"\(sequence.name)\" "
          + "(\(sequence.minimum)..\(sequence.maximum))")
    }
    try store(sequence, value, isCalled: isCalled)
    if isCalled { session.noteSequence(sequence.qualifiedName, value) }
  }
}

extension FunctionRegistrar {
  /// `nextval`, `currval`, `setval`, `lastval`.
  func registerSequences() {
    func scalar(_ name: String, _ arity: Int, _ body: @escaping (FunctionContext, Connection) throws -> Int64) {
      self.scalar(name, arity, isPure: false) { call throws(SQLError) in
        guard let database = call.session.database?() else {
          throw SQLError(.internalError, "the database is closed")
        }
        do {
          call.result(try body(call, Connection(handle: self.handle, session: call.session, database: database)))
        } catch let error as SQLError {
          throw error
        } catch {
          throw SQLError(.internalError, "\(error)")
        }
      }
    }
    scalar("pg_nextval", 1) { call, connection in
      try connection.nextValue(of: connection.sequence(call.text(0)))
    }
    scalar("pg_currval", 1) { call, connection in
      let sequence = try connection.sequence(call.text(0))
      guard let value = call.session.sequenceValues[sequence.qualifiedName] else {
        throw SQLError(
          .objectNotInPrerequisiteState,
          "currval of sequence \"\(sequence.name)\" is not yet defined in this session")
      }
      return value
    }
    scalar("pg_setval", 3) { call, connection in
      let value = call.integer(1)
      try connection.setValue(of: connection.sequence(call.text(0)), value, isCalled: call.integer(2) != 0)
      return value
    }
    scalar("pg_lastval", 0) { call, connection in
      guard let value = call.session.lastSequenceValue else {
        throw SQLError(.objectNotInPrerequisiteState, "lastval is not yet defined in this session")
      }
      return value
    }
  }
}
