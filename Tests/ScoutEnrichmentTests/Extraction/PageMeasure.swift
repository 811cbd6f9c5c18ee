import Foundation
import PostgresDialect

@testable import ScoutEnrichment

/// How much of labelled pages extraction gets right: `expected.jsonl` beside `ID.html.gz` or `ID.html`.
///
/// A line of `expected.jsonl` has `id`, and of `name`, `price`, `currency`, `gtin` and `brand` what the page carries.
struct PageMeasure {
  static let fields = ["name", "price", "currency", "gtin", "brand"]

  var scores: [String: Score] = [:]

  /// - Parameters:
  ///   - more: Labels that are not in the file, by page and field.
  ///   - change: Applied to each page before it is read.
  init(folder: String, more: [String: [String: String]] = [:], change: ([UInt8]) -> [UInt8] = { $0 }) throws {
    for line in try Labels.lines(folder + "/expected.jsonl", in: "") {
      guard let id = line["id"] as? String else { continue }
      let product = try PageExtractor().products(in: change(Labels.page(id, in: folder))).first
      for field in Self.fields {
        guard let expected = Self.text(line[field]) ?? more[id]?[field], !expected.isEmpty else { continue }
        let found = Self.value(of: product, field)
        scores[field, default: Score()].add(
          try Self.isSame(found, expected, field), "\(id): \(field) \(found ?? "-"), not \(expected)")
      }
    }
  }

  /// `name 13 of 13`, for each field.
  var summary: String {
    Self.fields.compactMap { field in
      scores[field].map { "\(field) \($0.summary)" }
    }.joined(separator: ", ")
  }

  var wrong: [String] { Self.fields.flatMap { scores[$0]?.wrong ?? [] } }

  private static func text(_ value: Any?) -> String? {
    (value as? String) ?? (value as? NSNumber)?.stringValue
  }

  private static func value(of product: ExtractedProduct?, _ field: String) -> String? {
    switch field {
    case "name": product?.name
    case "price": product?.priceMin?.description
    case "currency": product?.currency
    case "gtin": product?.gtin?.digits
    default: product?.brand
    }
  }

  /// Prices are compared as numbers, trade numbers whatever their length, names but for white space.
  private static func isSame(_ found: String?, _ expected: String, _ field: String) throws -> Bool {
    guard let found else { return false }
    switch field {
    case "price": return try Numeric(found) == Numeric(expected)
    case "gtin": return GTIN(found)?.key == GTIN(expected)?.key
    default: return found.collapsingWhitespace() == expected.collapsingWhitespace()
    }
  }

  /// The page without what is marked up for machines: JSON-LD, microdata, RDFa and OpenGraph.
  static func withoutMarkup(_ page: [UInt8]) -> [UInt8] {
    var output: [UInt8] = []
    page.withUnsafeBufferPointer { bytes in
      var tokenizer = HTMLTokenizer(bytes)
      var isLinkedScript = false
      while true {
        let start = tokenizer.at
        let token = tokenizer.next()
        if token == .end { return }
        var text = Array(bytes[start..<tokenizer.at])
        switch token {
        case .rawText where isLinkedScript: continue
        case .startTag:
          let type = tokenizer.value(HTMLName.type).map { String(decoding: tokenizer.bytes($0), as: UTF8.self) }
          isLinkedScript = type?.contains("ld+json") ?? false
          if tokenizer.name == HTMLName.meta, tokenizer.value(HTMLName.charset) == nil { continue }
          for word in ["itemprop", "itemscope", "itemtype", "typeof", "property"] { text = blanked(word, in: text) }
        default: isLinkedScript = false
        }
        output += text
      }
    }
    return output
  }

  private static func blanked(_ word: String, in tag: [UInt8]) -> [UInt8] {
    let word = Array(word.utf8)
    var tag = tag
    for start in tag.indices.dropLast(word.count)
    where tag[start...].starts(with: word) && start > 0 && tag[start - 1] <= 0x20 {
      tag[start] = 0x78
    }
    return tag
  }
}
