import ArgumentParser
import Scout

struct CronCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cron", abstract: "Sweep on a schedule until stopped.",
    discussion: """
      One process per database: a second one ends at once with exit code 4. Each sweep is in scout.sweep_runs before it
      runs. Times that were missed are not made up for: one sweep sees all that came meanwhile. The first interrupt or
      termination signal lets the running sweep end.

      With --until time is simulated from --now on: every sweep runs at once, thirty days in seconds. --speed 60 lets
      an hour pass in a minute.

      EXAMPLES
        scout cron --every 15m
        scout cron --schedule "0 9 * * mon-fri" --time-zone Asia/Manila
        scout cron --every 1h --now 2025-08-01T00:00:00Z --until 2025-08-31T00:00:00Z
      """)

  @OptionGroup var global: GlobalOptions
  @Option(help: "The interval: 90s, 15m, 2h, 1d.") var every: String?
  @Option(help: ArgumentHelp("A cron expression: minute hour day month weekday.", valueName: "cron")) var schedule:
    String?
  @Option(help: "The cron expression's time zone (default: the project's).") var timeZone: String?
  @Option(help: ArgumentHelp("Simulate until this time.", valueName: "time")) var until: String?
  @Option(help: "How many times faster than real the simulation runs (default: as fast as it can).") var speed: Double?
  @Option(help: "Print a unit of systemd or launchd that runs this, and end.") var printUnit: Unit?

  enum Unit: String, ExpressibleByArgument, CaseIterable { case systemd, launchd }

  func validate() throws {
    if every != nil && schedule != nil { throw ValidationError("give --every or --schedule, not both") }
    if until != nil && global.now == nil { throw ValidationError("--until simulates from --now on: give both") }
    if until == nil && speed != nil { throw ValidationError("--speed is for a simulation: give --until") }
    if let speed, !(speed > 0 && speed < 1e9) { throw ValidationError("--speed is a number above 0") }
    if let every, CronSchedule(every: every) == nil {
      throw ValidationError("--every: \"\(every)\" is no interval like 15m")
    }
  }

  func run() throws {
    if let printUnit { return Console.out(unit(printUnit)) }
    let options = try TickCommand.options(isProduction: false)
    guard let lock = try ProcessLock(global.path + ".cron.lock") else {
      Console.err("scout: another scout cron runs on \(global.path)\n")
      throw Failure.Reported(status: .databaseTrouble)
    }
    defer { withExtendedLifetime(lock) {} }
    StopRequest.watch()
    if let until {
      guard let start = global.now.flatMap(GlobalOptions.time), let end = GlobalOptions.time(until) else {
        throw ValidationError("--until: \"\(until)\" is no time with an offset")
      }
      let clock = SteppedClock(start)
      var configuration = Scout.Configuration(clock: clock.clock, busyTimeout: global.wait)
      configuration.identifiers = nil
      let scout = try Scout.open(global.path, configuration: configuration)
      let service = CronService(scout: scout, schedule: try plan(scout), options: options)
      var last = start
      service.simulate(clock, until: end) { run in
        if let speed { StopRequest.sleep(seconds: Double(run.time.microseconds - last.microseconds) / 1e6 / speed) }
        last = run.time
        show(run)
      }
      return
    }
    let scout = try global.open()
    CronService(scout: scout, schedule: try plan(scout), options: options).run { next in
      StopRequest.sleep(seconds: Double(next.microseconds - scout.configuration.clock.now().microseconds) / 1e6)
      return !StopRequest.isRequested
    } _: {
      show($0)
    }
  }

  private func plan(_ scout: Scout) throws -> CronSchedule {
    if let schedule {
      let zone = try timeZone.map { try TimeZoneRules(setting: $0) } ?? scout.timeZone()
      do throws(CronError) { return try CronSchedule(expression: schedule, zone: zone) } catch {
        throw ValidationError("--schedule: \(error)")
      }
    }
    return CronSchedule(every: every ?? "15m") ?? .every(seconds: 900)
  }

  private func show(_ run: CronService.Run) {
    let time = run.time.text(in: .utc)
    switch run.result {
    case .success(let report): Console.line("{\"time\": \"\(time)\", \"tick\": \(report.json)}")
    case .failure(let error): Console.err("scout: \(time): the sweep failed: \(error)\n")
    }
  }

  private func unit(_ unit: Unit) -> String {
    let program = CommandLine.arguments.first ?? "scout"
    var arguments = [program, "cron", "--db", global.path]
    if let schedule { arguments += ["--schedule", schedule] } else { arguments += ["--every", every ?? "15m"] }
    if let timeZone { arguments += ["--time-zone", timeZone] }
    switch unit {
    case .systemd:
      let line = arguments.map { $0.contains(" ") ? "\"\($0)\"" : $0 }.joined(separator: " ")
      return """
        [Unit]
        Description=Scout sweeps of \(global.path)

        [Service]
        ExecStart=\(line)
        Restart=on-failure
        KillSignal=SIGTERM

        [Install]
        WantedBy=default.target

        """
    case .launchd:
      let list = arguments.map { "    <string>\($0)</string>" }.joined(separator: "\n")
      return """
        <?xml version="1.0" encoding="UTF-8"?>
        <!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
        <plist version="1.0">
        <dict>
          <key>Label</key>
          <string>scout.cron</string>
          <key>ProgramArguments</key>
          <array>
        \(list)
          </array>
          <key>KeepAlive</key>
          <true/>
        </dict>
        </plist>

        """
    }
  }
}
