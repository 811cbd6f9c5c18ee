/// How many units one sold piece holds, as its product name says.
///
/// Understood, whatever the case: `6-pack`, `6 pack`, `12s`, `12's`, `x6`, `6x`, `Twin Pack` (2), `Triple Pack` (3).
/// The last such mention in the name counts; a name without one is a single unit. A number outside 1…1000 is no pack.
public func packCount(ofProductName name: String) -> Int {
  let words = name.lowercased().split { $0 == " " || $0 == "-" || $0 == "(" || $0 == ")" || $0 == "," }
  var count = 1
  for (index, word) in words.enumerated() {
    let previous = index > 0 ? words[index - 1] : ""
    let found: Int?
    if word == "pack" || word == "packs" {
      switch previous {
      case "twin": found = 2
      case "triple", "tri": found = 3
      default: found = wholeNumber(previous)
      }
    } else if word.hasSuffix("'s") {
      found = wholeNumber(word.dropLast(2))
    } else if word.hasSuffix("s") || word.hasSuffix("x") {
      found = wholeNumber(word.dropLast())
    } else if word.hasPrefix("x") {
      found = wholeNumber(word.dropFirst())
    } else {
      found = nil
    }
    if let found, (1...1000).contains(found) { count = found }
  }
  return count
}

/// A number of ASCII digits only: `Int("+6")` would be 6.
private func wholeNumber(_ text: Substring) -> Int? {
  guard !text.isEmpty, text.utf8.allSatisfy({ (48...57).contains($0) }) else { return nil }
  return Int(text)
}
