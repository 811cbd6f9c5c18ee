extension SQLState {
  package static let nullValueNotAllowed = SQLState(rawValue: "22004")
}

/// The operators of `jsonb`.
/// Source: <https://www.postgresql.org/docs/15/functions-json.html#FUNCTIONS-JSONB-OP-TABLE>
extension JSONValue {
  /// `@>`: whether the other value's structure and data are found in this one.
  package func contains(_ other: JSONValue) -> Bool {
    switch (self, other) {
    case (.object(let members), .object(let wanted)):
      guard members.count >= wanted.count else { return false }
      return wanted.allSatisfy { member in
        guard let found = self[key: member.key] else { return false }
        switch (found, member.value) {
        case (.object, .object), (.array, .array): return found.contains(member.value)
        default: return found.isScalar && member.value.isScalar && found.isEqual(to: member.value)
        }
      }
    case (.object, _), (_, .object): return false
    default:
      // A scalar counts as an array of itself, but contains no array.
      if isScalar && !other.isScalar { return false }
      let elements = self.elements
      return other.elements.allSatisfy { wanted in
        if wanted.isScalar { return elements.contains { $0.isScalar && $0.isEqual(to: wanted) } }
        return elements.contains { element in
          switch (element, wanted) {
          case (.object, .object), (.array, .array): element.contains(wanted)
          default: false
          }
        }
      }
    }
  }

  /// The elements of an array; any other value alone.
  private var elements: [JSONValue] { if case .array(let elements) = self { elements } else { [self] } }

  /// `?`: whether the text is a key of the object or a string among the array's elements, or the string itself.
  package func hasKey(_ key: [UInt8]) -> Bool {
    switch self {
    case .object: self[key: key] != nil
    case .array(let elements): elements.contains { if case .string(let text) = $0 { text == key } else { false } }
    case .string(let text): text == key
    default: false
    }
  }

  /// `||`: two objects merge, the right one's values winning; everything else is appended as arrays.
  package func concatenated(with other: JSONValue) -> JSONValue {
    if case .object(let left) = self, case .object(let right) = other { return .object(from: left + right) }
    return .array(elements + other.elements)
  }

  /// `- text` and `- text[]`: without these keys, or strings of an array.
  package func removing(keys: [[UInt8]]) throws(SQLError) -> JSONValue {
    switch self {
    case .object(let members): return .object(members.filter { !keys.contains($0.key) })
    case .array(let elements):
      return .array(elements.filter { if case .string(let text) = $0 { !keys.contains(text) } else { true } })
    default: throw SQLError(.invalidParameterValue, "cannot delete from scalar")
    }
  }

  /// `- integer`: without the element at an index; negative ones count from the end.
  package func removing(at index: Int) throws(SQLError) -> JSONValue {
    switch self {
    case .object: throw SQLError(.invalidParameterValue, "cannot delete from object using integer index")
    case .array(var elements):
      let place = index < 0 ? elements.count + index : index
      if elements.indices.contains(place) { elements.remove(at: place) }
      return .array(elements)
    default: throw SQLError(.invalidParameterValue, "cannot delete from scalar")
    }
  }

  /// Without the members of objects that are null, at every depth.
  package var withoutNulls: JSONValue {
    switch self {
    case .array(let elements): return .array(elements.map(\.withoutNulls))
    case .object(let members):
      return .object(
        members.compactMap { member in
          if case .null = member.value { return nil }
          return Member(key: member.key, value: member.value.withoutNulls)
        })
    default: return self
    }
  }
}

// MARK: - Changes along a path

extension JSONValue {
  /// What a change does at the end of its path.
  package enum Change: Sendable {
    case replace(JSONValue)
    /// Replaces, or adds where the last step finds nothing.
    case create(JSONValue)
    case insert(JSONValue, after: Bool)
    case delete

    fileprivate var value: JSONValue? {
      switch self {
      case .replace(let value), .create(let value), .insert(let value, _): value
      case .delete: nil
      }
    }

    fileprivate var adds: Bool {
      switch self {
      case .create, .insert: true
      case .replace, .delete: false
      }
    }
  }

  /// `jsonb_set`, `jsonb_insert` and `#-`.
  ///
  /// - Parameter path: Keys, and indexes as texts; nil for a null.
  /// - Throws: 22023 for a scalar or a key that `jsonb_insert` would replace; 22004 for a null in the path; 22P02 for a
  ///   step into an array that is no integer.
  package func changed(_ change: Change, at path: [[UInt8]?]) throws(SQLError) -> JSONValue {
    if isScalar {
      let verb = if case .delete = change { "delete" } else { "set" }
      throw SQLError(.invalidParameterValue, "cannot \(verb) path in scalar")
    }
    if path.isEmpty { return self }
    return try changed(change, path, 0)
  }

  private func changed(_ change: Change, _ path: [[UInt8]?], _ level: Int) throws(SQLError) -> JSONValue {
    guard let step = path[level] else {
      throw SQLError(.nullValueNotAllowed, "path element at position \(level + 1) is null")
    }
    let isLast = level == path.count - 1
    switch self {
    case .object(var members):
      guard let place = Self.place(of: step, in: members) else {
        guard isLast, change.adds, let value = change.value else { return self }
        return .object(from: members + [Member(key: step, value: value)])
      }
      if !isLast {
        members[place].value = try members[place].value.changed(change, path, level + 1)
      } else if case .insert = change {
        throw SQLError(
          .invalidParameterValue, "cannot replace existing key",
          hint: "Try using the function jsonb_set to replace key value.")
      } else if let value = change.value {
        members[place].value = value
      } else {
        members.remove(at: place)
      }
      return .object(members)
    case .array(let elements):
      return .array(try Self.changed(elements, change, path, level))
    default:
      return self
    }
  }

  private static func changed(_ elements: [JSONValue], _ change: Change, _ path: [[UInt8]?], _ level: Int)
    throws(SQLError) -> [JSONValue]
  {
    var elements = elements
    let text = String(decoding: path[level] ?? [], as: UTF8.self)
    guard let index = JSONText.pathIndex(text) else {
      throw SQLError(
        .invalidTextRepresentation, "path element at position \(level + 1) is not an integer: \"\(text)\"")
    }
    let place = index < 0 ? elements.count + index : index
    let isLast = level == path.count - 1
    guard elements.indices.contains(place) else {
      if isLast, change.adds, let value = change.value { elements.insert(value, at: place < 0 ? 0 : elements.count) }
      return elements
    }
    if !isLast {
      elements[place] = try elements[place].changed(change, path, level + 1)
      return elements
    }
    switch change {
    case .delete: elements.remove(at: place)
    case .replace(let value), .create(let value): elements[place] = value
    case .insert(let value, let after): elements.insert(value, at: after ? place + 1 : place)
    }
    return elements
  }
}
