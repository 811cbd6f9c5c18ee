import PostgresDialect

/// LIKE as PostgreSQL matches it: `%` any text, `_` one character, case counts.
enum LikePattern {
  /// The byte after ESCAPE; nil when it is empty and nothing escapes.
  static func escape(_ text: UnsafeBufferPointer<UInt8>) throws(SQLError) -> UInt8? {
    guard text.count <= 1 else {
      throw SQLError(
        SQLState(rawValue: "22025"), "invalid escape string", hint: "Escape string must be empty or one character.")
    }
    return text.first
  }

  /// Whether `text` as a whole matches.
  ///
  /// - Complexity: O(*n*·*m*) at worst: after each `%` only the last one is retried.
  static func matches(_ text: UnsafeBufferPointer<UInt8>, _ pattern: UnsafeBufferPointer<UInt8>, escape: UInt8?)
    throws(SQLError) -> Bool
  {
    var t = 0
    var p = 0
    var retryPattern = -1
    var retryText = 0
    while t < text.count || p < pattern.count {
      if p < pattern.count {
        let symbol = pattern[p]
        if symbol == UInt8(ascii: "%") {
          retryPattern = p
          retryText = t
          p += 1
          continue
        }
        if t < text.count {
          if symbol == UInt8(ascii: "_"), symbol != escape {
            t += scalarWidth(text[t])
            p += 1
            continue
          }
          var literal = symbol
          var width = 1
          if symbol == escape {
            guard p + 1 < pattern.count else {
              throw SQLError(SQLState(rawValue: "22025"), "LIKE pattern must not end with escape character")
            }
            literal = pattern[p + 1]
            width = 2
          }
          if text[t] == literal {
            t += 1
            p += width
            continue
          }
        }
      }
      // A mismatch: let the last % take one character more.
      guard retryPattern >= 0, retryText < text.count else { return false }
      retryText += scalarWidth(text[retryText])
      t = retryText
      p = retryPattern + 1
    }
    return true
  }

  static func matchesFolded(_ text: String, _ pattern: String, escape: UInt8?) throws(SQLError) -> Bool {
    let text = Array(text.lowercased().utf8)
    let pattern = Array(pattern.lowercased().utf8)
    var outcome: Result<Bool, SQLError> = .success(false)
    text.withUnsafeBufferPointer { text in
      pattern.withUnsafeBufferPointer { pattern in
        do throws(SQLError) {
          outcome = .success(try matches(text, pattern, escape: escape))
        } catch {
          outcome = .failure(error)
        }
      }
    }
    return try outcome.get()
  }

  /// The bytes of the character that starts with this one.
  private static func scalarWidth(_ first: UInt8) -> Int {
    first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4
  }
}
