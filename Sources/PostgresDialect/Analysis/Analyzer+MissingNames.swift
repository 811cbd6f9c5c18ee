extension Analyzer {
  /// The error for a qualifier that no FROM item has, with what the statement may have meant.
  /// Source: `errorMissingRTE` of PostgreSQL's parse_relation.c.
  func missingRelation(_ name: QualifiedName, _ scope: Scope, _ range: SourceRange) -> SQLError {
    let written = catalog.relation(schema: name.schema, name: name.name)?.qualifiedName
    for relation in scope.visibleRelations {
      if relation.name == name.name { return hiddenRelation(name.name, at: range) }
      if let written, relation.relation?.qualifiedName == written {
        return SQLError(
          .undefinedTable, "invalid reference to FROM-clause entry for table \"\(name.name)\"",
          hint: "Perhaps you meant to reference the table alias \"\(relation.name)\".", at: range)
      }
    }
    return SQLError(.undefinedTable, "missing FROM-clause entry for table \"\(name.name)\"", at: range)
  }

  private func hiddenRelation(_ name: String, at range: SourceRange?) -> SQLError {
    SQLError(
      .undefinedTable, "invalid reference to FROM-clause entry for table \"\(name)\"",
      hint: "There is an entry for table \"\(name)\", but it cannot be referenced from this part of the query.",
      at: range)
  }

  /// `tableoid` of a stored table; nil when the name is none of a system column.
  ///
  /// - Throws: 0A000 for the system columns that tell of PostgreSQL's storage of rows.
  func systemColumn(_ name: QualifiedName, _ scope: Scope) throws(SQLError) -> TypedExpression? {
    let isTableNumber = name.name == "tableoid"
    guard isTableNumber || ["ctid", "xmin", "xmax", "cmin", "cmax"].contains(name.name) else { return nil }
    var level: Scope? = scope
    while let current = level {
      let tables = current.relations.filter { relation in
        relation.relation != nil && (name.parts.count == 1 || relation.name == name.schema)
      }
      level = current.parent
      guard let table = tables.first, let relation = table.relation else { continue }
      guard tables.count == 1 else {
        throw SQLError(.ambiguousColumn, "column reference \"\(name.name)\" is ambiguous", at: name.range)
      }
      guard isTableNumber, !table.isNullExtended else {
        throw SQLError(.featureNotSupported, "the system column \(name.name) is not supported", at: name.range)
      }
      let written =
        SQLType.quotedIdentifier(relation.schema) + "." + SQLType.quotedIdentifier(relation.name)
      let literal = TypedExpression(
        .text(written), .unknown, isNullable: false, constant: .string(written), at: name.range)
      let number = try context.cast(literal, to: SQLType(.regclass), in: .explicit)
      return try context.cast(number, to: SQLType(.oid), in: .explicit)
    }
    return nil
  }

  /// Runs the analysis of a part that cannot see the FROM items `hidden`, and tells so when it names one of them.
  func hiding<Value>(_ hidden: [ScopeRelation], _ body: () throws(SQLError) -> Value) throws(SQLError) -> Value {
    do throws(SQLError) {
      return try body()
    } catch {
      for relation in hidden where error.state == .undefinedTable {
        if error.message == "missing FROM-clause entry for table \"\(relation.name)\"" {
          throw hiddenRelation(relation.name, at: error.range)
        }
      }
      guard error.state == .undefinedColumn else { throw error }
      var found: [(relation: String, column: String)] = []
      for relation in hidden {
        for column in relation.columns where error.message == "column \"\(column.name)\" does not exist" {
          found.append((relation.name, column.name))
        }
      }
      guard found.count == 1 else { throw error }
      var hinted = error
      hinted.hint =
        "There is a column named \"\(found[0].column)\" in table \"\(found[0].relation)\", but it cannot be "
        + "referenced from this part of the query."
      throw hinted
    }
  }
}

extension TypedExpression {
  /// The expression as a star at that place gives it, so that errors about the column point there.
  func placed(at range: SourceRange) -> TypedExpression {
    var result = self
    result.range = range
    if case .column(var use) = result.sql {
      use.range = range
      result.sql = .column(use)
    }
    return result
  }
}

extension SQLiteExpression {
  /// Where the first column of the expression was written.
  var columnRange: SourceRange? {
    var found: SourceRange?
    walk { part in
      if case .column(let use) = part, found == nil { found = use.range }
      return found == nil
    }
    return found
  }
}

extension QueryBody {
  /// Where the output of that number is written; errors about a set operation point there.
  func outputRange(_ index: Int) -> SourceRange {
    switch self {
    case .select(let select):
      let isPlain = !select.items.contains { if case .star = $0.expression.kind { true } else { false } }
      let item = isPlain && index < select.items.count ? select.items[index] : select.items.first
      return item?.expression.range ?? select.range
    case .values(let rows):
      return rows.first.flatMap { index < $0.count ? $0[index].range : nil } ?? range
    case .setOperation(_, _, let left, _): return left.outputRange(index)
    case .nested(let query): return query.body.outputRange(index)
    }
  }
}
