/// The variables that a statement inside a routine sees, from the outermost block to the innermost.
public struct RoutineVariables: Hashable, Sendable {
  public struct Scalar: Hashable, Sendable {
    public var name: String
    public var type: SQLType
    /// The parameter that is bound to its value.
    public var key: String

    public init(name: String, type: SQLType, key: String) {
      self.name = name
      self.type = type
      self.key = key
    }
  }

  /// A variable of several fields, such as NEW or the variable of a loop over a query.
  public struct Record: Hashable, Sendable {
    public var name: String
    public var fields: [ResultColumn]
    /// The parameters of the fields are this and `.0`, `.1` ….
    public var key: String
    /// Whether the whole value is null, as OLD is in an INSERT trigger.
    public var isNull: Bool

    public init(name: String, fields: [ResultColumn], key: String, isNull: Bool) {
      self.name = name
      self.fields = fields
      self.key = key
      self.isNull = isNull
    }
  }

  public struct Level: Hashable, Sendable {
    /// The block's label, or the function's name: it may qualify a variable.
    public var label: String?
    public var scalars: [Scalar]
    public var records: [Record]

    public init(label: String?, scalars: [Scalar] = [], records: [Record] = []) {
      self.label = label
      self.scalars = scalars
      self.records = records
    }
  }

  public var levels: [Level]
  /// In SQL functions a column hides a parameter of its name; in PL/pgSQL that is an error.
  public var columnsHideVariables: Bool

  public init(levels: [Level] = [], columnsHideVariables: Bool = false) {
    self.levels = levels
    self.columnsHideVariables = columnsHideVariables
  }
}

extension Analyzer {
  /// The variable of that name, the innermost first.
  func findVariable(_ name: QualifiedName) throws(SQLError) -> TypedExpression? {
    guard let variables, name.parts.count <= 3 else { return nil }
    for level in variables.levels.reversed() {
      switch name.parts.count {
      case 1:
        if let scalar = level.scalars.first(where: { $0.name == name.name }) {
          return value(of: scalar, at: name.range)
        }
        if level.records.contains(where: { $0.name == name.name }), let record = recordVariable(name) {
          return try wholeRow(record, name.range)
        }
      case 2:
        let qualifier = name.parts[0].name
        if let record = level.records.first(where: { $0.name == qualifier }) {
          return try field(name.name, of: record, at: name.range)
        }
        if level.label == qualifier, let scalar = level.scalars.first(where: { $0.name == name.name }) {
          return value(of: scalar, at: name.range)
        }
      default:
        if level.label == name.parts[0].name, let record = level.records.first(where: { $0.name == name.parts[1].name })
        {
          return try field(name.name, of: record, at: name.range)
        }
      }
    }
    return nil
  }

  private func value(of scalar: RoutineVariables.Scalar, at range: SourceRange) -> TypedExpression {
    let number = context.parameters.number(of: .named(scalar.key))
    return TypedExpression(.parameter(number), scalar.type, fixedPoint: scalar.type.fixedPoint, at: range)
  }

  private func field(_ name: String, of record: RoutineVariables.Record, at range: SourceRange) throws(SQLError)
    -> TypedExpression
  {
    guard let index = record.fields.firstIndex(where: { $0.name == name }) else {
      if record.fields.isEmpty {
        throw SQLError(
          .objectNotInPrerequisiteState, "record \"\(record.name)\" is not assigned yet",
          detail: "The tuple structure of a not-yet-assigned record is indeterminate.", at: range)
      }
      throw SQLError(.undefinedColumn, "record \"\(record.name)\" has no field \"\(name)\"", at: range)
    }
    return field(index, of: record, at: range)
  }

  private func field(_ index: Int, of record: RoutineVariables.Record, at range: SourceRange) -> TypedExpression {
    let column = record.fields[index].known
    let number = context.parameters.number(of: .named("\(record.key).\(index)"))
    return TypedExpression(.parameter(number), column.type, fixedPoint: column.fixedPoint, at: range)
  }

  /// The record variable of that name as a FROM item: for `new.*` and whole rows.
  func recordVariable(_ name: QualifiedName) -> ScopeRelation? {
    guard let variables, name.parts.count == 1 else { return nil }
    for level in variables.levels.reversed() {
      if let record = level.records.first(where: { $0.name == name.name }) {
        let columns = record.fields.indices.map { index in
          ScopeColumn(name: record.fields[index].name, expression: field(index, of: record, at: name.range))
        }
        return ScopeRelation(name: record.name, table: "", columns: columns, isNull: record.isNull)
      }
    }
    return nil
  }

  /// PL/pgSQL does not guess between a variable and a column.
  func refuseVariable(_ name: QualifiedName) throws(SQLError) {
    guard let variables, !variables.columnsHideVariables, name.parts.count == 1, try findVariable(name) != nil else {
      return
    }
    throw SQLError(
      .ambiguousColumn, "column reference \"\(name.name)\" is ambiguous",
      detail: "It could refer to either a PL/pgSQL variable or a table column.", at: name.range)
  }

  /// Runs `body` without the variables: views and defaults do not see them.
  func withoutVariables<Value>(_ body: () throws(SQLError) -> Value) throws(SQLError) -> Value {
    let hidden = variables
    variables = nil
    defer { variables = hidden }
    return try body()
  }
}
