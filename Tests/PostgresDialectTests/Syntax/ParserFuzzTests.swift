import Testing

@testable import PostgresDialect

/// Mutated statements end in a tree or an error, and positions lie within the text.
@Suite struct ParserFuzzTests {
  private static let seed: UInt64 = 20_250_823
  private static let words =
    "select from where and or not in is null between like as on join left cross using group by order limit with recursive values ( ) , . ; [ ] : :: = < + - * / ^ || 'x 'x' $$ $a$ \" \"a\" /* */ -- 1 2.5 1e E'\\ U&' b' $1 :n case when then else end distinct all any exists cast interval union except set default returning create table view over filter lateral only operator collate at time zone uescape nulls first for update merge matched insert into conflict do nothing"
    .split(separator: " ").map(String.init)

  @Test func `no mutant crashes, and what parses parses again`() throws {
    var random = SplitMix64(state: Self.seed)
    let corpus =
      StatementTreeTests.trees.map(\.sql) + ExpressionTreeTests.trees.map { "select " + $0.sql }
      + SyntaxErrorTests.rejections.map(\.sql)
    var accepted = 0
    for round in 0..<20_000 {
      let sql = mutant(of: corpus[random.below(corpus.count)], &random)
      do {
        for statement in try Parser.parse(sql) {
          accepted += 1
          let bytes = Array(sql.utf8)
          try #require(statement.range.start <= statement.range.end && statement.range.end <= bytes.count)
          let text = String(decoding: bytes[statement.range.start..<statement.range.end], as: UTF8.self)
          let again = try? Parser.parseStatement(text)
          try #require(
            again.map(TreeDump.dump) == TreeDump.dump(statement), "seed \(Self.seed), round \(round): \(sql)")
        }
      } catch let error as SQLError {
        if let range = error.range {
          try #require(
            range.start >= 0 && range.start <= range.end && range.end <= sql.utf8.count,
            "seed \(Self.seed), round \(round): \(sql)")
        }
      }
    }
    #expect(accepted > 1_500)
  }

  private func mutant(of sql: String, _ random: inout SplitMix64) -> String {
    var parts = sql.split(separator: " ").map(String.init)
    for _ in 0...random.below(3) where !parts.isEmpty {
      let place = random.below(parts.count)
      switch random.below(6) {
      case 0: parts.remove(at: place)
      case 1: parts.insert(parts[random.below(parts.count)], at: place)
      case 2: parts.swapAt(place, random.below(parts.count))
      case 3: parts[place] = Self.words[random.below(Self.words.count)]
      case 4: parts[place] = String(parts[place].dropLast())
      default: parts.removeLast(parts.count - place)
      }
    }
    return parts.joined(separator: " ")
  }
}

/// The generator of <https://prng.di.unimi.it/splitmix64.c>.
private struct SplitMix64 {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }
}
