import PostgresDialect

extension RelationColumn {
  /// Whether the catalogs call the column an identity.
  var isShownAsIdentity: Bool { isIdentity && !isSerial }
}

extension ArrayValue {
  /// A vector's text: its numbers with blanks between them.
  static func vectorText(_ json: String) -> String {
    String(json.filter { $0 != "[" && $0 != "]" }.map { $0 == "," ? " " : $0 })
  }
}

/// Objects as PostgreSQL's `pg_get_…def` write them, and as `regclass` and its kin show them.
extension SystemCatalog {
  static func quoted(_ name: String) -> String { QuotedText.identifier(name) }

  static func qualified(_ schema: String, _ name: String) -> String { "\(quoted(schema)).\(quoted(name))" }

  /// The name as it must be written under a search path: qualified unless it is found without.
  func visibleName(_ schema: String, _ name: String, _ searchPath: [String]) -> String {
    isVisible(schema, name, searchPath) ? Self.quoted(name) : Self.qualified(schema, name)
  }

  func isVisible(_ schema: String, _ name: String, _ searchPath: [String]) -> Bool {
    (["pg_catalog"] + searchPath.filter { $0 != "pg_catalog" }).first { find($0, name) != nil } == schema
  }

  /// The number's class by name; the number itself when there is none.
  func className(_ oid: Int64, _ searchPath: [String]) -> String {
    guard oid != 0 else { return "-" }
    return find(oid).map { visibleName($0.schema, $0.name, searchPath) } ?? String(oid)
  }

  // MARK: Definitions

  private func columnList(_ columns: [String]) -> String { columns.map(Self.quoted).joined(separator: ", ") }

  /// `FOREIGN KEY (a) REFERENCES b(id) ON DELETE CASCADE`.
  func definition(of constraint: RelationConstraint, _ searchPath: [String]) -> String {
    var text: String
    switch constraint.kind {
    case .primaryKey: text = "PRIMARY KEY (\(columnList(constraint.columns)))"
    case .unique: text = "UNIQUE (\(columnList(constraint.columns)))"
    case .check: text = "CHECK (\(Self.parenthesized(constraint.expression ?? "true")))"
    case .foreignKey:
      text = "FOREIGN KEY (\(columnList(constraint.columns)))"
      if let target = constraint.reference {
        text += " REFERENCES \(visibleName(target.schema, target.relation, searchPath))(\(columnList(target.columns)))"
        if let action = target.onUpdate, action != "no action" { text += " ON UPDATE \(action.uppercased())" }
        if let action = target.onDelete, action != "no action" { text += " ON DELETE \(action.uppercased())" }
      }
    }
    if constraint.isDeferrable {
      text += " DEFERRABLE" + (constraint.isInitiallyDeferred ? " INITIALLY DEFERRED" : "")
    }
    return text
  }

  /// One key of an index: a column's name, a call, or another expression in parentheses.
  static func text(of key: RelationIndex.Key) -> String {
    if let column = key.column { return quoted(column) }
    if case .call? = (try? Parser.parseExpression(key.expression))?.kind { return key.expression }
    return "(\(key.expression))"
  }

  /// An expression as PostgreSQL's printer leaves it: in parentheses unless it is a name, a call or a value.
  static func parenthesized(_ text: String) -> String {
    switch (try? Parser.parseExpression(text))?.kind {
    case .column, .call, .boolean, .integer, .string: text
    default: "(\(text))"
    }
  }

  static func order(of key: RelationIndex.Key) -> String {
    var text = key.isDescending ? " DESC" : ""
    if let nullsFirst = key.nullsFirst, nullsFirst != key.isDescending {
      text += nullsFirst ? " NULLS FIRST" : " NULLS LAST"
    }
    return text
  }

  /// `CREATE UNIQUE INDEX i ON s.t USING btree (a, lower(b) DESC) WHERE (c > 0)`.
  func definition(of index: Index, named entry: Class) -> String {
    let keys = index.keys.map { Self.text(of: $0) + Self.order(of: $0) }.joined(separator: ", ")
    var text = "CREATE \(index.isUnique ? "UNIQUE " : "")INDEX \(Self.quoted(entry.name)) ON "
    text += "\(Self.qualified(index.table.schema, index.table.name)) USING btree (\(keys))"
    if let condition = index.condition { text += " WHERE (\(condition))" }
    return text
  }

  /// The default of a relation's column; that of a serial is its sequence's next value.
  func defaultText(_ column: RelationColumn, of relation: Relation) -> String? {
    guard column.isSerial else { return Self.defaultText(column) }
    let sequence = catalog.sequences.values.first {
      $0.schema == relation.schema && $0.owner?.relation == relation.name && $0.owner?.column == column.name
    }
    return sequence.map { "nextval(\(QuotedText.literal(Self.qualified($0.schema, $0.name)))::regclass)" }
  }

  /// A default as PostgreSQL shows it: literals carry their type.
  static func defaultText(_ column: RelationColumn) -> String? {
    guard let text = column.generatedExpression ?? column.defaultExpression else { return nil }
    // The sequence behind an identity is no default.
    guard !column.isShownAsIdentity else { return nil }
    guard column.generatedExpression == nil, let expression = try? Parser.parseExpression(text) else { return text }
    switch expression.kind {
    case .string: return "\(text)::\(column.type.displayName)"
    case .call(let call) where call.name.name == "nextval" && call.arguments.count == 1:
      guard case .string(let name) = call.arguments[0].value.kind else { return text }
      return "nextval(\(QuotedText.literal(name))::regclass)"
    case .null: return "NULL::\(column.type.displayName)"
    case .unary(_, let operand):
      guard case .integer(let digits) = operand.kind else { return text }
      return "'-\(digits)'::integer"
    case .currentValue(let name, nil) where name != "current_schema": return name.uppercased()
    default: return text
    }
  }

  /// A view's query as it was written, with a semicolon at its end.
  static func viewDefinition(_ relation: Relation) -> String? {
    relation.definition.map { " " + $0.trimmingSemicolon + ";" }
  }

  // MARK: Routines

  /// `p_limit integer DEFAULT 50, OUT total bigint`.
  static func arguments(of routine: Routine, withDefaults: Bool = true, _ source: String? = nil) -> String {
    routine.parameters.filter { $0.mode != .table }.map { parameter in
      var parts: [String] = []
      switch parameter.mode {
      case .out: parts.append("OUT")
      case .inout_: parts.append("INOUT")
      case .variadic: parts.append("VARIADIC")
      // Of a procedure's parameters each names its direction.
      default: if routine.isProcedure { parts.append("IN") }
      }
      if let name = parameter.name { parts.append(quoted(name)) }
      parts.append(parameter.type.displayName)
      if withDefaults, let value = parameter.defaultValue, let source {
        let bytes = Array(source.utf8)
        let range = value.range.start..<Swift.min(value.range.end, bytes.count)
        var column = RelationColumn(name: "", type: parameter.type)
        column.defaultExpression = String(decoding: bytes[range], as: UTF8.self)
        parts.append("DEFAULT \(defaultText(column) ?? "")")
      }
      return parts.joined(separator: " ")
    }.joined(separator: ", ")
  }

  static func result(of routine: Routine) -> String? {
    if routine.isProcedure { return nil }
    let outputs = routine.parameters.filter { $0.mode == .table }
    if !outputs.isEmpty {
      let columns = outputs.map { "\(quoted($0.name ?? "")) \($0.type.displayName)" }.joined(separator: ", ")
      return "TABLE(\(columns))"
    }
    let type: String
    switch routine.result {
    case .void: type = "void"
    case .trigger: type = "trigger"
    case .scalar(let scalar): type = scalar.displayName
    case .row, .record: type = "record"
    }
    return (routine.returnsSet ? "SETOF " : "") + type
  }
}

extension String {
  fileprivate var trimmingSemicolon: String {
    var text = Substring(self)
    while let last = text.last, last.isWhitespace || last == ";" { text.removeLast() }
    while let first = text.first, first.isWhitespace { text.removeFirst() }
    return String(text)
  }
}
