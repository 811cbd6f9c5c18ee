extension GeneratorTruth {
  /// The truth as JSON, for `truth.json` beside the data: fixed key order, one brand or day per line.
  ///
  /// Amounts are whole centavos, instants ISO 8601 in the stores' local time. Days and brands without sales are absent
  /// from `by_date`.
  public func json() -> [UInt8] {
    var out = JSONText()
    out.open("{")
    out.key("generator")
    appendConfiguration(&out)
    out.key("counts")
    out.open("{")
    out.integers(counts.fields)
    out.key("malformed_by_reason")
    out.open("{")
    out.integers(counts.malformedByReason.map { ($0.reason, $0.count) })
    out.close("}")
    out.close("}")
    out.key("total")
    out.inline(total.fields)
    out.key("by_brand")
    out.open("{")
    for (brand, totals) in zip(brands, byBrand) {
      out.key(brand)
      out.inline(totals.fields)
    }
    out.close("}")
    out.key("by_date")
    out.open("{")
    for day in days where day.total.lineItems > 0 {
      var date: [UInt8] = []
      day.date.append(to: &date)
      out.key(String(decoding: date, as: UTF8.self))
      out.open("{")
      out.key("total")
      out.inline(day.total.fields)
      out.key("by_brand")
      out.open("{")
      for (brand, totals) in zip(brands, day.byBrand) where totals.lineItems > 0 {
        out.key(brand)
        out.inline(totals.fields)
      }
      out.close("}")
      out.close("}")
    }
    out.close("}")
    appendPlan(&out)
    out.close("}")
    out.bytes.append(UInt8(ascii: "\n"))
    return out.bytes
  }

  private func appendConfiguration(_ out: inout JSONText) {
    var date: [UInt8] = []
    configuration.startDate.append(to: &date)
    out.open("{")
    // A string: a 64-bit seed does not survive readers that hold numbers as doubles.
    out.string("seed", String(configuration.seed))
    out.string("start_date", String(decoding: date, as: UTF8.self))
    out.integers([("days", configuration.days), ("stores", configuration.stores)])
    out.number("transactions_per_store_per_day", configuration.transactionsPerStorePerDay)
    out.integers([("utc_offset_minutes", configuration.utcOffsetMinutes)])
    out.key("rates")
    out.open("{")
    for (name, rate) in configuration.rates.named { out.number(name, rate) }
    out.close("}")
    out.close("}")
  }

  private func appendPlan(_ out: inout JSONText) {
    out.key("incidents")
    out.open("[")
    for incident in incidents {
      out.element()
      out.open("{")
      out.string("monitor", incident.monitor)
      out.key("key")
      out.open("{")
      for (column, value) in incident.key { out.string(column, value) }
      out.close("}")
      out.string("start", instant(incident.start))
      out.string("end", instant(incident.end))
      out.string("description", incident.description)
      out.close("}")
    }
    out.close("]")
    out.key("promotions")
    out.open("[")
    for promotion in promotions {
      out.element()
      out.open("{")
      out.string("brand", promotion.brand)
      out.string("start", instant(promotion.start))
      out.string("end", instant(promotion.end))
      out.integers([
        ("store_modulus", promotion.storeModulus), ("store_remainder", promotion.storeRemainder),
        ("discount_percent", promotion.discountPercent),
      ])
      out.number("lift", promotion.lift)
      out.key("anomalous")
      out.bytes.append(promotion.isAnomalous ? "true" : "false")
      out.close("}")
    }
    out.close("]")
  }

  private func instant(_ seconds: Int) -> String {
    var bytes: [UInt8] = []
    appendTimestamp(seconds, localOffset: configuration.utcOffsetMinutes * 60, suffix: .offset, to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }
}

/// Indented JSON, written in the order in which it is asked for.
private struct JSONText {
  var bytes: [UInt8] = []
  private var depth = 0
  private var isFirst = true

  mutating func open(_ bracket: StaticString) {
    bytes.append(bracket)
    depth += 1
    isFirst = true
  }

  mutating func close(_ bracket: StaticString) {
    depth -= 1
    if !isFirst { newLine() }
    bytes.append(bracket)
    isFirst = false
  }

  mutating func element() {
    if !isFirst { bytes.append(UInt8(ascii: ",")) }
    isFirst = false
    newLine()
  }

  mutating func key(_ name: String) {
    element()
    bytes.append(jsonString: name)
    bytes.append(": ")
  }

  mutating func string(_ name: String, _ value: String) {
    key(name)
    bytes.append(jsonString: value)
  }

  /// `description` gives the shortest decimal that reads back as the same double, on every platform.
  mutating func number(_ name: String, _ value: Double) {
    key(name)
    bytes.append(contentsOf: value.description.utf8)
  }

  mutating func integers(_ fields: [(key: String, value: Int)]) {
    for (name, value) in fields {
      key(name)
      bytes.append(number: value)
    }
  }

  /// A flat object on one line.
  mutating func inline(_ fields: [(key: String, value: Int)]) {
    bytes.append(UInt8(ascii: "{"))
    for (index, field) in fields.enumerated() {
      if index > 0 { bytes.append(", ") }
      bytes.append(jsonString: field.key)
      bytes.append(": ")
      bytes.append(number: field.value)
    }
    bytes.append(UInt8(ascii: "}"))
  }

  private mutating func newLine() {
    bytes.append(UInt8(ascii: "\n"))
    for _ in 0..<depth { bytes.append("  ") }
  }
}
