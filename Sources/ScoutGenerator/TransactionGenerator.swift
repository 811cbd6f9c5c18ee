/// One line of a generated file, without its line feed.
public struct GeneratedLine: Sendable, Equatable {
  /// What a line is, as the generator knows it; nothing in the line says so.
  public enum Kind: Sendable, Equatable {
    /// The first readable delivery of a transaction.
    case transaction
    /// The same content again.
    case duplicate
    /// Other content under an identifier that was delivered before.
    case correction
    /// The withdrawal of a transaction.
    case void
    /// A line that must be rejected.
    case malformed
    /// The column names of the CSV form.
    case header
  }

  public let kind: Kind
  /// When the line arrives, in seconds since 1970-01-01 UTC; never decreases from line to line.
  public let arrival: Int
  /// UTF-8. In the CSV form, several rows when the transaction has several line items.
  public let bytes: [UInt8]
}

/// How transactions are written.
public enum GeneratedFormat: Sendable, Equatable {
  /// One JSON object per delivery.
  case jsonLines
  /// One row per line item under a header. One file holds one version of a transaction (rows with the same identifier
  /// are one transaction), so this form delivers each final version once: no repeats, corrections, voids or bad lines.
  case csv
}

/// Generates sales of sari-sari stores as lines in order of arrival.
///
/// A class, so that ``truth`` can be read after a `for` loop has consumed it. Not `Sendable`; use it from one task.
///
/// ```swift
/// let generator = try TransactionGenerator(.sample, catalogue: catalogue)
/// for line in generator { file.append(contentsOf: line + [10]) }
/// try save(generator.truth.json(), as: "truth.json")
/// ```
///
/// - Complexity: Memory grows with the stores, the sales of one quarter of an hour and the lines that are late at one
///   moment; not with the number of transactions.
public final class TransactionGenerator: Sequence, IteratorProtocol {
  private var delivery: Delivery

  /// - Throws: ``GeneratorError`` when the configuration is out of its limits or names what the catalogue lacks.
  public init(
    _ configuration: GeneratorConfiguration, catalogue: Catalogue, format: GeneratedFormat = .jsonLines
  ) throws(GeneratorError) {
    delivery = try Delivery(configuration, catalogue: catalogue, format: format)
  }

  /// What is true about the lines; complete once ``next()`` has returned `nil`.
  public var truth: GeneratorTruth { delivery.truth }

  /// The bytes of the next line, without its line feed; `nil` after the last.
  public func next() -> [UInt8]? { nextLine()?.bytes }

  /// The next line with its kind and arrival; `nil` after the last.
  public func nextLine() -> GeneratedLine? {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(1024)
    guard let (kind, arrival) = delivery.appendNext(to: &bytes) else { return nil }
    return GeneratedLine(kind: kind, arrival: arrival, bytes: bytes)
  }

  /// Writes all remaining lines, each with its line feed, in pieces of about 256 KB that end with a line.
  ///
  /// This is the fastest way to make a large file: no line is an object of its own.
  ///
  /// - Parameter sink: Receives each piece; the memory is valid during the call only. Its error ends the writing, and
  ///   the lines of that piece are lost.
  public func write(to sink: (UnsafeRawBufferPointer) throws -> Void) rethrows {
    let pieceSize = 1 << 18
    var piece: [UInt8] = []
    piece.reserveCapacity(pieceSize + 1 << 12)
    while delivery.appendNext(to: &piece) != nil {
      piece.append(10)
      if piece.count >= pieceSize {
        try piece.withUnsafeBytes(sink)
        piece.removeAll(keepingCapacity: true)
      }
    }
    if !piece.isEmpty { try piece.withUnsafeBytes(sink) }
  }
}
