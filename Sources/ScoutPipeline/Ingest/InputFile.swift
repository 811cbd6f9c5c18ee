/// Something to ingest, as a user names it.
public enum InputFile: Hashable, Sendable {
  /// A file, plain or gzip.
  case path(String)
  /// What is piped into the process.
  case standardInput
  /// A text in memory, under a name: for tests and small programs. A name ending in `.csv` makes it CSV.
  case text(String, name: String)

  /// `-` is standard input, everything else a path.
  public init(argument: String) { self = argument == "-" ? .standardInput : .path(argument) }

  /// The name under which it is recorded.
  public var name: String {
    switch self {
    case .path(let path): path
    case .standardInput: "<standard input>"
    case .text(_, let name): name
    }
  }

  /// The files that a path stands for: itself, or when it is a folder the files in it with a known ending (`.jsonl`,
  /// `.ndjson`, `.json`, `.csv`, `.tsv`, each also with `.gz`), sorted bytewise by name. Folders inside of it are not
  /// entered.
  ///
  /// - Returns: The files, and a notice for each one left out.
  /// - Throws: ``IngestError`` with code `not_found`, `permission_denied` or `empty_folder`.
  public static func expand(_ path: String) throws(IngestError) -> (files: [InputFile], notices: [IngestNotice]) {
    guard let names = try SystemFile.folderEntries(path) else { return ([.path(path)], []) }
    var files: [InputFile] = []
    var notices: [IngestNotice] = []
    let folder = path.hasSuffix("/") ? String(path.dropLast()) : path
    for name in names where !name.hasPrefix(".") {
      let full = "\(folder)/\(name)"
      if RecordFormat(fileName: name) != nil {
        // Opening a named pipe would wait for somebody to write into it.
        if SystemFile.isRegular(full) {
          files.append(.path(full))
        } else {
          notices.append(IngestNotice(.skippedFile, source: full, "left out: it is no regular file"))
        }
      } else {
        notices.append(
          IngestNotice(.skippedFile, source: full, "left out: its name does not end in \(RecordFormat.endings)"))
      }
    }
    guard !files.isEmpty else {
      throw IngestError(
        .emptyFolder, source: path, "holds no file whose name ends in \(RecordFormat.endings)")
    }
    return (files, notices)
  }

  func source() throws(IngestError) -> any ByteSource {
    switch self {
    case .path(let path): try FileByteSource(path: path)
    case .standardInput: FileByteSource.standardInput()
    case .text(let text, let name): BufferByteSource(text, name: name)
    }
  }
}

/// How records lie in a file.
public enum RecordFormat: Hashable, Sendable {
  case jsonLines
  case csv

  static let endings = ".jsonl, .ndjson, .json, .csv or .tsv, or one of these with .gz"

  /// By the ending of a file's name, whatever its case; nil when it is none of the known ones.
  public init?(fileName: String) {
    var name = fileName.lowercased()
    if name.hasSuffix(".gz") { name.removeLast(3) }
    if name.hasSuffix(".jsonl") || name.hasSuffix(".ndjson") || name.hasSuffix(".json") {
      self = .jsonLines
    } else if name.hasSuffix(".csv") || name.hasSuffix(".tsv") {
      self = .csv
    } else {
      return nil
    }
  }
}

extension RecordDecoder {
  /// Opens an input.
  ///
  /// - Parameters:
  ///   - format: nil to go by the mapping, then by the file's name; standard input without either is JSON Lines.
  ///   - mapping: For files whose columns or keys have names of their own; nil for those of DOMAIN.md.
  /// - Throws: ``IngestError`` when the input cannot be opened, its format is not known, or the mapping names an
  ///   unknown zone.
  public static func open(
    _ file: InputFile, format: RecordFormat? = nil, mapping: SourceMapping? = nil, options: DecoderOptions
  ) throws(IngestError) -> RecordDecoder {
    let source = try file.source()
    var chosen = format
    if chosen == nil, let mapping { chosen = mapping.format == .csv ? .csv : .jsonLines }
    if chosen == nil, case .path(let path) = file {
      chosen = RecordFormat(fileName: path)
      if chosen == nil {
        throw IngestError(
          .unknownFormat, source: path,
          "its name does not end in \(RecordFormat.endings); name the format or use a source mapping")
      }
    }
    if chosen == nil, case .text(_, let name) = file { chosen = RecordFormat(fileName: name) }
    return try RecordDecoder(source, format: chosen ?? .jsonLines, mapping: mapping, options: options)
  }

  /// Reads any source, gzip recognised by its first bytes.
  public convenience init(
    _ source: any ByteSource, format: RecordFormat, mapping: SourceMapping? = nil, options: DecoderOptions
  ) throws(IngestError) {
    switch format {
    case .jsonLines:
      var reshaper: JSONReshaper?
      if let mapping { reshaper = try JSONReshaper(mapping) }
      self.init(JSONLinesReader(GzipByteSource(source), options: options, reshaper: reshaper))
    case .csv:
      self.init(
        try CSVTransactionReader(source, mapping: mapping ?? .standard(source: source.name), options: options))
    }
  }
}
