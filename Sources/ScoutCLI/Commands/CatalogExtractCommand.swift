import ArgumentParser
import Scout
import ScoutReport

extension CatalogCommand {
  struct Extract: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "The products of saved pages, as jobs would find them.",
      discussion: """
        Reads HTML files, or every .html and .htm file below a folder, and stores nothing. What cannot be read is
        reported and left out; the exit code is 1 when there is no product.

        EXAMPLES
          scout catalog extract page.html
          scout catalog extract pages --format ndjson
        """)

    @OptionGroup var output: FormatOptions
    @Argument(help: ArgumentHelp("Files or folders.", valueName: "page")) var pages: [String]

    func run() throws {
      var products: [ExtractedProduct] = []
      for page in pages {
        let answer = try SavedPages.products(at: page)
        products += answer.products
        for warning in answer.warnings { Console.err("scout: \(TerminalText.line(of: warning))\n") }
      }
      Table(
        columns: [
          Table.Column("name"), Table.Column("brand"), Table.Column("category"), Table.Column("gtin"),
          Table.Column("sku"), Table.Column("size"), Table.Column("price_min", type: "numeric"),
          Table.Column("price_max", type: "numeric"), Table.Column("currency"), Table.Column("availability"),
          Table.Column("method"), Table.Column("image_url"), Table.Column("source_url"),
        ],
        rows: products.map { product in
          [
            product.name, product.brand, product.category, product.gtin?.digits, product.sku,
            product.size?.description, product.priceMin?.description, product.priceMax?.description, product.currency,
            product.availability, product.method.rawValue, product.imageURL, product.sourceURL,
          ]
        }
      ).show(as: output.format)
      if products.isEmpty { throw Failure.Reported(status: .notFine) }
    }
  }
}
