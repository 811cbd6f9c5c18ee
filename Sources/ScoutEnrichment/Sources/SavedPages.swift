/// A folder of saved pages: every `.html` and `.htm` file below it is read once.
///
/// A job may name pages (`"page"` or `"urls"`), as paths below the folder; else it gets the brand's products of all.
public actor SavedPages: SKUSource {
  public nonisolated let name = "pages"
  private let folder: String
  private let extractor: PageExtractor
  private var content: (products: [ExtractedProduct], problems: [String])?

  public init(folder: String, extractor: PageExtractor = PageExtractor()) {
    self.folder = folder
    self.extractor = extractor
  }

  public func products(for request: SKURequest) async throws -> SourceAnswer {
    guard request.pages.isEmpty else {
      var products: [ExtractedProduct] = []
      for page in request.pages { products += try Self.extract(path(of: page), extractor) }
      return SourceAnswer(products: products)
    }
    let (all, problems) = try read()
    let products = all.filter { BrandKey.isOf(request.brand, $0) }
    if products.isEmpty, let first = problems.first { throw SourceError.permanent(first) }
    return SourceAnswer(products: products, warnings: problems)
  }

  /// The products of one page, or of all pages below a folder.
  ///
  /// - Throws: ``SourceError`` `permanent` when a file, or the folder, cannot be read; of a folder the pages that cannot
  ///   be read are the answer's warnings.
  public static func products(at path: String, extractor: PageExtractor = PageExtractor()) throws(SourceError)
    -> SourceAnswer
  {
    guard BoundedFile.isFolder(path) else { return SourceAnswer(products: try extract(path, extractor)) }
    let (products, problems) = try read(path, extractor)
    return SourceAnswer(products: products, warnings: problems)
  }

  /// A path below the folder; one that leads out of it is refused.
  private func path(of page: String) throws(SourceError) -> String {
    guard !page.hasPrefix("/"), !page.split(separator: "/").contains("..") else {
      throw .permanent("\(page) is not a path below the folder of pages")
    }
    return folder + "/" + page
  }

  private static func extract(_ path: String, _ extractor: PageExtractor) throws(SourceError) -> [ExtractedProduct] {
    // A page is refused by its size before it is read.
    let bytes = try BoundedFile.read(path, maximumBytes: extractor.maximumBytes)
    do {
      return try extractor.products(in: bytes).map { product in
        var product = product
        product.sourceURL = product.sourceURL ?? "file:\(path)"
        return product
      }
    } catch {
      throw .permanent("\(path): \(error)")
    }
  }

  private func read() throws(SourceError) -> (products: [ExtractedProduct], problems: [String]) {
    if let content { return content }
    let content = try Self.read(folder, extractor)
    self.content = content
    return content
  }

  private static func read(_ folder: String, _ extractor: PageExtractor) throws(SourceError)
    -> (products: [ExtractedProduct], problems: [String])
  {
    var products: [ExtractedProduct] = []
    var problems: [String] = []
    for path in try BoundedFile.files(below: folder, endings: [".html", ".htm"]) {
      do {
        products += try extract(path, extractor)
      } catch {
        if problems.count < 100 { problems.append("\(error)") }
      }
    }
    return (products, problems)
  }
}
