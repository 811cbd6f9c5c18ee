/// Which elements microdata's `itemref` adds to a thing that they do not stand in.
///
/// An id may be referred to before and after its element, so a page that has any is read once more with all of them.
/// Source: <https://html.spec.whatwg.org/multipage/microdata.html#attr-itemref>
struct ItemReferences {
  /// Of each id: which of the things with an `itemref`, in the order of the page, it belongs to.
  private(set) var places: [String: Int] = [:]
  private(set) var count = 0

  static let maximum = 256

  init() {}

  init(_ bytes: UnsafeBufferPointer<UInt8>) {
    var tokenizer = HTMLTokenizer(bytes)
    while count < Self.maximum {
      switch tokenizer.next() {
      case .end: return
      case .startTag:
        guard let ids = tokenizer.value(HTMLName.itemref), tokenizer.value(HTMLName.itemscope) != nil else { continue }
        let text = String(decoding: tokenizer.bytes(ids).prefix(2048), as: UTF8.self)
        for id in text.split(whereSeparator: \.isWhitespace).prefix(64) where places[String(id)] == nil {
          places[String(id)] = count
        }
        count += 1
      default: continue
      }
    }
  }
}
