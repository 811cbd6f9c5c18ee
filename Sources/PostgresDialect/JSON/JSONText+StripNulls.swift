extension JSONText {
  /// `json_strip_nulls` of a `json`: without white space and without members that are null; numbers and the order of
  /// members stay as they are.
  ///
  /// - Throws: 54001 for a nesting deeper than ``JSONValue/maximumDepth``.
  package static func strippedOfNulls(_ bytes: UnsafeBufferPointer<UInt8>) throws(SQLError) -> String {
    let output = ByteSlab(capacity: bytes.count + 16)
    try strip(bytes, to: output, depth: 0)
    return String(decoding: output.bytes, as: UTF8.self)
  }

  private static func strip(_ bytes: UnsafeBufferPointer<UInt8>, to output: ByteSlab, depth: Int) throws(SQLError) {
    guard depth <= JSONValue.maximumDepth else { throw JSONSyntax.tooDeep }
    var isFirst = true
    func separate() {
      if !isFirst { output.append(UInt8(ascii: ",")) }
      isFirst = false
    }
    switch JSONScanner(bytes, 0).kind {
    case .object:
      output.append(UInt8(ascii: "{"))
      for (key, range) in memberRanges(bytes) {
        let value = UnsafeBufferPointer(rebasing: bytes[range])
        if value.first == UInt8(ascii: "n") { continue }
        separate()
        decoded(bytes, key).withUnsafeBytes { JSONEscape.appendQuoted($0, to: output) }
        output.append(UInt8(ascii: ":"))
        try strip(value, to: output, depth: depth + 1)
      }
      output.append(UInt8(ascii: "}"))
    case .array:
      output.append(UInt8(ascii: "["))
      for range in elementRanges(bytes) {
        separate()
        try strip(UnsafeBufferPointer(rebasing: bytes[range]), to: output, depth: depth + 1)
      }
      output.append(UInt8(ascii: "]"))
    case .scalar:
      var scanner = JSONScanner(bytes, 0)
      let range = scanner.skipValue()
      if bytes[range].first == UInt8(ascii: "\""), range.count > 1 {
        decoded(bytes, range.lowerBound + 1..<range.upperBound - 1).withUnsafeBytes {
          JSONEscape.appendQuoted($0, to: output)
        }
      } else {
        output.append(Array(bytes[range]))
      }
    }
  }

  private static func memberRanges(_ bytes: UnsafeBufferPointer<UInt8>) -> [(key: Range<Int>, value: Range<Int>)] {
    memberRanges(bytes, 0..<bytes.count) ?? []
  }

  private static func elementRanges(_ bytes: UnsafeBufferPointer<UInt8>) -> [Range<Int>] {
    elementRanges(bytes, 0..<bytes.count) ?? []
  }
}
