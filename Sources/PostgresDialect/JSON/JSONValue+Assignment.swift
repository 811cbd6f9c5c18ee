extension JSONValue {
  /// The value with the element at the end of a path assigned, as `set j['a'][2] = …` does: what lies on the way and is
  /// not there is made, an array or an object by the next step, and arrays are filled up with nulls.
  ///
  /// - Throws: 22023 where the path meets a scalar; 22004 for a null in it; 22P02 for a step into an array that is no
  ///   integer; 22023 for one before its start.
  package func assigned(_ value: JSONValue, at path: ArraySlice<[UInt8]?>) throws(SQLError) -> JSONValue {
    guard let first = path.first else { return value }
    let position = path.startIndex + 1
    guard let step = first else {
      throw SQLError(.nullValueNotAllowed, "jsonb subscript in assignment must not be null")
    }
    let rest = path.dropFirst()
    switch self {
    case .object(var members):
      if let place = Self.place(of: step, in: members) {
        members[place].value = try members[place].value.assigned(value, at: rest)
        return .object(members)
      }
      return .object(from: members + [Member(key: step, value: try Self.nested(value, at: rest))])
    case .array(var elements):
      let text = String(decoding: step, as: UTF8.self)
      guard let index = JSONText.pathIndex(text) else {
        throw SQLError(
          .invalidTextRepresentation, "path element at position \(position) is not an integer: \"\(text)\"")
      }
      let place = index < 0 ? elements.count + index : index
      guard place >= 0 else {
        throw SQLError(.invalidParameterValue, "path element at position \(position) is out of range: \(index)")
      }
      if place < elements.count {
        elements[place] = try elements[place].assigned(value, at: rest)
      } else {
        try Self.fill(&elements, to: place)
        elements.append(try Self.nested(value, at: rest))
      }
      return .array(elements)
    default:
      throw SQLError(
        .invalidParameterValue, "cannot replace existing key",
        detail: "The path assumes key is a composite object, but it is a scalar value.")
    }
  }

  /// The value inside new arrays and objects.
  private static func nested(_ value: JSONValue, at path: ArraySlice<[UInt8]?>) throws(SQLError) -> JSONValue {
    guard let first = path.first else { return value }
    let isIndex = first.flatMap { JSONText.pathIndex(String(decoding: $0, as: UTF8.self)) } != nil
    return try (isIndex ? JSONValue.array([]) : .object([])).assigned(value, at: path)
  }

  /// The most elements that an assignment behind an array's end makes.
  private static let maximumFill = 1_000_000

  private static func fill(_ elements: inout [JSONValue], to count: Int) throws(SQLError) {
    guard count - elements.count <= maximumFill else {
      throw SQLError(.programLimitExceeded, "an array of more than \(maximumFill) elements would be made")
    }
    while elements.count < count { elements.append(.null) }
  }
}
