/// A `jsonpath`, parsed once and used for many values.
///
/// Not `Sendable`: its regular expressions are made while matching.
///
/// Source: <https://www.postgresql.org/docs/15/functions-json.html#FUNCTIONS-SQLJSON-PATH>
package final class JSONPath {
  package let isLax: Bool
  let root: JSONPathNode

  /// - Throws: 22P02 for an empty text, 42601 for a malformed one, 2201B for a regular expression in it.
  package init(_ text: String) throws(SQLError) {
    var parser = try JSONPathParser(text)
    (isLax, root) = try parser.parse()
  }

  /// The text as PostgreSQL prints it: names in quotes, numbers written out.
  package var text: String {
    var printer = JSONPathPrinter()
    printer.write(root, isBracketed: true)
    return (isLax ? "" : "strict ") + printer.text
  }
}

/// A part of a path: a value, an operation on values, or a condition.
indirect enum JSONPathNode {
  /// `$`
  case root
  /// `@`
  case current
  /// `last`
  case last
  case literal(JSONValue)
  case variable(String)
  case unary(Sign, JSONPathNode)
  case binary(Arithmetic, JSONPathNode, JSONPathNode)
  /// A value and the steps that follow it; at least one.
  case path(JSONPathNode, [JSONPathStep])
  case and(JSONPathNode, JSONPathNode)
  case or(JSONPathNode, JSONPathNode)
  case not(JSONPathNode)
  case isUnknown(JSONPathNode)
  case comparison(Comparison, JSONPathNode, JSONPathNode)
  case startsWith(JSONPathNode, JSONPathNode)
  case likeRegex(JSONPathNode, JSONPathRegex)
  case exists(JSONPathNode)

  enum Sign: String { case plus = "+", minus = "-" }

  enum Arithmetic: String { case add = "+", subtract = "-", multiply = "*", divide = "/", remainder = "%" }

  enum Comparison: String {
    case equal = "==", notEqual = "!=", less = "<", lessOrEqual = "<=", greater = ">", greaterOrEqual = ">="
  }

  /// Whether the node is a condition and no value.
  var isPredicate: Bool {
    switch self {
    case .and, .or, .not, .isUnknown, .comparison, .startsWith, .likeRegex, .exists: true
    default: false
    }
  }
}

/// What follows a value: `.key`, `[0]`, `? (…)`, `.size()`.
enum JSONPathStep {
  /// `.key`
  case key(String)
  /// `.*`
  case anyKey
  /// `[*]`
  case anyElement
  /// `[1, 3 to last]`
  case elements([(from: JSONPathNode, to: JSONPathNode?)])
  /// `.**{first to last}`; nil is the last level.
  case descendants(first: UInt32?, last: UInt32?)
  /// `? (…)`
  case filter(JSONPathNode)
  case method(Method)
  /// `.datetime(template)`
  case datetime(template: String?)

  enum Method: String, CaseIterable { case type, size, abs, floor, ceiling, double, keyvalue }
}

struct JSONPathRegex {
  var pattern: String
  /// Among `i`, `s`, `m` and `q`, in PostgreSQL's order.
  var flags: String
  var regex: PostgresRegex
}

/// Writes a path in PostgreSQL's form.
struct JSONPathPrinter {
  var text = ""

  private func priority(_ node: JSONPathNode) -> Int {
    switch node {
    case .or: 0
    case .and: 1
    case .comparison, .startsWith: 2
    case .binary(let operation, _, _):
      switch operation {
      case .add, .subtract: 3
      default: 4
      }
    case .unary: 5
    case .path(let head, _): priority(head)
    default: 6
    }
  }

  mutating func write(_ node: JSONPathNode, isBracketed: Bool) {
    func operand(_ operand: JSONPathNode, of node: JSONPathNode, _ printer: inout JSONPathPrinter) {
      printer.write(operand, isBracketed: printer.priority(operand) <= printer.priority(node))
    }
    func binary(_ symbol: String, _ left: JSONPathNode, _ right: JSONPathNode, _ printer: inout JSONPathPrinter) {
      if isBracketed { printer.text += "(" }
      operand(left, of: node, &printer)
      printer.text += " \(symbol) "
      operand(right, of: node, &printer)
      if isBracketed { printer.text += ")" }
    }
    switch node {
    case .root: text += "$"
    case .current: text += "@"
    case .last: text += "last"
    case .literal(let value): text += value.text
    case .variable(let name): text += "$" + JSONEscape.quoted(name)
    case .unary(let sign, let argument):
      if isBracketed { text += "(" }
      text += sign.rawValue
      operand(argument, of: node, &self)
      if isBracketed { text += ")" }
    case .binary(let operation, let left, let right): binary(operation.rawValue, left, right, &self)
    case .and(let left, let right): binary("&&", left, right, &self)
    case .or(let left, let right): binary("||", left, right, &self)
    case .comparison(let comparison, let left, let right): binary(comparison.rawValue, left, right, &self)
    case .startsWith(let left, let right): binary("starts with", left, right, &self)
    case .likeRegex(let argument, let regex):
      if isBracketed { text += "(" }
      operand(argument, of: node, &self)
      text += " like_regex " + JSONEscape.quoted(regex.pattern)
      if !regex.flags.isEmpty { text += " flag \"\(regex.flags)\"" }
      if isBracketed { text += ")" }
    case .not(let argument): enclose("!(", argument, ")")
    case .isUnknown(let argument): enclose("(", argument, ") is unknown")
    case .exists(let argument): enclose("exists (", argument, ")")
    case .path(let head, let steps):
      if case .literal(.number) = head {
        enclose("(", head, ")")
      } else {
        write(head, isBracketed: isBracketed)
      }
      for step in steps { write(step) }
    }
  }

  private mutating func enclose(_ open: String, _ node: JSONPathNode, _ close: String) {
    text += open
    write(node, isBracketed: false)
    text += close
  }

  private mutating func write(_ step: JSONPathStep) {
    switch step {
    case .key(let name): text += "." + JSONEscape.quoted(name)
    case .anyKey: text += ".*"
    case .anyElement: text += "[*]"
    case .elements(let ranges):
      text += "["
      for (index, range) in ranges.enumerated() {
        if index > 0 { text += "," }
        write(range.from, isBracketed: false)
        if let end = range.to {
          text += " to "
          write(end, isBracketed: false)
        }
      }
      text += "]"
    case .descendants(let first, let last):
      func level(_ level: UInt32?) -> String { level.map(String.init) ?? "last" }
      if first == 0, last == nil {
        text += ".**"
      } else if first == last {
        text += ".**{\(level(first))}"
      } else {
        text += ".**{\(level(first)) to \(level(last))}"
      }
    case .filter(let predicate): enclose("?(", predicate, ")")
    case .method(let method): text += ".\(method.rawValue)()"
    case .datetime(let template): text += ".datetime(\(template.map(JSONEscape.quoted) ?? ""))"
    }
  }
}
