/// What is wrong with the catalogue files: every problem found, in file order.
public struct CatalogueError: Error, Sendable, Equatable, CustomStringConvertible {
  /// One mistake and where it is.
  public struct Problem: Sendable, Equatable, CustomStringConvertible {
    /// The name given for the file, such as `products.csv`.
    public let file: String
    /// The line of the row that holds it, counted from 1.
    public let line: Int
    /// What was found and what was expected.
    public let message: String

    public var description: String { "\(file):\(line): \(message)" }
  }

  /// At least one.
  public let problems: [Problem]

  public var description: String { problems.map(\.description).joined(separator: "\n") }
}
