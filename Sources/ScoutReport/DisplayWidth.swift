/// How many columns text takes on a terminal.
public enum DisplayWidth {
  /// The width of `text` in terminal columns; control characters count as nothing.
  ///
  /// East Asian wide characters and emoji take two columns, combining marks and format characters none, everything else
  /// one. Characters of ambiguous width take one, as terminals outside East Asian locales draw them.
  /// Source: <https://www.unicode.org/reports/tr11/> and, for emoji, <https://www.unicode.org/reports/tr51/>.
  public static func of(_ text: some StringProtocol) -> Int {
    if text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) { return text.utf8.count }
    return text.reduce(0) { $0 + of($1) }
  }

  /// The width of one character as a reader sees it, which may be several scalars.
  public static func of(_ character: Character) -> Int {
    let scalars = character.unicodeScalars
    guard let first = scalars.first else { return 0 }
    // U+FE0F asks for the picture where there is also a text form; a sequence of emoji is drawn as one picture.
    let asksForPicture = first.properties.isEmoji && scalars.contains { $0.value == 0xFE0F }
    if first.properties.isEmojiPresentation || asksForPicture { return 2 }
    return scalars.reduce(0) { $0 + of($1) }
  }

  private static func of(_ scalar: Unicode.Scalar) -> Int {
    if scalar.isASCII { return scalar.value >= 0x20 && scalar.value < 0x7F ? 1 : 0 }
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .spacingMark, .format, .control, .lineSeparator, .paragraphSeparator:
      return 0
    default: break
    }
    // The vowels and final consonants of a Hangul syllable are drawn over its first letter.
    if (0x1160...0x11FF).contains(scalar.value) { return 0 }
    if scalar.properties.isEmojiPresentation { return 2 }
    return wideRanges.contains { $0.contains(scalar.value) } ? 2 : 1
  }

  /// Classes W and F of UAX #11 but for emoji, which the standard library knows. Ranges are joined over code points
  /// that are unassigned or combining, so the list changes only when Unicode opens a new block.
  private static let wideRanges: [ClosedRange<UInt32>] = [
    0x1100...0x115F, 0x2329...0x232A, 0x2E80...0x303E, 0x3041...0x3247, 0x3250...0xA4CF, 0xA960...0xA97F,
    0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE10...0xFE19, 0xFE30...0xFE6F, 0xFF01...0xFF60, 0xFFE0...0xFFE6,
    0x16FE0...0x18DFF, 0x1AFF0...0x1B2FF, 0x1F200...0x1F2FF, 0x20000...0x3FFFD,
  ]

  /// `text` cut to at most `width` columns, with `…` in the last one when something is missing.
  ///
  /// - Parameters:
  ///   - text: One line without control characters.
  ///   - width: Columns; zero or less leaves nothing.
  public static func truncated(_ text: String, to width: Int) -> String {
    guard of(text) > width else { return text }
    guard width > 0 else { return "" }
    var result = ""
    var used = 0
    for character in text {
      let needed = of(character)
      guard used + needed <= width - 1 else { break }
      result.append(character)
      used += needed
    }
    return result + "…"
  }

  /// `text` with blanks up to `width` columns; a longer text is returned as it is.
  public static func padded(_ text: String, to width: Int, _ alignment: Table.Alignment = .leading) -> String {
    let blanks = String(repeating: " ", count: max(0, width - of(text)))
    return alignment == .leading ? text + blanks : blanks + text
  }
}

/// Text made safe for a terminal.
package enum TerminalText {
  /// The lines of `text` with every character replaced that a terminal would obey instead of show.
  static func lines(of text: String) -> [String] {
    var lines: [String] = []
    var line = ""
    for scalar in text.unicodeScalars {
      if scalar == "\n" {
        lines.append(line)
        line = ""
      } else if let escape = escape(for: scalar) {
        line += escape
      } else {
        line.unicodeScalars.append(scalar)
      }
    }
    return lines + [line]
  }

  /// `text` on one line.
  package static func line(of text: String) -> String { lines(of: text).joined(separator: "\\n") }

  /// What to show instead of `scalar`, or nil when it may be shown: controls would move the cursor or change colours,
  /// and direction overrides would let a value pose as another (<https://www.unicode.org/reports/tr36/>).
  static func escape(for scalar: Unicode.Scalar) -> String? {
    switch scalar.value {
    case 0x09: return "\\t"
    case 0x0A: return "\\n"
    case 0x0D: return "\\r"
    case 0x00..<0x20, 0x7F..<0xA0:
      let digits = String(scalar.value, radix: 16)
      return "\\x" + (digits.count < 2 ? "0" : "") + digits
    case 0x200E, 0x200F, 0x2028, 0x2029, 0x202A...0x202E, 0x2066...0x2069, 0xFEFF:
      return "\\u" + String(scalar.value, radix: 16)
    default: return nil
    }
  }
}
