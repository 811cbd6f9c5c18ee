import PostgresDialect

extension Migrations {
  /// The catalog of constraints, indexes, sequences, types, extensions and comments.
  ///
  /// Part of a new file from its first step on; a file that is older gets it later, with what can be read from its
  /// tables.
  @Sendable static func createObjectTables(_ connection: Connection) throws {
    guard try !connection.sqliteTableExists("engine.constraints") else { return }
    for sql in [
      """
      create table "engine.constraints" (
        schema text not null, relation text not null, position integer not null, name text not null, kind text not null,
        columns text not null, expression text, target_schema text, target_relation text, target_columns text,
        on_delete text, on_update text, is_deferrable integer not null, is_deferred integer not null,
        primary key (schema, relation, name)
      ) strict
      """,
      """
      create table "engine.indexes" (
        schema text not null, name text not null, relation text not null, is_unique integer not null, condition text,
        primary key (schema, name)
      ) strict
      """,
      """
      create table "engine.index_keys" (
        schema text not null, name text not null, position integer not null, expression text not null, column_name text,
        is_descending integer not null, nulls_first integer, primary key (schema, name, position)
      ) strict
      """,
      """
      create table "engine.sequences" (
        schema text not null, name text not null, type text not null, start integer not null,
        increment integer not null, minimum integer not null, maximum integer not null, cycles integer not null,
        owner_relation text, owner_column text, is_row_key integer not null, primary key (schema, name)
      ) strict
      """,
      // Apart from the definitions, so that a new value does not move the catalog's version.
      """
      create table "engine.sequence_values" (
        schema text not null, name text not null, last_value integer not null, is_called integer not null,
        primary key (schema, name)
      ) strict
      """,
      """
      create table "engine.generated_columns" (
        schema text not null, relation text not null, name text not null, expression text not null,
        primary key (schema, relation, name)
      ) strict
      """,
      // Materialized views WITH NO DATA.
      "create table \"engine.unpopulated\" (schema text not null, name text not null, primary key (schema, name)) strict",
      """
      create table "engine.types" (
        schema text not null, name text not null, position integer not null, label text not null,
        primary key (schema, name, position)
      ) strict
      """,
      "create table \"engine.extensions\" (name text primary key) strict",
      """
      create table "engine.comments" (
        kind text not null, object text not null, part text not null, comment text not null,
        primary key (kind, object, part)
      ) strict
      """,
    ] {
      try connection.run(sql)
    }
    for table in [
      "constraints", "indexes", "index_keys", "sequences", "generated_columns", "unpopulated", "types", "extensions",
    ] {
      for event in ["insert", "update", "delete"] {
        try connection.run(
          """
          create trigger "engine.\(table).\(event)" after \(event) on "engine.\(table)" begin
            update "engine.catalog_version" set version = version + 1;
          end
          """)
      }
    }
    try recordExistingKeys(connection)
  }

  /// The keys of tables that are older than the catalog of constraints, under the names that PostgreSQL gives.
  private static func recordExistingKeys(_ connection: Connection) throws {
    for row in try connection.rows("select schema, name, primary_key from \"engine.relations\" where kind = 'table'") {
      guard let schema = row[0].text, let name = row[1].text else { continue }
      let storage = SQLValue.text(Relation.storageName(schema: schema, name: name))
      var relation = Relation(schema: schema, name: name, columns: [])
      let key = (row[2].text ?? "").split(separator: ",").map(String.init)
      if !key.isEmpty {
        relation.constraints.append(RelationConstraint(name: "\(name)_pkey", kind: .primaryKey, columns: key))
      }
      for index in try connection.rows(
        "select name from pragma_index_list(?1) where origin = 'u' order by seq desc", [storage])
      {
        let columns = try connection.rows("select name from pragma_index_info(?1) order by seqno", [index[0]])
          .compactMap { $0[0].text }
        relation.constraints.append(
          RelationConstraint(name: "\(name)_\(columns.joined(separator: "_"))_key", kind: .unique, columns: columns))
      }
      var references: [Int64: RelationConstraint] = [:]
      for part in try connection.rows(
        "select id, \"table\", \"from\", \"to\", on_delete, on_update from pragma_foreign_key_list(?1) order by id, seq",
        [storage])
      {
        guard let id = part[0].integer, let target = part[1].text?.split(separator: ".").map(String.init),
          target.count == 2, let from = part[2].text
        else { continue }
        var constraint =
          references[id]
          ?? RelationConstraint(
            name: "", kind: .foreignKey, columns: [],
            reference: RelationConstraint.Reference(
              schema: target[0], relation: target[1], columns: [], onDelete: part[4].text?.lowercased(),
              onUpdate: part[5].text?.lowercased()))
        constraint.columns.append(from)
        constraint.reference?.columns.append(part[3].text ?? "")
        constraint.name = "\(name)_\(constraint.columns.joined(separator: "_"))_fkey"
        references[id] = constraint
      }
      relation.constraints += references.keys.sorted(by: >).compactMap { references[$0] }
      try connection.recordConstraints(relation)
    }
  }
}
