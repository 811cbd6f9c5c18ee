import Yams

/// What is wrong in a definition's file, and where.
public struct YAMLFileError: Error, Hashable, Sendable, CustomStringConvertible {
  public var file: String
  public var line: Int
  public var column: Int
  public var message: String

  public init(file: String, line: Int, column: Int, message: String) {
    self.file = file
    self.line = line
    self.column = column
    self.message = message
  }

  public var description: String { "\(file):\(line):\(column): \(message)" }
}

/// Reads YAML nodes with the place of each mistake.
public struct YAMLReader {
  public var file: String

  public init(file: String) { self.file = file }

  /// The root of a document.
  public static func compose(_ yaml: String, file: String) throws(YAMLFileError) -> Node {
    do {
      if let node = try Yams.compose(yaml: yaml) { return node }
    } catch let error as YamlError {
      switch error {
      case .parser(_, let problem, let mark, _), .scanner(_, let problem, let mark, _):
        throw YAMLFileError(file: file, line: mark.line, column: mark.column, message: problem)
      case .duplicatedKeysInMapping(let keys, let context):
        let names = keys.sorted().map { "\"\($0)\"" }.joined(separator: ", ")
        throw YAMLFileError(
          file: file, line: context.mark.line, column: context.mark.column, message: "\(names) appears twice")
      default: throw YAMLFileError(file: file, line: 1, column: 1, message: "\(error)")
      }
    } catch {
      throw YAMLFileError(file: file, line: 1, column: 1, message: "\(error)")
    }
    throw YAMLFileError(file: file, line: 1, column: 1, message: "the file is empty")
  }

  public func error(_ node: Node, _ message: String) -> YAMLFileError {
    YAMLFileError(file: file, line: node.mark?.line ?? 1, column: node.mark?.column ?? 1, message: message)
  }

  /// The values of a mapping by their keys, which must be among `keys`.
  public func mapping(_ node: Node, keys: [String]) throws(YAMLFileError) -> [String: Node] {
    guard let mapping = node.mapping else { throw error(node, "expected a mapping of " + keys.joined(separator: ", ")) }
    var fields: [String: Node] = [:]
    for (key, value) in mapping {
      guard let name = key.string, keys.contains(name) else {
        throw error(key, "unknown key \"\(key.string ?? "")\"; expected one of \(keys.joined(separator: ", "))")
      }
      if fields.updateValue(value, forKey: name) != nil { throw error(key, "\"\(name)\" appears twice") }
    }
    return fields
  }

  public func sequence(_ node: Node) throws(YAMLFileError) -> [Node] {
    guard let sequence = node.sequence else { throw error(node, "expected a list") }
    return Array(sequence)
  }

  /// A text that is not empty.
  public func string(_ node: Node) throws(YAMLFileError) -> String {
    guard let text = node.scalar?.string, !text.isEmpty else { throw error(node, "expected a text") }
    return text
  }

  /// A list of texts; one text stands for a list of one.
  public func strings(_ node: Node) throws(YAMLFileError) -> [String] {
    if node.scalar != nil { return [try string(node)] }
    var texts: [String] = []
    for item in try sequence(node) { texts.append(try string(item)) }
    if texts.isEmpty { throw error(node, "the list is empty") }
    return texts
  }
}
