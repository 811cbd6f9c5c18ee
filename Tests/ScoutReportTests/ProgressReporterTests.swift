import ScoutReport
import Synchronization
import Testing

@Suite struct ProgressReporterTests {
  /// A clock that is set by hand, and what was written.
  final class Desk: Sendable {
    private let state = Mutex((seconds: 100.0, output: ""))

    func advance(_ seconds: Double) { state.withLock { $0.seconds += seconds } }

    /// What was written since the last call.
    func read() -> String {
      state.withLock { state in
        defer { state.output = "" }
        return state.output
      }
    }

    func reporter(
      rows: Int? = nil, bytes: Int? = nil, _ display: ProgressReporter.Display, style: Style = .plain
    ) -> ProgressReporter {
      ProgressReporter(
        "ingest", totalRows: rows, totalBytes: bytes, display: display, style: style,
        clock: { self.state.withLock { $0.seconds } }, sink: { text in self.state.withLock { $0.output += text } })
    }
  }

  static let erase = "\r\u{1B}[2K"

  @Test func `a terminal line shows bar, share, rates and the time left`() {
    let desk = Desk()
    var progress = desk.reporter(bytes: 10_000_000, .redrawn(width: 120))
    desk.advance(2)
    progress.update(rows: 10_000, bytes: 2_500_000)
    #expect(
      desk.read() == Self.erase
        + "ingest  █████░░░░░░░░░░░░░░░  25%  10,000 rows  2.5 MB  5,000 rows/s  1.3 MB/s  6.0 s left")
    desk.advance(0.05)
    progress.update(rows: 10_001, bytes: 2_500_100)
    #expect(desk.read() == "", "too soon to be read")
    desk.advance(1.95)
    progress.finish()
    #expect(desk.read() == Self.erase + "ingest  10,001 rows  2.5 MB in 4.0 s  2,500 rows/s  625.0 kB/s\n")
  }

  @Test func `elsewhere there is a plain line now and then`() {
    let desk = Desk()
    var progress = desk.reporter(rows: 400, .lines(everySeconds: 10))
    for second in 1...25 {
      desk.advance(1)
      progress.update(rows: second * 10)
    }
    progress.finish()
    #expect(
      desk.read() == """
        ingest  25%  100 rows  10 rows/s  30.0 s left
        ingest  50%  200 rows  10 rows/s  20.0 s left
        ingest  250 rows in 25.0 s  10 rows/s

        """)
  }

  @Test func `an unknown total has neither bar nor time left`() {
    let desk = Desk()
    var progress = desk.reporter(bytes: 0, .redrawn(width: 80))
    desk.advance(90)
    progress.update(rows: 1, bytes: 900)
    #expect(desk.read() == Self.erase + "ingest  1 row  900 B  0 rows/s  10 B/s  1 min 30 s")
  }

  @Test func `the last line is the same everywhere and comes once`() {
    func lastLine(_ display: ProgressReporter.Display, _ outcome: ProgressReporter.Outcome) -> String {
      let desk = Desk()
      var progress = desk.reporter(rows: 10, display)
      desk.advance(0.5)
      progress.update(rows: 4)
      _ = desk.read()
      progress.finish(outcome)
      progress.finish()
      progress.update(rows: 10)
      return desk.read()
    }
    #expect(lastLine(.lines(everySeconds: 1), .completed) == "ingest  4 rows in 500 ms  8 rows/s\n")
    #expect(lastLine(.redrawn(width: 80), .completed) == Self.erase + "ingest  4 rows in 500 ms  8 rows/s\n")
    #expect(
      lastLine(.redrawn(width: 80), .stopped) == Self.erase + "ingest  stopped after 4 rows in 500 ms  8 rows/s\n")
    #expect(lastLine(.silent, .completed) == "")
  }

  @Test func `nonsense does no harm`() {
    let desk = Desk()
    var progress = desk.reporter(rows: 3, .redrawn(width: 0))
    desk.advance(-50)
    progress.update(rows: .max, bytes: .min)
    #expect(desk.read() == Self.erase)
    progress.finish()
    #expect(desk.read() == Self.erase + "ingest  9,223,372,036,854,775,807 rows in 0 ms\n")
    var empty = desk.reporter(.lines(everySeconds: 1))
    empty.finish()
    #expect(desk.read() == "ingest  0 rows in 0 ms\n")
  }

  @Test func `a line never fills the terminal, and only the bar has a colour`() {
    let desk = Desk()
    var progress = desk.reporter(rows: 2, .redrawn(width: 34), style: .ansi)
    desk.advance(2)
    progress.update(rows: 1)
    #expect(desk.read() == Self.erase + "ingest  \u{1B}[32m██████████░░░░░░░░░░\u{1B}[0m  50…")
  }
}

@Suite struct HumanTextTests {
  @Test(arguments: [
    (0, "0"), (999, "999"), (1000, "1,000"), (-1_234_567, "-1,234,567"), (Int.min, "-9,223,372,036,854,775,808"),
  ])
  func `counts have commas`(count: Int, text: String) { #expect(humanCount(count) == text) }

  @Test(arguments: [
    (0, "0 B"), (999, "999 B"), (1000, "1.0 kB"), (1234, "1.2 kB"), (999_949, "999.9 kB"), (999_950, "1.0 MB"),
    (-5_000_000, "-5.0 MB"), (Int.max, "9.2 EB"), (Int.min, "-9.2 EB"),
  ])
  func `bytes have decimal units`(count: Int, text: String) { #expect(humanBytes(count) == text) }

  @Test(arguments: [
    (Duration.zero, "0 ms"), (.microseconds(400), "0.4 ms"), (.microseconds(9949), "9.9 ms"),
    (.milliseconds(10), "10 ms"),
    (.milliseconds(250), "250 ms"), (.milliseconds(999.6), "1.0 s"), (.seconds(14.24), "14.2 s"),
    (.seconds(59.96), "1 min"), (.seconds(200), "3 min 20 s"), (.seconds(3600), "1 h"), (.seconds(7530), "2 h 5 min"),
    (.seconds(273_600), "3 d 4 h"), (.seconds(-2), "-2.0 s"), (.seconds(Int64.max), "106,751,991,167,300 d 15 h"),
  ])
  func `durations have the units that matter`(duration: Duration, text: String) {
    #expect(humanDuration(duration) == text)
  }

  @Test(arguments: [
    (0, "just now"), (9, "just now"), (10, "10 seconds ago"), (119, "1 minute ago"), (7200, "2 hours ago"),
    (86_400, "yesterday"), (-90_000, "tomorrow"), (-259_200, "in 3 days"), (2_592_000, "1 month ago"),
    (63_072_000, "2 years ago"), (-60, "in 1 minute"),
  ])
  func `ages are told in one unit`(seconds: Int, text: String) { #expect(relativeTime(.seconds(seconds)) == text) }

  @Test func `sparklines span the values and keep gaps`() {
    #expect(sparkline([1, 2, nil, 4, 8]) == "▁▂ ▄█")
    #expect(sparkline([0, 1, 2, 3, 4, 5, 6, 7]) == "▁▂▃▄▅▆▇█")
    #expect(sparkline([5, 5, .nan, .infinity]) == "▄▄  ")
    #expect(sparkline([]) == "")
    #expect(sparkline([nil, nil]) == "  ")
    #expect(sparkline([-.greatestFiniteMagnitude, 0, .greatestFiniteMagnitude]) == "▁▅█")
    #expect(sparkline([-5, 0, 5, 10, 50], in: 0...10) == "▁▁▅██")
    #expect(sparkline([0, 0, 7, 7, nil, nil, 0, 7], width: 4) == "▁█ ▅")
    #expect(sparkline([1, 2], width: 0) == "")
    #expect(sparkline([1, 2], width: 10) == "▁█")
  }
}
