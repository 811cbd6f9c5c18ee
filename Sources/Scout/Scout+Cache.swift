import ScoutStorage

/// The cache of results and the materialized views that people make in SQL.
extension Scout {
  /// The entries of `scout.rpc_cache` without their results.
  public func cacheEntries() throws -> QueryResult {
    try query(
      """
      select function_name, params_hash, cached_at, expires_at, coalesce(expires_at < now(), false) as is_expired,
        length(result::text) as characters
      from scout.rpc_cache order by function_name, params_hash
      """)
  }

  /// Deletes the entries that have expired; an entry without an end never does.
  ///
  /// - Returns: How many were or, for a dry run, would be deleted.
  public func purgeCache(includingCurrent: Bool = false, isDryRun: Bool = false) throws -> Int {
    let condition = includingCurrent ? "true" : "expires_at < now()"
    let count = try query("select count(*) from scout.rpc_cache where \(condition)").rows[0][0].integer ?? 0
    if !isDryRun {
      try run(includingCurrent ? "delete from scout.rpc_cache" : "select scout.cleanup_rpc_cache()") { _ in }
    }
    return Int(count)
  }

  /// A materialized view that a statement made.
  public struct MaterializedView: Hashable, Sendable {
    public var relation: String
    /// False after WITH NO DATA.
    public var isPopulated: Bool
    /// Nil when it is not populated.
    public var rows: Int64?
  }

  /// The materialized views that statements made, by name; those of models are not among them.
  public func materializedViews() throws -> [MaterializedView] {
    try database.read { connection in
      try connection.rows(
        """
        select r.schema || '.' || r.name, u.name is null
        from "engine.relations" r
        left join "engine.unpopulated" u on u.schema = r.schema and u.name = r.name
        where r.kind = 'materialized view' and r.origin <> 'model'
        order by 1
        """
      ).map { row in
        let name = row[0].text ?? ""
        let isPopulated = row[1].integer == 1
        let rows =
          isPopulated ? try connection.value("select count(*) from " + SQLitePrinter.quoted(name)).integer : nil
        return MaterializedView(relation: name, isPopulated: isPopulated, rows: rows)
      }
    }
  }

  /// Refreshes materialized views in one transaction.
  ///
  /// - Parameter names: Nil for all of them.
  /// - Returns: The names of those that were or, for a dry run, would be refreshed.
  /// - Throws: ``SQLError`` 42P01 for a name that is none.
  public func refreshMaterializedViews(only names: [String]? = nil, isDryRun: Bool = false) throws -> [String] {
    let known = try materializedViews().map(\.relation)
    let wanted = names ?? known
    for name in wanted where !known.contains(name) {
      throw SQLError(
        .undefinedTable, "there is no materialized view \"\(name)\"",
        hint: known.isEmpty ? "There are none yet." : "There are \(known.joined(separator: ", ")).")
    }
    guard !isDryRun, !wanted.isEmpty else { return wanted }
    let statements = wanted.map { name in
      "refresh materialized view "
        + name.split(separator: ".").map { SQLitePrinter.quoted(String($0)) }.joined(separator: ".")
    }
    try run(statements.joined(separator: ";\n"), options: SQLOptions(isOneTransaction: true)) { _ in }
    return wanted
  }
}
