/// Finds keywords by the bytes of a word, whatever their case, without making a string.
struct KeywordTable: Sendable {
  struct Entry: Sendable {
    var keyword: Keyword
    var wordClass: Token.WordClass
    var isBareLabel: Bool
    var bytes: [UInt8]
  }

  static let shared = KeywordTable()

  private let entries: [Entry]
  /// Open addressing by FNV-1a; an index into `entries` plus one, zero where free.
  private let slots: [UInt16]
  private let longest: Int

  private init() {
    let columnNames = Set(Keyword.columnNames)
    let typesAndFunctions = Set(Keyword.typesAndFunctions)
    let reserved = Set(Keyword.reservedWords)
    let needsAs = Set(Keyword.needsAs)
    let entries = Keyword.allCases.map { keyword in
      let wordClass: Token.WordClass =
        if columnNames.contains(keyword) {
          .columnName
        } else if typesAndFunctions.contains(keyword) {
          .typeOrFunction
        } else if reserved.contains(keyword) {
          .reserved
        } else {
          .unreserved
        }
      return Entry(
        keyword: keyword, wordClass: wordClass, isBareLabel: !needsAs.contains(keyword),
        bytes: Array(keyword.rawValue.utf8))
    }
    var slots = [UInt16](repeating: 0, count: 2048)
    for (index, entry) in entries.enumerated() {
      var hash = KeywordTable.emptyHash
      for byte in entry.bytes { hash = KeywordTable.hash(hash, byte) }
      var slot = Int(hash) & (slots.count - 1)
      while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
      slots[slot] = UInt16(index + 1)
    }
    self.entries = entries
    self.slots = slots
    longest = entries.reduce(0) { max($0, $1.bytes.count) }
  }

  static let emptyHash: UInt32 = 2_166_136_261

  /// One step of FNV-1a; the byte is already in lower case.
  @inline(__always)
  static func hash(_ hash: UInt32, _ byte: UInt8) -> UInt32 { (hash ^ UInt32(byte)) &* 16_777_619 }

  /// The keyword that `text[range]` spells.
  func find(in text: [UInt8], _ range: Range<Int>, hash: UInt32) -> Entry? {
    guard range.count <= longest else { return nil }
    var slot = Int(hash) & (slots.count - 1)
    while slots[slot] != 0 {
      let index = Int(slots[slot]) - 1
      if spells(entries[index].bytes, text, range) { return entries[index] }
      slot = (slot + 1) & (slots.count - 1)
    }
    return nil
  }

  private func spells(_ word: [UInt8], _ text: [UInt8], _ range: Range<Int>) -> Bool {
    guard word.count == range.count else { return false }
    for (offset, byte) in word.enumerated() where text[range.lowerBound + offset].lowercasedASCII != byte {
      return false
    }
    return true
  }
}
