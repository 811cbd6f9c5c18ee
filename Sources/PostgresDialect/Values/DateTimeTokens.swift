/// One piece of a date, time or interval text, as PostgreSQL cuts it.
struct DateTimeToken {
  enum Kind {
    /// Digits, perhaps with a fraction.
    case number
    /// Digits or letters joined by `-`, `/` or `.`; also a zone name with a slash in it.
    case date
    /// Digits with colons.
    case time
    /// A sign and digits: an offset from UTC, or a signed number in an interval.
    case signed
    /// Letters.
    case word
    /// A sign and letters.
    case special
  }

  var kind: Kind
  /// The bytes; letters are in lower case.
  var bytes: [UInt8]

  var text: String { String(decoding: bytes, as: UTF8.self) }

  /// The most pieces a text may have, and the most bytes: both as in PostgreSQL.
  static let maximumCount = 25
  static let maximumSize = 256

  /// Cuts a text; nil when it has a character that no such value has, or is too long.
  ///
  /// The cases, by the first byte of a piece:
  /// - a digit: time when a colon follows the digits; date when `-`, `/` or `.` does; else number
  /// - a point: number
  /// - a letter: word; but with a following `-`, `/`, `.` (or `+` or digit, if the word means nothing so far) date
  /// - a sign: signed before a digit, special before a letter; blanks between are skipped
  /// - other punctuation and blanks separate
  static func tokens(in bytes: UnsafeBufferPointer<UInt8>) -> [DateTimeToken]? {
    guard bytes.count <= maximumSize else { return nil }
    var reader = Reader(bytes: bytes)
    var tokens: [DateTimeToken] = []
    while let byte = reader.peek {
      if ASCII.isSpace(byte) {
        reader.index += 1
        continue
      }
      if tokens.count == maximumCount { return nil }
      if ASCII.isDigit(byte) {
        tokens.append(reader.numeric())
      } else if byte == ASCII.point {
        tokens.append(
          reader.token(.number) {
            $0.takeOne(); $0.take(while: ASCII.isDigit)
          })
      } else if ASCII.isLetter(byte) {
        tokens.append(reader.word())
      } else if byte == ASCII.plus || byte == ASCII.minus {
        guard let token = reader.signed() else { return nil }
        tokens.append(token)
      } else if ASCII.isPunctuation(byte) {
        reader.index += 1
      } else {
        return nil
      }
    }
    return tokens
  }

  private struct Reader {
    var bytes: UnsafeBufferPointer<UInt8>
    var index = 0
    var taken: [UInt8] = []

    init(bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    var peek: UInt8? { index < bytes.count ? bytes[index] : nil }

    mutating func takeOne() {
      taken.append(ASCII.lowercased(bytes[index]))
      index += 1
    }

    mutating func take(while isWanted: (UInt8) -> Bool) {
      while let byte = peek, isWanted(byte) { takeOne() }
    }

    mutating func token(_ kind: Kind, _ read: (inout Reader) -> Void) -> DateTimeToken {
      taken = []
      read(&self)
      return DateTimeToken(kind: kind, bytes: taken)
    }

    mutating func numeric() -> DateTimeToken {
      taken = []
      take(while: ASCII.isDigit)
      var kind = Kind.number
      if peek == ASCII.colon {
        kind = .time
        takeOne()
        take { ASCII.isDigit($0) || $0 == ASCII.colon || $0 == ASCII.point }
      } else if let delimiter = peek, delimiter == ASCII.minus || delimiter == ASCII.slash || delimiter == ASCII.point {
        takeOne()
        if let next = peek, ASCII.isDigit(next) {
          kind = delimiter == ASCII.point ? .number : .date
          take(while: ASCII.isDigit)
          if peek == delimiter {
            kind = .date
            takeOne()
            take { ASCII.isDigit($0) || $0 == delimiter }
          }
        } else {
          kind = .date
          take { ASCII.isAlphanumeric($0) || $0 == delimiter }
        }
      }
      return DateTimeToken(kind: kind, bytes: taken)
    }

    mutating func word() -> DateTimeToken {
      taken = []
      take(while: ASCII.isLetter)
      var isDate = false
      switch peek {
      case ASCII.minus, ASCII.slash, ASCII.point: isDate = true
      case let next? where next == ASCII.plus || ASCII.isDigit(next):
        isDate = DateTimeWord(taken) == nil
      default: break
      }
      guard isDate else { return DateTimeToken(kind: .word, bytes: taken) }
      take {
        ASCII.isAlphanumeric($0) || $0 == ASCII.plus || $0 == ASCII.minus || $0 == ASCII.slash
          || $0 == ASCII.underscore || $0 == ASCII.point || $0 == ASCII.colon
      }
      return DateTimeToken(kind: .date, bytes: taken)
    }

    mutating func signed() -> DateTimeToken? {
      taken = []
      takeOne()
      while let byte = peek, ASCII.isSpace(byte) { index += 1 }
      guard let next = peek else { return nil }
      if ASCII.isDigit(next) {
        take { ASCII.isDigit($0) || $0 == ASCII.colon || $0 == ASCII.point || $0 == ASCII.minus }
        return DateTimeToken(kind: .signed, bytes: taken)
      }
      guard ASCII.isLetter(next) else { return nil }
      take(while: ASCII.isLetter)
      return DateTimeToken(kind: .special, bytes: taken)
    }
  }
}

/// The words that dates and times know, apart from zones.
enum DateTimeWord: Equatable {
  case now, today, yesterday, tomorrow, epoch, infinity, negativeInfinity
  case month(Int)
  case weekday
  case morning, afternoon
  case beforeChrist, anno
  /// The `T` between date and time.
  case timeMark
  /// Words that stand for nothing: `at`, `on`.
  case filler
  case allBalls
  case julian

  init?(_ bytes: [UInt8]) {
    // Ten letters are compared, as in PostgreSQL.
    guard let word = Self.table[String(decoding: bytes.prefix(10), as: UTF8.self)] else { return nil }
    self = word
  }

  /// Whether a text that is only a time may have it.
  var isAllowedInTime: Bool {
    switch self {
    case .now, .allBalls, .morning, .afternoon, .beforeChrist, .anno, .timeMark, .filler, .julian: true
    default: false
    }
  }

  private static let table: [String: DateTimeWord] = {
    var table: [String: DateTimeWord] = [
      "now": .now, "today": .today, "yesterday": .yesterday, "tomorrow": .tomorrow, "epoch": .epoch,
      "infinity": .infinity, "-infinity": .negativeInfinity,
      "am": .morning, "pm": .afternoon, "bc": .beforeChrist, "ad": .anno, "t": .timeMark, "at": .filler, "on": .filler,
      "allballs": .allBalls, "j": .julian, "jd": .julian, "julian": .julian, "sept": .month(9), "tues": .weekday,
      "wednesday": .weekday, "weds": .weekday, "thur": .weekday, "thurs": .weekday,
    ]
    let months = [
      "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
      "december",
    ]
    for (index, name) in months.enumerated() {
      table[name] = .month(index + 1)
      table[String(name.prefix(3))] = .month(index + 1)
    }
    for name in ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"] {
      table[name] = .weekday
      table[String(name.prefix(3))] = .weekday
    }
    return table
  }()
}
