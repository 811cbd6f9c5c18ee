import PostgresDialect

/// Types, indexes, constraints, routines and triggers.
extension SystemRows {
  func typeRows() -> [Row] {
    let builtIn = SystemType.builtIn.flatMap { type in [type] + (type.array.map { [$0] } ?? []) }
    var rows = builtIn.map { row($0, schema: "pg_catalog") }
    for entry in system.classes where entry.rowType != 0 {
      let arrayOID = ObjectNumbers.arrayNumber(entry.rowType)
      let type = SystemType(
        name: entry.name, oid: entry.rowType, arrayOID: arrayOID, length: -1, isByValue: false, category: "C",
        isPreferred: false, alignment: "d", storage: "x", elementOID: 0, kind: "c")
      var composite = row(type, schema: entry.schema)
      composite["typrelid"] = .integer(entry.oid)
      rows.append(composite)
      if let array = type.array { rows.append(row(array, schema: entry.schema)) }
    }
    return rows
  }

  /// The older types, whose functions are named without an underscore: `int4in`, `textout`.
  private static let joinedNames: Set<String> = [
    "bool", "bytea", "char", "name", "int8", "int2", "int2vector", "int4", "regproc", "text", "oid", "tid", "xid",
    "oidvector", "float4", "float8", "unknown", "aclitem", "bpchar", "varchar", "regprocedure", "regoper",
    "regoperator", "regclass", "regtype", "regnamespace", "regrole", "regcollation",
  ]

  private func row(_ type: SystemType, schema: String) -> Row {
    let isArray = type.category == "A"
    func routine(_ suffix: String) -> SQLValue {
      if type.kind == "c" { return .text("record\(suffix)") }
      if isArray { return .text("array\(suffix)") }
      return .text(Self.joinedNames.contains(type.name) ? type.name + suffix.dropFirst() : type.name + suffix)
    }
    return [
      "oid": .integer(type.oid), "typname": .text(type.name), "typnamespace": number(schema),
      "typowner": .integer(SystemCatalog.ownerOID), "typlen": .integer(type.length),
      "typbyval": SQLValue(type.isByValue), "typtype": .text(type.kind), "typcategory": .text(type.category),
      "typispreferred": SQLValue(type.isPreferred), "typisdefined": .integer(1), "typdelim": .text(","),
      "typelem": .integer(type.elementOID), "typarray": .integer(type.arrayOID), "typinput": routine("_in"),
      "typoutput": routine("_out"), "typreceive": routine("_recv"), "typsend": routine("_send"),
      "typsubscript": .text(isArray ? "array_subscript_handler" : "-"), "typmodin": .text("-"),
      "typmodout": .text("-"), "typanalyze": .text("-"), "typalign": .text(type.alignment),
      "typstorage": .text(type.storage), "typtypmod": .integer(-1),
      "typcollation": .integer(Self.collation(named: type.name)),
    ]
  }

  private static func collation(named name: String) -> Int64 {
    let element = name.hasPrefix("_") ? String(name.dropFirst()) : name
    return SQLType.Base(rawValue: element).map { collation(of: SQLType($0)) } ?? 0
  }

  func indexRows() -> [Row] {
    system.classes.compactMap { entry in
      guard case .index(let index) = entry.content else { return nil }
      let numbers = index.keys.map { $0.column.map { SystemCatalog.number(of: $0, in: index.table) } ?? 0 }
      let types = index.keys.map { key in
        key.column.flatMap { name in index.table.columns.first { $0.name == name } }?.type ?? .text
      }
      let expressions = index.keys.filter { $0.column == nil }.map(\.expression)
      let options = index.keys.map { key -> Int64 in
        (key.isDescending ? 1 : 0) | (key.nullsFirst ?? key.isDescending ? 2 : 0)
      }
      return [
        "indexrelid": .integer(entry.oid), "indrelid": .integer(index.tableOID),
        "indnatts": .integer(Int64(index.keys.count)), "indnkeyatts": .integer(Int64(index.keys.count)),
        "indisunique": SQLValue(index.isUnique), "indisprimary": SQLValue(index.constraint?.kind == .primaryKey),
        "indimmediate": SQLValue(index.constraint?.isDeferrable != true), "indisvalid": .integer(1),
        "indisready": .integer(1), "indislive": .integer(1), "indkey": array(numbers),
        "indcollation": array(types.map(Self.collation)), "indclass": array(types.map(Self.operatorClass)),
        "indoption": array(options),
        "indexprs": SQLValue(expressions.isEmpty ? nil : expressions.joined(separator: ", ")),
        "indpred": SQLValue(index.condition.map { "(\($0))" }),
      ]
    }
  }

  func indexViewRows() -> [Row] {
    system.classes.compactMap { entry in
      guard case .index(let index) = entry.content else { return nil }
      return [
        "schemaname": .text(entry.schema), "tablename": .text(index.table.name), "indexname": .text(entry.name),
        "indexdef": .text(system.definition(of: index, named: entry)),
      ]
    }
  }

  func constraintRow(_ entry: SystemCatalog.Constraint) -> Row {
    let constraint = entry.constraint
    func numbers(_ columns: [String], _ relation: Relation) -> SQLValue {
      array(columns.map { SystemCatalog.number(of: $0, in: relation) })
    }
    func action(_ text: String?) -> SQLValue {
      switch text {
      case "cascade": .text("c")
      case "set null": .text("n")
      case "set default": .text("d")
      case "restrict": .text("r")
      default: .text("a")
      }
    }
    let isForeign = constraint.kind == .foreignKey
    let target = constraint.reference.flatMap { catalog.relations[$0.qualifiedName] }
    let kind =
      switch constraint.kind {
      case .primaryKey: "p"
      case .unique: "u"
      case .check: "c"
      case .foreignKey: "f"
      }
    return [
      "oid": .integer(entry.oid), "conname": .text(constraint.name), "connamespace": number(entry.table.schema),
      "contype": .text(kind), "condeferrable": SQLValue(constraint.isDeferrable),
      "condeferred": SQLValue(constraint.isInitiallyDeferred), "convalidated": .integer(1),
      "conrelid": .integer(entry.tableOID), "conindid": .integer(entry.indexOID),
      "confrelid": .integer(entry.targetOID),
      "confupdtype": isForeign ? action(constraint.reference?.onUpdate) : .text(" "),
      "confdeltype": isForeign ? action(constraint.reference?.onDelete) : .text(" "),
      "confmatchtype": .text(isForeign ? "s" : " "), "conislocal": .integer(1),
      "connoinherit": SQLValue(constraint.kind != .check), "conkey": numbers(constraint.columns, entry.table),
      "confkey": target.map { numbers(constraint.reference?.columns ?? [], $0) } ?? .null,
      "conbin": SQLValue(constraint.expression.map { "(\($0))" }),
    ]
  }

  func procedureRow(_ entry: SystemCatalog.Procedure) -> Row {
    var row: Row = [
      "oid": .integer(entry.oid), "proname": .text(entry.name), "pronamespace": number(entry.schema),
      "proowner": .integer(SystemCatalog.ownerOID), "procost": .real(1), "prosupport": .text("-"),
      "proparallel": .text("s"),
    ]
    if let routine = entry.routine {
      let source = catalog.storedRoutines.source(routine.id)
      row["prolang"] = .integer(routine.language == "sql" ? 14 : 13563)
      row["procost"] = .real(100)
      row["proparallel"] = .text("u")
      row["prorows"] = .real(routine.returnsSet ? 1000 : 0)
      row["prokind"] = .text(routine.isProcedure ? "p" : "f")
      row["prosecdef"] = SQLValue(routine.isSecurityDefiner)
      row["proisstrict"] = SQLValue(routine.isStrict)
      row["proretset"] = SQLValue(routine.returnsSet)
      row["provolatile"] = .text(String(routine.volatility.rawValue.prefix(1)))
      row["pronargs"] = .integer(Int64(routine.inputs.count))
      row["pronargdefaults"] = .integer(Int64(routine.inputs.count { $0.defaultValue != nil }))
      row["prorettype"] = .integer(system.resultType(of: routine, source))
      row["proargtypes"] = array(routine.inputs.map { SystemType.oid(of: $0.type) })
      if routine.parameters.contains(where: { $0.mode != .in_ }) {
        row["proallargtypes"] = array(routine.parameters.map { SystemType.oid(of: $0.type) })
        row["proargmodes"] = array(routine.parameters.map { Self.letter(of: $0.mode) })
      }
      if routine.parameters.contains(where: { $0.name != nil }) {
        row["proargnames"] = array(routine.parameters.map { $0.name ?? "" })
      }
      row["prosrc"] = .text(routine.body)
      row["proacl"] = accessList(.function, routine.privilegeName)
    } else if let function = entry.definition {
      let kind =
        switch function.kind {
        case .aggregate: "a"
        case .window: "w"
        case .scalar, .set: "f"
        }
      let volatility =
        switch function.volatility {
        case .immutable: "i"
        case .stable: "s"
        case .volatile: "v"
        }
      row["prolang"] = .integer(12)
      row["prokind"] = .text(kind)
      row["proretset"] = SQLValue(function.kind == .set)
      row["prorows"] = .real(function.kind == .set ? 1000 : 0)
      row["proisstrict"] = .integer(1)
      row["provolatile"] = .text(volatility)
      row["pronargs"] = .integer(Int64(function.arguments.count + (function.variadic == nil ? 0 : 1)))
      row["provariadic"] = .integer(function.variadic.map(SystemType.oid) ?? 0)
      row["prorettype"] = .integer(SystemType.oid(of: function.result))
      row["proargtypes"] = array(
        (function.arguments + (function.variadic.map { [$0] } ?? [])).map(SystemType.oid))
      row["prosrc"] = .text(function.name)
    }
    return row
  }

  private static func letter(of mode: FunctionParameter.Mode) -> String {
    switch mode {
    case .in_: "i"
    case .out: "o"
    case .inout_: "b"
    case .variadic: "v"
    case .table: "t"
    }
  }

  func triggerRow(_ entry: SystemCatalog.Trigger) -> Row {
    let definition = entry.trigger.definition
    // Source: src/include/catalog/pg_trigger.h, TRIGGER_TYPE_…
    var type: Int64 = definition.isForEachRow ? 1 : 0
    if definition.timing == .before { type |= 2 }
    if definition.timing == .insteadOf { type |= 64 }
    var columns: [Int64] = []
    for event in definition.events {
      switch event {
      case .insert: type |= 4
      case .delete: type |= 8
      case .truncate: type |= 32
      case .update(let of):
        type |= 16
        columns = of.map { SystemCatalog.number(of: $0.name, in: entry.table) }
      }
    }
    return [
      "oid": .integer(entry.oid), "tgrelid": .integer(entry.tableOID), "tgname": .text(entry.trigger.name),
      "tgfoid": .integer(entry.functionOID), "tgtype": .integer(type),
      "tgenabled": .text(entry.trigger.isEnabled ? "O" : "D"),
      "tgnargs": .integer(Int64(definition.arguments.count)), "tgattr": array(columns),
      "tgargs": .blob(definition.arguments.flatMap { Array($0.utf8) + [0] }),
    ]
  }

  func dependencyRows() -> [Row] {
    system.classes.compactMap { entry in
      guard case .sequence(let sequence) = entry.content, let owner = sequence.owner,
        let table = system.find(sequence.schema, owner.relation), let relation = table.relation
      else { return nil }
      let column = relation.columns.first { $0.name == owner.column }
      return [
        "classid": .integer(1259), "objid": .integer(entry.oid), "refclassid": .integer(1259),
        "refobjid": .integer(table.oid),
        "refobjsubid": .integer(SystemCatalog.number(of: owner.column, in: relation)),
        "deptype": .text(column?.isShownAsIdentity == true ? "i" : "a"),
      ]
    }
  }

  func ruleRows() -> [Row] {
    system.classes.compactMap { entry in
      guard let relation = entry.relation, !relation.isSystem, relation.definition != nil else { return nil }
      return [
        "oid": .integer(entry.oid + 1), "rulename": .text("_RETURN"), "ev_class": .integer(entry.oid),
        "ev_type": .text("1"), "ev_enabled": .text("O"), "is_instead": .integer(1),
      ]
    }
  }

  /// The labels of enumerated types.
  func enumRows() throws -> [Row] { [] }

  func descriptionRows() throws -> [Row] {
    try connection.rows("select kind, object, part, comment from \"engine.comments\" order by 1, 2, 3").compactMap {
      row in
      guard let kind = row[0].text, let object = row[1].text, let part = row[2].text,
        let target = system.commented(kind, object)
      else { return nil }
      var number: Int64 = 0
      if !part.isEmpty {
        guard let relation = system.find(target.oid)?.relation else { return nil }
        number = SystemCatalog.number(of: part, in: relation)
      }
      return [
        "objoid": .integer(target.oid), "classoid": .integer(target.catalog), "objsubid": .integer(number),
        "description": row[3],
      ]
    }
  }
}

extension SystemCatalog {
  /// What a comment's kind and name stand for, and the catalog in which it is.
  func commented(_ kind: String, _ object: String) -> (oid: Int64, catalog: Int64)? {
    let parts = object.split(separator: ".", maxSplits: 1).map(String.init)
    switch kind {
    case "table", "view", "materialized view", "index", "sequence":
      let entry = parts.count == 2 ? find(parts[0], parts[1]) : find("public", object)
      return entry.map { ($0.oid, 1259) }
    case "schema": return namespaceOIDs[object].map { ($0, 2615) }
    case "function", "procedure":
      let entry = procedures.first {
        $0.routine != nil && (parts.count == 2 ? $0.schema == parts[0] && $0.name == parts[1] : $0.name == object)
      }
      return entry.map { ($0.oid, 1255) }
    default: return nil
    }
  }

  /// The number of what a routine returns: a relation's row type where it names one.
  func resultType(of routine: Routine, _ source: String?) -> Int64 {
    switch routine.result {
    case .void: return 2278
    case .trigger: return 2279
    case .scalar(let type): return SystemType.oid(of: type)
    case .record: return 2249
    case .row:
      guard let name = Self.returnedRelation(source),
        let relation = catalog.relation(schema: name.schema, name: name.name)
      else { return 2249 }
      return find(relation.schema, relation.name)?.rowType ?? 2249
    }
  }

  /// The relation after RETURNS in a statement that makes a function.
  static func returnedRelation(_ source: String?) -> QualifiedName? {
    guard let source, case .createFunction(let create)? = (try? Parser.parseStatement(source))?.kind,
      let returns = create.returns, returns.name.name != "record"
    else { return nil }
    return returns.name
  }
}
