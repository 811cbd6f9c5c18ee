import ScoutPipeline

extension Scout {
  /// Creates a database with every relation of production and no rows: gold and platinum are plain tables that
  /// anybody may write and nothing refreshes.
  ///
  /// For a fixture and a query on exactly its rows:
  /// ```swift
  /// let scout = try Scout.createBare(at: nil)
  /// try scout.run("insert into scout.gold_sales_daily (date, brand, units) values ('2025-08-01', 'Alaska', 3)") { _ in }
  /// print(try scout.query("select brand, units from scout.gold_sales_daily").texts)  // [["Alaska", "3"]]
  /// ```
  ///
  /// - Parameter path: Nil for a database in memory.
  /// - Throws: ``ScoutError`` `exists` when the file is there already.
  public static func createBare(
    at path: String?, timeZone: String = "Asia/Manila", secret: String? = nil,
    configuration: Configuration = Configuration()
  ) throws -> Scout {
    try create(at: path, timeZone: timeZone, secret: secret, configuration: configuration, isBare: true)
  }

  /// Whether ``createBare(at:timeZone:secret:configuration:)`` made the database.
  public func isBare() throws -> Bool { try setting("bare") != nil }

  /// The derived relations as plain tables, and the mark that keeps a refresh away from them.
  func installBare() throws {
    try database.write(isDurable: true) { connection in
      for statement in try Parser.parse(Self.derivedTables) {
        _ = try connection.execute(statement, sql: Self.derivedTables)
      }
      try connection.execute(Self.bareFunctions)
      try connection.run("insert into \"engine.settings\" (name, value) values ('bare', '1')")
    }
  }

  /// The models that a refresh computes, each behind those that it reads: none in a bare database.
  public func models() throws -> ModelGraph { try isBare() ? ModelGraph([]) : definitions().models }

  /// Gold and the platinum features with the columns and types of production.
  private static let derivedTables = """
    create table scout.gold_sales_15min (
      ts timestamptz, brand text, units bigint, qty bigint, net_amount numeric(12,2), transactions bigint,
      stores bigint
    );
    create table scout.gold_sales_daily (
      date date, store_id text, brand text, promo_flag boolean, units bigint, qty bigint, net_amount numeric(12,2),
      transactions bigint
    );
    create table scout.gold_brand_share_daily (
      date date, category text, brand text, units bigint, net_amount numeric(12,2), share numeric
    );
    create table scout.gold_store_daily (
      date date, store_id text, region text, city text, transactions bigint, units bigint, net_amount numeric(12,2),
      avg_basket_size numeric, avg_duration_seconds numeric, suggestion_acceptance_rate numeric,
      digital_payment_rate numeric
    );
    create table scout.gold_product_mix (
      category text, brand text, sku text, product_name text, transactions bigint, units bigint,
      net_amount numeric(12,2), avg_unit_price numeric, stores bigint, rank_in_category bigint,
      revenue_cumulative_pct numeric, is_pareto_80 boolean
    );
    create table scout.gold_basket_pairs (
      sku_a text, sku_b text, co_occurrences bigint, transactions_a bigint, transactions_b bigint, support numeric,
      confidence_ab numeric, confidence_ba numeric, lift numeric
    );
    create table scout.gold_substitution_flows (
      requested_sku text, sku text, substitutions bigint, stores bigint
    );
    create table scout.gold_request_behavior (
      date date, region text, category text, request_mode text, request_type text, requests bigint,
      suggestions_accepted bigint, acceptance_rate numeric, avg_handshake_score numeric,
      avg_duration_seconds numeric
    );
    create table scout.gold_demographics (
      week date, region text, category text, gender text, age_bracket text, customer_type text, economic_class text,
      transactions bigint, stores bigint, net_amount numeric(12,2), avg_transaction_value numeric,
      campaign_influence_rate numeric
    );
    create table scout.platinum_features_sales_7d (
      date date, category text, brand text, net_amount numeric(12,2), transactions bigint, revenue_7d_sum numeric,
      revenue_7d_avg numeric, revenue_7d_stddev numeric, revenue_7d_min numeric, revenue_7d_max numeric,
      revenue_wow_growth numeric, rank_in_category bigint
    );
    create table scout.platinum_features_store_performance (
      date date, store_id text, net_amount numeric(12,2), transactions bigint, revenue_7d_avg numeric,
      revenue_28d_avg numeric, revenue_7d_volatility numeric, acceptance_rate_7d numeric, vitality_score numeric
    );
    create table scout.platinum_brand_momentum (
      date date, category text, brand text, revenue_7d_avg numeric, revenue_wow_growth numeric,
      rank_in_category bigint, momentum_status text
    );
    """
}
