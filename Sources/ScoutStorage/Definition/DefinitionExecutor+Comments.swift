import PostgresDialect

extension DefinitionExecutor {
  /// COMMENT ON; an empty text and NULL remove the comment.
  func comment(on target: CommentTarget, _ text: String?) throws -> QueryResult {
    let (kind, object, part): (String, String, String)
    switch target {
    case .relation(let written, let name):
      let relation = try connection.compiler().resolve(name)
      guard written == relation.kind.rawValue else {
        throw SQLError(.wrongObjectType, "\"\(relation.name)\" is not a \(written)", at: name.range)
      }
      (kind, object, part) = (written, relation.qualifiedName, "")
    case .column(let name):
      let relation = try connection.compiler().resolve(QualifiedName(Array(name.parts.dropLast())))
      guard relation.columns.contains(where: { $0.name == name.name }) else {
        throw SQLError(
          .undefinedColumn, "column \"\(name.name)\" of relation \"\(relation.visibleName)\" does not exist",
          at: name.range)
      }
      (kind, object, part) = (relation.kind.rawValue, relation.qualifiedName, name.name)
    case .other(let written, let name):
      let known = ["schema", "index", "sequence", "type", "function", "procedure", "extension", "database", "role"]
      guard known.contains(written) else {
        throw SQLError(
          .featureNotSupported, "COMMENT ON \(written.uppercased()) is not supported", at: statement.range)
      }
      try checkExists(written, name)
      (kind, object, part) = (written, name.parts.map(\.name).joined(separator: "."), "")
    }
    try setComment(kind, object, part, text)
    return done("COMMENT")
  }

  private func setComment(_ kind: String, _ object: String, _ part: String, _ text: String?) throws {
    let key: [SQLValue] = [.text(kind), .text(object), .text(part)]
    try connection.run("delete from \"engine.comments\" where kind = ?1 and object = ?2 and part = ?3", key)
    if let text, !text.isEmpty {
      try connection.run("insert into \"engine.comments\" values (?1, ?2, ?3, ?4)", key + [.text(text)])
    }
  }

  private func checkExists(_ kind: String, _ name: QualifiedName) throws {
    let catalog = try catalog
    switch kind {
    case "schema" where !catalog.hasSchema(name.name):
      throw SQLError(.invalidSchemaName, "schema \"\(name.name)\" does not exist", at: name.range)
    case "index" where !catalog.hasRelationName(schema: name.schema ?? "public", name: name.name),
      "sequence" where catalog.sequence(schema: name.schema, name: name.name) == nil:
      throw SQLError(.undefinedTable, "relation \"\(name.name)\" does not exist", at: name.range)
    case "extension" where !catalog.extensions.contains(name.name):
      throw SQLError(.undefinedObject, "extension \"\(name.name)\" does not exist", at: name.range)
    default: break
    }
  }

  /// What `like … including comments` takes over.
  func copyComments(from like: QualifiedName, to relation: Relation, _ options: [String]) throws {
    let option = options.last { $0.hasSuffix(" comments") || $0.hasSuffix(" all") }
    guard option?.hasPrefix("including") == true else { return }
    let original = try connection.compiler().resolve(like)
    try connection.run(
      """
      insert or ignore into "engine.comments" select kind, ?2, part, comment from "engine.comments"
      where kind = 'table' and object = ?1 and part <> ''
      """, [.text(original.qualifiedName), .text(relation.qualifiedName)])
  }

  /// Removes the comments on an object that goes.
  func forgetComments(_ kind: String, _ object: String) throws {
    try connection.run("delete from \"engine.comments\" where kind = ?1 and object = ?2", [.text(kind), .text(object)])
  }
}
