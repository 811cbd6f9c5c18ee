import ScoutReport
import Testing

@Suite struct TerminalTableTests {
  static let stores = Table(
    columns: [.init("store"), .init("qty", type: "bigint"), .init("note"), .init("amount", type: "numeric(10,2)")],
    rows: [
      ["Aling Nena's Sari-Sari", "12", "two\nlines", "1234.50"],
      ["日本のお店", nil, "tab\there \u{1B}[31mred", "7"],
      ["Nin\u{303}o ₱ 👨‍👩‍👧", "3", "", nil],
    ],
    caption: "Stores")

  @Test func `columns line up by display width, numbers to the right, nulls shown, controls escaped`() {
    #expect(
      TerminalTable().text(of: Self.stores) == """
        Stores
        ┌────────────────────────┬─────┬───────────────────────┬─────────┐
        │ store                  │ qty │ note                  │  amount │
        ├────────────────────────┼─────┼───────────────────────┼─────────┤
        │ Aling Nena's Sari-Sari │  12 │ two                   │ 1234.50 │
        │                        │     │ lines                 │         │
        │ 日本のお店             │   ∅ │ tab\\there \\x1b[31mred │       7 │
        │ Nin\u{303}o ₱ 👨‍👩‍👧              │   3 │                       │       ∅ │
        └────────────────────────┴─────┴───────────────────────┴─────────┘
        (3 rows)

        """)
  }

  @Test func `a narrow terminal shortens text before numbers`() {
    let text = TerminalTable(border: .ascii, width: 50, nullText: "").text(of: Self.stores)
    #expect(
      text == """
        Stores
         store           | qty | note           |  amount
        -----------------+-----+----------------+---------
         Aling Nena's S… |  12 | two            | 1234.50
                         |     | lines          |
         日本のお店      |     | tab\\there \\x1… |       7
         Nin\u{303}o ₱ 👨‍👩‍👧       |   3 |                |
        (3 rows)

        """)
    #expect(text.split(separator: "\n").allSatisfy { DisplayWidth.of($0) <= 50 })
  }

  @Test(arguments: 5...90) func `no line is wider than the terminal`(width: Int) {
    for border in [TerminalTable.Border.box, .ascii] {
      let text = TerminalTable(border: border, width: width, showsRowCount: false).text(of: Self.stores)
      for line in text.split(separator: "\n") { #expect(DisplayWidth.of(line) <= width, "\(line)") }
    }
  }

  @Test func `what does not fit at all becomes records`() {
    let table = Table(
      columns: [.init("name"), .init("qty", type: "integer")], rows: [["a long value", "1"], ["two\nlines", nil]])
    #expect(
      TerminalTable(width: 13).text(of: table) == """
        ─[ record 1 ]
        name │ a lon…
        qty  │ 1
        ─[ record 2 ]
        name │ two
             │ lines
        qty  │ ∅
        (2 rows)

        """)
    #expect(TerminalTable(expansion: .never, width: 13).text(of: table).hasPrefix("┌──────┬─────┐\n│ name │ qty │\n"))
  }

  @Test func `records can be asked for`() {
    let table = Table(columns: [.init("a"), .init("bb")], rows: [["1", ""]])
    #expect(
      TerminalTable(border: .ascii, expansion: .always).text(of: table) == """
        -[ record 1 ]---------------------------
        a  | 1
        bb |
        (1 row)

        """)
  }

  @Test func `an empty table keeps its headings`() {
    let table = Table(columns: [.init("a"), .init("n", type: "int4")], rows: [])
    #expect(TerminalTable().text(of: table) == "┌───┬───┐\n│ a │ n │\n├───┼───┤\n└───┴───┘\n(0 rows)\n")
  }

  @Test func `a table without columns is only counted`() {
    #expect(TerminalTable().text(of: Table(columns: [], rows: [[], []])) == "(2 rows)\n")
    #expect(TerminalTable(showsRowCount: false).text(of: Table(columns: [], rows: [])) == "")
  }

  @Test func `a missing value is null and a surplus one is left out`() {
    let table = Table(columns: [.init("a"), .init("b")], rows: [["1"], ["1", "2", "3"]])
    #expect(
      TerminalTable(border: .ascii, showsRowCount: false).text(of: table)
        == " a | b\n---+---\n 1 | ∅\n 1 | 2\n")
  }

  @Test func `a very long cell is cut once the width is known`() {
    let table = Table(columns: [.init("v")], rows: [[String(repeating: "漢", count: 10_000)]])
    #expect(
      TerminalTable(width: 11, showsRowCount: false).text(of: table)
        == "┌─────────┐\n│ v       │\n├─────────┤\n│ 漢漢漢… │\n└─────────┘\n")
    #expect(DisplayWidth.of(TerminalTable(showsRowCount: false).text(of: table).split(separator: "\n")[3]) == 20_004)
  }

  @Test func `weights and colours do not disturb the columns`() {
    let table = Table(columns: [.init("a")], rows: [[nil]])
    #expect(
      TerminalTable(border: .ascii, showsRowCount: false, style: .ansi).text(of: table)
        == " \u{1B}[1ma\u{1B}[0m\n\u{1B}[2m---\u{1B}[0m\n \u{1B}[2m∅\u{1B}[0m\n")
  }
}

@Suite struct DisplayWidthTests {
  @Test(arguments: [
    ("", 0), ("abc", 3), ("ñ", 1), ("n\u{303}", 1), ("₱", 1), ("日本", 4), ("ｱ", 1), ("Ａ", 2), ("한국", 4),
    ("\u{1112}\u{1161}\u{11AB}", 2), ("😀", 2), ("👨‍👩‍👧", 2), ("🇵🇭", 2), ("❤", 1), ("❤\u{FE0F}", 2), ("1", 1),
    ("1\u{FE0F}\u{20E3}", 2), ("a\u{200B}b", 2), ("\u{7}", 0), ("…", 1), ("█", 1), ("👍🏽", 2), ("ก็", 1),
  ])
  func `the width is what a terminal draws`(text: String, width: Int) {
    #expect(DisplayWidth.of(text) == width)
  }

  @Test(arguments: [
    ("abcdef", 6, "abcdef"), ("abcdef", 5, "abcd…"), ("日本語", 5, "日本…"), ("日本語", 4, "日…"), ("日本", 1, "…"),
    ("ab", 0, ""), ("ab", -1, ""), ("", 0, ""), ("n\u{303}n\u{303}n\u{303}", 2, "n\u{303}…"),
  ])
  func `a text is cut between characters`(text: String, width: Int, expected: String) {
    #expect(DisplayWidth.truncated(text, to: width) == expected)
  }

  @Test func `blanks go to the other side`() {
    #expect(DisplayWidth.padded("日", to: 4) == "日  ")
    #expect(DisplayWidth.padded("日", to: 4, .trailing) == "  日")
    #expect(DisplayWidth.padded("long", to: 2) == "long")
  }
}

@Suite struct StyleTests {
  @Test(arguments: [
    (["TERM": "xterm"], true, true), (["TERM": "xterm"], false, false), (["TERM": "dumb"], true, false),
    ([:], true, false), (["TERM": "xterm", "NO_COLOR": "1"], true, false),
    (["TERM": "xterm", "NO_COLOR": ""], true, true),
  ])
  func `colours need a terminal that has them and a user who wants them`(
    environment: [String: String], isTerminal: Bool, isEnabled: Bool
  ) {
    #expect(Style(environment: environment, isTerminal: isTerminal).isEnabled == isEnabled)
  }

  @Test func `a plain style leaves text alone`() {
    #expect(Style.plain("x", .red, .bold) == "x")
    #expect(Style.ansi("x", .red, .bold) == "\u{1B}[31;1mx\u{1B}[0m")
    #expect(Style.ansi("", .red) == "")
  }

  @Test func `a closed descriptor is no terminal`() {
    #expect(!Terminal.isTerminal(-1))
    #expect(Terminal.width(-1) == nil)
  }
}
