extension LoweringContext {
  /// `expression` as a value of `target`.
  ///
  /// - Throws: 42846 or 42804 when there is no such cast in this context; the literal's own error (22P02, 22007 …)
  ///   when an untyped literal is no value of the type.
  mutating func cast(_ expression: TypedExpression, to target: SQLType, in context: CastContext) throws(SQLError)
    -> TypedExpression
  {
    if target.base == .any || target.base == .unknown { return expression }
    if case .null? = expression.constant {
      var null = TypedExpression(.null, target, fixedPoint: target.fixedPoint, constant: .null, at: expression.range)
      null.fields = target.base == .record ? expression.fields : nil
      return null
    }
    if let text = expression.unknownString { return try literal(text, target, in: context, at: expression.range) }
    guard let allowed = CastRules.context(from: expression.type, to: target), allowed <= context else {
      throw SQLError(
        .cannotCoerce, "cannot cast type \(expression.type.displayName) to \(target.displayName)",
        at: expression.range)
    }
    var result = try converted(expression, to: target, in: context)
    result.isBytewise = expression.isBytewise && target.isString
    if target.precision != expression.type.precision || expression.type.base != target.base {
      result = rounded(result, to: target)
    }
    result.type = target
    result.range = expression.range
    result.isNullable = expression.isNullable
    return result
  }

  /// A value of an untyped literal, computed while compiling where its type allows.
  private mutating func literal(
    _ text: String, _ target: SQLType, in context: CastContext, at range: SourceRange
  ) throws(SQLError) -> TypedExpression {
    func typed(_ sql: SQLiteExpression, _ constant: TypedExpression.Constant? = nil) -> TypedExpression {
      TypedExpression(sql, target, isNullable: false, constant: constant, at: range)
    }
    do throws(SQLError) {
      if target.isArray { return try arrayLiteral(text, target, in: context, at: range) }
      if let reference = try referenceLiteral(text, target) { return typed(reference) }
      switch target.base {
      case .boolean:
        let value = try ValueText.boolean(text)
        return typed(.integer(value ? 1 : 0), .boolean(value))
      case .int2, .int4, .int8:
        let value = try integerLiteral(text, target)
        return typed(.integer(value), .integer(value))
      case .float4, .float8:
        // SQLite has no NaN: it is a text, which sorts behind all numbers as PostgreSQL sorts it.
        if try ValueText.double(text).isNaN { return typed(.text("NaN")) }
        return typed(.real(target.base == .float4 ? Double(try ValueText.real(text)) : try ValueText.double(text)))
      case .numeric:
        return try numericLiteral(Numeric(text), target, at: range)
      case .uuid:
        return typed(.text(try ValueText.uuid(text)))
      case .regtype:
        return typed(.text(try SQLType(declaration: text).displayName))
      case .interval:
        var value = try Interval(text)
        if let digits = target.precision { value.microseconds = Microseconds.rounded(value.microseconds, digits) }
        return typed(.text(value.description), .interval(value))
      case .date, .timestamp, .timestamptz:
        return try temporalLiteral(text, target, at: range)
      case .bytea:
        _ = try ValueText.bytes(text)
        return typed(.call("pg_bytea_in", .text(text)))
      case .bit, .varbit:
        let value = typed(.text(try ValueText.bits(text)), nil)
        return fittedBits(value, to: target, in: context)
      case .timetz:
        let now = SQLiteExpression.parameter(parameters.number(of: .transactionTime))
        return rounded(typed(.call("pg_timetz_in", .text(text), zone, now)), to: target)
      case .json:
        try JSONSyntax.check(text, escapes: .kept)
        return typed(.text(text))
      case .jsonb:
        return typed(.text(try JSONText.jsonb(text)))
      case .jsonpath:
        return typed(.text(try JSONPath(text).text))
      case .varchar, .bpchar, .text, .name, .unknown:
        let value = typed(.text(text), .string(text))
        guard target.precision != nil else { return value }
        return try converted(value, to: target, in: context)
      case .time:
        return rounded(typed(.call("pg_time_in", .text(text))), to: target)
      default:
        throw SQLError(.featureNotSupported, "literals of type \(target.displayName) are not supported")
      }
    } catch {
      var located = error
      located.range = located.range ?? range
      throw located
    }
  }

  private mutating func temporalLiteral(_ text: String, _ target: SQLType, at range: SourceRange) throws(SQLError)
    -> TypedExpression
  {
    // 'now' and 'today' mean the transaction's time: they stay a call, so that a cached statement stays right.
    let word = text.lowercased()
    if ["now", "today", "tomorrow", "yesterday"].contains(where: word.contains) {
      let now = SQLiteExpression.parameter(parameters.number(of: .transactionTime))
      return rounded(
        TypedExpression(
          .call("pg_\(target.base.rawValue)_in", .text(text), zone, now), target, isNullable: false, at: range),
        to: target)
    }
    let session = DateTimeText.Session(zone: timeZone, now: 0)
    var value: Int64 =
      switch target.base {
      case .date: Int64(try DateTimeText.date(text, in: session))
      case .timestamp: try DateTimeText.timestamp(text, in: session)
      default: try DateTimeText.timestampWithTimeZone(text, in: session)
      }
    if let digits = target.precision { value = Microseconds.rounded(timestamp: value, digits) }
    return TypedExpression(.integer(value), target, isNullable: false, constant: .integer(value), at: range)
  }

  /// A decimal constant in the form that suits the target: scaled integer for short numerics, text otherwise.
  func numericLiteral(_ value: Numeric, _ target: SQLType, at range: SourceRange) throws(SQLError) -> TypedExpression {
    var value = value
    if let precision = target.precision { value = try value.fitted(precision: precision, scale: target.scale ?? 0) }
    let fixed =
      target.fixedPoint
      ?? FixedPoint(precision: Swift.max(1, value.digitCount), scale: value.scale ?? 0)
    if value.isFinite, fixed.precision <= FixedPoint.maximumPrecision,
      let scaled = value.scaledInteger(scale: fixed.scale)
    {
      return TypedExpression(
        .integer(scaled), target, fixedPoint: fixed, isNullable: false, constant: .numeric(value), at: range)
    }
    return TypedExpression(.text(value.description), target, isNullable: false, constant: .numeric(value), at: range)
  }

  private func integerLiteral(_ text: String, _ target: SQLType) throws(SQLError) -> Int64 {
    switch target.base {
    case .int2: Int64(try ValueText.int16(text))
    case .int4: Int64(try ValueText.int32(text))
    default: try ValueText.int64(text)
    }
  }

  // MARK: Conversions while the statement runs

  private mutating func converted(_ value: TypedExpression, to target: SQLType, in context: CastContext)
    throws(SQLError) -> TypedExpression
  {
    func typed(_ sql: SQLiteExpression, fixed: FixedPoint? = nil) -> TypedExpression {
      TypedExpression(sql, target, fixedPoint: fixed, at: value.range)
    }
    let sql = value.sql
    if let reference = convertedReference(value, to: target) { return typed(reference) }
    if value.type.vectorArray == target { return typed(sql) }
    if target.isArray || value.type.isArray { return try convertedArray(value, to: target, in: context) }
    switch (value.type.base, target.base) {
    case (.numeric, .numeric):
      return rescaled(value, to: target)
    case (.int2, .numeric), (.int4, .numeric), (.int8, .numeric):
      var decimal = value
      decimal.fixedPoint = value.fixedOrInteger
      return rescaled(decimal, to: target)
    case (.float4, .numeric), (.float8, .numeric):
      return rescaled(typed(.call("pg_real_numeric", sql)), to: target)
    case (.numeric, .float8), (.numeric, .float4):
      guard let fixed = value.fixedPoint else { return typed(.call("pg_numeric_real", sql)) }
      // Both operands are exact below 2^53 and 10^22, so IEEE's division gives the nearest double.
      guard fixed.precision <= 15, fixed.scale > 0 else {
        return typed(fixed.scale == 0 ? .cast(sql, "real") : .call("pg_numeric_real", decimalText(value)))
      }
      return typed(.infix("/", .cast(sql, "real"), .real(Double(powerOfTen(fixed.scale)))))
    case (.numeric, .int2), (.numeric, .int4), (.numeric, .int8):
      if let fixed = value.fixedPoint, fixed.scale == 0 { return integer(sql, fixed.precision, target) }
      return typed(.call("pg_numeric_\(target.base.rawValue)", decimalText(value)))
    case (.int2, .int4), (.int2, .int8), (.int4, .int8):
      var widened = value
      widened.type = target
      return widened
    case (.int4, .int2), (.int8, .int2), (.int8, .int4):
      return integer(sql, value.fixedOrInteger?.precision ?? 19, target)
    case (.int2, .float4), (.int2, .float8), (.int4, .float4), (.int4, .float8), (.int8, .float4), (.int8, .float8):
      return typed(.cast(sql, "real"))
    case (.float4, .int2), (.float8, .int2), (.float4, .int4), (.float8, .int4), (.float4, .int8), (.float8, .int8):
      return typed(.call("pg_real_\(target.base.rawValue)", sql))
    case (.float4, .float8): return typed(sql)
    case (.float8, .float4): return typed(.call("pg_real_float4", sql))
    case (.int4, .boolean): return typed(.infix("<>", sql, .integer(0)))
    case (.boolean, .int4): return typed(sql)
    case (.date, .timestamp): return typed(.call("pg_midnight", sql))
    case (.date, .timestamptz): return typed(localToUTC(.call("pg_midnight", sql)))
    case (.timestamp, .timestamptz): return typed(localToUTC(sql))
    case (.timestamptz, .timestamp): return typed(utcToLocal(sql))
    case (.timestamp, .date): return typed(.call("pg_day", sql))
    case (.timestamptz, .date): return typed(.call("pg_day", utcToLocal(sql)))
    case (.timestamp, .time): return typed(.call("pg_time_of_day", sql))
    case (.timestamptz, .time): return typed(.call("pg_time_of_day", utcToLocal(sql)))
    case (.time, .interval): return typed(.call("pg_time_interval", sql))
    case (.timestamptz, .timetz): return typed(.call("pg_timestamptz_timetz", sql, zone))
    case (.time, .timetz):
      let now = SQLiteExpression.parameter(parameters.number(of: .transactionTime))
      return typed(.call("pg_time_timetz", sql, zone, now))
    case (.timetz, .time): return typed(.call("pg_timetz_time", sql))
    case (.json, .jsonb): return typed(.call("pg_jsonb_in", sql))
    case (.jsonb, .json): return typed(sql)
    case (.jsonb, .boolean), (.jsonb, .int2), (.jsonb, .int4), (.jsonb, .int8), (.jsonb, .float4), (.jsonb, .float8),
      (.jsonb, .numeric):
      let scalar = typed(.call("pg_jsonb_\(target.base.rawValue)", sql))
      return target.base == .numeric ? rescaled(scalar, to: target) : scalar
    case (.int4, .bit), (.int8, .bit):
      return typed(.call("pg_int_bit", sql, .integer(Int64(target.precision ?? 1))))
    case (.bit, .int4), (.bit, .int8): return typed(.call("pg_bits_\(target.base.rawValue)", sql))
    case (.bit, .varbit), (.varbit, .bit), (.bit, .bit), (.varbit, .varbit):
      return fittedBits(value, to: target, in: context)
    case (.record, .record): return value
    case (_, _) where target.isString:
      return limited(target.base == .bpchar && value.type.base == .bpchar ? value : textOf(value), target, in: context)
    case (_, _) where value.type.isString:
      return try parsed(value, target)
    default:
      var same = value
      same.type = target
      return same
    }
  }

  /// Checks that an integer of up to `digits` digits fits the narrower type.
  private func integer(_ sql: SQLiteExpression, _ digits: Int, _ target: SQLType) -> TypedExpression {
    let fits = digits <= (target.base == .int2 ? 4 : target.base == .int4 ? 9 : 18)
    let checked = fits || target.base == .int8 ? sql : .call("pg_int8_\(target.base.rawValue)", sql)
    return TypedExpression(checked, target, at: range)
  }

  /// A decimal with another scale or the typmod's bounds.
  func rescaled(_ value: TypedExpression, to target: SQLType) -> TypedExpression {
    var result = value
    result.type = target
    guard let precision = target.precision, let scale = target.scale else { return result }
    result.constant = nil
    if let fixed = value.fixedPoint, let wanted = target.fixedPoint {
      let digitsBefore = fixed.precision - fixed.scale
      if fixed.scale <= scale && digitsBefore <= precision - scale {
        result.sql = scaledUp(value.sql, by: scale - fixed.scale)
      } else {
        result.sql = .call(
          "pg_fixed_rescale", value.sql, .integer(Int64(fixed.scale)), .integer(Int64(scale)),
          .integer(Int64(precision)))
      }
      result.fixedPoint = wanted
      return result
    }
    let text = SQLiteExpression.call(
      "pg_numeric_typmod", decimalText(value), .integer(Int64(precision)), .integer(Int64(scale)))
    result.sql = target.fixedPoint == nil ? text : .call("pg_numeric_fixed", text, .integer(Int64(scale)))
    result.fixedPoint = target.fixedPoint
    return result
  }

  private mutating func parsed(_ value: TypedExpression, _ target: SQLType) throws(SQLError) -> TypedExpression {
    func typed(_ sql: SQLiteExpression) -> TypedExpression { TypedExpression(sql, target, at: value.range) }
    switch target.base {
    case .numeric: return rescaled(typed(.call("pg_numeric_in", value.sql)), to: target)
    case .date, .timestamp, .timestamptz:
      let now = SQLiteExpression.parameter(parameters.number(of: .transactionTime))
      return typed(.call("pg_\(target.base.rawValue)_in", value.sql, zone, now))
    case .timetz:
      let now = SQLiteExpression.parameter(parameters.number(of: .transactionTime))
      return typed(.call("pg_timetz_in", value.sql, zone, now))
    case .json: return typed(.call("pg_json_in", value.sql))
    case .bit, .varbit:
      return fittedBits(typed(.call("pg_bits_in", value.sql)), to: target, in: .explicit)
    case .boolean, .int2, .int4, .int8, .float4, .float8, .uuid, .jsonb, .jsonpath, .interval, .time, .bytea:
      return typed(.call("pg_\(target.base.rawValue)_in", value.sql))
    default:
      throw SQLError(.featureNotSupported, "a cast to \(target.displayName) is not supported", at: value.range)
    }
  }

  /// The value's text form, as PostgreSQL's output function writes it.
  func textOf(_ value: TypedExpression) -> TypedExpression {
    func typed(_ sql: SQLiteExpression) -> TypedExpression {
      TypedExpression(sql, .text, isNullable: value.isNullable, at: value.range)
    }
    if value.type.isString || value.type.isUnknown {
      var same = value
      if value.type.isUnknown { same.type = .text }
      if value.type.base == .bpchar {
        same.type = .text
        same.sql = .call("rtrim", value.sql, .text(" "))
        same.constant = nil
      }
      return same
    }
    if value.fields != nil { return typed(recordText(value)) }
    if value.type.isArray {
      return typed(.call("pg_array_text", value.sql, .text(value.type.base.rawValue), zone))
    }
    switch value.type.base {
    case .boolean:
      return typed(
        .caseWhen(
          [
            SQLiteBranch(condition: value.sql, result: .text("true")),
            SQLiteBranch(condition: .prefix("not", value.sql), result: .text("false")),
          ], otherwise: nil))
    case .int2, .int4, .int8, .oid, .xid: return typed(.cast(value.sql, "text"))
    case .int2vector, .oidvector: return typed(.call("pg_vector_text", value.sql))
    case .numeric: return typed(decimalText(value))
    case .float4, .float8: return typed(.call("pg_real_text", value.sql))
    case .timestamptz: return typed(.call("pg_timestamptz_text", value.sql, zone))
    case .timestamp: return typed(.call("pg_timestamp_text", value.sql))
    case .date: return typed(.call("pg_date_text", value.sql))
    case .time: return typed(.call("pg_time_text", value.sql))
    case .bytea: return typed(.call("pg_bytea_text", value.sql))
    default: return typed(value.sql)
    }
  }

  /// Bits brought to the type's length: cut or filled with zeros in a cast, otherwise checked.
  func fittedBits(_ value: TypedExpression, to target: SQLType, in context: CastContext) -> TypedExpression {
    var result = value
    result.type = target
    guard let length = target.precision else { return result }
    result.sql = .call(
      "pg_bits_fit", value.sql, .integer(Int64(length)), .integer(target.base == .varbit ? 1 : 0),
      .integer(context == .explicit ? 1 : 0))
    return result
  }

  /// A time or interval with as many digits of seconds as its type has; other values as they are.
  func rounded(_ value: TypedExpression, to target: SQLType) -> TypedExpression {
    guard let digits = target.precision, !target.isArray else { return value }
    var result = value
    let digit = SQLiteExpression.integer(Int64(digits))
    switch target.base {
    case .timestamp, .timestamptz: result.sql = .call("pg_timestamp_round", value.sql, digit)
    case .time: result.sql = .call("pg_time_round", value.sql, digit)
    case .timetz: result.sql = .call("pg_timetz_round", value.sql, digit)
    case .interval: result.sql = .call("pg_interval_round", value.sql, digit)
    default: return value
    }
    result.constant = nil
    return result
  }

  func limited(_ text: TypedExpression, _ target: SQLType, in context: CastContext) -> TypedExpression {
    var result = text
    result.type = target
    result.constant = nil
    guard let length = target.precision else { return result }
    result.sql = .call(
      context == .explicit ? "pg_char_cut" : "pg_char_check", text.sql, .integer(Int64(length)),
      .integer(target.base == .bpchar ? 1 : 0))
    return result
  }

  // MARK: Pieces

  /// The decimal text of a numeric, whatever form it has.
  func decimalText(_ value: TypedExpression) -> SQLiteExpression {
    guard let fixed = value.fixedPoint ?? (value.type.isInteger ? value.fixedOrInteger : nil) else { return value.sql }
    if case .numeric(let constant)? = value.constant { return .text(constant.description) }
    return fixed.scale == 0
      ? .cast(value.sql, "text") : .call("pg_fixed_text", value.sql, .integer(Int64(fixed.scale)))
  }

  func scaledUp(_ sql: SQLiteExpression, by digits: Int) -> SQLiteExpression {
    guard digits > 0 else { return sql }
    if case .integer(let value) = sql {
      let (product, overflow) = value.multipliedReportingOverflow(by: powerOfTen(digits))
      if !overflow { return .integer(product) }
    }
    return .infix("*", sql, .integer(powerOfTen(digits)))
  }

  /// `time` cut to a multiple of `width` microseconds after `offset`; the infinite times stay.
  func truncated(_ time: SQLiteExpression, to width: Int64, offset: Int64 = 0) -> SQLiteExpression {
    guard case .column = time, offset >= 0, offset < width else {
      return .call("pg_floor_time", time, .integer(width), .integer(offset))
    }
    // A column is grouped by its hour or day in most queries: there SQLite's own arithmetic is worth its length.
    let shifted: SQLiteExpression = offset == 0 ? time : .infix("-", time, .integer(offset))
    let isFinite = SQLiteExpression.between(time, .integer(Self.firstTimestamp), .integer(.max - 1), negated: false)
    return .caseWhen(
      [SQLiteBranch(condition: isFinite, result: .infix("-", time, floorRemainder(shifted, by: width)))],
      otherwise: time)
  }

  /// 4714-11-24 BC, the first day a timestamp reaches.
  private static let firstTimestamp: Int64 = -210_866_803_200_000_000

  /// Whole days of microseconds, rounded down also before 1970.
  func daysOf(_ microseconds: SQLiteExpression) -> SQLiteExpression {
    floorDivided(microseconds, by: 86_400_000_000)
  }

  /// ⌊a / b⌋ for positive b in integer arithmetic; SQLite's own division rounds towards zero.
  func floorDivided(_ value: SQLiteExpression, by divisor: Int64) -> SQLiteExpression {
    .infix("/", .infix("-", value, floorRemainder(value, by: divisor)), .integer(divisor))
  }

  /// The remainder that is never negative.
  func floorRemainder(_ value: SQLiteExpression, by divisor: Int64) -> SQLiteExpression {
    .infix("%", .infix("+", .infix("%", value, .integer(divisor)), .integer(divisor)), .integer(divisor))
  }

  func localToUTC(_ sql: SQLiteExpression) -> SQLiteExpression {
    timeZone == .utc ? sql : .call("pg_local_to_utc", sql, zone)
  }

  func utcToLocal(_ sql: SQLiteExpression) -> SQLiteExpression {
    timeZone == .utc ? sql : .call("pg_utc_to_local", sql, zone)
  }
}

/// 10^exponent for exponents from 0 to 18.
func powerOfTen(_ exponent: Int) -> Int64 {
  (0..<Swift.min(Swift.max(exponent, 0), 18)).reduce(1) { value, _ in value * 10 }
}

extension Numeric {
  /// The digits of the value as it is written, those behind the point included.
  var digitCount: Int { description.utf8.count { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } }
}

extension Interval.Fields {
  /// The fields of a declaration such as `day to second`, in lower case.
  init(declaration: String) {
    let order: [(String, Interval.Fields)] = [
      ("year", .year), ("month", .month), ("day", .day), ("hour", .hour), ("minute", .minute), ("second", .second),
    ]
    let words = declaration.split(separator: " ").map(String.init)
    let first = order.firstIndex { $0.0 == words.first } ?? 0
    let last = order.firstIndex { $0.0 == words.last } ?? first
    self = order[first...Swift.max(first, last)].reduce(into: []) { $0.insert($1.1) }
  }
}
