/// One piece of a format text of `to_char` and its kin: a keyword with its modifiers, or a character that stands for
/// itself.
///
/// Source: <https://www.postgresql.org/docs/15/functions-formatting.html>
struct FormatPiece<Field: Sendable>: Sendable {
  enum Kind: Sendable {
    case field(Field)
    /// Punctuation, for times only.
    case separator
    case space
    case character
  }

  var kind: Kind
  /// The keyword as written, or the character's bytes.
  var text: [UInt8]
  var modifiers: FormatModifiers = []

  var field: Field? { if case .field(let field) = kind { field } else { nil } }
  var name: String { String(decoding: text, as: UTF8.self) }
}

/// What may stand before and after a keyword.
struct FormatModifiers: OptionSet, Sendable {
  var rawValue: UInt8

  /// `FM`: no padding.
  static let fill = FormatModifiers(rawValue: 1)
  /// `TM`: names in the session's language.
  static let translated = FormatModifiers(rawValue: 2)
  /// `TH` and `th`: an ordinal's ending.
  static let upperOrdinal = FormatModifiers(rawValue: 4)
  static let lowerOrdinal = FormatModifiers(rawValue: 8)

  var isOrdinal: Bool { !isDisjoint(with: [.upperOrdinal, .lowerOrdinal]) }
}

/// Cuts a format text into pieces.
struct FormatReader<Field: Sendable> {
  /// The keywords by their first byte; at each place the first that fits is taken, so longer ones come first.
  let keywords: [UInt8: [(text: [UInt8], field: Field)]]
  /// Whether the modifiers and separators of times exist.
  let isTime: Bool

  init(_ keywords: [(String, Field)], isTime: Bool) {
    var table: [UInt8: [(text: [UInt8], field: Field)]] = [:]
    for (name, field) in keywords.sorted(by: { $0.0.utf8.count > $1.0.utf8.count }) {
      let text = Array(name.utf8)
      table[text[0], default: []].append((text, field))
    }
    self.keywords = table
    self.isTime = isTime
  }

  func pieces(of format: String) -> [FormatPiece<Field>] {
    let bytes = Array(format.utf8)
    var pieces: [FormatPiece<Field>] = []
    var position = 0
    func follows(_ word: StaticString) -> Bool {
      let count = word.utf8CodeUnitCount
      guard position + count <= bytes.count else { return false }
      return (0..<count).allSatisfy { bytes[position + $0] == word.utf8Start[$0] }
    }
    func character() -> [UInt8] {
      let length = utf8Length(bytes[position])
      let end = Swift.min(position + length, bytes.count)
      defer { position = end }
      return Array(bytes[position..<end])
    }
    while position < bytes.count {
      var modifiers: FormatModifiers = []
      if isTime {
        if follows("FM") || follows("fm") {
          modifiers = .fill
        } else if follows("TM") || follows("tm") {
          modifiers = .translated
        }
        if !modifiers.isEmpty { position += 2 }
        guard position < bytes.count else { break }
      }
      if let keyword = keywords[bytes[position]]?.first(where: { bytes[position...].starts(with: $0.text) }) {
        position += keyword.text.count
        if isTime {
          if follows("TH") {
            modifiers.insert(.upperOrdinal)
          } else if follows("th") {
            modifiers.insert(.lowerOrdinal)
          }
          if modifiers.isOrdinal || follows("SP") { position += 2 }
        }
        pieces.append(FormatPiece(kind: .field(keyword.field), text: keyword.text, modifiers: modifiers))
      } else if bytes[position] == UInt8(ascii: "\"") {
        position += 1
        while position < bytes.count {
          if bytes[position] == UInt8(ascii: "\"") {
            position += 1
            break
          }
          // Inside quotes a backslash takes the next character as it is.
          if bytes[position] == UInt8(ascii: "\\"), position + 1 < bytes.count { position += 1 }
          pieces.append(FormatPiece(kind: .character, text: character()))
        }
      } else {
        if follows("\\\"") { position += 1 }
        let byte = bytes[position]
        let kind: FormatPiece<Field>.Kind =
          isTime && ASCII.isPunctuation(byte) ? .separator : ASCII.isSpace(byte) ? .space : .character
        pieces.append(FormatPiece(kind: kind, text: character()))
      }
    }
    return pieces
  }
}

/// How many bytes the UTF-8 character has that starts with `byte`.
func utf8Length(_ byte: UInt8) -> Int {
  byte < 0xC0 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4
}

/// The ending that makes the number an ordinal: `st`, `nd`, `rd` or `th`.
func ordinalEnding(_ digits: some BidirectionalCollection<UInt8>, isUpper: Bool) throws(SQLError) -> String {
  guard let last = digits.last, ASCII.isDigit(last) else {
    throw SQLError(
      .invalidTextRepresentation, "\"\(String(decoding: Array(digits), as: UTF8.self))\" is not a number")
  }
  let isTeen = digits.count > 1 && digits.dropLast().last == UInt8(ascii: "1")
  let ending =
    switch last {
    case UInt8(ascii: "1") where !isTeen: "st"
    case UInt8(ascii: "2") where !isTeen: "nd"
    case UInt8(ascii: "3") where !isTeen: "rd"
    default: "th"
    }
  return isUpper ? ending.uppercased() : ending
}
