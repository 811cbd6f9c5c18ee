import PostgresDialect

extension FunctionRegistrar {
  /// Row sets and what makes and joins them.
  func registerRowSets() {
    RowTable.register(on: handle)
    // One row of the arguments: a scalar function in FROM.
    scalar("pg_one_row", -1, isStrict: false) { call throws(SQLError) in
      var rows = RowSet(width: call.count)
      rows.append((0..<call.count).map(call.value))
      call.result(rows)
    }
    // Several sets beside each other, each followed by its width; the shorter ones are padded with nulls.
    scalar("pg_zip_rows", -1, isStrict: false) { call throws(SQLError) in
      let widths = stride(from: 1, to: call.count, by: 2).map { Int(call.integer($0)) }
      var readers = stride(from: 0, to: call.count, by: 2).map { call.rowSet($0) }
      var rows = RowSet(width: widths.reduce(0, +))
      while true {
        var row: [SQLValue] = []
        var isFinished = true
        for (index, width) in widths.enumerated() {
          if readers[index]?.next() == true {
            isFinished = false
            row += readers[index]?.row ?? []
          } else {
            row += Array(repeating: .null, count: width)
          }
        }
        if isFinished { break }
        try rows.appendChecked(row)
      }
      call.result(rows)
    }
    aggregate("pg_collect_rows", -1, ignoresNulls: false) { CollectedRows() }
    registerSeries()
  }

  private func registerSeries() {
    scalar("pg_series_integer", 3) { call throws(SQLError) in
      let step = call.integer(2)
      guard step != 0 else { throw SQLError(.invalidParameterValue, "step size cannot equal zero") }
      call.result(.blob(RowSet.series(from: call.integer(0), through: call.integer(1), step: step)))
    }
    scalar("pg_series_numeric", 3) { call throws(SQLError) in
      let names = ["start value", "stop value", "step size"]
      let values = [try call.numeric(0), try call.numeric(1), try call.numeric(2)]
      for (name, value) in zip(names, values) where !value.isFinite {
        throw SQLError(
          .invalidParameterValue, "\(name) cannot be \(value.description == "NaN" ? "NaN" : "infinity")")
      }
      let step = values[2]
      guard step.signum != 0 else { throw SQLError(.invalidParameterValue, "step size cannot equal zero") }
      var rows = RowSet(width: 1)
      var value = values[0]
      while step.signum > 0 ? value.compare(values[1]) <= 0 : value.compare(values[1]) >= 0 {
        try rows.appendChecked([.text(value.description)])
        value = try value.adding(step)
      }
      call.result(rows)
    }
    // Start, end, step as an interval, and for timestamptz the session's zone.
    scalar("pg_series_time", -1) { call throws(SQLError) in
      let step = try call.interval(2)
      let zone = call.count > 3 ? try call.zone(3) : nil
      guard step < .zero || .zero < step else {
        throw SQLError(.invalidParameterValue, "step size cannot equal zero")
      }
      let end = call.integer(1)
      let isDayFixed = zone == nil || zone?.fixedOffsetSeconds != nil
      if step.months == 0, step.days == 0 || isDayFixed {
        let length = Int64(step.days).multipliedReportingOverflow(by: 86_400_000_000)
        let (distance, overflow) = length.partialValue.addingReportingOverflow(step.microseconds)
        if !length.overflow, !overflow, distance != 0 {
          call.result(.blob(RowSet.series(from: call.integer(0), through: end, step: distance)))
          return
        }
      }
      let isAscending = .zero < step
      var rows = RowSet(width: 1)
      var time = call.integer(0)
      while isAscending ? time <= end : time >= end {
        try rows.appendChecked([.integer(time)])
        if let zone { time = try step.added(toInstant: time, in: zone) } else { time = try step.added(toLocal: time) }
      }
      call.result(rows)
    }
  }
}

/// The rows of a group as a ``RowSet``, in the order of their arrival.
private final class CollectedRows: AggregateState {
  private var rows: RowSet?

  func step(_ call: FunctionContext) throws(SQLError) {
    if rows == nil { rows = RowSet(width: call.count) }
    try rows?.appendChecked((0..<call.count).map(call.value))
  }

  func inverse(_ call: FunctionContext) throws(SQLError) {
    throw SQLError(.internalError, "rows are not collected over a moving frame")
  }

  func value() throws(SQLError) -> SQLValue { rows.map { .blob($0.bytes) } ?? .null }
}
