/// Finds the product of the master catalogue that a SKU is.
///
/// By GTIN first, confidence 1. Then by name and size: the words of both names without the brand's and without the
/// size, compared as sets (Dice's coefficient), and the whole content of the packs. The same words and size give 0.95;
/// alike names with the same size up to 0.9; an unknown size on one side takes a third off; another size is another
/// product. Two products that fit equally well are none.
public struct ProductMatcher: Sendable {
  /// A product of the master catalogue, prepared for comparison.
  public struct Candidate: Hashable, Sendable {
    public var id: String
    var gtin: String?
    var words: Set<String>
    var size: PackSize?

    public init(id: String, name: String, packSize: String?, upc: String?, brand: String) {
      self.id = id
      gtin = upc.flatMap(GTIN.init(machine:))?.key
      words = ProductMatcher.words(name, brand: brand)
      size = packSize.flatMap(PackSize.init) ?? PackSize(name)
    }
  }

  public struct Match: Hashable, Sendable {
    public var product: String
    /// In thousandths.
    public var confidence: Int
    /// `gtin`, `name_size` or `name`.
    public var method: String
  }

  /// A match below it is none.
  public static let threshold = 600

  private let candidates: [Candidate]
  private let byGTIN: [String: Int]
  private let byWord: [String: [Int]]

  public init(_ candidates: [Candidate]) {
    self.candidates = candidates
    byGTIN = Dictionary(
      candidates.enumerated().compactMap { index, candidate in candidate.gtin.map { ($0, index) } },
      uniquingKeysWith: { first, _ in first })
    var byWord: [String: [Int]] = [:]
    for (index, candidate) in candidates.enumerated() {
      for word in candidate.words { byWord[word, default: []].append(index) }
    }
    self.byWord = byWord
  }

  /// The product that a SKU is; nil when none fits well enough.
  public func match(_ product: ExtractedProduct, brand: String) -> Match? {
    if let key = product.gtin?.key, let index = byGTIN[key] {
      return Match(product: candidates[index].id, confidence: 1000, method: "gtin")
    }
    let words = Self.words(product.name, brand: brand)
    let size = product.size ?? PackSize(product.name)
    var common: [Int: Int] = [:]
    for word in words { for index in byWord[word] ?? [] { common[index, default: 0] += 1 } }
    var best: Match?
    var isTied = false
    for (index, count) in common.sorted(by: { $0.key < $1.key }) {
      let candidate = candidates[index]
      let similarity = 2000 * count / (words.count + candidate.words.count)
      let match: Match
      switch (size, candidate.size) {
      case (let a?, let b?):
        guard a.unit.dimension == b.unit.dimension, a.total == b.total, a.count == b.count else { continue }
        match = Match(
          product: candidate.id, confidence: similarity == 1000 ? 950 : similarity * 9 / 10, method: "name_size")
      case (nil, nil): match = Match(product: candidate.id, confidence: similarity * 85 / 100, method: "name")
      default: match = Match(product: candidate.id, confidence: similarity * 2 / 3, method: "name")
      }
      guard match.confidence >= Self.threshold else { continue }
      if let known = best, known.confidence >= match.confidence {
        isTied = isTied || known.confidence == match.confidence
      } else {
        best = match
        isTied = false
      }
    }
    return isTied ? nil : best
  }

  /// Words that tell nothing about which product it is.
  private static let fillers: Set<String> = [
    "the", "and", "of", "with", "single", "singles", "pack", "new", "ml", "kg", "mg", "cl", "oz", "lb", "lbs", "ltr",
    "liter", "litre", "pcs", "gal", "fl", "grams", "gram",
  ]

  static func words(_ name: String, brand: String) -> Set<String> {
    var words = BrandKey.words(name)
    let brand = BrandKey.words(brand)
    if !brand.isEmpty, words.count > brand.count, Array(words.prefix(brand.count)) == brand {
      words.removeFirst(brand.count)
    }
    return Set(words.filter { !fillers.contains($0) && !$0.utf8.contains { $0 &- 0x30 < 10 } && $0.count > 1 })
  }

  /// The name and the size of a SKU as one key.
  static func nameKey(_ product: ExtractedProduct, brand: String) -> String {
    let words = words(product.name, brand: brand).sorted().joined(separator: " ")
    let size = product.size ?? PackSize(product.name)
    // Words with digits are left out of the words, so what is no size must still tell products apart.
    let rest = size == nil ? BrandKey.words(product.name).filter { $0.utf8.contains { $0 &- 0x30 < 10 } } : []
    return (["name:" + words] + rest + [size.map { "\($0.count)x\($0.total)\($0.unit.dimension)" } ?? ""]).joined(
      separator: "|")
  }
}
