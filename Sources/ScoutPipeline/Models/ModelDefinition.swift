import PostgresDialect
import ScoutStorage
import Yams

/// A derived relation: one SELECT in PostgreSQL SQL under a comment with its description.
///
/// ```sql
/// /*---
/// description: Units and sales per brand and quarter of an hour.
/// grain: [ts, brand]
/// columns:
///   ts: {type: timestamptz, description: Start of the bucket.}
///   …
/// ---*/
/// select …
/// ```
public struct ModelDefinition: Sendable {
  public struct Column: Hashable, Sendable {
    public var name: String
    public var type: SQLType
    public var description: String
    /// Whether a key may be null; what is no key may be null anyway.
    public var isNullable = true
  }

  public var schema: String
  public var layer: String
  public var name: String
  /// The file, as errors name it.
  public var path: String
  public var description: String
  /// The columns that identify a row.
  public var grain: [String]
  public var columns: [Column]
  /// The whole file: PostgreSQL runs it as it stands.
  public var sql: String
  public var query: Query
  public var origin = Origin.file
  /// Where the file names the grain.
  var grainPlace = (line: 1, column: 1)

  /// Where a model's definition lies.
  public enum Origin: Hashable, Sendable {
    case file
    /// In the database: `CREATE MATERIALIZED VIEW`.
    case statement
  }

  public var qualifiedName: String { "\(schema).\(name)" }

  /// The relations that it reads.
  public var inputs: [String] {
    Compiler.dependencies(of: query).map { $0.parts.map(\.name).joined(separator: ".") }
  }
}

/// What is wrong with a definition file, and where.
public struct DefinitionError: Error, Hashable, Sendable, CustomStringConvertible {
  public var path: String
  public var line: Int
  public var column: Int
  public var message: String

  public init(path: String, line: Int = 1, column: Int = 1, message: String) {
    self.path = path
    self.line = line
    self.column = column
    self.message = message
  }

  public var description: String { "\(path):\(line):\(column): \(message)" }

  init(_ error: SQLError, in sql: String, path: String) {
    let position = error.position(in: sql) ?? (1, 1)
    self.init(
      path: path, line: position.line, column: position.column,
      message: error.message + (error.hint.map { "; \($0)" } ?? ""))
  }
}

extension ModelDefinition {
  /// Reads a model file.
  ///
  /// - Parameters:
  ///   - place: `<schema>/<layer>/<relation>.sql`.
  ///   - label: The file as errors name it; its place unless given.
  /// - Throws: ``DefinitionError`` with the place of the first fault.
  public init(path place: String, text: String, label: String? = nil) throws(DefinitionError) {
    let path = label ?? place
    let parts = place.split(separator: "/").map(String.init)
    guard parts.count >= 3, let file = parts.last, file.hasSuffix(".sql") else {
      throw DefinitionError(path: path, message: "a model lies at <schema>/<layer>/<relation>.sql")
    }
    schema = parts[parts.count - 3]
    layer = parts[parts.count - 2]
    name = String(file.dropLast(4))
    self.path = path
    sql = text
    let header = try Self.header(of: text, path: path)
    description = header.description
    grain = header.grain
    grainPlace = header.grainPlace
    columns = header.columns
    do throws(SQLError) {
      let statement = try Parser.parseStatement(text)
      guard case .query(let parsed) = statement.kind else {
        throw SQLError(.syntaxError, "a model is one query", at: statement.range)
      }
      query = parsed
    } catch {
      throw DefinitionError(error, in: text, path: path)
    }
  }

  private struct Header {
    var description: String
    var grain: [String]
    var columns: [Column]
    var grainPlace = (line: 1, column: 1)
  }

  private static func header(of text: String, path: String) throws(DefinitionError) -> Header {
    guard text.hasPrefix("/*---\n"), let end = text.range(of: "\n---*/") else {
      throw DefinitionError(
        path: path, message: "expected a header between \"/*---\" and \"---*/\" at the start of the file")
    }
    let yaml = String(text[text.index(text.startIndex, offsetBy: 6)..<end.lowerBound])
    /// The header starts on the file's second line.
    func fault(_ message: String, _ mark: Mark?) -> DefinitionError {
      DefinitionError(path: path, line: (mark?.line ?? 1) + 1, column: mark?.column ?? 1, message: message)
    }
    let node: Node
    do {
      guard let composed = try Yams.compose(yaml: yaml) else { throw fault("the header is empty", nil) }
      node = composed
    } catch let error as YamlError {
      switch error {
      case .parser(_, let problem, let mark, _), .scanner(_, let problem, let mark, _): throw fault(problem, mark)
      case .duplicatedKeysInMapping(let keys, let context):
        throw fault(keys.sorted().map { "\"\($0)\"" }.joined(separator: ", ") + " appears twice", context.mark)
      default: throw fault("the header is no YAML: \(error)", nil)
      }
    } catch let error as DefinitionError {
      throw error
    } catch {
      throw fault("\(error)", nil)
    }
    guard let mapping = node.mapping else { throw fault("expected a mapping", node.mark) }
    let known = ["description", "grain", "columns"]
    for (key, _) in mapping where !known.contains(key.string ?? "") {
      throw fault(
        "unknown key \"\(key.string ?? "")\"; expected one of \(known.joined(separator: ", "))", key.mark)
    }
    guard let description = mapping["description"]?.string else { throw fault("description is missing", node.mark) }
    guard let columns = mapping["columns"]?.mapping else { throw fault("columns are missing", node.mark) }
    var result = Header(description: description, grain: [], columns: [])
    for (key, value) in columns {
      guard let name = key.string, let type = value.mapping?["type"]?.string else {
        throw fault("expected <column>: {type: …, description: …}", key.mark)
      }
      do throws(SQLError) {
        result.columns.append(
          Column(
            name: name, type: try SQLType(declaration: type),
            description: value.mapping?["description"]?.string ?? "",
            isNullable: value.mapping?["nullable"]?.bool ?? false))
      } catch {
        throw fault(error.message, value.mapping?["type"]?.mark)
      }
    }
    guard let grain = mapping["grain"]?.sequence else { throw fault("grain is missing", node.mark) }
    for key in grain {
      guard let name = key.string, result.columns.contains(where: { $0.name == name }) else {
        throw fault("the grain names \"\(key.string ?? "")\", which is none of the columns", key.mark)
      }
      result.grain.append(name)
    }
    // The header starts on the file's second line.
    if let mark = mapping["grain"]?.mark { result.grainPlace = (mark.line + 1, mark.column) }
    return result
  }

  /// The stored table of the model.
  var relation: Relation {
    Relation(
      schema: schema, name: name, kind: .materializedView,
      columns: columns.map { column in
        RelationColumn(
          name: column.name, type: column.type, isNotNull: grain.contains(column.name) && !column.isNullable)
      },
      primaryKey: grain)
  }
}

extension String {
  /// The first place of `text`.
  fileprivate func range(of text: String) -> Range<String.Index>? { ranges(of: text).first }
}
