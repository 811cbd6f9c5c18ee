/// Relations and what each is made of, to be drawn.
public struct RelationGraph: Hashable, Sendable, Encodable {
  public enum Kind: String, Hashable, Sendable, Encodable {
    case model
    case materializedView = "materialized_view"
    case view, table
  }

  public struct Node: Hashable, Sendable, Encodable {
    public var name: String
    public var kind: Kind
    /// Of a model: gold, platinum or as its folder is called.
    public var layer: String?
    /// The relations that it reads, sorted.
    public var inputs: [String]

    public init(name: String, kind: Kind, layer: String? = nil, inputs: [String] = []) {
      self.name = name
      self.kind = kind
      self.layer = layer
      self.inputs = inputs
    }
  }

  /// Each after those that it reads.
  public var nodes: [Node]

  public init(nodes: [Node]) { self.nodes = nodes }

  /// The part that leads to a relation or from it.
  public func around(_ name: String) -> RelationGraph {
    func closure(_ next: (Node, Set<String>) -> [String]) -> Set<String> {
      var found: Set<String> = [name]
      var isChanged = true
      while isChanged {
        isChanged = false
        for node in nodes {
          for other in next(node, found) where found.insert(other).inserted { isChanged = true }
        }
      }
      return found
    }
    let before = closure { node, found in found.contains(node.name) ? node.inputs : [] }
    let after = closure { node, found in node.inputs.contains(where: found.contains) ? [node.name] : [] }
    let kept = before.union(after)
    return RelationGraph(
      nodes: nodes.filter { kept.contains($0.name) }.map { node in
        var node = node
        node.inputs = node.inputs.filter(kept.contains)
        return node
      })
  }

  private var layers: [String] {
    nodes.reduce(into: []) { layers, node in
      if let layer = node.layer, !layers.contains(layer) { layers.append(layer) }
    }
  }

  // MARK: Renderings

  /// One line per relation that reads others: `scout.gold_sales_daily [gold] <- scout.silver_line_items`.
  public var text: String {
    nodes.filter { !$0.inputs.isEmpty }.map { node in
      "\(node.name) [\(node.layer ?? node.kind.rawValue)] <- \(node.inputs.joined(separator: ", "))\n"
    }.joined()
  }

  /// A flow chart of Mermaid. Source: <https://mermaid.js.org/syntax/flowchart.html>
  public var mermaid: String {
    let numbers = Dictionary(nodes.enumerated().map { ($0.element.name, $0.offset) }) { first, _ in first }
    func label(_ node: Node) -> String {
      let name = node.name.map { $0 == "\"" ? "#quot;" : String($0) }.joined()
      return switch node.kind {
      case .model, .materializedView: "[\"\(name)\"]"
      case .view: "([\"\(name)\"])"
      case .table: "[(\"\(name)\")]"
      }
    }
    var lines = ["flowchart LR"]
    for (index, node) in nodes.enumerated() where node.layer == nil { lines.append("  n\(index)\(label(node))") }
    for layer in layers {
      lines.append("  subgraph \(layer)")
      for (index, node) in nodes.enumerated() where node.layer == layer { lines.append("    n\(index)\(label(node))") }
      lines.append("  end")
    }
    for (index, node) in nodes.enumerated() {
      for input in node.inputs { if let from = numbers[input] { lines.append("  n\(from) --> n\(index)") } }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// The DOT language. Source: <https://graphviz.org/doc/info/lang.html>
  public var dot: String {
    func quoted(_ name: String) -> String {
      "\"" + name.map { $0 == "\"" || $0 == "\\" ? "\\\($0)" : String($0) }.joined() + "\""
    }
    var lines = ["digraph scout {", "  rankdir=LR;", "  node [shape=box];"]
    for node in nodes {
      let shape =
        switch node.kind {
        case .model, .materializedView: ""
        case .view: " [shape=ellipse]"
        case .table: " [shape=cylinder]"
        }
      lines.append("  \(quoted(node.name))\(shape);")
    }
    for node in nodes {
      for input in node.inputs { lines.append("  \(quoted(input)) -> \(quoted(node.name));") }
    }
    return lines.joined(separator: "\n") + "\n}\n"
  }
}
