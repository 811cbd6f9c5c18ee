import ScoutGenerator
import ScoutMonitors
import ScoutPipeline
import ScoutStorage
import Yams

/// A planted incident and whether a monitor found it.
public struct PlantedIncident: Hashable, Sendable {
  public var monitor: String
  /// The columns that identify it, such as `["brand": "Oishi"]`, in the order of the truth.
  public var key: [String: String]
  public var start: Timestamp
  public var end: Timestamp
  public var description: String
}

/// What a monitor reported, in one sweep, about one key.
public struct FoundIncident: Hashable, Sendable {
  public var monitor: String
  public var key: [String: String]
  public var foundAt: Timestamp
  public var title: String
}

extension Scout {
  /// The incidents that a generator's truth file names.
  ///
  /// - Throws: ``DefinitionError`` when the text is no such file.
  public static func plantedIncidents(truth text: String, path: String) throws -> [PlantedIncident] {
    // JSON is YAML, and the YAML reader tells where a file is wrong.
    guard let root = try Yams.compose(yaml: text)?.mapping, let incidents = root["incidents"]?.sequence else {
      throw DefinitionError(path: path, message: "expected an object with \"incidents\"")
    }
    return try incidents.map { node in
      guard let monitor = node["monitor"]?.string, let start = node["start"]?.string, let end = node["end"]?.string,
        let key = node["key"]?.mapping
      else {
        throw DefinitionError(
          path: path, line: node.mark?.line ?? 1, column: node.mark?.column ?? 1,
          message: "an incident has monitor, key, start and end")
      }
      return PlantedIncident(
        monitor: monitor,
        key: Dictionary(
          uniqueKeysWithValues: key.compactMap { pair in
            guard let name = pair.key.string, let value = pair.value.string else { return nil }
            return (name, value)
          }),
        start: try Timestamp(start), end: try Timestamp(end), description: node["description"]?.string ?? "")
    }
  }

  /// Sweeps at the given moments of the data's own time, all records delivered, and gives what was found.
  ///
  /// - Parameter path: The database; it is opened once per moment with the clock standing there.
  public static func sweep(_ path: String, at moments: [Timestamp], configuration: Configuration) throws
    -> [FoundIncident]
  {
    let clock = SteppedClock(moments.first ?? Timestamp(microseconds: 0))
    var configuration = configuration
    configuration.clock = clock.clock
    let scout = try open(path, configuration: configuration)
    var found: [FoundIncident] = []
    for moment in moments {
      clock.set(moment)
      let report = try scout.tick()
      for result in report.monitors.results {
        guard case .fired(let eventID) = result.outcome else { continue }
        let title = try scout.feedTitle(ofEvent: eventID)
        for key in result.newKeys {
          found.append(
            FoundIncident(
              monitor: result.name, key: try keyFields(key), foundAt: moment, title: title ?? result.name))
        }
      }
    }
    return found
  }

  private static func keyFields(_ json: String) throws -> [String: String] {
    guard let mapping = try Yams.compose(yaml: json)?.mapping else { return [:] }
    return mapping.reduce(into: [:]) { fields, pair in
      if let name = pair.key.string { fields[name] = pair.value.string ?? "" }
    }
  }

  private func feedTitle(ofEvent id: String) throws -> String? {
    try database.read { connection in
      try connection.value(
        "select title from \"scout.agent_feed\" where related_ids = ?1", [.text("[\"monitor_events:\(id)\"]")]
      ).text
    }
  }
}

extension FoundIncident {
  /// Whether this is the planted incident: the same monitor, every column of its key, and a moment from its start to a
  /// day after its end.
  public func matches(_ planted: PlantedIncident) -> Bool {
    monitor == planted.monitor && foundAt >= planted.start
      && foundAt <= planted.end.adding(minutes: 24 * 60)
      && planted.key.allSatisfy { key[$0.key] == $0.value }
  }
}
