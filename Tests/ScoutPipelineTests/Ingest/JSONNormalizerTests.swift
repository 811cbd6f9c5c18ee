import PostgresDialect
import ScoutTestSupport
import Testing

@testable import ScoutPipeline

@Suite struct JSONNormalizerTests {
  private static func unescaped(_ text: String) -> String {
    String(text.map { $0 == "␊" ? "\n" : $0 == "␉" ? "\t" : $0 })
  }

  @Test func `prints what PostgreSQL 15 prints, and refuses what it refuses`() throws {
    let rows = try TestFiles.table("json/jsonb.tsv")
    #expect(rows.count > 150)
    for row in rows {
      let input = Self.unescaped(row[0])
      let expected = row[1] == "ERROR" ? nil : Self.unescaped(row[1])
      #expect((try? JSONText.normalized(input)) == expected, "\(input)")
    }
  }

  @Test func `normalising twice changes nothing`() throws {
    for row in try TestFiles.table("json/jsonb.tsv") where row[1] != "ERROR" {
      let once = try JSONText.normalized(Self.unescaped(row[0]))
      #expect(try JSONText.normalized(once) == once)
    }
  }

  @Test func `nesting is bounded`() throws {
    let deepest = String(repeating: "[", count: 128) + String(repeating: "]", count: 128)
    #expect(try JSONText.normalized(deepest) == deepest)
    #expect(throws: JSONTextError(offset: 128, reason: "nested deeper than 128 arrays and objects")) {
      try JSONText.normalized("[\(deepest)]")
    }
    #expect(throws: JSONTextError.self) { try JSONText.normalized(String(repeating: "{\"a\":", count: 1_000_000)) }
  }

  @Test func `a short text cannot print as a huge one`() throws {
    #expect(try JSONText.normalized("1e131071").count == 131_072)
    let bomb = "[" + Array(repeating: "1e131071", count: 100).joined(separator: ",") + "]"
    #expect(throws: JSONTextError.self) { try JSONText.normalized(bomb, maximumBytes: 1_000_000) }
  }

  @Test(
    arguments: [
      [0x22, 0xC0, 0x80, 0x22], [0x22, 0xED, 0xA0, 0x80, 0x22], [0x22, 0xF4, 0x90, 0x80, 0x80, 0x22],
      [0x22, 0xE2, 0x82, 0x22],
      [0x22, 0x80, 0x22], [0x22, 0xFF, 0x22], [0x22, 0x00, 0x22],
    ] as [[UInt8]])
  func `damaged text is refused`(_ bytes: [UInt8]) {
    #expect(throws: JSONTextError.self) { try JSONText.normalized(bytes) }
  }

  @Test func `strings are cut at the right place at every alignment`() throws {
    for length in 0..<40 {
      for special in ["", "\\n", "é", "😀", "\\u00e9"] {
        let text = String(repeating: "x", count: length) + special + String(repeating: "y", count: 40 - length)
        let printed = special == "\\u00e9" ? "é" : special
        #expect(
          try JSONText.normalized("[\"\(text)\"]")
            == "[\"\(String(repeating: "x", count: length))\(printed)\(String(repeating: "y", count: 40 - length))\"]")
      }
    }
  }

  @Test func `random bytes never trap`() {
    let seed: UInt64 = 20_250_801
    var random = SeededGenerator(seed: seed)
    let alphabet = Array(#"{}[]":,0123456789.eE+-\utrfalsn "#.utf8) + [0, 0x80, 0xC3, 0xA9]
    for _ in 0..<20_000 {
      let bytes = (0..<Int.random(in: 0...24, using: &random)).map { _ in alphabet.randomElement(using: &random) ?? 0 }
      if let once = try? JSONText.normalized(bytes) {
        #expect((try? JSONText.normalized(once)) == once, "seed \(seed): \(bytes)")
      }
    }
  }

  @Test func `the tables of fields are in PostgreSQL's order of keys`() {
    for names in [TransactionField.names, ItemField.names] {
      #expect(names == names.sorted { ($0.utf8.count, $0) < ($1.utf8.count, $1) })
    }
    #expect(TransactionField.names[TransactionField.suggestionAccepted] == "suggestion_accepted")
    #expect(ItemField.names[ItemField.requestedSKU] == "requested_sku")
  }
}
