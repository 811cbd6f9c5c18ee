/// The Merkle tree over the ledger's entries: root, and proofs that an entry is in it or that it grew from a smaller one.
///
/// Sources: RFC 6962 section 2.1 and RFC 9162 section 2.1.
/// The tree of one leaf is the leaf's hash; a larger one is split after the largest power of two below its size.
public enum MerkleTree {
  /// SHA-256 of 0x00 and the entry.
  public static func leafHash(_ entry: [UInt8]) -> LedgerHash { LedgerHash(prefix: 0, entry) }

  /// SHA-256 of 0x01, the left and the right child.
  public static func nodeHash(_ left: LedgerHash, _ right: LedgerHash) -> LedgerHash {
    LedgerHash(prefix: 1, left, right)
  }

  /// The root of no entries: SHA-256 of nothing.
  public static let emptyRoot = LedgerHash(of: [])

  /// A complete subtree: the 2^`level` leaves from `index` × 2^`level` on.
  public struct Node: Hashable, Sendable {
    public var level: Int
    public var index: Int

    public init(level: Int, index: Int) {
      self.level = level
      self.index = index
    }
  }

  /// The complete subtrees that the leaves `start..<end` of a tree consist of, from the left.
  ///
  /// - Precondition: `start` is a multiple of the largest power of two up to the length of the range, as it is for
  ///   every part into which the tree splits.
  static func nodes(_ start: Int, _ end: Int) -> [Node] {
    var nodes: [Node] = []
    var position = start
    while position < end {
      let level = largestPowerOfTwo(upTo: end - position)
      nodes.append(Node(level: level, index: position >> level))
      position += 1 << level
    }
    return nodes
  }

  /// The exponent of the largest power of two that is at most `count`; `count` is positive.
  private static func largestPowerOfTwo(upTo count: Int) -> Int { Int.bitWidth - 1 - count.leadingZeroBitCount }

  /// The size of the left subtree of `count` leaves, `count` being 2 or more.
  private static func split(_ count: Int) -> Int { 1 << largestPowerOfTwo(upTo: count - 1) }

  /// The hash of the leaves `start..<end`, from its complete subtrees.
  private static func hash<Failure: Error>(
    _ start: Int, _ end: Int, _ node: (Node) throws(Failure) -> LedgerHash
  ) throws(Failure) -> LedgerHash {
    let parts = nodes(start, end)
    guard let last = parts.last else { return emptyRoot }
    var hash = try node(last)
    for part in parts.dropLast().reversed() { hash = nodeHash(try node(part), hash) }
    return hash
  }

  /// The root of the first `size` leaves.
  ///
  /// - Parameter node: The hash of a complete subtree within these leaves.
  /// - Complexity: O(log *size*) calls of `node`.
  public static func root<Failure: Error>(
    size: Int, _ node: (Node) throws(Failure) -> LedgerHash
  ) throws(Failure) -> LedgerHash { try hash(0, size, node) }

  /// The proof that leaf `index` is in the tree of `size` leaves: its siblings' hashes from the bottom up.
  ///
  /// - Precondition: 0 ≤ `index` < `size`.
  public static func inclusionProof<Failure: Error>(
    index: Int, size: Int, _ node: (Node) throws(Failure) -> LedgerHash
  ) throws(Failure) -> [LedgerHash] {
    var proof: [LedgerHash] = []
    var (start, end) = (0, size)
    while end - start > 1 {
      let middle = start + split(end - start)
      if index < middle {
        proof.append(try hash(middle, end, node))
        end = middle
      } else {
        proof.append(try hash(start, middle, node))
        start = middle
      }
    }
    return proof.reversed()
  }

  /// The proof that the tree of `size` leaves begins with the tree of `oldSize` leaves.
  ///
  /// - Precondition: 0 < `oldSize` ≤ `size`.
  /// - Returns: Empty when both are the same tree.
  public static func consistencyProof<Failure: Error>(
    from oldSize: Int, to size: Int, _ node: (Node) throws(Failure) -> LedgerHash
  ) throws(Failure) -> [LedgerHash] {
    var proof: [LedgerHash] = []
    var (start, end, old) = (0, size, oldSize)
    // Whether the old tree is a subtree of the new one so far, so that the verifier has its hash already.
    var isWhole = true
    while old != end - start {
      let count = split(end - start)
      let middle = start + count
      if old <= count {
        proof.append(try hash(middle, end, node))
        end = middle
      } else {
        proof.append(try hash(start, middle, node))
        start = middle
        old -= count
        isWhole = false
      }
    }
    if !isWhole { proof.append(try hash(start, end, node)) }
    return proof.reversed()
  }

  /// The root that an inclusion proof leads to; nil for a proof of the wrong length.
  /// Source: RFC 9162 section 2.1.3.2.
  public static func root(leaf: LedgerHash, index: Int, size: Int, proof: [LedgerHash]) -> LedgerHash? {
    guard index >= 0, index < size else { return nil }
    var (position, last) = (index, size - 1)
    var hash = leaf
    for sibling in proof {
      guard last > 0 else { return nil }
      if position & 1 == 1 || position == last {
        hash = nodeHash(sibling, hash)
        while position & 1 == 0 && position != 0 {
          position >>= 1
          last >>= 1
        }
      } else {
        hash = nodeHash(hash, sibling)
      }
      position >>= 1
      last >>= 1
    }
    return last == 0 ? hash : nil
  }

  /// Whether a consistency proof shows that the tree with `newRoot` begins with the one with `oldRoot`.
  /// Source: RFC 9162 section 2.1.4.2.
  public static func isConsistent(
    oldSize: Int, oldRoot: LedgerHash, newSize: Int, newRoot: LedgerHash, proof: [LedgerHash]
  ) -> Bool {
    guard oldSize > 0, oldSize <= newSize else { return false }
    if oldSize == newSize { return proof.isEmpty && oldRoot == newRoot }
    var path = proof[...]
    // A power of two: the old root is itself a node of the new tree and left out of the proof.
    if oldSize & (oldSize - 1) == 0 { path = [oldRoot] + proof }
    guard let first = path.popFirst() else { return false }
    var (position, last) = (oldSize - 1, newSize - 1)
    while position & 1 == 1 {
      position >>= 1
      last >>= 1
    }
    var (old, new) = (first, first)
    for sibling in path {
      guard last > 0 else { return false }
      if position & 1 == 1 || position == last {
        old = nodeHash(sibling, old)
        new = nodeHash(sibling, new)
        while position & 1 == 0 && position != 0 {
          position >>= 1
          last >>= 1
        }
      } else {
        new = nodeHash(new, sibling)
      }
      position >>= 1
      last >>= 1
    }
    return last == 0 && old == oldRoot && new == newRoot
  }

  /// The right edge of a growing tree: enough to append leaves and to know the root.
  public struct Frontier: Hashable, Sendable {
    public private(set) var size: Int
    /// The hashes of the complete subtrees, the largest first.
    public private(set) var hashes: [LedgerHash]

    public init() {
      size = 0
      hashes = []
    }

    /// - Returns: Nil when there are not as many hashes as `size` has subtrees.
    public init?(size: Int, hashes: [LedgerHash]) {
      guard size >= 0, size.nonzeroBitCount == hashes.count else { return nil }
      self.size = size
      self.hashes = hashes
    }

    /// Adds a leaf.
    ///
    /// - Parameter completed: Called with each subtree of two or more leaves that the leaf completes.
    /// - Complexity: Amortised O(1) hashes.
    public mutating func append(_ leaf: LedgerHash, completed: (Node, LedgerHash) -> Void = { _, _ in }) {
      var hash = leaf
      var level = 0
      while size >> level & 1 == 1 {
        hash = nodeHash(hashes.removeLast(), hash)
        level += 1
        completed(Node(level: level, index: size >> level), hash)
      }
      hashes.append(hash)
      size += 1
    }

    public var root: LedgerHash {
      guard var hash = hashes.last else { return emptyRoot }
      for left in hashes.dropLast().reversed() { hash = nodeHash(left, hash) }
      return hash
    }
  }
}
