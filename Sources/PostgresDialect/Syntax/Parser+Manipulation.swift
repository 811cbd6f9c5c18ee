/// INSERT, UPDATE, DELETE and MERGE.
extension Parser {
  func insert(with: WithClause?) throws(ParseFailure) -> Statement.Kind {
    advance()
    try expect(.into)
    let table = try qualifiedName()
    var insert = Insert(with: with, table: table, source: .defaultValues)
    if accept(.as) { insert.alias = try columnName() }
    if accept(.default) {
      try expect(.values)
    } else {
      if at(.leftParenthesis), !isQuery(behindParentheses: 1), peek().kind != .leftParenthesis {
        insert.columns = try insertColumns()
      }
      insert.overriding = try overriding()
      guard at(.leftParenthesis) || at(.values) || startsQuery else { throw unexpected() }
      try enter()
      insert.source = .query(try query())
      leave()
    }
    if at(.on) { insert.onConflict = try onConflict() }
    insert.returning = try returning()
    return .insert(insert)
  }

  private func insertColumns() throws(ParseFailure) -> [Identifier] {
    try open()
    var columns: [Identifier] = []
    repeat { columns.append(try assignedColumn()) } while accept(.comma)
    try close()
    return columns
  }

  /// A column that is written to; elements and fields are refused.
  private func assignedColumn() throws(ParseFailure) -> Identifier {
    let column = try columnName()
    if at(.leftBracket) || at(.dot) {
      let start = column.range.start
      _ = try indirection(of: Expression(.column(QualifiedName([column])), at: column.range), from: start)
      throw unsupported("Assigning to an element or a field", from: start)
    }
    return column
  }

  private func overriding() throws(ParseFailure) -> Insert.Overriding? {
    guard accept(.overriding) else { return nil }
    let isUser = accept(.user)
    if !isUser { try expect(.system) }
    try expect(.value)
    return isUser ? .user : .system
  }

  private func onConflict() throws(ParseFailure) -> OnConflict {
    let start = self.start
    try expect(.on, .conflict)
    var target: OnConflict.Target?
    if accept(.on) {
      try expect(.constraint)
      target = .constraint(try columnName())
    } else if at(.leftParenthesis) {
      let keys = try indexKeys()
      target = .columns(keys.map(\.expression), condition: try whereClause())
    }
    try expect(.do)
    if accept(.nothing) { return OnConflict(target: target, action: .nothing) }
    try expect(.update, .set)
    let assignments = try self.assignments()
    let condition = try whereClause()
    if target == nil {
      postpone(
        .syntaxError, "ON CONFLICT DO UPDATE requires inference specification or constraint name",
        hint: "For example, ON CONFLICT (column_name).", at: range(from: start))
    }
    return OnConflict(target: target, action: .update(assignments, condition: condition))
  }

  /// What follows SET in UPDATE, ON CONFLICT and MERGE.
  private func assignments() throws(ParseFailure) -> [Assignment] {
    var assignments = [try assignment()]
    while accept(.comma) { assignments.append(try assignment()) }
    return assignments
  }

  private func assignment() throws(ParseFailure) -> Assignment {
    if at(.leftParenthesis) {
      let columns = try insertColumns()
      try expect(.equals)
      return Assignment(columns: columns, value: try expression(), isRow: true)
    }
    let column = peek().kind == .leftBracket ? try columnName() : try assignedColumn()
    var subscripts: [Expression.Subscript] = []
    while at(.leftBracket) { subscripts.append(try self.subscript()) }
    if at(.dot) { throw unsupported("Assigning to a field", from: column.range.start) }
    try expect(.equals)
    return Assignment(columns: [column], subscripts: subscripts, value: try expression())
  }

  /// The table of UPDATE, DELETE and MERGE; SET behind it is never an alias.
  private func target() throws(ParseFailure) -> (QualifiedName, Identifier?) {
    guard case .relation(let name, _, _) = try relationExpression() else { throw unexpected() }
    if accept(.as) { return (name, try columnName()) }
    return (name, token.isColumnName && !at(.set) ? try columnName() : nil)
  }

  func update(with: WithClause?) throws(ParseFailure) -> Statement.Kind {
    advance()
    let (table, alias) = try target()
    try expect(.set)
    var update = Update(with: with, table: table, alias: alias, assignments: try assignments())
    update.from = try fromClause()
    update.condition = try rowsToChange()
    update.returning = try returning()
    return .update(update)
  }

  func delete(with: WithClause?) throws(ParseFailure) -> Statement.Kind {
    advance()
    try expect(.from)
    let (table, alias) = try target()
    var delete = Delete(with: with, table: table, alias: alias)
    if accept(.using) { delete.using = try tableExpressions() }
    delete.condition = try rowsToChange()
    delete.returning = try returning()
    return .delete(delete)
  }

  private func rowsToChange() throws(ParseFailure) -> Expression? {
    if at(.where), peek().keyword == .current, peek(2).keyword == .of {
      let start = advance().start
      skip(2)
      throw unsupported("WHERE CURRENT OF", from: start)
    }
    return try whereClause()
  }
}

// MARK: - MERGE

extension Parser {
  func merge(with: WithClause?) throws(ParseFailure) -> Statement.Kind {
    advance()
    try expect(.into)
    let (table, alias) = try target()
    try expect(.using)
    let source = try tableExpression()
    try expect(.on)
    let condition = try expression()
    var branches: [Merge.Branch] = []
    repeat { branches.append(try mergeBranch()) } while at(.when)
    return .merge(
      Merge(with: with, table: table, alias: alias, source: source, on: condition, branches: branches))
  }

  private func mergeBranch() throws(ParseFailure) -> Merge.Branch {
    try expect(.when)
    let isMatched = !accept(.not)
    try expect(.matched)
    let condition = accept(.and) ? try expression() : nil
    try expect(.then)
    let action: Merge.Action
    if accept(.do) {
      try expect(.nothing)
      action = .nothing
    } else if isMatched, accept(.update) {
      try expect(.set)
      action = .update(try assignments())
    } else if isMatched {
      try expect(.delete)
      action = .delete
    } else {
      action = try mergeInsert()
    }
    return Merge.Branch(isMatched: isMatched, condition: condition, action: action)
  }

  private func mergeInsert() throws(ParseFailure) -> Merge.Action {
    try expect(.insert)
    if accept(.default) {
      try expect(.values)
      return .insert(columns: [], overriding: nil, values: nil)
    }
    let columns = at(.leftParenthesis) ? try insertColumns() : []
    let overriding = try self.overriding()
    try expect(.values)
    try open()
    let values = try expressions()
    try close()
    return .insert(columns: columns, overriding: overriding, values: values)
  }
}
