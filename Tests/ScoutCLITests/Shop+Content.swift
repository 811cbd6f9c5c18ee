import Scout
import ScoutTestSupport

extension Shop {
  /// The whole database, except what counts runs.
  func content(leavingOut: Set<String> = ["engine.settings"]) throws -> [String: [String]] {
    try Scout.open(database).dump(leavingOut: leavingOut)
  }

  /// What a check of the file itself says: `ok`.
  func integrity() throws -> [String] { try Scout.open(database).lines("pragma integrity_check") }
}
