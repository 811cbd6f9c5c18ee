import ArgumentParser
import Scout
import ScoutReport

struct CatalogCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "catalog", abstract: "The master catalogue: brands and products.",
    discussion: """
      EXAMPLES
        scout catalog brands
        scout catalog products --brand Alaska
      """,
    subcommands: [Brands.self, Products.self, Import.self, Generate.self, Export.self, Extract.self])

  struct Brands: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "The brands, with the number of their products.",
      discussion: """
        EXAMPLES
          scout catalog brands
          scout catalog brands --search del --format json
        """)

    @OptionGroup var global: GlobalOptions
    @OptionGroup var output: FormatOptions
    @Option(help: "Only brands with this text in their name.") var search: String?
    @Option(help: "How many, 1 to 100000.") var limit = 1000

    func validate() throws {
      guard (1...100_000).contains(limit) else { throw ValidationError("--limit is 1 to 100000") }
    }

    func run() throws {
      try global.open(isReadOnly: true).catalogueBrands(search: search, limit: limit).table.show(as: output.format)
    }
  }

  struct Products: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "The products, by brand and name.",
      discussion: """
        EXAMPLES
          scout catalog products --brand alaska
          scout catalog products --search 370ml --limit 20
        """)

    @OptionGroup var global: GlobalOptions
    @OptionGroup var output: FormatOptions
    @Option(help: "Only products of this brand, whatever the case, accents or legal form.") var brand: String?
    @Option(help: "Only products with this text in their name.") var search: String?
    @Option(help: "How many, 1 to 100000.") var limit = 1000

    func validate() throws {
      guard (1...100_000).contains(limit) else { throw ValidationError("--limit is 1 to 100000") }
    }

    func run() throws {
      try global.open(isReadOnly: true).catalogueProducts(brand: brand, search: search, limit: limit).table
        .show(as: output.format)
    }
  }

  struct Import: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Bring a catalogue in: CSV or JSON Lines.",
      discussion: """
        Columns as in staging.sku_catalog_upload; brand, category, subcategory, upc, price and company are understood
        too. Products that are known are brought up to date. Lines that cannot be read are reported and left out.

        EXAMPLES
          scout catalog import sku-catalogue.csv
        """)

    @OptionGroup var global: GlobalOptions
    @OptionGroup var output: FormatOptions
    @Argument(help: ArgumentHelp("The file.", valueName: "file")) var file: String

    func run() throws {
      let result = try global.open().importCatalogue(file)
      for problem in result.problems.prefix(20) { Console.err("scout: \(problem)\n") }
      if result.problems.count > 20 { Console.err("scout: \(result.problems.count - 20) more lines left out\n") }
      Table(
        columns: ["rows", "brands_imported", "products_imported"].map { Table.Column($0, type: "bigint") },
        rows: [[result.rows, result.brands, result.products].map { String($0) }]
      ).show(as: output.format)
      if result.rows == 0, !result.problems.isEmpty { throw Failure.Reported(status: .badInput) }
    }
  }

  struct Generate: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Expand the definitions' catalogue into products with synthetic numbers.",
      discussion: """
        From schemas/masterdata/catalogue.csv. Products that are there already stay as they are.

        EXAMPLES
          scout catalog generate
          scout catalog generate Alaska Oishi
        """)

    @OptionGroup var global: GlobalOptions
    @OptionGroup var output: FormatOptions
    @Argument(help: ArgumentHelp("Brands; all that the definitions have when none is named.", valueName: "brand"))
    var brands: [String] = []

    func run() throws {
      let result = try global.open().generateCatalogue(brands: brands)
      Table(
        columns: [Table.Column("brand"), Table.Column("products_added", type: "bigint")],
        rows: result.map { [$0.brand, String($0.products)] }
      ).show(as: output.format)
    }
  }

  struct Export: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Write the products as CSV, or as --format says.",
      discussion: """
        The result can be imported again, and is a source for scout queue work.

        EXAMPLES
          scout catalog export > sku-catalogue.csv
          scout catalog export --brand Oishi --format ndjson > oishi.jsonl
        """)

    @OptionGroup var global: GlobalOptions
    @Option(help: "How the products are written.") var format: OutputFormat = .csv
    @Option(help: "Only products of this brand.") var brand: String?

    func run() throws {
      try global.open(isReadOnly: true).catalogueProducts(brand: brand, limit: 10_000_000).table.show(as: format)
    }
  }
}
