@testable import PostgresDialect

/// Writes a syntax tree as a short S-expression, so that a test can show a whole tree on one line.
///
/// Absent parts are left out; names stand as they were folded; strings are in single quotes.
enum TreeDump {
  static func statements(_ sql: String) throws(SQLError) -> String {
    try Parser.parse(sql).map(dump).joined(separator: "; ")
  }

  static func expression(_ sql: String) throws(SQLError) -> String { dump(try Parser.parseExpression(sql)) }

  /// `(head part part)` without the empty parts.
  static func list(_ parts: [String?]) -> String {
    "(" + parts.compactMap { $0 }.filter { !$0.isEmpty }.joined(separator: " ") + ")"
  }

  static func part(_ head: String, _ parts: [String]) -> String? { parts.isEmpty ? nil : list([head] + parts) }

  static func dump(_ name: QualifiedName) -> String { name.parts.map(\.name).joined(separator: ".") }

  static func dump(_ names: [Identifier]) -> String? { part("columns", names.map(\.name)) }

  static func dump(_ type: TypeName) -> String {
    (type.isSet ? "setof " : "") + dump(type.name)
      + (type.modifiers.isEmpty ? "" : "(\(type.modifiers.map(String.init).joined(separator: ",")))")
      + (type.intervalFields.map { "{\($0)}" } ?? "") + String(repeating: "[]", count: type.arrayDimensions)
  }
}

// MARK: - Expressions

extension TreeDump {
  static func dump(_ expression: Expression) -> String {
    switch expression.kind {
    case .null: "null"
    case .boolean(let value): "\(value)"
    case .integer(let digits), .decimal(let digits): digits
    case .string(let text): "'\(text)'"
    case .bitString(let bits): "b'\(bits)'"
    case .typedLiteral(let type, let text): list(["literal", dump(type), "'\(text)'"])
    case .parameter(.positional(let number)): "$\(number)"
    case .parameter(.named(let name)): "@\(name)"
    case .column(let name): dump(name)
    case .star(let name): (name.map { dump($0) + "." } ?? "") + "*"
    case .unary(let symbol, let operand): list([dump(symbol), dump(operand)])
    case .binary(let symbol, let left, let right): list([dump(symbol), dump(left), dump(right)])
    case .not(let operand): list(["not", dump(operand)])
    case .and(let operands): list(["and"] + operands.map(dump))
    case .or(let operands): list(["or"] + operands.map(dump))
    default: dumpTest(expression)
    }
  }

  static func dump(_ symbol: Operator) -> String { (symbol.schema.map { $0 + "." } ?? "") + symbol.symbol }

  private static func dumpTest(_ expression: Expression) -> String {
    switch expression.kind {
    case .test(let value, let test, let negated): list([negated ? "is-not" : "is", dump(value), "\(test)"])
    case .isDistinct(let left, let right, let negated):
      list([negated ? "is-not-distinct" : "is-distinct", dump(left), dump(right)])
    case .between(let value, let low, let high, let symmetric, let negated):
      list([(negated ? "not-" : "") + "between" + (symmetric ? "-symmetric" : ""), dump(value), dump(low), dump(high)])
    case .inList(let value, let items, let negated):
      list([negated ? "not-in" : "in", dump(value)] + items.map(dump))
    case .inSubquery(let value, let query, let negated): list([negated ? "not-in" : "in", dump(value), dump(query)])
    case .quantified(let value, let symbol, let quantifier, let operand):
      list([
        "\(quantifier)", dump(symbol), dump(value),
        {
          switch operand {
          case .query(let query): dump(query);
          case .array(let array): dump(array)
          }
        }(),
      ])
    case .like(let kind, let value, let pattern, let escape, let negated):
      list([(negated ? "not-" : "") + "\(kind)", dump(value), dump(pattern), escape.map(dump)])
    case .caseWhen(let operand, let branches, let otherwise):
      list(
        ["case", operand.map(dump)] + branches.map { list(["when", dump($0.condition), dump($0.result)]) }
          + [otherwise.map { list(["else", dump($0)]) }])
    case .cast(let value, let type): list(["cast", dump(value), dump(type)])
    case .collate(let value, let name): list(["collate", dump(value), dump(name)])
    case .atTimeZone(let value, let zone): list(["zone", dump(value), dump(zone)])
    case .extract(let field, let value): list(["extract", field, dump(value)])
    default: dumpValue(expression)
    }
  }

  private static func dumpValue(_ expression: Expression) -> String {
    switch expression.kind {
    case .call(let call): dump(call)
    case .currentValue(let name, let precision): name + (precision.map { "(\($0))" } ?? "")
    case .subquery(let query): list(["query", dump(query)])
    case .exists(let query): list(["exists", dump(query)])
    case .arraySubquery(let query): list(["array", dump(query)])
    case .array(let items): list(["array"] + items.map(dump))
    case .row(let items, let isExplicit): list([isExplicit ? "ROW" : "row"] + items.map(dump))
    case .subscript_(let value, let subscripts): list(["at", dump(value)] + subscripts.map(dump))
    case .field(let value, let name): list(["field", dump(value), name.name])
    case .fieldStar(let value): list(["fields", dump(value)])
    case .defaultValue: "default"
    default: "?"
    }
  }

  private static func dump(_ subscript_: Expression.Subscript) -> String {
    switch subscript_ {
    case .index(let index): "[\(dump(index))]"
    case .slice(let low, let high): "[\(low.map(dump) ?? ""):\(high.map(dump) ?? "")]"
    }
  }

  static func dump(_ call: FunctionCall) -> String {
    list(
      [
        dump(call.name), call.isDistinct ? "distinct" : nil, call.isStar ? "*" : nil,
        call.isVariadic ? "variadic" : nil,
      ]
        + call.arguments.map { ($0.name.map { $0.name + "=>" } ?? "") + dump($0.value) }
        + [
          part("order", call.orderBy.map(dump)), part("within", call.withinGroup.map(dump)),
          call.filter.map { list(["filter", dump($0)]) }, call.over.map { list(["over", dump($0)]) },
        ])
  }

  static func dump(_ item: OrderItem) -> String {
    dump(item.expression) + (item.isDescending ? "-" : "")
      + (item.nullsFirst.map { $0 ? "^" : "_" } ?? "")
  }

  private static func dump(_ window: WindowReference) -> String {
    switch window {
    case .named(let name): name.name
    case .inline(let specification): dump(specification)
    }
  }

  static func dump(_ window: WindowSpecification) -> String {
    list([
      "window", window.base?.name, part("by", window.partitionBy.map(dump)), part("order", window.orderBy.map(dump)),
      window.frame.map { frame in
        list(["\(frame.unit)", dump(frame.start), dump(frame.end), frame.exclusion.map { "exclude-\($0)" }])
      },
    ])
  }

  private static func dump(_ bound: WindowFrame.Bound) -> String {
    switch bound {
    case .preceding(let distance): "-\(dump(distance))"
    case .following(let distance): "+\(dump(distance))"
    default: "\(bound)"
    }
  }
}
