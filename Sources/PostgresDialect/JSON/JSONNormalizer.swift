/// JSON texts in the one form that PostgreSQL's `jsonb` prints.
public enum JSONText {
  /// The deepest nesting of arrays and objects that is read; PostgreSQL's own bound is its stack.
  public static let maximumDepth = 128

  /// Rewrites a JSON text as `jsonb` prints it.
  ///
  /// Object keys are ordered by their length in bytes, then bytewise; of equal keys the last wins; one blank follows
  /// `:` and `,`; numbers keep their digits and their scale, with exponents written out; strings are escaped as
  /// PostgreSQL escapes them.
  ///
  /// ```swift
  /// try JSONText.normalized(#"{"bb":1e2, "a":[1.50,"\u00e9"]}"#)  // {"a": [1.50, "é"], "bb": 100}
  /// ```
  ///
  /// - Parameters:
  ///   - bytes: One JSON value, with white space around it if you like.
  ///   - maximumBytes: The longest result. `1e131071` is eight bytes that print as 131,072, so input alone is no bound.
  /// - Throws: ``JSONTextError`` with the offset of the first fault.
  /// - Complexity: O(*n*), and O(*k* log *k*) for an object whose *k* keys are not in order.
  /// - SeeAlso: <https://www.postgresql.org/docs/15/datatype-json.html>
  public static func normalized(
    _ bytes: UnsafeBufferPointer<UInt8>, maximumBytes: Int = 256 << 20
  ) throws(JSONTextError) -> [UInt8] {
    var cursor = JSONCursor(bytes)
    let output = ByteSlab(capacity: Swift.min(bytes.count + bytes.count / 4 + 64, 1 << 20))
    let normalizer = JSONNormalizer(maximumBytes: maximumBytes)
    try normalizer.value(&cursor, into: output, depth: 0)
    cursor.skipSpace()
    guard cursor.at == cursor.end else { throw cursor.unexpected("the end of the text") }
    return output.array()
  }

  /// ``normalized(_:maximumBytes:)-(UnsafeBufferPointer<UInt8>,_)`` for an array.
  public static func normalized(_ bytes: [UInt8], maximumBytes: Int = 256 << 20) throws(JSONTextError) -> [UInt8] {
    let result: Result<[UInt8], JSONTextError> = bytes.withUnsafeBufferPointer { buffer in
      do throws(JSONTextError) { return .success(try normalized(buffer, maximumBytes: maximumBytes)) } catch {
        return .failure(error)
      }
    }
    return try result.get()
  }

  /// ``normalized(_:maximumBytes:)-(UnsafeBufferPointer<UInt8>,_)`` from text to text.
  public static func normalized(_ text: String, maximumBytes: Int = 256 << 20) throws(JSONTextError) -> String {
    String(decoding: try normalized(Array(text.utf8), maximumBytes: maximumBytes), as: UTF8.self)
  }
}

/// Writes values in normalised form while it reads them.
///
/// Members go straight to the output. Only when an object's keys turn out not to ascend are its members moved, so input
/// that is already normalised costs one copy. Keeps its scratch memory from value to value; belongs to one thread.
package final class JSONNormalizer {
  /// One member of an object under construction.
  private struct Member {
    /// The key's characters, unescaped, in `keys`.
    var keyStart: Int
    var keyCount: Int
    /// The text `"key": value` in the output.
    var textStart: Int
    var textEnd: Int
  }

  private let maximumBytes: Int
  private var members: [Member] = []
  private var mayBeDirty = false
  private let keys = ByteSlab(capacity: 256)
  private let moved = ByteSlab(capacity: 256)

  package init(maximumBytes: Int) { self.maximumBytes = maximumBytes }

  /// Forgets what a value that failed half-way may have left behind.
  package func reset() {
    guard mayBeDirty else { return }
    mayBeDirty = false
    members.removeAll(keepingCapacity: true)
    keys.count = 0
  }

  /// Normalises the value at the cursor.
  ///
  /// - Parameter depth: How many arrays and objects are open around it.
  package func value(_ cursor: inout JSONCursor, into output: ByteSlab, depth: Int) throws(JSONTextError) {
    switch cursor.peek() {
    case 0x22:
      let token = try cursor.string()
      appendQuoted(token, of: cursor, to: output)
    case 0x7B:
      try object(&cursor, into: output, depth: depth)
    case 0x5B:
      try array(&cursor, into: output, depth: depth)
    case 0x2D, 0x30...0x39:
      let token = try cursor.number()
      try appendNumber(token, of: cursor, to: output)
    case 0x74:
      try cursor.literal("true")
      output.append("true")
    case 0x66:
      try cursor.literal("false")
      output.append("false")
    case 0x6E:
      try cursor.literal("null")
      output.append("null")
    default:
      throw cursor.unexpected("a JSON value")
    }
    if output.count > maximumBytes {
      throw JSONTextError(offset: cursor.at, reason: "the value is longer than \(maximumBytes) bytes once written out")
    }
  }

  private func enter(_ cursor: inout JSONCursor, depth: Int) throws(JSONTextError) {
    if depth >= JSONText.maximumDepth {
      throw JSONTextError(
        offset: cursor.at, reason: "nested deeper than \(JSONText.maximumDepth) arrays and objects")
    }
    cursor.at += 1
  }

  private func array(_ cursor: inout JSONCursor, into output: ByteSlab, depth: Int) throws(JSONTextError) {
    try enter(&cursor, depth: depth)
    output.append(0x5B)
    if cursor.take(0x5D) {
      output.append(0x5D)
      return
    }
    while true {
      try value(&cursor, into: output, depth: depth + 1)
      if cursor.take(0x2C) {
        output.append(", ")
      } else if cursor.take(0x5D) {
        output.append(0x5D)
        return
      } else {
        throw cursor.unexpected("a comma or \"]\" after an array element")
      }
    }
  }

  private func object(_ cursor: inout JSONCursor, into output: ByteSlab, depth: Int) throws(JSONTextError) {
    try enter(&cursor, depth: depth)
    output.append(0x7B)
    if cursor.take(0x7D) {
      output.append(0x7D)
      return
    }
    mayBeDirty = true
    let firstMember = members.count
    let firstKey = keys.count
    let bodyStart = output.count
    var isAscending = true
    while true {
      guard cursor.peek() == 0x22 else { throw cursor.unexpected("a key in quotes") }
      let token = try cursor.string()
      let keyStart = keys.count
      cursor.appendDecoded(token, to: keys)
      let textStart = output.count
      appendQuoted(token, of: cursor, to: output)
      guard cursor.take(0x3A) else { throw cursor.unexpected("a colon after a key") }
      output.append(": ")
      try value(&cursor, into: output, depth: depth + 1)
      let member = Member(
        keyStart: keyStart, keyCount: keys.count - keyStart, textStart: textStart, textEnd: output.count)
      if members.count > firstMember, order(members[members.count - 1], member) >= 0 { isAscending = false }
      members.append(member)
      if cursor.take(0x2C) {
        output.append(", ")
      } else if cursor.take(0x7D) {
        break
      } else {
        throw cursor.unexpected("a comma or \"}\" after an object member")
      }
    }
    if !isAscending { reorder(from: firstMember, bodyStart: bodyStart, in: output) }
    output.append(0x7D)
    members.removeSubrange(firstMember...)
    keys.count = firstKey
  }

  private func order(_ left: Member, _ right: Member) -> Int {
    JSONNormalizer.order(
      UnsafeBufferPointer(start: keys.base + left.keyStart, count: left.keyCount),
      UnsafeBufferPointer(start: keys.base + right.keyStart, count: right.keyCount))
  }

  /// `jsonb`'s order of keys: shorter first, then bytewise.
  package static func order(_ left: UnsafeBufferPointer<UInt8>, _ right: UnsafeBufferPointer<UInt8>) -> Int {
    if left.count != right.count { return left.count - right.count }
    for index in 0..<left.count where left[index] != right[index] { return Int(left[index]) - Int(right[index]) }
    return 0
  }

  private func reorder(from firstMember: Int, bodyStart: Int, in output: ByteSlab) {
    let sorted = members[firstMember...].sorted { left, right in
      let order = order(left, right)
      return order != 0 ? order < 0 : left.textStart < right.textStart
    }
    moved.count = 0
    moved.append(output.base + bodyStart, output.count - bodyStart)
    output.count = bodyStart
    for (index, member) in sorted.enumerated() {
      // Of equal keys the last one stands at the end of its run.
      if index + 1 < sorted.count, order(member, sorted[index + 1]) == 0 { continue }
      if output.count > bodyStart { output.append(", ") }
      output.append(moved.base + member.textStart - bodyStart, member.textEnd - member.textStart)
    }
  }

  private func appendQuoted(_ token: JSONStringToken, of cursor: JSONCursor, to output: ByteSlab) {
    if token.isPlain {
      // With the quotes, which stand around the token in the input.
      output.append(cursor.base + token.start - 1, token.end - token.start + 2)
      return
    }
    moved.count = 0
    cursor.appendDecoded(token, to: moved)
    JSONEscape.appendQuoted(moved.bytes, to: output)
  }

  private func appendNumber(
    _ token: JSONNumberToken, of cursor: JSONCursor, to output: ByteSlab
  ) throws(JSONTextError) {
    if token.isCanonical {
      // Beyond these sizes PostgreSQL's numeric overflows; a short token cannot reach them.
      if token.end - token.start > 16_384 { try JSONNumberText.checkSize(token, of: cursor) }
      output.append(cursor.base + token.start, token.end - token.start)
    } else {
      try JSONNumberText.append(token, of: cursor, to: output, maximumBytes: maximumBytes)
    }
  }
}
