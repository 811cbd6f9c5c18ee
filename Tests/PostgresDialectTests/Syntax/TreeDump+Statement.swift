@testable import PostgresDialect

// MARK: - Queries

extension TreeDump {
  static func dump(_ query: Query) -> String {
    let rest = [
      part("order", query.orderBy.map(dump)), query.limit.map { list(["limit", dump($0)]) },
      query.limitWithTies ? "ties" : nil, query.offset.map { list(["offset", dump($0)]) },
      query.isLocking ? "locking" : nil,
    ]
    guard query.with != nil || rest.contains(where: { $0 != nil }) else { return dump(query.body) }
    return list([query.with.map(dump), dump(query.body)] + rest)
  }

  static func dump(_ with: WithClause) -> String {
    list(
      [with.isRecursive ? "with-recursive" : "with"]
        + with.tables.map { table in
          list([
            table.name.name, dump(table.columns),
            table.isMaterialized.map { $0 ? "materialized" : "not-materialized" }, dump(table.statement),
          ])
        })
  }

  static func dump(_ body: QueryBody) -> String {
    switch body {
    case .select(let select): dump(select)
    case .values(let rows): list(["values"] + rows.map { list($0.map(dump)) })
    case .setOperation(let symbol, let isAll, let left, let right):
      list([symbol.rawValue + (isAll ? "-all" : ""), dump(left), dump(right)])
    case .nested(let query): dump(query)
    }
  }

  static func dump(_ select: Select) -> String {
    let distinct: String? =
      switch select.distinct {
      case .all: nil
      case .distinct: "distinct"
      case .on(let keys): list(["distinct-on"] + keys.map(dump))
      }
    return list(
      ["select", distinct] + select.items.map(dump) + [
        part("from", select.from.map(dump)), select.condition.map { list(["where", dump($0)]) },
        part(select.isGroupByDistinct ? "group-distinct" : "group", select.groupBy.map(dump)),
        select.having.map { list(["having", dump($0)]) },
        part("windows", select.windows.map { list([$0.name.name, dump($0.specification)]) }),
      ])
  }

  static func dump(_ item: SelectItem) -> String { dump(item.expression) + (item.alias.map { ":\($0.name)" } ?? "") }

  static func dump(_ element: GroupingElement) -> String {
    switch element {
    case .expression(let expression): dump(expression)
    case .empty: "()"
    case .group(let columns): list(["group"] + columns.map(dump))
    case .rollup(let elements): list(["rollup"] + elements.map(dump))
    case .cube(let elements): list(["cube"] + elements.map(dump))
    case .sets(let elements): list(["sets"] + elements.map(dump))
    }
  }

  static func dump(_ table: TableExpression) -> String {
    switch table {
    case .relation(let name, let alias, let isOnly): (isOnly ? "only " : "") + dump(name) + dump(alias)
    case .subquery(let query, let alias, let isLateral, _): (isLateral ? "lateral " : "") + dump(query) + dump(alias)
    case .functions(let calls, let alias, let withOrdinality, let isLateral, _):
      (isLateral ? "lateral " : "") + calls.map { dump($0) }.joined(separator: "+")
        + (withOrdinality ? "#" : "") + dump(alias)
    case .join(let kind, let left, let right, let condition, _):
      list([kind.rawValue, dump(left), dump(right), dump(condition)])
    case .aliased(let table, let alias): dump(table) + dump(alias)
    }
  }

  private static func dump(_ condition: JoinCondition) -> String? {
    switch condition {
    case .none: nil
    case .on(let expression): dump(expression)
    case .using(let columns, let alias): list(["using"] + columns.map(\.name)) + (alias.map { ":\($0.name)" } ?? "")
    case .natural: "natural"
    }
  }

  private static func dump(_ alias: TableAlias?) -> String {
    guard let alias else { return "" }
    let columns = alias.columns.enumerated().map { index, column in
      column.name + (index < alias.columnTypes.count ? " " + dump(alias.columnTypes[index]) : "")
    }
    return ":\(alias.name.name)" + (columns.isEmpty ? "" : "(\(columns.joined(separator: ",")))")
  }
}

// MARK: - Statements

extension TreeDump {
  static func dump(_ statement: Statement) -> String {
    switch statement.kind {
    case .query(let query): dump(query)
    case .insert(let insert): dump(insert)
    case .update(let update):
      list(
        [update.with.map(dump), "update", dump(update.table) + alias(update.alias)]
          + update.assignments.map(dump) + [
            part("from", update.from.map(dump)), update.condition.map { list(["where", dump($0)]) },
            part("returning", update.returning.map(dump)),
          ])
    case .delete(let delete):
      list([
        delete.with.map(dump), "delete", dump(delete.table) + alias(delete.alias),
        part("using", delete.using.map(dump)), delete.condition.map { list(["where", dump($0)]) },
        part("returning", delete.returning.map(dump)),
      ])
    case .merge(let merge):
      list(
        ["merge", dump(merge.table) + alias(merge.alias), dump(merge.source), dump(merge.on)]
          + merge.branches.map(dump))
    case .explain(let inner, let options): list(["explain", "[\(options.joined(separator: ", "))]", dump(inner)])
    case .set(let set): list(["set", set.isLocal ? "local" : nil, set.name, set.value ?? "default"])
    case .show(let name): list(["show", name])
    case .discard(let what): list(["discard", what])
    case .deallocate(let name): list(["deallocate", name?.name ?? "all"])
    case .truncate(let names, let restart, let cascade):
      list(["truncate"] + names.map(dump) + [restart ? "restart" : nil, cascade ? "cascade" : nil])
    case .transaction(let command): list(["transaction", dump(command)])
    default: dumpDefinition(statement)
    }
  }

  private static func alias(_ name: Identifier?) -> String { name.map { ":\($0.name)" } ?? "" }

  private static func dump(_ command: TransactionCommand) -> String {
    switch command {
    case .begin(let modes): modes.isReadOnly == true ? "begin-read-only" : "begin"
    case .commit: "commit"
    case .rollback: "rollback"
    case .savepoint(let name): "savepoint \(name.name)"
    case .release(let name): "release \(name.name)"
    case .rollbackTo(let name): "rollback-to \(name.name)"
    }
  }

  private static func dump(_ insert: Insert) -> String {
    let source: String =
      switch insert.source {
      case .defaultValues: "default-values"
      case .query(let query): dump(query)
      }
    return list([
      insert.with.map(dump), "insert", dump(insert.table) + alias(insert.alias), dump(insert.columns),
      insert.overriding.map { "overriding-\($0)" }, source, insert.onConflict.map(dump),
      part("returning", insert.returning.map(dump)),
    ])
  }

  private static func dump(_ conflict: OnConflict) -> String {
    let target: String? =
      switch conflict.target {
      case .columns(let keys, let condition): list(keys.map(dump) + [condition.map { list(["where", dump($0)]) }])
      case .constraint(let name): "constraint \(name.name)"
      case nil: nil
      }
    switch conflict.action {
    case .nothing: return list(["conflict", target, "nothing"])
    case .update(let assignments, let condition):
      return list(["conflict", target] + assignments.map(dump) + [condition.map { list(["where", dump($0)]) }])
    }
  }

  private static func dump(_ assignment: Assignment) -> String {
    assignment.columns.map(\.name).joined(separator: ",") + "=" + dump(assignment.value)
  }

  private static func dump(_ branch: Merge.Branch) -> String {
    let action: [String?] =
      switch branch.action {
      case .update(let assignments): ["update"] + assignments.map(dump)
      case .delete: ["delete"]
      case .insert(let columns, let overriding, let values):
        [
          "insert", dump(columns), overriding.map { "overriding-\($0)" },
          values.map { list($0.map(dump)) } ?? "default",
        ]
      case .nothing: ["nothing"]
      }
    return list([branch.isMatched ? "matched" : "not-matched", branch.condition.map(dump)] + action)
  }
}
