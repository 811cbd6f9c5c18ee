/// Chooses the product's heading among a page's.
///
/// Pages have several `h1`: of dialogs, of store finders, of sections. The product's is the one that the page's own
/// title repeats.
enum HeadingChoice {
  struct Heading {
    var text: String
    /// Its place in the page, in bytes.
    var offset: Int
  }

  /// - Returns: The heading that says most of what the titles say; the first when none says anything of it.
  static func best(_ headings: [Heading], titles: [String]) -> Heading? {
    let titles = titles.map(words).filter { !$0.isEmpty }
    var best: (score: Double, heading: Heading)?
    for heading in headings {
      let own = words(heading.text)
      let shared = titles.map { $0.intersection(own).count }.max() ?? 0
      let score = own.isEmpty ? 0 : Double(shared * shared) / Double(own.count)
      if score > (best?.score ?? -1) { best = (score, heading) }
    }
    return best?.heading
  }

  /// Whether a text says the same as a title, apart from what a title adds: most of its words are the title's, and they
  /// are most of the title.
  static func agrees(_ text: String, with title: String) -> Bool {
    let (own, other) = (words(text), words(title))
    guard !own.isEmpty, !other.isEmpty else { return false }
    let shared = Double(own.intersection(other).count)
    return shared >= 0.8 * Double(own.count) && shared >= 0.5 * Double(other.count)
  }

  private static func words(_ text: String) -> Set<Substring> {
    Set(text.lowercased().split { !$0.isLetter && !$0.isNumber })
  }
}
