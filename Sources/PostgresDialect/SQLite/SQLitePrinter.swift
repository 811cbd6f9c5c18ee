/// Writes a lowered tree as the text that SQLite reads.
///
/// Nested operators are always parenthesised: the text need not be short, and SQLite's precedence differs from
/// PostgreSQL's in places (`||`, `not`).
public struct SQLitePrinter {
  public private(set) var text = ""
  /// RETURNING and CHECK name columns without their table.
  var qualifiesColumns = true

  public init() {}

  public static func print(_ query: SQLiteQuery) -> String {
    var printer = SQLitePrinter()
    printer.write(query)
    return printer.text
  }

  public static func print(_ expression: SQLiteExpression) -> String {
    var printer = SQLitePrinter()
    printer.write(expression)
    return printer.text
  }

  /// `name` between double quotes, when it needs them.
  public static func quoted(_ name: String) -> String {
    "\"" + name.replacing("\"", with: "\"\"") + "\""
  }

  /// `text` as a SQLite string literal.
  ///
  /// SQLite's tokenizer ends at a NUL, so a text with one is built from its bytes.
  public static func literal(_ text: String) -> String {
    if text.utf8.contains(0) {
      let hex = text.utf8.map { byte in
        let digits = String(byte, radix: 16)
        return digits.count == 1 ? "0" + digits : digits
      }
      return "cast(x'\(hex.joined())' as text)"
    }
    return "'" + text.replacing("'", with: "''") + "'"
  }

  mutating func write(_ piece: String) { text += piece }

  mutating func writeName(_ name: String) { text += Self.quoted(name) }

  mutating func writeList<Element>(
    _ elements: [Element], separator: String = ", ", _ body: (inout SQLitePrinter, Element) -> Void
  ) {
    for (index, element) in elements.enumerated() {
      if index > 0 { text += separator }
      body(&self, element)
    }
  }

  // MARK: Queries

  public mutating func write(_ query: SQLiteQuery) {
    writeCommonTables(query.commonTables, isRecursive: query.isRecursive)
    write(query.body)
    if !query.orderBy.isEmpty {
      write(" order by ")
      writeList(query.orderBy) { $0.write($1) }
    }
    if let limit = query.limit {
      write(" limit ")
      write(limit)
    } else if query.offset != nil {
      write(" limit -1")
    }
    if let offset = query.offset {
      write(" offset ")
      write(offset)
    }
  }

  public mutating func writeCommonTables(_ tables: [SQLiteCommonTable], isRecursive: Bool) {
    guard !tables.isEmpty else { return }
    write(isRecursive ? "with recursive " : "with ")
    writeList(tables) { printer, table in
      printer.writeName(table.name)
      printer.write("(")
      printer.writeList(table.columns) { $0.writeName($1) }
      printer.write(") as ")
      if let isMaterialized = table.isMaterialized {
        printer.write(isMaterialized ? "materialized " : "not materialized ")
      }
      printer.write("(")
      printer.write(table.query)
      printer.write(")")
    }
    write(" ")
  }

  private mutating func write(_ body: SQLiteBody) {
    switch body {
    case .select(let select):
      write(select)
    case .values(let rows):
      write("values ")
      writeList(rows) { printer, row in
        printer.write("(")
        printer.writeList(row) { $0.write($1) }
        printer.write(")")
      }
    case .compound(let name, let left, let right):
      write(left)
      write(" \(name) ")
      // A compound on the right would be read as part of the chain from the left.
      if case .compound = right {
        write("select * from (")
        write(right)
        write(")")
      } else {
        write(right)
      }
    case .nested(let query, _):
      write("select * from (")
      write(query)
      write(")")
    }
  }

  private mutating func write(_ select: SQLiteSelect) {
    write(select.isDistinct ? "select distinct " : "select ")
    writeList(select.items) { printer, item in
      printer.write(item.expression)
      if let alias = item.alias {
        printer.write(" as ")
        printer.writeName(alias)
      }
    }
    if let from = select.from {
      write(" from ")
      write(from)
    }
    if let condition = select.condition {
      write(" where ")
      write(condition)
    }
    if !select.groupBy.isEmpty {
      write(" group by ")
      writeList(select.groupBy) { $0.write($1) }
    }
    if let having = select.having {
      write(" having ")
      write(having)
    }
  }

  public mutating func write(_ table: SQLiteTable) {
    switch table {
    case .relation(let name, let alias):
      writeName(name)
      write(" as ")
      writeName(alias)
    case .subquery(let query, let alias):
      write("(")
      write(query)
      write(") as ")
      writeName(alias)
    case .function(let name, let arguments, let alias):
      write("\(name)(")
      writeList(arguments) { $0.write($1) }
      write(") as ")
      writeName(alias)
    case .join(let kind, let left, let right, let condition):
      write(left)
      write(" \(kind) ")
      if case .join = right {
        write("(")
        write(right)
        write(")")
      } else {
        write(right)
      }
      if let condition {
        write(" on ")
        write(condition)
      }
    }
  }

  public mutating func write(_ term: SQLiteOrderTerm) {
    write(term.expression)
    if term.isDescending { write(" desc") }
    if let nullsFirst = term.nullsFirst { write(nullsFirst ? " nulls first" : " nulls last") }
  }

  // MARK: Expressions

  public mutating func write(_ expression: SQLiteExpression) {
    switch expression {
    case .null: write("null")
    case .integer(let value):
      // SQLite reads -9223372036854775808 as the negation of a real.
      write(value == Int64.min ? "(-9223372036854775807 - 1)" : value < 0 ? "(\(value))" : "\(value)")
    case .real(let value):
      if value == .infinity {
        write("9e999")
      } else if value == -.infinity {
        write("(-9e999)")
      } else {
        write(value < 0 ? "(\(value))" : "\(value)")
      }
    case .text(let value): write(Self.literal(value))
    case .parameter(let number): write("?\(number)")
    case .column(let use):
      if qualifiesColumns {
        writeName(use.table)
        write(".")
      }
      writeName(use.column)
    case .call(let call): write(call)
    case .prefix(let symbol, let operand):
      write("(\(symbol) ")
      write(operand)
      write(")")
    case .infix(let symbol, let left, let right):
      write("(")
      write(left)
      write(" \(symbol) ")
      write(right)
      write(")")
    case .chain(let symbol, let operands):
      write("(")
      writeList(operands, separator: " \(symbol) ") { $0.write($1) }
      write(")")
    case .postfix(let operand, let symbol):
      write("(")
      write(operand)
      write(" \(symbol))")
    case .between(let operand, let low, let high, let negated):
      write("(")
      write(operand)
      write(negated ? " not between " : " between ")
      write(low)
      write(" and ")
      write(high)
      write(")")
    case .caseWhen(let branches, let otherwise):
      write("case")
      for branch in branches {
        write(" when ")
        write(branch.condition)
        write(" then ")
        write(branch.result)
      }
      if let otherwise {
        write(" else ")
        write(otherwise)
      }
      write(" end")
    case .inList(let operand, let elements, let negated):
      write("(")
      write(operand)
      write(negated ? " not in (" : " in (")
      writeList(elements) { $0.write($1) }
      write("))")
    case .inQuery(let operand, let query, let negated):
      write("(")
      write(operand)
      write(negated ? " not in (" : " in (")
      write(query)
      write("))")
    case .scalar(let query):
      write("(")
      write(query)
      write(")")
    case .exists(let query):
      write("exists (")
      write(query)
      write(")")
    case .row(let elements):
      write("(")
      writeList(elements) { $0.write($1) }
      write(")")
    case .collate(let operand, let name):
      write(operand)
      write(" collate \(name)")
    case .cast(let operand, let type):
      write("cast(")
      write(operand)
      write(" as \(type))")
    }
  }

  private mutating func write(_ call: SQLiteCall) {
    write(call.name)
    write("(")
    if call.isDistinct { write("distinct ") }
    if call.isStar { write("*") }
    writeList(call.arguments) { $0.write($1) }
    write(")")
    if let filter = call.filter {
      write(" filter (where ")
      write(filter)
      write(")")
    }
    guard let window = call.window else { return }
    write(" over (")
    if !window.partitionBy.isEmpty {
      write("partition by ")
      writeList(window.partitionBy) { $0.write($1) }
    }
    if !window.orderBy.isEmpty {
      write(window.partitionBy.isEmpty ? "order by " : " order by ")
      writeList(window.orderBy) { $0.write($1) }
    }
    if let frame = window.frame { write(" \(frame)") }
    write(")")
  }
}
