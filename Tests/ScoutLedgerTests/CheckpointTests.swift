import ScoutStorage
import Testing

@testable import ScoutLedger

@Suite struct CheckpointTests {
  static let seed = [UInt8](0..<32)

  @Test func `a signed note is read back with its key and with no other`() throws {
    let key = try CheckpointKey(name: "shop", seed: Self.seed)
    let time = try Timestamp("2025-08-23 09:00:00+00")
    let checkpoint = Checkpoint(origin: "shop.example/ledger", size: 7, root: MerkleTree.emptyRoot, time: time)
    let note = try checkpoint.signed(by: key)
    #expect(note.hasPrefix("shop.example/ledger\n7\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\ntime "))
    #expect(try Checkpoint(note: note, key: key.publicKey) == checkpoint)
    let other = try CheckpointKey(name: "shop", seed: Self.seed.reversed())
    #expect(throws: CheckpointError.unsigned(key: "shop")) { try Checkpoint(note: note, key: other.publicKey) }
    let changed = note.replacing("\n7\n", with: "\n8\n")
    #expect(throws: CheckpointError.forged) { try Checkpoint(note: changed, key: key.publicKey) }
    for text in ["", "a\n\n", "a\nb\nc\n\n", "a\n07\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n\n"] {
      #expect(throws: CheckpointError.self) { try Checkpoint(note: text, key: key.publicKey) }
    }
  }

  @Test func `keys are read back from their texts`() throws {
    let key = try CheckpointKey(name: "shop", seed: Self.seed)
    #expect(try CheckpointKey(fileText: key.fileText).publicKey.text == key.publicKey.text)
    #expect(try CheckpointVerifier(text: key.publicKey.text).text == key.publicKey.text)
    #expect(throws: CheckpointError.self) { try CheckpointVerifier(text: "shop+00000000+AAAA") }
    #expect(throws: CheckpointError.self) { try CheckpointKey(name: "a b", seed: Self.seed) }
    #expect(throws: CheckpointError.self) { try CheckpointKey(name: "a", seed: [1]) }
  }
}
