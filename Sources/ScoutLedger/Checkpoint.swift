import Crypto
import FoundationEssentials
import PostgresDialect
import ScoutStorage

/// A signed statement of the ledger's size and root, to be kept outside the database.
///
/// The text is a C2SP tlog-checkpoint: origin, size, root in base64, one extension line with the time, an empty line,
/// and one signature line of a signed note with Ed25519.
/// Sources: <https://c2sp.org/tlog-checkpoint>, <https://c2sp.org/signed-note>.
public struct Checkpoint: Hashable, Sendable {
  /// Names the ledger: two ledgers never share one.
  public var origin: String
  public var size: Int
  public var root: LedgerHash
  public var time: Timestamp?

  public init(origin: String, size: Int, root: LedgerHash, time: Timestamp?) {
    self.origin = origin
    self.size = size
    self.root = root
    self.time = time
  }

  /// The signed part, ending with a line feed.
  public var body: String {
    var lines = [origin, String(size), Data(root.bytes).base64EncodedString()]
    if let time { lines.append("time " + String(time.microseconds)) }
    return lines.joined(separator: "\n") + "\n"
  }

  /// The whole note with the key's signature.
  ///
  /// - Throws: What the cryptographic library throws.
  public func signed(by key: CheckpointKey) throws -> String {
    let signature = try key.signature(Array(body.utf8))
    return body + "\n\u{2014} \(key.name) \(Data(key.publicKey.keyID + signature).base64EncodedString())\n"
  }

  /// Reads a note and checks its signature.
  ///
  /// - Throws: ``CheckpointError``: `malformed` with what is wrong, `unsigned` when no signature is of that key,
  ///   `forged` when one claims to be and is not.
  public init(note: String, key: CheckpointVerifier) throws(CheckpointError) {
    self = try Self.parsed(note)
    guard let separator = note.firstRange(of: "\n\n") else { throw .malformed("there is no signature") }
    let signatures = note[separator.upperBound...].split(separator: "\n")
    var isKnown = false
    for line in signatures {
      let parts = line.split(separator: " ", omittingEmptySubsequences: false)
      guard parts.count == 3, parts[0] == "\u{2014}", let data = Data(base64Encoded: String(parts[2])), data.count == 68
      else { continue }
      guard parts[1] == key.name, Array(data.prefix(4)) == key.keyID else { continue }
      isKnown = true
      if key.isValid(Array(data.dropFirst(4)), for: Array(body.utf8)) { return }
    }
    if isKnown { throw .forged }
    throw .unsigned(key: key.name)
  }

  /// Reads a note without checking who signed it.
  static func parsed(_ note: String) throws(CheckpointError) -> Checkpoint {
    guard let separator = note.firstRange(of: "\n\n") else { throw .malformed("there is no signature") }
    let lines = note[..<separator.lowerBound].split(separator: "\n", omittingEmptySubsequences: false)
    guard lines.count >= 3, !lines[0].isEmpty else { throw .malformed("expected origin, size and root") }
    guard let size = Int(lines[1]), size >= 0, String(size) == lines[1] else {
      throw .malformed("the second line is no size: \(lines[1])")
    }
    guard let data = Data(base64Encoded: String(lines[2])), let root = LedgerHash(bytes: data) else {
      throw .malformed("the third line is no root: \(lines[2])")
    }
    var time: Timestamp?
    if lines.count == 4, lines[3].hasPrefix("time "), let microseconds = Int64(lines[3].dropFirst(5)) {
      time = Timestamp(microseconds: microseconds)
    } else if lines.count > 3 {
      throw .malformed("unknown extension line: \(lines[3])")
    }
    return Checkpoint(origin: String(lines[0]), size: size, root: root, time: time)
  }
}

/// Why a checkpoint says nothing.
public enum CheckpointError: Error, Hashable, Sendable, CustomStringConvertible {
  case malformed(String)
  /// No signature is by that key.
  case unsigned(key: String)
  /// A signature names the key and does not verify.
  case forged
  case badKey(String)

  public var description: String {
    switch self {
    case .malformed(let reason): "this is no checkpoint: \(reason)"
    case .unsigned(let key): "the checkpoint is not signed by the key \"\(key)\"; is it the right key file?"
    case .forged: "the checkpoint's signature is wrong: its text was changed after it was signed"
    case .badKey(let reason): "the key cannot be used: \(reason)"
    }
  }
}

/// The public half: enough to check checkpoints.
public struct CheckpointVerifier: Sendable {
  public let name: String
  let key: Curve25519.Signing.PublicKey

  /// The first four bytes of SHA-256(name, line feed, 0x01, key).
  var keyID: [UInt8] {
    Array(LedgerHash(of: Array(name.utf8) + [0x0A, 0x01] + Array(key.rawRepresentation)).bytes.prefix(4))
  }

  func isValid(_ signature: [UInt8], for message: [UInt8]) -> Bool { key.isValidSignature(signature, for: message) }

  /// A verifier key in the form of signed notes: `name+hash+base64`.
  public var text: String {
    let id = keyID.map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
    return "\(name)+\(id)+\(Data([1] + Array(key.rawRepresentation)).base64EncodedString())"
  }

  init(name: String, key: Curve25519.Signing.PublicKey) {
    self.name = name
    self.key = key
  }

  /// - Throws: ``CheckpointError`` `badKey`.
  public init(text: String) throws(CheckpointError) {
    let parts = text.split(separator: "+", maxSplits: 2, omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 3, !parts[0].isEmpty, let data = Data(base64Encoded: parts[2]), data.count == 33,
      data.first == 1
    else { throw .badKey("expected name+hash+base64 of an Ed25519 key") }
    guard let key = try? Curve25519.Signing.PublicKey(rawRepresentation: data.dropFirst()) else {
      throw .badKey("these are no bytes of an Ed25519 key")
    }
    self.init(name: parts[0], key: key)
    guard self.text == text else { throw .badKey("its hash does not fit its bytes") }
  }
}

/// The key that signs checkpoints; it is kept outside the database.
public struct CheckpointKey: Sendable {
  public let name: String
  private let key: Curve25519.Signing.PrivateKey

  public init(name: String) {
    self.name = name
    key = Curve25519.Signing.PrivateKey()
  }

  /// - Parameter seed: 32 bytes.
  /// - Throws: ``CheckpointError`` `badKey`.
  public init(name: String, seed: [UInt8]) throws(CheckpointError) {
    guard !name.isEmpty, !name.contains(where: { $0 == "+" || $0.isWhitespace }) else {
      throw .badKey("its name is empty, or holds a space or a plus sign")
    }
    guard let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: seed) else {
      throw .badKey("expected 32 bytes")
    }
    self.name = name
    self.key = key
  }

  public var publicKey: CheckpointVerifier { CheckpointVerifier(name: name, key: key.publicKey) }

  func signature(_ message: [UInt8]) throws -> [UInt8] { Array(try key.signature(for: message)) }

  /// The key's file: name and seed, for ``init(fileText:)``.
  public var fileText: String { "\(name)\n\(Data(key.rawRepresentation).base64EncodedString())\n" }

  /// - Throws: ``CheckpointError`` `badKey`.
  public init(fileText: String) throws(CheckpointError) {
    let lines = fileText.split(separator: "\n").map(String.init)
    guard lines.count == 2, let seed = Data(base64Encoded: lines[1]) else {
      throw .badKey("expected a line with its name and a line with its seed in base64")
    }
    try self.init(name: lines[0], seed: Array(seed))
  }
}
