/*---
description: Each product's place in its category, over all time.
grain: [category, brand, sku]
columns:
  category: {type: text, description: Category of the line items.}
  brand: {type: text, description: Brand of the line items.}
  sku: {type: text, description: Product code.}
  product_name: {type: text, description: The name of the latest sale that gave one.}
  transactions: {type: bigint, description: Distinct transactions.}
  units: {type: bigint, description: Single pieces sold, packs counted by their content; returns are negative.}
  net_amount: {type: "numeric(18,2)", description: Pesos after discounts.}
  avg_unit_price: {type: numeric, description: net_amount per unit; null when units are 0.}
  stores: {type: bigint, description: Distinct stores.}
  rank_in_category: {type: bigint, description: "By net_amount, the largest first, then by sku and brand."}
  revenue_cumulative_pct: {type: numeric, description: Share of the category's net_amount down to this rank, 0 to 1; null when the category's is 0.}
  is_pareto_80: {type: boolean, description: Whether the ranks above hold less than 80 % of the category's net_amount; null when that is 0.}
---*/
with names as (
  select
    category,
    brand,
    sku,
    product_name,
    row_number() over (partition by category, brand, sku order by last_ts desc, product_name) as position
  from scout.rollup_product_names
  where product_name is not null
),
ranked as (
  select
    category,
    brand,
    sku,
    transactions,
    units,
    net_amount,
    stores,
    row_number() over by_sales as rank_in_category,
    sum(net_amount) over (by_sales rows between unbounded preceding and current row) as cumulative,
    sum(net_amount) over (partition by category) as total
  from scout.rollup_products
  window by_sales as (partition by category order by net_amount desc, sku, brand)
)
select
  r.category,
  r.brand,
  r.sku,
  n.product_name,
  r.transactions,
  r.units,
  r.net_amount,
  r.net_amount / nullif(r.units, 0) as avg_unit_price,
  r.stores,
  r.rank_in_category,
  r.cumulative / nullif(r.total, 0) as revenue_cumulative_pct,
  (r.cumulative - r.net_amount) / nullif(r.total, 0) < 0.8 as is_pareto_80
from ranked r
left join names n on n.category = r.category and n.brand = r.brand and n.sku = r.sku and n.position = 1
