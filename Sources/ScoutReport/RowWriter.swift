/// Writes a table row by row, so that a result of millions of rows needs the memory of one buffer.
///
/// ```swift
/// var writer = RowWriter(.csv, columns: columns) { try output.write(contentsOf: $0) }
/// for row in rows { try writer.write(row) }
/// try writer.finish()
/// ```
///
/// Nothing is written before the buffer is full or ``finish()`` is called. When the sink throws, the writer has given
/// up the bytes that it offered, and the output is to be thrown away.
public struct RowWriter {
  /// The forms that need no look at later rows; a terminal table is not among them, for its columns' widths do.
  public enum Format: Hashable, Sendable {
    case csv, json, ndjson, markdown

    /// The same form, or nil for ``OutputFormat/table``.
    public init?(_ format: OutputFormat) {
      switch format {
      case .table: return nil
      case .csv: self = .csv
      case .json: self = .json
      case .ndjson: self = .ndjson
      case .markdown: self = .markdown
      }
    }
  }

  private var encoder: RowEncoder
  private var buffer: [UInt8] = []
  private let bufferSize: Int
  private let sink: ([UInt8]) throws -> Void
  private var isFinished = false

  /// How many rows have been written.
  public private(set) var rowCount = 0

  /// - Parameters:
  ///   - format: The form.
  ///   - columns: The columns of every row.
  ///   - bufferSize: How many bytes are gathered before the sink is called.
  ///   - sink: Takes the next bytes of the output.
  public init(
    _ format: Format, columns: [Table.Column], bufferSize: Int = 65_536, sink: @escaping ([UInt8]) throws -> Void
  ) {
    self.encoder = RowEncoder(format, columns: columns)
    self.bufferSize = bufferSize
    self.sink = sink
    encoder.begin(into: &buffer)
  }

  /// Adds one row: a value per column, nil for null; missing values count as null, surplus ones are left out.
  ///
  /// After ``finish()`` a row is ignored, for the document is closed.
  public mutating func write(_ row: [String?]) throws {
    guard !isFinished else { return }
    encoder.append(row, to: &buffer)
    rowCount += 1
    if buffer.count >= bufferSize { try flush() }
  }

  /// Closes the document and hands the rest to the sink; a second call does nothing.
  public mutating func finish() throws {
    guard !isFinished else { return }
    isFinished = true
    encoder.end(into: &buffer)
    try flush()
  }

  private mutating func flush() throws {
    guard !buffer.isEmpty else { return }
    defer { buffer.removeAll(keepingCapacity: true) }
    try sink(buffer)
  }
}
