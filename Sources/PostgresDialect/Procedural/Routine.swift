/// A function or procedure that CREATE FUNCTION made, with its types resolved.
public struct Routine: Sendable {
  public struct Parameter: Sendable {
    public var name: String?
    public var mode: FunctionParameter.Mode
    public var type: SQLType
    public var defaultValue: Expression?
  }

  public enum Result: Hashable, Sendable {
    case void, trigger
    case scalar(SQLType)
    /// A row: `returns table(…)`, several OUT parameters, or a relation's row type.
    case row([ResultColumn])
    /// `returns record`: the caller names the columns.
    case record
  }

  public enum Volatility: String, Sendable { case immutable, stable, volatile }

  /// The number under which the catalog keeps it.
  public var id: Int64
  public var schema: String
  public var name: String
  public var isProcedure: Bool
  public var parameters: [Parameter]
  public var result: Result
  public var returnsSet: Bool
  public var language: String
  public var body: String
  /// Where the body stands in the text of the statement that made the function.
  public var bodyRange: SourceRange
  public var volatility: Volatility
  public var isStrict: Bool
  public var isSecurityDefiner: Bool
  public var owner: String

  /// The parameters that a call gives values to.
  public var inputs: [Parameter] { parameters.filter { [.in_, .inout_, .variadic].contains($0.mode) } }
  /// The parameters that are variables of the result.
  public var outputs: [Parameter] { parameters.filter { [.out, .inout_, .table].contains($0.mode) } }

  public var qualifiedName: String { "\(schema).\(name)" }

  /// `f(integer,text)`, as PostgreSQL's CONTEXT and error messages print it.
  public var signature: String { "\(name)(\(inputs.map(\.type.displayName).joined(separator: ",")))" }

  /// Whether two routines of one name are the same for CREATE OR REPLACE and DROP.
  public func hasSameArguments(as other: Routine) -> Bool {
    inputs.map(\.type.unmodified) == other.inputs.map(\.type.unmodified)
  }

  /// Resolves the types of a statement.
  ///
  /// - Throws: 42704 for an unknown type, 42P13 for a definition that contradicts itself, 0A000 for what is not supported.
  public init(_ create: CreateFunction, id: Int64, schema: String, owner: String, catalog: any Catalog) throws(SQLError)
  {
    self.id = id
    self.schema = schema
    self.owner = owner
    name = create.name.name
    isProcedure = create.isProcedure
    language = create.language.lowercased()
    body = create.body
    bodyRange = create.bodyRange
    isStrict = create.attributes.contains { $0 == "strict" || $0 == "returns null on null input" }
    isSecurityDefiner = create.attributes.contains("security definer")
    volatility = create.attributes.compactMap(Volatility.init(rawValue:)).last ?? .volatile
    guard ["sql", "plpgsql"].contains(language) else {
      throw SQLError(
        ["c", "internal"].contains(language) ? .featureNotSupported : .undefinedObject,
        ["c", "internal"].contains(language)
          ? "functions in language \(language) are not supported" : "language \"\(create.language)\" does not exist",
        at: create.name.range)
    }
    var parameters: [Parameter] = []
    for parameter in create.parameters {
      if parameter.mode == .variadic {
        throw SQLError(.featureNotSupported, "VARIADIC parameters are not supported yet", at: parameter.type.range)
      }
      if let name = parameter.name,
        parameters.contains(where: { $0.name == name.name && ($0.mode == .table) == (parameter.mode == .table) })
      {
        throw SQLError(
          .invalidFunctionDefinition, "parameter name \"\(name.name)\" used more than once", at: name.range)
      }
      let isInput = [.in_, .inout_].contains(parameter.mode)
      if isInput, parameter.defaultValue == nil, parameters.contains(where: { $0.defaultValue != nil }) {
        throw SQLError(
          .invalidFunctionDefinition, "input parameters after one with a default value must also have defaults",
          at: parameter.type.range)
      }
      parameters.append(
        Parameter(
          name: parameter.name?.name, mode: parameter.mode,
          type: try Self.scalarType(parameter.type).unmodified, defaultValue: parameter.defaultValue))
    }
    self.parameters = parameters
    let outputs = parameters.filter { [.out, .inout_, .table].contains($0.mode) }
    let isTable = outputs.contains { $0.mode == .table }
    returnsSet = isTable || create.returns?.isSet == true
    if let returns = create.returns {
      result = try Self.result(returns, catalog)
    } else if outputs.isEmpty {
      guard create.isProcedure else {
        throw SQLError(
          .invalidFunctionDefinition, "function result type must be specified", at: create.name.range)
      }
      result = .void
    } else {
      result = .record
    }
    if outputs.count > 1 || isTable {
      result = .row(
        outputs.enumerated().map { index, output in
          ResultColumn(
            name: output.name ?? "column\(index + 1)", type: output.type, fixedPoint: output.type.fixedPoint)
        })
    } else if let output = outputs.first {
      result = .scalar(output.type)
    }
  }

  private static let polymorphic: Set<String> = [
    "anyelement", "anyarray", "anynonarray", "anyenum", "anyrange", "anycompatible", "anycompatiblearray",
  ]

  private static func scalarType(_ name: TypeName) throws(SQLError) -> SQLType {
    if polymorphic.contains(name.name.name) {
      throw SQLError(.featureNotSupported, "polymorphic parameters are not supported yet", at: name.range)
    }
    return try SQLType(name)
  }

  private static func result(_ name: TypeName, _ catalog: any Catalog) throws(SQLError) -> Result {
    switch name.name.name {
    case "void": return .void
    case "trigger": return .trigger
    case "record": return .record
    default: break
    }
    if name.arrayDimensions == 0, let relation = catalog.relation(schema: name.name.schema, name: name.name.name) {
      return .row(
        relation.columns.map {
          ResultColumn(name: $0.name, type: $0.type, fixedPoint: $0.type.fixedPoint, isNullable: true)
        })
    }
    return .scalar(try scalarType(name).unmodified)
  }

  /// The routine as the compiler resolves calls of it.
  ///
  /// Functions that may write are named `app_…`, so that a statement that calls one is seen to need a transaction.
  public var definition: FunctionDefinition {
    let prefix = volatility == .volatile ? "app" : "pg"
    let id = SQLiteExpression.integer(id)
    let volatility: FunctionDefinition.Volatility =
      switch self.volatility {
      case .immutable: .immutable
      case .stable: .stable
      case .volatile: .volatile
      }
    let types = inputs.map(\.type)
    let isRow = if case .row = result { true } else { false }
    if returnsSet || isRow {
      let columns: [ResultColumn]
      switch result {
      case .row(let fields): columns = fields
      case .scalar(let type): columns = [ResultColumn(name: "", type: type, fixedPoint: type.fixedPoint)]
      default: columns = []
      }
      return FunctionDefinition(
        name, types, isRow ? SQLType(.record) : columns.first?.type ?? SQLType(.record), kind: .set,
        volatility: volatility, columns: columns,
        lower: .rowSet { (context, values) throws(SQLError) in
          .call("\(prefix)_routine_rows", [id] + values.map { $0.type.isNumeric ? context.decimalText($0) : $0.sql })
        })
    }
    let type: SQLType = if case .scalar(let type) = result { type } else { .void }
    return FunctionDefinition(
      name, types, type, volatility: volatility,
      lower: .custom { (context, values) throws(SQLError) in
        TypedExpression(
          .call("\(prefix)_routine", [id] + values.map { $0.type.isNumeric ? context.decimalText($0) : $0.sql }), type,
          fixedPoint: type.fixedPoint, at: context.range)
      })
  }
}
