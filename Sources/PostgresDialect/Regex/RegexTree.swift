/// The part of a regular expression that decides where its groups lie.
///
/// PostgreSQL's rule: the whole match is as long as its preference wants, and then the parts from left to right take
/// as much, or as little, as leaves the rest a match. Runs of parts that hold no group and share one preference are
/// one part. The tree keeps only what this needs; everything else is a ``Kind/plain`` part, matched as a whole.
///
/// Source: <https://www.postgresql.org/docs/15/functions-matching.html#POSIX-MATCHING-RULES>
final class RegexNode {
  enum Kind {
    case plain
    case concatenation(RegexNode, RegexNode)
    case alternatives([RegexNode])
    case iteration(RegexNode, RegexBounds)
    case backReference(Int, RegexBounds)
    case wrapper(RegexNode)
  }

  struct Traits: OptionSet {
    var rawValue: UInt8
    static let longer = Traits(rawValue: 1)
    static let shorter = Traits(rawValue: 2)
    /// Parts inside differ in their preference.
    static let mixed = Traits(rawValue: 4)
    static let captures = Traits(rawValue: 8)
    static let refersBack = Traits(rawValue: 16)

    /// The node's own preference.
    var preference: Traits { intersection([.longer, .shorter]) }
    /// What a parent takes over.
    var inherited: Traits {
      let clash: Traits = isSuperset(of: [.longer, .shorter]) ? .mixed : []
      return subtracting([.longer, .shorter]).union(clash)
    }
    var isMessy: Bool { !isDisjoint(with: [.mixed, .captures, .refersBack]) }

    /// Of two parts in sequence: the first preference counts.
    static func combined(_ first: Traits, _ second: Traits) -> Traits {
      let preference = first.preference.isEmpty ? second.preference : first.preference
      return first.union(second).inherited.union(preference)
    }
  }

  let kind: Kind
  let syntax: RegexSyntax
  var traits: Traits
  var group: Int?
  /// The automaton for the whole part, made when first needed.
  var machine: RegexMachine?

  init(_ kind: Kind, _ syntax: RegexSyntax, _ traits: Traits) {
    self.kind = kind
    self.syntax = syntax
    self.traits = traits
  }

  /// The numbers of the groups inside, this one included.
  var groups: [Int] {
    let inner: [Int] =
      switch kind {
      case .plain, .backReference: []
      case .concatenation(let left, let right): left.groups + right.groups
      case .alternatives(let nodes): nodes.flatMap(\.groups)
      case .iteration(let node, _), .wrapper(let node): node.groups
      }
    return (group.map { [$0] } ?? []) + inner
  }
}

extension RegexNode {
  /// The tree of an expression.
  static func tree(_ syntax: RegexSyntax) -> RegexNode {
    switch syntax {
    case .alternation(let branches):
      let nodes = branches.map { tree($0) }
      var traits: Traits = .longer
      for node in nodes { traits.formUnion(traits.union(node.traits).inherited) }
      return RegexNode(traits.isMessy ? .alternatives(nodes) : .plain, syntax, traits)
    case .sequence(let items): return branch(items[...])
    default: return branch([syntax])
    }
  }

  private static func branch(_ items: ArraySlice<RegexSyntax>) -> RegexNode {
    var prefix: [RegexSyntax] = []
    var traits: Traits = []
    for (index, item) in zip(items.indices, items) {
      var (atom, bounds) = (item, RegexBounds.once)
      if case .repetition(let inner, let own) = item { (atom, bounds) = (inner, own) }
      if bounds.most == 0 { continue }
      let wanted: Traits =
        switch bounds.preference {
        case .longer?: .longer
        case .shorter?: .shorter
        case nil: []
        }
      let node: RegexNode
      var isPlain = true
      switch atom {
      case .group(let number, let inner):
        isPlain = number == nil
        node = grouped(tree(inner), number, atom)
      case .backReference(let number):
        isPlain = false
        node = RegexNode(.backReference(number, bounds), item, Traits.combined(wanted, .refersBack))
      case .assertion, .look:
        prefix.append(item)
        continue
      default: node = RegexNode(.plain, atom, [])
      }
      let joined = traits.union(wanted).union(node.traits)
      if isPlain && !joined.inherited.isMessy {
        prefix.append(item)
        traits = joined
        continue
      }
      let repeated = Self.repeated(node, atom, item, bounds, wanted)
      let before = RegexNode(.plain, .sequence(prefix), traits)
      let rest = items[(index + 1)...]
      var after = repeated
      if !rest.isEmpty {
        let tail = branch(rest)
        let syntax = RegexSyntax.sequence([item] + rest)
        var own = Traits.combined(wanted, node.traits)
        own.formUnion(Traits.combined(own, tail.traits))
        after = RegexNode(.concatenation(repeated, tail), syntax, own)
        if !prefix.isEmpty, case .plain = repeated.kind, case .plain = tail.kind, repeated.group == nil,
          tail.group == nil, !repeated.traits.union(tail.traits).inherited.isMessy
        {
          after = RegexNode(.plain, syntax, Traits.combined(repeated.traits, tail.traits))
        }
      }
      if prefix.isEmpty { return after }
      return RegexNode(
        .concatenation(before, after), .sequence(Array(items)), traits.union(Traits.combined(traits, after.traits)))
    }
    return RegexNode(.plain, .sequence(prefix), traits)
  }

  private static func grouped(_ node: RegexNode, _ number: Int?, _ syntax: RegexSyntax) -> RegexNode {
    guard let number else { return node }
    let target = node.group == nil ? node : RegexNode(.wrapper(node), syntax, node.traits)
    target.group = number
    target.traits.insert(.captures)
    return target
  }

  private static func repeated(
    _ node: RegexNode, _ atom: RegexSyntax, _ item: RegexSyntax, _ bounds: RegexBounds, _ wanted: Traits
  ) -> RegexNode {
    if case .backReference = node.kind { return node }
    let own = node.traits.intersection([.longer, .shorter, .mixed])
    if bounds.least == 1, bounds.most == 1, wanted.isEmpty || own.isEmpty || wanted == own { return node }
    let traits = Traits.combined(wanted, node.traits)
    if node.traits.isDisjoint(with: [.captures, .refersBack]) { return RegexNode(.plain, item, traits) }
    if bounds.least > 0, !node.traits.contains(.refersBack) {
      // Only the last repetition's groups count, so that those before it are one plain part.
      let fewer = RegexBounds(
        least: bounds.least - 1, most: bounds.most.map { $0 - 1 }, preference: bounds.preference)
      let before = RegexNode(.plain, .repetition(atom, fewer), traits.preference)
      return RegexNode(.concatenation(before, node), item, traits)
    }
    return RegexNode(.iteration(node, bounds), item, traits)
  }
}
