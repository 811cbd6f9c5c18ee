/// Why an input could not be read at all, or not to its end.
///
/// A bad record is never an error: it comes out as a ``RejectedRecord`` and reading goes on. This type is for what
/// concerns a whole file: it is missing, it cannot be opened, its compression is damaged, its mapping is wrong.
public struct IngestError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What a program branches on. The list may grow, so it is a struct with constants.
  public struct Code: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }
    public var description: String { rawValue }

    /// Nothing lies at the path.
    public static let notFound = Code(rawValue: "not_found")
    /// A folder lies where a file was expected.
    public static let isDirectory = Code(rawValue: "is_directory")
    /// The file exists and may not be opened by this user.
    public static let permissionDenied = Code(rawValue: "permission_denied")
    /// Opening or reading failed for another reason, which the sentence names.
    public static let readFailed = Code(rawValue: "read_failed")
    /// The gzip data ends before its trailer. Every complete record before that point was delivered.
    public static let truncatedGzip = Code(rawValue: "truncated_gzip")
    /// The gzip data contradicts itself (a bad header, a bad block, a wrong checksum).
    public static let corruptGzip = Code(rawValue: "corrupt_gzip")
    /// The folder holds no file of a known type.
    public static let emptyFolder = Code(rawValue: "empty_folder")
    /// The file's name does not say whether it is CSV or JSON Lines, and neither did the caller.
    public static let unknownFormat = Code(rawValue: "unknown_format")
    /// A CSV file's header lacks a column that the mapping needs, or names one twice.
    public static let badHeader = Code(rawValue: "bad_header")
    /// A temporary file could not be written.
    public static let spoolFailed = Code(rawValue: "spool_failed")
    /// A source mapping is wrong; the sentence lists every problem with file, line and column.
    public static let invalidMapping = Code(rawValue: "invalid_mapping")
    /// A position to resume from lies behind the end of the input.
    public static let positionPastEnd = Code(rawValue: "position_past_end")
  }

  /// The stable code.
  public var code: Code
  /// The file concerned, as the caller named it; `<standard input>` or a label for other inputs.
  public var source: String
  /// What failed and what to do, without the file's name.
  public var message: String
  /// The line and column in the source, both from 1, where that is known: of the first problem of a mapping.
  public var place: Place?
  /// Whether the same call may succeed later with nothing changed in the file.
  public var isRetryable: Bool

  /// A place in a text file.
  public struct Place: Hashable, Sendable {
    public var line: Int
    public var column: Int

    public init(line: Int, column: Int) {
      self.line = line
      self.column = column
    }
  }

  public init(_ code: Code, source: String, at place: Place? = nil, _ message: String, isRetryable: Bool = false) {
    self.code = code
    self.source = source
    self.place = place
    self.message = message
    self.isRetryable = isRetryable
  }

  public var description: String {
    place.map { "\(source):\($0.line):\($0.column): \(message)" } ?? "\(source): \(message)"
  }
}

/// Something a person should know about an input that was nevertheless read.
public struct IngestNotice: Hashable, Sendable, CustomStringConvertible {
  /// What a program branches on.
  public struct Code: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }
    public var description: String { rawValue }

    /// The file has no bytes, or nothing but a byte order mark, blank lines or a CSV header.
    public static let emptyInput = Code(rawValue: "empty_input")
    /// A file of a folder was left out because its name has no known ending.
    public static let skippedFile = Code(rawValue: "skipped_file")
  }

  /// The stable code.
  public var code: Code
  /// The file concerned.
  public var source: String
  /// A sentence without the file's name.
  public var message: String

  public init(_ code: Code, source: String, _ message: String) {
    self.code = code
    self.source = source
    self.message = message
  }

  public var description: String { "\(source): \(message)" }
}
