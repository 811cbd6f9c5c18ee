/// CREATE TABLE: columns, constraints and CREATE TABLE AS.
///
/// Source: <https://www.postgresql.org/docs/15/sql-createtable.html>
extension Parser {
  func createTable(isTemporary: Bool) throws(ParseFailure) -> Statement.Kind {
    let start = self.start
    try expect(.table)
    let ifNotExists = try ifNotExists()
    let name = try qualifiedName()
    if at(.of) { throw unsupported("CREATE TABLE OF", from: start) }
    if at(.partition) { throw unsupported("PARTITION OF", from: start) }
    if !at(.leftParenthesis) || isColumnNameList {
      let columns = try optionalColumnList()
      let onCommit = try relationOptions(from: start)
      try expect(.as)
      if at(.execute) { throw unsupported("CREATE TABLE AS EXECUTE", from: start) }
      let query = try definingQuery()
      var table = CreateTableAs(
        name: name, ifNotExists: ifNotExists, isTemporary: isTemporary, columns: columns, query: query,
        withData: try withData())
      try setOnCommit(onCommit, &table.onCommit, isTemporary, from: start)
      return .createTableAs(table)
    }
    var table = CreateTable(name: name, ifNotExists: ifNotExists, isTemporary: isTemporary, columns: [])
    try open()
    if !at(.rightParenthesis) {
      repeat { try tableElement(of: &table) } while accept(.comma)
    }
    try close()
    if at(.inherits) { throw unsupported("INHERITS", from: self.start) }
    if at(.partition) { throw unsupported("PARTITION BY", from: self.start) }
    try setOnCommit(relationOptions(from: start), &table.onCommit, isTemporary, from: start)
    return .createTable(table)
  }

  private func setOnCommit(_ written: OnCommit?, _ target: inout OnCommit, _ isTemporary: Bool, from start: Int)
    throws(ParseFailure)
  {
    guard let written else { return }
    if !isTemporary {
      postpone(.invalidTableDefinition, "ON COMMIT can only be used on temporary tables", at: range(from: start))
    }
    target = written
  }

  /// `(a, b)` before AS, and not `(a int, …)`.
  private var isColumnNameList: Bool {
    let next = peek(2).kind
    return peek().isColumnName && (next == .comma || next == .rightParenthesis)
  }

  /// What may stand between a relation's columns and AS or the end; storage says nothing here.
  ///
  /// - Returns: What ON COMMIT says.
  @discardableResult
  func relationOptions(from start: Int) throws(ParseFailure) -> OnCommit? {
    if accept(.using) { _ = try columnName() }
    if at(.with) {
      try storageParameters()
    } else if accept(.without) {
      try expect(.oids)
    }
    var onCommit: OnCommit?
    if accept(.on) {
      try expect(.commit)
      if accept(.preserve) {
        try expect(.rows)
        onCommit = .preserveRows
      } else if accept(.delete) {
        try expect(.rows)
        onCommit = .deleteRows
      } else {
        try expect(.drop)
        onCommit = .drop
      }
    }
    if at(.tablespace) { throw unsupported("TABLESPACE", from: self.start) }
    return onCommit
  }

  /// `with (fillfactor = 70)`: about PostgreSQL's pages, without meaning here.
  func storageParameters() throws(ParseFailure) {
    try expect(.with)
    try parameterList()
  }

  func parameterList() throws(ParseFailure) {
    try open()
    repeat {
      _ = try label()
      if accept(.dot) { _ = try label() }
      if accept(.equals), !accept(.none_) {
        if token.wordClass == .reserved, !at(.true), !at(.false), !at(.on) {
          advance()
        } else {
          _ = try settingValue()
        }
      }
    } while accept(.comma)
    try close()
  }

  private func tableElement(of table: inout CreateTable) throws(ParseFailure) {
    switch token.keyword {
    case .like:
      advance()
      guard table.like == nil else { throw unsupported("LIKE twice", from: start) }
      table.like = try qualifiedName()
      while at(.including) || at(.excluding) {
        let verb = lexer.name(of: advance())
        switch token.keyword {
        case .comments, .compression, .constraints, .defaults, .generated, .identity, .indexes, .statistics, .storage,
          .all:
          table.likeOptions.append(verb + " " + lexer.name(of: advance()))
        default: throw unexpected()
        }
      }
    case .constraint, .check, .unique, .primary, .foreign: table.constraints.append(try tableConstraint())
    case .exclude where startsExclusion: table.constraints.append(try tableConstraint())
    default: table.columns.append(try columnDefinition())
    }
  }

  /// EXCLUDE may also name a column.
  private var startsExclusion: Bool { at(.exclude) && (peek().keyword == .using || peek().kind == .leftParenthesis) }
}

// MARK: - Columns

extension Parser {
  func columnDefinition() throws(ParseFailure) -> ColumnDefinition {
    let name = try columnName()
    var column = ColumnDefinition(name: name, type: try typeName())
    if at(.compression) { throw unsupported("COMPRESSION", from: start) }
    while try columnConstraint(of: &column) {}
    return column
  }

  /// Reads one constraint behind a column; false when there is none.
  private func columnConstraint(of column: inout ColumnDefinition) throws(ParseFailure) -> Bool {
    let start = self.start
    let name = accept(.constraint) ? try columnName() : nil
    switch token.keyword {
    case .not:
      if peek().keyword == .deferrable { return try deferral(of: &column) }
      advance()
      try expect(.null)
      column.isNotNull = true
    case .null: advance()
    case .default:
      advance()
      column.defaultValue = try expression(isRestricted: true)
    case .collate where name == nil:
      advance()
      column.collation = try anyName()
    case .generated:
      advance()
      column.generated = try generated()
    case .unique, .primary, .check, .references:
      let kind = try constraintKind(of: column.name)
      column.constraints.append(TableConstraint(name: name, kind: kind, range: range(from: start)))
    default:
      guard name == nil else { throw unexpected() }
      return try deferral(of: &column)
    }
    return true
  }

  /// DEFERRABLE and INITIALLY belong to the constraint before them.
  private func deferral(of column: inout ColumnDefinition) throws(ParseFailure) -> Bool {
    let start = self.start
    guard let (isDeferrable, isDeferred) = try deferralWords() else { return false }
    guard var last = column.constraints.popLast() else {
      let clause = lexer.text(range(from: start)).uppercased()
      postpone(.syntaxError, "misplaced \(clause) clause", at: range(from: start))
      return true
    }
    if let isDeferrable { last.isDeferrable = isDeferrable }
    if let isDeferred {
      last.isInitiallyDeferred = isDeferred
      last.isDeferrable = last.isDeferrable || isDeferred
    }
    last.range = range(from: last.range.start)
    column.constraints.append(last)
    return true
  }

  private func deferralWords() throws(ParseFailure) -> (deferrable: Bool?, deferred: Bool?)? {
    if accept(.deferrable) { return (true, nil) }
    if accept(.not, .deferrable) { return (false, nil) }
    guard accept(.initially) else { return nil }
    if accept(.deferred) { return (nil, true) }
    try expect(.immediate)
    return (nil, false)
  }

  func generated() throws(ParseFailure) -> ColumnDefinition.Generated {
    let whenStart = self.start
    let always = accept(.always)
    if !always { try expect(.by, .default) }
    let whenRange = range(from: whenStart)
    try expect(.as)
    if accept(.identity) {
      var options = SequenceOptions()
      if at(.leftParenthesis) {
        try open()
        guard try sequenceOption(of: &options) else { throw unexpected() }
        while try sequenceOption(of: &options) {}
        try close()
      }
      return always ? .identityAlways(options) : .identityByDefault(options)
    }
    guard at(.leftParenthesis) else { throw unexpected() }
    try open()
    let value = try expression()
    try close()
    try expect(.stored)
    guard always else {
      throw ParseFailure(
        .syntaxError, "for a generated column, GENERATED ALWAYS must be specified", at: whenRange)
    }
    return .stored(value)
  }

  /// UNIQUE, PRIMARY KEY, CHECK and REFERENCES behind `column`.
  private func constraintKind(of column: Identifier) throws(ParseFailure) -> TableConstraint.Kind {
    let start = self.start
    switch advance().keyword {
    case .unique:
      if try nullsDistinct() == false { throw unsupported("NULLS NOT DISTINCT", from: start) }
      try constraintStorage()
      return .unique([column])
    case .primary:
      try expect(.key)
      try constraintStorage()
      return .primaryKey([column])
    case .check: return .check(try checkCondition())
    default: return try references([column])
    }
  }

  private func constraintStorage() throws(ParseFailure) {
    if at(.with) { try storageParameters() }
    if at(.using), peek().keyword == .index {
      skip(2)
      try expect(.tablespace)
      throw unsupported("TABLESPACE", from: start)
    }
  }

  private func checkCondition() throws(ParseFailure) -> Expression {
    try open()
    let condition = try expression()
    try close()
    if accept(.no) { try expect(.inherit) }
    return condition
  }
}

// MARK: - Table constraints

extension Parser {
  func tableConstraint(isAlter: Bool = false) throws(ParseFailure) -> TableConstraint {
    let start = self.start
    let name = accept(.constraint) ? try columnName() : nil
    let kind: TableConstraint.Kind
    switch token.keyword {
    case .check:
      advance()
      kind = .check(try checkCondition())
    case .unique:
      advance()
      if try nullsDistinct() == false { throw unsupported("NULLS NOT DISTINCT", from: start) }
      kind = .unique(try keyColumns(from: start))
    case .primary:
      advance()
      try expect(.key)
      kind = .primaryKey(try keyColumns(from: start))
    case .foreign:
      advance()
      try expect(.key)
      guard at(.leftParenthesis) else { throw unexpected() }
      kind = try references(try columnList(), isColumn: false)
    case .exclude:
      advance()
      throw unsupported("EXCLUDE", from: start)
    default: throw unexpected()
    }
    var constraint = TableConstraint(name: name, kind: kind, range: range(from: start))
    try deferral(of: &constraint, isAlter: isAlter)
    constraint.range = range(from: start)
    return constraint
  }

  private func deferral(of constraint: inout TableConstraint, isAlter: Bool) throws(ParseFailure) {
    while true {
      if let (isDeferrable, isDeferred) = try deferralWords() {
        if let isDeferrable { constraint.isDeferrable = isDeferrable }
        if let isDeferred {
          constraint.isInitiallyDeferred = isDeferred
          constraint.isDeferrable = constraint.isDeferrable || isDeferred
        }
      } else if at(.not), peek().keyword == .valid {
        guard isAlter || constraint.isForeignKeyOrCheck else { throw unsupported("NOT VALID", from: start) }
        skip(2)
        // In CREATE TABLE there are no rows yet that could be left unchecked.
        constraint.isNotValid = isAlter
      } else if at(.no), peek().keyword == .inherit {
        skip(2)
      } else {
        return
      }
    }
  }

  private func keyColumns(from start: Int) throws(ParseFailure) -> [Identifier] {
    if at(.using), peek().keyword == .index { throw unsupported("USING INDEX", from: start) }
    let columns = try columnList()
    if accept(.include) { _ = try columnList() }
    try constraintStorage()
    return columns
  }

  private func references(
    _ columns: [Identifier], isColumn: Bool = true
  ) throws(ParseFailure) -> TableConstraint.Kind {
    if !isColumn { try expect(.references) }
    let table = try qualifiedName()
    let referenced = try optionalColumnList()
    if accept(.match) {
      guard accept(.simple) else {
        guard accept(.full) || accept(.partial) else { throw unexpected() }
        throw unsupported("MATCH \(lexer.text(previous.range).uppercased())", from: previous.start)
      }
    }
    var onDelete: String?
    var onUpdate: String?
    while accept(.on) {
      if onDelete == nil, accept(.delete) {
        onDelete = try referentialAction()
      } else if onUpdate == nil, accept(.update) {
        onUpdate = try referentialAction()
      } else {
        throw unexpected()
      }
    }
    return .foreignKey(columns, references: table, referenced, onDelete: onDelete, onUpdate: onUpdate)
  }

  private func referentialAction() throws(ParseFailure) -> String {
    if accept(.no) {
      try expect(.action)
      return "no action"
    }
    if accept(.restrict) { return "restrict" }
    if accept(.cascade) { return "cascade" }
    try expect(.set)
    let isNull = accept(.null)
    if !isNull { try expect(.default) }
    if at(.leftParenthesis) { throw unsupported("ON DELETE SET with columns", from: start) }
    return isNull ? "set null" : "set default"
  }
}

extension TableConstraint {
  fileprivate var isForeignKeyOrCheck: Bool {
    switch kind {
    case .foreignKey, .check: true
    default: false
    }
  }
}
