/// Functions over the system catalogs, as psql and mappers call them.
/// Source: <https://www.postgresql.org/docs/15/functions-info.html#FUNCTIONS-INFO-CATALOG-TABLE>
extension FunctionLibrary {
  private static let oid = SQLType(.oid)
  private static let name = SQLType(.name)
  private static let regclass = SQLType(.regclass)
  private static let nodeTree = SQLType(.nodeTree)
  private static let smallints = SQLType(.int2vector)
  private static let oids = SQLType(.oidvector)

  static let catalogFunctions: [FunctionDefinition] =
    definitions + visibility + descriptions + sizes + vectors + catalogSets + privilegesByNumber + stateFunctions

  @inline(never)
  private static func stable(_ name: String, _ arguments: [SQLType], _ result: SQLType, as sqliteName: String? = nil)
    -> FunctionDefinition
  {
    function(
      name, arguments, result, as: sqliteName ?? (name.hasPrefix("pg_") ? name : "pg_" + name), volatility: .stable)
  }

  /// The first argument as it stands: expressions are held as the text that they show.
  @inline(never)
  private static func first(_ name: String, _ arguments: [SQLType], _ result: SQLType) -> FunctionDefinition {
    custom(name, arguments, result, volatility: .stable) { (context, values) throws(SQLError) in
      TypedExpression(values[0].sql, result, at: context.range)
    }
  }

  @inline(never)
  private static func constant(_ name: String, _ arguments: [SQLType], _ result: SQLType, _ value: SQLiteExpression)
    -> FunctionDefinition
  {
    custom(name, arguments, result, volatility: .stable) { (context, _) throws(SQLError) in
      TypedExpression(value, result, at: context.range)
    }
  }

  private static let definitions: [FunctionDefinition] = [
    first("pg_get_expr", [nodeTree, oid], .text), first("pg_get_expr", [nodeTree, oid, .boolean], .text),
    stable("pg_get_constraintdef", [oid], .text), stable("pg_get_constraintdef", [oid, .boolean], .text),
    stable("pg_get_indexdef", [oid], .text), stable("pg_get_indexdef", [oid, .int4, .boolean], .text),
    stable("pg_get_viewdef", [oid], .text), stable("pg_get_viewdef", [oid, .boolean], .text),
    stable("pg_get_viewdef", [oid, .int4], .text),
    stable("pg_get_viewdef", [.text], .text, as: "pg_get_viewdef_name"),
    stable("pg_get_viewdef", [.text, .boolean], .text, as: "pg_get_viewdef_name"),
    stable("pg_get_triggerdef", [oid], .text), stable("pg_get_triggerdef", [oid, .boolean], .text),
    stable("pg_get_functiondef", [oid], .text), stable("pg_get_function_result", [oid], .text),
    stable("pg_get_function_arguments", [oid], .text),
    stable("pg_get_function_identity_arguments", [oid], .text),
    constant("pg_get_function_sqlbody", [oid], .text, .null),
    constant("pg_get_partkeydef", [oid], .text, .null),
    constant("pg_get_statisticsobjdef_columns", [oid], .text, .null),
    constant("pg_get_ruledef", [oid], .text, .null), constant("pg_get_ruledef", [oid, .boolean], .text, .null),
    stable("pg_get_userbyid", [oid], name), stable("pg_get_serial_sequence", [.text, .text], .text),
    stable("format_type", [oid, .int4], .text),
    stable("pg_encoding_to_char", [.int4], name), stable("pg_char_to_encoding", [name], .int4),
    stable("current_schemas", [.boolean], SQLType(.name, isArray: true)),
  ]

  private static let visibility: [FunctionDefinition] =
    [
      "pg_table_is_visible", "pg_type_is_visible", "pg_function_is_visible",
    ].map { stable($0, [oid], .boolean) }
    + [
      "pg_operator_is_visible", "pg_opclass_is_visible", "pg_collation_is_visible", "pg_ts_config_is_visible",
      "pg_ts_dict_is_visible", "pg_conversion_is_visible", "pg_statistics_obj_is_visible",
    ].map { constant($0, [oid], .boolean, .integer(1)) }
    + [
      stable("to_regclass", [.text], regclass), stable("to_regtype", [.text], SQLType(.regtype)),
      stable("to_regproc", [.text], SQLType(.regproc)), stable("to_regprocedure", [.text], SQLType(.regprocedure)),
      stable("to_regnamespace", [.text], SQLType(.regnamespace)), stable("to_regrole", [.text], SQLType(.regrole)),
    ]

  private static let descriptions: [FunctionDefinition] = [
    stable("obj_description", [oid], .text), stable("obj_description", [oid, name], .text),
    stable("col_description", [oid, .int4], .text), stable("shobj_description", [oid, name], .text),
  ]

  private static let sizes: [FunctionDefinition] =
    ["pg_relation_size", "pg_table_size", "pg_indexes_size", "pg_total_relation_size"].map {
      stable($0, [regclass], .int8)
    } + [
      stable("pg_relation_size", [regclass, .text], .int8), stable("pg_database_size", [name], .int8),
      stable("pg_database_size", [oid], .int8),
      stable("pg_size_bytes", [.text], .int8),
      constant("pg_relation_is_publishable", [regclass], .boolean, .integer(0)),
      stable("pg_relation_is_updatable", [regclass, .boolean], .int4),
      stable("pg_column_is_updatable", [regclass, .int2, .boolean], .boolean),
      stable("pg_sequence_last_value", [regclass], .int8),
    ]

  /// A vector's elements are numbered from 0.
  private static let vectors: [FunctionDefinition] = [(smallints, SQLType.int2), (oids, oid)].flatMap {
    (vector: SQLType, element: SQLType) -> [FunctionDefinition] in
    [
      custom("array_lower", [vector, .int4], .int4) { (context, values) throws(SQLError) in
        TypedExpression(
          .infix("-", .call("pg_array_lower", values[0].sql, values[1].sql), .integer(1)), .int4, at: context.range)
      },
      custom("array_upper", [vector, .int4], .int4) { (context, values) throws(SQLError) in
        TypedExpression(
          .infix("-", .call("pg_array_length", values[0].sql, values[1].sql), .integer(1)), .int4, at: context.range)
      },
      custom("array_position", [vector, element], .int4) { (context, values) throws(SQLError) in
        TypedExpression(
          .infix(
            "-", .call("pg_array_position", values[0].sql, context.elementSQL(values[1]), element.elementKind),
            .integer(1)), .int4, at: context.range)
      },
      FunctionDefinition(
        "generate_subscripts", [vector, .int4], .int4, kind: .set, columns: setColumn(.int4, isNullable: false),
        lower: .rowSet { (_, values) throws(SQLError) in
          .call(
            "pg_series_integer", .integer(0),
            .infix("-", .call("pg_array_length", values[0].sql, values[1].sql), .integer(1)), .integer(1))
        }),
    ]
  }

  private static let catalogSets: [FunctionDefinition] = [
    setFunction("pg_partition_ancestors", [regclass], setColumn(regclass), as: "pg_no_rows", volatility: .stable),
    setFunction(
      "_pg_expandarray", [SQLType(.anyarray)],
      [ResultColumn(name: "x", type: SQLType(.anyelement)), ResultColumn(name: "n", type: .int4)],
      as: "pg_expand_array"),
    setFunction("pg_tablespace_databases", [oid], setColumn(oid), as: "pg_no_rows", volatility: .stable),
  ]

  private static let stateFunctions: [FunctionDefinition] = [
    constant("pg_my_temp_schema", [], oid, .integer(0)),
    constant("pg_is_other_temp_schema", [oid], .boolean, .integer(0)),
    constant("pg_stat_get_numscans", [oid], .int8, .integer(0)),
    constant("pg_tablespace_location", [oid], .text, .text("")),
    constant("inet_server_port", [], .int4, .null), constant("inet_client_port", [], .int4, .null),
    constant("pg_jit_available", [], .boolean, .integer(0)),
    constant("row_security_active", [oid], .boolean, .integer(0)),
    constant("row_security_active", [.text], .boolean, .integer(0)),
  ]

  /// `has_table_privilege` and its kin for an object by number, and for a role by number.
  private static let privilegesByNumber: [FunctionDefinition] =
    [
      ("has_table_privilege", "regclass", 1), ("has_sequence_privilege", "regclass", 1),
      ("has_schema_privilege", "regnamespace", 1), ("has_function_privilege", "regprocedure", 1),
      ("has_column_privilege", "regclass", 2),
    ].flatMap { (name: String, kind: String, rest: Int) -> [FunctionDefinition] in
      let texts = Array(repeating: SQLType.text, count: rest)
      return [[], [Self.name]].map { (role: [SQLType]) -> FunctionDefinition in
        custom(name, role + [oid] + texts, .boolean, volatility: .stable) { (context, values) throws(SQLError) in
          var arguments = values.map(\.sql)
          arguments[role.count] = .call("pg_\(kind)_name", arguments[role.count])
          return TypedExpression(.call("pg_" + name, arguments), .boolean, at: context.range)
        }
      }
    }
    + [
      constant("has_database_privilege", [.text, .text], .boolean, .integer(1)),
      constant("has_database_privilege", [name, .text, .text], .boolean, .integer(1)),
      constant("has_database_privilege", [oid, .text], .boolean, .integer(1)),
      constant("has_type_privilege", [oid, .text], .boolean, .integer(1)),
      constant("has_language_privilege", [.text, .text], .boolean, .integer(1)),
      stable("has_any_column_privilege", [.text, .text], .boolean, as: "pg_has_table_privilege"),
      stable("has_any_column_privilege", [name, .text, .text], .boolean, as: "pg_has_table_privilege"),
      custom("pg_has_role", [oid, .text], .boolean, volatility: .stable) { (context, values) throws(SQLError) in
        TypedExpression(
          .call("pg_has_role", .call("pg_get_userbyid", values[0].sql), values[1].sql), .boolean, at: context.range)
      },
    ]
}
