/// Why a path could not be followed.
struct JSONPathFailure: Error {
  var error: SQLError
  /// Whether `silent` and conditions turn the failure into an unknown result.
  var isSuppressible = true

  init(_ state: String, _ message: String, hint: String? = nil) {
    error = SQLError(SQLState(rawValue: state), message, hint: hint)
  }

  init(fatal error: SQLError) {
    self.error = error
    isSuppressible = false
  }
}

/// One run of a path over a value.
///
/// Follows PostgreSQL's executor: in lax mode arrays are unwrapped and values wrapped as the next step needs it, and
/// structural errors are no result; where only existence is asked, nothing is computed after the first item.
/// Source: PostgreSQL 15's `jsonpath_exec.c`.
final class JSONPathExecution {
  /// The items found so far; nil stands for "is there any".
  final class Found {
    var items: [JSONPathItem] = []
  }

  typealias Steps = ArraySlice<JSONPathStep>

  let root: JSONPathItem
  let variables: [JSONValue.Member]
  let isLax: Bool
  let tracksPlaces: Bool
  /// The session's zone, where times with and without zone may be compared.
  let zone: TimeZoneRules?
  var ignoresStructuralErrors: Bool
  var current: JSONPathItem
  var innermostArraySize = -1
  var lastDocument: Int64 = 2

  init(_ path: JSONPath, _ value: JSONValue, _ variables: [JSONValue.Member], zone: TimeZoneRules?) {
    root = JSONPathItem(value)
    current = root
    self.variables = variables
    self.zone = zone
    isLax = path.isLax
    ignoresStructuralErrors = path.isLax
    tracksPlaces = path.text.contains(".keyvalue()")
  }

  /// Whether an error must be found even where a first item would do.
  private var isStrict: Bool { !isLax }

  // MARK: Nodes

  /// The items of a node; true when there is one.
  func evaluate(_ node: JSONPathNode, _ item: JSONPathItem, _ found: Found?) throws(JSONPathFailure) -> Bool {
    if case .path(let head, let steps) = node { return try begin(head, steps[...], item, found) }
    return try begin(node, [], item, found)
  }

  private func begin(_ node: JSONPathNode, _ steps: Steps, _ item: JSONPathItem, _ found: Found?)
    throws(JSONPathFailure) -> Bool
  {
    switch node {
    case .root: return try follow(steps, root, found)
    case .current: return try follow(steps, current, found)
    case .last:
      if steps.isEmpty && found == nil { return true }
      return try follow(steps, JSONPathItem(.number(Numeric(innermostArraySize - 1))), found)
    case .literal(let value):
      if steps.isEmpty && found == nil { return true }
      return try follow(steps, JSONPathItem(value), found)
    case .variable(let name):
      if steps.isEmpty && found == nil { return true }
      return try follow(steps, variable(name), found)
    case .unary(let sign, let operand): return try signed(sign, operand, steps, item, found)
    case .binary(let operation, let left, let right):
      return try arithmetic(operation, left, right, steps, item, found)
    case .path(let head, let first):
      return try begin(head, (first + steps)[...], item, found)
    case .and, .or, .not, .isUnknown, .comparison, .startsWith, .likeRegex, .exists:
      let truth = try test(node, item)
      if steps.isEmpty && found == nil { return true }
      return try follow(steps, JSONPathItem(truth.map { .boolean($0) } ?? .null), found)
    }
  }

  /// The items of an operand: in lax mode arrays stand for their elements.
  func operands(_ node: JSONPathNode, _ item: JSONPathItem, unwraps: Bool) throws(JSONPathFailure) -> [JSONPathItem] {
    let found = Found()
    _ = try evaluate(node, item, found)
    guard unwraps && isLax else { return found.items }
    return found.items.flatMap { item -> [JSONPathItem] in item.isArray ? children(of: item) : [item] }
  }

  private func variable(_ name: String) throws(JSONPathFailure) -> JSONPathItem {
    guard let place = JSONValue.place(of: Array(name.utf8), in: variables) else {
      throw JSONPathFailure(
        fatal: SQLError(.undefinedObject, "could not find jsonpath variable \"\(name)\""))
    }
    var item = JSONPathItem(variables[place].value)
    item.document = 1
    if tracksPlaces { item.offset = JSONBLayout.childOffsets(of: .object(variables), at: 0)[place] }
    return item
  }

  /// The elements of an array, or the values of an object.
  func children(of item: JSONPathItem) -> [JSONPathItem] {
    let values: [JSONValue]
    switch item.value {
    case .array(let elements): values = elements
    case .object(let members): values = members.map(\.value)
    default: return []
    }
    let offsets = tracksPlaces ? JSONBLayout.childOffsets(of: item.value, at: item.offset) : []
    return values.enumerated().map { index, value in child(of: item, value, tracksPlaces ? offsets[index] : 0) }
  }

  private func child(of item: JSONPathItem, _ value: JSONValue, _ offset: Int) -> JSONPathItem {
    var child = JSONPathItem(value)
    child.document = item.document
    child.offset = offset
    return child
  }

  // MARK: Steps

  /// What the steps make of an item; without steps the item itself.
  func follow(_ steps: Steps, _ item: JSONPathItem, _ found: Found?) throws(JSONPathFailure) -> Bool {
    guard !steps.isEmpty else {
      found?.items.append(item)
      return true
    }
    return try take(steps, item, found, unwraps: isLax)
  }

  /// The first of the steps, and those after it.
  private func take(_ steps: Steps, _ item: JSONPathItem, _ found: Found?, unwraps: Bool) throws(JSONPathFailure)
    -> Bool
  {
    guard let step = steps.first else { return try follow(steps, item, found) }
    let rest = steps.dropFirst()
    switch step {
    case .key(let name):
      if case .object(let members) = item.value {
        if let place = JSONValue.place(of: Array(name.utf8), in: members) {
          let offset = tracksPlaces ? JSONBLayout.childOffsets(of: item.value, at: item.offset)[place] : 0
          return try follow(rest, child(of: item, members[place].value, offset), found)
        }
        return try structural("2203A", "JSON object does not contain key \"\(name)\"")
      }
      if unwraps && item.isArray { return try unwrapped(steps, item, found) }
      return try structural("2203A", "jsonpath member accessor can only be applied to an object")
    case .anyKey:
      if case .object = item.value {
        return try descend(rest, item, found, level: 1, first: 1, last: 1, ignoresErrors: false, unwraps: isLax)
      }
      if unwraps && item.isArray { return try unwrapped(steps, item, found) }
      return try structural("2203C", "jsonpath wildcard member accessor can only be applied to an object")
    case .anyElement:
      if item.isArray {
        return try descend(rest, item, found, level: 1, first: 1, last: 1, ignoresErrors: false, unwraps: isLax)
      }
      if isLax { return try follow(rest, item, found) }
      return try structural("22039", "jsonpath wildcard array accessor can only be applied to an array")
    case .elements(let ranges): return try elements(ranges, rest, item, found)
    case .descendants(let first, let last):
      return try descendants(first ?? .max, last ?? .max, rest, item, found)
    case .filter(let predicate):
      if unwraps && item.isArray { return try unwrapped(steps, item, found) }
      guard try holds(predicate, item) else { return false }
      return try follow(rest, item, found)
    case .method(let method): return try apply(method, steps, item, found, unwraps: unwraps)
    case .datetime(let template):
      if unwraps && item.isArray { return try unwrapped(steps, item, found) }
      return try follow(rest, time(of: item, template), found)
    }
  }

  /// The steps applied to each element of an array, which are not unwrapped further.
  func unwrapped(_ steps: Steps, _ item: JSONPathItem, _ found: Found?) throws(JSONPathFailure) -> Bool {
    try descend(steps, item, found, level: 1, first: 1, last: 1, ignoresErrors: false, unwraps: false)
  }

  /// No result where the mode allows it, else the error.
  func structural(_ state: String, _ message: String) throws(JSONPathFailure) -> Bool {
    if ignoresStructuralErrors { return false }
    throw JSONPathFailure(state, message)
  }

  private func holds(_ predicate: JSONPathNode, _ item: JSONPathItem) throws(JSONPathFailure) -> Bool {
    let outer = current
    current = item
    defer { current = outer }
    return try test(predicate, item) == true
  }

  private func descendants(
    _ first: UInt32, _ last: UInt32, _ rest: Steps, _ item: JSONPathItem, _ found: Found?
  ) throws(JSONPathFailure) -> Bool {
    var result = false
    if first == 0 {
      let outer = ignoresStructuralErrors
      ignoresStructuralErrors = true
      defer { ignoresStructuralErrors = outer }
      result = try follow(rest, item, found)
      if result && found == nil { return true }
    }
    guard !item.value.isScalar else { return result }
    return try descend(rest, item, found, level: 1, first: first, last: last, ignoresErrors: true, unwraps: isLax)
  }

  /// The steps applied to what lies between two levels below a container.
  private func descend(
    _ steps: Steps, _ item: JSONPathItem, _ found: Found?, level: UInt32, first: UInt32, last: UInt32,
    ignoresErrors: Bool, unwraps: Bool
  ) throws(JSONPathFailure) -> Bool {
    var result = false
    guard level <= last else { return result }
    for child in children(of: item) {
      // `.**{last}` means the leaves.
      if level >= first || first == .max && last == .max && child.value.isScalar {
        if steps.isEmpty {
          guard let found else { return true }
          found.items.append(child)
          result = true
        } else {
          let outer = ignoresStructuralErrors
          if ignoresErrors { ignoresStructuralErrors = true }
          defer { ignoresStructuralErrors = outer }
          result = try take(steps, child, found, unwraps: unwraps)
          if result && found == nil { return true }
        }
      }
      if level < last, !child.value.isScalar {
        result = try descend(
          steps, child, found, level: level + 1, first: first, last: last, ignoresErrors: ignoresErrors,
          unwraps: unwraps)
        if result && found == nil { return true }
      }
    }
    return result
  }

  private func elements(
    _ ranges: [(from: JSONPathNode, to: JSONPathNode?)], _ rest: Steps, _ item: JSONPathItem, _ found: Found?
  ) throws(JSONPathFailure) -> Bool {
    guard item.isArray || isLax else {
      return try structural("22039", "jsonpath array accessor can only be applied to an array")
    }
    let elements = item.isArray ? children(of: item) : [item]
    let outerSize = innermostArraySize
    innermostArraySize = elements.count
    defer { innermostArraySize = outerSize }
    var result = false
    for range in ranges {
      let from = try index(range.from, item)
      let to = try range.to.map { node throws(JSONPathFailure) in try index(node, item) } ?? from
      if !ignoresStructuralErrors, from < 0 || from > to || to >= elements.count {
        throw JSONPathFailure("22033", "jsonpath array subscript is out of bounds")
      }
      result = false
      let first = Swift.max(from, 0)
      let last = Swift.min(to, elements.count - 1)
      guard first <= last else { continue }
      for index in first...last {
        if rest.isEmpty && found == nil { return true }
        result = try follow(rest, elements[index], found)
        if result && found == nil { return true }
      }
    }
    return result
  }

  private func index(_ node: JSONPathNode, _ item: JSONPathItem) throws(JSONPathFailure) -> Int {
    let found = Found()
    _ = try evaluate(node, item, found)
    guard found.items.count == 1, let number = found.items[0].number else {
      throw JSONPathFailure("22033", "jsonpath array subscript is not a single numeric value")
    }
    guard let index = try? number.truncated().int32() else {
      throw JSONPathFailure("22033", "jsonpath array subscript is out of integer range")
    }
    return Int(index)
  }
}
