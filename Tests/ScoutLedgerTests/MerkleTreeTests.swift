import Testing

@testable import ScoutLedger

/// The tree of RFC 6962, against the definition written out and the vectors that every implementation shares.
@Suite struct MerkleTreeTests {
  /// The leaves of the reference vectors of Certificate Transparency (RFC 6962's reference implementation).
  static let leaves: [[UInt8]] = [
    [], [0x00], [0x10], [0x20, 0x21], [0x30, 0x31], [0x40, 0x41, 0x42, 0x43],
    [0x50, 0x51, 0x52, 0x53, 0x54, 0x55, 0x56, 0x57],
    [0x60, 0x61, 0x62, 0x63, 0x64, 0x65, 0x66, 0x67, 0x68, 0x69, 0x6a, 0x6b, 0x6c, 0x6d, 0x6e, 0x6f],
  ]
  static let roots = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
  ]

  /// The definition of RFC 6962, word by word.
  static func slowRoot(_ leaves: ArraySlice<LedgerHash>) -> LedgerHash {
    if leaves.isEmpty { return LedgerHash(of: []) }
    if leaves.count == 1 { return leaves.first! }
    var k = 1
    while k * 2 < leaves.count { k *= 2 }
    return MerkleTree.nodeHash(slowRoot(leaves.prefix(k)), slowRoot(leaves.dropFirst(k)))
  }

  static func hashes(_ count: Int) -> [LedgerHash] {
    (0..<count).map { MerkleTree.leafHash([UInt8(truncatingIfNeeded: $0), UInt8($0 >> 8)]) }
  }

  static func node(_ leaves: [LedgerHash]) -> (MerkleTree.Node) -> LedgerHash {
    { node in slowRoot(leaves[(node.index << node.level)..<((node.index + 1) << node.level)]) }
  }

  @Test func `roots are those of the reference vectors`() {
    var frontier = MerkleTree.Frontier()
    #expect(frontier.root.description == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    for (leaf, root) in zip(Self.leaves, Self.roots) {
      frontier.append(MerkleTree.leafHash(leaf))
      #expect(frontier.root.description == root)
    }
  }

  @Test func `every size has the root of the definition`() {
    let leaves = Self.hashes(130)
    var frontier = MerkleTree.Frontier()
    for size in 0...130 {
      #expect(frontier.root == Self.slowRoot(leaves[..<size]))
      #expect(MerkleTree.root(size: size, Self.node(leaves)) == frontier.root)
      if size < 130 { frontier.append(leaves[size]) }
    }
  }

  @Test func `every inclusion proof leads to the root and to no other`() {
    let leaves = Self.hashes(40)
    for size in 1...40 {
      let root = Self.slowRoot(leaves[..<size])
      for index in 0..<size {
        let proof = MerkleTree.inclusionProof(index: index, size: size, Self.node(leaves))
        #expect(MerkleTree.root(leaf: leaves[index], index: index, size: size, proof: proof) == root)
        #expect(MerkleTree.root(leaf: MerkleTree.leafHash([9, 9, 9]), index: index, size: size, proof: proof) != root)
        if size > 1 {
          #expect(
            MerkleTree.root(leaf: leaves[index], index: index, size: size, proof: Array(proof.dropLast())) != root)
        }
        #expect(MerkleTree.root(leaf: leaves[index], index: index, size: size, proof: proof + [root]) != root)
      }
    }
  }

  @Test func `every consistency proof verifies, and not for another history`() {
    let leaves = Self.hashes(40)
    var other = leaves
    other[0] = MerkleTree.leafHash([7])
    for size in 1...40 {
      for old in 1...size {
        let proof = MerkleTree.consistencyProof(from: old, to: size, Self.node(leaves))
        func verifies(_ oldRoot: LedgerHash, _ newRoot: LedgerHash, _ proof: [LedgerHash]) -> Bool {
          MerkleTree.isConsistent(oldSize: old, oldRoot: oldRoot, newSize: size, newRoot: newRoot, proof: proof)
        }
        let (oldRoot, newRoot) = (Self.slowRoot(leaves[..<old]), Self.slowRoot(leaves[..<size]))
        #expect(verifies(oldRoot, newRoot, proof))
        #expect(!verifies(Self.slowRoot(other[..<old]), newRoot, proof))
        #expect(!verifies(oldRoot, Self.slowRoot(other[..<size]), proof) || size == old)
        #expect(!verifies(oldRoot, newRoot, proof + [newRoot]))
      }
    }
  }

  @Test func `the frontier tells each subtree that is complete`() {
    let leaves = Self.hashes(64)
    var frontier = MerkleTree.Frontier()
    var count = 0
    for leaf in leaves {
      frontier.append(leaf) { node, hash in
        count += 1
        #expect(hash == Self.node(leaves)(node))
      }
    }
    #expect(count == 63)
  }
}
