/// The enumerations of a transaction, with how often each value occurs and values that the domain does not know.
///
/// DOMAIN.md section 1 names the known values.
enum Vocabulary {
  /// One enumerated field.
  struct Field: Sendable {
    let key: String
    let known: [String]
    let weights: [Int]
    let unknown: [String]
  }

  static let storeTypes = ["sari-sari", "mini-mart", "market stall", "convenience"]
  static let storeTypeWeights = [78, 10, 8, 4]

  static let economicClasses = ["A", "B", "C", "D", "E"]
  static let economicClassWeights = [2, 8, 35, 40, 15]

  static let customerTypes = ["regular", "occasional", "new"]
  static let customerTypeWeights = [60, 28, 12]

  static let paymentMethods = Field(
    key: "payment_method", known: ["cash", "gcash", "maya", "credit", "other"], weights: [],
    unknown: ["grabpay", "utang"])
  /// By economic class: poorer customers pay cash, and on credit ("utang").
  static let paymentWeights = [
    [45, 30, 15, 8, 2], [52, 30, 12, 4, 2], [64, 25, 6, 4, 1], [76, 14, 2, 7, 1], [84, 5, 1, 10, 0],
  ]

  static let requestModes = Field(
    key: "request_mode", known: ["verbal", "pointing", "indirect"], weights: [68, 24, 8], unknown: ["text", "gesture"])
  static let requestTypes = Field(
    key: "request_type", known: ["branded", "unbranded", "point", "indirect"], weights: [58, 18, 16, 8],
    unknown: ["generic"])
  static let genders = Field(
    key: "gender", known: ["female", "male", "unknown"], weights: [54, 42, 4], unknown: ["F", "m"])
  static let ageBrackets = Field(
    key: "age_bracket", known: ["18-24", "25-34", "35-44", "45-54", "55+", "unknown"],
    weights: [18, 27, 24, 16, 11, 4], unknown: ["35-54", "17"])
}
