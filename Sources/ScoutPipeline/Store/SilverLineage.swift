import PostgresDialect

/// Where the columns of silver come from in a bronze record; the engine writes them, so no query tells.
enum SilverLineage {
  struct Origin {
    /// A column of `scout.bronze_transactions`.
    var column: String
    /// The place in the payload, as a JSON path.
    var path: String?
    var transformation: QueryLineage.Transformation
  }

  static func origins(relation: String, column: String) -> [Origin]? {
    switch relation {
    case "scout.silver_transactions": transactions[column]
    case "scout.silver_line_items": lineItems[column]
    default: nil
    }
  }

  private static func same(_ path: String) -> [Origin] {
    [Origin(column: "payload", path: path, transformation: .identity)]
  }

  private static func computed(_ paths: String...) -> [Origin] {
    paths.map { Origin(column: "payload", path: $0, transformation: .transformation) }
  }

  private static func summed(_ paths: String...) -> [Origin] {
    paths.map { Origin(column: "payload", path: $0, transformation: .aggregation) }
  }

  private static let transactions: [String: [Origin]] = [
    "transaction_id": same("$.transaction_id"), "store_id": same("$.store_id"), "ts": computed("$.ts"),
    "business_date": computed("$.ts"), "customer_hash": computed("$.customer_id"), "region": same("$.region"),
    "city": same("$.city"), "barangay": same("$.barangay"), "store_type": same("$.store_type"),
    "economic_class": same("$.economic_class"), "payment_method": computed("$.payment_method"),
    "request_mode": computed("$.request_mode"), "request_type": computed("$.request_type"),
    "suggestion_accepted": same("$.suggestion_accepted"), "gender": computed("$.gender"),
    "age_bracket": computed("$.age_bracket"), "customer_type": same("$.customer_type"),
    "duration_seconds": same("$.duration_seconds"), "campaign_influenced": same("$.campaign_influenced"),
    "handshake_score": computed("$.handshake_score"), "basket_size": summed("$.items[*]"),
    "units": summed("$.items[*].qty", "$.items[*].product_name"),
    "net_amount": summed("$.items[*].qty", "$.items[*].unit_price", "$.items[*].discount"),
    "source_id": [Origin(column: "source_id", path: nil, transformation: .identity)],
    "ingest_id": [Origin(column: "ingest_id", path: nil, transformation: .identity)],
  ]

  private static let lineItems: [String: [Origin]] = [
    "transaction_id": same("$.transaction_id"), "line_no": computed("$.items[*]"), "ts": computed("$.ts"),
    "business_date": computed("$.ts"), "store_id": same("$.store_id"), "region": same("$.region"),
    "sku": same("$.items[*].sku"), "product_name": same("$.items[*].product_name"), "brand": same("$.items[*].brand"),
    "category": same("$.items[*].category"), "qty": same("$.items[*].qty"),
    "pack_count": computed("$.items[*].product_name"),
    "units": computed("$.items[*].qty", "$.items[*].product_name"), "unit_price": same("$.items[*].unit_price"),
    "discount": same("$.items[*].discount"),
    "net_amount": computed("$.items[*].qty", "$.items[*].unit_price", "$.items[*].discount"),
    "promo_flag": same("$.items[*].promo"), "requested_sku": same("$.items[*].requested_sku"),
    "is_substituted": computed("$.items[*].requested_sku", "$.items[*].sku"),
  ]
}
