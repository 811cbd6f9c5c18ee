import PostgresDialect

/// The views of `information_schema`: what the role may see.
extension SystemRows {
  private static let database = SQLValue.text(SystemCatalog.databaseName)
  private static let yes = SQLValue.text("YES")
  private static let no = SQLValue.text("NO")

  private func flag(_ value: Bool) -> SQLValue { value ? Self.yes : Self.no }

  func standardRows(_ name: String) throws -> [Row] {
    switch name {
    case "schemata": schemataRows()
    case "tables": tableRows()
    case "columns": columnRows()
    case "column_udt_usage": columnTypeRows()
    case "views": standardViewRows()
    case "view_table_usage": viewUsageRows()
    case "table_constraints": tableConstraintRows()
    case "key_column_usage": keyColumnRows()
    case "constraint_column_usage": constraintColumnRows()
    case "constraint_table_usage": constraintTableRows()
    case "referential_constraints": referenceRows()
    case "check_constraints": checkRows()
    case "routines": routineRows()
    case "parameters": parameterRows()
    case "sequences": standardSequenceRows()
    case "triggers": standardTriggerRows()
    case "table_privileges", "role_table_grants": tablePrivilegeRows()
    case "column_privileges": columnPrivilegeRows()
    case "routine_privileges", "role_routine_grants": routinePrivilegeRows()
    case "enabled_roles": enabledRoles.map { ["role_name": .text($0)] }
    case "applicable_roles": applicableRoleRows()
    case "information_schema_catalog_name": [["catalog_name": Self.database]]
    case "element_types": elementTypeRows()
    case "character_sets": [characterSetRow]
    case "collations":
      collationRows.map {
        [
          "collation_catalog": Self.database, "collation_schema": .text("pg_catalog"),
          "collation_name": $0["collname"] ?? .null, "pad_attribute": .text("NO PAD"),
        ]
      }
    default: []
    }
  }

  // MARK: What a role sees

  private func sees(_ relation: Relation) -> Bool {
    let privileges = catalog.privileges
    if privileges.isSuperuser(role) || relation.isSystem { return true }
    return Privileges.all(.table).contains { privileges.allows(role, $0, .table, relation.qualifiedName) }
      || relation.columns.contains {
        privileges.allows(role, "select", .table, relation.qualifiedName, column: $0.name)
      }
  }

  /// The role owns what there is: it and every superuser see the definitions.
  private var isOwner: Bool { catalog.privileges.isSuperuser(role) }

  private var visibleRelations: [(entry: SystemCatalog.Class, relation: Relation)] {
    system.classes.compactMap { entry in
      guard let relation = entry.relation, entry.kind != "m", sees(relation) else { return nil }
      return (entry, relation)
    }
  }

  private func names(_ relation: Relation, _ prefix: String = "table") -> Row {
    [
      "\(prefix)_catalog": Self.database, "\(prefix)_schema": .text(relation.schema),
      "\(prefix)_name": .text(relation.name),
    ]
  }

  // MARK: Schemata, tables and columns

  private func schemataRows() -> [Row] {
    system.namespaces.filter { isOwner || catalog.privileges.allows(role, "create", .schema, $0.name) }.map {
      [
        "catalog_name": Self.database, "schema_name": .text($0.name), "schema_owner": .text(Privileges.owner),
      ]
    }
  }

  private func tableRows() -> [Row] {
    visibleRelations.map { entry, relation in
      let isTable = entry.kind == "r"
      return names(relation).merging([
        "table_type": .text(isTable ? "BASE TABLE" : "VIEW"), "is_insertable_into": flag(isTable),
        "is_typed": Self.no,
      ]) { $1 }
    }
  }

  private func columnRows() -> [Row] {
    visibleRelations.flatMap { entry, relation in
      relation.columns.enumerated().map { index, column in
        var row = names(relation).merging(typeColumns(column.type)) { $1 }
        row["column_name"] = .text(column.name)
        row["ordinal_position"] = .integer(Int64(index + 1))
        row["dtd_identifier"] = .text(String(index + 1))
        if column.generatedExpression == nil {
          row["column_default"] = SQLValue(system.defaultText(column, of: relation))
        }
        row["is_nullable"] = flag(!column.isNotNull)
        row["is_self_referencing"] = Self.no
        row["is_identity"] = flag(column.isShownAsIdentity)
        row["identity_cycle"] = Self.no
        if column.isShownAsIdentity {
          row["identity_generation"] = .text(column.isIdentityAlways ? "ALWAYS" : "BY DEFAULT")
          let sequence = catalog.sequences.values.first {
            $0.schema == relation.schema && $0.owner?.relation == relation.name && $0.owner?.column == column.name
          }
          row["identity_start"] = .text(String(sequence?.start ?? 1))
          row["identity_increment"] = .text(String(sequence?.increment ?? 1))
          row["identity_maximum"] = .text(String(sequence?.maximum ?? column.type.integerBounds?.upperBound ?? .max))
          row["identity_minimum"] = .text(String(sequence?.minimum ?? 1))
        }
        row["is_generated"] = .text(column.generatedExpression == nil ? "NEVER" : "ALWAYS")
        row["generation_expression"] = SQLValue(column.generatedExpression)
        row["is_updatable"] = flag(entry.kind == "r")
        return row
      }
    }
  }

  /// What the standard's views say of a type.
  private func typeColumns(_ type: SQLType) -> Row {
    var row: Row = [
      "data_type": .text(type.isArray || type.vectorArray != nil ? "ARRAY" : type.displayName),
      "udt_catalog": Self.database, "udt_schema": .text("pg_catalog"),
      "udt_name": .text(type.isArray ? "_" + type.base.rawValue : type.base.rawValue),
    ]
    guard !type.isArray else { return row }
    switch type.base {
    case .int2, .int4, .int8:
      row["numeric_precision"] = .integer(type.base == .int2 ? 16 : type.base == .int4 ? 32 : 64)
      row["numeric_precision_radix"] = .integer(2)
      row["numeric_scale"] = .integer(0)
    case .float4, .float8:
      row["numeric_precision"] = .integer(type.base == .float4 ? 24 : 53)
      row["numeric_precision_radix"] = .integer(2)
    case .numeric:
      row["numeric_precision"] = SQLValue(type.precision.map(Int64.init))
      row["numeric_precision_radix"] = .integer(10)
      row["numeric_scale"] = SQLValue(type.scale.map(Int64.init))
    case .text: row["character_octet_length"] = .integer(1_073_741_824)
    case .varchar, .bpchar:
      row["character_maximum_length"] = SQLValue(type.precision.map(Int64.init))
      row["character_octet_length"] = .integer(type.precision.map { Int64($0) * 4 } ?? 1_073_741_824)
    case .bit, .varbit: row["character_maximum_length"] = SQLValue(type.precision.map(Int64.init))
    case .date: row["datetime_precision"] = .integer(0)
    case .time, .timetz, .timestamp, .timestamptz, .interval:
      row["datetime_precision"] = .integer(Int64(type.precision ?? 6))
    case .name:
      row["collation_catalog"] = Self.database
      row["collation_schema"] = .text("pg_catalog")
      row["collation_name"] = .text("C")
    default: break
    }
    return row
  }

  private func columnTypeRows() -> [Row] {
    visibleRelations.flatMap { _, relation in
      relation.columns.map { column in
        names(relation).merging([
          "udt_catalog": Self.database, "udt_schema": .text("pg_catalog"),
          "udt_name": .text(column.type.isArray ? "_" + column.type.base.rawValue : column.type.base.rawValue),
          "column_name": .text(column.name),
        ]) { $1 }
      }
    }
  }

  private func elementTypeRows() -> [Row] {
    visibleRelations.flatMap { _, relation in
      relation.columns.enumerated().compactMap { index, column -> Row? in
        guard column.type.isArray else { return nil }
        return names(relation, "object").merging([
          "object_type": .text("TABLE"), "collection_type_identifier": .text(String(index + 1)),
          "data_type": .text(column.type.element.displayName), "udt_catalog": Self.database,
          "udt_schema": .text("pg_catalog"), "udt_name": .text(column.type.base.rawValue),
          "dtd_identifier": .text("a\(index + 1)"),
        ]) { $1 }
      }
    }
  }

  private func standardViewRows() -> [Row] {
    visibleRelations.filter { $0.entry.kind == "v" }.map { _, relation in
      names(relation).merging([
        "view_definition": SQLValue(isOwner ? SystemCatalog.viewDefinition(relation) : nil),
        "check_option": .text("NONE"), "is_updatable": Self.no, "is_insertable_into": Self.no,
        "is_trigger_updatable": Self.no, "is_trigger_deletable": Self.no, "is_trigger_insertable_into": Self.no,
      ]) { $1 }
    }
  }

  private func viewUsageRows() -> [Row] {
    visibleRelations.filter { $0.entry.kind == "v" && isOwner }.flatMap { _, view -> [Row] in
      guard let text = view.definition, case .query(let query)? = (try? Parser.parseStatement(text))?.kind else {
        return []
      }
      var seen: Set<String> = []
      return Compiler.dependencies(of: query).compactMap { name in
        guard let table = catalog.relation(schema: name.schema, name: name.name),
          seen.insert(table.qualifiedName).inserted
        else { return nil }
        return names(view, "view").merging(names(table)) { $1 }
      }
    }
  }

  // MARK: Constraints

  private var visibleConstraints: [SystemCatalog.Constraint] { system.constraints.filter { sees($0.table) } }

  private func names(_ entry: SystemCatalog.Constraint) -> Row {
    [
      "constraint_catalog": Self.database, "constraint_schema": .text(entry.table.schema),
      "constraint_name": .text(entry.constraint.name),
    ]
  }

  private func tableConstraintRows() -> [Row] {
    let rows = visibleConstraints.map { entry in
      names(entry).merging(names(entry.table)) { $1 }.merging([
        "constraint_type": .text(entry.constraint.kind.rawValue.uppercased()),
        "is_deferrable": flag(entry.constraint.isDeferrable),
        "initially_deferred": flag(entry.constraint.isInitiallyDeferred), "enforced": Self.yes,
        "nulls_distinct": entry.constraint.kind == .unique ? Self.yes : .null,
      ]) { $1 }
    }
    return rows
      + notNullColumns.map { entry, relation, number, _ in
        notNullNames(entry, relation, number).merging(names(relation)) { $1 }.merging([
          "constraint_type": .text("CHECK"), "is_deferrable": Self.no, "initially_deferred": Self.no,
          "enforced": Self.yes,
        ]) { $1 }
      }
  }

  /// PostgreSQL's views show NOT NULL as a check with a made-up name.
  private var notNullColumns: [(SystemCatalog.Class, Relation, Int, RelationColumn)] {
    visibleRelations.flatMap { entry, relation in
      relation.isSystem
        ? []
        : relation.columns.enumerated().compactMap { index, column in
          column.isNotNull ? (entry, relation, index + 1, column) : nil
        }
    }
  }

  private func notNullNames(_ entry: SystemCatalog.Class, _ relation: Relation, _ number: Int) -> Row {
    [
      "constraint_catalog": Self.database, "constraint_schema": .text(relation.schema),
      "constraint_name": .text("\(system.namespaceOIDs[relation.schema] ?? 0)_\(entry.oid)_\(number)_not_null"),
    ]
  }

  private func keyColumnRows() -> [Row] {
    visibleConstraints.filter { $0.constraint.kind != .check }.flatMap { entry in
      let target = entry.constraint.reference.flatMap { catalog.relations[$0.qualifiedName] }
      let key = target?.constraints.first {
        $0.isUniqueKey && Set($0.columns) == Set(entry.constraint.reference?.columns ?? [])
      }
      return entry.constraint.columns.enumerated().map { index, column in
        let referenced = entry.constraint.reference?.columns[safe: index]
        let position = referenced.flatMap { key?.columns.firstIndex(of: $0) }
        return names(entry).merging(names(entry.table)) { $1 }.merging([
          "column_name": .text(column), "ordinal_position": .integer(Int64(index + 1)),
          "position_in_unique_constraint": SQLValue(position.map { Int64($0 + 1) }),
        ]) { $1 }
      }
    }
  }

  private func constraintColumnRows() -> [Row] {
    guard isOwner else { return [] }
    let rows = visibleConstraints.flatMap { entry -> [Row] in
      let (table, columns): (Relation?, [String]) =
        entry.constraint.reference.map { (catalog.relations[$0.qualifiedName], $0.columns) }
        ?? (entry.table, entry.constraint.columns)
      guard let table else { return [] }
      return columns.map { column in
        names(entry).merging(names(table)) { $1 }.merging(["column_name": .text(column)]) { $1 }
      }
    }
    return rows
  }

  private func constraintTableRows() -> [Row] {
    guard isOwner else { return [] }
    return visibleConstraints.filter { $0.constraint.kind != .check }.compactMap { entry in
      let table = entry.constraint.reference.map { catalog.relations[$0.qualifiedName] } ?? entry.table
      return table.map { names(entry).merging(names($0)) { $1 } }
    }
  }

  private func referenceRows() -> [Row] {
    visibleConstraints.filter { $0.constraint.kind == .foreignKey }.map { entry in
      let key = system.find(entry.indexOID)
      func rule(_ action: String?) -> SQLValue { .text((action ?? "no action").uppercased()) }
      return names(entry).merging([
        "unique_constraint_catalog": key == nil ? .null : Self.database,
        "unique_constraint_schema": SQLValue(key?.schema), "unique_constraint_name": SQLValue(key?.name),
        "match_option": .text("NONE"), "update_rule": rule(entry.constraint.reference?.onUpdate),
        "delete_rule": rule(entry.constraint.reference?.onDelete),
      ]) { $1 }
    }
  }

  private func checkRows() -> [Row] {
    visibleConstraints.filter { $0.constraint.kind == .check }.map { entry in
      names(entry).merging([
        "check_clause": .text("(\(SystemCatalog.parenthesized(entry.constraint.expression ?? "true")))")
      ]) { $1 }
    }
      + notNullColumns.map { entry, relation, number, column in
        notNullNames(entry, relation, number).merging([
          "check_clause": .text("\(SystemCatalog.quoted(column.name)) IS NOT NULL")
        ]) { $1 }
      }
  }

  // MARK: Routines, sequences and triggers

  private func specificName(_ entry: SystemCatalog.Procedure) -> Row {
    [
      "specific_catalog": Self.database, "specific_schema": .text(entry.schema),
      "specific_name": .text("\(entry.name)_\(entry.oid)"),
    ]
  }

  private var visibleProcedures: [SystemCatalog.Procedure] {
    system.procedures.filter { entry in
      guard let routine = entry.routine else { return true }
      return catalog.privileges.allows(role, "execute", .function, routine.privilegeName)
    }
  }

  private func routineRows() -> [Row] {
    visibleProcedures.map { entry in
      var row = specificName(entry)
      row["routine_catalog"] = Self.database
      row["routine_schema"] = .text(entry.schema)
      row["routine_name"] = .text(entry.name)
      row["routine_type"] = .text(entry.routine?.isProcedure == true ? "PROCEDURE" : "FUNCTION")
      row["type_udt_catalog"] = Self.database
      row["type_udt_schema"] = .text("pg_catalog")
      row["dtd_identifier"] = .text("0")
      row["parameter_style"] = .text("GENERAL")
      row["sql_data_access"] = .text("MODIFIES")
      row["is_null_call"] = .text(entry.routine?.isStrict == false ? "NO" : "YES")
      row["schema_level_routine"] = Self.yes
      row["max_dynamic_result_sets"] = .integer(0)
      row["security_type"] = .text(entry.routine?.isSecurityDefiner == true ? "DEFINER" : "INVOKER")
      row["as_locator"] = Self.no
      for column in ["is_user_defined_cast", "is_implicitly_invocable", "new_savepoint_level", "is_udt_dependent"] {
        if column != "is_user_defined_cast" && column != "is_implicitly_invocable" { row[column] = Self.no }
      }
      let type: SQLType?
      if let routine = entry.routine {
        row["routine_body"] = .text("EXTERNAL")
        row["external_language"] = .text(routine.language.uppercased())
        row["routine_definition"] = SQLValue(isOwner ? routine.body : nil)
        row["is_deterministic"] = flag(routine.volatility == .immutable)
        type = if case .scalar(let scalar) = routine.result { scalar } else { nil }
        if routine.result == .void && !routine.isProcedure { row["type_udt_name"] = .text("void") }
        if routine.result == .trigger { row["type_udt_name"] = .text("trigger") }
        if routine.result == .record { row["type_udt_name"] = .text("record") }
        if let name = row["type_udt_name"] { row["data_type"] = name }
        if case .row = routine.result {
          let name = SystemCatalog.returnedRelation(catalog.storedRoutines.source(routine.id))
          row["data_type"] = .text(name == nil ? "record" : "USER-DEFINED")
          row["type_udt_name"] = .text(name?.name ?? "record")
          if let schema = name?.schema { row["type_udt_schema"] = .text(schema) }
        }
      } else {
        row["routine_body"] = .text("EXTERNAL")
        row["external_language"] = .text("INTERNAL")
        row["is_deterministic"] = flag(entry.definition?.volatility == .immutable)
        type = entry.definition?.result
      }
      if let type {
        row["data_type"] = .text(type.isArray ? "ARRAY" : type.displayName)
        row["type_udt_name"] = .text(type.isArray ? "_" + type.base.rawValue : type.base.rawValue)
      }
      return row
    }
  }

  private func parameterRows() -> [Row] {
    visibleProcedures.flatMap { entry -> [Row] in
      let parameters: [(mode: String, name: String?, type: SQLType)] =
        entry.routine?.parameters.map { parameter in
          let mode =
            switch parameter.mode {
            case .in_, .variadic: "IN"
            case .out, .table: "OUT"
            case .inout_: "INOUT"
            }
          return (mode, parameter.name, parameter.type)
        } ?? entry.definition?.arguments.map { ("IN", nil, $0) } ?? []
      return parameters.enumerated().map { index, parameter in
        specificName(entry).merging([
          "ordinal_position": .integer(Int64(index + 1)), "parameter_mode": .text(parameter.mode),
          "is_result": Self.no, "as_locator": Self.no, "parameter_name": SQLValue(parameter.name),
          "data_type": .text(parameter.type.isArray ? "ARRAY" : parameter.type.displayName),
          "udt_catalog": Self.database, "udt_schema": .text("pg_catalog"),
          "udt_name": .text(parameter.type.isArray ? "_" + parameter.type.base.rawValue : parameter.type.base.rawValue),
          "dtd_identifier": .text(String(index + 1)),
        ]) { $1 }
      }
    }
  }

  private func standardSequenceRows() -> [Row] {
    catalog.sequences.values.sorted { $0.qualifiedName < $1.qualifiedName }.compactMap { sequence in
      // Those behind identity columns are no sequences of the standard.
      if let owner = sequence.owner, let relation = catalog.relations["\(sequence.schema).\(owner.relation)"],
        relation.columns.first(where: { $0.name == owner.column })?.isShownAsIdentity == true
      {
        return nil
      }
      guard
        isOwner
          || Privileges.all(.sequence).contains(where: {
            catalog.privileges.allows(role, $0, .sequence, sequence.qualifiedName)
          })
      else { return nil }
      let bits: Int64 = sequence.type.base == .int2 ? 16 : sequence.type.base == .int4 ? 32 : 64
      return [
        "sequence_catalog": Self.database, "sequence_schema": .text(sequence.schema),
        "sequence_name": .text(sequence.name), "data_type": .text(sequence.type.displayName),
        "numeric_precision": .integer(bits), "numeric_precision_radix": .integer(2), "numeric_scale": .integer(0),
        "start_value": .text(String(sequence.start)), "minimum_value": .text(String(sequence.minimum)),
        "maximum_value": .text(String(sequence.maximum)), "increment": .text(String(sequence.increment)),
        "cycle_option": flag(sequence.cycles),
      ]
    }
  }

  private func standardTriggerRows() -> [Row] {
    system.triggers.filter { sees($0.table) }.flatMap { entry -> [Row] in
      let definition = entry.trigger.definition
      return definition.events.filter { $0.operation != .truncate }.map { event in
        let function = system.procedure(entry.functionOID)
        return names(entry.table, "event_object_").merging([
          "trigger_catalog": Self.database, "trigger_schema": .text(entry.table.schema),
          "trigger_name": .text(entry.trigger.name), "event_manipulation": .text(event.operation.rawValue),
          "event_object_catalog": Self.database, "event_object_schema": .text(entry.table.schema),
          "event_object_table": .text(entry.table.name), "action_order": .integer(1),
          "action_statement": .text(
            "EXECUTE FUNCTION \(SystemCatalog.qualified(entry.trigger.functionSchema, function?.name ?? definition.function.name))("
              + definition.arguments.map { QuotedText.literal($0) }.joined(separator: ", ") + ")"),
          "action_orientation": .text(definition.isForEachRow ? "ROW" : "STATEMENT"),
          "action_timing": .text(definition.timing.rawValue.uppercased()),
        ]) { $1 }
      }
    }
  }

  // MARK: Privileges

  private var enabledRoles: [String] {
    system.roles.map(\.name).filter { catalog.privileges.isMember(role, of: $0) }
  }

  private func applicableRoleRows() -> [Row] {
    let enabled = Set(enabledRoles)
    return catalog.privileges.memberships.sorted { $0.key < $1.key }.filter { enabled.contains($0.key) }
      .flatMap { member, groups in
        groups.sorted().map {
          ["grantee": .text(member), "role_name": .text($0), "is_grantable": Self.no]
        }
      }
  }

  /// The grants of a kind as the owner's own rights and those given, to roles that the session's role has.
  private func grants(_ kind: Privileges.Kind) -> [(key: Privileges.Key, isGrantable: Bool)] {
    let enabled = Set(enabledRoles + [Privileges.everybody])
    return catalog.privileges.grants.filter {
      $0.key.kind == kind && (isOwner || enabled.contains($0.key.grantee))
        && $0.key.privilege != Privileges.takenExecute
    }.map { ($0.key, $0.value) }.sorted { a, b in
      (a.0.object, a.0.grantee, a.0.privilege) < (b.0.object, b.0.grantee, b.0.privilege)
    }
  }

  private func grantee(_ name: String) -> SQLValue {
    .text(name == Privileges.everybody ? "PUBLIC" : name)
  }

  private func tablePrivilegeRows() -> [Row] {
    func row(_ relation: Relation, _ grantee: SQLValue, _ privilege: String, _ isGrantable: Bool) -> Row {
      names(relation).merging([
        "grantor": .text(Privileges.owner), "grantee": grantee, "privilege_type": .text(privilege.uppercased()),
        "is_grantable": flag(isGrantable), "with_hierarchy": flag(privilege == "select"),
      ]) { $1 }
    }
    let own =
      isOwner
      ? visibleRelations.filter { !$0.relation.isSystem }.flatMap { _, relation in
        Privileges.all(.table).map { row(relation, .text(Privileges.owner), $0, true) }
      } : []
    return own
      + grants(.table).compactMap { key, isGrantable in
        guard key.column == nil, let relation = catalog.relations[key.object] else { return nil }
        return row(relation, grantee(key.grantee), key.privilege, isGrantable)
      }
  }

  private func columnPrivilegeRows() -> [Row] {
    grants(.table).flatMap { key, isGrantable -> [Row] in
      guard let relation = catalog.relations[key.object],
        ["select", "insert", "update", "references"].contains(key.privilege)
      else { return [] }
      return relation.columns.filter { key.column == nil || key.column == $0.name }.map { column in
        names(relation).merging([
          "grantor": .text(Privileges.owner), "grantee": grantee(key.grantee), "column_name": .text(column.name),
          "privilege_type": .text(key.privilege.uppercased()), "is_grantable": flag(isGrantable),
        ]) { $1 }
      }
    }
  }

  private func routinePrivilegeRows() -> [Row] {
    grants(.function).compactMap { key, isGrantable in
      guard let entry = system.procedures.first(where: { $0.routine?.privilegeName == key.object }) else { return nil }
      return specificName(entry).merging([
        "grantor": .text(Privileges.owner), "grantee": grantee(key.grantee), "routine_catalog": Self.database,
        "routine_schema": .text(entry.schema), "routine_name": .text(entry.name),
        "privilege_type": .text("EXECUTE"), "is_grantable": flag(isGrantable),
      ]) { $1 }
    }
  }

  private var characterSetRow: Row {
    [
      "character_set_name": .text("UTF8"), "character_repertoire": .text("UCS"), "form_of_use": .text("UTF8"),
      "default_collate_catalog": Self.database, "default_collate_schema": .text("pg_catalog"),
      "default_collate_name": .text("en-US"),
    ]
  }
}

extension Array {
  subscript(safe index: Int) -> Element? { indices.contains(index) ? self[index] : nil }
}
