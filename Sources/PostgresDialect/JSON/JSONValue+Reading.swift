extension JSONValue {
  /// Reads a JSON text as `jsonb` does.
  ///
  /// - Throws: 22P02 with PostgreSQL's detail; 22P05 for `\u0000`; 22003 for a number beyond `numeric`; 54001 for a
  ///   nesting deeper than ``maximumDepth``.
  package init(_ bytes: UnsafeBufferPointer<UInt8>) throws(SQLError) {
    var cursor = JSONCursor(bytes)
    do throws(JSONTextError) {
      let value = try Self.read(&cursor, depth: 0)
      cursor.skipSpace()
      guard cursor.at == cursor.end else { throw cursor.unexpected("the end of the text") }
      self = value
    } catch {
      throw Self.failure(bytes, error)
    }
  }

  package init(_ text: String) throws(SQLError) {
    let result: Result<JSONValue, SQLError> = Array(text.utf8).withUnsafeBufferPointer { buffer in
      do throws(SQLError) { return .success(try JSONValue(buffer)) } catch { return .failure(error) }
    }
    self = try result.get()
  }

  /// PostgreSQL's error for a text that is no `jsonb`.
  static func failure(_ bytes: UnsafeBufferPointer<UInt8>, _ error: JSONTextError) -> SQLError {
    do throws(SQLError) {
      try JSONSyntax.check(bytes, escapes: .decoded)
    } catch {
      return error
    }
    if error.reason.contains("UTF-8") {
      return SQLError(.characterNotInRepertoire, "invalid byte sequence for encoding \"UTF8\"")
    }
    if error.reason.contains("longer than") {
      return SQLError(.programLimitExceeded, "jsonb value is too large", detail: error.description)
    }
    // What remains is a number that the syntax allows and numeric does not hold.
    return SQLError(.numericValueOutOfRange, "value overflows numeric format")
  }

  private static func read(_ cursor: inout JSONCursor, depth: Int) throws(JSONTextError) -> JSONValue {
    guard depth <= maximumDepth else { throw JSONTextError(offset: cursor.at, reason: "nested too deeply") }
    switch cursor.peek() {
    case UInt8(ascii: "\""):
      return .string(try readString(&cursor))
    case UInt8(ascii: "{"):
      cursor.at += 1
      var members: [Member] = []
      if cursor.take(UInt8(ascii: "}")) { return .object(members) }
      repeat {
        guard cursor.peek() == UInt8(ascii: "\"") else { throw cursor.unexpected("a key in quotes") }
        let key = try readString(&cursor)
        guard cursor.take(UInt8(ascii: ":")) else { throw cursor.unexpected("a colon after a key") }
        members.append(Member(key: key, value: try read(&cursor, depth: depth + 1)))
      } while cursor.take(UInt8(ascii: ","))
      guard cursor.take(UInt8(ascii: "}")) else { throw cursor.unexpected("a comma or \"}\" after an object member") }
      return object(from: members)
    case UInt8(ascii: "["):
      cursor.at += 1
      var elements: [JSONValue] = []
      if cursor.take(UInt8(ascii: "]")) { return .array(elements) }
      repeat { elements.append(try read(&cursor, depth: depth + 1)) } while cursor.take(UInt8(ascii: ","))
      guard cursor.take(UInt8(ascii: "]")) else { throw cursor.unexpected("a comma or \"]\" after an array element") }
      return .array(elements)
    case UInt8(ascii: "t"):
      try cursor.literal("true")
      return .boolean(true)
    case UInt8(ascii: "f"):
      try cursor.literal("false")
      return .boolean(false)
    case UInt8(ascii: "n"):
      try cursor.literal("null")
      return .null
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
      let token = try cursor.number()
      guard
        let number = Numeric(
          utf8: UnsafeBufferPointer(start: cursor.base + token.start, count: token.end - token.start))
      else { throw JSONTextError(offset: token.start, reason: "the number overflows numeric") }
      return .number(number)
    default:
      throw cursor.unexpected("a JSON value")
    }
  }

  private static func readString(_ cursor: inout JSONCursor) throws(JSONTextError) -> [UInt8] {
    let token = try cursor.string()
    if token.isPlain {
      return Array(UnsafeBufferPointer(start: cursor.base + token.start, count: token.end - token.start))
    }
    let decoded = ByteSlab(capacity: token.end - token.start)
    cursor.appendDecoded(token, to: decoded)
    return decoded.array()
  }
}

extension JSONText {
  /// A text as `jsonb` keeps it, with PostgreSQL's errors.
  ///
  /// - Throws: As ``JSONValue/init(_:)-(UnsafeBufferPointer<UInt8>)``.
  package static func jsonb(_ bytes: UnsafeBufferPointer<UInt8>) throws(SQLError) -> String {
    let failure: JSONTextError
    do throws(JSONTextError) {
      return String(decoding: try normalized(bytes), as: UTF8.self)
    } catch {
      failure = error
    }
    // The one-pass normaliser stops at a smaller depth than statements may use.
    if failure.reason.hasPrefix("nested deeper") { return try JSONValue(bytes).text }
    throw JSONValue.failure(bytes, failure)
  }

  package static func jsonb(_ text: String) throws(SQLError) -> String {
    let result: Result<String, SQLError> = Array(text.utf8).withUnsafeBufferPointer { buffer in
      do throws(SQLError) { return .success(try jsonb(buffer)) } catch { return .failure(error) }
    }
    return try result.get()
  }
}
