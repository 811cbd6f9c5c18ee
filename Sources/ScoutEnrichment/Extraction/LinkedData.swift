/// What a page says in a vocabulary such as schema.org: things with types and properties.
///
/// JSON-LD, microdata and RDFa all end here, so that one reader understands all three.
struct LinkedData {
  struct Thing {
    /// `@id`, or `itemid`, or `resource`.
    var id: String?
    /// Without the vocabulary: `Product` for `https://schema.org/Product`.
    var types: [String] = []
    var properties: [(name: String, value: Value)] = []
    /// From JSON-LD and not from the page's elements.
    var isFromScript = false
  }

  enum Value {
    case text(String)
    /// A number as JSON writes it.
    case number(String)
    case boolean(Bool)
    /// The place among ``things``.
    case thing(Int)
  }

  /// More things, or properties of one thing, are read over.
  static let maximumThings = 20_000
  static let maximumProperties = 2000
  static let maximumTextBytes = 8192

  private(set) var things: [Thing] = []
  /// The things of each id; of more than a few with the same id the first count.
  private var places: [String: [Int]] = [:]
  /// The things that stand by themselves, in the order of the page.
  var roots: [Int] = []

  /// Adds an empty thing; nil when there are too many.
  mutating func add(isFromScript: Bool = false) -> Int? {
    guard things.count < Self.maximumThings else { return nil }
    things.append(Thing(isFromScript: isFromScript))
    return things.count - 1
  }

  mutating func setID(_ id: String, of thing: Int) {
    things[thing].id = id
    if places[id, default: []].count < 8 { places[id, default: []].append(thing) }
  }

  mutating func addType(_ type: String, to thing: Int) {
    guard things[thing].types.count < 16 else { return }
    // `product` is what some pages write.
    let name = Self.localName(type)
    things[thing].types.append(name.prefix(1).uppercased() + name.dropFirst())
  }

  mutating func addProperty(_ name: String, _ value: Value, to thing: Int) {
    guard things[thing].properties.count < Self.maximumProperties else { return }
    things[thing].properties.append((Self.localName(name), value))
  }

  /// The part of a name behind its vocabulary: `price` for `schema:price` and `http://schema.org/price`.
  static func localName(_ name: String) -> String {
    guard let index = name.utf8.lastIndex(where: { $0 == 0x2F || $0 == 0x23 || $0 == 0x3A }) else { return name }
    let rest = name[name.index(after: index)...]
    return rest.isEmpty ? name : String(rest)
  }

  // MARK: Asking

  /// The values of a property.
  func values(_ thing: Int, _ name: String) -> [Value] {
    things[thing].properties.compactMap { $0.name == name ? $0.value : nil }
  }

  /// The first value of a property that is text or a number, without white space around it.
  func text(_ thing: Int, _ name: String) -> String? {
    for value in values(thing, name) {
      if let text = plain(value) { return text }
    }
    return nil
  }

  func plain(_ value: Value) -> String? {
    switch value {
    case .text(let text):
      let text = text.collapsingWhitespace()
      return text.isEmpty ? nil : text
    case .number(let text): return text
    case .boolean, .thing: return nil
    }
  }

  /// The things that a property leads to; a thing that is only named by its id is looked up.
  func things(_ thing: Int, _ name: String) -> [Int] {
    values(thing, name).compactMap { value in
      guard case .thing(let index) = value else { return nil }
      return resolved(index)
    }
  }

  private func resolved(_ index: Int) -> Int {
    let thing = things[index]
    guard let id = thing.id, thing.properties.isEmpty, thing.types.isEmpty else { return index }
    return places[id]?.first { !things[$0].properties.isEmpty } ?? index
  }

  /// A name given as text or as a thing with a name.
  func name(_ thing: Int, _ property: String) -> String? {
    for value in values(thing, property) {
      if let text = plain(value) { return text }
      if case .thing(let index) = value, let text = text(resolved(index), "name") { return text }
    }
    return nil
  }

  func isFromScript(_ thing: Int) -> Bool { things[thing].isFromScript }

  func isA(_ thing: Int, _ types: Set<String>) -> Bool { things[thing].types.contains(where: types.contains) }
}
