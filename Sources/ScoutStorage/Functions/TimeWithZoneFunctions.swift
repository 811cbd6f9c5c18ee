import PostgresDialect

extension FunctionRegistrar {
  /// `time with time zone`, and times with fewer digits of seconds.
  func registerTimesWithZone() {
    func time(_ call: FunctionContext, _ index: Int) throws(SQLError) -> TimeWithZone {
      try TimeWithZone(call.text(index), in: DateTimeText.Session(zone: .utc, now: 0))
    }
    let day: Int64 = 86_400_000_000
    // Text, zone, now.
    scalar("pg_timetz_in", 3) { call throws(SQLError) in
      let session = DateTimeText.Session(zone: try call.zone(1), now: call.integer(2))
      call.result(try TimeWithZone(call.text(0), in: session).text)
    }
    scalar("pg_timestamptz_timetz", 2) { call throws(SQLError) in
      let instant = call.integer(0)
      if instant == .max || instant == .min { return call.resultNull() }
      call.result(TimeWithZone(instant: instant, in: try call.zone(1)).text)
    }
    scalar("pg_time_timetz", 3) { call throws(SQLError) in
      let offset = try call.zone(1).offsetSeconds(atUTC: call.integer(2))
      call.result(TimeWithZone(microseconds: call.integer(0), offset: offset).text)
    }
    scalar("pg_timetz_time", 1) { call throws(SQLError) in call.result(try time(call, 0).microseconds) }
    scalar("pg_timetz_add", 2) { call throws(SQLError) in
      var value = try time(call, 0)
      let moved = value.microseconds + (try call.interval(1).microseconds % day)
      value.microseconds = (moved % day + day) % day
      call.result(value.text)
    }
    scalar("pg_date_timetz", 2) { call throws(SQLError) in
      let midnight = try DateTimeText.midnight(ofDate: Int(call.integer(0)))
      if midnight == .max || midnight == .min { return call.result(midnight) }
      let value = try time(call, 1)
      call.result(midnight + value.microseconds - Int64(value.offset) * 1_000_000)
    }
    scalar("pg_timestamp_round", 2) { call throws(SQLError) in
      call.result(Microseconds.rounded(timestamp: call.integer(0), Int(call.integer(1))))
    }
    scalar("pg_time_round", 2) { call throws(SQLError) in
      call.result(Microseconds.rounded(call.integer(0), Int(call.integer(1))))
    }
    scalar("pg_timetz_round", 2) { call throws(SQLError) in
      var value = try time(call, 0)
      value.microseconds = Microseconds.rounded(value.microseconds, Int(call.integer(1)))
      call.result(value.text)
    }
    scalar("pg_interval_round", 2) { call throws(SQLError) in
      var value = try call.interval(0)
      value.microseconds = Microseconds.rounded(value.microseconds, Int(call.integer(1)))
      call.result(value)
    }
    // The value and the name of its type.
    scalar("pg_typeof", 2, isStrict: false) { call throws(SQLError) in call.result(call.text(1)) }
    collation("pg_timetz") { left, right in
      if left.elementsEqual(right) { return 0 }
      guard let a = TimeWithZone(stored: String(decoding: left, as: UTF8.self)),
        let b = TimeWithZone(stored: String(decoding: right, as: UTF8.self))
      else { return left.lexicographicallyPrecedes(right) ? -1 : 1 }
      return a.compare(b)
    }
  }
}
