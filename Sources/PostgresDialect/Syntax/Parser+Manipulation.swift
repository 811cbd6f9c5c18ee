/// INSERT, UPDATE, DELETE and MERGE.
extension Parser {
  mutating func insert(with: WithClause?) throws(ParseFailure) -> Insert {
    let start = advance().start
    try expect(.into)
    let table = try qualifiedName()
    var insert = Insert(with: with, table: table, source: .defaultValues)
    if accept(.as) { insert.alias = try columnName() }
    if accept(.default, .values) {
      insert.source = .defaultValues
    } else {
      if at(.leftParenthesis), !isQuery(behindParentheses: 1), peek().kind != .leftParenthesis {
        insert.columns = try insertColumns()
      }
      insert.overriding = try overriding()
      guard at(.leftParenthesis) || at(.values) || startsQuery else { throw unexpected() }
      insert.source = .query(try query())
    }
    if at(.on) { insert.onConflict = try onConflict(from: start) }
    insert.returning = try returning()
    return insert
  }

  private mutating func insertColumns() throws(ParseFailure) -> [Identifier] {
    try open()
    var columns: [Identifier] = []
    repeat { columns.append(try assignedColumn()) } while accept(.comma)
    try close()
    return columns
  }

  /// A column that is written to; elements and fields are refused.
  private mutating func assignedColumn() throws(ParseFailure) -> Identifier {
    let column = try columnName()
    if at(.leftBracket) || at(.dot) {
      let start = column.range.start
      _ = try indirection(of: Expression(.column(QualifiedName([column])), at: column.range), from: start)
      throw unsupported("Assigning to an element or a field", from: start)
    }
    return column
  }

  private mutating func overriding() throws(ParseFailure) -> Insert.Overriding? {
    guard accept(.overriding) else { return nil }
    let isUser = accept(.user)
    if !isUser { try expect(.system) }
    try expect(.value)
    return isUser ? .user : .system
  }

  private mutating func onConflict(from insert: Int) throws(ParseFailure) -> OnConflict {
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
    guard target != nil else {
      throw ParseFailure(
        .syntaxError, "ON CONFLICT DO UPDATE requires inference specification or constraint name",
        hint: "For example, ON CONFLICT (column_name).", at: range(from: start))
    }
    return OnConflict(target: target, action: .update(assignments, condition: condition))
  }

  /// What follows SET in UPDATE, ON CONFLICT and MERGE.
  private mutating func assignments() throws(ParseFailure) -> [Assignment] {
    var assignments = [try assignment()]
    while accept(.comma) { assignments.append(try assignment()) }
    return assignments
  }

  private mutating func assignment() throws(ParseFailure) -> Assignment {
    let columns = at(.leftParenthesis) ? try insertColumns() : [try assignedColumn()]
    try expect(.equals)
    return Assignment(columns: columns, value: try expression())
  }

  /// The table of UPDATE, DELETE and MERGE; SET behind it is never an alias.
  private mutating func target() throws(ParseFailure) -> (QualifiedName, Identifier?) {
    guard case .relation(let name, _, _) = try relationExpression() else { throw unexpected() }
    if accept(.as) { return (name, try columnName()) }
    return (name, token.isColumnName && !at(.set) ? try columnName() : nil)
  }

  mutating func update(with: WithClause?) throws(ParseFailure) -> Update {
    advance()
    let (table, alias) = try target()
    try expect(.set)
    var update = Update(with: with, table: table, alias: alias, assignments: try assignments())
    update.from = try fromClause()
    update.condition = try rowsToChange()
    update.returning = try returning()
    return update
  }

  mutating func delete(with: WithClause?) throws(ParseFailure) -> Delete {
    advance()
    try expect(.from)
    let (table, alias) = try target()
    var delete = Delete(with: with, table: table, alias: alias)
    if accept(.using) { delete.using = try tableExpressions() }
    delete.condition = try rowsToChange()
    delete.returning = try returning()
    return delete
  }

  private mutating func rowsToChange() throws(ParseFailure) -> Expression? {
    if at(.where), peek().keyword == .current, peek(2).keyword == .of {
      let start = advance().start
      position += 2
      throw unsupported("WHERE CURRENT OF", from: start)
    }
    return try whereClause()
  }
}

// MARK: - MERGE

extension Parser {
  mutating func merge(with: WithClause?) throws(ParseFailure) -> Merge {
    advance()
    try expect(.into)
    let (table, alias) = try target()
    try expect(.using)
    let source = try tableExpression()
    try expect(.on)
    let condition = try expression()
    var branches: [Merge.Branch] = []
    repeat { branches.append(try mergeBranch()) } while at(.when)
    return Merge(with: with, table: table, alias: alias, source: source, on: condition, branches: branches)
  }

  private mutating func mergeBranch() throws(ParseFailure) -> Merge.Branch {
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

  private mutating func mergeInsert() throws(ParseFailure) -> Merge.Action {
    let start = self.start
    try expect(.insert)
    if accept(.default) {
      try expect(.values)
      return .insert(columns: [], values: nil)
    }
    let columns = at(.leftParenthesis) ? try insertColumns() : []
    let overriding = try self.overriding()
    try expect(.values)
    try open()
    let values = try expressions()
    try close()
    if overriding != nil { throw unsupported("OVERRIDING in MERGE", from: start) }
    return .insert(columns: columns, values: values)
  }
}
