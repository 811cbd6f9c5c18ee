import FoundationEssentials
import Yams

/// A value of a definition: what YAML and JSON have in common, scalars kept as the texts that they are.
indirect enum PlanNode: Hashable, Sendable, Codable {
  case scalar(String)
  case list([PlanNode])
  case mapping([String: PlanNode])

  /// Null is the empty text.
  init(_ node: Node) {
    switch node {
    case .scalar(let scalar): self = .scalar(scalar.string)
    case .sequence(let sequence): self = .list(sequence.map { PlanNode($0) })
    case .mapping(let mapping):
      var members: [String: PlanNode] = [:]
      for (key, value) in mapping { members[key.string ?? ""] = PlanNode(value) }
      self = .mapping(members)
    case .alias: self = .scalar("")
    }
  }

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let text = try? container.decode(String.self) {
      self = .scalar(text)
    } else if let members = try? container.decode([String: PlanNode].self) {
      self = .mapping(members)
    } else if let items = try? container.decode([PlanNode].self) {
      self = .list(items)
    } else if let truth = try? container.decode(Bool.self) {
      self = .scalar(truth ? "true" : "false")
    } else if let integer = try? container.decode(Int64.self) {
      self = .scalar(String(integer))
    } else if let number = try? container.decode(Double.self) {
      self = .scalar(number.description)
    } else {
      self = .scalar("")
    }
  }

  /// Every scalar becomes a JSON string.
  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .scalar(let text): try container.encode(text)
    case .list(let items): try container.encode(items)
    case .mapping(let members): try container.encode(members)
    }
  }
}

/// What is wrong in a plan, and where: the names of the members and the positions in lists that lead there.
struct PlanProblem: Error, Hashable {
  var path: [String]
  var message: String
  /// What the author may have meant.
  var suggestion: String?
}
