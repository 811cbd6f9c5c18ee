import ArgumentParser
import FoundationEssentials
import Scout
import ScoutReport

extension MonitorsCommand {
  struct Backtest: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Replay a monitor over past days, through the evaluator that runs live.",
      discussion: """
        Shows the incidents it would have raised; with --sweep or --labels one row per setting instead. Labels are CSV \
        with the columns start and end and any columns of the monitor's key. A query sees the data of today, records \
        that came late at once; a windowed monitor sees what its sweeps saw.

        EXAMPLES
          scout monitors backtest NAME --from 2025-08-01 --to 2025-08-08 --every 60m
          scout monitors backtest NAME --from 2025-08-20 --to 2025-08-22 --sweep 2,3
          scout monitors backtest NAME --from 2025-08-01 --to 2025-09-01 --picture a.svg
        """)

    @OptionGroup var global: GlobalOptions
    @OptionGroup var output: FormatOptions

    @Argument(help: "The monitor's name.")
    var name: String

    @Option(help: ArgumentHelp("The first tick, in the project's time zone without an offset.", valueName: "time"))
    var from: String

    @Option(help: ArgumentHelp("The end of the ticks, likewise.", valueName: "time"))
    var to: String

    @Option(help: ArgumentHelp("The time between ticks, such as 15m or 1h.", valueName: "duration"))
    var every = "15m"

    @Option(help: ArgumentHelp("Compare thresholds, such as threshold=1.2,1.5,2.0.", valueName: "numbers"))
    var sweep: String?

    @Option(help: ArgumentHelp("What really happened: CSV with start, end and columns of the key.", valueName: "file"))
    var labels: String?

    @Option(help: ArgumentHelp("Also draw the incidents: a file that ends in .svg or .html.", valueName: "file"))
    var picture: String?

    func validate() throws {
      _ = try step()
      _ = try thresholds()
      guard try time(from, "--from", .utc) <= time(to, "--to", .utc) else {
        throw ValidationError("--from is not after --to")
      }
      guard picture.map({ $0.hasSuffix(".svg") || $0.hasSuffix(".html") }) ?? true else {
        throw ValidationError("--picture is a file that ends in .svg or .html")
      }
    }

    func run() throws {
      let scout = try global.open(isReadOnly: true)
      let known = try readLabels()
      let zone = try scout.timeZone()
      let (start, end, step) = (try time(from, "--from", zone), try time(to, "--to", zone), try step())
      let chosen = try thresholds()
      var reports: [MonitorBacktest] = []
      for threshold in chosen.isEmpty ? [nil] : chosen.map(Optional.some) {
        reports.append(try scout.backtest(name, from: start, to: end, every: step, threshold: threshold))
      }
      if let picture {
        let chart = try TimelineChart(reports, known ?? [], zone)
        let text = picture.hasSuffix(".html") ? chart.html() : chart.svg()
        do { try Data(text.utf8).write(to: URL(filePath: picture)) } catch {
          throw ValidationError("\(picture) cannot be written")
        }
      }
      if chosen.isEmpty, known == nil, let report = reports.first {
        report.table(try scout.timeZone()).show(as: output.format)
        global.note("\(report.ticks) ticks, \(report.incidents.count) incidents in \(report.events) events")
      } else {
        try settings(reports, known).show(as: output.format)
      }
      if let report = reports.first(where: { $0.failures > 0 }) {
        Console.err("scout: \(report.failures) of \(report.ticks) ticks failed: \(report.firstFailure ?? "")\n")
        throw Failure.Reported(status: .notFine)
      }
    }

    private func settings(_ reports: [MonitorBacktest], _ labels: [MonitorLabel]?) throws -> Table {
      var columns = [
        Table.Column("threshold", type: "numeric"), Table.Column("ticks", type: "bigint"),
        Table.Column("incidents", type: "bigint"), Table.Column("incidents_per_day", type: "double precision"),
      ]
      if labels != nil {
        columns += ["precision", "recall", "delay_minutes"].map { Table.Column($0, type: "double precision") }
      }
      let rows = try reports.map { report -> [String?] in
        var row: [String?] = [
          report.threshold, String(report.ticks), String(report.incidents.count), rounded(report.incidentsPerDay),
        ]
        if let labels {
          let score = try MonitorScore(report, labels)
          row += [
            score.precision.map(rounded), score.recall.map(rounded), score.meanDelay.map { rounded($0 / .seconds(60)) },
          ]
        }
        return row
      }
      return Table(columns: columns, rows: rows)
    }

    private func rounded(_ number: Double) -> String { ((number * 1000).rounded() / 1000).description }

    private func readLabels() throws -> [MonitorLabel]? {
      guard let labels else { return nil }
      guard let data = try? Data(contentsOf: URL(filePath: labels)) else {
        throw SeriesError(file: labels, line: 0, message: "cannot be read")
      }
      return try MonitorLabel.read(String(decoding: data, as: UTF8.self), file: labels)
    }

    private func time(_ text: String, _ option: String, _ zone: TimeZoneRules) throws -> Timestamp {
      do {
        return try Timestamp(text, zone: zone)
      } catch {
        throw ValidationError("\(option): \"\(text)\" is no time; write it like 2025-08-23T09:00:00+08:00")
      }
    }

    private func step() throws -> Duration {
      let units = ["s": 1, "m": 60, "h": 3600, "d": 86_400]
      guard let last = every.last, let unit = units[String(last)], let count = Int(every.dropLast()),
        (1...100_000).contains(count)
      else { throw ValidationError("--every is a number with s, m, h or d, such as 15m") }
      return .seconds(count * unit)
    }

    private func thresholds() throws -> [String] {
      guard let sweep else { return [] }
      let list = sweep.hasPrefix("threshold=") ? String(sweep.dropFirst("threshold=".count)) : sweep
      let values = list.split(separator: ",").map(String.init)
      guard !values.isEmpty, values.allSatisfy({ Double($0)?.isFinite == true }) else {
        throw ValidationError("--sweep is a list of numbers, such as threshold=1.2,1.5,2.0")
      }
      return values
    }
  }
}

extension MonitorBacktest {
  func table(_ zone: TimeZoneRules) -> Table {
    Table(
      columns: [
        Table.Column("started_at", type: "timestamp with time zone"),
        Table.Column("last_seen_at", type: "timestamp with time zone"),
        Table.Column("resolved_at", type: "timestamp with time zone"), Table.Column("key", type: "jsonb"),
        Table.Column("row", type: "jsonb"),
      ],
      rows: incidents.map { incident in
        [
          incident.startedAt.text(in: zone), incident.lastSeenAt.text(in: zone), incident.resolvedAt?.text(in: zone),
          incident.key, incident.row,
        ]
      })
  }
}
