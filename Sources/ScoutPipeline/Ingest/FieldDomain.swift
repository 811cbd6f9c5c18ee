/// The enumerations of DOMAIN.md, section 1.
struct FieldDomain: Sendable {
  let field: String
  let values: [String]
  /// The values as an issue shows them.
  let expectation: String

  private init(_ field: String, _ values: [String]) {
    self.field = field
    self.values = values
    expectation = values.joined(separator: "|")
  }

  static let requestMode = FieldDomain("request_mode", ["verbal", "pointing", "indirect"])
  static let requestType = FieldDomain("request_type", ["branded", "unbranded", "point", "indirect"])
  static let gender = FieldDomain("gender", ["male", "female", "unknown"])
  static let ageBracket = FieldDomain("age_bracket", ["18-24", "25-34", "35-44", "45-54", "55+", "unknown"])
  static let paymentMethod = FieldDomain("payment_method", ["cash", "gcash", "maya", "credit", "other"])
}
