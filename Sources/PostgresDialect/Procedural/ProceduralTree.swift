/// A block of PL/pgSQL: `declare … begin … exception … end`.
///
/// The tree keeps SQL as text with its place in the body: names in it are resolved when it runs, because the fields of
/// records are known only then.
/// Source: <https://www.postgresql.org/docs/15/plpgsql-structure.html>
public struct ProceduralBlock: Hashable, Sendable {
  public var label: String?
  public var declarations: [ProceduralDeclaration]
  public var statements: [ProceduralStatement]
  public var handlers: [ProceduralHandler]

  public init(
    label: String? = nil, declarations: [ProceduralDeclaration] = [], statements: [ProceduralStatement] = [],
    handlers: [ProceduralHandler] = []
  ) {
    self.label = label
    self.declarations = declarations
    self.statements = statements
    self.handlers = handlers
  }
}

/// SQL inside a body: an expression (as a query that starts with `select`), a query or another statement.
public struct SQLFragment: Hashable, Sendable {
  public var text: String
  /// Where the text's first byte stands in the body; less than nothing stands there for an expression's `select `.
  public var offset: Int
  /// Unique in the body, for caches.
  public var number: Int
}

public struct ProceduralDeclaration: Hashable, Sendable {
  public enum DeclaredType: Hashable, Sendable {
    case named(TypeName)
    /// `record`.
    case record
    /// `table%rowtype`, or a relation's name as a type.
    case row(QualifiedName)
    /// `variable%type`, `table.column%type`.
    case typeOf(QualifiedName)
  }

  public var name: String
  public var type: DeclaredType
  public var isConstant: Bool
  public var isNotNull: Bool
  public var value: SQLFragment?
  /// Set for `name alias for $1`.
  public var alias: String?
  public var range: SourceRange
}

/// What a value is assigned to: a variable, or a field of a record.
public struct ProceduralTarget: Hashable, Sendable {
  public var path: [String]
  public var range: SourceRange

  public init(path: [String], range: SourceRange) {
    self.path = path
    self.range = range
  }
}

/// A query as written, or the text that an expression gives.
public enum ProceduralQuery: Hashable, Sendable {
  case fixed(SQLFragment)
  case dynamic(SQLFragment, using: [SQLFragment])
}

public struct ProceduralBranch: Hashable, Sendable {
  public var condition: SQLFragment
  public var body: [ProceduralStatement]
}

public struct ProceduralHandler: Hashable, Sendable {
  public enum Condition: Hashable, Sendable {
    case others
    case state(SQLState)
  }

  public var conditions: [Condition]
  public var body: [ProceduralStatement]
}

public struct ProceduralRaise: Hashable, Sendable {
  public enum Level: String, Hashable, Sendable { case debug, log, info, notice, warning, exception }

  public var level: Level
  /// The format string with its `%` places; nil when a condition or nothing was named.
  public var format: String?
  public var arguments: [SQLFragment]
  /// The condition by name or `sqlstate '…'`.
  public var state: SQLState?
  /// `message`, `detail`, `hint`, `errcode`, `column`, `constraint`, `datatype`, `table`, `schema` with their values.
  public var options: [ProceduralRaiseOption]
  /// `raise;` in a handler: the error that is being handled, again.
  public var isAgain: Bool
}

public struct ProceduralRaiseOption: Hashable, Sendable {
  public var name: String
  public var value: SQLFragment
}

public struct ProceduralStatement: Hashable, Sendable {
  public var kind: Kind
  /// Counted from the body's first line, as PostgreSQL's CONTEXT does.
  public var line: Int

  public indirect enum Kind: Hashable, Sendable {
    case block(ProceduralBlock)
    case assign(ProceduralTarget, SQLFragment)
    case ifElse([ProceduralBranch], otherwise: [ProceduralStatement])
    /// `otherwise` is nil without ELSE: then no matching branch is an error.
    case choose(operand: SQLFragment?, [ProceduralBranch], otherwise: [ProceduralStatement]?)
    case loop(label: String?, [ProceduralStatement])
    case whileLoop(label: String?, SQLFragment, [ProceduralStatement])
    case countLoop(
      label: String?, variable: String, from: SQLFragment, to: SQLFragment, by: SQLFragment?, isReverse: Bool,
      [ProceduralStatement])
    case queryLoop(label: String?, [ProceduralTarget], ProceduralQuery, [ProceduralStatement])
    case elementLoop(label: String?, ProceduralTarget, SQLFragment, [ProceduralStatement])
    case exit(isContinue: Bool, label: String?, condition: SQLFragment?)
    case returnValue(SQLFragment?)
    case returnNext(SQLFragment?)
    case returnQuery(ProceduralQuery)
    case raise(ProceduralRaise)
    case assert(SQLFragment, message: SQLFragment?)
    case sql(SQLFragment, into: [ProceduralTarget], isStrict: Bool)
    case perform(SQLFragment)
    case execute(SQLFragment, into: [ProceduralTarget], isStrict: Bool, using: [SQLFragment])
    case diagnostics(isStacked: Bool, [ProceduralDiagnostic])
    case nothing
  }
}

public struct ProceduralDiagnostic: Hashable, Sendable {
  public var target: ProceduralTarget
  /// `row_count`, `returned_sqlstate`, `message_text` …
  public var item: String
}

extension ProceduralStatement.Kind {
  /// The statement as PostgreSQL's CONTEXT names it.
  public var contextName: String {
    switch self {
    case .block: "statement block"
    case .assign: "assignment"
    case .ifElse: "IF"
    case .choose: "CASE"
    case .loop: "LOOP"
    case .whileLoop: "WHILE"
    case .countLoop: "FOR with integer loop variable"
    case .queryLoop(_, _, .fixed, _): "FOR over SELECT rows"
    case .queryLoop: "FOR over EXECUTE statement"
    case .elementLoop: "FOREACH over array"
    case .exit(let isContinue, _, _): isContinue ? "CONTINUE" : "EXIT"
    case .returnValue: "RETURN"
    case .returnNext: "RETURN NEXT"
    case .returnQuery: "RETURN QUERY"
    case .raise: "RAISE"
    case .assert: "ASSERT"
    case .sql: "SQL statement"
    case .perform: "PERFORM"
    case .execute: "EXECUTE"
    case .diagnostics(let isStacked, _): isStacked ? "GET STACKED DIAGNOSTICS" : "GET DIAGNOSTICS"
    case .nothing: "NULL"
    }
  }
}
