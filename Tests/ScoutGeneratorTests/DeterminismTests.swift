import ScoutGenerator
import Testing

@Suite struct DeterminismTests {
  /// A changed digest changes every shipped and recorded file: change it knowingly.
  @Test func `a small configuration gives the bytes recorded here`() throws {
    let catalogue = try shippedCatalogue()
    let generator = try TransactionGenerator(smallConfiguration(), catalogue: catalogue)
    var bytes: [UInt8] = []
    generator.write { bytes.append(contentsOf: $0) }
    #expect(digest(bytes) == 13_883_557_524_648_171_371)
    #expect(digest(generator.truth.json()) == 178_726_747_926_819_039)
  }

  @Test func `line by line and in pieces give the same bytes`() throws {
    let catalogue = try shippedCatalogue()
    let byLine = try lines(smallConfiguration(), catalogue: catalogue)
    let generator = try TransactionGenerator(smallConfiguration(), catalogue: catalogue)
    var pieces: [UInt8] = []
    generator.write { pieces.append(contentsOf: $0) }
    #expect(pieces == byLine.lines.flatMap { $0.bytes + [10] })
    #expect(generator.truth == byLine.truth)
  }

  @Test func `another seed gives other bytes`() throws {
    let catalogue = try shippedCatalogue()
    let one = try lines(smallConfiguration(seed: 1), catalogue: catalogue).lines
    let two = try lines(smallConfiguration(seed: 2), catalogue: catalogue).lines
    #expect(one != two)
  }

  @Test func `a for loop leaves the truth behind`() throws {
    let catalogue = try shippedCatalogue()
    let generator = try TransactionGenerator(smallConfiguration(), catalogue: catalogue)
    var count = 0
    for _ in generator { count += 1 }
    #expect(count == generator.truth.counts.lines)
    #expect(generator.next() == nil)
  }
}
