import PostgresDialect

extension FunctionRegistrar {
  /// `to_char`, `to_date`, `to_timestamp` and `to_number`. A format is read once for as long as it stays the same.
  func registerFormatting() {
    let times = LastUsed { (format) throws(SQLError) in DateTimeFormat(format) }
    let numbers = LastUsed { (format) throws(SQLError) in try NumberFormat(format) }
    func text(_ call: FunctionContext, _ text: String?) {
      if let text { call.result(text) } else { call.resultNull() }
    }
    scalar("pg_to_char_timestamptz", 3) { call throws(SQLError) in
      text(call, try times.value(call.utf8(1)).text(timestampWithTimeZone: call.integer(0), in: call.zone(2)))
    }
    scalar("pg_to_char_timestamp", 2) { call throws(SQLError) in
      text(call, try times.value(call.utf8(1)).text(timestamp: call.integer(0)))
    }
    scalar("pg_to_char_interval", 2) { call throws(SQLError) in
      text(call, try times.value(call.utf8(1)).text(call.interval(0)))
    }
    scalar("pg_to_char_numeric", 2) { call throws(SQLError) in
      call.result(try numbers.value(call.utf8(1)).text(call.numeric(0)))
    }
    scalar("pg_to_char_int4", 2) { call throws(SQLError) in
      call.result(try numbers.value(call.utf8(1)).text(Int32(clamping: call.integer(0))))
    }
    scalar("pg_to_char_int8", 2) { call throws(SQLError) in
      call.result(try numbers.value(call.utf8(1)).text(call.integer(0)))
    }
    scalar("pg_to_char_float4", 2) { call throws(SQLError) in
      call.result(try numbers.value(call.utf8(1)).text(call.real(0), digits: 6))
    }
    scalar("pg_to_char_float8", 2) { call throws(SQLError) in
      call.result(try numbers.value(call.utf8(1)).text(call.real(0)))
    }
    scalar("pg_to_date", 2) { call throws(SQLError) in
      call.result(try times.value(call.utf8(1)).date(call.text(0)))
    }
    scalar("pg_to_timestamp_format", 3) { call throws(SQLError) in
      call.result(try times.value(call.utf8(1)).timestampWithTimeZone(call.text(0), in: call.zone(2)))
    }
    scalar("pg_to_number", 2) { call throws(SQLError) in
      guard let number = try numbers.value(call.utf8(1)).number(call.text(0)) else { return call.resultNull() }
      call.result(number)
    }
  }
}

/// The value made of the text that came last: a format or pattern is mostly the same in all rows.
///
/// There is one per function and connection, so it is used by one statement at a time.
final class LastUsed<Value> {
  private let make: (String) throws(SQLError) -> Value
  private var key: [UInt8] = []
  private var current: Value?

  init(_ make: @escaping (String) throws(SQLError) -> Value) { self.make = make }

  func value(_ text: UnsafeBufferPointer<UInt8>) throws(SQLError) -> Value {
    if let current, key.elementsEqual(text) { return current }
    let value = try make(String(decoding: text, as: UTF8.self))
    key = Array(text)
    current = value
    return value
  }
}
