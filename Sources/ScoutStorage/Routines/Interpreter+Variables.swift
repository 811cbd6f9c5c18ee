import PostgresDialect

/// Declarations and assignments.
extension Interpreter {
  func declare(_ declaration: ProceduralDeclaration) throws {
    if let alias = declaration.alias {
      guard let original = frame.variable(alias.lowercased()) else {
        throw SQLError(.undefinedColumn, "variable \"\(alias)\" does not exist", at: declaration.range)
      }
      // The same variable under another name would need two names for one value; a copy shows no difference unless
      // one is assigned, which PostgreSQL's documentation advises against.
      let variable = ProceduralVariable(declaration.name, original.kind)
      variable.value = original.value
      variable.fields = original.fields
      variable.row = original.row
      frame.levels[frame.levels.count - 1].variables.append(variable)
      return
    }
    let variable = try self.variable(declaration)
    if frame.levels[frame.levels.count - 1].variables.contains(where: { $0.name == variable.name }) {
      throw SQLError(.syntaxError, "duplicate declaration", at: declaration.range)
    }
    if let value = declaration.value {
      try assign(variable, nil, value)
    }
    variable.isConstant = declaration.isConstant
    variable.isNotNull = declaration.isNotNull
    if variable.isNotNull, variable.value.isNull, variable.isScalar { throw nullFault(variable) }
    frame.levels[frame.levels.count - 1].variables.append(variable)
  }

  private func variable(_ declaration: ProceduralDeclaration) throws -> ProceduralVariable {
    let catalog = try connection.database.catalog(connection)
    func row(_ relation: Relation) -> ProceduralVariable {
      let variable = ProceduralVariable(declaration.name, .row)
      variable.fields = relation.columns.map {
        ResultColumn(name: $0.name, type: $0.type, fixedPoint: $0.type.fixedPoint)
      }
      return variable
    }
    switch declaration.type {
    case .record: return ProceduralVariable(declaration.name, .record)
    case .named(let name):
      if name.arrayDimensions == 0, let relation = catalog.relation(schema: name.name.schema, name: name.name.name) {
        return row(relation)
      }
      return ProceduralVariable(declaration.name, .scalar(try SQLType(name)))
    case .row(let name):
      guard let relation = catalog.relation(schema: name.schema, name: name.name) else {
        throw SQLError(
          .undefinedTable, "relation \"\(name.parts.map(\.name).joined(separator: "."))\" does not exist")
      }
      return row(relation)
    case .typeOf(let name):
      let path = name.parts.map(\.name)
      if let found = try? frame.find(ProceduralTarget(path: path, range: name.range)) {
        if let field = found.field {
          return ProceduralVariable(declaration.name, .scalar(found.variable.fields[field].type))
        }
        if case .scalar(let type) = found.variable.kind { return ProceduralVariable(declaration.name, .scalar(type)) }
        let variable = ProceduralVariable(declaration.name, found.variable.kind)
        variable.fields = found.variable.fields
        return variable
      }
      guard path.count > 1 else {
        throw SQLError(.undefinedObject, "type \"\(path[0])%TYPE\" does not exist")
      }
      let schema = path.count > 2 ? path[path.count - 3] : nil
      guard let relation = catalog.relation(schema: schema, name: path[path.count - 2]) else {
        throw SQLError(.undefinedTable, "relation \"\(path.dropLast().joined(separator: "."))\" does not exist")
      }
      guard let column = relation.columns.first(where: { $0.name == path[path.count - 1] }) else {
        throw SQLError(
          .undefinedColumn, "column \"\(path[path.count - 1])\" of relation \"\(relation.name)\" does not exist")
      }
      return ProceduralVariable(declaration.name, .scalar(column.type))
    }
  }

  private func nullFault(_ variable: ProceduralVariable) -> SQLError {
    SQLError(
      SQLState(rawValue: "22004"),
      "null value cannot be assigned to variable \"\(variable.name)\" declared NOT NULL")
  }

  func assign(_ target: ProceduralTarget, _ value: SQLFragment) throws {
    let (variable, field) = try frame.find(target)
    try assign(variable, field, value)
  }

  private func assign(_ variable: ProceduralVariable, _ field: Int?, _ fragment: SQLFragment) throws {
    if variable.isConstant {
      throw SQLError(SQLState(rawValue: "22005"), "variable \"\(variable.name)\" is declared CONSTANT")
    }
    if field == nil, !variable.isScalar {
      if let source = try recordVariable(fragment) {
        try store(source.row, source.fields, in: variable)
        return
      }
      let (value, column) = try evaluate(fragment)
      guard value.isNull else {
        throw SQLError(
          .datatypeMismatch, "cannot assign non-composite value to a record variable",
          detail: "The value has type \(column.type.displayName).")
      }
      variable.row = nil
      return
    }
    let (value, column) = try evaluate(fragment)
    try store(value, column, in: variable, field)
  }

  /// The record variable that an expression is, alone.
  func recordVariable(_ fragment: SQLFragment) throws -> ProceduralVariable? {
    guard case .query(let query) = try statement(fragment).kind, case .select(let select) = query.body,
      select.items.count == 1, select.from.isEmpty, case .column(let name) = select.items[0].expression.kind,
      name.parts.count == 1, let variable = frame.variable(name.name), !variable.isScalar
    else { return nil }
    return variable
  }

  /// Stores a value in a scalar variable or a field.
  func store(_ value: SQLValue, _ column: ResultColumn, in variable: ProceduralVariable, _ field: Int?) throws {
    if variable.isConstant {
      throw SQLError(SQLState(rawValue: "22005"), "variable \"\(variable.name)\" is declared CONSTANT")
    }
    if let field {
      var row = variable.cells
      row[field] = try connection.convert(value, from: column, to: variable.fields[field].known.type)
      // A record that came from a query holds decimals as that query gave them; from here on as the type does.
      variable.fields[field].fixedPoint = variable.fields[field].type.fixedPoint
      variable.row = row
      return
    }
    guard case .scalar(let type) = variable.kind else { return }
    let converted = try connection.convert(value, from: column, to: type)
    if variable.isNotNull, converted.isNull { throw nullFault(variable) }
    variable.value = converted
  }

  /// Stores a row in a record, or in a variable of a relation's row type by the position of its columns.
  func store(_ row: [SQLValue]?, _ columns: [ResultColumn], in variable: ProceduralVariable) throws {
    switch variable.kind {
    case .record:
      variable.fields = columns.map(\.known)
      variable.row = row
    case .row:
      guard let row else {
        variable.row = nil
        return
      }
      variable.row = try variable.fields.enumerated().map { index, field in
        guard index < row.count else { return .null }
        return try connection.convert(row[index], from: columns[index], to: field.type)
      }
    case .scalar: break
    }
  }

  /// The first row of a result in the targets of INTO; nulls when there is none.
  func store(_ result: QueryResult, _ targets: [ProceduralTarget], isStrict: Bool) throws {
    if isStrict {
      if result.rows.isEmpty { throw SQLError(SQLState(rawValue: "P0002"), "query returned no rows") }
      if result.rows.count > 1 {
        throw SQLError(
          SQLState(rawValue: "P0003"), "query returned more than one row",
          hint: "Make sure the query returns a single row, or use LIMIT 1.")
      }
    }
    try store(row: result.rows.first, result.columns, targets)
  }

  func store(row: [SQLValue]?, _ columns: [ResultColumn], _ targets: [ProceduralTarget]) throws {
    if targets.count == 1 {
      let (variable, field) = try frame.find(targets[0])
      if field == nil, !variable.isScalar { return try store(row, columns, in: variable) }
    }
    for (index, target) in targets.enumerated() {
      let (variable, field) = try frame.find(target)
      let column = index < columns.count ? columns[index] : ResultColumn(name: "", type: .unknown)
      let value = index < columns.count ? row?[index] ?? .null : .null
      try store(value, column, in: variable, field)
    }
  }
}
