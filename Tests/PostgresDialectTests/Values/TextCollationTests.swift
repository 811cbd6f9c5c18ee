import PostgresDialect
import Testing

@Suite struct TextCollationTests {
  /// In the order that ICU 72 gives them under en_US, ties by bytes.
  private static let ordered = [
    "", "\t", " ", " a", "_", "-", "--", "—", ",", ";", "!", "?", ".", "…",
    "'", "’", "\"", "(", "[", "{", "@", "*", "/", "&", "#", "%", "+", "<",
    "=", "|", "~", "😀", "$", "€", "₱", "0", "00", "1", "½", "10", "2", "²",
    "9", "a", "A", "á", "Á", "ä", "a b", "a_b", "a-b", "a.b", "aa", "ab", "Ab", "AB",
    "æ", "az", "b", "B", "Coca Cola", "Coca-Cola", "cocacola", "CocaCola", "d", "đ", "e", "E", "é", "É",
    "l", "ł", "ll", "l·l", "n", "ñ", "Ñ", "na", "Nora", "Ñora", "o", "ø", "Ø", "o'neil",
    "O'Neil", "oneil", "ss", "ß", "st", "z", "Z", "α", "Ω", "б", "й", "я", "あ", "ア",
    "中",
  ]

  @Test func `texts sort as ICU sorts them`() {
    for (i, a) in Self.ordered.enumerated() {
      for (j, b) in Self.ordered.enumerated() {
        #expect(TextCollation.compare(a, b).signum() == (i - j).signum(), "\(a) and \(b)")
      }
    }
  }

  @Test(arguments: [
    ("e\u{301}", "\u{E9}", -1), ("e\u{301}", "f", -1), ("a\u{1}", "a", 1), ("a\u{1}b", "ab", -1), ("\u{1}", "", 1),
  ])
  func `texts with the same weights compare by their bytes`(_ left: String, _ right: String, _ order: Int) {
    #expect(TextCollation.compare(left, right).signum() == order)
    #expect(TextCollation.compare(right, left).signum() == -order)
  }
}
