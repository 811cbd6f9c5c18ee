import PostgresDialect

/// A variable of a running PL/pgSQL routine.
final class ProceduralVariable {
  enum Kind {
    case scalar(SQLType)
    /// Takes the fields of whatever row is assigned.
    case record
    /// Has the fields of a relation.
    case row
  }

  let name: String
  let kind: Kind
  var isConstant = false
  var isNotNull = false
  /// The value of a scalar, held as a parameter of its type is bound.
  var value: SQLValue = .null
  var fields: [ResultColumn] = []
  /// The values of the fields; nil when the whole value is null.
  var row: [SQLValue]?

  init(_ name: String, _ kind: Kind) {
    self.name = name
    self.kind = kind
  }

  convenience init(_ name: String, _ type: SQLType, _ value: SQLValue) {
    self.init(name, .scalar(type))
    self.value = value
  }

  /// The value as a column and its cell, or as the columns and cells of a row.
  var columns: [ResultColumn] {
    if case .scalar(let type) = kind { return [ResultColumn(name: name, type: type, fixedPoint: type.fixedPoint)] }
    return fields
  }

  var cells: [SQLValue] {
    if case .scalar = kind { return [value] }
    return row ?? fields.map { _ in .null }
  }

  var isScalar: Bool { if case .scalar = kind { true } else { false } }
}

/// The variables of one block.
struct ProceduralLevel {
  var label: String?
  var variables: [ProceduralVariable] = []
}

/// The blocks that are open in a running routine.
struct ProceduralFrame {
  var levels: [ProceduralLevel] = []

  /// The variable that a path names, and the field of it.
  ///
  /// - Throws: 42601 for a name that is no variable, 42703 for a field that a record has not.
  func find(_ target: ProceduralTarget) throws -> (variable: ProceduralVariable, field: Int?) {
    let path = target.path
    for level in levels.reversed() {
      if let variable = level.variables.last(where: { $0.name == path[0] }) {
        if path.count == 1 { return (variable, nil) }
        if !variable.isScalar { return (variable, try field(path[1], of: variable, at: target.range)) }
      }
      if level.label == path[0], path.count > 1, let variable = level.variables.last(where: { $0.name == path[1] }) {
        if path.count == 2 { return (variable, nil) }
        return (variable, try field(path[2], of: variable, at: target.range))
      }
    }
    throw SQLError(
      .syntaxError, "\"\(path.joined(separator: "."))\" is not a known variable", at: target.range)
  }

  private func field(_ name: String, of variable: ProceduralVariable, at range: SourceRange) throws -> Int {
    if let index = variable.fields.firstIndex(where: { $0.name == name }) { return index }
    if variable.fields.isEmpty {
      throw SQLError(
        .objectNotInPrerequisiteState, "record \"\(variable.name)\" is not assigned yet",
        detail: "The tuple structure of a not-yet-assigned record is indeterminate.", at: range)
    }
    throw SQLError(.undefinedColumn, "record \"\(variable.name)\" has no field \"\(name)\"", at: range)
  }

  func variable(_ name: String) -> ProceduralVariable? {
    for level in levels.reversed() {
      if let variable = level.variables.last(where: { $0.name == name }) { return variable }
    }
    return nil
  }

  /// What statements see, and the values to bind.
  var names: (variables: RoutineVariables, values: [String: SQLValue]) {
    var variables = RoutineVariables()
    var values: [String: SQLValue] = [:]
    for (depth, level) in levels.enumerated() {
      var names = RoutineVariables.Level(label: level.label)
      for variable in level.variables {
        let key = "\(depth).\(variable.name)"
        if case .scalar(let type) = variable.kind {
          names.scalars.append(RoutineVariables.Scalar(name: variable.name, type: type, key: key))
          values[key] = variable.value
        } else {
          names.records.append(
            RoutineVariables.Record(
              name: variable.name, fields: variable.fields, key: key, isNull: variable.row == nil))
          for (index, cell) in variable.cells.enumerated() { values["\(key).\(index)"] = cell }
        }
      }
      variables.levels.append(names)
    }
    return (variables, values)
  }
}
