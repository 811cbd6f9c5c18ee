import FoundationEssentials
import PostgresDialect

/// The key of an incident: a JSON object of columns and scalars.
enum IncidentKey {
  private enum Scalar: Decodable {
    case text(String)

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let text = try? container.decode(String.self) {
        self = .text(text)
      } else if let isTrue = try? container.decode(Bool.self) {
        self = .text(isTrue ? "true" : "false")
      } else if let integer = try? container.decode(Int64.self) {
        self = .text(String(integer))
      } else if let number = try? container.decode(Double.self) {
        self = .text(number.description)
      } else {
        self = .text("")
      }
    }
  }

  /// The columns with their values as text; null is the empty text.
  ///
  /// - Throws: ``SQLError`` 22P02 for what is no JSON object.
  static func texts(_ json: String) throws(SQLError) -> [String: String] {
    do {
      return try JSONDecoder().decode([String: Scalar].self, from: Data(json.utf8)).mapValues { scalar in
        switch scalar {
        case .text(let text): text
        }
      }
    } catch {
      throw SQLError(.invalidTextRepresentation, "\"\(json.prefix(80))\" is no JSON object of columns and values")
    }
  }
}
