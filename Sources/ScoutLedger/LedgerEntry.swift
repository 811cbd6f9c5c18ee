import PostgresDialect
import ScoutStorage

/// One step in the life of an action, as the ledger keeps it: never changed, never removed.
public struct LedgerEntry: Hashable, Sendable {
  /// What happened. The raw values are written into entries and hashed: they never change.
  public enum Kind: String, Hashable, Sendable, CaseIterable {
    case proposed, approved, rejected, expired, started, succeeded, failed
    case rolledBack = "rolled_back"
    case verified
    /// The payload of an earlier entry was taken out; its hash stays.
    case redacted
  }

  /// From 1, without gaps.
  public var sequence: Int
  /// The action, as a UUID in PostgreSQL's text form.
  public var action: String
  public var kind: Kind
  public var recordedAt: Timestamp
  /// Who did it: an agent's or a person's name.
  public var actor: String
  /// The version of the policy in force; zero where none was asked.
  public var policyHash: LedgerHash
  /// Commits to the payload without telling it; see ``LedgerPayload``.
  public var payloadHash: LedgerHash
  /// The hash of the entry before; zero for the first.
  public var previousHash: LedgerHash

  /// The bytes that are hashed: `scout-ledger/1` and a zero byte, then each field behind its length, a 32-bit number
  /// with the highest byte first, in this order: sequence (64-bit, highest byte first), action, kind, recorded at
  /// (64-bit microseconds since 1970-01-01 UTC, highest byte first, two's complement), actor, policy hash, payload
  /// hash, previous hash. Texts are UTF-8 as they are.
  public var encoded: [UInt8] {
    var bytes: [UInt8] = []
    var (action, kind, actor) = (action, kind.rawValue, actor)
    action.withUTF8 { action in
      kind.withUTF8 { kind in
        actor.withUTF8 { actor in
          Self.encode(
            sequence: Int64(sequence), action: UnsafeRawBufferPointer(action), kind: UnsafeRawBufferPointer(kind),
            microseconds: recordedAt.microseconds, actor: UnsafeRawBufferPointer(actor), policyHash: policyHash,
            payloadHash: payloadHash, previousHash: previousHash, into: &bytes)
        }
      }
    }
    return bytes
  }

  /// ``encoded`` of fields that lie anywhere, replacing what is in `bytes`.
  static func encode(
    sequence: Int64, action: UnsafeRawBufferPointer, kind: UnsafeRawBufferPointer, microseconds: Int64,
    actor: UnsafeRawBufferPointer, policyHash: LedgerHash, payloadHash: LedgerHash, previousHash: LedgerHash,
    into bytes: inout [UInt8]
  ) {
    bytes.removeAll(keepingCapacity: true)
    bytes.append(contentsOf: "scout-ledger/1\0".utf8)
    func append(_ field: UnsafeRawBufferPointer) {
      withUnsafeBytes(of: UInt32(truncatingIfNeeded: field.count).bigEndian) { bytes.append(contentsOf: $0) }
      bytes.append(contentsOf: field)
    }
    withUnsafeBytes(of: sequence.bigEndian) { append($0) }
    append(action)
    append(kind)
    withUnsafeBytes(of: microseconds.bigEndian) { append($0) }
    append(actor)
    policyHash.withBytes(append)
    payloadHash.withBytes(append)
    previousHash.withBytes(append)
  }

  /// The entry's hash, which is also its leaf in the Merkle tree.
  public var hash: LedgerHash { MerkleTree.leafHash(encoded) }
}

/// What an entry says beyond its fixed fields: a jsonb object in PostgreSQL's normal form, and a random salt.
///
/// The entry holds SHA-256(salt, 0x00, text). So the payload can be taken out later, and every proof still verifies; the
/// salt, which goes with it, keeps a short payload from being guessed from its hash.
public struct LedgerPayload: Hashable, Sendable {
  public var salt: [UInt8]
  public var text: String

  public init(salt: [UInt8], text: String) {
    self.salt = salt
    self.text = text
  }

  public var hash: LedgerHash { LedgerHash(of: salt + [0] + text.utf8) }
}
