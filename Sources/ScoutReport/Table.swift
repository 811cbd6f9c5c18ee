/// Rows of text under named columns: what a query or a report returns, before anyone decides how it looks.
///
/// Every value is in PostgreSQL's text form (`t` and `f` for booleans, `2.50` for numerics); nil stands for SQL's null.
/// Terminal tables, CSV, JSON and Markdown are separate functions of the same table; see ``rendered(as:)``.
public struct Table: Hashable, Sendable {
  /// The side of its column on which a value stands.
  public enum Alignment: Hashable, Sendable {
    case leading, trailing
  }

  /// A column's heading and type.
  public struct Column: Hashable, Sendable {
    /// The heading; two columns may share one.
    public var name: String
    /// The PostgreSQL type as `format_type` prints it: `bigint`, `numeric(10,2)`, `text[]`.
    public var type: String
    /// The side on which values and heading stand in a terminal or Markdown table.
    public var alignment: Alignment

    /// A column that is aligned as its type suggests, numbers at the trailing side, unless `alignment` says otherwise.
    public init(_ name: String, type: String = "text", alignment: Alignment? = nil) {
      self.name = name
      self.type = type
      self.alignment = alignment ?? (ValueKind(type: type) == .number ? .trailing : .leading)
    }
  }

  /// The columns, from left to right.
  public var columns: [Column]
  /// One array per row with one value per column. A missing value counts as null, a surplus one is left out.
  public var rows: [[String?]]
  /// A title for people; machine formats leave it out.
  public var caption: String?

  public init(columns: [Column], rows: [[String?]], caption: String? = nil) {
    self.columns = columns
    self.rows = rows
    self.caption = caption
  }
}

/// What matters about a PostgreSQL type when a value is written as JSON or aligned.
enum ValueKind {
  case number, boolean, json, text

  /// - Parameter type: A type name in any of PostgreSQL's spellings, with or without a modifier such as `(10,2)`.
  init(type: String) {
    let base = type.lowercased().prefix { $0 != "(" }
    guard !type.hasSuffix("[]") else {
      self = .text
      return
    }
    switch base {
    case "smallint", "integer", "int", "bigint", "int2", "int4", "int8", "oid", "smallserial", "serial", "bigserial",
      "numeric", "decimal", "real", "float4", "float8", "float", "double precision":
      self = .number
    case "boolean", "bool": self = .boolean
    case "json", "jsonb": self = .json
    default: self = .text
    }
  }
}
