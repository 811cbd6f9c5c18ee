import Testing

@testable import PostgresDialect

@Suite struct DateTimeTextTests {
  @Test(arguments: ["timestamptz", "timestamp", "date", "time", "timestamptz_in"])
  func `reads and writes as PostgreSQL 15 did`(_ type: String) throws {
    try Recorded.check("datetimes", where: { $0.operation == type }) { recorded in
      let text = recorded.arguments[0]
      switch type {
      case "timestamptz":
        let value = try DateTimeText.timestampWithTimeZone(text, in: fixtureSession)
        return DateTimeText.text(timestampWithTimeZone: value, in: .utc)
      case "timestamp": return DateTimeText.text(timestamp: try DateTimeText.timestamp(text, in: fixtureSession))
      case "date": return DateTimeText.text(date: try DateTimeText.date(text, in: fixtureSession))
      case "time": return DateTimeText.text(time: try DateTimeText.time(text, in: fixtureSession))
      default:
        let session = DateTimeText.Session(zone: try TimeZoneRules(setting: text), now: 0)
        let value = try DateTimeText.timestampWithTimeZone(recorded.arguments[1], in: session)
        return DateTimeText.text(timestamp: value)
      }
    }
  }

  @Test func `the words refer to the session`() throws {
    let zone = try TimeZoneRules(identifier: "Asia/Manila")
    // 2025-08-23 09:00:00.25 UTC is 17:00 in Manila.
    let session = DateTimeText.Session(zone: zone, now: 1_755_939_600_250_000)
    func instant(_ text: String) throws -> String {
      DateTimeText.text(timestampWithTimeZone: try DateTimeText.timestampWithTimeZone(text, in: session), in: zone)
    }
    #expect(try instant("now") == "2025-08-23 17:00:00.25+08")
    #expect(try instant("today") == "2025-08-23 00:00:00+08")
    #expect(try instant("Tomorrow 10:30") == "2025-08-24 10:30:00+08")
    #expect(try instant("yesterday") == "2025-08-22 00:00:00+08")
    #expect(DateTimeText.text(timestamp: try DateTimeText.timestamp("now", in: session)) == "2025-08-23 17:00:00.25")
    #expect(DateTimeText.text(date: try DateTimeText.date("tomorrow", in: session)) == "2025-08-24")
    #expect(DateTimeText.text(time: try DateTimeText.time("now", in: session)) == "17:00:00.25")
  }

  @Test func `the quick reader agrees with the general one wherever it answers`() throws {
    var random = SplitMix(seed: 20_250_823)
    let pieces = [
      "", "Z", "z", "+08", "-03:30", "+0545", "+16", "+8", " +08", ".", ".5", ".123456", ".1234567", ":07", ":60", "x",
    ]
    for _ in 0..<20_000 {
      func two(_ limit: Int) -> String { let n = random.next(below: limit); return n < 10 ? "0\(n)" : "\(n)" }
      let time = "\(two(26)):\(two(62))"
      let text =
        "\(1000 + random.next(below: 9500))-\(two(14))-\(two(33))\(random.next(below: 2) == 0 ? "T" : " ")\(time)"
        + pieces[random.next(below: pieces.count)] + pieces[random.next(below: pieces.count)]
      var copy = text
      guard let quick = copy.withUTF8({ DateTimeText.parseISO(UnsafeRawBufferPointer($0)) }) else { continue }
      guard case .fields(let fields) = try DateTimeDecoder.decode(text, type: "x", in: fixtureSession) else {
        Issue.record("\(text) (seed 20250823)")
        continue
      }
      #expect(fields.localTimestamp == quick.localMicroseconds, "\(text) (seed 20250823)")
      #expect(fields.offset == quick.offsetSeconds, "\(text) (seed 20250823)")
    }
  }

  @Test func `the quick reader takes the forms that it promises`() {
    let forms = [
      "2025-08-23 09:00", "2025-08-23T09:00:01", "2025-08-23 09:00:01.5", "2025-08-23 09:00:01.123456Z",
      "2025-08-23T09:00:01+08:00", "2025-08-23 09:00-0330", "2024-02-29 23:59:59.999999-12",
    ]
    for form in forms {
      var copy = form
      #expect(copy.withUTF8 { DateTimeText.parseISO(UnsafeRawBufferPointer($0)) } != nil, "\(form)")
    }
    for form in [
      "2025-02-29 00:00", "2025-08-23", "2025-08-23 24:00", "2025-08-23 09:00:00.1234567", "2025-08-23 9:00:00",
    ] {
      var copy = form
      #expect(copy.withUTF8 { DateTimeText.parseISO(UnsafeRawBufferPointer($0)) } == nil, "\(form)")
    }
  }

  @Test func `random text never traps`() {
    var random = SplitMix(seed: 7)
    let alphabet = Array("0123456789-+:./ TZjanbcpymade,P@\u{0}é".utf8)
    for _ in 0..<30_000 {
      let bytes = (0..<random.next(below: 24)).map { _ in alphabet[random.next(below: alphabet.count)] }
      let text = String(decoding: bytes, as: UTF8.self)
      _ = try? DateTimeText.timestampWithTimeZone(text, in: fixtureSession)
      _ = try? DateTimeText.date(text, in: fixtureSession)
      _ = try? DateTimeText.time(text, in: fixtureSession)
      _ = try? Interval(text)
      _ = try? Interval("P" + text)
      _ = try? Numeric(text)
      _ = try? ValueText.double(text)
      _ = try? TimeZoneRules(setting: text)
    }
  }
}

@Suite struct CivilCalendarTests {
  @Test func `agrees with counting day by day`() {
    var (year, month, day) = (-401, 1, 1)
    var number = CivilCalendar.days(year: year, month: month, day: day)
    while year < 2401 {
      #expect(CivilCalendar.civil(days: number) == (year, month, day))
      #expect(CivilCalendar.days(year: year, month: month, day: day) == number)
      number += 1
      day += 1
      if day > CivilCalendar.daysInMonth(year: year, month: month) { (month, day) = (month + 1, 1) }
      if month > 12 { (year, month) = (year + 1, 1) }
    }
  }

  @Test func `knows the days of the week`() {
    // 23 August 2025 was a Saturday.
    let days = CivilCalendar.days(year: 2025, month: 8, day: 23)
    #expect(days == 20_323)
    #expect(CivilCalendar.weekday(days: days) == 6)
    #expect(CivilCalendar.isoWeek(days: days) == (2025, 34))
    #expect(CivilCalendar.firstMonday(ofISOYear: 2025) == CivilCalendar.days(year: 2024, month: 12, day: 30))
  }
}

/// A small generator of reproducible numbers.
struct SplitMix {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  mutating func next(below limit: Int) -> Int { Int(next() % UInt64(limit)) }
}
