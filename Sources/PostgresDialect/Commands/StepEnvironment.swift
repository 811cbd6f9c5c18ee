/// What a statement sees beside the catalog where it is one step of a command.
///
/// All steps of a command see the tables as they were when it began. A table that earlier steps have changed is
/// therefore read through a snapshot: a table of SQLite's with the old rows of those that were written, in the columns
/// `engine row` (SQLite's number of the row), `engine kept` (1 for a row that was there) and those of the table.
public struct StepEnvironment: Hashable, Sendable {
  /// The columns of what earlier steps returned, by the names of their common tables.
  public var rows: [String: [ResultColumn]] = [:]
  /// The common tables around the statement.
  public var commonTables: WithClause?
  /// The snapshots by the names of their tables, both as SQLite has them.
  public var snapshots: [String: String] = [:]
  /// The same for RETURNING and ON CONFLICT, which are computed while the step's own rows are written.
  public var returningSnapshots: [String: String] = [:]
  /// Whether rows of the command may be met again in other statements than the one that wrote them.
  public var tracksRows = false
  /// Whether the statement is a step at all, whose command keeps what its RETURNING reads.
  public var isStep = false

  public init() {}
}

/// A statement that SQLite cannot run as one of its own: it returns what only a query over its rows can compute, or it
/// has to read everything before it writes anything.
public struct CompiledWrite: Hashable, Sendable {
  public enum Source: Hashable, Sendable {
    /// A statement that returns the table's columns of each row, as they are stored.
    case statement(CompiledStatement)
    case collected(CollectedRows)
  }

  /// The rows to write, each with what is to be done.
  public struct CollectedRows: Hashable, Sendable {
    public enum Action: Hashable, Sendable {
      case update(columns: [String])
      case delete
      case insert(columns: [String])
    }

    /// The number of the action, SQLite's number of the row (null for a new one), a value for each column of the table
    /// (null for those that the action does not set), and the further values that RETURNING uses.
    public var query: CompiledStatement
    public var actions: [Action]
  }

  public var kind: CompiledStatement.Kind
  public var relation: Relation
  public var source: Source
  /// RETURNING as a query over the rows ``returnedRows``: the table's columns as written, then the further values.
  public var returning: CompiledStatement?

  public var columns: [ResultColumn] { returning?.columns ?? [] }

  /// The name of the rows over which ``returning`` is; no common table can have it.
  public static let returnedRows = ""
}

/// What a step of a command is about, beside what it computes.
public struct StepDescription: Hashable, Sendable {
  /// What it returns.
  public var columns: [ResultColumn]
  /// The stored tables that it reads before it writes, by their names in SQLite; of UPDATE, DELETE and MERGE also the
  /// one that it writes.
  public var reads: Set<String>
  /// Those that its RETURNING and ON CONFLICT read.
  public var returningReads: Set<String>
}
