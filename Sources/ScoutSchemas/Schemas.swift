/// One definition file as it lies in the folder `schemas/`.
public struct SchemaFile: Hashable, Sendable {
  /// The path relative to `schemas/`, with `/` between folders: `scout/gold/gold_sales_daily.sql`.
  public var path: String
  /// The file's text, byte for byte.
  public var text: String
  /// Where the file lies when that is not the folder `schemas/`.
  public var origin: String?

  public init(path: String, text: String, origin: String? = nil) {
    self.path = path
    self.text = text
    self.origin = origin
  }

  /// The file as messages name it.
  public var label: String { origin ?? "schemas/" + path }
}

/// The definitions that come with the program: the folder `schemas/` as it was when the program was built.
///
/// The texts are literals inside the executable, so reading one touches no file. The build plug-in `EmbedSchemas`
/// writes them; see `Sources/Plugins/EmbedSchemas`.
public enum Schemas {
  /// Every file, ordered by the bytes of its path.
  public static var files: [SchemaFile] { embedded }

  /// The file at `path`, or nil when there is none.
  ///
  /// - Complexity: O(log *n*) in the number of files.
  public static func file(_ path: String) -> SchemaFile? {
    let index = firstIndex(notBefore: path)
    return index < files.count && files[index].path == path ? files[index] : nil
  }

  /// The files inside `folder` and its subfolders, ordered by the bytes of their paths.
  ///
  /// - Parameter folder: A path such as `scout/gold`, with or without a final slash; the empty path means all files.
  /// - Returns: The files, empty when there is no such folder.
  public static func files(under folder: String) -> ArraySlice<SchemaFile> {
    guard !folder.isEmpty else { return files[...] }
    let prefix = folder.hasSuffix("/") ? folder : folder + "/"
    return files[firstIndex(notBefore: prefix)...].prefix { $0.path.utf8.starts(with: prefix.utf8) }
  }

  /// The first position in ``files`` whose path does not come before `path`.
  private static func firstIndex(notBefore path: String) -> Int {
    var low = 0
    var high = files.count
    while low < high {
      let middle = (low + high) / 2
      if files[middle].path.utf8.lexicographicallyPrecedes(path.utf8) { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
