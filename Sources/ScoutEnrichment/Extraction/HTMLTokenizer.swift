#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Reads HTML's tokens from UTF-8 bytes that somebody else keeps alive.
///
/// As the HTML standard's tokenizer where extraction can see a difference: text that is no markup although it has a `<`,
/// the end of scripts, comments and the bogus ones, quoted and unquoted attributes, repeated attributes, tags cut off by
/// the end. It allocates nothing per token: names are numbers and values are places in the input. Every byte is looked
/// at a bounded number of times, whatever the input.
///
/// Source: <https://html.spec.whatwg.org/multipage/parsing.html#tokenization>
struct HTMLTokenizer {
  enum Token {
    /// ``content`` is text, with its character references.
    case text
    /// ``content`` is the text of a script or another element whose text is not HTML.
    case rawText
    case startTag
    case endTag
    case end
  }

  struct Attribute {
    var name: UInt64
    var value: Range<Int>
  }

  /// Further attributes of one tag are read over.
  static let maximumAttributes = 128

  let base: UnsafePointer<UInt8>
  let count: Int
  private(set) var at = 0
  /// The text of the token.
  private(set) var content = 0..<0
  /// The tag's name.
  private(set) var name: UInt64 = 0
  private(set) var attributes: [Attribute] = []
  /// The element whose text comes next and is not HTML.
  private var rawElement: UInt64 = 0
  private var rawNameCount = 0
  private var rawNameStart = 0

  init(_ bytes: UnsafeBufferPointer<UInt8>) {
    base = bytes.baseAddress ?? UnsafePointer(bitPattern: 1)!
    count = bytes.count
    attributes.reserveCapacity(Self.maximumAttributes)
  }

  /// The value of the tag's attribute; nil when it has none. Of repeated ones the first counts.
  func value(_ name: UInt64) -> Range<Int>? {
    for attribute in attributes where attribute.name == name { return attribute.value }
    return nil
  }

  func bytes(_ range: Range<Int>) -> UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(start: base + range.lowerBound, count: range.count)
  }

  // MARK: Tokens

  /// Moves to the next token.
  mutating func next() -> Token {
    if rawElement != 0 {
      let token = readRawText()
      if !content.isEmpty { return token }
    }
    var start = at
    var from = at
    while let place = find(0x3C, from: from) {
      let following = place + 1 < count ? base[place + 1] : 0
      let isTag = Self.isLetter(following)
      guard isTag || following == 0x21 || following == 0x3F || (following == 0x2F && place + 2 < count) else {
        // A lone `<` is text.
        from = place + 1
        continue
      }
      if place > start {
        at = place
        content = start..<place
        return .text
      }
      at = place + 1
      if isTag {
        // A tag that the end cuts off is no token.
        guard readTag() else { return end() }
        beginRawText()
        return .startTag
      }
      if following == 0x2F, Self.isLetter(base[place + 2]) {
        at = place + 2
        guard readTag() else { return end() }
        return .endTag
      }
      if following == 0x21 {
        at = place + 2
        skipDeclaration()
      } else {
        skipBogusComment()
      }
      start = at
      from = at
    }
    at = count
    content = start..<count
    return content.isEmpty ? .end : .text
  }

  private mutating func end() -> Token {
    at = count
    content = count..<count
    return .end
  }

  private static func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- 0x61 < 26 }

  private static func isSpace(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x0A || byte == 0x09 || byte == 0x0D || byte == 0x0C
  }

  private func find(_ byte: UInt8, from start: Int, to end: Int? = nil) -> Int? {
    let end = end ?? count
    guard start < end, let found = memchr(base + start, Int32(byte), end - start) else { return nil }
    return base.distance(to: found.assumingMemoryBound(to: UInt8.self))
  }

  private mutating func skipBogusComment() {
    at = find(0x3E, from: at).map { $0 + 1 } ?? count
  }

  /// Behind `<!`: a comment, or a doctype, or anything else up to `>`.
  private mutating func skipDeclaration() {
    guard at + 1 < count, base[at] == 0x2D, base[at + 1] == 0x2D else { return skipBogusComment() }
    at += 2
    let start = at
    while let close = find(0x3E, from: at) {
      at = close + 1
      // `<!-->` and `<!--->` end at once; else `-->` and `--!>` do.
      if close == start || (close == start + 1 && base[start] == 0x2D) { return }
      if close >= start + 2, base[close - 1] == 0x2D, base[close - 2] == 0x2D { return }
      if close >= start + 3, base[close - 1] == 0x21, base[close - 2] == 0x2D, base[close - 3] == 0x2D { return }
    }
    at = count
  }

  /// Reads a tag from its name on.
  ///
  /// - Returns: False when the input ends before the tag does: there is no tag then.
  private mutating func readTag() -> Bool {
    attributes.removeAll(keepingCapacity: true)
    rawNameStart = at
    var hash = HTMLName.seed
    while at < count {
      let byte = base[at]
      if Self.isSpace(byte) || byte == 0x2F || byte == 0x3E { break }
      hash = (hash ^ UInt64(byte &- 0x41 < 26 ? byte | 0x20 : byte)) &* HTMLName.prime
      at += 1
    }
    name = hash
    rawNameCount = at - rawNameStart
    while true {
      while at < count, Self.isSpace(base[at]) || base[at] == 0x2F { at += 1 }
      guard at < count else { return false }
      if base[at] == 0x3E {
        at += 1
        return true
      }
      guard readAttribute() else { return false }
    }
  }

  private mutating func readAttribute() -> Bool {
    var hash = HTMLName.seed
    let start = at
    while at < count {
      let byte = base[at]
      // An equals sign at the start belongs to the name.
      if Self.isSpace(byte) || byte == 0x2F || byte == 0x3E || (byte == 0x3D && at > start) { break }
      hash = (hash ^ UInt64(byte &- 0x41 < 26 ? byte | 0x20 : byte)) &* HTMLName.prime
      at += 1
    }
    while at < count, Self.isSpace(base[at]) { at += 1 }
    var value = at..<at
    if at < count, base[at] == 0x3D {
      at += 1
      while at < count, Self.isSpace(base[at]) { at += 1 }
      guard at < count else { return false }
      let quote = base[at]
      if quote == 0x22 || quote == 0x27 {
        guard let close = find(quote, from: at + 1) else {
          at = count
          return false
        }
        value = at + 1..<close
        at = close + 1
      } else {
        let valueStart = at
        while at < count, !Self.isSpace(base[at]), base[at] != 0x3E { at += 1 }
        value = valueStart..<at
      }
    }
    if attributes.count < Self.maximumAttributes { attributes.append(Attribute(name: hash, value: value)) }
    return true
  }

  // MARK: Text that is not HTML

  private mutating func beginRawText() {
    switch name {
    case HTMLName.script, HTMLName.style, HTMLName.xmp, HTMLName.iframe, HTMLName.noembed, HTMLName.noframes,
      HTMLName.title, HTMLName.textarea, HTMLName.plaintext:
      rawElement = name
    default: break
    }
  }

  /// Reads up to the end tag of the element.
  private mutating func readRawText() -> Token {
    let element = rawElement
    rawElement = 0
    let start = at
    let nameStart = rawNameStart
    let nameCount = rawNameCount
    if element == HTMLName.plaintext {
      at = count
      content = start..<count
      return .text
    }
    // In a script, `<!--` begins a part in which `<script` hides the next `</script`; `-->` ends it.
    var isEscaped = false
    var isDoubleEscaped = false
    var position = at
    var escapeStart = at
    while let place = find(0x3C, from: position) {
      if isEscaped, hasCommentEnd(in: max(position, escapeStart)..<place, notBefore: escapeStart) {
        isEscaped = false
        isDoubleEscaped = false
      }
      position = place + 1
      guard position < count else { break }
      if element == HTMLName.script {
        if !isEscaped, place + 3 < count, base[place + 1] == 0x21, base[place + 2] == 0x2D, base[place + 3] == 0x2D {
          isEscaped = true
          escapeStart = place + 2
          continue
        }
        if isEscaped, !isDoubleEscaped, isTagName(at: place + 1, nameStart, nameCount) {
          isDoubleEscaped = true
          continue
        }
      }
      guard base[position] == 0x2F, isTagName(at: place + 2, nameStart, nameCount) else { continue }
      if isDoubleEscaped {
        isDoubleEscaped = false
        continue
      }
      at = place
      content = start..<place
      return Self.kind(of: element)
    }
    at = count
    content = start..<count
    return Self.kind(of: element)
  }

  private static func kind(of element: UInt64) -> Token {
    element == HTMLName.title || element == HTMLName.textarea ? .text : .rawText
  }

  /// Whether `-->` ends in the range; its hyphens may lie before it, but not before `first`.
  private func hasCommentEnd(in range: Range<Int>, notBefore first: Int) -> Bool {
    var position = range.lowerBound
    while let place = find(0x3E, from: position, to: range.upperBound) {
      position = place + 1
      if place - 2 >= first, base[place - 1] == 0x2D, base[place - 2] == 0x2D { return true }
    }
    return false
  }

  /// Whether the element's own name stands there, and ends there.
  private func isTagName(at place: Int, _ nameStart: Int, _ nameCount: Int) -> Bool {
    guard place + nameCount < count else { return false }
    for offset in 0..<nameCount where base[place + offset] | 0x20 != base[nameStart + offset] | 0x20 { return false }
    let next = base[place + nameCount]
    return Self.isSpace(next) || next == 0x2F || next == 0x3E
  }
}
