extension JSONPathExecution {
  /// The truth of a condition; nil is unknown, also where an operand could not be computed.
  func test(_ node: JSONPathNode, _ item: JSONPathItem) throws(JSONPathFailure) -> Bool? {
    switch node {
    case .and(let left, let right):
      let first = try test(left, item)
      if first == false { return false }
      let second = try test(right, item)
      return second == true ? first : second
    case .or(let left, let right):
      let first = try test(left, item)
      if first == true { return true }
      let second = try test(right, item)
      return second == false ? first : second
    case .not(let operand): return try test(operand, item).map { !$0 }
    case .isUnknown(let operand): return try test(operand, item) == nil
    case .comparison(let comparison, let left, let right):
      return try pairs(left, right, item, unwrapsRight: true) { (a, b) throws(JSONPathFailure) in
        try self.compare(comparison, a, b)
      }
    case .startsWith(let left, let right):
      return try pairs(left, right, item, unwrapsRight: false) { (a, b) throws(JSONPathFailure) in
        guard let whole = a.string, let start = b?.string else { return nil }
        return whole.starts(with: start)
      }
    case .likeRegex(let operand, let regex):
      return try pairs(operand, nil, item, unwrapsRight: false) { (a, _) throws(JSONPathFailure) in
        guard let text = a.string else { return nil }
        do throws(SQLError) {
          return try regex.regex.matches(String(decoding: text, as: UTF8.self))
        } catch {
          throw JSONPathFailure(fatal: error)
        }
      }
    case .exists(let operand):
      return try suppressing { () throws(JSONPathFailure) -> Bool in
        if self.isLax { return try self.evaluate(operand, item, nil) }
        // All items are computed, so that an error among them is seen.
        let found = Found()
        _ = try self.evaluate(operand, item, found)
        return !found.items.isEmpty
      }
    default: return nil
    }
  }

  /// The result, or nil where the failure is one that conditions swallow.
  private func suppressing<Value>(_ body: () throws(JSONPathFailure) -> Value) throws(JSONPathFailure) -> Value? {
    let (size, outer, ignores) = (innermostArraySize, current, ignoresStructuralErrors)
    do throws(JSONPathFailure) {
      return try body()
    } catch {
      if !error.isSuppressible { throw error }
      (innermostArraySize, current, ignoresStructuralErrors) = (size, outer, ignores)
      return nil
    }
  }

  /// Whether the condition holds for any pair of the operands' items; in strict mode an unknown pair decides.
  private func pairs(
    _ left: JSONPathNode, _ right: JSONPathNode?, _ item: JSONPathItem, unwrapsRight: Bool,
    _ condition: (JSONPathItem, JSONPathItem?) throws(JSONPathFailure) -> Bool?
  ) throws(JSONPathFailure) -> Bool? {
    let lefts = try suppressing { () throws(JSONPathFailure) in try self.operands(left, item, unwraps: true) }
    guard let lefts else { return nil }
    var rights: [JSONPathItem?] = [nil]
    if let right {
      let items = try suppressing { () throws(JSONPathFailure) in
        try self.operands(right, item, unwraps: unwrapsRight)
      }
      guard let items else { return nil }
      rights = items
    }
    var isFound = false
    var hasError = false
    for a in lefts {
      for b in rights {
        switch try condition(a, b) {
        case nil:
          if !isLax { return nil }
          hasError = true
        case true?:
          if isLax { return true }
          isFound = true
        case false?: break
        }
      }
    }
    return isFound ? true : hasError ? nil : false
  }

  private func compare(_ comparison: JSONPathNode.Comparison, _ left: JSONPathItem, _ right: JSONPathItem?)
    throws(JSONPathFailure) -> Bool?
  {
    guard let right else { return nil }
    let order: Int
    switch (left.time, right.time) {
    case (let a?, let b?):
      guard let times = try compare(a, b) else { return nil }
      order = times
    case (nil, nil):
      switch (left.value, right.value) {
      case (.null, .null): order = 0
      // A null is only unequal to everything else.
      case (.null, _), (_, .null): return comparison == .notEqual
      case (.boolean(let a), .boolean(let b)): order = a == b ? 0 : a ? 1 : -1
      case (.number(let a), .number(let b)): order = a.compare(b)
      case (.string(let a), .string(let b)): order = a == b ? 0 : a.lexicographicallyPrecedes(b) ? -1 : 1
      default: return nil
      }
    default:
      if case .null = left.value { return comparison == .notEqual }
      if case .null = right.value { return comparison == .notEqual }
      return nil
    }
    switch comparison {
    case .equal: return order == 0
    case .notEqual: return order != 0
    case .less: return order < 0
    case .lessOrEqual: return order <= 0
    case .greater: return order > 0
    case .greaterOrEqual: return order >= 0
    }
  }

  /// The order of two times; nil when they cannot be compared.
  private func compare(_ left: JSONPathTime, _ right: JSONPathTime) throws(JSONPathFailure) -> Int? {
    guard left.kind.hasDate == right.kind.hasDate else { return nil }
    if !left.kind.hasZone && !right.kind.hasZone {
      return left.microseconds < right.microseconds ? -1 : left.microseconds == right.microseconds ? 0 : 1
    }
    var zone = TimeZoneRules.utc
    if left.kind.hasZone != right.kind.hasZone {
      guard let session = self.zone else {
        let (plain, zoned) = left.kind.hasZone ? (right, left) : (left, right)
        throw JSONPathFailure(
          fatal: SQLError(
            .featureNotSupported,
            "cannot convert value from \(plain.kind.shortName) to \(zoned.kind.shortName) without time zone usage",
            hint: "Use *_tz() function for time zone support."))
      }
      zone = session
    }
    do throws(SQLError) {
      let (a, b) = (try left.universal(in: zone), try right.universal(in: zone))
      if a != b { return a < b ? -1 : 1 }
      // Times of day at one instant are ordered by their zones, the more western first.
      if left.kind == .timeWithZone, right.kind == .timeWithZone { return right.offset - left.offset }
      return 0
    } catch {
      throw JSONPathFailure(fatal: error)
    }
  }
}
