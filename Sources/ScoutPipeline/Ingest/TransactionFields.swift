/// The fields of a transaction, numbered in `jsonb`'s order of keys (shorter first, then bytewise).
enum TransactionField {
  static let ts = 0
  static let city = 1
  static let items = 2
  static let gender = 3
  static let region = 4
  static let status = 5
  static let barangay = 6
  static let storeID = 7
  static let storeType = 8
  static let ageBracket = 9
  static let customerID = 10
  static let requestMode = 11
  static let requestType = 12
  static let customerType = 13
  static let economicClass = 14
  static let paymentMethod = 15
  static let transactionID = 16
  static let handshakeScore = 17
  static let durationSeconds = 18
  static let campaignInfluenced = 19
  static let suggestionAccepted = 20

  static let names = [
    "ts", "city", "items", "gender", "region", "status", "barangay", "store_id", "store_type", "age_bracket",
    "customer_id", "request_mode", "request_type", "customer_type", "economic_class", "payment_method",
    "transaction_id", "handshake_score", "duration_seconds", "campaign_influenced", "suggestion_accepted",
  ]
}

/// The fields of a line item, numbered in `jsonb`'s order of keys.
enum ItemField {
  static let qty = 0
  static let sku = 1
  static let brand = 2
  static let promo = 3
  static let category = 4
  static let discount = 5
  static let unitPrice = 6
  static let productName = 7
  static let requestedSKU = 8

  static let names = [
    "qty", "sku", "brand", "promo", "category", "discount", "unit_price", "product_name", "requested_sku",
  ]
}
