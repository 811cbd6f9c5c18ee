extension JSONPathExecution {
  func arithmetic(
    _ operation: JSONPathNode.Arithmetic, _ left: JSONPathNode, _ right: JSONPathNode, _ steps: Steps,
    _ item: JSONPathItem, _ found: Found?
  ) throws(JSONPathFailure) -> Bool {
    func single(_ node: JSONPathNode) throws(JSONPathFailure) -> [JSONPathItem] {
      try operands(node, item, unwraps: true)
    }
    let (lefts, rights) = (try single(left), try single(right))
    func number(_ items: [JSONPathItem], _ side: String) throws(JSONPathFailure) -> Numeric {
      guard items.count == 1, let number = items[0].number else {
        throw JSONPathFailure(
          "22038", "\(side) operand of jsonpath operator \(operation.rawValue) is not a single numeric value")
      }
      return number
    }
    let (a, b) = (try number(lefts, "left"), try number(rights, "right"))
    let result: Numeric
    do throws(SQLError) {
      switch operation {
      case .add: result = try a.adding(b)
      case .subtract: result = try a.subtracting(b)
      case .multiply: result = try a.multiplied(by: b)
      case .divide: result = try a.divided(by: b)
      case .remainder: result = try a.remainder(dividingBy: b)
      }
    } catch {
      var failure = JSONPathFailure(fatal: error)
      failure.isSuppressible = true
      throw failure
    }
    if steps.isEmpty && found == nil { return true }
    return try follow(steps, JSONPathItem(.number(result)), found)
  }

  func signed(
    _ sign: JSONPathNode.Sign, _ operand: JSONPathNode, _ steps: Steps, _ item: JSONPathItem, _ found: Found?
  ) throws(JSONPathFailure) -> Bool {
    var result = false
    for operand in try operands(operand, item, unwraps: true) {
      guard let number = operand.number else {
        if found == nil && steps.isEmpty { continue }
        throw JSONPathFailure(
          "2203B", "operand of unary jsonpath operator \(sign.rawValue) is not a numeric value")
      }
      if found == nil && steps.isEmpty { return true }
      if try follow(steps, JSONPathItem(.number(sign == .minus ? number.negated : number)), found) {
        if found == nil { return true }
        result = true
      }
    }
    return result
  }

  func apply(
    _ method: JSONPathStep.Method, _ steps: Steps, _ item: JSONPathItem, _ found: Found?, unwraps: Bool
  ) throws(JSONPathFailure) -> Bool {
    let rest = steps.dropFirst()
    let name = method.rawValue
    switch method {
    case .type: return try follow(rest, JSONPathItem(.string(item.typeName)), found)
    case .size:
      var count = 1
      if case .array(let elements) = item.value {
        count = elements.count
      } else if !isLax {
        return try structural("22039", "jsonpath item method .\(name)() can only be applied to an array")
      }
      return try follow(rest, JSONPathItem(.number(Numeric(count))), found)
    case .abs, .floor, .ceiling:
      if unwraps && item.isArray { return try unwrapped(steps, item, found) }
      guard let number = item.number else {
        throw JSONPathFailure("22036", "jsonpath item method .\(name)() can only be applied to a numeric value")
      }
      let result: Numeric
      do throws(SQLError) {
        result = method == .abs ? number.absolute : method == .floor ? try number.floor() : try number.ceiling()
      } catch {
        throw JSONPathFailure(fatal: error)
      }
      return try follow(rest, JSONPathItem(.number(result)), found)
    case .double:
      if unwraps && item.isArray { return try unwrapped(steps, item, found) }
      return try follow(rest, double(item), found)
    case .keyvalue:
      if unwraps && item.isArray { return try unwrapped(steps, item, found) }
      return try keyvalue(item, rest, found)
    }
  }

  private func double(_ item: JSONPathItem) throws(JSONPathFailure) -> JSONPathItem {
    if let number = item.number {
      guard (try? ValueText.double(number.description)) != nil else {
        throw JSONPathFailure(
          "22036", "numeric argument of jsonpath item method .double() is out of range for type double precision")
      }
      return item
    }
    guard let text = item.string else {
      throw JSONPathFailure("22036", "jsonpath item method .double() can only be applied to a string or numeric value")
    }
    guard let value = try? ValueText.double(String(decoding: text, as: UTF8.self)) else {
      throw JSONPathFailure(
        "22036",
        "string argument of jsonpath item method .double() is not a valid representation of a double precision number"
      )
    }
    guard value.isFinite else {
      throw JSONPathFailure("22036", "NaN or Infinity is not allowed for jsonpath item method .double()")
    }
    return JSONPathItem(.number(Numeric(value)))
  }

  /// Objects of key, value and the number of the object they come from.
  private func keyvalue(_ item: JSONPathItem, _ rest: Steps, _ found: Found?) throws(JSONPathFailure) -> Bool {
    guard case .object(let members) = item.value else {
      throw JSONPathFailure("2203C", "jsonpath item method .keyvalue() can only be applied to an object")
    }
    var result = false
    let identifier = Numeric(item.document * 10_000_000_000 + Int64(item.offset))
    for member in members {
      if rest.isEmpty && found == nil { return true }
      var pair = JSONPathItem(
        .object(from: [
          JSONValue.Member(key: Array("key".utf8), value: .string(member.key)),
          JSONValue.Member(key: Array("value".utf8), value: member.value),
          JSONValue.Member(key: Array("id".utf8), value: .number(identifier)),
        ]))
      pair.document = lastDocument
      lastDocument += 1
      result = try follow(rest, pair, found)
      if result && found == nil { return true }
    }
    return result
  }

  func time(of item: JSONPathItem, _ template: String?) throws(JSONPathFailure) -> JSONPathItem {
    guard let text = item.string else {
      throw JSONPathFailure("22031", "jsonpath item method .datetime() can only be applied to a string")
    }
    if template != nil {
      throw JSONPathFailure(
        fatal: SQLError(.featureNotSupported, "a template of the jsonpath method .datetime() is not supported yet"))
    }
    guard let time = JSONPathTime(text) else {
      throw JSONPathFailure(
        "22031", "datetime format is not recognized: \"\(String(decoding: text, as: UTF8.self))\"",
        hint: "Use a datetime template argument to specify the input data format.")
    }
    return JSONPathItem(time)
  }
}

// MARK: - Queries

extension JSONPath {
  /// How a path is run: with which variables, with errors as nulls, with times in which zone.
  package struct Options {
    package var variables: JSONValue
    package var isSilent: Bool
    /// Set where times with and without zone may be compared.
    package var zone: TimeZoneRules?

    package init(variables: JSONValue = .object([]), isSilent: Bool = false, zone: TimeZoneRules? = nil) {
      self.variables = variables
      self.isSilent = isSilent
      self.zone = zone
    }
  }

  private func execution(_ value: JSONValue, _ options: Options) throws(SQLError) -> JSONPathExecution {
    guard case .object(let variables) = options.variables else {
      throw SQLError(
        .invalidParameterValue, "\"vars\" argument is not an object",
        detail: "Jsonpath parameters should be encoded as key-value pairs of \"vars\" object.")
    }
    return JSONPathExecution(self, value, variables, zone: options.zone)
  }

  /// The items that the path finds; in silent mode those before an error.
  ///
  /// - Returns: Nil for `isComplete` when an error was swallowed.
  private func run(_ value: JSONValue, _ options: Options) throws(SQLError) -> (items: [JSONValue], isComplete: Bool) {
    let execution = try execution(value, options)
    let found = JSONPathExecution.Found()
    do throws(JSONPathFailure) {
      _ = try execution.evaluate(root, execution.root, found)
      return (found.items.map(\.value), true)
    } catch {
      guard options.isSilent, error.isSuppressible else { throw error.error }
      return (found.items.map(\.value), false)
    }
  }

  /// `jsonb_path_query`.
  package func items(of value: JSONValue, _ options: Options = Options()) throws(SQLError) -> [JSONValue] {
    try run(value, options).items
  }

  /// `jsonb_path_exists`; nil where an error was swallowed.
  package func exists(in value: JSONValue, _ options: Options = Options()) throws(SQLError) -> Bool? {
    guard isLax else {
      let (items, isComplete) = try run(value, options)
      return isComplete ? !items.isEmpty : nil
    }
    let execution = try execution(value, options)
    do throws(JSONPathFailure) {
      return try execution.evaluate(root, execution.root, nil)
    } catch {
      guard options.isSilent, error.isSuppressible else { throw error.error }
      return nil
    }
  }

  /// `jsonb_path_match`: the path's one boolean; nil for null, or where an error was swallowed.
  package func matches(_ value: JSONValue, _ options: Options = Options()) throws(SQLError) -> Bool? {
    let items = try run(value, options).items
    if items.count == 1 {
      if case .boolean(let result) = items[0] { return result }
      if case .null = items[0] { return nil }
    }
    if options.isSilent { return nil }
    throw SQLError(SQLState(rawValue: "22038"), "single boolean result is expected")
  }
}
