import ScoutStorage
import Synchronization

/// A clock that somebody moves, for simulations.
public final class SteppedClock: Sendable {
  private let time: Mutex<Timestamp>

  public init(_ start: Timestamp) { time = Mutex(start) }

  public func set(_ time: Timestamp) { self.time.withLock { $0 = time } }

  /// The clock for ``Scout/Configuration``.
  public var clock: EngineClock { EngineClock(isSet: true) { [self] in time.withLock { $0 } } }
}

/// Sweeps on a schedule.
///
/// Runs that were missed, because a sweep took long or the machine slept, are not made up for: one sweep sees all that
/// came meanwhile, and the next is the next one of the schedule.
public struct CronService: Sendable {
  public struct Run: Sendable {
    public var time: Timestamp
    public var result: Result<TickReport, any Error>
  }

  public var scout: Scout
  public var schedule: CronSchedule
  public var options: SweepOptions

  public init(scout: Scout, schedule: CronSchedule, options: SweepOptions = SweepOptions()) {
    self.scout = scout
    self.schedule = schedule
    self.options = options
  }

  /// Sweeps by the machine's clock until `wait` says that it is over.
  ///
  /// - Parameters:
  ///   - wait: Waits until a time; false when the service is to stop.
  ///   - report: Receives each run; one that fails does not end the service.
  public func run(wait: (Timestamp) -> Bool, _ report: (Run) -> Void) {
    while let next = schedule.next(after: scout.configuration.clock.now()), wait(next) {
      report(sweep(at: scout.configuration.clock.now()))
    }
  }

  /// Sweeps at every time of the schedule from the clock's on, without waiting.
  ///
  /// - Parameter clock: The one that the engine was opened with; it stands at the end afterwards.
  public func simulate(_ clock: SteppedClock, until end: Timestamp, _ report: (Run) -> Void) {
    while let next = schedule.next(after: scout.configuration.clock.now()), next <= end {
      clock.set(next)
      report(sweep(at: next))
    }
    clock.set(end)
  }

  private func sweep(at time: Timestamp) -> Run { Run(time: time, result: Result { try scout.tick(options) }) }
}
