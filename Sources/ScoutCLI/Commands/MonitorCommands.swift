import ArgumentParser
import FoundationEssentials
import Scout
import ScoutReport

extension MonitorsCommand {
  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "One monitor: what it watches, its settings, its query.",
      discussion: """
        EXAMPLES
          scout monitors show demand_spike_brand
        """)

    @OptionGroup var global: GlobalOptions

    @Argument(help: "The monitor's name.")
    var name: String

    func run() throws {
      let scout = try global.open(isReadOnly: true)
      let monitor = try scout.monitor(named: name)
      let zone = try scout.timeZone()
      Console.line("name            \(monitor.name)")
      Console.line("enabled         \(monitor.isEnabled ? "yes" : "no")")
      Console.line("severity        \(monitor.severity.rawValue)")
      Console.line("threshold       \(monitor.threshold)")
      Console.line("window_minutes  \(monitor.windowMinutes)")
      Console.line("last run        \(monitor.lastRunAt?.text(in: zone) ?? "never")")
      if let error = monitor.lastError { Console.line("last error      \(error)") }
      Console.line()
      if let description = monitor.explanation {
        Console.line(description.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\n"))
      }
      Console.line(monitor.sql)
    }
  }

  struct Test: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "The rows that a monitor's query returns now; writes nothing.",
      discussion: """
        EXAMPLES
          scout monitors test demand_spike_brand
          scout monitors test NAME --now 2025-08-20T18:00:00+08:00 --format json
        """)

    @OptionGroup var global: GlobalOptions
    @OptionGroup var output: FormatOptions

    @Argument(help: "The monitor's name.")
    var name: String

    func run() throws { try global.open(isReadOnly: true).testMonitor(name).table.show(as: output.format) }
  }

  struct Enable: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Let sweeps run a monitor.",
      discussion: """
        EXAMPLES
          scout monitors enable demand_spike_brand
        """)

    @OptionGroup var global: GlobalOptions

    @Argument(help: "The monitor's name.")
    var name: String

    func run() throws { try global.open().setMonitor(name, isEnabled: true) }
  }

  struct Disable: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Keep sweeps from running a monitor; its open incidents stay as they are.",
      discussion: """
        EXAMPLES
          scout monitors disable demand_spike_brand
        """)

    @OptionGroup var global: GlobalOptions

    @Argument(help: "The monitor's name.")
    var name: String

    func run() throws { try global.open().setMonitor(name, isEnabled: false) }
  }

  struct Set: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Change a monitor's settings.",
      discussion: """
        EXAMPLES
          scout monitors set demand_spike_brand --threshold 2.5
          scout monitors set demand_spike_brand --window-minutes 120 --severity error
        """)

    @OptionGroup var global: GlobalOptions

    @Argument(help: "The monitor's name.")
    var name: String

    @Option(help: "What :threshold stands for in the query.")
    var threshold: Double?

    @Option(help: "What :window_minutes stands for in the query.")
    var windowMinutes: Int?

    @Option(help: "One of info, warn, error, success.")
    var severity: String?

    func validate() throws {
      guard threshold != nil || windowMinutes != nil || severity != nil else {
        throw ValidationError("give --threshold, --window-minutes or --severity")
      }
      guard threshold?.isFinite ?? true else { throw ValidationError("--threshold is a number") }
      guard (1...527_040).contains(windowMinutes ?? 1) else {
        throw ValidationError("--window-minutes is 1 to 527040, a year")
      }
      guard severity.map({ MonitorSeverity(rawValue: $0) != nil }) ?? true else {
        throw ValidationError("--severity is one of info, warn, error, success")
      }
    }

    func run() throws {
      try global.open().setMonitor(
        name, threshold: threshold.map(\.description), windowMinutes: windowMinutes, severity: severity)
    }
  }

  struct Add: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Add the monitor that a YAML file declares, or bring it up to date.",
      discussion: """
        A row that was changed by hand since it came from a file is kept as it is.

        EXAMPLES
          scout monitors add quiet_stores.yaml
        """)

    @OptionGroup var global: GlobalOptions

    @Argument(help: "A file as in schemas/monitors/, named after its monitor.")
    var file: String

    func run() throws {
      let scout = try global.open()
      guard let data = try? Data(contentsOf: URL(filePath: file)) else {
        throw ValidationError("\(file) cannot be read")
      }
      let result = try scout.addMonitor(String(decoding: data, as: UTF8.self), file: file)
      switch result.effect {
      case .added: global.note("added \(result.name)")
      case .updated: global.note("updated \(result.name)")
      case .unchanged: global.note("\(result.name) is up to date")
      case .keptByHand: global.note("\(result.name) was changed by hand and stays as it is")
      }
    }
  }

  struct Ack: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Mark an event as seen.",
      discussion: """
        EXAMPLES
          scout monitors ack 5f2c9a54-0c8e-4b1d-9d43-8e1f0a2b3c4d
        """)

    @OptionGroup var global: GlobalOptions

    @Argument(help: "The event's id.")
    var event: String

    func run() throws { try global.open().acknowledge(event: event) }
  }

  struct Silence: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Keep a monitor's news out of the feed for a time; incidents and events are recorded as ever.",
      discussion: """
        EXAMPLES
          scout monitors silence demand_spike_brand --hours 8
          scout monitors silence NAME --match brand=Alaska --reason 'a campaign'
        """)

    @OptionGroup var global: GlobalOptions

    @Argument(help: "The monitor's name; every monitor without one.")
    var name: String?

    @Option(help: ArgumentHelp("A column of the incident's key and its value; repeatable.", valueName: "column=value"))
    var match: [String] = []

    @Option(help: "How long.")
    var hours = 8.0

    @Option(help: "Why.")
    var reason = ""

    func validate() throws {
      guard hours > 0, hours <= 8784 else { throw ValidationError("--hours is more than 0, and at most 8784, a year") }
      guard match.allSatisfy({ $0.contains("=") && !$0.hasPrefix("=") }) else {
        throw ValidationError("--match is a column and a value, such as brand=Alaska")
      }
    }

    func run() throws {
      let scout = try global.open()
      var matcher: [String: String] = [:]
      for pair in match {
        let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        matcher[String(parts[0])] = String(parts[1])
      }
      let now = scout.configuration.clock.now()
      let end = Timestamp(microseconds: now.microseconds + Int64(hours * 3_600_000_000))
      try scout.silence(name, matcher: matcher, until: end, reason: reason)
      global.note("silent until \(end.text(in: try scout.timeZone()))")
    }
  }

  struct Explain: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "An event: what was seen, against what limit, and the incidents that it began.",
      discussion: """
        EXAMPLES
          scout monitors explain 5f2c9a54-0c8e-4b1d-9d43-8e1f0a2b3c4d
        """)

    @OptionGroup var global: GlobalOptions

    @Argument(help: "The event's id.")
    var event: String

    func run() throws {
      let scout = try global.open(isReadOnly: true)
      let zone = try scout.timeZone()
      let found = try scout.explain(event: event)
      if let title = found.title { Console.line(title) }
      if let description = found.description { Console.line(description) }
      Console.line()
      Console.line("monitor         \(found.monitor)")
      Console.line("occurred at     \(found.occurredAt.text(in: zone))")
      Console.line("severity        \(found.severity)\(found.isAcknowledged ? ", acknowledged" : "")")
      Console.line("threshold       \(found.threshold) (as it is now)")
      Console.line("window_minutes  \(found.windowMinutes)")
      for incident in found.incidents {
        let end = incident.resolvedAt.map { "until \($0.text(in: zone))" } ?? "still open"
        Console.line("incident        \(incident.key) from \(incident.startedAt.text(in: zone)), \(end)")
      }
      Console.line("rows            \(found.payload)")
    }
  }
}
