/// Functions that take `json` and `jsonb` apart or change them.
/// Source: <https://www.postgresql.org/docs/15/functions-json.html#FUNCTIONS-JSON-PROCESSING-TABLE>
extension FunctionLibrary {
  private static let textArray = SQLType(.text, isArray: true)

  static let jsonFunctions: [FunctionDefinition] =
    [SQLType.json, .jsonb].flatMap { (type: SQLType) -> [FunctionDefinition] in
      let prefix = type.base.rawValue
      return [
        function(prefix + "_array_length", [type], .int4, as: "pg_json_array_length"),
        function(prefix + "_typeof", [type], .text, as: "pg_json_typeof"),
        function(prefix + "_strip_nulls", [type], type, as: "pg_\(prefix)_strip_nulls"),
        extraction(prefix + "_extract_path", type, type, as: "pg_json_path"),
        extraction(prefix + "_extract_path_text", type, .text, as: "pg_json_path_text"),
      ] + jsonSets(type)
    } + jsonbChanges

  private static let jsonbChanges: [FunctionDefinition] = [
    function("jsonb_pretty", [.jsonb], .text, as: "pg_jsonb_pretty"),
    withDefaults("jsonb_set", [.jsonb, textArray, .jsonb, .boolean], as: "pg_jsonb_set", [.integer(1)]),
    withDefaults("jsonb_insert", [.jsonb, textArray, .jsonb, .boolean], as: "pg_jsonb_insert", [.integer(0)]),
    withDefaults(
      "jsonb_set_lax", [.jsonb, textArray, .jsonb, .boolean, .text], as: "pg_jsonb_set_lax",
      [.integer(1), .text("use_json_null")]),
  ]

  /// A function whose last arguments have defaults.
  @inline(never)
  private static func withDefaults(
    _ name: String, _ arguments: [SQLType], as sqliteName: String, _ defaults: [SQLiteExpression]
  ) -> FunctionDefinition {
    FunctionDefinition(
      name, arguments, optional: defaults.count, .jsonb,
      lower: .custom { (context, values) throws(SQLError) in
        let missing = arguments.count - values.count
        return TypedExpression(
          .call(sqliteName, values.map(\.sql) + defaults.suffix(missing)), .jsonb, at: context.range)
      })
  }

  /// The path is any number of texts.
  @inline(never)
  private static func extraction(_ name: String, _ type: SQLType, _ result: SQLType, as sqliteName: String)
    -> FunctionDefinition
  {
    FunctionDefinition(
      name, [type], variadic: .text, result,
      lower: .custom { (context, values) throws(SQLError) in
        TypedExpression(
          .call(sqliteName, values[0].sql, .call("pg_text_array", values.dropFirst().map(\.sql))), result,
          at: context.range)
      })
  }

  /// The parameters that PostgreSQL's functions of `jsonb` can be given by name.
  static let jsonParameters: [String: [(name: String, defaultValue: Expression.Kind?)]] = {
    typealias Parameter = (name: String, defaultValue: Expression.Kind?)
    let changed: [Parameter] = [("jsonb_in", nil), ("path", nil), ("replacement", nil)]
    let create: Parameter = ("create_if_missing", .boolean(true))
    let queried: [Parameter] = [
      ("target", nil), ("path", nil), ("vars", .string("{}")), ("silent", .boolean(false)),
    ]
    var parameters: [String: [Parameter]] = [
      "jsonb_set": changed + [create],
      "jsonb_set_lax": changed + [create, ("null_value_treatment", .string("use_json_null"))],
      "jsonb_insert": changed + [("insert_after", .boolean(false))],
    ]
    for name in ["exists", "match", "query", "query_array", "query_first"] {
      parameters["jsonb_path_\(name)"] = queried
      parameters["jsonb_path_\(name)_tz"] = queried
    }
    return parameters
  }()

  private static func jsonSets(_ type: SQLType) -> [FunctionDefinition] {
    let prefix = type.base.rawValue
    let key = ResultColumn(name: "key", type: .text, isNullable: false)
    return [
      jsonSet(
        prefix + "_each", type, [key, ResultColumn(name: "value", type: type, isNullable: false)], "pg_json_each"),
      jsonSet(prefix + "_each_text", type, [key, ResultColumn(name: "value", type: .text)], "pg_json_each"),
      jsonSet(
        prefix + "_array_elements", type, [ResultColumn(name: "value", type: type, isNullable: false)],
        "pg_json_elements"),
      jsonSet(
        prefix + "_array_elements_text", type, [ResultColumn(name: "value", type: .text)], "pg_json_elements"),
      jsonSet(prefix + "_object_keys", type, setColumn(.text, isNullable: false), "pg_json_keys"),
    ] + jsonRecords(type)
  }

  /// The function's own name goes along, for its errors and for whether texts or JSON are wanted.
  @inline(never)
  private static func jsonSet(_ name: String, _ type: SQLType, _ columns: [ResultColumn], _ sqliteName: String)
    -> FunctionDefinition
  {
    FunctionDefinition(
      name, [type], columns.count == 1 ? columns[0].type : SQLType(.record), kind: .set, columns: columns,
      lower: .rowSet { (_, values) throws(SQLError) in .call(sqliteName, values[0].sql, .text(name)) })
  }

  // MARK: Records

  /// `json_to_record` and `json_populate_record` with their set-returning kin.
  private static func jsonRecords(_ type: SQLType) -> [FunctionDefinition] {
    let prefix = type.base.rawValue
    let record = SQLType(.record)
    return [
      FunctionDefinition(
        prefix + "_to_record", [type], record, kind: .set, volatility: .stable,
        lower: .recordSet { (context, values, columns) throws(SQLError) in
          try context.records(values[0], base: nil, columns, prefix + "_to_record")
        }),
      FunctionDefinition(
        prefix + "_to_recordset", [type], record, kind: .set, volatility: .stable,
        lower: .recordSet { (context, values, columns) throws(SQLError) in
          try context.records(values[0], base: nil, columns, prefix + "_to_recordset")
        }),
      FunctionDefinition(
        prefix + "_populate_recordset", [SQLType(.anyelement), type], record, kind: .set, volatility: .stable,
        lower: .recordSet { (context, values, columns) throws(SQLError) in
          try context.records(values[1], base: values[0], columns, prefix + "_populate_recordset")
        }),
      custom(
        prefix + "_populate_record", [SQLType(.anyelement), type], record, volatility: .stable
      ) { (context, values) throws(SQLError) in
        guard let fields = values[0].fields else {
          throw SQLError(
            .datatypeMismatch,
            "first argument of \(prefix)_populate_record must be a row type", at: values[0].range)
        }
        var result = TypedExpression(
          try context.records(values[1], base: values[0], fields, prefix + "_populate_record"), values[0].type,
          at: context.range)
        result.fields = fields.map { field in
          var field = field
          field.isNullable = true
          return field
        }
        return result
      },
    ]
  }
}

extension LoweringContext {
  /// The call that reads records out of JSON.
  ///
  /// - Parameters:
  ///   - base: The record whose fields stay where the JSON has none; nil for nulls.
  ///   - columns: The fields to read.
  ///   - name: PostgreSQL's function, which tells the errors' wording and the form of the result.
  fileprivate mutating func records(
    _ value: TypedExpression, base: TypedExpression?, _ columns: [ResultColumn], _ name: String
  ) throws(SQLError) -> SQLiteExpression {
    var fields: [SQLiteExpression] = []
    for column in columns {
      if column.type.base == .record {
        throw SQLError(
          .featureNotSupported, "composite fields of records in JSON are not supported yet", at: value.range)
      }
      fields += [.text(column.name), .text(column.type.declaration), .integer(Int64(column.fixedPoint?.scale ?? -1))]
    }
    let now = SQLiteExpression.parameter(parameters.number(of: .transactionTime))
    return .call("pg_json_records", [.text(name), value.sql, base?.sql ?? .null, zone, now] + fields)
  }
}
