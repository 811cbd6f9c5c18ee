import PostgresDialect

extension FunctionRegistrar {
  func registerTimes() {
    registerTimeInput()
    registerTimeOutput()
    registerTruncation()
    registerExtraction()
    registerIntervals()
    registerTimeConstructors()
    scalar("pg_clock_timestamp", 0, isPure: false) { call throws(SQLError) in
      call.result(call.session.clock.now().microseconds)
    }
    scalar("pg_local_to_utc", 2) { call throws(SQLError) in
      call.result(try call.zone(1).utc(fromLocal: call.integer(0)))
    }
    scalar("pg_utc_to_local", 2) { call throws(SQLError) in
      call.result(try call.zone(1).local(fromUTC: call.integer(0)))
    }
    scalar("pg_at_zone", 2) { call throws(SQLError) in
      call.result(try call.zone(0).local(fromUTC: call.integer(1)))
    }
    scalar("pg_from_zone", 2) { call throws(SQLError) in
      call.result(try call.zone(0).utc(fromLocal: call.integer(1)))
    }
    scalar("pg_time_shift", 2) { call throws(SQLError) in
      call.result(try Interval(microseconds: call.integer(1)).added(toLocal: call.integer(0)))
    }
    scalar("pg_floor_time", 3) { call throws(SQLError) in
      call.result(
        try DateTimeTruncation.bin(
          call.integer(0), stride: Interval(microseconds: call.integer(1)), origin: call.integer(2)))
    }
    scalar("pg_midnight", 1) { call throws(SQLError) in
      call.result(try DateTimeText.midnight(ofDate: Int(call.integer(0))))
    }
    scalar("pg_day", 1) { call throws(SQLError) in
      call.result(Int64(DateTimeText.day(ofTimestamp: call.integer(0))))
    }
    scalar("pg_time_of_day", 1) { call throws(SQLError) in
      let time = call.integer(0)
      if time == .max || time == .min { return call.resultNull() }
      let day: Int64 = 86_400_000_000
      call.result((time % day + day) % day)
    }
    for (name, sign) in [("pg_time_add", Int64(1)), ("pg_time_subtract", -1)] {
      scalar(name, 2) { call throws(SQLError) in
        // Only the clock turns: months and days count nothing.
        let day: Int64 = 86_400_000_000
        let moved = call.integer(0) + sign * (try call.interval(1).microseconds % day)
        call.result((moved % day + day) % day)
      }
    }
    scalar("pg_time_interval", 1) { call throws(SQLError) in
      call.result(Interval(microseconds: call.integer(0)))
    }
    scalar("pg_date_add", 2) { call throws(SQLError) in
      call.result(try moved(call.integer(0), by: call.integer(1)))
    }
    scalar("pg_date_subtract", 2) { call throws(SQLError) in
      call.result(try moved(call.integer(0), by: -call.integer(1)))
    }
    scalar("pg_date_difference", 2) { call throws(SQLError) in
      if isInfinite(date: call.integer(0)) || isInfinite(date: call.integer(1)) {
        throw SQLError(.datetimeFieldOverflow, "cannot subtract infinite dates")
      }
      call.result(call.integer(0) - call.integer(1))
    }
    scalar("pg_timestamp_add", 2) { call throws(SQLError) in
      call.result(try call.interval(1).added(toLocal: call.integer(0)))
    }
    scalar("pg_timestamptz_add", 3) { call throws(SQLError) in
      call.result(try call.interval(1).added(toInstant: call.integer(0), in: call.zone(2)))
    }
    scalar("pg_timestamp_difference", 2) { call throws(SQLError) in
      call.result(try Interval(from: call.integer(1), to: call.integer(0)))
    }
    scalar("pg_age", 2) { call throws(SQLError) in
      call.result(try Interval(ageOf: call.integer(0), since: call.integer(1)))
    }
    scalar("pg_to_timestamp", 1) { call throws(SQLError) in
      let microseconds = (call.real(0) * 1_000_000).rounded(.toNearestOrEven)
      guard microseconds.isFinite, microseconds.magnitude < 9e18 else {
        throw SQLError(.datetimeFieldOverflow, "timestamp out of range: \"\(ValueText.text(call.real(0)))\"")
      }
      call.result(Int64(microseconds))
    }
    scalar("pg_series_step", 1) { call throws(SQLError) in
      if call.integer(0) == 0 { throw SQLError(.invalidParameterValue, "step size cannot equal zero") }
      call.result(call.integer(0))
    }
  }

  private func registerTimeInput() {
    func session(_ call: FunctionContext) throws(SQLError) -> DateTimeText.Session {
      DateTimeText.Session(zone: try call.zone(1), now: call.integer(2))
    }
    scalar("pg_timestamptz_in", 3) { call throws(SQLError) in
      call.result(try DateTimeText.timestampWithTimeZone(call.text(0), in: session(call)))
    }
    scalar("pg_timestamp_in", 3) { call throws(SQLError) in
      call.result(try DateTimeText.timestamp(call.text(0), in: session(call)))
    }
    scalar("pg_date_in", 3) { call throws(SQLError) in
      call.result(Int64(try DateTimeText.date(call.text(0), in: session(call))))
    }
    scalar("pg_time_in", 1) { call throws(SQLError) in
      call.result(try DateTimeText.time(call.text(0), in: DateTimeText.Session(zone: .utc, now: 0)))
    }
    scalar("pg_interval_in", 1) { call throws(SQLError) in call.result(try call.interval(0)) }
  }

  private func registerTimeOutput() {
    scalar("pg_timestamptz_text", 2) { call throws(SQLError) in
      call.result(DateTimeText.text(timestampWithTimeZone: call.integer(0), in: try call.zone(1)))
    }
    scalar("pg_timestamp_text", 1) { call throws(SQLError) in
      call.result(DateTimeText.text(timestamp: call.integer(0)))
    }
    scalar("pg_date_text", 1) { call throws(SQLError) in
      call.result(DateTimeText.text(date: Int(call.integer(0))))
    }
    scalar("pg_time_text", 1) { call throws(SQLError) in call.result(DateTimeText.text(time: call.integer(0))) }
    scalar("pg_bytea_text", 1) { call throws(SQLError) in
      if case .blob(let bytes) = call.value(0) { call.result(ValueText.bytea(bytes)) } else { call.result("\\x") }
    }
  }

  private func registerIntervals() {
    scalar("pg_interval_add", 2) { call throws(SQLError) in
      call.result(try call.interval(0).adding(call.interval(1)))
    }
    scalar("pg_interval_subtract", 2) { call throws(SQLError) in
      call.result(try call.interval(0).subtracting(call.interval(1)))
    }
    scalar("pg_interval_negate", 1) { call throws(SQLError) in call.result(try call.interval(0).negated()) }
    scalar("pg_interval_multiply", 2) { call throws(SQLError) in
      call.result(try call.interval(0).multiplied(by: call.real(1)))
    }
    scalar("pg_interval_divide", 2) { call throws(SQLError) in
      call.result(try call.interval(0).divided(by: call.real(1)))
    }
    scalar("pg_justify_days", 1) { call throws(SQLError) in call.result(try call.interval(0).justifiedDays()) }
    scalar("pg_justify_hours", 1) { call throws(SQLError) in call.result(try call.interval(0).justifiedHours()) }
    scalar("pg_justify_interval", 1) { call throws(SQLError) in call.result(try call.interval(0).justified()) }
  }
}

func isInfinite(date: Int64) -> Bool {
  date == Int64(DateTimeText.dateInfinity) || date == Int64(DateTimeText.dateNegativeInfinity)
}

/// A date so many days later; the infinite ones stay.
private func moved(_ date: Int64, by days: Int64) throws(SQLError) -> Int64 {
  if isInfinite(date: date) { return date }
  let result = date + days
  // From 4714-11-24 BC to the end of the year 5874897.
  guard (-2_440_588...2_145_031_948).contains(result) else {
    throw SQLError(.datetimeFieldOverflow, "date out of range")
  }
  return result
}

// MARK: Truncation and fields

extension FunctionRegistrar {
  private func registerTruncation() {
    scalar("pg_date_trunc", 2) { call throws(SQLError) in
      let unit = try DateTimeUnit.truncation(call.text(0), of: .timestamp)
      call.result(try DateTimeTruncation.truncate(call.integer(1), to: unit))
    }
    scalar("pg_date_trunc_zone", 3) { call throws(SQLError) in
      let unit = try DateTimeUnit.truncation(call.text(0), of: .timestampWithTimeZone)
      call.result(try DateTimeTruncation.truncate(call.integer(1), to: unit, in: call.zone(2)))
    }
    scalar("pg_date_trunc_interval", 2) { call throws(SQLError) in
      let unit = try DateTimeUnit.truncation(call.text(0), of: .interval)
      call.result(DateTimeTruncation.truncate(try call.interval(1), to: unit))
    }
    scalar("pg_date_bin", 3) { call throws(SQLError) in
      call.result(
        try DateTimeTruncation.bin(call.integer(1), stride: call.interval(0), origin: call.integer(2)))
    }
  }

  /// `extract` gives an exact decimal, `date_part` the same as a float.
  private func registerExtraction() {
    func field(
      _ type: String, _ arity: Int, _ extract: @escaping (FunctionContext) throws(SQLError) -> Numeric?
    ) {
      scalar("pg_extract_\(type)", arity) { call throws(SQLError) in
        guard let value = try extract(call) else { return call.resultNull() }
        call.result(value)
      }
      scalar("pg_extract_\(type)_float8", arity) { call throws(SQLError) in
        guard let value = try extract(call) else { return call.resultNull() }
        call.result(try value.double())
      }
    }
    field("date", 2) { call throws(SQLError) in
      DateTimeExtraction.extract(
        try DateTimeUnit.extraction(call.text(0), from: .date), fromDate: Int(call.integer(1)))
    }
    field("timestamp", 2) { call throws(SQLError) in
      DateTimeExtraction.extract(
        try DateTimeUnit.extraction(call.text(0), from: .timestamp), fromTimestamp: call.integer(1))
    }
    field("timestamptz", 3) { call throws(SQLError) in
      DateTimeExtraction.extract(
        try DateTimeUnit.extraction(call.text(0), from: .timestampWithTimeZone), fromInstant: call.integer(1),
        in: try call.zone(2))
    }
    field("time", 2) { call throws(SQLError) in
      DateTimeExtraction.extract(try DateTimeUnit.extraction(call.text(0), from: .time), fromTime: call.integer(1))
    }
    field("interval", 2) { call throws(SQLError) in
      DateTimeExtraction.extract(
        try DateTimeUnit.extraction(call.text(0), from: .interval), from: try call.interval(1))
    }
  }
}
