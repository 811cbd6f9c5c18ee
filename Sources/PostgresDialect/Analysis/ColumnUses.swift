/// Where the text of a query uses a column of the catalog.
public struct ColumnUseInText: Hashable, Sendable {
  public var origin: ColumnOrigin
  /// The reference as written; nil for a use without a name of its own, as by USING, NATURAL or a star.
  public var name: QualifiedName?
}

extension Analyzer {
  func noteUse(_ origin: ColumnOrigin?, of name: QualifiedName?) {
    guard let origin, columnUses != nil, openViews.isEmpty else { return }
    columnUses?.insert(ColumnUseInText(origin: origin, name: name))
  }
}

extension Compiler {
  /// The columns of relations that a view's query uses.
  public func columnUses(ofQuery definition: String) throws(SQLError) -> Set<ColumnUseInText> {
    guard case .query(let query) = try Parser.parseStatement(definition).kind else { return [] }
    return try DeepStack.run { () throws(SQLError) in
      let analyzer = Analyzer(catalog: catalog, timeZone: timeZone)
      analyzer.columnUses = []
      _ = try analyzer.lower(query, parent: nil)
      return analyzer.columnUses ?? []
    }
  }

  /// The columns of one table that a condition or value over it names, in the table's order.
  public func mentionedColumns(_ expression: String, _ relation: Relation) throws(SQLError) -> [String] {
    let expression = try Parser.parseExpression(expression)
    return Analyzer(catalog: catalog, timeZone: timeZone).mentionedColumns(expression, relation)
  }
}

/// Changes of names in stored SQL texts.
public enum RenamedText {
  /// The query of a view after a column of one of its relations got another name.
  ///
  /// A select item that is the column alone keeps its name: `select a` becomes `select b as a`.
  ///
  /// - Returns: Nil when the query uses the column without naming it, as by USING.
  public static func query(
    _ definition: String, _ uses: Set<ColumnUseInText>, column: ColumnOrigin, to name: String
  ) throws(SQLError) -> String? {
    let mine = uses.filter { $0.origin == column }
    guard case .query(let query) = try Parser.parseStatement(definition).kind else { return definition }
    var collector = ReferenceCollector()
    collector.visit(query)
    var edits: [SourceRange: String] = [:]
    for use in mine {
      guard let written = use.name, let last = written.parts.last else { return nil }
      let isWholeItem = collector.items.contains {
        $0.alias == nil && $0.expression.range == written.range && $0.expression.isColumn
      }
      edits[last.range] =
        SQLType.quotedIdentifier(name) + (isWholeItem ? " as " + SQLType.quotedIdentifier(last.name) : "")
    }
    return definition.replacing(edits)
  }

  /// The query of a view after a relation got another name or schema; it goes on under its old name as an alias.
  ///
  /// - Parameter isRelation: Whether a written name means the relation.
  public static func query(
    _ definition: String, _ uses: Set<ColumnUseInText>, relation old: Relation, to new: Relation,
    isRelation: (QualifiedName) -> Bool
  ) throws(SQLError) -> String {
    guard case .query(let query) = try Parser.parseStatement(definition).kind else { return definition }
    var collector = ReferenceCollector()
    collector.visit(query)
    var edits: [SourceRange: String] = [:]
    for (name, alias) in collector.relations where isRelation(name) {
      edits[name.range] =
        "\(SQLType.quotedIdentifier(new.schema)).\(SQLType.quotedIdentifier(new.name))"
        + (alias == nil ? " as " + SQLType.quotedIdentifier(old.name) : "")
    }
    for use in uses where use.origin.relation == old.qualifiedName {
      // schema.table.column: the table's name alone says as much.
      guard let name = use.name, name.parts.count > 2, let first = name.parts.first else { continue }
      let table = name.parts[name.parts.count - 2]
      edits[SourceRange(start: first.range.start, end: table.range.end)] = SQLType.quotedIdentifier(table.name)
    }
    return definition.replacing(edits)
  }

  /// A condition or value over one table, after one of its columns got another name.
  public static func expression(_ text: String, column old: String, to new: String) throws(SQLError) -> String {
    var edits: [SourceRange: String] = [:]
    for name in columns(try Parser.parseExpression(text)) where name.name == old {
      if let last = name.parts.last { edits[last.range] = SQLType.quotedIdentifier(new) }
    }
    return text.replacing(edits)
  }

  /// A condition or value over one table without the table's name before the columns.
  public static func unqualified(_ text: String) throws(SQLError) -> String {
    var edits: [SourceRange: String] = [:]
    for name in columns(try Parser.parseExpression(text)) where name.parts.count > 1 {
      edits[name.range] = SQLType.quotedIdentifier(name.name)
    }
    return text.replacing(edits)
  }

  /// CREATE TRIGGER on a table that has another name now.
  public static func trigger(_ text: String, table: Relation) throws(SQLError) -> String {
    guard case .createTrigger(let create) = try Parser.parseStatement(text).kind else { return text }
    return text.replacing([
      create.table.range: "\(SQLType.quotedIdentifier(table.schema)).\(SQLType.quotedIdentifier(table.name))"
    ])
  }

  /// CREATE TRIGGER on a table of which a column has another name now.
  public static func trigger(_ text: String, column old: String, to new: String) throws(SQLError) -> String {
    guard case .createTrigger(let create) = try Parser.parseStatement(text).kind else { return text }
    var edits: [SourceRange: String] = [:]
    for case .update(let columns) in create.events {
      for column in columns where column.name == old { edits[column.range] = SQLType.quotedIdentifier(new) }
    }
    for name in create.condition.map(columns) ?? [] where name.parts.count == 2 && name.name == old {
      guard ["new", "old"].contains(name.parts[0].name) else { continue }
      edits[name.parts[1].range] = SQLType.quotedIdentifier(new)
    }
    return text.replacing(edits)
  }

  private static func columns(_ expression: Expression) -> [QualifiedName] {
    var names: [QualifiedName] = []
    func walk(_ expression: Expression) {
      if case .column(let name) = expression.kind { names.append(name) }
      for part in expression.parts { walk(part) }
    }
    walk(expression)
    return names
  }
}

/// Everything in a query that names relations or makes columns, also in subqueries.
struct ReferenceCollector {
  private(set) var relations: [(name: QualifiedName, alias: TableAlias?)] = []
  private(set) var items: [SelectItem] = []
  private var commonTables: [Set<String>] = []

  mutating func visit(_ query: Query) {
    var visible = commonTables.last ?? []
    for table in query.with?.tables ?? [] {
      if query.with?.isRecursive == true { visible.insert(table.name.name) }
      commonTables.append(visible)
      if case .query(let inner) = table.statement.kind { visit(inner) }
      commonTables.removeLast()
      visible.insert(table.name.name)
    }
    commonTables.append(visible)
    defer { commonTables.removeLast() }
    visit(query.body)
    for item in query.orderBy { visit(item.expression) }
    for expression in [query.limit, query.offset].compactMap({ $0 }) { visit(expression) }
  }

  private mutating func visit(_ body: QueryBody) {
    switch body {
    case .select(let select):
      for table in select.from { visit(table) }
      for item in select.items {
        items.append(item)
        visit(item.expression)
      }
      for expression in [select.condition, select.having].compactMap({ $0 }) { visit(expression) }
    case .values(let rows): for row in rows { for value in row { visit(value) } }
    case .setOperation(_, _, let left, let right):
      visit(left)
      visit(right)
    case .nested(let query): visit(query)
    }
  }

  private mutating func visit(_ table: TableExpression) {
    switch table {
    case .relation(let name, let alias, _):
      if name.parts.count > 1 || commonTables.last?.contains(name.name) != true { relations.append((name, alias)) }
    case .subquery(let query, _, _, _): visit(query)
    case .functions(let calls, _, _, _, _):
      for call in calls { for argument in call.arguments { visit(argument.value) } }
    case .join(_, let left, let right, let condition, _):
      visit(left)
      visit(right)
      if case .on(let expression) = condition { visit(expression) }
    case .aliased(let inner, _): visit(inner)
    }
  }

  private mutating func visit(_ expression: Expression) {
    switch expression.kind {
    case .subquery(let query), .exists(let query), .arraySubquery(let query): visit(query)
    case .inSubquery(let operand, let query, _):
      visit(operand)
      visit(query)
    case .quantified(let operand, _, _, let right):
      visit(operand)
      switch right {
      case .query(let query): visit(query)
      case .array(let array): visit(array)
      }
    default: for part in expression.parts { visit(part) }
    }
  }
}

extension Expression {
  fileprivate var isColumn: Bool { if case .column = kind { true } else { false } }
}

extension String {
  /// The text with each range replaced; the ranges must not overlap.
  func replacing(_ edits: [SourceRange: String]) -> String {
    var result = ""
    var start = 0
    for (range, text) in edits.sorted(by: { $0.key.start < $1.key.start }) where range.start >= start {
      result += self.text(SourceRange(start: start, end: range.start)) + text
      start = range.end
    }
    return result + text(SourceRange(start: start, end: utf8.count))
  }
}
