import PostgresDialect
import ScoutReport

/// `\d` and its kin: queries over the system catalogs, as psql makes them.
extension Shell {
  func describe(_ command: ShellCommand) throws {
    let pattern = command.arguments.first
    // `+` asks for more, which the tables here show already.
    switch command.name.filter({ $0 != "+" && $0 != "S" }) {
    case "d":
      if let pattern { try describeRelations(pattern) } else { try list(["r", "v", "m", "S"], nil, "relations") }
    case "dt": try list(["r"], pattern, "tables")
    case "dv": try list(["v"], pattern, "views")
    case "dm": try list(["m"], pattern, "materialized views")
    case "di": try list(["i"], pattern, "indexes")
    case "ds": try list(["S"], pattern, "sequences")
    case "dtv", "dvt": try list(["r", "v"], pattern, "relations")
    case "dn": try listSchemas(pattern)
    case "df": try listFunctions(pattern)
    case "du", "dg": try listRoles(pattern)
    case "dp", "z": try listPrivileges(pattern)
    case "dx":
      try query("select extname as \"Name\", extversion as \"Version\" from pg_extension order by 1", "extensions")
    case "l": try query("select datname as \"Name\" from pg_database order by 1", "databases")
    case "sf": try source(pattern, "pg_get_functiondef(\(literal(pattern))::regproc)")
    case "sv": try source(pattern, "pg_get_viewdef(\(literal(pattern))::regclass)")
    default: throw ShellError("invalid command \\\(command.name)\nTry \\? for help.")
    }
  }

  private func literal(_ text: String?) -> String { QuotedText.literal(text ?? "") }

  private func rows(_ sql: String) throws -> [[String?]] { try session.query(sql).texts }

  private func query(_ sql: String, _ caption: String) throws {
    let result = try session.query(sql)
    guard !result.rows.isEmpty else { return console.errors("Did not find any \(caption).\n") }
    var table = Table(
      columns: result.columns.map { Table.Column($0.name, type: $0.type.displayName) }, rows: result.texts)
    table.caption = "List of \(caption)"
    try write(rendered(table))
  }

  private func source(_ name: String?, _ expression: String) throws {
    guard name != nil else { throw ShellError("a name is required") }
    guard let text = try rows("select \(expression)").first?.first ?? nil else {
      throw ShellError("there is no definition")
    }
    try write(text.hasSuffix("\n") ? text : text + "\n")
  }

  private static let notSystem = "n.nspname not in ('pg_catalog', 'information_schema')"

  /// Without a pattern, what all schemas but the system's have: this database keeps its tables outside of `public`.
  private func list(_ kinds: [String], _ pattern: String?, _ caption: String) throws {
    var conditions = ["c.relkind in (\(kinds.map(QuotedText.literal).joined(separator: ", ")))"]
    if let pattern {
      let name = NamePattern(pattern)
      conditions += name.conditions(schema: "n.nspname", name: "c.relname")
      if name.schema == nil { conditions.append(Self.notSystem) }
    } else {
      conditions.append(Self.notSystem)
    }
    let isIndex = kinds == ["i"]
    try query(
      """
      select n.nspname as "Schema", c.relname as "Name",
        case c.relkind when 'r' then 'table' when 'v' then 'view' when 'm' then 'materialized view'
          when 'i' then 'index' when 'S' then 'sequence' end as "Type",
        pg_get_userbyid(c.relowner) as "Owner"\(isIndex ? ", t.relname as \"Table\"" : ""),
        obj_description(c.oid, 'pg_class') as "Description"
      from pg_class c left join pg_namespace n on n.oid = c.relnamespace
      \(isIndex ? "left join pg_index i on i.indexrelid = c.oid left join pg_class t on t.oid = i.indrelid" : "")
      where \(conditions.joined(separator: " and ")) order by 1, 2
      """, caption)
  }

  private func listSchemas(_ pattern: String?) throws {
    let conditions =
      pattern.map { NamePattern($0).conditions(schema: "", name: "n.nspname") } ?? [Self.notSystem]
    try query(
      """
      select n.nspname as "Name", pg_get_userbyid(n.nspowner) as "Owner",
        obj_description(n.oid, 'pg_namespace') as "Description"
      from pg_namespace n where \((conditions.isEmpty ? ["true"] : conditions).joined(separator: " and ")) order by 1
      """, "schemas")
  }

  private func listFunctions(_ pattern: String?) throws {
    var conditions: [String] = []
    if let pattern {
      let name = NamePattern(pattern)
      conditions = name.conditions(schema: "n.nspname", name: "p.proname")
    } else {
      conditions = [Self.notSystem]
    }
    try query(
      """
      select n.nspname as "Schema", p.proname as "Name", pg_get_function_result(p.oid) as "Result data type",
        pg_get_function_arguments(p.oid) as "Argument data types",
        case p.prokind when 'a' then 'agg' when 'w' then 'window' when 'p' then 'proc' else 'func' end as "Type"
      from pg_proc p left join pg_namespace n on n.oid = p.pronamespace
      where \(conditions.joined(separator: " and ")) order by 1, 2, 4
      """, "functions")
  }

  private func listRoles(_ pattern: String?) throws {
    let conditions = pattern.map { NamePattern($0).conditions(schema: "", name: "r.rolname") } ?? []
    try query(
      """
      select r.rolname as "Role name",
        concat_ws(', ', case when r.rolsuper then 'Superuser' end, case when not r.rolinherit then 'No inheritance' end,
          case when r.rolcreaterole then 'Create role' end, case when r.rolcreatedb then 'Create DB' end,
          case when not r.rolcanlogin then 'Cannot login' end) as "Attributes",
        array(select b.rolname from pg_auth_members m join pg_roles b on m.roleid = b.oid where m.member = r.oid
          order by 1) as "Member of"
      from pg_roles r \(conditions.isEmpty ? "" : "where " + conditions.joined(separator: " and ")) order by 1
      """, "roles")
  }

  private func listPrivileges(_ pattern: String?) throws {
    var conditions = ["c.relkind in ('r', 'v', 'm', 'S')"]
    if let pattern {
      conditions += NamePattern(pattern).conditions(schema: "n.nspname", name: "c.relname")
    } else {
      conditions.append(Self.notSystem)
    }
    try query(
      """
      select n.nspname as "Schema", c.relname as "Name",
        case c.relkind when 'r' then 'table' when 'v' then 'view' when 'm' then 'materialized view' else 'sequence' end
          as "Type",
        array_to_string(c.relacl, E'\\n') as "Access privileges"
      from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where \(conditions.joined(separator: " and ")) order by 1, 2
      """, "access privileges")
  }

  // MARK: One relation

  private func describeRelations(_ pattern: String) throws {
    let name = NamePattern(pattern)
    var conditions = name.conditions(schema: "n.nspname", name: "c.relname") + ["c.relkind in ('r','v','m','S','i')"]
    if name.schema == nil, !(name.name ?? "").hasPrefix("^(pg_") { conditions.append(Self.notSystem) }
    let found = try rows(
      """
      select c.oid, n.nspname, c.relname, c.relkind from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where \(conditions.joined(separator: " and ")) order by 2, 3
      """)
    if found.isEmpty { throw ShellError("Did not find any relation named \"\(pattern)\".") }
    for row in found {
      try describe(row[0] ?? "0", schema: row[1] ?? "", name: row[2] ?? "", kind: row[3] ?? "")
    }
  }

  private func describe(_ oid: String, schema: String, name: String, kind: String) throws {
    let titles = ["r": "Table", "v": "View", "m": "Materialized view", "S": "Sequence", "i": "Index"]
    var lines = ""
    if kind == "S" {
      lines = try sequence(oid, "\(schema).\(name)")
    } else {
      let columns = try session.query(
        """
        select a.attname as "Column", format_type(a.atttypid, a.atttypmod) as "Type",
          case when a.attnotnull then 'not null' else '' end as "Nullable",
          case a.attidentity when 'a' then 'generated always as identity'
            when 'd' then 'generated by default as identity'
            else case a.attgenerated when 's' then 'generated always as (' else '' end
              || coalesce((select pg_get_expr(d.adbin, d.adrelid) from pg_attrdef d
                where d.adrelid = a.attrelid and d.adnum = a.attnum), '')
              || case a.attgenerated when 's' then ') stored' else '' end end as "Default",
          coalesce(col_description(a.attrelid, a.attnum), '') as "Description"
        from pg_attribute a where a.attrelid = \(oid) and a.attnum > 0 and not a.attisdropped order by a.attnum
        """)
      var texts = columns.texts
      var headings = columns.columns.map { Table.Column($0.name) }
      if texts.allSatisfy({ $0[4] == "" }) {
        headings.removeLast()
        texts = texts.map { Array($0.dropLast()) }
      }
      var table = Table(columns: headings, rows: texts)
      table.caption = "\(titles[kind] ?? "Relation") \"\(schema).\(name)\""
      lines = TerminalTable(
        border: .box, expansion: .never, width: outputPath == nil ? console.width() : nil, showsRowCount: false,
        style: outputPath == nil ? console.style : .plain
      ).text(of: table)
    }
    lines += try footers(oid, kind)
    try write(lines)
  }

  private func sequence(_ oid: String, _ name: String) throws -> String {
    let result = try session.query(
      """
      select format_type(seqtypid, null) as "Type", seqstart as "Start", seqmin as "Minimum", seqmax as "Maximum",
        seqincrement as "Increment", case when seqcycle then 'yes' else 'no' end as "Cycles?"
      from pg_sequence where seqrelid = \(oid)
      """)
    var table = Table(
      columns: result.columns.map { Table.Column($0.name, type: $0.type.displayName) }, rows: result.texts)
    table.caption = "Sequence \"\(name)\""
    return TerminalTable(expansion: .never, width: console.width(), showsRowCount: false, style: console.style)
      .text(of: table)
  }

  /// What psql says below the columns.
  private func footers(_ oid: String, _ kind: String) throws -> String {
    var text = ""
    func section(_ title: String, _ sql: String) throws {
      let lines = try rows(sql).compactMap { $0[0] }
      guard !lines.isEmpty else { return }
      text += "\(title):\n" + lines.map { "    \($0)\n" }.joined()
    }
    switch kind {
    case "r", "m":
      try section(
        "Indexes",
        """
        select '"' || c.relname || '"' || case when i.indisprimary then ' PRIMARY KEY,' when i.indisunique then
            case when con.oid is not null then ' UNIQUE CONSTRAINT,' else ' UNIQUE,' end else '' end || ' '
          || substring(pg_get_indexdef(i.indexrelid, 0, true) from 'USING (.*)$')
        from pg_index i join pg_class c on c.oid = i.indexrelid
          left join pg_constraint con on con.conindid = i.indexrelid and con.contype in ('p', 'u')
            and con.conrelid = i.indrelid
        where i.indrelid = \(oid) order by i.indisprimary desc, c.relname
        """)
      try section(
        "Check constraints",
        """
        select '"' || conname || '" ' || pg_get_constraintdef(oid) from pg_constraint
        where conrelid = \(oid) and contype = 'c' order by conname
        """)
      try section(
        "Foreign-key constraints",
        """
        select '"' || conname || '" ' || pg_get_constraintdef(oid) from pg_constraint
        where conrelid = \(oid) and contype = 'f' order by conname
        """)
      try section(
        "Referenced by",
        """
        select 'TABLE "' || conrelid::regclass::text || '" CONSTRAINT "' || conname || '" ' || pg_get_constraintdef(oid)
        from pg_constraint where confrelid = \(oid) and contype = 'f' order by conname
        """)
      try section(
        "Triggers",
        """
        select tgname || ' ' || substring(pg_get_triggerdef(oid) from '(?:BEFORE|AFTER|INSTEAD).*$')
        from pg_trigger where tgrelid = \(oid) and not tgisinternal order by tgname
        """)
    case "i":
      try section("Definition", "select pg_get_indexdef(\(oid))")
    case "v":
      try section("View definition", "select pg_get_viewdef(\(oid)::oid)")
    case "S":
      try section(
        "Owned by",
        """
        select d.refobjid::regclass::text || '.' || a.attname from pg_depend d
          join pg_attribute a on a.attrelid = d.refobjid and a.attnum = d.refobjsubid
        where d.objid = \(oid) and d.deptype in ('a', 'i')
        """)
    default: break
    }
    return text
  }
}
