extension Analyzer {
  /// A call of a stored function with its arguments in the order of the parameters and the defaults filled in; any other
  /// call as it stands.
  ///
  /// - Throws: 42883 and 42725 as PostgreSQL does where no function or several fit.
  func normalized(_ call: FunctionCall, _ clause: Clause, _ scope: Scope) throws(SQLError) -> FunctionCall {
    if call.name.schema == nil, FunctionLibrary.functions[call.name.name] != nil { return call }
    let routines = catalog.routines(schema: call.name.schema, name: call.name.name)
    guard !routines.isEmpty, !call.isStar else { return call }
    let isNamed = call.arguments.contains { $0.name != nil }
    if !isNamed, routines.allSatisfy({ $0.inputs.count == call.arguments.count }) { return call }
    var types: [SQLType] = []
    for argument in call.arguments { types.append(try lower(argument.value, clause, scope).type) }
    var orders: [[Int]] = []
    var fitting: [Routine] = []
    var definitions: [FunctionDefinition] = []
    for routine in routines {
      guard let order = Self.order(of: call.arguments, in: routine) else { continue }
      orders.append(order)
      fitting.append(routine)
      // The signature in the order of the call's arguments.
      var definition = routine.definition
      definition.arguments = order.map { routine.inputs[$0].type }
      definition.optionalCount = 0
      // Tells the candidates apart below.
      definition.name = String(fitting.count - 1)
      definitions.append(definition)
    }
    let shown = zip(call.arguments, types).map { argument, type in
      (argument.name.map { "\($0.name) => " } ?? "") + type.displayName
    }
    let signature = "\(call.name.parts.map(\.name).joined(separator: "."))(\(shown.joined(separator: ", ")))"
    switch OverloadResolution.resolve(definitions, types) {
    case .chosen(let definition, _):
      guard let chosen = Int(definition.name) else { return call }
      let routine = fitting[chosen]
      var result = call
      result.arguments = []
      for (index, parameter) in routine.inputs.enumerated() {
        if let given = orders[chosen].firstIndex(of: index) {
          result.arguments.append(FunctionArgument(value: call.arguments[given].value))
        } else if let value = parameter.defaultValue {
          // A default has the parameter's type, however it is written.
          result.arguments.append(FunctionArgument(value: value))
        }
      }
      return result
    case .ambiguous:
      throw SQLError(
        .ambiguousFunction, "function \(signature) is not unique",
        hint: "Could not choose a best candidate function. You might need to add explicit type casts.",
        at: call.name.range)
    case .none:
      throw SQLError(
        .undefinedFunction, "function \(signature) does not exist",
        hint: "No function matches the given name and argument types. You might need to add explicit type casts.",
        at: call.name.range)
    }
  }

  /// The input that each argument fills; nil when the routine cannot take them.
  private static func order(of arguments: [FunctionArgument], in routine: Routine) -> [Int]? {
    let inputs = routine.inputs
    guard arguments.count <= inputs.count else { return nil }
    var order: [Int] = []
    for (index, argument) in arguments.enumerated() {
      var place = index
      if let name = argument.name {
        guard let found = inputs.firstIndex(where: { $0.name == name.name }) else { return nil }
        place = found
      }
      guard !order.contains(place) else { return nil }
      order.append(place)
    }
    for (index, input) in inputs.enumerated() where input.defaultValue == nil {
      guard order.contains(index) else { return nil }
    }
    return order
  }
}

extension Compiler {
  /// A column that every table has and no statement of a user can name: SQLite's number of the row.
  public static let rowNumberName = "engine row number"
}

extension Analyzer {
  func rowNumber(_ name: QualifiedName, _ scope: Scope) throws(SQLError) -> TypedExpression {
    let qualifier = QualifiedName(Array(name.parts.dropLast()))
    let table = try relation(named: qualifier, scope, name.range).table
    return TypedExpression(
      .column(ColumnUse(table: table, column: "rowid")), .int8, isNullable: false, at: name.range)
  }
}
