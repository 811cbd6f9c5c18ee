@testable import PostgresDialect

extension TreeDump {
  static func dumpDefinition(_ statement: Statement) -> String {
    switch statement.kind {
    case .createTable(let table):
      list(
        [
          "create-table", table.ifNotExists ? "if-not-exists" : nil, table.isTemporary ? "temporary" : nil,
          dump(table.name),
        ] + table.columns.map(dump) + table.constraints.map(dump) + [
          table.like.map { list(["like", dump($0)] + table.likeOptions) }
        ])
    case .createTableAs(let table):
      list([
        "create-table-as", dump(table.name), dump(table.columns), dump(table.query), table.withData ? nil : "no-data",
      ])
    case .createView(let view):
      list([
        view.isMaterialized ? "create-materialized-view" : "create-view", view.orReplace ? "or-replace" : nil,
        view.isTemporary ? "temporary" : nil, dump(view.name), dump(view.columns), dump(view.query),
        view.withData ? nil : "no-data",
      ])
    case .createIndex(let index):
      list(
        [
          "create-index", index.isUnique ? "unique" : nil, index.concurrently ? "concurrently" : nil, index.name?.name,
          dump(index.table), index.method,
        ] + index.keys.map(dump) + [
          part("include", index.included.map(\.name)), index.condition.map { list(["where", dump($0)]) },
        ])
    case .alterTable(let alter): list(["alter-\(alter.kind.rawValue)", dump(alter.table)] + alter.actions.map(dump))
    case .createFunction(let function): dump(function)
    case .createTrigger(let trigger):
      list([
        "create-trigger", trigger.name.name, trigger.timing.rawValue, trigger.events.map(dump).joined(separator: "|"),
        dump(trigger.table), trigger.isForEachRow ? "row" : "statement",
        trigger.condition.map { list(["when", dump($0)]) }, dump(trigger.function),
        part("arguments", trigger.arguments),
      ])
    case .drop(let drop):
      list(
        ["drop", drop.kind.rawValue, drop.ifExists ? "if-exists" : nil]
          + drop.names.enumerated().map { index, name in
            let signature = index < drop.signatures.count ? drop.signatures[index] : nil
            return dump(name) + (signature.map { "(\($0.map(dump).joined(separator: ",")))" } ?? "")
          } + [drop.table.map { "on " + dump($0) }, drop.cascade ? "cascade" : nil])
    case .grant(let grant): dump(grant)
    default: dumpObject(statement)
    }
  }

  private static func dumpObject(_ statement: Statement) -> String {
    switch statement.kind {
    case .refreshMaterializedView(let name, let concurrently, let withData):
      list(["refresh", concurrently ? "concurrently" : nil, dump(name), withData ? nil : "no-data"])
    case .createSchema(let name, let ifNotExists):
      list(["create-schema", ifNotExists ? "if-not-exists" : nil, name.name])
    case .createSequence(let name, _, let options): list(["create-sequence", dump(name), dump(options)])
    case .alterSequence(let name, _, let options): list(["alter-sequence", dump(name), dump(options)])
    case .alterSchema(let name, let to): list(["alter-schema", name.name, to.name])
    case .alterType(let alter): list(["alter-type", dump(alter.name), "\(alter.action)"])
    case .createDomain(let domain):
      list(
        ["create-domain", dump(domain.name), dump(domain.type), domain.isNotNull ? "not-null" : nil]
          + [domain.defaultValue.map { list(["default", dump($0)]) }]
          + domain.checks.map { list(["check", $0.name?.name, dump($0.condition)]) })
    case .prepare(let prepare):
      list(["prepare", prepare.name.name] + prepare.types.map(dump) + [dump(prepare.statement)])
    case .execute(let name, let arguments): list(["execute", name.name] + arguments.map(dump))
    case .createEnum(let name, let labels): list(["create-enum", dump(name)] + labels)
    case .createExtension(let name, _): list(["create-extension", name.name])
    case .createRole(let name, let options): list(["create-role", name.name] + options)
    case .comment(let target, let text): list(["comment", dump(target), text.map { "'\($0)'" } ?? "null"])
    case .doBlock(let body, let language): list(["do", language, "'\(body)'"])
    case .call(let call): list(["call", dump(call)])
    default: "?"
    }
  }

  private static func dump(_ column: ColumnDefinition) -> String {
    let generated: String? =
      switch column.generated {
      case .identityAlways(let options): "identity-always" + (dump(options) ?? "")
      case .identityByDefault(let options): "identity-by-default" + (dump(options) ?? "")
      case .stored(let value): list(["stored", dump(value)])
      case nil: nil
      }
    return list(
      [
        column.name.name, dump(column.type), column.collation.map { "collate " + dump($0) },
        column.isNotNull ? "not-null" : nil, column.defaultValue.map { list(["default", dump($0)]) }, generated,
      ] + column.constraints.map(dump))
  }

  private static func dump(_ options: SequenceOptions) -> String? {
    let parts = [
      options.type.map(dump), options.start.map { "start \($0)" }, options.increment.map { "by \($0)" },
      options.minimum.map { "min \($0)" }, options.maximum.map { "max \($0)" }, options.cache.map { "cache \($0)" },
      options.cycles == true ? "cycle" : nil, options.ownedBy.map { "owned " + dump($0) },
    ].compactMap { $0 }
    return parts.isEmpty ? nil : "[" + parts.joined(separator: " ") + "]"
  }

  private static func dump(_ constraint: TableConstraint) -> String {
    var parts: [String?]
    switch constraint.kind {
    case .primaryKey(let columns): parts = ["primary-key"] + columns.map(\.name)
    case .unique(let columns): parts = ["unique"] + columns.map(\.name)
    case .check(let condition): parts = ["check", dump(condition)]
    case .foreignKey(let columns, let table, let referenced, let onDelete, let onUpdate):
      parts = [
        "foreign-key", columns.map(\.name).joined(separator: ","), dump(table),
        referenced.map(\.name).joined(separator: ","), onDelete.map { "delete:\($0)" }, onUpdate.map { "update:\($0)" },
      ]
    }
    parts.insert(constraint.name.map { $0.name + ":" }, at: 0)
    parts += [constraint.isDeferrable ? "deferrable" : nil, constraint.isInitiallyDeferred ? "deferred" : nil]
    return list(parts)
  }

  private static func dump(_ action: AlterTable.Action) -> String {
    switch action {
    case .addColumn(let column, let ifNotExists): list(["add", ifNotExists ? "if-not-exists" : nil, dump(column)])
    case .dropColumn(let name, let ifExists, let cascade):
      list(["drop", name.name, ifExists ? "if-exists" : nil, cascade ? "cascade" : nil])
    case .renameColumn(let name, let to): list(["rename", name.name, to.name])
    case .renameTable(let name): list(["rename-to", name.name])
    case .setSchema(let name): list(["schema", name.name])
    case .setDefault(let name, let value): list(["default", name.name, value.map(dump) ?? "none"])
    case .setNotNull(let name, let isNotNull): list([isNotNull ? "not-null" : "nullable", name.name])
    case .setType(let name, let type, let using): list(["type", name.name, dump(type), using.map(dump)])
    case .addConstraint(let constraint): list(["add", dump(constraint)])
    case .dropConstraint(let name, let ifExists, let cascade):
      list(["drop-constraint", name.name, ifExists ? "if-exists" : nil, cascade ? "cascade" : nil])
    case .renameConstraint(let name, let to): list(["rename-constraint", name.name, to.name])
    case .validateConstraint(let name): list(["validate", name.name])
    case .addIdentity(let name, _): list(["add-identity", name.name])
    case .dropIdentity(let name, _): list(["drop-identity", name.name])
    case .dropExpression(let name, _): list(["drop-expression", name.name])
    case .storage: "storage"
    case .rowLevelSecurity(let isEnabled): isEnabled ? "enable-rls" : "disable-rls"
    case .owner(let name): list(["owner", name.name])
    case .trigger(let name, let isEnabled):
      list([isEnabled ? "enable-trigger" : "disable-trigger", name?.name ?? "all"])
    }
  }

  private static func dump(_ function: CreateFunction) -> String {
    let parameters = function.parameters.map { parameter in
      list([
        parameter.mode == .in_ ? nil : parameter.mode.rawValue, parameter.name?.name, dump(parameter.type),
        parameter.defaultValue.map { "=" + dump($0) },
      ])
    }
    return list(
      [function.isProcedure ? "create-procedure" : "create-function", function.orReplace ? "or-replace" : nil]
        + [dump(function.name)] + parameters + [
          function.returns.map { "returns " + dump($0) }, function.language, "'\(function.body)'",
        ] + function.attributes)
  }

  private static func dump(_ event: CreateTrigger.Event) -> String {
    switch event {
    case .insert: "insert"
    case .delete: "delete"
    case .truncate: "truncate"
    case .update(let columns): "update" + (columns.isEmpty ? "" : "(\(columns.map(\.name).joined(separator: ",")))")
    }
  }

  private static func dump(_ grant: Grant) -> String {
    let target: [String] =
      switch grant.target {
      case .tables(let names): ["tables"] + names.map(dump)
      case .allTables(let schemas): ["all-tables"] + schemas.map(\.name)
      case .sequences(let names): ["sequences"] + names.map(dump)
      case .allSequences(let schemas): ["all-sequences"] + schemas.map(\.name)
      case .functions(let names, let signatures):
        ["functions"]
          + zip(names, signatures).map { dump($0) + ($1.map { "(\($0.map(dump).joined(separator: ",")))" } ?? "") }
      case .allFunctions(let schemas): ["all-functions"] + schemas.map(\.name)
      case .schemas(let names): ["schemas"] + names.map(\.name)
      case .roles(let names): ["roles"] + names.map(\.name)
      }
    let privileges = grant.privileges.map { privilege in
      privilege.name + (privilege.columns.isEmpty ? "" : "(\(privilege.columns.map(\.name).joined(separator: ",")))")
    }
    return list(
      [grant.isRevoke ? "revoke" : "grant"] + privileges + [list(target)] + grant.grantees.map(\.name)
        + [grant.withGrantOption ? "option" : nil, grant.cascade ? "cascade" : nil])
  }

  private static func dump(_ target: CommentTarget) -> String {
    switch target {
    case .relation(let kind, let name), .other(let kind, let name): kind + " " + dump(name)
    case .column(let name): "column " + dump(name)
    }
  }
}
