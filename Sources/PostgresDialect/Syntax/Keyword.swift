/// The words that PostgreSQL 15's grammar knows.
///
/// Source: `select word, catcode, barelabel from pg_get_keywords()` on PostgreSQL 15, and
/// <https://www.postgresql.org/docs/15/sql-keywords-appendix.html>.
enum Keyword: String, CaseIterable, Sendable {
  case abort, absolute, access, action, add, admin, after, aggregate, all, also, alter, always, analyse, analyze, and,
    any, array, `as`, asc, asensitive, assertion, assignment, asymmetric, at, atomic, attach, attribute, authorization
  case backward, before, begin, between, bigint, binary, bit, boolean, both, breadth, by
  case cache, call, called, cascade, cascaded, `case`, cast, catalog, chain, char, character, characteristics, check,
    checkpoint, `class`, close, cluster, coalesce, collate, collation, column, columns, comment, comments, commit,
    committed, compression, concurrently, configuration, conflict, connection, constraint, constraints, content,
    `continue`, conversion, copy, cost, create, cross, csv, cube, current, current_catalog, current_date,
    current_role, current_schema, current_time, current_timestamp, current_user, cursor, cycle
  case data, database, day, deallocate, dec, decimal, declare, `default`, defaults, deferrable, deferred, definer,
    delete, delimiter, delimiters, depends, depth, desc, detach, dictionary, disable, discard, distinct, `do`,
    document, domain, double, drop
  case each, `else`, enable, encoding, encrypted, end, `enum`, escape, event, except, exclude, excluding, exclusive,
    execute, exists, explain, expression, `extension`, external, extract
  case `false`, family, fetch, filter, finalize, first, float, following, `for`, force, foreign, forward, freeze,
    from, full, function, functions
  case generated, global, grant, granted, greatest, group, grouping, groups
  case handler, having, header, hold, hour
  case identity, `if`, ilike, immediate, immutable, implicit, `import`, `in`, include, including, increment, index,
    indexes, inherit, inherits, initially, inline, inner, `inout`, input, insensitive, insert, instead, int, integer,
    intersect, interval, into, invoker, `is`, isnull, isolation
  case join
  case key
  case label, language, large, last, lateral, leading, leakproof, least, left, level, like, limit, listen, load,
    local, localtime, localtimestamp, location, lock, locked, logged
  case mapping, match, matched, materialized, maxvalue, merge, method, minute, minvalue, mode, month, move
  case name, names, national, natural, nchar, new, next, nfc, nfd, nfkc, nfkd, no, none_ = "none", normalize,
    normalized, not, nothing, notify, notnull, nowait, null, nullif, nulls, numeric
  case object, of, off, offset, oids, old, on, only, `operator`, option, options, or, order, ordinality, others, out,
    outer, over, overlaps, overlay, overriding, owned, owner
  case parallel, parameter, parser, partial, partition, passing, password, placing, plans, policy, position,
    preceding, precision, prepare, prepared, preserve, primary, prior, privileges, procedural, procedure, procedures,
    program, publication
  case quote
  case range, read, real, reassign, recheck, recursive, ref, references, referencing, refresh, reindex, relative,
    release, rename, repeatable, replace, replica, reset, restart, restrict, `return`, returning, returns, revoke,
    right, role, rollback, rollup, routine, routines, row, rows, rule
  case savepoint, schema, schemas, scroll, search, second, security, select, sequence, sequences, serializable,
    server, session, session_user, set, setof, sets, share, show, similar, simple, skip, smallint, snapshot, some_ =
    "some", sql, stable, standalone, start, statement, statistics, stdin, stdout, storage, stored, strict, strip,
    subscription, substring, support, symmetric, sysid, system
  case table, tables, tablesample, tablespace, temp, template, temporary, text, then, ties, time, timestamp, to,
    trailing, transaction, transform, treat, trigger, trim, `true`, truncate, trusted, type, types
  case uescape, unbounded, uncommitted, unencrypted, union, unique, unknown, unlisten, unlogged, until, update, user,
    using
  case vacuum, valid, validate, validator, value, values, varchar, variadic, varying, verbose, version, view, views,
    volatile
  case when, `where`, whitespace, window, with, within, without, work, wrapper, write
  case xml, xmlattributes, xmlconcat, xmlelement, xmlexists, xmlforest, xmlnamespaces, xmlparse, xmlpi, xmlroot,
    xmlserialize, xmltable
  case year, yes
  case zone
}

extension Keyword {
  /// May name a column or a table but no function: they head expressions of their own.
  static let columnNames: [Keyword] = [
    .between, .bigint, .bit, .boolean, .char, .character, .coalesce, .dec, .decimal, .exists, .extract, .float,
    .greatest, .grouping, .`inout`, .int, .integer, .interval, .least, .national, .nchar, .none_, .normalize,
    .nullif, .numeric, .out, .overlay, .position, .precision, .real, .row, .setof, .smallint, .substring, .time,
    .timestamp, .treat, .trim, .values, .varchar, .xmlattributes, .xmlconcat, .xmlelement, .xmlexists, .xmlforest,
    .xmlnamespaces, .xmlparse, .xmlpi, .xmlroot, .xmlserialize, .xmltable,
  ]

  /// May name a function or a type but no column: most of them join or compare.
  static let typesAndFunctions: [Keyword] = [
    .authorization, .binary, .collation, .concurrently, .cross, .current_schema, .freeze, .full, .ilike, .inner,
    .`is`, .isnull, .join, .left, .like, .natural, .notnull, .outer, .overlaps, .right, .similar, .tablesample,
    .verbose,
  ]

  /// May name nothing unless quoted or behind AS.
  static let reservedWords: [Keyword] = [
    .all, .analyse, .analyze, .and, .any, .array, .`as`, .asc, .asymmetric, .both, .`case`, .cast, .check, .collate,
    .column, .constraint, .create, .current_catalog, .current_date, .current_role, .current_time,
    .current_timestamp, .current_user, .`default`, .deferrable, .desc, .distinct, .`do`, .`else`, .end, .except,
    .`false`, .fetch, .`for`, .foreign, .from, .grant, .group, .having, .`in`, .initially, .intersect, .into,
    .lateral, .leading, .limit, .localtime, .localtimestamp, .not, .null, .offset, .on, .only, .or, .order,
    .placing, .primary, .references, .returning, .select, .session_user, .some_, .symmetric, .table, .then, .to,
    .trailing, .`true`, .union, .unique, .user, .using, .variadic, .when, .`where`, .window, .with,
  ]

  /// Cannot label a column without AS.
  static let needsAs: [Keyword] = [
    .array, .`as`, .char, .character, .create, .day, .except, .fetch, .filter, .`for`, .from, .grant, .group, .having,
    .hour, .intersect, .into, .isnull, .limit, .minute, .month, .notnull, .offset, .on, .order, .over, .overlaps,
    .precision, .returning, .second, .to, .union, .varying, .`where`, .window, .with, .within, .without, .year,
  ]
}

extension Keyword {
  /// Whether a word may stand for a column or a table without quotes, as PostgreSQL's `quote_ident` decides.
  static func isPlainName(_ name: String) -> Bool {
    guard let keyword = Keyword(rawValue: name) else { return true }
    return !columnNames.contains(keyword) && !typesAndFunctions.contains(keyword) && !reservedWords.contains(keyword)
  }
}
