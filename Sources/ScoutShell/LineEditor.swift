import ScoutReport

/// A line of text under the user's keys: a state machine without a terminal, so that it can be tested.
public struct LineEditor: Sendable {
  /// A key or a combination of keys.
  public enum Key: Hashable, Sendable {
    case character(Character)
    case left, right, home, end, up, down, wordLeft, wordRight
    case backspace, delete, deleteWord, deleteToEnd, deleteToStart
    case enter, tab, interrupt, endOfText, clearScreen, unknown
  }

  /// What a key asks of whoever owns the terminal.
  public enum Effect: Hashable, Sendable {
    case redraw
    /// The line is finished.
    case accept
    case cancel, endOfText, clearScreen
    /// Tab: the text up to the cursor.
    case complete
    case none
  }

  public private(set) var characters: [Character] = []
  public private(set) var cursor = 0
  private var history: [String]
  private var place: Int
  /// What was typed before the user went back in the history.
  private var typed = ""

  public init(history: [String] = []) {
    self.history = history
    place = history.count
  }

  public var text: String { String(characters) }
  public var textBeforeCursor: String { String(characters[..<cursor]) }

  /// Puts text in at the cursor.
  public mutating func insert(_ text: String) {
    characters.insert(contentsOf: text, at: cursor)
    cursor += text.count
  }

  /// Replaces the `count` characters before the cursor.
  public mutating func replace(last count: Int, with text: String) {
    let count = min(count, cursor)
    characters.removeSubrange((cursor - count)..<cursor)
    cursor -= count
    insert(text)
  }

  private mutating func set(_ text: String) {
    characters = Array(text)
    cursor = characters.count
  }

  private static func isWord(_ character: Character) -> Bool {
    character.isLetter || character.isNumber || character == "_"
  }

  private var wordStart: Int {
    var start = cursor
    while start > 0, !Self.isWord(characters[start - 1]) { start -= 1 }
    while start > 0, Self.isWord(characters[start - 1]) { start -= 1 }
    return start
  }

  private var wordEnd: Int {
    var end = cursor
    while end < characters.count, !Self.isWord(characters[end]) { end += 1 }
    while end < characters.count, Self.isWord(characters[end]) { end += 1 }
    return end
  }

  public mutating func press(_ key: Key) -> Effect {
    switch key {
    case .character(let character):
      characters.insert(character, at: cursor)
      cursor += 1
    case .left: cursor = max(0, cursor - 1)
    case .right: cursor = min(characters.count, cursor + 1)
    case .home: cursor = 0
    case .end: cursor = characters.count
    case .wordLeft: cursor = wordStart
    case .wordRight: cursor = wordEnd
    case .backspace:
      guard cursor > 0 else { return .none }
      characters.remove(at: cursor - 1)
      cursor -= 1
    case .delete:
      guard cursor < characters.count else { return .none }
      characters.remove(at: cursor)
    case .deleteWord:
      let start = wordStart
      characters.removeSubrange(start..<cursor)
      cursor = start
    case .deleteToEnd: characters.removeSubrange(cursor...)
    case .deleteToStart:
      characters.removeSubrange(..<cursor)
      cursor = 0
    case .up:
      guard place > 0 else { return .none }
      if place == history.count { typed = text }
      place -= 1
      set(history[place])
    case .down:
      guard place < history.count else { return .none }
      place += 1
      set(place == history.count ? typed : history[place])
    case .enter: return .accept
    case .tab: return .complete
    case .interrupt: return .cancel
    case .endOfText:
      guard characters.isEmpty else { return press(.delete) }
      return .endOfText
    case .clearScreen: return .clearScreen
    case .unknown: return .none
    }
    return .redraw
  }

  /// The control sequence that draws the line behind a prompt, in one line of the terminal.
  ///
  /// A line that is longer than the terminal is shown in part, around the cursor.
  public func drawing(prompt: String, width: Int) -> String {
    let room = max(8, width - DisplayWidth.of(prompt) - 1)
    var start = 0
    while start < cursor, DisplayWidth.of(String(characters[start..<cursor])) > room { start += 1 }
    var end = start
    var used = 0
    while end < characters.count {
      let next = DisplayWidth.of(characters[end])
      if used + next > room { break }
      used += next
      end += 1
    }
    // A line break inside an entry of the history is shown as a sign of its own.
    let shown = String(characters[start..<end].map { $0 == "\n" ? "⏎" : $0 })
    let back = used - DisplayWidth.of(String(characters[start..<min(cursor, end)]))
    return "\r\(prompt)\(shown)\u{1B}[K" + (back > 0 ? "\u{1B}[\(back)D" : "")
  }
}

/// Turns the bytes of a terminal into keys.
/// Source: ECMA-48, and xterm's control sequences <https://invisible-island.net/xterm/ctlseqs/ctlseqs.html>
public enum KeyReader {
  /// The next key; nil at the end of the input.
  public static func key(_ next: () -> UInt8?) -> LineEditor.Key? {
    guard let byte = next() else { return nil }
    switch byte {
    case 1: return .home
    case 2: return .left
    case 3: return .interrupt
    case 4: return .endOfText
    case 5: return .end
    case 6: return .right
    case 8, 127: return .backspace
    case 9: return .tab
    case 10, 13: return .enter
    case 11: return .deleteToEnd
    case 12: return .clearScreen
    case 14: return .down
    case 16: return .up
    case 21: return .deleteToStart
    case 23: return .deleteWord
    case 27: return escaped(next)
    case ..<32: return .unknown
    case ..<128: return .character(Character(Unicode.Scalar(byte)))
    default:
      let count = byte >= 0xF0 ? 3 : byte >= 0xE0 ? 2 : 1
      var bytes = [byte]
      for _ in 0..<count { if let more = next() { bytes.append(more) } }
      return String(decoding: bytes, as: UTF8.self).first.map(LineEditor.Key.character)
    }
  }

  private static func escaped(_ next: () -> UInt8?) -> LineEditor.Key? {
    guard let second = next() else { return nil }
    switch second {
    case UInt8(ascii: "b"): return .wordLeft
    case UInt8(ascii: "f"): return .wordRight
    case UInt8(ascii: "["), UInt8(ascii: "O"): break
    default: return .unknown
    }
    var parameters = ""
    while let byte = next() {
      if byte >= 0x40, byte <= 0x7E {
        let isWord = parameters.hasSuffix(";5") || parameters.hasSuffix(";3")
        switch byte {
        case UInt8(ascii: "A"): return .up
        case UInt8(ascii: "B"): return .down
        case UInt8(ascii: "C"): return isWord ? .wordRight : .right
        case UInt8(ascii: "D"): return isWord ? .wordLeft : .left
        case UInt8(ascii: "H"): return .home
        case UInt8(ascii: "F"): return .end
        case UInt8(ascii: "~"):
          switch parameters {
          case "1", "7": return .home
          case "4", "8": return .end
          case "3": return .delete
          default: return .unknown
          }
        default: return .unknown
        }
      }
      parameters.append(Character(Unicode.Scalar(byte)))
      if parameters.count > 16 { return .unknown }
    }
    return nil
  }
}
