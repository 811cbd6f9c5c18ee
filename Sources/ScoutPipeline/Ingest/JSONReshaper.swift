import PostgresDialect

/// Rewrites a JSON line with other keys into the form of DOMAIN.md, by a mapping. Belongs to one thread.
///
/// Slower than reading lines that have the right form, because a tree is built for each.
final class JSONReshaper {
  private let plan: MappingPlan
  private let itemsPath: [String]
  private let paths: [[String]]
  private let output = ByteSlab(capacity: 1024)
  private let text = ByteSlab(capacity: 256)

  init(_ mapping: SourceMapping) throws(IngestError) {
    plan = try MappingPlan(mapping)
    itemsPath = mapping.itemsKey.split(separator: ".").map(String.init)
    paths = plan.columnNames.map { $0.split(separator: ".").map(String.init) }
  }

  /// Hands the rewritten record to `body`, or says why the line is no record.
  func reshape(
    _ bytes: UnsafeBufferPointer<UInt8>, _ body: (UnsafeBufferPointer<UInt8>) -> TransactionDecoder.Outcome
  ) -> TransactionDecoder.Outcome {
    let root: JSONTree
    do throws(JSONTextError) { root = try JSONTree(parsing: bytes) } catch {
      return .refused(error.description, item: nil)
    }
    guard case .object = root else { return .refused("column 1: expected a JSON object", item: nil) }
    output.count = 0
    output.append(0x7B)
    plan.appendTransaction({ self.value($0, in: root, within: nil) }, to: output)
    if case .array(let items)? = root.value(at: itemsPath[...]) {
      output.append(output.count > 1 ? ",\"items\":[" : "\"items\":[")
      for (index, item) in items.enumerated() {
        if index > 0 { output.append(0x2C) }
        plan.appendItem({ self.value($0, in: item, within: root) }, to: output)
      }
      output.append(0x5D)
    }
    output.append(0x7D)
    return body(UnsafeBufferPointer(start: UnsafePointer(output.base), count: output.count))
  }

  /// A column's text: of the item, or when it lacks it of the record around it.
  private func value(_ column: Int, in tree: JSONTree, within root: JSONTree?) -> UnsafeBufferPointer<UInt8>? {
    guard let value = tree.value(at: paths[column][...]) ?? root?.value(at: paths[column][...]) else { return nil }
    text.count = 0
    switch value {
    case .null, .array, .object: return nil
    case .boolean(let flag): text.append(flag ? "true" : "false")
    case .number(let digits), .string(let digits): text.append(text: digits)
    }
    return UnsafeBufferPointer(start: UnsafePointer(text.base), count: text.count)
  }
}

/// A JSON value as a tree, numbers as written.
indirect enum JSONTree {
  case null
  case boolean(Bool)
  case number(String)
  case string(String)
  case array([JSONTree])
  /// Of equal keys the last wins.
  case object([String: JSONTree])

  init(parsing bytes: UnsafeBufferPointer<UInt8>) throws(JSONTextError) {
    var cursor = JSONCursor(bytes)
    self = try JSONTree.value(&cursor, depth: 0)
    cursor.skipSpace()
    guard cursor.at == cursor.end else { throw cursor.unexpected("the end of the line after the object") }
  }

  func value(at path: ArraySlice<String>) -> JSONTree? {
    guard let key = path.first else { return self }
    guard case .object(let members) = self, let member = members[key] else { return nil }
    return member.value(at: path.dropFirst())
  }

  private static func string(_ cursor: inout JSONCursor) throws(JSONTextError) -> String {
    let token = try cursor.string()
    let slab = ByteSlab(capacity: token.end - token.start)
    cursor.appendDecoded(token, to: slab)
    return String(decoding: slab.bytes, as: UTF8.self)
  }

  private static func value(_ cursor: inout JSONCursor, depth: Int) throws(JSONTextError) -> JSONTree {
    switch cursor.peek() {
    case 0x22: return .string(try string(&cursor))
    case 0x74:
      try cursor.literal("true")
      return .boolean(true)
    case 0x66:
      try cursor.literal("false")
      return .boolean(false)
    case 0x6E:
      try cursor.literal("null")
      return .null
    case 0x2D, 0x30...0x39:
      let token = try cursor.number()
      return .number(
        String(
          decoding: UnsafeBufferPointer(start: cursor.base + token.start, count: token.end - token.start), as: UTF8.self
        ))
    case 0x5B: return .array(try array(&cursor, depth: depth))
    case 0x7B: return .object(try object(&cursor, depth: depth))
    default: throw cursor.unexpected("a JSON value")
    }
  }

  private static func enter(_ cursor: inout JSONCursor, depth: Int) throws(JSONTextError) {
    if depth >= JSONText.maximumDepth {
      throw JSONTextError(offset: cursor.at, reason: "nested deeper than \(JSONText.maximumDepth) arrays and objects")
    }
    cursor.at += 1
  }

  private static func array(_ cursor: inout JSONCursor, depth: Int) throws(JSONTextError) -> [JSONTree] {
    try enter(&cursor, depth: depth)
    var elements: [JSONTree] = []
    if cursor.take(0x5D) { return elements }
    while true {
      elements.append(try value(&cursor, depth: depth + 1))
      if cursor.take(0x2C) { continue }
      if cursor.take(0x5D) { return elements }
      throw cursor.unexpected("a comma or \"]\" after an array element")
    }
  }

  private static func object(_ cursor: inout JSONCursor, depth: Int) throws(JSONTextError) -> [String: JSONTree] {
    try enter(&cursor, depth: depth)
    var members: [String: JSONTree] = [:]
    if cursor.take(0x7D) { return members }
    while true {
      guard cursor.peek() == 0x22 else { throw cursor.unexpected("a key in quotes") }
      let key = try string(&cursor)
      guard cursor.take(0x3A) else { throw cursor.unexpected("a colon after a key") }
      members[key] = try value(&cursor, depth: depth + 1)
      if cursor.take(0x2C) { continue }
      if cursor.take(0x7D) { return members }
      throw cursor.unexpected("a comma or \"}\" after an object member")
    }
  }
}
